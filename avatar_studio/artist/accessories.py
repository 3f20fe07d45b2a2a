"""Glasses, headwear and earrings."""
from __future__ import annotations

import math

import skia

from .. import traits as vocabulary
from .clothes import draw_ribbon
from .colours import Colour, WHITE, ink, light, mix, shade
from .eyes import heart, star
from .face import EYE_Y, Head
from .fringe import crown_top, thickness
from .pen import Pen
from .shapes import oval, path


def draw_glasses(pen: Pen, head: Head):
    kind = head.t["glasses"]
    if kind == "none":
        return
    frame = vocabulary.rgb(head.t, "glasses")
    edge = mix(ink(frame), frame, 0.45)
    x = 37 + 4.5 * head.t["eye_spacing"]
    size = head.t["eye_size"]
    rx, ry = min(27.5 + (4.5 if size > 0 else 2) * size, x - 4), 26.5 + (4.5 if size > 0 else 2) * size
    with pen.part("glasses"):
        for s in (-1, 1):
            with pen.at(s * x, EYE_Y + 2, scale=(s, 1)):
                lens = _lens(kind, rx, ry)
                if kind == "sun":
                    glass = tuple(min(1.0, 0.42 / max(0.01, max(frame))) * c for c in frame)  # dark, however pale the frame
                    pen.blend(lens, -ry, ry, (shade(glass, 0.9), mix(shade(glass, 0.5), (0.2, 0.16, 0.24), 0.3)), alphas=(0.95, 0.84))
                    pen.fill(path((-rx * 0.66, -ry * 0.1), (-rx * 0.1, -ry * 0.72), (rx * 0.16, -ry * 0.72), (-rx * 0.5, ry * 0.2)), WHITE, 0.32)
                else:
                    pen.fill(lens, WHITE, 0.13 - 0.10 * head.t["skin_tone"], mark=False)  # less on deep skin, or a shut eye behind it turns milky
                    pen.line(path((-rx * 0.62, -ry * 0.26), (-rx * 0.5, -ry * 0.6, -rx * 0.2, -ry * 0.72), close=False), WHITE, 2.6, 0.75)
                pen.line(lens, edge, 3.6)
                pen.line(path((rx * 0.97, -4), (rx + 5, -6), (head.width - x + 2, -5), close=False), edge, 3.2)
        pen.line(path((-x + rx * 0.93, EYE_Y - 3), (0, EYE_Y - 9, x - rx * 0.93, EYE_Y - 3), close=False), edge, 3.2)


def _lens(kind: str, rx: float, ry: float) -> skia.Path:
    if kind == "round":
        return oval(0, 0, rx, ry)
    if kind == "square":
        shape = skia.Path()
        shape.addRoundRect(skia.Rect.MakeLTRB(-rx, -ry * 0.84, rx, ry * 0.84), 9, 9)
        return shape
    if kind == "sun":
        return path((-rx * 0.95, -ry * 0.72), (-rx * 0.3, -ry * 0.86, rx * 0.5, -ry * 0.86, rx * 1.02, -ry * 0.74), (rx * 1.1, ry * 0.2, rx * 0.6, ry * 0.9, 0, ry * 0.86), (-rx * 0.7, ry * 0.84, -rx, ry * 0.2, -rx * 0.95, -ry * 0.72))
    return path((-rx * 0.95, -ry * 0.35), (-rx * 0.7, -ry * 0.85, rx * 0.2, -ry * 0.80, rx * 1.22, -ry * 0.98), (rx * 1.16, -ry * 0.2, rx * 0.95, ry * 0.86, 0, ry * 0.86), (-rx * 0.75, ry * 0.86, -rx * 1.05, ry * 0.3, -rx * 0.95, -ry * 0.35))


