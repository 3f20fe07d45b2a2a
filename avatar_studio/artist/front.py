"""Painting the front hair: its strands, curls or locs, the shine, and the shadow that it throws on the face."""
from __future__ import annotations

import math
from collections.abc import Iterable

import skia

from .colours import cool, ink, light, mix, shade, strand, vivid, warm
from .face import Head
from .fringe import ROUND, around, crown_top, fringe, front, thickness
from .pen import Pen
from .shapes import dab, leaf, path


def apex(head: Head) -> tuple[float, float]:
    """Where the strands of the front begin."""
    sweep = head.t["fringe_sweep"]
    return (34 * sweep if head.t["fringe"] in ("parted", "curtain", "side") else 9 * sweep), crown_top(head) + 7


def draw_shadow(pen: Pen, head: Head):
    """What the fringe darkens on the face, drawn before the eyes."""
    if head.style in ("bald", "buzz", "hijab"):
        return
    shape, _ = front(head)
    with pen.inside(head.outline, box=(-head.width, 60, head.width, 220)), pen.at(1.5, 7):
        pen.fill(shape, head.shadow, 0.8 if pen.flat else 0.62, mark=False)


def draw_front(pen: Pen, head: Head):
    t, hair = head.t, head.hair
    if head.style in ("bald", "hijab"):
        return
    if head.style == "buzz":
        _draw_buzz(pen, head)
        return
    shape, valleys = front(head)
    top = crown_top(head)
    with pen.part("hair"):
        afro = head.style == "afro" and not head.hat  # lies within the back hair: no hard edge between the two
        with pen.form(shape, top, 170, (light(hair, 0.12), hair, shade(hair, 0.26)), (0, 0.42, 1), outline=None if afro else ink(hair), width=2.3):
            if t["hair_tips"] > 0 and head.style in ("short", "spiky", "shaggy"):
                dye(pen, head, shape, 84, 150)
            (_draw_curls if head.style in ROUND else _draw_ropes if head.style == "locs" else _draw_strands)(pen, head, valleys)
            _draw_highlights(pen, head)
            _draw_shine(pen, head, top)
        if afro:
            pen.crease(shape, shade(hair, 0.75), 1.5, 0.7)
    with pen.part("fringe"):  # the edge on the forehead makes the style, and is little of the hair
        pen.note(path((head.width - 10, 132), *fringe(head)[0], close=False), 8)
    if t["ahoge"] > 0.05 and not head.hat:
        with pen.part("ahoge"):
            h, dx = min(8 + 16 * t["ahoge"], top - 1), 14 * t["fringe_sweep"] + 3 * head.wave(3, 4)
            lock = path((-5, top + 4), (-6, top - h * 0.6, dx - 8, top - h, dx + 10, top - h + 3), (dx - 2, top - h + 4, 2, top - h * 0.3, 5, top + 4), close=False)
            pen.fill(lock, light(hair, 0.10), outline=ink(hair))


def dye(pen: Pen, head: Head, shape: skia.Path, y0: float, y1: float):
    """The dyed tips of a form of hair, within it: a gradient, or in the flat style a zigzag of colour."""
    strength = min(1.0, 4 * head.t["hair_tips"])  # the form is shaded and the dye is not: it must come in slowly
    if pen.flat:
        low, y = shape.getBounds().bottom() + 4, y0 + 0.55 * (y1 - y0)
        teeth = [(x, y + (6 if k % 2 else -6)) for k, x in enumerate(range(-126, 131, 9))]
        pen.fill(path((-128, low), *teeth, (128, low)), head.tips, strength, mark=False)
    else:
        pen.tint(y0, y1, head.tips, strength)


