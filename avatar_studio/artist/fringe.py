"""The front of the hair: crown, fringe, side locks, shine, strands, and the shadow that it throws on the face."""
from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import skia

from .face import Head
from .pen import Pen, cool, dab, ink, leaf, light, mix, path, shade, strand, vivid, warm

Segment = tuple[float, ...]
ROUGH = ("spiky", "shaggy", "short")  # crowns with tufts
ROUND = ("curly", "afro")  # crowns with curls
GENTLE = {"choppy": 0, "blunt": 5, "wispy": -12, "spiky": 9, "curly": -5}  # fringes that curls round off to an arc, and how low it hangs
TIED = ("twin_tails", "ponytail", "side_tail", "bun", "space_buns", "braids")  # hair drawn close to the head


def thickness(head: Head) -> float:
    """How far the hair stands off the head, in units."""
    full = {"long_wavy": 11.5, "shaggy": 11.5, "curly": 11.5}.get(head.style, 7.5 if head.style in TIED else 10.0)
    return (6.0 if head.hat else full) + 3.5 * head.t["hair_volume"] * (0.4 if head.hat else 1.0)


def crown_top(head: Head) -> float:
    return (32.0 if head.hat else 26.0) - 5.0 * head.t["hair_volume"] + (4.0 if head.style in TIED else 0.0)


def around(head: Head, angle: float, reach: float = 1.0) -> tuple[float, float]:
    """A point of the crown: angle in degrees, 0 right, 90 top; reach 1 is the smooth outline of the hair."""
    rx, ry = head.width + thickness(head), 116 - crown_top(head)
    radians = math.radians(angle)
    reach *= 1 + 0.055 * math.sin(2 * radians) ** 2  # squarer than an ellipse: a head, not an egg
    # below the middle the hair falls straight down instead of closing the ellipse
    x = rx * (math.cos(radians) if 0 <= angle <= 180 else math.copysign(1, math.cos(radians)) * (1 - 0.12 * abs(math.sin(radians))))
    return x * reach, 116 - ry * math.sin(radians) * reach


def crown(head: Head) -> list[Segment]:
    """Segments from the left temple over the top to the right temple, in the manner of the style."""
    points: list[Segment] = []
    if head.style in ROUND and not head.hat:
        count, bulge = (15, 0.13) if head.style == "curly" else (17, 0.10)
        angles = np.linspace(200, -20, count + 1)
        for k in range(count):
            points.append((*around(head, (angles[k] + angles[k + 1]) / 2, 1 + bulge + 0.02 * head.wave(k, 4)), *around(head, angles[k + 1])))
        return points
    if head.style in ROUGH and not head.hat:
        count, height = {"spiky": (9, 0.22), "shaggy": (7, 0.07), "short": (7, 0.035)}[head.style]
        angles = np.linspace(204, -24, count + 1)
        for k in range(count):
            a, b = angles[k], angles[k + 1]
            rise = height * (1 + 0.25 * head.wave(k, 4))
            if head.style == "spiky":  # leaves that point away from the crown
                lean = 0.5 + 0.42 * math.tanh(((a + b) / 2 - 90) / -35)
                points += [(*around(head, a + (b - a) * 0.25 * lean, 1 + rise * 0.42), *around(head, a + (b - a) * lean, 1 + rise)),
                           (*around(head, b - (b - a) * 0.25 * (1 - lean), 1 + rise * 0.42), *around(head, b))]
            elif (a + b) / 2 < 85:  # feathers that hang over to the right ...
                points += [(*around(head, a + (b - a) * 0.6, 1 + rise * 1.7), *around(head, b - 3.5, 1 + rise)), (*around(head, b, 1 + rise * 0.3), *around(head, b, 0.985))]
            elif (a + b) / 2 > 95:  # ... and to the left
                points += [(*around(head, a, 1 + rise * 0.3), *around(head, a + 3.5, 1 + rise)), (*around(head, a + (b - a) * 0.4, 1 + rise * 1.7), *around(head, b, 0.985))]
            else:
                points.append((*around(head, (a + b) / 2, 1 + rise * 1.2), *around(head, b, 0.985)))
        return points
    x, top = head.width + thickness(head), crown_top(head)
    wobble = 1.2 * float(np.clip(head.z[4], -2, 2))
    part, dip = 30 * head.t["fringe_sweep"], 0.0 if head.hat else 2.6  # the hair parts on top: two soft humps and a dip between them
    return [(-x - 5, 74, -x * 0.74 + 0.4 * part, top - 2.4 + wobble, part - 9, top - 1.0), (part - 3, top, part - 1, top + dip * 0.5, part, top + dip),
            (part + 2, top + dip * 0.4, part + 5, top - 0.6, part + 11, top - 0.6), (x * 0.74 + 0.4 * part, top - 1.0 - wobble, x + 5, 74, x - 2, 152)]


