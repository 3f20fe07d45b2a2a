"""`python -m benchmarks.redraw`: generated pictures read back by redrawing them, one trait at a time.

The reader is the artist: it draws an avatar once for each option of a choice, and at STEPS values of a slider, all else as it was
asked for, z too, and says which of the drawings is nearest to the generated picture (mean squared difference, colours premultiplied;
between two steps by the parabola through the nearest three). It has seen no generated picture and learned nothing, so all that it
misreads was painted wrongly; the artist's own pictures it reads rightly by construction. The encoder of benchmarks.quality is asked
without any help, and misreads drawn pictures too.

Only pictures in which the trait shows are asked (see quality.shows). Needs requirements-train.txt and requirements-bench.txt.
"""
from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

from avatar_studio.artist import draw
from avatar_studio.inversion import CHOICES, SLIDERS
from avatar_studio.studio import fast_dtype
from avatar_studio.traits import BY_NAME

from .quality import READ, Painter, premultiplied, rolls, shows_trait

STEPS = 9  # values of a slider that are drawn
TRIED = 6  # times as many avatars as asked for are looked through for those in which a trait shows


def drawings(job) -> np.ndarray | None:
    """uint8 (options or STEPS, H, W, 4) of (traits, z, name): all else equal. None if the trait does not show."""
    traits, z, name = job
    if not shows_trait(traits, z, name):
        return None
    trait = BY_NAME[name]
    options = trait.names if trait.kind == "choice" else np.linspace(trait.low, trait.high, STEPS)
    return np.stack([draw({**traits, name: option}, z) for option in options])


def between(distances: np.ndarray) -> float:
    """The place of the least of distances (N,), by the parabola through it and its neighbours, in [0, N - 1]."""
    k = int(distances.argmin())
    if not 0 < k < len(distances) - 1:
        return float(k)
    before, here, after = distances[k - 1:k + 2]
    return k + (before - after) / (2 * max(before - 2 * here + after, 1e-12))


def measure(painter: Painter, name: str, count: int, pool) -> dict:
    """How `count` generated pictures in which a trait shows are read, or as many as there are.

    right: the share of a choice's. r, slope, error: of what is read of a slider against what was asked for; the error is the mean one, of the range.
    """
    trait, asked, found = BY_NAME[name], [], []
    all_traits, all_z = rolls(100 + READ.index(name), count * TRIED)
    for start in range(0, len(all_traits), count):
        traits, z = all_traits[start:start + count], all_z[start:start + count]
        for t, zz, drawn in zip(traits, z, pool.map(drawings, ((t, zz, name) for t, zz in zip(traits, z)), chunksize=2)):
            if drawn is None or len(asked) == count:
                continue
            distances = (premultiplied(drawn) - painter([t], zz[None])).square().mean((1, 2, 3)).numpy()
            if trait.kind == "choice":
                asked.append(trait.names.index(t[name]))
                found.append(int(distances.argmin()))
            else:
                asked.append((t[name] - trait.low) / (trait.high - trait.low))
                found.append(between(distances) / (STEPS - 1))
        if len(asked) == count:
            break
    a, b = np.array(asked), np.array(found)
    if trait.kind == "choice":
        return {"pictures": len(a), "right": float((a == b).mean())}
    return {"pictures": len(a), "r": float(np.corrcoef(a, b)[0, 1]), "slope": float(np.polyfit(a, b, 1)[0]), "error": float(np.abs(a - b).mean())}


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.redraw", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50, help="pictures a trait")
    parser.add_argument("--traits", help=f"of {', '.join(READ)}; all")
    parser.add_argument("--weights", type=Path, help="another file than weights/generator.safetensors")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    painter = Painter(arguments.weights, fast_dtype(torch.device("cpu")))
    names = arguments.traits.split(",") if arguments.traits else READ
    with ProcessPoolExecutor(2) as pool:
        found = {name: measure(painter, name, arguments.count, pool) for name in names}
    for names, key, words in ((CHOICES, "right", "choices right"), (SLIDERS, "r", "sliders, r")):
        some = sorted(((name, row) for name, row in found.items() if name in names), key=lambda item: item[1][key])
        if some:
            print(f"{words}: {np.mean([row[key] for _, row in some]):.4f} on the mean")
            for name, row in some:
                print(f"  {name:18}" + ", ".join(f"{what} {value:.3f}" if isinstance(value, float) else f"{value} {what}" for what, value in row.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
