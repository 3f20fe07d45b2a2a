"""Paths: closed forms, curves through points, ovals, leaves and dabs."""
from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import skia


def path(start: Sequence[float], *segments: Sequence[float], close: bool = True) -> skia.Path:
    """A path from `start` through segments of 2 (line), 4 (quadratic) or 6 (cubic) numbers."""
    shape = skia.Path()
    shape.moveTo(*start)
    for segment in segments:
        size = len(segment)
        if size == 4:
            shape.quadTo(*segment)
        elif size == 6:
            shape.cubicTo(*segment)
        else:
            shape.lineTo(*segment)
    if close:
        shape.close()
    return shape


def mirrored(points: Iterable[Sequence[float]]) -> list[tuple[float, ...]]:
    """Segments with every x negated."""
    return [tuple(-v if i % 2 == 0 else v for i, v in enumerate(p)) for p in points]


def smooth(points: Sequence[tuple[float, float]]) -> skia.Path:
    """A closed, rounded curve through all points (Catmull-Rom, tension 1/6)."""
    shape = skia.Path()
    count = len(points)
    shape.moveTo(*points[0])
    for i in range(count):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (points[k % count] for k in range(i - 1, i + 3))
        shape.cubicTo(bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6, cx, cy)
    shape.close()
    return shape


def oval(cx: float, cy: float, rx: float, ry: float) -> skia.Path:
    shape = skia.Path()
    shape.addOval(skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry))
    return shape


def leaf(x0: float, y0: float, cx: float, cy: float, x1: float, y1: float, width: float) -> skia.Path:
    """A clump or a brush stroke: from (x0, y0) bent by (cx, cy) to (x1, y1), pointed at both ends, `width` in the middle."""
    dx, dy = x1 - x0, y1 - y0
    k = abs(width) / (math.hypot(dx, dy) + 1e-6)
    return path((x0, y0), (cx - dy * k, cy + dx * k, x1, y1), (cx + dy * k, cy - dx * k, x0, y0))


def dab(x0: float, y0: float, cx: float, cy: float, x1: float, y1: float, width: float) -> skia.Path:
    """A stroke of a broad brush: round where it is set down, split and dry where it leaves."""
    dx, dy = x1 - x0, y1 - y0
    k = 0.5 * width / (math.hypot(dx, dy) + 1e-6)
    nx, ny = -dy * k, dx * k
    return path((x0 + nx, y0 + ny), (cx + nx * 1.15, cy + ny * 1.15, x1 + nx * 0.55, y1 + ny * 0.55), (x1 - 0.20 * dx, y1 - 0.20 * dy), (x1 - 0.10 * dx - nx * 0.7, y1 - 0.10 * dy - ny * 0.7),
                (cx - nx * 1.15, cy - ny * 1.15, x0 - nx, y0 - ny), (x0 - 0.22 * dx / (1 + abs(dx) / 30), y0 - 0.22 * dy / (1 + abs(dy) / 30), x0 + nx, y0 + ny))


def union(shapes: Iterable[skia.Path]) -> skia.Path:
    """All contours as one path, so that a half transparent colour stays even where they lie over one another."""
    whole = skia.Path()
    for shape in shapes:
        whole.addPath(shape)
    return whole


def spaced(first: float, last: float, count: int) -> list[float]:
    """`count` numbers at equal distances, as numpy's linspace, but plain floats."""
    step = (last - first) / (count - 1)
    return [first + step * k for k in range(count)]
