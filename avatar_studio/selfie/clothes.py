"""What is worn in a portrait, and its colour."""
from __future__ import annotations

import numpy as np
from scipy import ndimage

from .faces import CHIN, LEFT_CHEEK, RIGHT_CHEEK
from .hair import CLOTHES
from .portrait import UNIT, Portrait, middle

LIKE_SKIN = 30.0, 13.0  # a neck is this near to the cheeks, but for 10 of shade: in Lab's L, and in a and b
FEW = 1 / 3             # of what counts as clothes: if no more than this is unlike skin, it is worn and not bare
FOLDS = 0.4             # what a difference in L counts beside one in a or b: cloth is one colour in light and in shade
BIN, NEAR = 5.0, 12.0   # of the histogram, and how far the main colour reaches


def bare(p: Portrait) -> np.ndarray:
    """bool (SIZE, SIZE): the colour of the cheeks, as of a neck and chest, which count as clothes in p.classes."""
    apart = p.lab - middle(p.lab[p.area(LEFT_CHEEK) | p.area(RIGHT_CHEEK)], 30, 80)
    lightness, colour = LIKE_SKIN
    return ndimage.binary_opening((np.abs(apart[..., 0] + 10) < lightness) & (np.hypot(apart[..., 1], apart[..., 2]) < colour), iterations=2)


def worn(p: Portrait) -> np.ndarray:
    """bool (SIZE, SIZE): what is surely clothes, from some way below the chin."""
    clothes = (p.classes[..., CLOTHES] > 0.6) & p.view.inside & (np.arange(len(p.lab))[:, None] > p.points[CHIN, 1] + 0.7 * UNIT)
    dressed = clothes & ~bare(p)
    return dressed if dressed.sum() > FEW * clothes.sum() else clothes


def main_colour(colours: np.ndarray) -> np.ndarray:
    """The colour that most of some Lab pixels (n, 3) have, and not the mean of a shirt, a tie and a jacket; NaN if there are too few.

    The mode of a smoothed histogram, refined by mean shift (Comaniciu and Meer 2002).
    """
    if len(colours) < 12:
        return np.full(3, np.nan)
    places = colours * (FOLDS, 1, 1)
    first = np.floor(places.min(0) / BIN)
    cells = np.floor(places / BIN - first).astype(int)
    counts = np.zeros(cells.max(0) + 1)
    np.add.at(counts, tuple(cells.T), 1.0)
    counts = ndimage.gaussian_filter(counts, 1.0, mode="constant")
    centre = (np.array(np.unravel_index(counts.argmax(), counts.shape)) + first + 0.5) * BIN
    for _ in range(4):
        near = np.linalg.norm(places - centre, axis=1) < NEAR
        if near.sum() < 12:
            return middle(colours, 20, 80)
        centre = places[near].mean(0)
    return middle(colours[near], 20, 80)