def _toward(ax: float, ay: float, x: float, y: float, t: float) -> tuple[float, float]:
    """A point on the arc over the head from the apex (t = 0) to (x, y): out first, then down."""
    cx, cy = ax + (x - ax) * 0.80, ay + (y - ay) * 0.12
    return ((1 - t) ** 2 * ax + 2 * t * (1 - t) * cx + t * t * x, (1 - t) ** 2 * ay + 2 * t * (1 - t) * cy + t * t * y)


def _lock(ax: float, ay: float, x: float, y: float, t0: float, t1: float, width: float) -> skia.Path:
    """A tapering clump along that arc, from t0 to t1."""
    (x0, y0), (x1, y1), (mx, my) = _toward(ax, ay, x, y, t0), _toward(ax, ay, x, y, t1), _toward(ax, ay, x, y, 0.5 * (t0 + t1))
    return leaf(x0, y0, 2 * mx - 0.5 * (x0 + x1), 2 * my - 0.5 * (y0 + y1), x1, y1, width)


def _draw_strands(pen: Pen, head: Head, valleys):
    """Clumps that run from the crown over the form: dark where locks part, lighter along their backs."""
    hair = head.hair
    ax, ay = apex(head)
    dark, deep, bright = shade(hair, 0.42), strand(hair, 0.8), light(hair, 0.30)
    x, side = head.width + thickness(head), head.width - 6
    darks, brights = [], []
    for s in (-1, 1):  # the sides fall past the temples: their inner face lies in shade
        darks += [leaf(s * (side - 4), 96, s * (side + 1), 128, s * (side + 4), 176, 7.0), _lock(ax, ay, s * (x - 15), 134 + 5 * head.wave(s, 0), 0.30, 1.0, 5.0),
                  _lock(ax, ay, s * (x - 2), 104, 0.35, 1.0, 3.6)]
        brights.append(_lock(ax, ay, s * (x - 5), 150, 0.25, 1.0, 5.5))
    edge = [(-side, 118.0), *sorted(valleys), (side, 118.0)]
    for k, ((x0, y0), (x1, y1)) in enumerate(zip(edge, edge[1:])):
        if x1 - x0 < 7:
            continue
        jump = 0.06 * head.wave(k, 0)
        mx, my = x0 + (x1 - x0) * (0.48 + 1.5 * jump), 0.5 * (y0 + y1) + 12
        brights.append(_lock(ax, ay, mx, my, 0.30 + jump, 0.98, 0.15 * (x1 - x0) + 2.0))
        darks.append(_lock(ax, ay, x0 + (x1 - x0) * 0.74, my - 2, 0.45 - jump, 1.0, 0.10 * (x1 - x0) + 1.2))
    pen.clumps(darks, dark, 0.48)
    pen.clumps(brights, bright, 0.34)
    partings = []
    for k, (vx, vy) in enumerate(valleys):  # where two locks part: a wedge of shade, opening at the edge
        rise = 0.26 + 0.14 * abs(head.wave(k, 0))
        (bx, by), (mx, my) = _toward(ax, ay, vx, vy, rise), _toward(ax, ay, vx, vy, 0.7)
        partings.append(path((bx, by), (mx - 1.2, my, vx - 3.0, vy + 4), (vx, vy - 4), (vx + 3.0, vy + 4), (mx + 1.2, my, bx, by)))
    pen.clumps(partings, deep, 0.85)
    if pen.painterly:
        for k, s in enumerate((-0.62, -0.2, 0.3, 0.7)):
            (x0, y0), (xm, ym), (x1, y1) = (_toward(ax, ay, s * x, 122, t) for t in (0.22, 0.5, 0.80 + 0.1 * head.wave(k, 2)))
            pen.clump(dab(x0, y0, xm, ym, x1, y1, 11), warm(hair, 0.6) if s < 0.2 else cool(hair, 0.6), 0.30)