def draw_earrings(pen: Pen, head: Head):
    kind = head.t["earrings"]
    if kind == "none" or head.style == "hijab":
        return
    gold = mix(head.accent, (1.0, 0.82, 0.36), 0.45)
    with pen.part("earrings"):
        for s in (-1, 1):
            x, y = s * (head.width + 4), 166 + 3 * head.t["ear_size"]
            if kind == "stud":
                pen.fill(oval(x, y, 4.2, 4.2), gold, outline=ink(gold), width=1.6)
                pen.fill(oval(x - 1.2, y - 1.4, 1.3, 1.2), WHITE, 0.9)
            elif kind == "hoop":
                pen.band(oval(x, y + 8, 7.5, 8.5), light(gold, 0.25), 2.4, ink(gold), 1.1)
            else:
                pen.line(path((x, y - 1), (x, y + 7), close=False), ink(gold), 2.2)
                pen.fill(path((x, y + 4), (x + 7, y + 13, x + 6, y + 20, x, y + 20), (x - 6, y + 20, x - 7, y + 13, x, y + 4)), gold, outline=ink(gold), width=1.7)
                pen.fill(oval(x - 1.8, y + 14, 1.4, 2.2), WHITE, 0.85)


def draw_headwear(pen: Pen, head: Head):
    draw = HEADWEAR.get(head.t["headwear"])
    if draw:
        with pen.part("headwear"):
            draw(pen, head, head.accent, 2.0 * head.lean(15))


def _top(head: Head) -> float:
    """Where the hair, or the bare head, ends above."""
    return {"bald": 48.0, "buzz": 44.0}.get(head.style, crown_top(head))


def _cat_ears(pen: Pen, head: Head, colour: Colour, tilt: float):
    fur = head.hair if head.style not in ("bald", "buzz", "hijab") else colour
    y = _top(head)
    for s in (-1, 1):
        with pen.at(s * 46, y + 22, angle=s * 22 + tilt * 0.6):
            pen.blend(path((-23, 12), (-20, -22, -7, -34), (-4, -37, 2, -37, 6, -33), (18, -18, 25, 10), (4, 2, -23, 12)), -36, 12, (light(fur, 0.12), fur), outline=ink(fur))
            pen.fill(path((-14, 4), (-12, -15, -3, -25), (10, -14, 16, 3), (2, -3, -14, 4)), mix((1, 0.66, 0.72), colour, 0.35))
            pen.fill(path((-15, 6), (-11, -9), (-7, -1), (-1, -13), (4, -2), (10, -8), (16, 5), (2, -1, -15, 6)), light(fur, 0.7), 0.95)


def _bunny_ears(pen: Pen, head: Head, colour: Colour, tilt: float):
    for s in (-1, 1):
        with pen.at(s * 34, max(_top(head) + 26, 51), angle=s * 20 + tilt * 0.75, scale=(0.95, 0.80)):
            pen.blend(path((-13, 2), (-24, -38, -13, -61, 0, -63), (13, -61, 24, -38, 13, 2), (8, 10, -8, 10, -13, 2)), -62, 8, (light(colour, 0.62), light(colour, 0.45), light(colour, 0.35)), outline=ink(colour))
            pen.fill(path((-6, 0), (-12, -34, -6, -50, 0, -52), (6, -50, 12, -34, 6, 0), (3, 4, -3, 4, -6, 0)), mix(colour, (1, 0.6, 0.68), 0.55), 0.9)


def _bow(pen: Pen, head: Head, colour: Colour, tilt: float):
    draw_ribbon(pen, 44, _top(head) + 19, 1.25, colour, 20 + tilt)


def _flower(pen: Pen, head: Head, colour: Colour, tilt: float):
    x, y = 56, _top(head) + 42
    petal = light(colour, 0.25)
    for s in (-1, 1):
        pen.fill(path((x, y), (x + s * 16, y + 6, x + s * 22 - 2, y + 17), (x + s * 6, y + 20, x, y)), (0.45, 0.68, 0.42), outline=(0.20, 0.36, 0.22), width=1.8)
    for k in range(5):
        a = math.radians(72 * k - 90 + tilt * 4)
        pen.fill(oval(x + 11 * math.cos(a), y + 11 * math.sin(a), 9.4, 9.4), petal, outline=ink(colour), width=2.0)
    for k in range(5):
        a = math.radians(72 * k - 90 + tilt * 4)
        pen.fill(oval(x + 7.5 * math.cos(a), y + 7.5 * math.sin(a), 6, 6), mix(petal, colour, 0.5))
    pen.fill(oval(x, y, 5.4, 5.4), (1.0, 0.86, 0.42), outline=(0.60, 0.38, 0.16), width=1.6)


