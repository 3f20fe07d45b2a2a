"""Eyes and brows: what a chibi face lives by."""
from __future__ import annotations

import math

import skia

from .. import traits as vocabulary
from .colours import Colour, WHITE, ink, light, mix, shade, vivid
from .face import EYE_Y, Head
from .pen import Pen
from .shapes import leaf, oval, path


def draw_eyes(pen: Pen, head: Head):
    t = head.t
    for side in (-1, 1):
        colour = vocabulary.rgb(t, "eye", t["eye_shift"] if side > 0 else 0)
        # "left" is the person's left eye, on the right of the picture
        winks = t["wink"] == ("left" if side > 0 else "right")
        openness, smile = (0.0, 1.0) if winks else (t["eye_openness"], t["eye_smile"])
        with pen.part("eyes"), pen.at(side * (37 + 4.5 * t["eye_spacing"]), EYE_Y, angle=side * -9 * t["eye_tilt"]):
            _draw_eye(pen, head, side, colour, openness, smile)


def _draw_eye(pen: Pen, head: Head, side: int, colour: Colour, openness: float, smile: float):
    t = head.t
    size = 1 + 0.2 * t["eye_size"]
    a, b = 18.5 * size, 24.0 * size  # half width, half height when wide open
    line = mix(ink(mix(head.hair, head.skin, 0.35)), (0.14, 0.06, 0.10), 0.72)
    out = float(side)  # the outer corner lies on this side
    # Lids as cubics from the inner to the outer corner. Closed, both meet in one curve: a bow down when calm,
    # an arch when smiling.
    corner_in, corner_out = (-out * a, 5.0), (out * a, 1.0)
    closed = 11 - 26 * smile * smile  # half a smile is a calm bow still: a straight slit looks stern
    upper = -1.34 * b * openness + closed * (1 - openness)
    lower = 1.22 * b * (1 - 0.30 * smile * openness) * openness + closed * (1 - openness)

    def lid(height: float) -> tuple[float, ...]:
        return (-out * a * 0.92, height, out * a * 0.92, height, *corner_out)

    if openness > 0.1:
        shape = path(corner_in, lid(upper), (out * a * 0.88, lower, -out * a * 0.88, lower, *corner_in))
        white = mix(WHITE, head.skin, 0.05)
        pen.blend(shape, -b, b, (mix(white, line, 0.30), white), (0, 0.55), form=False)
        with pen.inside(shape):
            _draw_iris(pen, head, colour, a, b, openness)
            shadow = path((-a * 1.2, -b * 1.3), (a * 1.2, -b * 1.3), (a * 1.2, 0), (a * 0.6, upper * 0.75 + 6.5, -a * 0.6, upper * 0.75 + 6.5, -a * 1.2, 0))
            pen.fill(shadow, mix(line, (0.2, 0.1, 0.3), 0.4), 0.20)
        lower_lid = path((-out * a * 0.62, lower * 0.62), (-out * a * 0.2, lower * 0.79, out * a * 0.45, lower * 0.80, out * a * 0.86, lower * 0.40), close=False)
        pen.line(lower_lid, line, 1.7, 0.75)
    # The upper lash: thick in the middle and at the outer corner, with a wing.
    thick = (2.6 + 2.6 * t["lashes"]) * (0.75 + 0.25 * openness)
    over = (-out * a * 0.90, upper - thick * 1.5, out * a * 0.98, upper - thick * 1.9)
    wing = 2.5 + 5.5 * t["lashes"]
    lash = path(corner_in, (*over, out * (a + wing), -1.5 - wing * 0.65), (out * (a + 1.0), 2.2, *corner_out),
                (out * a * 0.86, upper + 1.2, -out * a * 0.90, upper + 1.2, *corner_in))
    if t["skin_tone"] > 0.6:  # light on the lid, or a closed eye is lost on deep skin
        pen.line(lash, head.glow, 4.2, 0.6 * min(1.0, 3 * (t["skin_tone"] - 0.6)), mark=False)
    pen.mark(lash, line, 1.3)
    if t["lashes"] > 0.35:
        alpha = min(1.0, (t["lashes"] - 0.35) * 3)
        reach = 3 + 5 * t["lashes"]
        for k in (0, 1):
            x, y = out * a * (0.84 - 0.22 * k), upper * (0.42 + 0.16 * k) - 1
            pen.line(path((x, y), (x + out * reach * 0.75, y - reach * 0.1, x + out * (reach - k), y - reach * (0.75 + 0.2 * k)), close=False), line, 2.0, alpha)
    if openness > 0.3:  # the crease above
        crease = path((-out * a * 0.5, upper * 0.80 - 7), (0, upper * 0.80 - 11, out * a * 0.6, upper * 0.70 - 8), close=False)
        pen.line(crease, shade(head.skin, 0.75), 1.5, 0.55)


