"""Play with z, c and w: mixing two avatars, truncation, exploring, and even morphs.

    traits and seed, mixed with the partner's -> z (one for each group of layers) and c -> w -> truncated -> moved along directions

Between two choices lies nothing that the generator ever learned: half of twin tails is hair in shreds. So choices are never mixed
but change over, one after another, and truncation leaves them alone.
"""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.nn import functional as F

from .avatar import EXPLORE_SIZE, MIX_SIZE, Avatar, latent
from .models.generator import Generator
from .traits import BY_NAME, condition, condition_columns
from .weights import FOLDER, WeightsError, condition_layout, listed, verified

# Layers in the first groups of Avatar.mix, by eye on sheets of mixed pairs: five (8 to 32 px) say head, hair, headwear and
# clothes, two (32 and 64 px) eyes, mouth and small shapes, and all that follow (with what rgba_style reads) colours.
SHAPE_LAYERS, FEATURE_LAYERS = 5, 2
SHAPE, FEATURES, COLOUR = range(MIX_SIZE)
FEATURED = ("eyes", "brows", "mouth", "beard", "glasses")                  # groups of traits that are features,
FEATURED_TRAITS, COLOURED_TRAITS = ("blush", "freckles", "lines"), ("art",)  # and traits of other groups
BEHIND_SUNGLASSES = {"eye_openness": 0.6, "eye_size": 0.0, "lashes": 0.4}
FARTHEST = 1.2  # steps that all directions together lead away: farther off, hair is flat white or black and eyes glow
EXAGGERATED = 0.4  # how far the average colours are led to beyond oneself, skin's excepted: nobody's skin is another's
TURNS = 20  # places on the way from 0 to 1, between two steps of the mix sliders each, where a choice changes over
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
    device = generator.w_avg.device
    z = torch.from_numpy(np.stack([_latents(avatar) for avatar in avatars])).to(device)                  # (N, MIX_SIZE, z_size)
    c = torch.from_numpy(np.stack([_condition(avatar) for avatar in avatars])).to(device)                # (N, c_size)
    if all(avatar.is_plain for avatar in avatars):
        return generator.styles(z[:, 0], c)
    w = generator.mapping(z.flatten(0, 1), c.repeat_interleave(MIX_SIZE, 0)).unflatten(0, (-1, MIX_SIZE))
    sizes = torch.tensor([SHAPE_LAYERS, FEATURE_LAYERS, generator.num_ws - SHAPE_LAYERS - FEATURE_LAYERS], device=device)
    ws = w.repeat_interleave(sizes, 1)                                                                   # (N, num_ws, w_size)
    if any(avatar.truncation != 1 for avatar in avatars):
        psi = torch.tensor([avatar.truncation for avatar in avatars]).to(ws)[:, None]                    # (N, 1)
        ws = torch.lerp(_typical(generator, c, psi)[:, None], ws, psi[..., None])
    if any(any(avatar.explore) for avatar in avatars):
        explore = torch.tensor([avatar.explore for avatar in avatars]).to(ws)                            # (N, EXPLORE_SIZE)
        explore = explore / (explore.norm(dim=1, keepdim=True) / FARTHEST).clamp(min=1)
        ws = ws + (explore @ directions.vectors.to(ws))[:, None]
    return ws


def _latents(avatar: Avatar) -> np.ndarray:
    """(MIX_SIZE, z_size), float32: z for each group of layers, mixed at its weight and as long as any other z."""
    z = latent(avatar.seed)
    if not any(avatar.mix):
        return np.stack([z] * MIX_SIZE)
    shares, other = np.array(avatar.mix, np.float32)[:, None], latent(avatar.partner.seed)
    return ((1 - shares) * z + shares * other) / np.hypot(1 - shares, shares)


def _condition(avatar: Avatar) -> np.ndarray:
    """(c_size,), float32: what is a number in c mixed at the weight of its group; choices change over one after another."""
    c = condition(_as_painted(avatar.traits))
    if not any(avatar.mix):
        return c
    other, share = condition(_as_painted(avatar.partner.traits)), np.array(avatar.mix, np.float32)[GROUP_OF_COLUMN]
    differing = [trait for trait in CHOICE_COLUMNS if avatar.traits[trait] != avatar.partner.traits[trait]]
    for place, trait in enumerate(differing):
        columns, turn = CHOICE_COLUMNS[trait], int(TURNS * (place + 0.5) / len(differing))
        share[columns] = np.clip(TURNS * share[columns] - turn, 0, 1)
    return c + share * (other - c)


