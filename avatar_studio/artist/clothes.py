"""The small body: shoulders, neckline, folds and motif."""
from __future__ import annotations

import skia

from .colours import Colour, WHITE, ink, light, mix, shade
from .eyes import heart, star
from .face import Head
from .pen import Pen
from .shapes import leaf, oval, path


def _trunk(dip: float, half: float = 26) -> skia.Path:
    """The trunk with a round neckline: half its width, dip how deep it hangs."""
    return path((-half, 220), (-50, 225, -62, 236, -68, 262), (68, 262), (62, 236, 50, 225, half, 220), (half * 0.7, 220 + dip * 1.3, -half * 0.7, 220 + dip * 1.3, -half, 220))


def draw_clothes(pen: Pen, head: Head):
    colour = head.clothes
    with pen.part("face"):  # the chest that a neckline shows
        pen.fill(path((-30, 222), (30, 222), (22, 262), (-22, 262)), head.skin)
        pen.glow(0, 221, 26, 12, head.shadow, 0.9, patch=True)
    with pen.part("clothes"):
        CLOTHES[head.t["clothes"]](pen, head, colour)


# where one heart or star sits: x, y, size
FRONT = (0.0, 246.0, 1.0)
BADGE = (-31.0, 244.0, 0.85)        # beside a deep neckline or a row of buttons
BETWEEN = (0.0, 248.5, 0.8)         # the strings of a hood
NOWHERE = None


def _base(pen: Pen, head: Head, colour: Colour, dip: float, half: float = 26, place: tuple | None = FRONT):
    with pen.form(_trunk(dip, half), 218, 258, (light(colour, 0.12), colour, shade(colour, 0.3)), (0, 0.4, 1), outline=ink(colour)):
        _cloth(pen, head, colour, place)


def _cloth(pen: Pen, head: Head, colour: Colour, place: tuple | None = FRONT):
    """What is on cloth: a print that folds with it, or a heart or star sewn on at a place, and the folds."""
    sewn = head.t["motif"] in ("heart", "star")
    if not sewn:
        _motif(pen, head, colour)
    _folds(pen, head, colour)
    if sewn and place:
        _motif(pen, head, colour, *place)


def _folds(pen: Pen, head: Head, colour: Colour):
    """Sleeves, the pulls at the armpits, a soft fall below the collar, light on the shoulders."""
    fold = 2.0 * head.lean(14)
    deep, bright = shade(colour, 0.55), light(colour, 0.5)
    for s in (-1, 1):
        pen.clump(leaf(s * 47, 232, s * (43 + fold * 0.4), 246, s * (47 + fold), 268, 5.0 * s), deep, 0.62)
        pen.clump(leaf(s * 46, 240, s * 36, 243, s * (27 + fold), 251, 4.2), deep, 0.42)
        pen.clump(leaf(s * 46, 247, s * 38, 252, s * (33 - fold), 262, 3.6), deep, 0.34)
        pen.clump(leaf(s * 36, 225.5, s * 52, 228, s * 59, 240, 3.4), bright, 0.5)
    pen.clump(leaf(-20, 233, fold, 247, 22, 234, 3.2), deep, 0.22)


def _motif(pen: Pen, head: Head, colour: Colour, x: float = 0.0, y: float = 246.0, size: float = 1.0):
    """The motif on cloth of this colour: all over it, or one heart or star at (x, y)."""
    kind, mark = head.t["motif"], mix(head.accent, WHITE, 0.15)
    near = 1 - sum(abs(a - b) for a, b in zip(mark, colour)) / 0.9
    if near > 0:  # the nearer to the cloth, the lighter or deeper, so that it does not vanish in it
        mark = mix(mark, light(colour, 0.8) if sum(colour) < 2.0 else shade(mark, 1.0), min(1.0, 2 * near))
    with pen.part("motif"):
        if kind == "stripes":
            for k in range(3):
                pen.line(path((-70, 234 + 11 * k), (0, 240 + 11 * k, 70, 234 + 11 * k), close=False), mark, 4.8, 0.9)
        elif kind == "dots":
            for row in range(3):
                for k in range(-5, 6):
                    pen.fill(oval(13 * k + (6.5 if row % 2 else 0), 232 + 10 * row, 2.7, 2.7), mark, 0.9)
        elif kind in ("heart", "star"):
            shape = heart(x, y, 7.5 * size) if kind == "heart" else star(x, y, 9.5 * size)
            pen.fill(shape, mark, outline=ink(mark), width=1.6)


