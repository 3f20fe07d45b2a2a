"""The back of the hair and what hangs in front of the shoulders: a silhouette for each style."""
from __future__ import annotations

import math

import skia

from .colours import ink, light, mix, shade, strand
from .face import Head
from .fringe import Segment, around, backwards, cropped, flip, thickness
from .front import draw_coils, dye
from .pen import Pen
from .shapes import leaf, oval, path, smooth, spaced


def draw_back(pen: Pen, head: Head):
    """Everything behind the body and the face."""
    draw = BACKS.get(head.style)
    if draw:
        with pen.part("hair_back"):
            draw(pen, head)


def draw_over(pen: Pen, head: Head):
    """What lies on the shoulders, in front of the clothes."""
    draw = OVERS.get(head.style)
    if draw:
        with pen.part("hair_back"):
            draw(pen, head)


def _fill(pen: Pen, head: Head, shape: skia.Path, y0: float, y1: float, depth: float = 0.3, flow: bool = True):
    """Back hair lies in shadow above and takes the dyed tips below; clumps flow down it, if it flows."""
    base, end = shade(head.hair, depth), shade(head.hair, depth * 0.5)
    with pen.form(shape, y0, y1, (base, mix(base, end, 0.4), end), (0, 0.5, 1), outline=ink(head.hair)):
        if head.t["hair_tips"] > 0:
            dye(pen, head, shape, y0 + 0.52 * (y1 - y0), y1 - 2)
        if flow:
            _flow(pen, head, shape, y1)


def _flow(pen: Pen, head: Head, shape: skia.Path, low: float):
    """Clumps beside the face: two tones, wide in the middle and pointed at their ends."""
    x, reach = head.width - 4, shape.getBounds().right()
    darks, brights = [], []
    for s in (-1, 1):
        for k in range(3):
            at = (k + 0.5) / 3 + 0.08 * head.wave(k + s, 13)
            x0, x1 = x + 0.55 * at * (reach - x), x + 4 + at * (reach - x - 8)
            darks.append(leaf(s * x0, 118 + 7 * k, s * (0.4 * x0 + 0.6 * x1 + 3), 0.5 * (126 + low), s * (x1 - 4), low - 3 - 7 * k, 4.6))
            brights.append(leaf(s * (x0 + 5), 126 + 9 * k, s * (0.4 * x0 + 0.6 * x1 + 8), 0.5 * (130 + low), s * x1, low - 14 - 6 * k, 3.4))
    pen.clumps(darks, shade(head.hair, 0.85), 0.42)
    pen.clumps(brights, light(head.hair, 0.18), 0.42)