def _clips(pen: Pen, head: Head, colour: Colour, tilt: float):
    for k in (0, 1):
        with pen.at(50 + 4 * k, 84 + 12 * k, angle=-24 + tilt):
            shape = skia.Path()
            shape.addRoundRect(skia.Rect.MakeLTRB(-14, -3.6, 14, 3.6), 3.6, 3.6)
            pen.fill(shape, colour, outline=ink(colour), width=1.9)
            pen.line(path((-9, -1), (4, -1), close=False), WHITE, 1.5, 0.7)


def _headband(pen: Pen, head: Head, colour: Colour, tilt: float):
    y, x = _top(head), head.width + (thickness(head) if head.style not in ("bald", "buzz") else 0)
    band = path((-x - 1, 100), (-x * 0.98, y + 22, -x * 0.50, y + 12, 0, y + 11), (x * 0.50, y + 12, x * 0.98, y + 22, x + 1, 100), (x - 7, 104), (x * 0.86, y + 34, x * 0.46, y + 25, 0, y + 24), (-x * 0.46, y + 25, -x * 0.86, y + 34, -x + 7, 104))
    pen.blend(band, y, 104, (light(colour, 0.25), shade(colour, 0.15)), outline=ink(colour))
    draw_ribbon(pen, -34, y + 18, 0.8, colour, -22 + tilt)


def _cap(pen: Pen, head: Head, colour: Colour, tilt: float):
    x, y = head.width + thickness(head) + 3, 18.0
    dome = path((-x, 98), (-x - 2, 40, -x * 0.6, y, 0, y), (x * 0.6, y, x + 2, 40, x, 98), (x * 0.5, 80, -x * 0.5, 80, -x, 98))
    pen.blend(dome, y, 96, (light(colour, 0.2), colour, shade(colour, 0.2)), outline=ink(colour))
    for s in (-1, 1):
        pen.crease(path((0, y + 1), (s * 34, y + 22, s * 40, 84), close=False), shade(colour, 0.8), 1.6, 0.6)
    brim = path((-x - 3, 96), (-x * 0.55, 70, x * 0.55, 70, x + 3, 96), (x + 8, 108, x * 0.4, 97, 0, 97), (-x * 0.4, 97, -x - 8, 108, -x - 3, 96))
    pen.blend(brim, 74, 106, (light(colour, 0.1), shade(colour, 0.35)), outline=ink(colour))
    pen.fill(oval(0, y, 5.5, 3.6), shade(colour, 0.2), outline=ink(colour), width=1.8)
    pen.fill(star(0, 56 + tilt * 0.3, 11), light(colour, 0.82) if sum(colour) < 2.2 else shade(colour, 0.6))


def _beanie(pen: Pen, head: Head, colour: Colour, tilt: float):
    x, y = head.width + thickness(head) + 3, 20.0
    dome = path((-x + 1, 92), (-x - 1, 34, -x * 0.62, y, 0, y), (x * 0.62, y, x + 1, 34, x - 1, 92))
    pen.blend(dome, y, 92, (light(colour, 0.18), colour, shade(colour, 0.2)), outline=ink(colour))
    for k in (-2, -1, 0, 1, 2):
        pen.crease(path((k * 7, y + 3), (k * 30, y + 24, k * 31, 78), close=False), shade(colour, 0.7), 1.7, 0.45)
    cuff = path((-x - 2, 84), (-x * 0.5, 66, x * 0.5, 66, x + 2, 84), (x + 4, 92, x + 4, 98, x, 103), (x * 0.5, 86, -x * 0.5, 86, -x, 103), (-x - 4, 98, -x - 4, 92, -x - 2, 84))
    pen.blend(cuff, 70, 102, (light(colour, 0.38), light(colour, 0.1)), outline=ink(colour))
    for k in range(-5, 6):
        pen.crease(path((k * x / 5.6, 75 + 0.5 * k * k), (k * x / 5.6, 86 + 0.5 * k * k), close=False), shade(colour, 0.6), 1.7, 0.6)
    pom = light(colour, 0.55)
    pen.fill(oval(tilt * 0.5, y - 3, 15, 13.5), pom, outline=ink(colour), width=2.0)
    for k, (dx, dy) in enumerate(((-6, -2), (4, -5), (5, 4), (-3, 4))):
        pen.crease(path((dx - 2 + tilt * 0.5, y - 3 + dy), (dx + tilt * 0.5, y - 5 + dy, dx + 2 + tilt * 0.5, y - 3 + dy), close=False), shade(pom, 0.6), 1.4, 0.6)


