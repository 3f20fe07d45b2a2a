"""Gradients worked out in numpy: skia's raster shaders take ten times as long a pixel.

A pixel is one uint32 that holds the bytes R, G, B, A, premultiplied.
"""
from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from .colours import Colour

LEVELS = 256  # colours that a ramp has
_PAIR = np.uint32(0xFF00FF)  # red and blue, or green and alpha
_ONE = np.uint32(1 << 24)  # an alpha of 1


@lru_cache(maxsize=256)
def _weights(stops: tuple[float, ...]) -> np.ndarray:
    """How much of each of the colours at `stops` every level of a ramp has: (LEVELS, number of colours)."""
    levels = np.linspace(0, 1, LEVELS)
    return np.stack([np.interp(levels, stops, row) for row in np.eye(len(stops))], axis=1).astype(np.float32)


def even(count: int) -> tuple[float, ...]:
    """Stops of `count` colours at equal distances."""
    return tuple(k / (count - 1) for k in range(count))


def ramp(colours: Sequence[Colour], stops: Sequence[float] | None = None, alphas: Sequence[float] | None = None) -> np.ndarray:
    """The LEVELS pixels from the first colour to the last."""
    full = [(255 * r * a, 255 * g * a, 255 * b * a, 255 * a) for (r, g, b), a in zip(colours, alphas or (1.0,) * len(colours))]
    levels = _weights(tuple(stops) if stops else even(len(colours))) @ np.array(full, np.float32)
    levels += 0.5
    return levels.astype(np.uint8).view("<u4")[:, 0]


def rows(pixels: np.ndarray, colours: np.ndarray, first: float, last: float):
    """Fill pixels (H, W) row by row: a ramp's first colour at the height `first`, its last at `last`, in pixels."""
    at = (np.arange(len(pixels)) + (0.5 - first)) * ((LEVELS - 1) / (last - first)) + 0.5
    pixels[:] = colours.take(at.astype(np.intp), mode="clip")[:, None]


def rings(pixels: np.ndarray, colours: np.ndarray, x: float, y: float, rx: float, ry: float):
    """Fill pixels (H, W) with ellipses: a ramp's first colour in the middle (x, y), its last from the radii on, in pixels."""
    step = 2 if min(rx, ry) > 20 else 1  # so slow a change is the same for four neighbours
    height, width = pixels.shape
    dx = ((np.arange(0, width, step, dtype=np.float32) + (0.5 * step - x)) * ((LEVELS - 1) / rx)) ** 2
    dy = ((np.arange(0, height, step, dtype=np.float32) + (0.5 * step - y)) * ((LEVELS - 1) / ry)) ** 2
    level = np.add(dx, dy[:, None])
    found = colours.take(np.sqrt(level, out=level).astype(np.intp), mode="clip")
    for row in range(step):
        for column in range(step):
            place = pixels[row::step, column::step]
            place[:] = found[:place.shape[0], :place.shape[1]]


def fade(pixels: np.ndarray, colour: Colour, first: float, last: float, most: float = 1.0):
    """Let opaque pixels (H, W) turn into a colour from the height `first` to `last`, in pixels, and be `most` of it below."""
    share = (most * np.clip((np.arange(len(pixels)) + (0.5 - first)) * (256 / (last - first)), 0, 256)).astype(np.uint32)[:, None]
    goal = ramp((colour, colour))[0]
    done = np.uint32(0)
    for shift in (0, 8):  # two channels at once, 16 bits for each
        done |= (((pixels >> shift & _PAIR) * (256 - share) + (goal >> shift & _PAIR) * share) >> 8 & _PAIR) << shift
    pixels[:] = done


def half_clear(pixels: np.ndarray, room: np.ndarray | None = None) -> np.ndarray:
    """Where pixels (H, W) are neither clear nor opaque: flat indices. room: pixels to work in, which are lost."""
    return np.flatnonzero(np.subtract(pixels, _ONE, out=room) < _ONE * 254)


def lay(under: np.ndarray, over: np.ndarray, box: tuple[int, int, int, int]):
    """Lay a box (left, top, right, bottom) of pixels over others; both (H, W), rows contiguous."""
    left, top, right, bottom = box
    source = over[top:bottom, left:right]
    np.copyto(under[top:bottom, left:right], source, where=source >= _ONE * 255)
    at = half_clear(source)
    at += at // max(1, right - left) * (over.shape[1] - right + left) + (top * over.shape[1] + left)  # places in the whole
    rim, ground = (pixels.reshape(-1).take(at).view(np.uint8).reshape(-1, 4).astype(np.uint16) for pixels in (over, under))
    rim += (ground * (255 - rim[:, 3:]) + 127) // 255
    under.reshape(-1)[at] = np.minimum(rim, 255).astype(np.uint8).view(np.uint32)[:, 0]


def straight(pixels: np.ndarray, room: np.ndarray) -> np.ndarray:
    """The same pixels (H, W), not premultiplied: uint8 (H, W, 4). Few of a picture are half clear, so it takes little."""
    at = half_clear(pixels, room)  # in room, as fresh memory takes longer than the work
    out = pixels.copy()
    rim = out.ravel()[at].view(np.uint8).reshape(-1, 4).astype(np.float32)
    rim[:, :3] = np.minimum(rim[:, :3] * (255 / rim[:, 3:]) + 0.5, 255)
    out.ravel()[at] = rim.astype(np.uint8).view(np.uint32)[:, 0]
    return out.view(np.uint8).reshape(*out.shape, 4)
