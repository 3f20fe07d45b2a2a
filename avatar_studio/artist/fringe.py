"""The outline of the front hair: crown, fringe and side locks."""
from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import skia

from .face import Head
from .shapes import path, spaced

Segment = tuple[float, ...]
ROUGH = ("spiky", "shaggy", "short")  # crowns with tufts
ROUND = ("curly", "afro")  # crowns with curls
GENTLE = {"choppy": 0, "blunt": 5, "wispy": -12, "spiky": 9, "curly": -5}  # fringes that curls round off to an arc, and how low it hangs
CURLS = {"none": 15, "hero": 21, "parted": 15, "curtain": 16, "side": 21}  # along the edge of a fringe; 12 along a gentle one
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
    return x * reach, max(4.0, 116 - ry * math.sin(radians) * reach)  # a spike ends within the picture


def ear_line(head: Head) -> float:
    """How far down the hair goes at the ears: a short cut leaves them bare or lies over them, by its length."""
    return 141 + 17 * head.t["hair_length"] if head.style == "short" else 152.0


def crown_end(head: Head) -> float:
    """The angle below the middle, in degrees, at which a crown of tufts or curls ends."""
    if head.style == "short":
        return math.degrees(math.asin((ear_line(head) - 116) / (116 - crown_top(head))))
    return 20 - 14 * cropped(head) if head.style in ROUND else 24


def cropped(head: Head) -> float:
    """0 for curls that hang, up to 1 for short ones."""
    return max(0.0, -head.t["hair_length"]) if head.style == "curly" else 0.0


def crown(head: Head) -> list[Segment]:
    """Segments from the left temple over the top to the right temple, in the manner of the style."""
    points: list[Segment] = []
    if head.style in ROUND and not head.hat:
        count, bulge = (15, 0.13) if head.style == "curly" else (17, 0.10)
        angles = spaced(180 + crown_end(head), -crown_end(head), count + 1)
        for k in range(count):
            points.append((*around(head, (angles[k] + angles[k + 1]) / 2, 1 + bulge + 0.02 * head.wave(k, 4)), *around(head, angles[k + 1])))
        return points
    if head.style in ROUGH and not head.hat:
        count, height = {"spiky": (9, 0.22), "shaggy": (7, 0.07), "short": (7, 0.035)}[head.style]
        angles = spaced(180 + crown_end(head), -crown_end(head), count + 1)
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
    wobble = 1.2 * head.lean(4)
    part, dip = 30 * head.t["fringe_sweep"], 0.0 if head.hat else 2.6  # the hair parts on top: two soft humps and a dip between them
    return [(-x - 5, 74, -x * 0.74 + 0.4 * part, top - 2.4 + wobble, part - 9, top - 1.0), (part - 3, top, part - 1, top + dip * 0.5, part, top + dip),
            (part + 2, top + dip * 0.4, part + 5, top - 0.6, part + 11, top - 0.6), (x * 0.74 + 0.4 * part, top - 1.0 - wobble, x + 5, 74, x - 2, ear_line(head))]


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
    end = (-side, 132.0)
    jit = lambda k, which, size: size * head.wave(k, which)  # noqa: E731
    px, py = 34 * sweep + 2 * head.lean(1), 66.0  # the parting
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
        xs = spaced(side, -side, 7)
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
        return backwards((px, py), right) + [flip(s) for s in left], [(px, py)]
    count, depth = (6, 30) if kind == "spiky" else (5, 17)
    xs = spaced(side - 6, -side + 6, count + 1)
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


def flip(segment: Segment) -> Segment:
    return tuple(-v if i % 2 == 0 else v for i, v in enumerate(segment))


def backwards(start, segments: list[Segment]) -> list[Segment]:
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
    start = around(head, 180 + crown_end(head)) if head.style in ROUGH + ROUND and not head.hat else (-x, ear_line(head))
    lock_right = [(x + 1, drop - 16, x - 8, drop), (side - 1, drop - 14, side, 132)]
    lock_left = [(-side + 1, drop2 - 14, -x + 8, drop2), (-x - 1, drop2 - 16, *start)]
    if head.style == "short":  # along the ear, and a sideburn before it
        ear, w, (drop, drop2) = ear_line(head), head.width, (low - 10 + 10 * head.t["hair_length"] for low in (drop, drop2))
        lock_right = [(x - 3, ear + 5, w + 1, ear + 1), (w - 1, drop - 4, w - 5, drop), (side, drop - 8, side, 132)]
        lock_left = [(-side, drop2 - 8, -w + 5, drop2), (-w + 1, drop2 - 4, -w - 1, ear + 1), (-x + 3, ear + 5, *start)]
    if head.style in ROUND:  # curls round the side locks off
        drop, drop2 = (142 + 0.7 * (low - 142) - 16 * cropped(head) for low in (drop, drop2))
        lock_right, lock_left = [(x + 2, drop + 8, side + 3, drop + 8, side, 132)], [(-side - 3, drop2 + 8, -x - 2, drop2 + 8, *start)]
    top, below = crown(head), [lock_right, edge, lock_left]
    if head.style in ROUND:  # whatever the cut, its edge is made of curls
        starts, counts = (top[-1][-2:], (side, 132.0), (-side, 132.0)), (4, CURLS.get(head.t["fringe"], 12), 4)
        below = [_scalloped(*part) for part in zip(starts, below, counts)]
    return path(start, *top, *sum(below, [])), valleys


def _scalloped(start: Sequence[float], segments: list[Segment], count: int) -> list[Segment]:
    """The same edge in so many curls that swell away from the hair, which lies on the right of who walks along it.

    The number never follows the length: with one curl more all others would jump aside while a slider is dragged.
    """
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
    stops = np.linspace(0, run[-1], count + 1)
    corners = list(zip(np.interp(stops, run, xs).tolist(), np.interp(stops, run, ys).tolist()))
    out: list[Segment] = []
    for (ax, ay), (bx, by) in zip(corners, corners[1:]):
        swell = 0.2 + 0.42 * (bx - ax) ** 2 / ((bx - ax) ** 2 + (by - ay) ** 2 + 1e-6)  # less where it is steep, or both sides of a parting meet
        nx, ny = swell * (by - ay), swell * (ax - bx)
        out.append((ax + nx, ay + ny, bx + nx, by + ny, bx, by))
    return out