def _headphones(pen: Pen, head: Head, colour: Colour, tilt: float):
    y, x = _top(head), head.width + (thickness(head) if head.style not in ("bald", "buzz") else 2) + 2
    bend = 66 if head.style not in ("bald", "buzz") else 80  # close to a skull without hair
    arc = path((-x, 134), (-x - 4, bend, -x * 0.66, y - 5, 0, y - 5), (x * 0.66, y - 5, x + 4, bend, x, 134), close=False)
    pen.band(arc, mix(light(colour, 0.15), WHITE, 0.1), 8.4, ink(colour), 2.0)
    pen.line(path((-x * 0.62, y + 13), (-x * 0.3, y - 4, 0, y - 6), close=False), WHITE, 2.2, 0.6)
    for s in (-1, 1):
        with pen.at(s * (x + 1), 146, scale=(s, 1)):
            cup = skia.Path()
            cup.addRoundRect(skia.Rect.MakeLTRB(-10, -23, 13, 23), 11, 11)
            pen.blend(cup, -23, 23, (light(colour, 0.2), shade(colour, 0.2)), outline=ink(colour))
            pen.fill(oval(4, 0, 5, 11), light(colour, 0.6), 0.9)


def _crown(pen: Pen, head: Head, colour: Colour, tilt: float):
    gold = (1.0, 0.80, 0.32)
    with pen.at(0, max(_top(head) + 8, 38), angle=tilt):  # its points stay in the picture
        shape = path((-34, 12), (-40, -22), (-19, -6), (0, -30), (19, -6), (40, -22), (34, 12), (0, 20, -34, 12))
        pen.blend(shape, -30, 16, ((1.0, 0.93, 0.60), gold, (0.88, 0.58, 0.18)), outline=(0.50, 0.30, 0.10))
        for x, y in ((-40, -22), (0, -30), (40, -22)):
            pen.fill(oval(x, y, 4.6, 4.6), light(colour, 0.2), outline=(0.50, 0.30, 0.10), width=1.7)
        pen.fill(heart(0, 4, 6.5), colour, outline=ink(colour), width=1.5)
        for s in (-1, 1):
            pen.fill(oval(s * 19, 6, 3.6, 3.6), light(colour, 0.45), outline=ink(colour), width=1.3)


def _witch_hat(pen: Pen, head: Head, colour: Colour, tilt: float):
    x = head.width + thickness(head)
    cone = path((-x * 0.95, 66), (-x * 0.80, 22, -20, 20 + tilt, 8, 9), (22, 4, 40, 9, 52, 18), (42, 16, 36, 19, 36, 25), (50, 24, x * 0.90, 30, x * 0.95, 66), (0, 52, -x * 0.95, 66))
    pen.blend(cone, 9, 70, (light(colour, 0.18), colour, shade(colour, 0.35)), outline=ink(colour))
    pen.crease(path((-10, 29), (4, 32, 16, 27), close=False), shade(colour, 0.8), 1.8, 0.6)
    band = path((-x * 0.97, 62), (0, 42, x * 0.97, 62), (x * 1.0, 78), (0, 60, -x * 1.0, 78))
    brim = path((-x - 26, 92), (-x * 0.6, 62, x * 0.6, 62, x + 26, 92), (x * 0.9, 104, x * 0.4, 90, 0, 90), (-x * 0.4, 90, -x * 0.9, 104, -x - 26, 92))
    pen.blend(brim, 68, 102, (light(colour, 0.12), shade(colour, 0.4)), outline=ink(colour))
    pen.fill(band, mix((1.0, 0.80, 0.40), colour, 0.2), outline=ink(colour), width=2.0)
    pen.fill(star(24, 61, 9), (1.0, 0.92, 0.62), outline=(0.52, 0.34, 0.12), width=1.6)


HEADWEAR = {
    "cat_ears": _cat_ears, "bunny_ears": _bunny_ears, "bow": _bow, "flower": _flower, "clips": _clips, "headband": _headband, "cap": _cap,
    "beanie": _beanie, "headphones": _headphones, "crown": _crown, "witch_hat": _witch_hat,
}
