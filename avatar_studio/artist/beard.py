"""Beards and moustaches: they follow the jaw, thin out over the cheek, and hang free only below."""
from __future__ import annotations

import skia

from .colours import Colour, ink, light, mix, shade
from .face import MOUTH_Y, Head
from .pen import Pen
from .shapes import leaf, oval, path


def draw_beard(pen: Pen, head: Head):
    t = head.t
    colour = shade(head.hair, 0.18)
    if t["beard"] != "none":
        with pen.part("beard"):
            _draw_beard(pen, head, colour)
    if t["moustache"] != "none":
        with pen.part("moustache"), pen.at(0, MOUTH_Y - 8.5 - 2.2 * t["mouth_open"]):
            _draw_moustache(pen, t["moustache"], t["beard_length"], colour)


def _draw_beard(pen: Pen, head: Head, colour: Colour):
    t, w, chin = head.t, head.width, head.chin
    drop = 2 + 16 * t["beard_length"]
    if t["beard"] == "goatee":
        m, tip = MOUTH_Y, chin + 0.9 * drop + 1
        right = [(10, m + 9.5, 13, m + 13, 14, chin - 7), (15, chin, 11, chin + 0.55 * drop, 5, tip - 2), (4, tip - 5), (0, tip + 2.5)]
        left = [(-4, tip - 5), (-5, tip - 2), (-11, chin + 0.55 * drop, -15, chin, -14, chin - 7), (-13, m + 13, -10, m + 9.5, 0, m + 11.5)]
        shape = path((0, m + 11.5), *right, *left)
        if not pen.flat:
            pen.fill(oval(0, m + 15, 14.5, 6.5), mix(colour, head.skin, 0.3), 0.40)
        pen.blend(shape, m + 8, tip, (colour, shade(colour, 0.35)))
        for k in (-2, -1, 0, 1, 2):
            pen.clump(leaf(5 * k, m + 13, 5.6 * k, chin - 2, 2.2 * k, tip - 1, 1.7), shade(colour, 0.6) if k % 2 else light(colour, 0.25), 0.55)
        pen.outline(path((14, chin - 7), *right[1:], *left[:3], close=False), ink(colour), 1.6)
        return
    if t["beard"] == "stubble":  # a shadow that fades in below the cheeks
        alpha = 0.20 + 0.26 * t["beard_length"]
        with pen.inside(head.outline):
            if pen.flat:
                pen.fill(_jaw(head, 0, 6, 0), colour, alpha)
            else:
                pen.blend(path((-w, 160), (w, 160), (w, chin + 4), (-w, chin + 4)), 164, 184, (colour, colour), alphas=(0, alpha), form=False)
                hairs = []
                for k in range(-5, 6):  # short hairs, in rows that follow the jaw
                    for row in range(2):
                        x, y = 8.5 * k + 4 * (row - 0.5), chin - 6 - 8 * row - 0.30 * k * k
                        hairs.append(leaf(x, y, x + 0.4 * k, y + 2, x + 0.5 * k, y + 4.5, 0.9))
                pen.clumps(hairs, shade(colour, 0.5), alpha)
        return
    if not pen.flat:  # the upper edge thins out over the cheek
        for raised, alpha in ((6, 0.28), (3, 0.40)):
            pen.fill(_jaw(head, drop, raised, 0), mix(colour, head.skin, 0.25), alpha)
    shape = _jaw(head, drop, 0, 1)
    pen.blend(shape, 158, chin + drop, (colour, colour, shade(colour, 0.4)), (0, 0.45, 1))
    with pen.inside(shape):
        for k in range(-4, 5):  # clumps that follow the jaw down to the tip
            x, lift = 15.0 * k + 2 * head.wave(k, 13), 0.9 * k * k
            pen.clump(leaf(x, 196 - lift * 1.2, x * 0.98, chin + 1 - lift * 0.6, x * 0.74, chin + drop * 0.9 - lift * 0.4, 3.0), shade(colour, 0.6), 0.42)
            pen.clump(leaf(x + 6, 193 - lift * 1.2, (x + 6) * 0.98, chin - lift * 0.6, (x + 6) * 0.78, chin + drop * 0.7 - lift * 0.4, 2.2), light(colour, 0.25), 0.42)
    if pen.flat:
        pen.outline(shape, ink(colour), 1.7)
    else:  # only the rim that hangs free has an outline; above, strands reach over the skin
        pen.outline(path(*_rim(head, drop, 1), close=False), ink(colour), 1.9)
        for s in (-1, 1):
            for k, (x, y) in enumerate(((w - 7, 166), (w - 15, 178), (46, 186), (32, 188), (19, 190))):
                pen.clump(leaf(s * (x - 1), y + 8, s * (x - 2), y + 1, s * (x - 5), y - 4 - head.wave(k, 13), 1.6), colour, 0.75)


