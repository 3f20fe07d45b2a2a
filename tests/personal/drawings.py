"""Drawings for the tests, made by code: no faces are in them."""
from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw


def shapes(seed: int, line: str = "#302a66", width: int = 10, colours: tuple = ("#d9a679", "#7fa39b", "#c98a8a", "#efe3c2")) -> Image.Image:
    """Outlined discs on white paper, RGB (400, 400)."""
    random, picture = np.random.default_rng(seed), Image.new("RGB", (400, 400), "white")
    brush = ImageDraw.Draw(picture)
    for colour in colours:
        x, y = random.integers(40, 180, 2).tolist()
        brush.ellipse((x, y, x + 180, y + 180), fill=colour, outline=line, width=width)
    return picture


def hatched(seed: int) -> Image.Image:
    """Grey slanting strokes over pale discs, as a pencil leaves them, RGB (400, 400)."""
    rows, columns = np.mgrid[:400, :400]
    strokes = 30 * np.sin((rows + columns) * 0.9) + np.random.default_rng(seed).normal(0, 6, (400, 400))
    pixels = np.asarray(shapes(seed, "#606060", 5, ("#d8d8d8", "#c4c4c4", "#e6e6e6", "#cccccc")), float)
    inside = (pixels < 250).all(-1) & (pixels > 150).all(-1)
    return Image.fromarray((pixels + (strokes * inside)[..., None]).clip(0, 255).astype(np.uint8))


def landscape() -> Image.Image:
    """A blue sky over green hills, without outlines, RGB (480, 320)."""
    rows, columns = np.mgrid[:320, :480]
    hill = (rows > 180 + 40 * np.sin(columns / 60))[..., None]
    sky = np.stack([110 + rows / 4, 160 + rows / 4, 220 - rows / 8], -1)
    return Image.fromarray(np.where(hill, (60, 120, 70), sky).clip(0, 255).astype(np.uint8))