# A curl of radius 1 seen from outside: a crescent of shade below it, one of light above.
_COIL_SHADE = path((-1, -0.2), (-0.9, 1.3, 0.9, 1.3, 1, -0.2), (0.55, 0.45, -0.55, 0.45, -1, -0.2))
_COIL = path((-0.95, 0.1), (-1, -1.3, 0.75, -1.3, 0.95, -0.3), (1, 0.55, 0.55, 0.6, 0.1, 0.5), (0.75, -0.45, -0.5, -0.55, -0.95, 0.1))
_COIL_LIGHT = path((-0.9, 0), (-0.85, -1.15, 0.55, -1.2, 0.75, -0.35), (0.2, -0.62, -0.5, -0.6, -0.9, 0))


Coil = tuple[float, float, float, float]  # x, y, radius, turned by degrees


def draw_coils(pen: Pen, head: Head, coils: Iterable[Coil]):
    """Curls: what lies in shade of each, and what the light meets."""
    coils = list(coils)
    pen.clump(_laid(_COIL_SHADE, coils), shade(head.hair, 0.70), 0.66)
    pen.clump(_laid(_COIL_LIGHT, coils), light(head.hair, 0.30), 0.56)


def _laid(shape: skia.Path, coils: Iterable[Coil]) -> skia.Path:
    """A shape of radius 1 laid at every coil."""
    whole = skia.Path()
    for x, y, r, turn in coils:
        whole.addPath(shape, skia.Matrix.Translate(x, y).preRotate(turn).preScale(r, r))
    return whole


def _crown_curls(head: Head) -> list[Coil]:
    """Rows of curls over the crown; an afro's are smaller and more."""
    small, coils = head.style == "afro", []
    rows = ((0.88, 9), (0.63, 7), (0.37, 5), (0.10, 2)) if small else ((0.84, 8), (0.53, 6), (0.20, 3))
    for row, (reach, count) in enumerate(rows):
        for k in range(count):
            angle = 184 - 188 * (k + 0.5) / count + 4 * head.wave(k + 3 * row, 0)
            x, y = around(head, angle, reach)
            coils.append((x, y + 3, (9.8 if small else 11.8) + 0.8 * head.wave(k, 10), (90 - angle) * 0.6))
    return coils


def _draw_curls(pen: Pen, head: Head, valleys):
    draw_coils(pen, head, _crown_curls(head))


def _draw_ropes(pen: Pen, head: Head, valleys):
    """Locs laid from the crown over the head, side by side, each with the turns of its twist."""
    hair, ax, ay = head.hair, 8 * head.t["fringe_sweep"], crown_top(head) + 7  # a parting aside would carry every turn with it
    x = head.width + thickness(head)
    ends = [(s * (x - 3), 146.0) for s in (-1, 1)] + [(k * 0.30 * x, 128.0 - 9 * abs(k)) for k in (-2.4, -1.6, -0.8, 0, 0.8, 1.6, 2.4)]
    twists = []
    for ex, ey in ends:
        for step in range(4):
            half = 4 + 2.2 * step  # of a loc, which is wider where it is farther from the crown
            (x0, y0), (x1, y1) = _toward(ax, ay, ex - half, ey, 0.36 + 0.18 * step), _toward(ax, ay, ex + half, ey, 0.27 + 0.18 * step)
            twists.append(leaf(x0, y0, 0.5 * (x0 + x1), 0.5 * (y0 + y1) + 4, x1, y1, 3.4))
    pen.clumps(twists, strand(hair, 0.85), 0.7)
    pen.clumps([_lock(ax, ay, ex - 1.5, ey, 0.15, 1.0, 2.6) for ex, ey in ends], light(hair, 0.32), 0.42)
    pen.clumps([_lock(ax, ay, ex + 9, ey, 0.15, 1.0, 2.2) for ex, ey in ends], shade(hair, 0.8), 0.75)


