"""Which pixels of a portrait are hair: the person's mask, told apart by colour and place.

Four classes (hair, skin, clothes, background) have a probability by place, from the mesh and the person mask, and a
colour distribution, a histogram learned from this photo alone. A few rounds of expectation and maximisation fit the
two to each other, as GrabCut does with graph cuts (Rother, Kolmogorov, Blake 2004), here with a smoothed field.
"""
from __future__ import annotations

import numpy as np
from scipy import ndimage

from .faces import CHIN, FOREHEAD, OVAL, polygon
from .lab import lab

BINS = 24  # a side of the colour histogram
ROUNDS = 5
HAIR, SKIN, CLOTHES, BACKGROUND = range(4)
FACE = (68, 298, 345, 411, 200, 187, 116)  # brows to chin, without the rim of the face


def classes(rgb: np.ndarray, inside: np.ndarray, points: np.ndarray, person: np.ndarray, unit: float) -> np.ndarray:
    """float32 (n, n, 4): the probabilities of HAIR, SKIN, CLOTHES and BACKGROUND.

    rgb: uint8 (n, n, 3), upright. inside: bool, where the photo is and nobody else. points: the mesh (478, >= 2) in
    its pixels. person: float (n, n), the probability of a person. unit: the distance between the eyes in pixels.
    """
    place, trust = _by_place(points, person, unit, len(rgb))
    place[~inside] = (0, 0, 0, 1)
    colours = lab(rgb)
    bins = _colour_bins(colours)
    trust *= inside[..., None]
    face = colours[polygon(points[list(FACE)], len(colours))]
    trust[..., HAIR] *= 1 - 0.9 * _like(colours, face)  # a bald crown must not teach what hair is
    crown = colours[trust[..., HAIR] > 0.5]
    if len(crown) >= 20:  # what is not the crown's colour must not teach either: an arm, somebody behind
        trust[..., HAIR] *= np.where(trust[..., HAIR] > 0.5, 1, _like(colours, crown, (14, 6, 8)))
    place, trust = (np.ascontiguousarray(np.moveaxis(v, -1, 0), np.float32) for v in (place, trust))  # plane by plane: twice as fast
    belief = place
    for turn in range(ROUNDS):
        if turn == 2:
            place = _shoulders(place, belief[HAIR], points, unit)
        likelihood = np.stack([_histogram(bins, belief[k] * trust[k]) for k in range(4)])
        likelihood[BACKGROUND] += 0.2 / BINS ** 3  # what nothing explains is somebody or something else
        belief = place * likelihood
        belief /= belief.sum(0) + 1e-9
        belief *= np.stack([ndimage.uniform_filter(plane, 5) for plane in belief]) + 0.02
        belief /= belief.sum(0) + 1e-9
    belief = np.moveaxis(belief, 0, -1)
    return _attached(belief, points, unit)


def _like(colours: np.ndarray, sample: np.ndarray, scale=(6, 4, 5)) -> np.ndarray:
    """float (n, n) in [0, 1]: how near each pixel's Lab is to the middle range of a sample (m, 3); scale: one sigma."""
    if len(sample) < 20:
        return np.zeros(colours.shape[:2])
    low, high = np.percentile(sample, (15, 85), axis=0)
    beyond = np.maximum(np.maximum(low - colours, colours - high), 0) / scale
    return np.exp(-(beyond ** 2).sum(-1) / 2)


def _colour_bins(colours: np.ndarray) -> np.ndarray:
    """int (n, n): the bin of each pixel's Lab."""
    scaled = (colours - (0, -40, -40)) / (100, 80, 80) * BINS
    index = scaled.clip(0, BINS - 1).astype(int)
    return (index[..., 0] * BINS + index[..., 1]) * BINS + index[..., 2]


