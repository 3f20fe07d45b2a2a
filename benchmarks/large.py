"""`python -m benchmarks.large [--count 1000] [--size 512]`: how near the larger pictures are to what the artist draws at that size.

The generator's picture of 256 px is made larger by the upscaler, as Studio does it, and by stretching it (Lanczos). Figures as in
benchmarks.quality, on the same held-out traits and seeds: paired with the artist's picture of the same avatar, and distances between
sets beside their floor, artist against artist. Needs requirements-train.txt and requirements-bench.txt.
"""
from __future__ import annotations

import argparse
import itertools
import json
import math
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

from avatar_studio.avatar import Avatar
from avatar_studio.pixels import crisper, settle, to_bytes
from avatar_studio.process import cores, keep_memory
from avatar_studio.studio import Studio
from avatar_studio.training.run import machine
from avatar_studio.training.losses import gradient_energy
from avatar_studio.traits import condition

from . import features
from .quality import drawn, rolls
from .speed import timed
from .upscale import lanczos

WAYS = ("upscaler", "Lanczos")


@torch.inference_mode()
def larger(studio: Studio, traits: list[dict], z: np.ndarray, size: int) -> dict[str, torch.Tensor]:
    """The generator's pictures at that size, way by way: (N, 4, size, size) each, in whole steps of 1/255 as files hold them."""
    ws = studio.generator.styles(torch.from_numpy(z), torch.from_numpy(np.stack([condition(t) for t in traits])))
    pictures, scale = settle(studio.generator.paint(ws, dtype=studio.dtype)), size // studio.generator.config.resolution
    made = {"upscaler": torch.cat([studio.upscaler(picture[None], scale) for picture in crisper(pictures)]),
            "Lanczos": torch.from_numpy(np.stack([lanczos(picture, scale)[0] for picture in to_bytes(pictures)])).permute(0, 3, 1, 2) / 255}
    return {way: made[way].mul(255).round_().div_(255) for way in WAYS}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="pictures of each set, at least 1000 for the kernel distance")
    parser.add_argument("--size", type=int, default=512, choices=(512, 1024))
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    keep_memory()  # as the app does
    torch.set_num_threads(cores())
    studio, result = Studio(device="cpu"), {"machine": machine(), "size": chosen.size, "pictures": chosen.count}
    seeds = itertools.count()  # a face that was just painted is not painted again
    times = {way: timed(lambda: studio.draw(Avatar(seed=next(seeds), size=chosen.size, super_resolution=upscaled))) for way, upscaled in (("upscaler", True), ("Lanczos", False))}
    network = features.load(studio.dtype)

    rows = {way: {"error": [], "alpha": [], "energy": []} for way in WAYS}
    energy, found = [], {name: [] for name in (*WAYS, "artist", "other artist")}
    with ProcessPoolExecutor(cores()) as pool:
        traits, z = rolls(0, chosen.count)
        other_traits, other_z = rolls(1, chosen.count)
        for part in (slice(start, start + 16) for start in range(0, chosen.count, 16)):
            truth = drawn(pool, traits[part], z[part], chosen.size)
            energy += gradient_energy(truth).tolist()
            found["artist"].append(network(truth).numpy())
            found["other artist"].append(network(drawn(pool, other_traits[part], other_z[part], chosen.size)).numpy())
            for way, made in larger(studio, traits[part], z[part], chosen.size).items():
                rows[way]["error"] += (made - truth).square().mean((1, 2, 3)).tolist()
                rows[way]["alpha"] += (made - truth)[:, 3].abs().mean((1, 2)).mul(255).tolist()
                rows[way]["energy"] += gradient_energy(made).tolist()
                found[way].append(network(made).numpy())
    sets = {name: np.concatenate(parts) for name, parts in found.items()}
    other = sets.pop("other artist")
    result |= {name: features.distances(other, own) for name, own in sets.items()}
    for way, row in rows.items():
        result[way] |= {"PSNR dB": 10 * math.log10(1 / np.mean(row["error"])), "alpha /255": float(np.mean(row["alpha"])),
                        "sharpness": sum(row["energy"]) / sum(energy), "draw ms": times[way]}

    print(f"{result['machine']}, {chosen.count} pictures of {chosen.size} px, {features.name()}\n\n{'':12}" + "".join(f"{way:>12}" for way in (*WAYS, "artist")))
    for name in result["upscaler"]:
        print(f"{name:12}" + "".join(f"{result[way][name]:12.4f}" if name in result[way] else f"{'':12}" for way in (*WAYS, "artist")))
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