def _tee(pen: Pen, head: Head, colour: Colour):
    _base(pen, head, colour, 11)
    rim = path((-26, 220), (-18, 234.5, 18, 234.5, 26, 220), close=False)
    pen.band(rim, light(colour, 0.3), 3.2, ink(colour), 1.6)


def _v_neck(pen: Pen, head: Head, colour: Colour):
    trunk = path((-24, 219), (-50, 225, -62, 236, -68, 262), (68, 262), (62, 236, 50, 225, 24, 219), (14, 232, 0, 246), (-14, 232, -24, 219))
    pen.blend(trunk, 218, 258, (light(colour, 0.12), colour, shade(colour, 0.3)), (0, 0.4, 1), outline=ink(colour))
    with pen.inside(trunk):
        _cloth(pen, head, colour, BADGE)
    pen.band(path((-24, 220), (-13, 233, 0, 247), (13, 233, 24, 220), close=False), light(colour, 0.35), 2.8, ink(colour), 1.6)


def _shirt(pen: Pen, head: Head, colour: Colour):
    _base(pen, head, colour, 9, 24, BADGE)
    pen.crease(path((0, 236), (0, 262), close=False), shade(colour, 0.8), 1.7, 0.8)
    pen.fill(oval(0, 251, 2.0, 2.0), light(colour, 0.7), outline=ink(colour), width=1.2)
    cloth = light(colour, 0.82)
    for s in (-1, 1):
        collar = path((s * 25, 214), (s * 31, 222, s * 32, 228, s * 26, 240), (s * 14, 240, s * 6, 236, 0, 231), (s * 12, 228, s * 20, 222, s * 25, 214))
        pen.fill(collar, cloth, outline=ink(colour), width=2.0)
    if head.t["motif"] == "none":  # a little tie
        pen.fill(path((0, 232), (-6, 236), (0, 240), (6, 236)), head.accent, outline=ink(head.accent), width=1.5)
        pen.fill(path((0, 239), (-6, 262), (6, 262)), head.accent, outline=ink(head.accent), width=1.5)


def _hoodie(pen: Pen, head: Head, colour: Colour):
    _base(pen, head, colour, 10, place=BETWEEN)
    for s in (-1, 1):
        hood = path((s * 20, 210), (s * 40, 208, s * 54, 220, s * 40, 234), (s * 28, 246, s * 8, 242, 0, 236), (s * 12, 234, s * 22, 226, s * 20, 210))
        pen.blend(hood, 208, 246, (light(colour, 0.22), shade(colour, 0.22)), outline=ink(colour))
    for s in (-1, 1):
        pen.band(path((s * 9, 238), (s * 10, 248, s * 8, 256), close=False), light(colour, 0.85), 2.2, ink(colour), 1.1)


def _sailor(pen: Pen, head: Head, colour: Colour):
    cloth = light(colour, 0.86)
    _base(pen, head, cloth, 12, 24, NOWHERE)
    for s in (-1, 1):
        collar = path((s * 22, 214), (s * 46, 222), (s * 44, 240, s * 26, 246, 0, 250), (s * 12, 236, s * 18, 226, s * 22, 214))
        pen.fill(collar, colour, outline=ink(colour))
        pen.line(path((s * 40, 226), (s * 38, 237, s * 22, 241, s * 6, 243.5), close=False), light(colour, 0.9), 1.8)
        if head.t["motif"] in ("heart", "star"):  # on the collar: the bow covers the front
            _motif(pen, head, colour, s * 30, 231.5, 0.62)
    draw_ribbon(pen, 0, 249, 0.72, head.accent)