def _rim(head: Head, drop: float, tufts: int) -> list[tuple[float, ...]]:
    """The lower rim of a beard from the right ear round the chin to the left one, in `tufts` if 1."""
    w, chin, c = head.width, head.chin, head.cheek + 0.58 * (head.chin - head.cheek)
    far = drop + 1.5
    points = [(w + 0.5, 150.0), (w + 0.2 * far - 2, c + 0.5 * far), (0.72 * w, chin - 10 + 0.7 * far), (head.jaw * 0.95, chin - 1 + 0.9 * far), (head.jaw * 0.42, chin + 1 + far), (0.0, chin + 2 + 1.08 * far)]
    points += [(-x, y) for x, y in reversed(points[:-1])]
    segments: list[tuple[float, ...]] = [points[0]]
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        if tufts and abs(ax) + abs(bx) < 1.6 * w:  # each tuft swings out before it ends in a point, away from the middle line
            segments.append((0.5 * (ax + bx) - 0.05 * (ay - by), 0.5 * (ay + by) + 2.6, bx, by))
        else:
            segments.append((0.5 * (ax + bx) * 1.02, 0.5 * (ay + by) + 2.0, bx, by))
    return segments


def _jaw(head: Head, drop: float, raised: float, tufts: int) -> skia.Path:
    """A beard from the temples along the jaw, its upper edge on the cheeks and under the lower lip, `raised` units higher."""
    w, r = head.width, raised
    inner = [(-w + 6, 174 - r, -w + 16, 186 - r, -40, 190 - r), (-30, 191 - r, -24, 186 - r, -19, 187 - r), (-12, 188 - r * 0.6, -11, 195 - r * 0.3, 0, 195.5 - r * 0.3),
             (11, 195 - r * 0.3, 12, 188 - r * 0.6, 19, 187 - r), (24, 186 - r, 30, 191 - r, 40, 190 - r), (w - 16, 186 - r, w - 6, 174 - r, w + 0.5, 150)]
    return path((-w - 0.5, 150), *inner, *_rim(head, drop, tufts)[1:])


def _draw_moustache(pen: Pen, kind: str, length: float, colour: Colour):
    """Two lobes that part under the nose. The gap below it and tips that hang, or curl up, tell it from a pair of lips."""
    reach = {"thin": 12, "thick": 15, "curled": 14}[kind] + 6 * length
    thick = {"thin": 2.5, "thick": 5.0, "curled": 4.2}[kind] + 1.4 * length
    top, gap = (0, -thick * 0.5), (0, thick * 0.15)
    if kind == "curled":
        rise = 5 + 7 * length
        tip = (reach * 0.84, -rise)
        lobe = path(gap, top, (reach * 0.3, -thick * 1.3, reach * 0.5, thick * 0.2, reach * 0.8, thick * 0.05), (reach * 1.0, -thick * 0.1, reach * 1.08, -rise * 0.75, *tip),
                    (reach * 1.35, -rise * 0.95, reach * 1.4, thick * 0.9, reach * 0.85, thick * 1.1), (reach * 0.5, thick * 1.3, reach * 0.2, thick * 1.1, *gap))
        strands = [(reach * 0.4, thick * 0.1, reach * 0.95, thick * 0.45), (reach * 0.4, thick * 0.7, reach * 0.85, thick * 0.75)]
    else:
        droop = {"thin": 1.5, "thick": 3.5}[kind] + 4.0 * length
        tip = (reach, droop)
        lobe = path(gap, top, (reach * 0.2, -thick * 1.3, reach * 0.85, -thick * 0.7, *tip), (reach * 0.85, droop * 0.8, reach * 0.66, thick * 1.0, reach * 0.44, thick * 0.95), (reach * 0.26, thick * 0.9, reach * 0.1, thick * 0.7, *gap))
        strands = [(reach * 0.45, -thick * 0.5, reach * 0.9, droop * 0.6), (reach * 0.3, 0, reach * 0.62, thick * 0.6), (reach * 0.16, thick * 0.1, reach * 0.36, thick * 0.75)]
    for s in (-1, 1):
        with pen.at(0, 0, scale=(s, 1)):
            pen.blend(lobe, -thick, thick, (light(colour, 0.14), shade(colour, 0.3)), outline=mix(ink(colour), (0.12, 0.07, 0.10), 0.35), width=1.5, form=False)
            for k, strand in enumerate(strands):  # from the middle to the tip
                pen.clump(leaf(1.5, -thick * 0.1 + k, *strand, 0.2 * thick), shade(colour, 0.75) if k % 2 else light(colour, 0.3), 0.6)