def _draw_iris(pen: Pen, head: Head, colour: Colour, a: float, b: float, openness: float):
    """The iris, moved by the gaze; its catch-lights belong to the lamp and follow less."""
    t = head.t
    ix, iy = a * 0.80, b * 0.93
    gx, gy = a * 0.26 * t["gaze_x"], -b * 0.20 * t["gaze_y"]
    dark = mix(shade(colour, 1.0), (0.05, 0.02, 0.10), 0.35)
    iris = oval(0, 1, ix, iy)
    with pen.at(gx, gy):
        if pen.flat:  # two plain halves, the upper one in shade, and a bright crescent below
            pen.fill(iris, colour)
            with pen.inside(iris):
                pen.fill(oval(0, -iy * 0.62, ix * 1.25, iy * 0.98), shade(colour, 0.62), mark=False)
                pen.fill(path((-ix * 0.72, iy * 0.50), (-ix * 0.4, iy * 1.12, ix * 0.4, iy * 1.12, ix * 0.72, iy * 0.50), (ix * 0.36, iy * 0.86, -ix * 0.36, iy * 0.86, -ix * 0.72, iy * 0.50)), light(colour, 0.6), mark=False)
            pen.line(oval(0, 1, ix - 1, iy - 1), dark, 2.2)
        else:
            pen.blend(iris, -iy, iy, (dark, shade(colour, 0.35), colour, light(colour, 0.5)), (0, 0.38, 0.68, 1), form=False)
            with pen.inside(iris):  # rays, as the muscle of an iris has
                for k, lean in enumerate((-0.62, -0.22, 0.22, 0.62)):
                    pen.clump(leaf(lean * ix * 0.5, iy * 0.15, lean * ix * 0.9, iy * 0.5, lean * ix * 1.1, iy * (0.98 - 0.25 * lean * lean), 1.5), light(colour, 0.55), 0.38)
                if pen.painterly:
                    pen.clump(leaf(-ix * 0.9, iy * 0.30, -ix * 0.4, iy * 1.0, ix * 0.35, iy * 0.80, 3.2), light(vivid(colour, 0.4), 0.45), 0.55)
            pen.line(oval(0, 1, ix - 0.8, iy - 0.8), dark, 1.9, 0.6 if pen.painterly else 0.9)
            pen.glow(0, iy * 0.62, ix * 0.75, iy * 0.42, light(colour, 0.75), 0.75)
        if t["pupil"] == "round":
            pen.fill(oval(0, -1, ix * 0.46, iy * 0.48), dark)
        elif t["pupil"] == "slit":
            pen.fill(path((0, -iy * 0.8), (ix * 0.36, -iy * 0.2, 0, iy * 0.72), (-ix * 0.36, -iy * 0.2, 0, -iy * 0.8)), dark)
    # Catch-lights: one big above, one small below on the other side; z moves them a little.
    dx, dy = 0.5 * gx + 0.9 * head.lean(5), 0.5 * gy + 0.9 * head.lean(6)
    big = {"classic": 1.0, "big": 1.32, "sparkle": 0.85}[t["catchlight"]]
    pen.fill(oval(-ix * 0.36 + dx, -iy * 0.40 + dy, ix * 0.33 * big, iy * 0.27 * big), WHITE, 0.97)
    if t["pupil"] in ("star", "heart"):  # over the big light, which would hide what it is
        with pen.at(gx, gy):
            if t["pupil"] == "star":
                pen.fill(star(0, 2, ix * 0.74), (1, 0.93, 0.62), outline=dark, width=1.2)
            else:
                pen.fill(heart(0, 3, ix * 0.84), (0.97, 0.25, 0.45), outline=(0.62, 0.05, 0.25), width=1.2)
    pen.fill(oval(ix * 0.42 + dx, iy * 0.36 + dy, ix * 0.17, iy * 0.14), WHITE, 0.9)
    if t["catchlight"] == "sparkle":
        pen.fill(star(ix * 0.36 + dx, -iy * 0.34 + dy, ix * 0.30, 4, 0.3), WHITE, 0.95)
        pen.fill(oval(-ix * 0.4 + dx, iy * 0.42 + dy, ix * 0.11, iy * 0.09), WHITE, 0.85)


def draw_brows(pen: Pen, head: Head):
    t = head.t
    thick = 2.9 + 2.1 * t["brow_thickness"]
    base = head.hair if head.style != "hijab" else mix(shade(head.skin, 0.9), (0.1, 0.05, 0.05), 0.5)
    colour = mix(shade(base, 0.55), ink(base), 0.35)
    if pen.flat:
        colour = mix(colour, (0.15, 0.07, 0.16), 0.3)
    for side in (-1, 1):
        tilt = 13 * t["brow_angle"] + 2.0 * head.lean(12) * side
        y = 113 - 5 * t["brow_height"] - 3.0 * t["eye_size"]
        place = dict(x=side * (38 + 4 * t["eye_spacing"]), y=y, angle=side * -tilt, scale=(side, 1))
        # a leaf: full at the inner end, thin at the outer
        brow = path((-14.5, 1.5 + thick * 0.3), (-8, -4.5 - thick * 0.5, 6, -5.5 - thick * 0.3, 15.5, 1.0), (6, -3.5 + thick * 0.45, -6, -2.2 + thick * 0.75, -14.5, 1.5 + thick * 0.3))
        if head.front:  # where it lies over the hair, a lighter rim keeps it seen
            x, y = place["x"], place["y"]
            with pen.inside(head.front[0], box=(x - 21, y - 15, x + 21, y + 15)), pen.at(**place):
                pen.line(brow, light(head.hair, 0.34), 1.6, 0.35, mark=False)
        with pen.part("brows"), pen.at(**place):
            pen.fill(brow, colour, 0.92)


def star(x: float, y: float, r: float, points: int = 5, depth: float = 0.48) -> skia.Path:
    """A star with `points` tips; depth = inner radius / outer radius."""
    corners = []
    for k in range(2 * points):
        angle, radius = math.pi * k / points - math.pi / 2, r if k % 2 == 0 else r * depth
        corners.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    return path(corners[0], *corners[1:])


def heart(x: float, y: float, r: float) -> skia.Path:
    return path((x, y + r), (x - r * 1.5, y - r * 0.1, x - r * 0.85, y - r * 1.2, x, y - r * 0.45), (x + r * 0.85, y - r * 1.2, x + r * 1.5, y - r * 0.1, x, y + r))