def locks(start, tips, valleys, lean: float) -> list[Segment]:
    """Pointed locks: down from `start` to each tip and up to each valley. lean > 0: they hang to the left of the picture."""
    segments, (x, y) = [], start
    for (tx, ty), (vx, vy) in zip(tips, valleys):
        belly = 0.5 + 0.35 * lean
        segments.append((x + (tx - x) * (0.5 - 0.5 * belly), y + (ty - y) * (0.30 + 0.45 * belly), tx, ty))
        segments.append((vx + (tx - vx) * (0.5 - 0.5 * (1 - belly)), vy + (ty - vy) * (0.30 + 0.45 * (1 - belly)), vx, vy))
        x, y = vx, vy
    return segments


def fringe(head: Head) -> tuple[list[Segment], list[tuple[float, float]]]:
    """The lower edge from the right inner temple to the left one, and the valleys where strands begin."""
    t, kind = head.t, head.t["fringe"]
    side, low = head.width - 10, 116 + 9 * t["fringe_length"]
    sweep = t["fringe_sweep"]
    start, end = (side, 132.0), (-side, 132.0)
    jit = lambda k, which, size: size * head.wave(k, which)  # noqa: E731
    px, py = 34 * sweep + 2 * float(np.clip(head.z[1], -2, 2)), 66.0  # the parting
    if kind in ("none", "hero"):
        peak = 84 - 3 * t["fringe_length"]
        if kind == "none":
            return [(side - 2, 92, 34, 72, 0, peak), (-34, 72, -side + 2, 92, *end)], [(0, peak)]
        tip = (-4 + 22 * sweep, low + 16)
        edge = [(side - 2, 92, 40, 74, 20, 79), (27 + 10 * sweep, low - 4, *tip), (-9 + 8 * sweep, low - 14, -16, 80), (-38, 74, -side + 2, 92, *end)]
        return edge, [(20, 79), (-16, 80), (2, 70)]
    if head.style in ROUND and kind in GENTLE:
        lower = low + GENTLE[kind]
        return [(side - 2, lower + 6, side - 14, lower - 4), (30, lower - 9 + 2 * head.wave(0, 3), 6 * sweep, lower - 8), (-30, lower - 9 + 2 * head.wave(1, 3), -side + 14, lower - 4), (-side + 2, lower + 6, *end)], []
    if kind == "blunt":
        edge, valleys = [(side - 4, low + 2, side - 14, low + 1)], []
        for k, x in enumerate((26, 2, -24)):
            x += jit(k, 1, 5) + 6 * sweep
            edge += [(x + 3, low - 1.5 + 0.003 * x * x), (x + 1.5, low - 6, x - 0.5, low - 13), (x - 1, low - 6, x - 3, low - 1.5)]
            valleys.append((x - 0.5, low - 13))
        return edge + [(-side + 14, low + 1), (-side + 4, low + 2, *end)], valleys
    if kind == "curly":
        xs = np.linspace(side, -side, 7)
        edge, valleys = [], []
        for k in range(6):
            drop = low + 4 + jit(k, 3, 3) - 0.0022 * (xs[k] + xs[k + 1]) ** 2 * 0.5
            edge.append((xs[k] - 1, drop + 6, xs[k + 1] + 1, drop + 6, xs[k + 1], (low - 14) if k < 5 else end[1]))
            valleys.append((xs[k + 1], low - 14))
        return edge, valleys[:-1]
    if kind == "wispy":  # thin locks, the forehead shining through between them
        edge, valleys, base = [(side - 3, 100, 49, 90)], [], 82.0
        for k, x in enumerate((38, 19, 1, -18, -37)):
            tip = (x - 3 + 8 * sweep + jit(k, 2, 3), low + 3 + jit(k, 3, 4) - 0.004 * x * x)
            foot = base + 0.004 * x * x
            edge += [(x + 10, foot - 4, x + 7, foot + 3), (x + 4, foot + 14, *tip), (x - 6, foot + 12, x - 7, foot + 3)]
            valleys.append((x - 9, foot))
        return edge + [(-49, 84, -50, 92), (-side + 3, 100, *end)], valleys[:-1]
    if kind in ("parted", "curtain", "side"):
        right, left = _parted_half(head, kind, px, py, low, side, 1), _parted_half(head, kind, -px, py, low, side, -1)
        # both halves run from the parting outwards; the right one is walked backwards
        return _backwards((px, py), right) + [_flip(s) for s in left], [(px, py)]
    count, depth = (6, 30) if kind == "spiky" else (5, 17)
    xs = np.linspace(side - 6, -side + 6, count + 1)
    tips = [((xs[k] + xs[k + 1]) / 2 - 9 * sweep + jit(k, 2, 3), low + jit(k, 3, 4) - 0.0035 * ((xs[k] + xs[k + 1]) / 2) ** 2 + (5 if kind == "spiky" else 3)) for k in range(count)]
    valleys = [(xs[k + 1] + jit(k, 2, 2), low - depth - jit(k, 5, 2) + 0.002 * xs[k + 1] ** 2) for k in range(count - 1)]
    return [(side - 1, 112, xs[0], low - depth * 0.55)] + locks((xs[0], low - depth * 0.55), tips, valleys + [end], sweep), valleys


