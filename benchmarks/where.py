"""`python -m benchmarks.where`: what of the generator's pictures keeps them apart from the artist's.

Pictures are put together from both for the same traits and z: coarse forms of one and the detail of the other, or a part of one in the
other. Each kind is compared, as a set, with drawings of other traits (kernel distance, density, coverage; benchmarks/features.py). Then
the same pairs by choice: how far the generator's features lie from the artist's on the mean of all who have it. Needs
requirements-train.txt and requirements-bench.txt.
"""
from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from avatar_studio.devices import fast_dtype
from avatar_studio.traits import TRAITS

from . import features
from .quality import Painter, drawn, rolls

SIGMAS = (1.0, 2.0, 4.0)  # of a Gaussian, in pixels: what it leaves is a form, what it takes away is detail
BODY = 212                # rows from here on are neck and clothes
BATCH = 32


def blur(pictures: Tensor, sigma: float) -> Tensor:
    return gaussian_blur(pictures, [2 * round(3 * sigma) + 1] * 2, sigma)


def parts() -> dict[str, Tensor]:
    """Masks (1, 1, 256, 256) of the face, the clothes, and all else, which is hair and what is worn in it."""
    ys, xs = torch.meshgrid(torch.arange(256.0), torch.arange(256.0), indexing="ij")
    face = blur(((((xs - 128) / 62) ** 2 + ((ys - 150) / 58) ** 2) < 1).float()[None, None], 2.0)
    body = (ys > BODY).float()[None, None] * (1 - face)
    return {"face": face, "hair": 1 - face - body, "clothes": body}


def mixtures() -> dict[str, Callable[[Tensor, Tensor], Tensor]]:
    """Pictures of (drawn, made), by what they are made of."""
    found = {"all generated": lambda drawn, made: made, "all drawn": lambda drawn, made: drawn,
             "drawn, blurred by 0.5 px": lambda drawn, made: blur(drawn, 0.5)}
    for sigma in SIGMAS:
        found[f"detail below {sigma:.0f} px generated"] = lambda drawn, made, s=sigma: blur(drawn, s) + made - blur(made, s)
        found[f"forms above {sigma:.0f} px generated"] = lambda drawn, made, s=sigma: blur(made, s) + drawn - blur(drawn, s)
    for name, mask in parts().items():
        found[f"{name} generated"] = lambda drawn, made, m=mask: torch.lerp(drawn, made, m.expand_as(drawn))
    return found


def shift(apart: np.ndarray) -> float:
    """The squared length of the mean of (N, D), without what chance adds to it."""
    return float(np.square(apart.mean(0)).sum() - apart.var(0, ddof=1).sum() / len(apart))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.where", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="pictures of each set")
    parser.add_argument("--weights", type=Path, help="another file than weights/generator.safetensors")
    options = parser.parse_args()
    dtype = fast_dtype(torch.device("cpu"))
    painter, network, kinds = Painter(options.weights, dtype), features.load(dtype), mixtures()
    found, others = {name: [] for name in kinds}, []
    (traits, z), (other_traits, other_z) = rolls(0, options.count), rolls(1, options.count)
    with ProcessPoolExecutor(2) as pool:
        for start in range(0, options.count, BATCH):
            some = slice(start, start + BATCH)
            truth, made = drawn(pool, traits[some], z[some]), painter(traits[some], z[some])
            others.append(network(drawn(pool, other_traits[some], other_z[some])).numpy())
            for name, mix in kinds.items():
                found[name].append(network(mix(truth, made).clamp(0, 1)).numpy())
    others, sets = np.concatenate(others), {name: np.concatenate(rows) for name, rows in found.items()}
    print(f"{'':34}{'kernel':>9}{'density':>9}{'coverage':>9}   ({features.name()})")
    for name, rows in sets.items():
        print(f"{name:34}{features.kernel(others, rows, min(1000, options.count)):9.4f}{'%9.2f%9.2f' % features.density_coverage(others, rows)}")
    print("\nmean features of the pictures with a choice, squared distance of generated from drawn:")
    apart = sets["all generated"] - sets["all drawn"]
    for trait in TRAITS:
        if trait.kind == "choice":
            having = {name: apart[[t[trait.name] == name for t in traits]] for name in trait.names}
            shifts = {name: shift(rows) for name, rows in having.items() if len(rows) > 1}
            print(f"  {trait.name:12}" + ", ".join(f"{name} {shift:.1f}" for name, shift in sorted(shifts.items(), key=lambda item: -item[1])))


if __name__ == "__main__":
    main()
