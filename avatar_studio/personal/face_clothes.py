"""The clothes of a personal model: those of the photos in the folds of the drawn ones, in two flat colours at most.

As the photo has them, with arms, badges, light and other people, they would be stains (docs/personal.md).
"""
from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.cluster.vq import kmeans2

from ..selfie.lab import from_lab, lab

FLAT, CALM_BORDER = 3, 4.0    # colours that are told apart in what is worn, and how far in pixels their borders are smoothed
LEAST = 0.07                  # of what is drawn of it, or a colour is not worth showing
FOLD, FOLDED = 18.0, (0.7, 1, 1)  # two colours that are nearer in Lab are one, in light and in shade, which counts for less
TURNED = 24                   # pixels by which the middle of the clothes may be off
OWN = 30.0                    # the same of what is drawn and what is seen


def dressed(picture, grey, cloth, shown, known, colours) -> np.ndarray:
    """A picture's colours (H, W, 3) in [0, 1], with the photo's clothes in the folds of the drawn ones.

    All (H, W): grey, the picture in grey clothes; cloth, where they are drawn; shown, how much of the new ones; known, where the
    photo has clothes. colours: the photo's, Lab (H, W, 3).
    """
    proper = cloth > 0.9
    if known[cloth > 0.5].mean() < 0.3 or not proper.any():
        return picture
    own = np.median(lab((picture[proper].clip(0, 1) * 255).round().astype(np.uint8)), 0)
    flat = flattened(colours, known, cloth > 0.5, own)
    folds = (grey / np.median(grey[proper])).clip(0, 1.25)[..., None]
    return picture * (1 - shown[..., None]) + (from_lab(flat) * folds).clip(0, 1) * shown[..., None]


def flattened(colours, known, where, own) -> np.ndarray:
    """Lab (H, W, 3) of which `known` is true in two flat colours at most, the same on both sides, as a jacket and a shirt have them.

    own: the clothes' colour as it is drawn, which the reader has from all that the photo shows of them: one of the two is that one.
    """
    seen = colours[known & where]
    of = kmeans2(seen, FLAT, minit="++", seed=0)[1] if np.ptp(seen, 0).any() else np.zeros(len(seen), int)
    means = [np.median(seen[of == k], 0) for k in np.argsort(-np.bincount(of, minlength=FLAT)) if (of == k).any()]  # the most common first
    means = np.array([one for k, one in enumerate(means) if all(np.linalg.norm((one - other) * FOLDED) > FOLD for other in means[:k])])
    apart = np.linalg.norm((means - own) * FOLDED, axis=-1)
    main = int(apart.argmin())
    two = [main, *(k for k in range(len(means)) if k != main)][:2]
    rows, columns = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    nearest = np.linalg.norm(colours[rows, columns, None] - means[two], axis=-1).argmin(-1)
    other = ndimage.gaussian_filter(nearest.astype(np.float32), CALM_BORDER)
    other = _moved(other, _axis(other, where))
    other = (other + other[:, ::-1]) / 2 > 0.5
    body = np.maximum.accumulate(where, 1) & np.maximum.accumulate(where[:, ::-1], 1)[:, ::-1]  # an open jacket with what is in it
    parts, _ = ndimage.label(other & body)
    other = np.isin(parts, np.setdiff1d(parts[:, parts.shape[1] // 2], 0))  # a shirt or a tie is in the middle; what is not, is light, an arm or a badge
    if other.sum() < LEAST * body.sum():
        other[:] = False
    chosen = np.where(other[..., None], means[two[-1]], own if apart[main] < OWN else means[main])
    return ndimage.gaussian_filter(chosen, (0.7, 0.7, 0))


def _axis(other, where) -> int:
    """How many pixels beside the canvas's middle the clothes' own middle lies, about which they are the same on both sides: of a body
    that is turned. other (H, W): how much of the second colour."""
    def apart(moved):
        there = _moved(other, moved)
        return np.abs(there - there[:, ::-1])[where].mean() + abs(moved) / 500
    return min(range(-TURNED, TURNED + 1, 2), key=apart)


def _moved(values, by: int) -> np.ndarray:
    """(H, W) with its columns so far to the left, the last one going on."""
    return values[:, np.clip(np.arange(values.shape[1]) + by, 0, values.shape[1] - 1)]