def _parted_half(head: Head, kind: str, px: float, py: float, low: float, side: float, sign: int) -> list[Segment]:
    """Segments from the parting (px, py) out to the temple (side, 132), for the right half; the left one is flipped."""
    span = side - px
    if kind == "parted":
        return [(px + span * 0.30, py + 12, px + span * 0.80, low - 30, side, 132)]
    if kind == "curtain":
        return [(px + span * 0.05, py + 40, px + span * 0.40, low + 6, px + span * 0.80, low + 19), (px + span * 0.92, low + 20, side, 132)]
    one, two = (px + span * 0.46, low + 7 + 2 * head.wave(1, 2)), (px + span * 0.80, low + 13 + 2 * head.wave(2, 2))
    return [(px + span * 0.02, py + 30, px + span * 0.20, low - 2, *one), (px + span * 0.44, low - 4, px + span * 0.52, low - 12),
            (px + span * 0.62, low + 8, *two), (px + span * 0.90, low + 14, side, 132)]


def _flip(segment: Segment) -> Segment:
    return tuple(-v if i % 2 == 0 else v for i, v in enumerate(segment))


def _backwards(start, segments: list[Segment]) -> list[Segment]:
    """The same curve, walked from its end to `start`."""
    points = [tuple(start)] + [s[-2:] for s in segments]
    out = []
    for k in range(len(segments) - 1, -1, -1):
        controls = [segments[k][i:i + 2] for i in range(0, len(segments[k]) - 2, 2)]
        out.append(tuple(v for p in [*reversed(controls), points[k]] for v in p))
    return out


def front(head: Head) -> tuple[skia.Path, list[tuple[float, float]]]:
    """The whole front hair as one shape, and its strand valleys; worked out once a picture."""
    if head.front is None:
        head.front = _front(head)
    return head.front


def _front(head: Head) -> tuple[skia.Path, list[tuple[float, float]]]:
    edge, valleys = fringe(head)
    x = head.width + thickness(head) - 2
    drop = 156 + 44 * head.t["side_locks"] + 3 * head.wave(1, 3)
    drop2 = 156 + 44 * head.t["side_locks"] + 3 * head.wave(2, 3)
    side = head.width - 10
    start = around(head, 204) if head.style in ROUGH and not head.hat else around(head, 200) if head.style in ROUND and not head.hat else (-x, 152)
    lock_right = [(x + 1, drop - 16, x - 8, drop), (side - 1, drop - 14, side, 132)]
    lock_left = [(-side + 1, drop2 - 14, -x + 8, drop2), (-x - 1, drop2 - 16, *start)]
    if head.style in ROUND:  # curls round the side locks off
        drop, drop2 = 142 + 0.7 * (drop - 142), 142 + 0.7 * (drop2 - 142)
        lock_right, lock_left = [(x + 2, drop + 8, side + 3, drop + 8, side, 132)], [(-side - 3, drop2 + 8, -x - 2, drop2 + 8, *start)]
    top, below = crown(head), [*lock_right, *edge, *lock_left]
    if head.style in ROUND:  # whatever the cut, its edge is made of curls
        below = _scalloped(top[-1][-2:], below, 13 if head.style == "curly" else 11)
    return path(start, *top, *below), valleys