def _as_painted(traits: Mapping) -> dict:
    """Traits as they are painted: behind sunglasses the eyes are small enough that no lid or lash stands out above the lenses."""
    return {**traits, **{name: min(traits[name], most) for name, most in BEHIND_SUNGLASSES.items()}} if traits["glasses"] == "sun" else dict(traits)


def _columns() -> tuple[np.ndarray, dict[str, list[int]]]:
    """The group of mix that each number of c belongs to, and which of them say each choice."""
    groups, choices = [], {}
    for column, name in enumerate(condition_columns()):
        trait = BY_NAME.get(name.split("=")[0])
        if "=" in name:
            choices.setdefault(trait.name, []).append(column)
        if trait is None or trait.name in COLOURED_TRAITS:
            groups.append(COLOUR)
        else:
            groups.append(FEATURES if trait.group in FEATURED or trait.name in FEATURED_TRAITS else SHAPE)
    return np.array(groups), choices


GROUP_OF_COLUMN, CHOICE_COLUMNS = _columns()
COLOUR_COLUMNS = [column for column, name in enumerate(condition_columns()) if name.endswith((".r", ".g", ".b"))]
OWN_COLUMNS = [*sum(CHOICE_COLUMNS.values(), []), *(column for column, name in enumerate(condition_columns()) if name.startswith("skin."))]


def _typical(generator: Generator, c: Tensor, psi: Tensor) -> Tensor:
    """Where truncation leads: the average avatar of the same choices and colours. (N, c_size), (N, 1) -> (N, w_size)

    StyleGAN (Karras et al. 2019, appendix B) leads everybody to the mean of w; of several conditions that is a ghost of them all,
    and each needs a mean of its own (the conditional truncation of Dobler et al. 2022, Art Creation with Multi-Conditional StyleGANs).
    The mean of all colours is grey. Away from it they would glow, so beyond oneself (psi > 1) only a part of the way is theirs.
    """
    share = torch.ones_like(c)                                                                           # of the way to the mean
    share[:, COLOUR_COLUMNS] = EXAGGERATED * (psi > 1).to(c)
    share[:, OWN_COLUMNS] = 0
    return generator.mapping(c.new_zeros(len(c), generator.config.z_size), torch.lerp(c, generator.mapping.c_mean.expand_as(c), share))


def even_shares(pictures: Tensor, steps: int) -> list[float]:
    """Where to stop on the way between two avatars so that each step looks as large as the others: `steps` shares from 0 to 1.

    pictures: (N, 4, R, R), legal and premultiplied, of the way at N even shares, N >= steps; each stop is at another of these. Even
    shares linger and then jump, where an object comes or goes. This measures the way by the change of its edges and walks it at
    an even pace: its arc length in pictures.
    """
    places, number = np.linspace(0, 1, len(pictures)), np.arange(steps)
    way = np.append(0, visible_change(pictures).pow(POWER).cumsum(0).cpu().numpy())                      # (N,)
    shares = np.interp(np.linspace(0, way[-1], steps), way, places) if way[-1] > 0 else np.linspace(0, 1, steps)
    nearest = np.maximum.accumulate(np.rint(shares * (len(pictures) - 1)).astype(int) - number) + number
    return places[np.minimum(nearest, len(pictures) - steps + number)].tolist()


def visible_change(pictures: Tensor) -> Tensor:
    """How much each picture differs from the one before: (N, 4, R, R), premultiplied -> (N - 1,), mean change of log edge energy."""
    x = F.avg_pool2d(pictures[:, :3] + 1 - pictures[:, 3:], 2)                                           # on white
    across, down = x[..., :-1, 1:] - x[..., :-1, :-1], x[..., 1:, :-1] - x[..., :-1, :-1]
    energy = torch.log1p((across.square() + down.square()).sum(1) / EDGE_ENERGY)
    return (energy[1:] - energy[:-1]).abs().mean((1, 2))
