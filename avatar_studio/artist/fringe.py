"""The front of the hair: crown, fringe, side locks, shine, strands, and the shadow that it throws on the face."""
from __future__ import annotations

import math

import numpy as np
import skia

from .face import Head
from .pen import Pen, ink, light, mix, path, shade, strand

Segment = tuple[float, ...]
ROUGH = ("spiky", "shaggy", "short")  # crowns with tufts
ROUND = ("curly", "afro")  # crowns with curls


def thickness(head: Head) -> float:
    """How far the hair stands off the head, in units."""
    return (6.0 if head.hat else 10.0) + 3.5 * head.t["hair_volume"] * (0.4 if head.hat else 1.0)


def crown_top(head: Head) -> float:
    return (32.0 if head.hat else 26.0) - 5.0 * head.t["hair_volume"] + (4.0 if head.style in ("bun", "space_buns") else 0.0)


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
    return [(-x - 5, 74, -x * 0.70, top + wobble, 0, top), (x * 0.70, top - wobble, x + 5, 74, x - 2, 152)]


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
    return path(start, *crown(head), *lock_right, *edge, *lock_left), valleys


def draw_shadow(pen: Pen, head: Head):
    """What the fringe darkens on the face, drawn before the eyes."""
    if head.style in ("bald", "buzz", "hijab"):
        return
    shape, _ = front(head)
    with pen.inside(head.outline), pen.at(0, 7):
        pen.fill(shape, head.shadow, 0.62, mark=False)


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
        tip = mix(hair, head.tips, 0.6 if t["hair_back"] in ("short", "spiky", "shaggy") else 0.0)
        pen.blend(shape, top, 170, (light(hair, 0.10), hair, mix(shade(hair, 0.14), tip, 0.5), tip if t["hair_tips"] else shade(hair, 0.2)), (0, 0.35, 0.72, 1))
        with pen.inside(shape):
            _draw_strands(pen, head, valleys, top)
            _draw_shine(pen, head, top)
        inner = head.style == "afro" and not head.hat  # lies within the back hair: no hard edge between the two
        pen.line(shape, shade(hair, 0.75) if inner else ink(hair), 1.5 if inner else 2.3)
    with pen.part("fringe"):  # the edge on the forehead makes the style, and is little of the hair
        pen.note(path((head.width - 10, 132), *fringe(head)[0], close=False), 8)
    if t["ahoge"] > 0.05:
        with pen.part("ahoge"):
            h, dx = 8 + 16 * t["ahoge"], 14 * t["fringe_sweep"] + 3 * head.wave(3, 4)
            if not head.hat:
                lock = path((-5, top + 4), (-6, top - h * 0.6, dx - 8, top - h, dx + 10, top - h + 3), (dx - 2, top - h + 4, 2, top - h * 0.3, 5, top + 4))
                pen.fill(lock, hair, outline=None)
                pen.line(path((-5, top + 2), (-6, top - h * 0.6, dx - 8, top - h, dx + 10, top - h + 3), (dx - 2, top - h + 4, 2, top - h * 0.3, 5, top + 2), close=False), ink(hair), 2.2)


def _draw_strands(pen: Pen, head: Head, valleys, top: float):
    t, hair = head.t, head.hair
    apex = (22 * t["fringe_sweep"] if t["fringe"] in ("parted", "curtain", "side") else 6 * t["fringe_sweep"], top + 8)
    for k, (x, y) in enumerate(valleys):
        pen.line(path((x, y), (x * 0.95 + apex[0] * 0.05, y * 0.55 + apex[1] * 0.45, x * 0.42 + apex[0] * 0.58, y * 0.22 + apex[1] * 0.78), close=False), strand(hair, 0.75), 1.6, 0.6)
    for k, angle in enumerate((28, 52, 128, 152)):  # flow along the sides of the head
        x, y = around(head, angle + 6 * head.wave(k, 0), 0.9)
        pen.line(path((x * 0.45 + apex[0] * 0.55, y * 0.45 + apex[1] * 0.55), (x * 0.98, y * 0.9 + 4, x * 1.0, y + 44), close=False), strand(hair, 0.6), 1.4, 0.42)
    if t["hair_highlights"] > 0:
        streak = light(mix(hair, head.tips, 0.35), 0.42)
        for k, angle in enumerate((38, 66, 102, 136)):
            angle += 5 * head.wave(k, 0)
            x, y = around(head, angle, 0.55)
            w = 5.5
            pen.fill(path((apex[0] * 0.7 + x * 0.3, apex[1] + 6), (x - w, y, x * 1.25 - w * 0.6, y + 60, x * 1.3, y + 78), (x * 1.25 + w * 0.7, y + 50, x + w, y, apex[0] * 0.7 + x * 0.3, apex[1] + 6)), streak, 0.8 * t["hair_highlights"])


def _draw_shine(pen: Pen, head: Head, top: float):
    """A band of light that follows the head, jagged as strands catch it; curls catch it in dots."""
    hair = head.hair
    glow = mix(light(hair, 0.62), (1, 1, 1), 0.15)
    y0 = top + 33 + 2.5 * float(np.clip(head.z[10], -2, 2))
    if head.style in ROUND or head.style == "locs":
        for k, angle in enumerate((48, 72, 96, 120, 140)):
            x, y = around(head, angle + 4 * head.wave(k, 10), 0.74)
            pen.line(path((x - 5, y + 2), (x, y - 4, x + 5, y + 1), close=False), glow, 3.0, 0.5)
        return
    for a, b in ((-54, 16), (24, 50)):
        count = max(3, round((b - a) / 9))
        xs = np.linspace(a, b, 2 * count + 1)
        upper = [(x, y0 + 0.0062 * x * x - (3.5 if k % 2 else 0.5) * (0.4 + 0.6 * math.sin(math.pi * k / (2 * count)))) for k, x in enumerate(xs)]
        lower = [(x, y0 + 0.0062 * x * x + (9.0 if k % 2 else 4.0) * math.sin(math.pi * (k + 0.001) / (2 * count))) for k, x in enumerate(xs)]
        points = upper + lower[::-1]
        pen.fill(path(points[0], *points[1:]), glow, 0.60)


def _draw_buzz(pen: Pen, head: Head):
    w, hair = head.width, head.hair
    top = 44 - 3 * head.t["hair_volume"]
    shape = path((-w - 0.5, 138), (-w, 84, -w * 0.6, top, 0, top), (w * 0.6, top, w, 84, w + 0.5, 138), (w - 9, 132), (w - 10, 98, 42, 92, 34, 84), (18, 79, -18, 79, -34, 84), (-42, 92, -w + 10, 98, -w + 9, 132))
    with pen.part("hair"):
        pen.blend(shape, top, 138, (hair, mix(hair, head.skin, 0.12), mix(hair, head.skin, 0.55)), (0, 0.6, 1), outline=ink(hair), width=1.9)
        pen.glow(-14, 60, 34, 12, light(hair, 0.6), 0.4)