def _scalloped(start: Sequence[float], segments: list[Segment], size: float) -> list[Segment]:
    """The same edge in curls of about `size` units that swell away from the hair; it is walked from right to left."""
    points = [(float(start[0]), float(start[1]))]
    for segment in segments:
        knots = [points[-1], *zip(segment[::2], segment[1::2])]
        for t in (0.2, 0.4, 0.6, 0.8, 1.0):
            level = knots
            while len(level) > 1:  # de Casteljau
                level = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in zip(level, level[1:])]
            points.append(level[0])
    xs, ys = np.array(points).T
    run = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
    stops = np.linspace(0, run[-1], max(4, round(run[-1] / size)) + 1)
    px, py = np.interp(stops, run, xs), np.interp(stops, run, ys)
    out: list[Segment] = []
    for k in range(len(px) - 1):
        dx, dy = float(px[k + 1] - px[k]), float(py[k + 1] - py[k])
        nx, ny = -0.62 * dy, 0.62 * dx
        if ny < 0 and abs(dy) < abs(dx):
            nx, ny = -nx, -ny
        out.append((float(px[k]) + nx, float(py[k]) + ny, float(px[k + 1]) + nx, float(py[k + 1]) + ny, float(px[k + 1]), float(py[k + 1])))
    return out


def apex(head: Head) -> tuple[float, float]:
    """Where the strands of the front begin."""
    sweep = head.t["fringe_sweep"]
    return (34 * sweep if head.t["fringe"] in ("parted", "curtain", "side") else 9 * sweep), crown_top(head) + 7


def draw_shadow(pen: Pen, head: Head):
    """What the fringe darkens on the face, drawn before the eyes."""
    if head.style in ("bald", "buzz", "hijab"):
        return
    shape, _ = front(head)
    with pen.inside(head.outline), pen.at(1.5, 7):
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
        pen.blend(shape, top, 170, (light(hair, 0.12), hair, shade(hair, 0.26)), (0, 0.42, 1))
        with pen.inside(shape):
            if t["hair_tips"] > 0 and head.style in ("short", "spiky", "shaggy"):
                dye(pen, head, shape, 84, 150)
            (_draw_curls if head.style in ROUND else _draw_ropes if head.style == "locs" else _draw_strands)(pen, head, valleys, top)
            _draw_highlights(pen, head)
            _draw_shine(pen, head, top)
        if head.style == "afro" and not head.hat:  # lies within the back hair: no hard edge between the two
            pen.crease(shape, shade(hair, 0.75), 1.5, 0.7)
        else:
            pen.outline(shape, ink(hair), 2.3)
    with pen.part("fringe"):  # the edge on the forehead makes the style, and is little of the hair
        pen.note(path((head.width - 10, 132), *fringe(head)[0], close=False), 8)
    if t["ahoge"] > 0.05 and not head.hat:
        with pen.part("ahoge"):
            h, dx = 8 + 16 * t["ahoge"], 14 * t["fringe_sweep"] + 3 * head.wave(3, 4)
            lock = path((-5, top + 4), (-6, top - h * 0.6, dx - 8, top - h, dx + 10, top - h + 3), (dx - 2, top - h + 4, 2, top - h * 0.3, 5, top + 4), close=False)
            pen.fill(lock, light(hair, 0.10), outline=ink(hair))


def dye(pen: Pen, head: Head, shape: skia.Path, y0: float, y1: float):
    """The dyed tips of a form of hair: a gradient, or in the flat style a zigzag of colour."""
    if pen.flat:
        low, y = shape.getBounds().bottom() + 4, y0 + 0.55 * (y1 - y0)
        teeth = [(x, y + (6 if k % 2 else -6)) for k, x in enumerate(range(-126, 131, 9))]
        with pen.inside(shape):
            pen.fill(path((-128, low), *teeth, (128, low)), head.tips, mark=False)
    else:
        pen.blend(shape, y0, y1, (head.tips, head.tips), alphas=(0, 1), mark=False, form=False)


def _toward(ax: float, ay: float, x: float, y: float, t: float) -> tuple[float, float]:
    """A point on the arc over the head from the apex (t = 0) to (x, y): out first, then down."""
    cx, cy = ax + (x - ax) * 0.80, ay + (y - ay) * 0.12
    return ((1 - t) ** 2 * ax + 2 * t * (1 - t) * cx + t * t * x, (1 - t) ** 2 * ay + 2 * t * (1 - t) * cy + t * t * y)


def _lock(ax: float, ay: float, x: float, y: float, t0: float, t1: float, width: float) -> skia.Path:
    """A tapering clump along that arc, from t0 to t1."""
    (x0, y0), (x1, y1), (mx, my) = _toward(ax, ay, x, y, t0), _toward(ax, ay, x, y, t1), _toward(ax, ay, x, y, 0.5 * (t0 + t1))
    return leaf(x0, y0, 2 * mx - 0.5 * (x0 + x1), 2 * my - 0.5 * (y0 + y1), x1, y1, width)


