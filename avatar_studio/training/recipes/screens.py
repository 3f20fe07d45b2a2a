"""Fixed full-resolution textures, made by code: what the stylizer paints with, and the recipes that it learns from.

They stand still on the canvas, so a texture painted with them does too, whatever the picture under it does.
"""
from __future__ import annotations

import math

import numpy as np

SIZE = 256
NAMES = ("speckle", "grain", "blot", "cloud", "drift", "canvas", "stroke", "cross", "hatch", "dots", "wood", "height",
         "lead", "cell", "column", "row")


def make_screens(size: int = SIZE) -> np.ndarray:
    """float32 (len(NAMES), size, size) in [-1, 1], rows in the order of NAMES, the same at every call.

    Noises are Gaussian of about 1/2 standard deviation, cut at 1; the others are periodic or geometric.
    """
    rng = np.random.default_rng(2017)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    made = {
        "speckle": _noise(rng, size, 0.6, 0.6),
        "grain": _noise(rng, size, 1.3, 1.3),
        "blot": _noise(rng, size, 4, 4),
        "cloud": _noise(rng, size, 14, 14),
        "drift": _noise(rng, size, 9, 9),
        "canvas": _canvas(x, y),
        "stroke": _turned(_noise(rng, 2 * size, 9, 0.9), 50, size),
        "cross": _turned(_noise(rng, 2 * size, 9, 0.9), -35, size),
        "hatch": np.cos(2 * math.pi * (x + y + 3 * _noise(rng, size, 20, 20)) / 6),
        "dots": np.cos(2 * math.pi * (x + y) / 8) / 2 + np.cos(2 * math.pi * (x - y) / 8) / 2,
        "wood": _wood(rng, y, size),
        "height": 1 - 2 * y / (size - 1),
        "column": 2 * (x % 4) / 3 - 1,
        "row": 2 * (y % 4) / 3 - 1,
    }
    made["lead"], made["cell"] = _cells(rng, x, y, size)
    return np.stack([made[name] for name in NAMES]).astype(np.float32)


def _noise(rng: np.random.Generator, size: int, across: float, down: float) -> np.ndarray:
    """White noise blurred by Gaussians of these deviations in pixels, wrapped round, of standard deviation 1/2."""
    fx, fy = np.fft.rfftfreq(size), np.fft.fftfreq(size)[:, None]
    keep = np.exp(-2 * math.pi**2 * ((fx * across) ** 2 + (fy * down) ** 2))
    keep[0, 0] = 0
    made = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((size, size))) * keep, (size, size))
    return np.clip(made / made.std() / 2, -1, 1).astype(np.float32)


def _turned(picture: np.ndarray, degrees: float, size: int) -> np.ndarray:
    """The middle of a picture of twice the size, turned. Bilinear."""
    angle, half = math.radians(degrees), size / 2
    y, x = np.mgrid[:size, :size] - half + 0.5
    u, v = (math.cos(angle) * x + math.sin(angle) * y + 2 * half, math.cos(angle) * y - math.sin(angle) * x + 2 * half)
    i, j = np.floor(v).astype(int), np.floor(u).astype(int)
    a, b = v - i, u - j
    i, j = np.clip(i, 0, 2 * size - 2), np.clip(j, 0, 2 * size - 2)
    top = picture[i, j] * (1 - b) + picture[i, j + 1] * b
    return top * (1 - a) + (picture[i + 1, j] * (1 - b) + picture[i + 1, j + 1] * b) * a


def _canvas(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Threads over and under each other, four pixels apart."""
    over = (x // 4 + y // 4) % 2
    return np.where(over == 0, np.cos(2 * math.pi * (y - 1.5) / 4), np.cos(2 * math.pi * (x - 1.5) / 4))


def _wood(rng: np.random.Generator, y: np.ndarray, size: int) -> np.ndarray:
    """Growth rings of a board cut along the trunk: waves that bend slowly."""
    bend = _noise(rng, size, 50, 14)
    return 0.6 * np.sin(2 * math.pi * (y / 9 + 3.5 * bend)) + 0.4 * _noise(rng, size, 24, 0.8)


def _cells(rng: np.random.Generator, x: np.ndarray, y: np.ndarray, size: int, count: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Voronoi cells of a jittered grid: (1 on the borders to -1 inside, each cell's own number)."""
    step = size / count
    corner = (np.mgrid[-1:count + 1, -1:count + 1].reshape(2, -1).T + rng.uniform(0.15, 0.85, ((count + 2) ** 2, 2))) * step
    away = np.sqrt((y[..., None] - corner[:, 0]) ** 2 + (x[..., None] - corner[:, 1]) ** 2)
    order = np.argsort(away, axis=-1)[..., :2]
    first, second = np.take_along_axis(away, order, -1)[..., 0], np.take_along_axis(away, order, -1)[..., 1]
    return 1 - 2 * np.clip((second - first) / 10, 0, 1), rng.uniform(-1, 1, len(corner))[order[..., 0]]