def _draw_highlights(pen: Pen, head: Head):
    if head.t["hair_highlights"] > 0:
        streak, (ax, ay) = light(mix(head.hair, head.tips, 0.35), 0.42), apex(head)
        if head.style in ROUND:  # no straight streak runs over curls: every third of them is lighter
            pen.fill(_laid(_COIL, _crown_curls(head)[::3]), streak, 0.85 * head.t["hair_highlights"], mark=False)
            return
        for k, x in enumerate((-58, -27, 22, 54)):
            pen.fill(_lock(ax, ay, x + 4 * head.wave(k, 0), 130, 0.22, 1.0, 6.2), streak, 0.85 * head.t["hair_highlights"], mark=False)


def _draw_shine(pen: Pen, head: Head, top: float):
    """A band of light across the strands, made of tapering tongues; in the flat style two plain bars."""
    hair, ax = head.hair, apex(head)[0]
    if head.style in ROUND or head.style == "locs":
        pen.glow(-22, top + 24, 46, 24, light(hair, 0.5), 0.32)
        return
    glow = vivid(light(hair, 0.56), 0.5)
    y0 = top + 30 + 2.5 * head.lean(10)
    arc = lambda x: y0 + 0.0064 * x * x  # noqa: E731
    if pen.flat:
        bar = light(hair, 0.45)
        for a, b in ((-50, -12), (-3, 3)):
            pen.fill(path((a, arc(a) - 3.4), ((a + b) / 2, 2 * arc((a + b) / 2) - 0.5 * (arc(a) + arc(b)) - 3.8, b, arc(b) - 3.4), (b + 4.5, arc(b), b, arc(b) + 3.4),
                          ((a + b) / 2, 2 * arc((a + b) / 2) - 0.5 * (arc(a) + arc(b)) + 4.2, a, arc(a) + 3.4), (a - 4.5, arc(a), a, arc(a) - 3.4)), bar, mark=False)
        return
    if pen.painterly:
        dabs = []
        for k, (x, reach) in enumerate(((-50, 9), (-38, 14), (-24, 11), (-10, 15), (26, 9), (38, 11))):
            lean, y = 0.55 * (x - ax) / 60, arc(x) + 1.5 * head.wave(k, 10)
            dabs.append(dab(x - lean * reach, y - reach, x, y, x + lean * reach * 1.3, y + reach * 1.3, 7.0))
        pen.clumps(dabs, warm(hair, 0.9), 0.42)
        return
    pen.glow(-12, y0 + 6, 62, 20, light(hair, 0.5), 0.34)
    band = skia.Path()  # all tongues as one shape, so that they melt into a band
    for a, b, count in ((-57, 10, 7), (24, 50, 3)):
        for k in range(count):
            x = a + (b - a) * (k + 0.5) / count + 1.2 * head.wave(k, 10)
            reach = (5.5 + 7.5 * math.sin(math.pi * (k + 0.5) / count)) * (1 + 0.3 * head.wave(k, 2))
            lean, y = 0.55 * (x - ax) / 60, arc(x)
            band.addPath(leaf(x - lean * reach * 0.8, y - reach * 0.8, x - 0.5, y, x + lean * reach * 1.3, y + reach * 1.3, (b - a) / count * 0.78))
    pen.clump(band, glow, 0.62)


def _draw_buzz(pen: Pen, head: Head):
    w, hair = head.width, head.hair
    top = 44 - 3 * head.t["hair_volume"]
    shape = path((-w - 0.5, 138), (-w, 84, -w * 0.6, top, 0, top), (w * 0.6, top, w, 84, w + 0.5, 138), (w - 9, 132), (w - 10, 98, 42, 92, 34, 84), (18, 79, -18, 79, -34, 84), (-42, 92, -w + 10, 98, -w + 9, 132))
    with pen.part("hair"):
        pen.blend(shape, top, 138, [mix(hair, head.skin, scalp) for scalp in (0.14, 0.26, 0.6)], (0, 0.6, 1), outline=ink(hair), width=1.6)
        pen.glow(-14, 60, 34, 12, light(hair, 0.6), 0.25, patch=True)