def _histogram(bins: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The density of each pixel's colour in the distribution of the weighted pixels."""
    counts = np.bincount(bins.ravel(), weight.ravel(), BINS ** 3).reshape(BINS, BINS, BINS)
    counts = ndimage.gaussian_filter(counts, 1.0, truncate=2.5)
    counts = counts / (counts.sum() + 1e-9) + 1e-7
    return counts.astype(np.float32).ravel()[bins]


def _by_place(points, person, unit, size) -> tuple[np.ndarray, np.ndarray]:
    """Two float32 (n, n, 4): what each place is before its colour is seen, and how much its colour teaches."""
    ys, xs = np.mgrid[:size, :size].astype(np.float32)
    oval = polygon(points[list(OVAL)], size)
    outside = ndimage.distance_transform_edt(~oval) / unit  # distance from the face, in eye distances
    top, chin = points[FOREHEAD, 1], points[CHIN, 1]
    left, right = points[234, 0], points[454, 0]
    brow = points[[105, 334], 1].mean()
    beyond = np.maximum(left - xs, xs - right) / unit  # sideways from the ears; negative between them
    below = (ys - chin) / unit

    hair = np.where(ys < top, np.exp(-(np.maximum(outside - 0.5, 0) / 0.7) ** 2), 0.0)
    beside = (ys >= top) & (below < 0)
    hair = np.where(beside, 0.75 * np.exp(-(np.maximum(outside - 0.7, 0) / 0.8) ** 2) + 0.05, hair)
    hair = np.where(below >= 0, 0.45 * np.exp(-np.maximum(below, 0) / 2.5) * np.where(beyond < -0.35, 0.15, 1.0)
                    * np.exp(-(np.maximum(beyond - 0.8, 0) / 0.8) ** 2), hair)
    hair = np.where((ys < top) & (outside < 0.5), 0.4 + 0.6 * outside, hair)  # a high forehead
    above_face = np.where(beside, 0.2, 0.03 + 0.5 * np.exp(-outside / 0.3))
    skin = np.where(below >= 0, np.where(np.abs(beyond + 1) < 1, 0.5, 0.1), above_face)
    clothes = np.where(below >= 0.2, 0.6, 0.01) * np.where(below >= 0.8, 1.5, 1.0)
    forehead = oval & (ys < brow)
    hair = np.where(oval, np.where(forehead, 0.25, 0.02), hair)
    skin = np.where(oval, 1.0, skin)
    clothes = np.where(oval, 0.0, clothes)

    prior = np.stack([hair, skin, clothes, np.zeros_like(hair)], -1)
    prior /= prior.sum(-1, keepdims=True) + 1e-9
    surely = np.clip(person, 0.02, 0.98)
    surely = np.where(oval, 1.0, surely)
    # A person mask frays where hair is thin: near the head, what it calls background may still be hair.
    fray = 0.03 * np.exp(-(outside / 0.8) ** 2)
    belief = prior * surely[..., None]
    belief[..., HAIR] += fray * (1 - surely) * (below < 1)
    belief[..., BACKGROUND] = 1 - surely
    belief /= belief.sum(-1, keepdims=True)

    trust = np.ones_like(belief)
    trust[..., HAIR] = np.where((ys < brow) & (outside > 0.25) & (outside < 0.8), 1.0, 0.1) * person
    trust[..., SKIN] = np.where(oval & ~forehead, 1.0, 0.1)
    trust[..., CLOTHES] = np.where((below > 1.5) | (below > 0.2) & (beyond < -0.2), 1.0, 0.3)  # less from where hair lies on them
    return belief.astype(np.float32), trust.astype(np.float32)


def _shoulders(place: np.ndarray, hair: np.ndarray, points: np.ndarray, unit: float) -> np.ndarray:
    """place (4, n, n) where a side without hair beside the cheek has shoulders below it: hair does not begin at the neck."""
    ys, xs = np.mgrid[:hair.shape[0], :hair.shape[1]].astype(np.float32)
    left, right = points[234, 0], points[454, 0]
    below = (ys - points[CHIN, 1]) / unit
    place = place.copy()
    for side, beyond in ((xs < (left + right) / 2, left - xs), (xs >= (left + right) / 2, xs - right)):
        beyond = beyond / unit
        cheek = side & (below > -1.2) & (below < -0.5) & (beyond > -0.1) & (beyond < 0.35)
        bare = 1 - np.clip((hair[cheek].mean() - 0.1) / 0.3, 0, 1) if cheek.any() else 0.0
        shoulder = bare * np.clip((below + 0.6 * np.clip(beyond, 0, 1.2)) / 0.4, 0, 1) * side
        moved = 0.85 * shoulder * place[HAIR]
        place[HAIR] -= moved
        place[CLOTHES] += moved
    return place


def _attached(belief: np.ndarray, points: np.ndarray, unit: float) -> np.ndarray:
    """Without the hair that does not touch the head, or only by a thread: it is somebody else's, or a dark coat."""
    hair = belief[..., HAIR] > 0.5
    thick = max(round(0.07 * unit), 1)
    near = ndimage.distance_transform_edt(~polygon(points[list(OVAL)], len(belief))) < 0.6 * unit
    near &= np.arange(len(belief))[:, None] < points[CHIN, 1]
    labels, count = ndimage.label(ndimage.binary_erosion(hair, iterations=thick) | hair & near)
    if count == 0:
        return belief
    sizes = np.bincount(labels[near], minlength=count + 1)
    keep = sizes > 0.02 * unit ** 2
    keep[0] = False
    kept = ndimage.binary_dilation(keep[labels], iterations=2 * thick, mask=hair)
    belief = belief.copy()
    belief[..., HAIR] *= kept | ~hair
    return belief