def draw_ribbon(pen: Pen, x: float, y: float, size: float, colour: Colour, angle: float = 0.0):
    """A bow of two loops and a knot; also worn in the hair."""
    with pen.at(x, y, angle=angle, scale=size):
        for s in (-1, 1):
            tail = path((s * 2, 3), (s * 9, 8, s * 12, 15), (s * 4, 16), (s * 1, 9, 0, 4))
            pen.fill(tail, shade(colour, 0.18), outline=ink(colour), width=2.0)
        for s in (-1, 1):
            loop = path((s * 3, 0), (s * 10, -15, s * 26, -16, s * 25, 0), (s * 26, 14, s * 10, 12, s * 3, 0))
            pen.blend(loop, -14, 12, (light(colour, 0.22), colour, shade(colour, 0.25)), outline=ink(colour))
            pen.crease(path((s * 7, 0), (s * 13, -2, s * 17, -4), close=False), shade(colour, 0.75), 1.8, 0.7)
        pen.fill(oval(0, 0, 5.6, 6.4), light(colour, 0.15), outline=ink(colour))


def _turtleneck(pen: Pen, head: Head, colour: Colour):
    _base(pen, head, colour, 2, 20)
    roll = path((-19, 204), (-24, 214, -24, 222, -22, 228), (-10, 233, 10, 233, 22, 228), (24, 222, 24, 214, 19, 204), (8, 209, -8, 209, -19, 204))
    pen.blend(roll, 204, 232, (shade(colour, 0.25), light(colour, 0.22)), outline=ink(colour))
    for x in (-12, -4, 4, 12):
        pen.crease(path((x, 211), (x * 1.1, 228), close=False), shade(colour, 0.7), 1.5, 0.5)


def _overalls(pen: Pen, head: Head, colour: Colour):
    shirt = light(mix(colour, head.accent, 0.5), 0.78)
    trunk = _trunk(10)
    pen.blend(trunk, 218, 258, (light(shirt, 0.2), shade(shirt, 0.15)), outline=ink(shirt))
    if head.t["motif"] in ("stripes", "dots"):
        with pen.inside(trunk):
            _motif(pen, head, shirt)
    for s in (-1, 1):
        pen.fill(path((s * 26, 221), (s * 37, 223), (s * 33, 244), (s * 22, 244)), colour, outline=ink(colour), width=2.0)
    pen.blend(path((-30, 242), (0, 239, 30, 242), (32, 264), (-32, 264)), 238, 262, (light(colour, 0.12), shade(colour, 0.2)), outline=ink(colour))
    for s in (-1, 1):
        pen.fill(oval(s * 26, 246, 3.2, 3.2), (0.98, 0.84, 0.42), outline=(0.5, 0.34, 0.14), width=1.4)
    if head.t["motif"] in ("heart", "star"):
        _motif(pen, head, colour, 0, 252, 0.8)


def _jacket(pen: Pen, head: Head, colour: Colour):
    shirt = light(mix(colour, (1, 1, 1), 0.6), 0.5)
    trunk = _trunk(10)
    pen.fill(trunk, shirt, outline=ink(shirt))
    with pen.inside(trunk):
        _motif(pen, head, shirt)
    for s in (-1, 1):
        half = path((s * 24, 217), (s * 50, 224, s * 62, 236, s * 68, 262), (s * 14, 264), (s * 12, 244, s * 20, 230, s * 24, 217))
        pen.blend(half, 218, 260, (light(colour, 0.10), colour, shade(colour, 0.3)), (0, 0.4, 1), outline=ink(colour))
        lapel = path((s * 24, 217), (s * 36, 226), (s * 32, 236), (s * 35, 240), (s * 15, 258), (s * 13, 240, s * 20, 228, s * 24, 217))
        pen.fill(lapel, light(colour, 0.2), outline=ink(colour), width=1.9)
        pen.crease(path((s * 48, 242), (s * 50, 250, s * 49, 262), close=False), shade(colour, 0.8), 1.7, 0.6)


CLOTHES = {"tee": _tee, "v_neck": _v_neck, "shirt": _shirt, "hoodie": _hoodie, "sailor": _sailor, "turtleneck": _turtleneck, "overalls": _overalls, "jacket": _jacket}
