"""The artist: draws an avatar from its traits. The training data, and the ground truth of every measurement.

The numbers of z, each standard normal, mean: 0 strand places, 1 asymmetry of the fringe, 2 lock widths, 3 lock lengths,
4 crown, 5 and 6 catch-light place (5 also how deep a fringe is parted into locks), 7 sway of long hair, 8 nose place,
10 shine height, 11 mouth place, 12 brow asymmetry, 13 back locks, 14 folds, 15 tilt of what is worn on the head. 9 is spare.

Needs skia-python (requirements-train.txt); nothing in the running app imports this package.
"""
from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from .. import traits as vocabulary
from . import accessories, beard, clothes, eyes, face, front, hair
from .pen import Pen

# Back to front. Brows and glasses come over the fringe, so that neither is ever lost under hair.
LAYERS = (
    hair.draw_back, face.draw_neck, clothes.draw_clothes, face.draw_ears, face.draw_face,
    face.draw_lines, front.draw_shadow, beard.draw_beard, face.draw_nose, face.draw_mouth, eyes.draw_eyes, front.draw_front, hair.draw_hijab,
    hair.draw_over, eyes.draw_brows, accessories.draw_earrings, accessories.draw_glasses, accessories.draw_headwear,
)


def draw(traits: Mapping, z: np.ndarray, size: int = 256) -> np.ndarray:
    """The picture of these traits: uint8 (size, size, 4), straight RGBA on a transparent ground.

    traits: name -> value, unnamed ones at their default. z: (Z_SIZE,) standard normal numbers. size: any, in pixels.
    """
    return _paint(traits, z, size, maps=False).picture()


def draw_weighted(traits: Mapping, z: np.ndarray, size: int = 256) -> tuple[np.ndarray, np.ndarray]:
    """The picture, and how much each place of it matters: uint8 (64, 64), tenths, 10 to 200."""
    pen = _paint(traits, z, size, maps=True)
    return pen.picture(), pen.weights()


def _paint(traits: Mapping, z: np.ndarray, size: int, maps: bool) -> Pen:
    head = face.Head(_clean(traits), np.asarray(z, dtype=np.float32).tolist())
    pen = Pen(size, maps, head.t["art"])
    for layer in LAYERS:
        layer(pen, head)
    return pen


def _clean(traits: Mapping) -> dict:
    """As vocabulary.clean(), remembering values: a picture has 69, and most of them come again."""
    try:
        return {**vocabulary.DEFAULTS, **{name: _value(name, value) for name, value in traits.items()}}
    except (KeyError, TypeError):  # an unknown trait, or a value that cannot be remembered
        return vocabulary.clean(traits)


@lru_cache(maxsize=1 << 14, typed=True)
def _value(name: str, value):
    return vocabulary.BY_NAME[name].clean(value)