def _both(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A symmetric outline from its right half, listed from the top down."""
    return points + [(-x, y) for x, y in reversed(points)]


def _mirrored(start: tuple[float, float], right: list[Segment]) -> list[Segment]:
    """The left half of a symmetric outline, from where the right half, which begins at `start`, ends."""
    return [flip(segment) for segment in backwards(start, right)]


def _sway(head: Head, points):
    s = 0.018 * head.lean(7)
    return [(x + s * max(0, y - 120), y) for x, y in points]


def _strands(pen: Pen, head: Head, lines, alpha: float = 0.45):
    for line in lines:
        (x0, y0), (cx, cy, x1, y1) = line
        pen.clump(leaf(x0, y0, cx, cy, x1, y1, 4.6), strand(head.hair, 0.75), alpha)
        pen.clump(leaf(x0 - 4, y0 + 6, cx - 5, cy, x1 - 3, y1 - 12, 3.6), light(head.hair, 0.3), alpha)


def _reach(head: Head) -> float:
    return head.width + thickness(head)


def _nape(pen: Pen, head: Head):
    """The little that shows of hair that is tied up."""
    x = _reach(head)
    _fill(pen, head, smooth(_both([(0, 40), (x - 14, 70), (x - 3, 120), (x - 9, 160), (x - 30, 186), (18, 192)])), 60, 200, flow=False)


def _short(pen: Pen, head: Head):
    """Nothing but a nape where the ears are bare; longer it shows below them in flicks."""
    x, w, s = _reach(head), head.width, 0.5 * (1 + head.t["hair_length"])
    bare = [(x - 8, 112, w - 4, 124, w - 4, 134), (w - 6, 140, w - 7, 144, w - 8, 148), (w - 10, 152, w - 13, 156, w - 16, 160), (w - 24, 164, 20, 166, 0, 166)]
    over = [(x - 3, 116, x, 140, x + 6, 166), (x + 1, 164, x - 1, 168, x - 1, 184), (x - 6, 178, x - 12, 184, x - 16, 196), (x - 24, 188, 20, 190, 0, 188)]
    right = [tuple(a + (b - a) * s for a, b in zip(one, other)) for one, other in zip(bare, over)]
    _fill(pen, head, path((-x + 6, 80), (0, 30, x - 6, 80), *right, *_mirrored((x - 6, 80), right)), 60, 195)


def _spiky(pen: Pen, head: Head):
    count = 15
    angles = [angle + 4 * head.wave(k + 5, 13, 0.25) for k, angle in enumerate(spaced(246, -66, count + 1))]
    long = 0.26 + 0.06 * head.t["hair_length"]
    segments = []
    for k in range(count):
        a, b = angles[k], angles[k + 1]
        lean = 0.5 - 0.4 * math.tanh(((a + b) / 2 - 90) / 40)
        tall = 0.12 if head.hat and 15 < (a + b) / 2 < 165 else 1.0  # a hat presses them flat
        tip = around(head, a + (b - a) * lean, 1 + tall * long * (1 + 0.36 * head.wave(k, 13, 0.25)))
        segments += [(*around(head, a + (b - a) * 0.2, 1.08), *tip), (*around(head, b - (b - a) * 0.2, 1.08), *around(head, b, 0.99))]
    _fill(pen, head, path(around(head, angles[0]), *segments, *[seg for k in range(4) for seg in (((40 - 26 * k) + 4, 214 + 3 * head.wave(k, 4)), ((27 - 26 * k) if k < 3 else around(head, angles[0])[0], 196))]), 30, 200, flow=False)


def _shaggy(pen: Pen, head: Head):
    x, d = _reach(head), 14 * head.t["hair_length"]
    j = [2.5 * head.wave(k, 13) for k in range(6)]
    right = [(x - 3, 118, x + 2, 152, x + 14, 168 + j[0] + d * 0.4), (x + 5, 168, x + 4, 174, x + 11, 192 + j[1] + d), (x + 1, 188, x - 4, 192, x - 5, 208 + j[2] + d), (x - 12, 200, x - 18, 202, x - 24, 214 + d), (30, 204, 12, 204, 0, 206 + d)]
    left = [(-12, 204, -30, 204, -x + 24, 214 + d), (-x + 18, 202, -x + 12, 200, -x + 5, 208 + j[3] + d), (-x + 4, 192, -x - 1, 188, -x - 11, 192 + j[4] + d), (-x - 4, 174, -x - 5, 168, -x - 15, 168 + j[5] + d * 0.4), (-x - 2, 152, -x + 3, 118, -x + 8, 84)]
    _fill(pen, head, path((-x + 8, 84), (0, 30, x - 8, 84), *right, *left), 60, 215 + d)


def _bob(pen: Pen, head: Head):
    x, low = _reach(head), 206 + 13 * head.t["hair_length"]
    right = [(x - 4, 112, x + 3, 118, x + 6, 146), (x + 10, 170, x + 12, low - 24, x + 3, low - 6), (x - 2, low + 2, x - 14, low + 4, x - 22, low - 2), (40, low + 5, 18, low + 2, 0, low + 3)]
    _fill(pen, head, path((-x + 8, 84), (0, 30, x - 8, 84), *right, *_mirrored((x - 8, 84), right)), 60, low)


def _long_straight(pen: Pen, head: Head):
    x, low = _reach(head), 244 + 24 * head.t["hair_length"]
    points = _sway(head, [(x + 7, 140), (x + 13, 190), (x + 11, low - 8)])
    (ax, ay), (bx, by), (cx, cy) = points
    ends = [(cx - 9, low + 6), (cx - 14, low - 7), (cx - 26, low + 8), (cx - 32, low - 5), (30, low + 6)]
    right = [(x - 4, 112, ax - 4, 122, ax - 1, 148), (ax + 2, 160, bx, by - 14, bx, by), (bx, by + 20, cx, cy - 10, cx, cy), *ends]
    _fill(pen, head, path((-x + 8, 84), (0, 30, x - 8, 84), *right, (-30, low + 6), *_mirrored((x - 8, 84), right)), 60, low + 4)


def _long_wavy(pen: Pen, head: Head):
    x, low = _reach(head), 242 + 22 * head.t["hair_length"]
    rows = 5
    right = []
    for k in range(rows + 1):
        y = 112 + (low - 112) * k / rows
        out = 8 * (1 if k % 2 else -1) + 1.5 * head.wave(k, 13)
        right.append((x + 1.5 + 3.0 * k + out * min(1, 0.2 + k / 3), y))
    points = _sway(head, [(0, 44), (x - 18, 76), *right, (x - 4, low + 7), (x - 22, low - 3), (x - 42, low + 6), (14, low)])
    mirror = _sway(head, [(-px, py) for px, py in reversed([(0, 44), (x - 18, 76), *right, (x - 4, low + 7), (x - 22, low - 3), (x - 42, low + 6), (14, low)])][:-1])
    shape = smooth(points + mirror)
    _fill(pen, head, shape, 60, low + 4, flow=False)
    with pen.inside(shape):
        for s in (-1, 1):
            for d, tone, alpha in ((-7, shade(head.hair, 0.85), 0.5), (1, light(head.hair, 0.22), 0.5), (8, shade(head.hair, 0.8), 0.35)):
                spine = [(x + d + 2.2 * k + 4.5 * math.sin(k * 1.6 + d * 0.3), 140 + (low - 146) * k / 5) for k in range(6)]
                wide = (0.4, 2.2, 3.0, 3.0, 2.2, 0.4)
                left, right = [(s * (px - w), py) for (px, py), w in zip(spine, wide)], [(s * (px + w), py) for (px, py), w in zip(spine, wide)]
                pen.clump(smooth(left + right[::-1]), tone, alpha)


def _scallops(head: Head, cx: float, cy: float, rx: float, ry: float, count: int, bulge: float, which: int) -> skia.Path:
    angles = spaced(0.1, 2 * math.pi + 0.1, count + 1)
    at = lambda a, r: (cx + rx * r * math.cos(a), cy + ry * r * math.sin(a))  # noqa: E731
    segments = []
    for k in range(count):
        a, b = angles[k], angles[k + 1]
        r = 1 + bulge + 0.03 * head.wave(k, which)
        segments.append((*at(a + (b - a) * 0.12, r), *at(b - (b - a) * 0.12, r), *at(b, 1.0)))
    return path(at(angles[0], 1.0), *segments)


def _curly(pen: Pen, head: Head):
    x, short, d = _reach(head), cropped(head), 16 * max(0.0, head.t["hair_length"])
    shape = _scallops(head, 0, 128 + d * 0.5 - 26 * short, x + 14 - 8 * short, 84 + d * 0.5 - 24 * short, 19, 0.13, 13)
    _fill(pen, head, shape, 50, 220 + d - 50 * short, flow=False)
    with pen.inside(shape):
        draw_coils(pen, head, [(s * (x + out), y, 10.5 + 0.8 * head.wave(k, 13), s * 20) for s in (-1, 1) for k, (out, y) in enumerate(((2, 112), (9, 134), (-2, 148), (8, 164), (-8, 178), (4, 190 + d * 0.4), (-20, 198 + d * 0.6), (-38, 206 + d)))])


def _afro(pen: Pen, head: Head):
    x, v = _reach(head), head.t["hair_volume"] + 0.6 * head.t["hair_length"]
    top = 30 if head.hat else 0
    cy, rx, ry = 108 + top * 0.5, min(x + 26 + 5 * v, 116), 94 + 3 * v - top
    shape = _scallops(head, 0, cy, rx, ry, 24, 0.085, 13)
    _fill(pen, head, shape, 10, 210, 0.2, flow=False)
    with pen.inside(shape):
        pen.glow(-rx * 0.45, cy - ry * 0.6, 52, 44, light(head.hair, 0.45), 0.35)
        coils = []
        for reach, count, r in ((0.90, 20, 9.0), (0.75, 17, 8.0)):
            for k in range(count):
                angle = 2 * math.pi * (k + 0.5 * (reach < 0.9)) / count + 0.06 * head.wave(k, 13)
                px, py = rx * reach * math.cos(angle), cy - ry * reach * math.sin(angle)
                if abs(px) > head.width * 0.85 or (py < 70 and not head.hat):
                    coils.append((px, py, r, (90 - math.degrees(angle)) * 0.6 if py < cy else 0.0))
        draw_coils(pen, head, coils)


def _twin_tails(pen: Pen, head: Head):
    _nape(pen, head)
    x, low = _reach(head), 214 + 26 * head.t["hair_length"]
    out = min(x + 42, 123)
    for s in (-1, 1):
        sway = 3 * head.lean(7)
        tail = path((s * (x - 10), 92), (s * (x + 8), 58, s * out, 66, s * out, 128), (s * (out + 1), 170, s * (out - 10), low - 22, s * (out - 22) + sway, low),
                    (s * (out - 26) + sway, low - 14, s * (out - 30), low - 22, s * (out - 34) + sway, low - 10), (s * (x + 4), low - 60, s * (x + 2), 140, s * (x - 12), 112))
        _fill(pen, head, tail, 70, low, 0.12, flow=False)
        _strands(pen, head, [((s * (x + 4), 92), (s * (out - 8), 100, s * (out - 20) + sway, low - 24)), ((s * (x + 2), 104), (s * (x + 18), 130, s * (x + 14), low - 50))])
        pen.clump(leaf(s * (x + 8), 80, s * (out - 8), 74, s * (out - 7), 132, 4.5), light(head.hair, 0.5), 0.6)


def _draw_ties(pen: Pen, head: Head, spots, size: float = 8):
    for x, y in spots:
        pen.fill(oval(x, y, size, size * 0.92), head.accent, outline=ink(head.accent), width=1.9)
        pen.fill(oval(x - size * 0.3, y - size * 0.35, size * 0.28, size * 0.22), light(head.accent, 0.8), 0.85)


def _ponytail(pen: Pen, head: Head):
    _nape(pen, head)
    low, top = 206 + 26 * head.t["hair_length"], 76 if head.hat else 8  # below the brim of a hat
    down = 0.7 * (top - 8)
    sway = 4 * head.lean(7)
    tail = path((14, 44 + down), (44, top - 8, 98, top + 6, 112, 82 + down * 0.7), (122, 130 + down * 0.5, 112, low - 26, 88 + sway, low), (92 + sway, low - 16, 88, low - 24, 80 + sway, low - 12), (88, 160, 84, 110 + down * 0.4, 56, 84 + down * 0.4))
    _fill(pen, head, tail, top + 2, low, 0.12, flow=False)
    _strands(pen, head, [((48, 34 + down), (104, 36 + down, 96 + sway, low - 26)), ((44, 46 + down), (86, 70 + down, 86, 152))])
    pen.clump(leaf(50, top + 16, 88, top + 14, 102, 78 + down * 0.7, 4.5), light(head.hair, 0.5), 0.6)
    if not head.hat:
        _draw_ties(pen, head, [(36, 27)], 9)


def _bun(pen: Pen, head: Head):
    _nape(pen, head)
    if not head.hat:
        r = 25 + 3 * head.t["hair_length"]
        _ball(pen, head, 0, r + 3, r)  # all of it in the picture


def _space_buns(pen: Pen, head: Head):
    _nape(pen, head)
    for s in (-1, 1):
        _ball(pen, head, s * (_reach(head) - 20 if not head.hat else _reach(head) + 8), 38 if not head.hat else 104, 24 + 3 * head.t["hair_length"])


def _ball(pen: Pen, head: Head, x: float, y: float, r: float):
    shape = _scallops(head, x, y, r, r * 0.92, 9, 0.05, 13)
    pen.blend(shape, y - r, y + r, (light(head.hair, 0.12), head.hair, mix(shade(head.hair, 0.3), head.tips, head.t["hair_tips"] * 0.8)), outline=ink(head.hair))
    swirl = path((x - r * 0.62, y + r * 0.3), (x - r * 0.7, y - r * 0.6, x + r * 0.6, y - r * 0.7, x + r * 0.5, y + r * 0.1), (x + r * 0.4, y + r * 0.55, x - r * 0.3, y + r * 0.5, x - r * 0.2, y - r * 0.02), close=False)
    with pen.inside(shape):
        pen.clump(leaf(x - r * 0.9, y + r * 0.5, x, y + r * 1.25, x + r * 0.9, y + r * 0.2, r * 0.24), shade(head.hair, 0.6), 0.5)
        pen.clump(leaf(x - r * 0.75, y + r * 0.1, x - r * 0.3, y - r * 0.95, x + r * 0.5, y - r * 0.6, r * 0.16), light(head.hair, 0.5), 0.6)
        pen.clump(leaf(x - r * 0.1, y + r * 0.55, x + r * 0.75, y + r * 0.3, x + r * 0.65, y - r * 0.4, r * 0.12), light(head.hair, 0.4), 0.4)
    pen.crease(swirl, strand(head.hair, 0.75), 1.7, 0.6)


def _side_tail(pen: Pen, head: Head):
    w, low = head.width, 240 + 16 * head.t["hair_length"]
    sway = 3 * head.lean(7)
    tail = path((w - 14, 178), (w + 8, 176, w + 16, 206, w + 4 + sway, low - 12), (w, low - 4, w - 4, low, w - 10 + sway, low + 6), (w - 12, low - 4, w - 16, low - 8, w - 24 + sway, low - 2), (w - 34, 220, w - 34, 196, w - 22, 180))
    _fill(pen, head, tail, 175, low, 0.0, flow=False)
    _strands(pen, head, [((w - 14, 188), (w - 4, 204, w - 12 + sway, low - 14)), ((w - 6, 188), (w + 6, 206, w - 2 + sway, low - 20))])
    _draw_ties(pen, head, [(w - 13, 182)], 8.5)


def _braids(pen: Pen, head: Head):
    w, count = head.width, 4
    step = (62 + 14 * head.t["hair_length"]) / count
    for s in (-1, 1):
        for k in range(count, -1, -1):
            y = 174 + step * k
            r = 15.0 - 1.3 * k
            x = s * (w - 3 - 1.2 * k) + 1.2 * head.wave(k, 13)
            if k == count:  # the brush below the tie
                brush = path((x - 5, y - 4), (x - 9, y + 4, x - 7, y + 12), (x - 3, y + 8), (x, y + 16), (x + 3, y + 8), (x + 7, y + 12), (x + 9, y + 4, x + 5, y - 4))
                pen.fill(brush, head.tips if head.t["hair_tips"] else head.hair, outline=ink(head.hair), width=1.9)
                _draw_ties(pen, head, [(x, y - 5)], 5.5)
                continue
            colour = mix(head.hair, head.tips, head.t["hair_tips"] * k / count)
            for lobe, tone in ((-1, 0.10), (1, 0.0)):  # two strands that lie over one another
                plait = path((x - lobe * r * 0.10, y - step * 0.62), (x + lobe * r * 1.05, y - step * 1.0, x + lobe * r * 1.45, y + step * 0.05, x - lobe * r * 0.12, y + step * 0.78),
                             (x - lobe * r * 0.45, y + step * 0.2, x - lobe * r * 0.3, y - step * 0.4, x - lobe * r * 0.10, y - step * 0.62))
                pen.blend(plait, y - step, y + step, (light(colour, 0.14 + tone), shade(colour, 0.28)), outline=ink(head.hair), width=1.8)
                pen.clump(leaf(x + lobe * r * 0.25, y - step * 0.55, x + lobe * r * 0.85, y - step * 0.2, x + lobe * r * 0.25, y + step * 0.35, 1.6), light(colour, 0.45), 0.5)


def _locs(pen: Pen, head: Head):
    x, low = _reach(head), 206 + 24 * head.t["hair_length"]
    _nape(pen, head)
    for k in range(13):
        at = -1 + 2 * k / 12
        _rope(pen, head, at * (x - 2), at * (x + 9), 92 + 26 * at * at, low + 7 * head.wave(k, 13) - 8 * abs(at), 11, 6)


def _locs_over(pen: Pen, head: Head):
    low = 214 + 22 * head.t["hair_length"]
    for s in (-1, 1):
        for k in range(2):
            _rope(pen, head, s * (head.width - 2 + 9 * k), s * (head.width - 3 + 10 * k), 150, low + 5 * head.wave(k + s, 13) - 8 * k, 10.5, 4)


def _rope(pen: Pen, head: Head, x0: float, x1: float, y0: float, y1: float, width: float, twists: int):
    """One loc: a round rope with the turns of its twist, which a longer one has further apart, lit along one side."""
    spine = path((x0, y0), (x0 + (x1 - x0) * 1.2, (y0 + y1) / 2, x1, y1), close=False)
    pen.band(spine, head.hair, width - 3.2, ink(head.hair), 1.6)
    if head.t["hair_tips"] > 0:
        tip = path((x0 + (x1 - x0) * 0.98, y1 - 20), (x1, y1), close=False)
        pen.line(tip, head.tips, width - 3.6)
    turns, lights = [], []
    for k in range(twists):
        y = y0 + (k + 0.5) * (y1 - y0) / twists
        x = x0 + (x1 - x0) * min(1, 1.3 * (y - y0) / (y1 - y0))
        turns.append(leaf(x - width * 0.38, y + 5, x, y + 5, x + width * 0.38, y - 4, 4.0))
        lights.append(leaf(x - width * 0.32, y - 3, x - 1, y - 7, x + width * 0.16, y - 7, 2.8))
    pen.clumps(turns, strand(head.hair, 0.9), 0.75)
    pen.clumps(lights, light(head.hair, 0.4), 0.6)


def _hijab_back(pen: Pen, head: Head):
    x = head.width + 12
    shape = path((-x, 120), (-x - 4, 180, -x + 2, 214, -x - 8, 244), (x + 8, 244), (x - 2, 214, x + 4, 180, x, 120))
    pen.blend(shape, 120, 244, (shade(head.accent, 0.35), shade(head.accent, 0.15)), outline=ink(head.accent))


def draw_hijab(pen: Pen, head: Head):
    """The cloth round the face, over the front; the accent colour is its colour."""
    if head.style != "hijab":
        return
    cloth, w = head.accent, head.width
    x, top = w + 11, (32 if head.hat else 25) - 4 * head.t["hair_volume"]
    inner = path((0, 84), (-34, 84, -w + 7, 100, -w + 5, 146), (-w + 6, 180, -34, head.chin - 1, 0, head.chin + 1), (34, head.chin - 1, w - 6, 180, w - 5, 146), (w - 7, 100, 34, 84, 0, 84))
    outer = path((0, top), (-x * 0.74, top, -x - 3, 90, -x, 146), (-x + 2, 190, -48, 214, -56, 246), (-20, 256, 20, 256, 56, 246), (48, 214, x - 2, 190, x, 146), (x + 3, 90, x * 0.74, top, 0, top))
    band = path((0, 72), (-40, 72, -w + 1, 94, -w + 3, 140), (-w + 7, 108, -34, 86, 0, 86), (34, 86, w - 7, 108, w - 3, 140), (w - 1, 94, 40, 72, 0, 72))
    ring = skia.Path(outer)
    ring.addPath(inner)
    ring.setFillType(skia.PathFillType.kEvenOdd)
    with pen.part("hair"):
        pen.blend(ring, top, 250, (light(cloth, 0.18), cloth, shade(cloth, 0.28)), (0, 0.45, 1))
        pen.fill(band, shade(cloth, 0.55), 0.9)
        folds = [((-w - 4, 120), (-w - 2, 176, -30, 206, 6, 222)), ((w + 3, 128), (w, 180, 34, 206, -4, 216)), ((-20, 214), (-4, 224, 22, 236, 30, 250)),
                 ((-w + 2, 92), (-40, 52, 10, 46, 44, 56)), ((-w - 6, 150), (-w, 196, -52, 214, -44, 244))]
        with pen.inside(ring):
            for (ax, ay), (bx, by, cx, cy, dx, dy) in folds:
                mx, my = 0.5 * (bx + cx), 0.5 * (by + cy)
                pen.clump(leaf(ax, ay, mx * 1.08, my, dx, dy, 5.5), shade(cloth, 0.62), 0.5)
                pen.clump(leaf(ax, ay - 4, mx * 1.08 + 5, my - 5, dx, dy - 6, 3.6), light(cloth, 0.45), 0.42)
            pen.clump(leaf(-46, 54, -8, 26, 36, 40, 6), light(cloth, 0.6), 0.5)
        pen.outline(inner, ink(cloth), 2.0)
        pen.outline(outer, ink(cloth), 2.2)


BACKS = {
    "short": _short, "spiky": _spiky, "shaggy": _shaggy, "bob": _bob, "long_straight": _long_straight, "long_wavy": _long_wavy,
    "curly": _curly, "afro": _afro, "twin_tails": _twin_tails, "ponytail": _ponytail, "side_tail": _nape, "bun": _bun,
    "space_buns": _space_buns, "braids": _nape, "locs": _locs, "hijab": _hijab_back,
}
OVERS = {"side_tail": _side_tail, "braids": _braids, "locs": _locs_over}
