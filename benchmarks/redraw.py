"""`python -m benchmarks.redraw`: generated pictures read back by redrawing them, one trait at a time.

The reader is the artist: it draws an avatar once for each option of a choice, and at STEPS values of a slider, all else as it was
asked for, z too, and says which of the drawings is nearest to the generated picture (mean squared difference, colours premultiplied;
between two steps by the parabola through the nearest three). It has seen no generated picture and learned nothing, so all that it
misreads was painted wrongly; how it reads the artist's own pictures stands beside. The encoder of benchmarks.quality is asked
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
from avatar_studio.devices import fast_dtype
from avatar_studio.inversion import CHOICES, SLIDERS
from avatar_studio.traits import BY_NAME

from .quality import READ, Painter, premultiplied, rolls, shows_trait

STEPS = 9  # values of a slider that are drawn
TRIED = 6  # times as many avatars as asked for are looked through for those in which a trait shows


def drawings(job) -> np.ndarray | None:
    """uint8 (options or STEPS, and 1, H, W, 4) of (traits, z, name): all else equal, and last as it is. None if the trait does not show."""
    traits, z, name = job
    own = draw(traits, z)
    if not shows_trait(traits, z, name, own):
        return None
    trait = BY_NAME[name]
    options = trait.names if trait.kind == "choice" else np.linspace(trait.low, trait.high, STEPS)
    return np.stack([*(draw({**traits, name: value}, z) for value in options), own])


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
    trait, asked = BY_NAME[name], []
    found = {"made": [], "drawn": []}
    all_traits, all_z = rolls(100 + READ.index(name), count * TRIED)
    for start in range(0, len(all_traits), count):
        traits, z = all_traits[start:start + count], all_z[start:start + count]
        for t, zz, drawn in zip(traits, z, pool.map(drawings, ((t, zz, name) for t, zz in zip(traits, z)), chunksize=2)):
            if drawn is None or len(asked) == count:
                continue
            drawn = premultiplied(drawn)
            asked.append(trait.names.index(t[name]) if trait.kind == "choice" else (t[name] - trait.low) / (trait.high - trait.low))
            for kind, picture in (("made", painter([t], zz[None])), ("drawn", drawn[-1:])):
                distances = (drawn[:-1] - picture).square().mean((1, 2, 3)).numpy()
                found[kind].append(int(distances.argmin()) if trait.kind == "choice" else between(distances) / (STEPS - 1))
        if len(asked) == count:
            break
    asked = np.array(asked)
    return {"pictures": len(asked), **{kind: figures(trait.kind, asked, np.array(read)) for kind, read in found.items()}}


def figures(kind: str, asked: np.ndarray, read: np.ndarray) -> dict[str, float]:
    if kind == "choice":
        return {"right": float((asked == read).mean())}
    return {"r": float(np.corrcoef(asked, read)[0, 1]), "slope": float(np.polyfit(asked, read, 1)[0]), "error": float(np.abs(asked - read).mean())}


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
        some = sorted((name for name in found if name in names), key=lambda name: found[name]["made"][key])
        if some:
            means = [np.mean([found[name][kind][key] for name in some]) for kind in ("made", "drawn")]
            print(f"{words}: {means[0]:.4f} on the mean; of the artist's own pictures {means[1]:.4f}")
        for name in some:
            made, drawn = (", ".join(f"{what} {value:.3f}" for what, value in found[name][kind].items()) for kind in ("made", "drawn"))
            print(f"  {name:18}{found[name]['pictures']} pictures: {made}   ({drawn})")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
