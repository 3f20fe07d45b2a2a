"""The backgrounds of an avatar, painted in one colour and its lighter shades."""
from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PIL import Image

RAYS = 12          # light and plain pairs around
DOTS = 9           # rows of dots from edge to edge
RADIUS = 0.26      # of a dot, as a share of the distance between rows


@lru_cache(maxsize=16)
def paint(background: str, colour: str, size: int) -> Image.Image | None:
    """An opaque RGBA picture, size square, of one of avatar.BACKGROUNDS in "#rrggbb"; None for "transparent".

    The picture is shared: copy it before drawing on it.
    """
    if background == "transparent":
        return None
    base = np.array([int(colour[i:i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)  # (3,)
    light = base + (255 - base) * 0.45
    y, x = (np.mgrid[:size, :size].astype(np.float32) + 0.5) / size                # (size, size), 0 to 1
    share = _PAINTERS[background](x, y, 1 / size)[..., None]                          # (size, size, 1), 0 base to 1 light
    rgb = base + (light - base) * share
    return Image.fromarray(np.rint(rgb).astype(np.uint8), "RGB").convert("RGBA")


def _plain(x, y, pixel):
    return np.zeros_like(x)


def _gradient(x, y, pixel):
    return 1 - y


def _dots(x, y, pixel):
    row = np.floor(y * DOTS)
    across = (x * DOTS + row / 2) % 1 - 0.5  # every other row stands half a step aside
    distance = np.hypot(across, y * DOTS - row - 0.5)
    return _edge(RADIUS - distance, pixel * DOTS)


def _rays(x, y, pixel):
    x, y = x - 0.5, y - 0.55
    radius = np.hypot(x, y)
    turn = np.arctan2(y, x) / (2 * math.pi) * RAYS % 1                          # 0 to 1 in each pair
    inside = (0.25 - np.abs(turn - 0.5)) * radius * 2 * math.pi / RAYS         # distance to the ray's edge
    return _edge(inside, pixel) * np.minimum(radius / 0.1, 1)


def _edge(inside, pixel):
    """1 inside and 0 outside, over the width of a pixel."""
    return np.clip(inside / pixel + 0.5, 0, 1)


_PAINTERS = {"plain": _plain, "gradient": _gradient, "dots": _dots, "rays": _rays}
