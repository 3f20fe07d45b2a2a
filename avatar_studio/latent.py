"""Play with w, the generator's style: mixing two avatars layer by layer, truncation, exploring, and even morphs.

    w of an avatar -> mixed with its partner's, a weight for each group of layers -> truncated -> moved along directions
"""
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.nn import functional as F

from .avatar import EXPLORE_SIZE, Avatar, latent
from .models.generator import Generator
from .traits import condition
from .weights import FOLDER, WeightsError, condition_layout, listed, verified

# Layers in the first groups of Avatar.mix, by eye on sheets of mixed pairs: five (8 to 32 px) say head, hair, headwear and
# clothes, two (32 and 64 px) eyes, mouth and small shapes, and all that follow (with what rgba_style reads) colours.
SHAPE_LAYERS, FEATURE_LAYERS = 5, 2
PROBES = 24  # pictures that a morph is measured on
EDGE_ENERGY = 0.01  # squared contrast from which an edge counts
POWER = 0.85        # a step's measured change to this power came nearest to a feature network's (benchmarks.quality, smoothness)


@dataclass(frozen=True)
class Directions:
    """Where exploring leads.

    vectors: (EXPLORE_SIZE, w_size), what a step of 1 adds to w.
    names: for each, its two ends in English and Chinese: ((low, high), (low, high)).
    """

    vectors: Tensor
    names: tuple[tuple[tuple[str, str], tuple[str, str]], ...]


def load_directions(w_size: int, folder=FOLDER) -> Directions:
    """The directions of weights/directions.safetensors. Raises WeightsError if they are missing or fit another generator than is listed there."""
    return read_directions(verified("directions.safetensors", folder), w_size, listed("generator.safetensors", folder))


def read_directions(path: Path, w_size: int, generator: str) -> Directions:
    """The directions of a file that was made for the generator of this sha256. Raises WeightsError if it is none, or was made for another."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            vectors = file.get_tensor("directions").float()
        names = tuple(tuple(tuple(map(str, ends)) for ends in one) for one in json.loads(metadata["names"]))
        layout, made_for = json.loads(metadata["layout"]), metadata.get("generator")
    except (SafetensorError, OSError, KeyError, ValueError, TypeError):
        raise WeightsError(f"{path.name} does not hold directions: make it with python -m avatar_studio.training directions.") from None
    if vectors.shape != (EXPLORE_SIZE, w_size) or len(names) != EXPLORE_SIZE or layout != condition_layout() or made_for != generator:
        raise WeightsError(f"{path.name} was made for another generator: make it with python -m avatar_studio.training directions.")
    return Directions(vectors, names)


def styles(generator: Generator, avatars: Sequence[Avatar], directions: Directions | None = None) -> Tensor:
    """One w a layer for each avatar with all of its play: (N, num_ws, w_size). directions may miss while nobody explores."""
    everyone = [*avatars, *(avatar.partner for avatar in avatars if any(avatar.mix))]
    device = generator.w_avg.device
    z = torch.from_numpy(np.stack([latent(avatar.seed) for avatar in everyone])).to(device)              # (M, z_size)
    c = torch.from_numpy(np.stack([condition(avatar.traits) for avatar in everyone])).to(device)         # (M, c_size)
    ws = generator.styles(z, c)                                                                          # (M, num_ws, w_size)
    if all(avatar.is_plain for avatar in avatars):
        return ws
    own, partners = ws[:len(avatars)], iter(ws[len(avatars):])
    return torch.stack([_play(generator, one, avatar, next(partners) if any(avatar.mix) else None, directions)
                        for one, avatar in zip(own, avatars)])


def _play(generator: Generator, ws: Tensor, avatar: Avatar, partner: Tensor | None, directions: Directions | None) -> Tensor:
    """ws, partner: (num_ws, w_size) -> the same, played with."""
    if partner is not None:
        ws = torch.lerp(ws, partner, _layer_weights(avatar.mix, len(ws)).to(ws))
    if avatar.truncation != 1:
        ws = torch.lerp(generator.w_avg.to(ws), ws, avatar.truncation)   # StyleGAN, Karras et al. 2019, appendix B
    if any(avatar.explore):
        ws = ws + torch.tensor(avatar.explore).to(ws) @ directions.vectors.to(ws)
    return ws


def _layer_weights(mix: Sequence[float], layers: int) -> Tensor:
    """(layers, 1): the weight of each layer's group."""
    sizes = torch.tensor([SHAPE_LAYERS, FEATURE_LAYERS, layers - SHAPE_LAYERS - FEATURE_LAYERS])
    return torch.tensor(mix, dtype=torch.float32).repeat_interleave(sizes)[:, None]


@torch.inference_mode()
def even_shares(paint: Callable[[Tensor], Tensor], start: Tensor, end: Tensor, steps: int, probes: int = PROBES) -> list[float]:
    """Where to stop between two styles so that each step looks as large as the others: `steps` shares from 0 to 1.

    paint: ws (N, num_ws, w_size) -> legal premultiplied pictures (N, 4, R, R). start, end: (num_ws, w_size).
    A straight line in w lingers and then jumps, where an object comes or goes. This measures the line on probes by the
    change of their edges and walks it at an even pace: its arc length in pictures.
    """
    t = torch.linspace(0, 1, probes, device=start.device)
    way = visible_change(paint(torch.lerp(start, end, t[:, None, None]))).pow(POWER).cumsum(0).cpu().numpy()  # (probes - 1,)
    if not way[-1] > 0:
        return np.linspace(0, 1, steps).tolist()
    return np.interp(np.linspace(0, 1, steps), np.append(0, way) / way[-1], np.linspace(0, 1, probes)).tolist()


def visible_change(pictures: Tensor) -> Tensor:
    """How much each picture differs from the one before: (N, 4, R, R), premultiplied -> (N - 1,), mean change of log edge energy."""
    x = F.avg_pool2d(pictures[:, :3] + 1 - pictures[:, 3:], 2)                                           # on white
    across, down = x[..., :-1, 1:] - x[..., :-1, :-1], x[..., 1:, :-1] - x[..., :-1, :-1]
    energy = torch.log1p((across.square() + down.square()).sum(1) / EDGE_ENERGY)
    return (energy[1:] - energy[:-1]).abs().mean((1, 2))
