"""How each style preset looks: a recipe draws an avatar's picture in that style, and the stylizer learns from its drawings.

A recipe works on any RGBA picture of 256 px. Its textures come from screens.py alone, so they stand still on the canvas.
"""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...styles import PRESETS
from . import light, paint, prints
from .tools import Picture

RECIPES: dict[str, Callable[[Picture], tuple[np.ndarray, np.ndarray]]] = {
    name: getattr(room, name) for name in PRESETS for room in (paint, prints, light) if hasattr(room, name)}


def render(name: str, rgba: np.ndarray | Picture) -> np.ndarray:
    """A picture in a preset's style. uint8 (256, 256, 4) with straight alpha, or a Picture -> the same kind of array."""
    picture = rgba if isinstance(rgba, Picture) else Picture.of(rgba)
    colour, alpha = RECIPES[name](picture)
    made = np.dstack([np.clip(colour, 0, 1), np.clip(alpha, 0, 1)])
    return (made * 255 + 0.5).astype(np.uint8)
