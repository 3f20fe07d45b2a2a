"""What is drawn on: pixels of numpy that skia draws into."""
from __future__ import annotations

import threading

import numpy as np
import skia


def _surface(pixels: np.ndarray) -> skia.Surface:
    """A surface on pixels (H, W), each uint32 the bytes R, G, B, A, premultiplied. 8 bits: skia fills them fastest."""
    return skia.Surface(pixels.view(np.uint8).reshape(*pixels.shape, 4), skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)


class Desk(threading.local):
    """Pixels and surfaces by size, kept from picture to picture: fresh memory costs more than drawing on it. One set a thread."""

    def __init__(self):
        self.sets: dict[int, tuple[np.ndarray, skia.Surface, np.ndarray, skia.Surface]] = {}

    def __call__(self, size: int) -> tuple[np.ndarray, skia.Surface, np.ndarray, skia.Surface]:
        if size not in self.sets:
            self.sets.clear()
            paper, sheet = np.zeros((size, size), np.uint32), np.zeros((size, size), np.uint32)
            self.sets[size] = paper, _surface(paper), sheet, _surface(sheet)
        for surface in self.sets[size][1::2]:
            surface.getCanvas().restoreToCount(1)
            surface.getCanvas().resetMatrix()
        return self.sets[size]


def image(pixels: np.ndarray, opaque: bool) -> skia.Image:
    """An image of pixels (H, W), rows contiguous, that shares them."""
    height, width = pixels.shape
    kind = skia.kOpaque_AlphaType if opaque else skia.kPremul_AlphaType
    return skia.Image.MakeRasterData(skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, kind), skia.Data.MakeWithoutCopy(pixels), width * 4)