def _draw_strands(pen: Pen, head: Head, valleys, top: float):
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
_COIL_LIGHT = path((-0.9, 0), (-0.85, -1.15, 0.55, -1.2, 0.75, -0.35), (0.2, -0.62, -0.5, -0.6, -0.9, 0))


def draw_coils(pen: Pen, head: Head, coils: Iterable[tuple[float, float, float, float]]):
    """Curls at (x, y), of a radius, turned by degrees."""
    shades, lights = skia.Path(), skia.Path()
    for x, y, r, turn in coils:
        place = skia.Matrix.Translate(x, y).preRotate(turn).preScale(r, r)
        shades.addPath(_COIL_SHADE, place)
        lights.addPath(_COIL_LIGHT, place)
    pen.clump(shades, shade(head.hair, 0.60), 0.52)
    pen.clump(lights, light(head.hair, 0.26), 0.44)


def _draw_curls(pen: Pen, head: Head, valleys, top: float):
    """Rows of curls over the crown; an afro's are smaller and more."""
    small, coils = head.style == "afro", []
    rows = ((0.89, 10), (0.66, 8), (0.42, 6), (0.16, 3)) if small else ((0.85, 8), (0.56, 7), (0.25, 4))
    for row, (reach, count) in enumerate(rows):
        for k in range(count):
            angle = 184 - 188 * (k + 0.5) / count + 4 * head.wave(k + 3 * row, 0)
            x, y = around(head, angle, reach)
            coils.append((x, y + 3, (8.8 if small else 10.5) + 0.8 * head.wave(k, 10), (90 - angle) * 0.6))
    draw_coils(pen, head, coils)


def _draw_ropes(pen: Pen, head: Head, valleys, top: float):
    """Locs laid from the parting over the head, side by side, each with the turns of its twist."""
    hair, (ax, ay) = head.hair, apex(head)
    x = head.width + thickness(head)
    ends = [(s * (x - 3), 146.0) for s in (-1, 1)] + [(k * 0.30 * x, 128.0 - 9 * abs(k)) for k in (-2.4, -1.6, -0.8, 0, 0.8, 1.6, 2.4)]
    twists = []
    for ex, ey in ends:
        for step in range(7):
            (x0, y0), (x1, y1) = _toward(ax, ay, ex - 5, ey, 0.26 + 0.115 * step), _toward(ax, ay, ex + 5, ey, 0.20 + 0.115 * step)
            twists.append(leaf(x0, y0, 0.5 * (x0 + x1), 0.5 * (y0 + y1) + 2, x1, y1, 1.8))
    pen.clumps(twists, strand(hair, 0.8), 0.55)
    pen.clumps([_lock(ax, ay, ex - 1.5, ey, 0.15, 1.0, 2.6) for ex, ey in ends], light(hair, 0.32), 0.42)
    pen.clumps([_lock(ax, ay, ex + 9, ey, 0.15, 1.0, 2.2) for ex, ey in ends], shade(hair, 0.8), 0.75)


def _draw_highlights(pen: Pen, head: Head):
    if head.t["hair_highlights"] > 0:
        streak, (ax, ay) = light(mix(head.hair, head.tips, 0.35), 0.42), apex(head)
        for k, x in enumerate((-58, -27, 22, 54)):
            pen.fill(_lock(ax, ay, x + 4 * head.wave(k, 0), 130, 0.22, 1.0, 6.2), streak, 0.85 * head.t["hair_highlights"], mark=False)


def _draw_shine(pen: Pen, head: Head, top: float):
    """A band of light across the strands, made of tapering tongues; in the flat style two plain bars."""
    hair, (ax, ay) = head.hair, apex(head)
    if head.style in ROUND or head.style == "locs":
        pen.glow(-22, top + 24, 46, 24, light(hair, 0.5), 0.32)
        return
    glow = vivid(light(hair, 0.56), 0.5)
    y0 = top + 30 + 2.5 * float(np.clip(head.z[10], -2, 2))
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
        pen.blend(shape, top, 138, (hair, mix(hair, head.skin, 0.12), mix(hair, head.skin, 0.55)), (0, 0.6, 1), outline=ink(hair), width=1.9)
        pen.glow(-14, 60, 34, 12, light(hair, 0.6), 0.4, patch=True)
