"""`python -m benchmarks.quality`: how near the generator is to the artist, on traits and seeds that nobody trained on.

Paired figures compare the generator's picture with the artist's for the same traits and the same z. Distances compare sets,
each beside its floor: artist against artist. Needs requirements-train.txt and requirements-bench.txt.
"""
from __future__ import annotations

import argparse
import json
import math
import platform
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from avatar_studio import dice
from avatar_studio.artist import draw
from avatar_studio.avatar import MIX_SIZE, Z_SIZE, Avatar, latent
from avatar_studio.devices import fast_dtype
from avatar_studio.exports.animations import FADES, MORPH_STOPS
from avatar_studio.exports.sheet import sheet
from avatar_studio.inversion import CHOICES, SLIDERS
from avatar_studio.latent import TURNS, even_shares, styles
from avatar_studio.pixels import settle, to_picture
from avatar_studio.training.data import draw_pairs
from avatar_studio.training.generator import named
from avatar_studio.training.losses import gradient_energy, premultiply
from avatar_studio.traits import BY_NAME, DEFAULTS, TRAITS, condition, is_moot
from avatar_studio.two_eyes import in_halves
from avatar_studio.weights import load_encoder, load_generator

from . import features

SHOWN_WITH = {"beard_length": {"beard": "full"}, "hair_tips": {"hair_back": "long_wavy"}}
READ = (*CHOICES, *SLIDERS)
SEEN = 0.0003  # of the canvas: 20 pixels
LOOKED_AT = 1000  # pictures of which it is found out what they show: a drawing for each trait
LEVELS = {"light": (0.0, 0.34), "medium": (0.34, 0.67), "dark": (0.67, 1.01)}


def _draw(job) -> np.ndarray:
    return draw(*job)


def drawn(pool, traits: list[dict], z: np.ndarray, size: int = 256) -> torch.Tensor:
    """(N, 4, size, size), premultiplied, by the artist."""
    return premultiplied(np.stack(list(pool.map(_draw, [(t, zz, size) for t, zz in zip(traits, z)], chunksize=4))))


def premultiplied(pictures: np.ndarray) -> torch.Tensor:
    """uint8 (N, H, W, 4) straight -> float (N, 4, H, W) premultiplied in [0, 1]."""
    return premultiply(torch.from_numpy(pictures))


class Painter:
    """The generator as a function of a list of traits and z, as Studio draws."""

    def __init__(self, path: Path | None, dtype: torch.dtype):
        self.generator, self.dtype = load_generator(path).freeze(dtype), dtype

    @torch.inference_mode()
    def __call__(self, traits: list[dict], z: np.ndarray) -> torch.Tensor:
        return self.of(torch.from_numpy(np.stack([condition(t) for t in traits])), torch.from_numpy(z))

    def of(self, c: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        """The same of conditions. In whole steps of 1/255, as files hold it and the artist's drawings are: a feature network sees the difference."""
        return in_halves(lambda c, z: self.generator(z, c, dtype=self.dtype), c, z).mul_(255).round_().div_(255)


def rolls(seed: int, count: int) -> tuple[list[dict], np.ndarray]:
    """Held-out traits, half rolled and half explored as in training, and z. Eyes of two colours are the Studio's work, so none here."""
    rng = np.random.default_rng([990, seed])
    traits = [{**(dice.roll(rng) if k % 2 else dice.explore(rng)), "eye_shift": 0} for k in range(count)]
    return traits, rng.standard_normal((count, Z_SIZE)).astype(np.float32)


def paired(painter: Painter, network, count: int, pool) -> tuple[dict, dict]:
    """Figures a picture, and the features of both sets; the artist draws in `pool` while the generator paints."""
    traits, z = rolls(0, count)
    rows = {"error": [], "alpha": [], "energy_made": [], "energy_drawn": []}
    found = {"made": [], "drawn": [], "made_read": [], "drawn_read": []}
    encoder = load_encoder().freeze(painter.dtype)
    for start in range(0, count, 32):
        t, zz = traits[start:start + 32], z[start:start + 32]
        both = {"made": painter(t, zz), "drawn": drawn(pool, t, zz)}
        apart = both["made"] - both["drawn"]
        rows["error"] += apart.square().mean((1, 2, 3)).tolist()
        rows["alpha"] += (apart[:, 3].abs().mean((1, 2)) * 255).tolist()
        for name, pictures in both.items():
            rows[f"energy_{name}"] += gradient_energy(pictures).tolist()
            found[name].append(network(pictures).numpy())
            with torch.inference_mode():
                found[f"{name}_read"].append(encoder(pictures).numpy())
    table = {name: np.array(values) for name, values in rows.items()}
    table["skin"] = np.array([next(k for k, (a, b) in LEVELS.items() if a <= t["skin_tone"] < b) for t in traits])
    table["hair"] = np.array([t["hair_back"] for t in traits])
    seen = np.array(list(pool.map(shows, zip(traits[:LOOKED_AT], z), chunksize=8)))
    read = {name: np.concatenate(found.pop(f"{name}_read")) for name in ("made", "drawn")}
    table["read_back"] = {name: read_back(traits, c) for name, c in read.items()}
    table["read_back_shown"] = {name: read_back(traits[:LOOKED_AT], c[:LOOKED_AT], seen) for name, c in read.items()}
    table["read_back_shown"]["in"] = dict(zip(READ, seen.mean(0).round(3).tolist()))
    return table, {name: np.concatenate(parts) for name, parts in found.items()}


def shows(job) -> list[bool]:
    """Of a picture (traits, z), for each of READ: see shows_trait."""
    traits, z = job
    own = draw(traits, z)
    return [shows_trait(traits, z, name, own) for name in READ]


def shows_trait(traits: dict, z: np.ndarray, name: str, own: np.ndarray) -> bool:
    """Whether anything is seen of a trait in own, the artist's drawing of (traits, z).

    So it is if the slider at its other end, or another choice, changes at least SEEN of the canvas by more than an eighth: no beard's length
    without a beard, no pupil behind sunglasses, no fringe under a hijab.
    """
    trait = BY_NAME[name]
    if trait.kind == "choice":
        other = trait.names[trait.names.index(traits[name]) - 1]
    else:
        other = trait.low if traits[name] > (trait.low + trait.high) / 2 else trait.high
    changed = np.abs(draw({**traits, name: other}, z).astype(np.int16) - own).max(-1) > 32
    return bool(changed.mean() > SEEN)


def read_back(traits: list[dict], read: np.ndarray, seen: np.ndarray | None = None) -> dict:
    """How far pictures are read as what they were asked for. read: what the encoder gave, (N, CONDITION_SIZE).

    The share of right choices, and the correlation of sliders, each over the pictures in which the trait has an effect: where seen,
    (N, len(READ)) as `shows` tells it, and else over all but those without a beard or a nose.
    """
    c = np.stack([condition(t) for t in traits])
    if seen is None:
        left_out = ("beard_length", "nose_size")  # no others, so that the numbers stay comparable with those of before
        seen = np.array([[name not in left_out or not is_moot(name, t) for name in READ] for t in traits])
    found = {}
    for name, where in zip(READ, seen.T):
        if name in CHOICES:
            of = [x[where][:, CHOICES[name]].argmax(1) for x in (c, read)]
            found[name] = float((of[0] == of[1]).mean()) if where.any() else float("nan")
        else:
            of = [x[where, SLIDERS[name]] for x in (c, read)]
            found[name] = float(np.corrcoef(*of)[0, 1]) if where.sum() > 2 else float("nan")
    mean = {kind: float(np.nanmean([found[name] for name in names])) for kind, names in (("choices", CHOICES), ("sliders_r", SLIDERS))}
    return {**mean, "of": found}


def summary(table: dict, chosen: np.ndarray) -> dict:
    energy = table["energy_made"][chosen].sum() / table["energy_drawn"][chosen].sum()
    return {"pictures": int(chosen.sum()), "psnr_db": round(10 * math.log10(1 / table["error"][chosen].mean()), 2),
            "alpha_error_255": round(float(table["alpha"][chosen].mean()), 3), "sharpness_ratio": round(float(energy), 3)}


def leakage(painter: Painter) -> dict[str, dict[str, float]]:
    """For each trait, moved over its range: what else moves with it.

    still: mean change (of 255) where the artist's picture does not change. read, read_drawn: how far the encoder's reading of the other
    sliders goes from lowest to highest, in percent of their range, mean over them, of the generator's pictures and of the artist's.
    """
    z, encoder = np.zeros((1, Z_SIZE), np.float32), load_encoder().freeze(painter.dtype)
    found = {"still": {}, "read": {}, "read_drawn": {}}
    for trait in TRAITS:
        base = {**DEFAULTS, **SHOWN_WITH.get(trait.name, {})}
        options = trait.names if trait.kind == "choice" else (0, 90, 180, 270) if trait.kind == "angle" else np.linspace(trait.low, trait.high, 5)
        moved = [{**base, trait.name: trait.clean(option)} for option in options]
        zz = np.repeat(z, len(moved), 0)
        truth, made = premultiplied(np.stack([draw(t, zz[0]) for t in moved])), painter(moved, zz)
        still = (truth.amax(0) - truth.amin(0)).amax(0) < 1 / 255
        found["still"][trait.name] = float((made.amax(0) - made.amin(0)).mean(0)[still].mean() * 255)
        others = [column for name, column in SLIDERS.items() if name != trait.name]
        with torch.inference_mode():
            for name, pictures in (("read", made), ("read_drawn", truth)):
                read = encoder(pictures)[:, others].float()
                found[name][trait.name] = float((read.amax(0) - read.amin(0)).mean() * 100 / 2)  # conditions of sliders run from -1 to 1
    return found


def effects(painter: Painter, pairs: int = 16) -> dict[str, float]:
    """For each slider and choice: how much of what it changes in the artist's picture it changes in the generator's, 1 all of it.

    The generator's change projected on the artist's (colours premultiplied), over pairs of random avatars.
    """
    found = {}
    for number, name in enumerate(named("")):
        some = draw_pairs(np.random.default_rng([991, number]), pairs, (name,))
        with torch.inference_mode():
            made = painter.of(torch.from_numpy(some["c"]), torch.from_numpy(some["z"]))
        wanted, did = (x[1::2] - x[::2] for x in (premultiplied(some["rgba"]), made))
        if (energy := wanted.square().sum()) > pairs:
            found[name] = float((wanted * did).sum() / energy)
    return found


def smoothness(painter: Painter, network, pairs: int = 16) -> dict[str, float]:
    """Morphs between two avatars, at even shares, and as exports.animations shows them: stops at an even pace, faded into each other.

    Mean over pairs of the largest feature step, and of the mean one, over the median step.
    """
    avatars = [Avatar(traits, seed) for seed, traits in enumerate(rolls(3, 2 * pairs)[0])]
    ratios = {name: [] for name in ("straight_largest", "straight_mean", "shown_largest", "shown_mean")}

    def frames(avatar: Avatar, shares) -> torch.Tensor:
        ws = styles(painter.generator, [replace(avatar, mix=(share,) * MIX_SIZE) for share in shares])
        return torch.cat([settle(painter.generator.paint(some, dtype=painter.dtype)) for some in ws.split(16)])

    with torch.inference_mode():
        for one, other in zip(avatars[0::2], avatars[1::2]):
            avatar = replace(one, partner=other)
            stops = frames(avatar, even_shares(frames(avatar, np.linspace(0, 1, TURNS + 1)), MORPH_STOPS))
            fades = [torch.lerp(a, b, k / FADES) for a, b in zip(stops, stops[1:]) for k in range(FADES)]
            for name, pictures in (("straight", frames(avatar, np.linspace(0, 1, len(fades) + 1))), ("shown", torch.stack([*fades, stops[-1]]))):
                step = network(pictures).diff(dim=0).norm(dim=1)
                ratios[f"{name}_largest"].append((step.max() / step.median()).item())
                ratios[f"{name}_mean"].append((step.mean() / step.median()).item())
    return {name: round(float(np.mean(found)), 3) for name, found in ratios.items()}


def shuffled_sheet(painter: Painter, path: Path) -> list[str]:
    """A sheet of 64, half drawn and half generated in random order; returns which is which, row by row."""
    rng = np.random.default_rng(64)
    made = rng.permutation(np.arange(64) % 2).astype(bool)
    pictures = []
    for k in range(64):
        traits, z = dice.roll(rng), latent(k)
        if made[k]:
            pictures.append(to_picture(painter([traits], z[None])))
        else:
            pictures.append(Image.fromarray(draw(traits, z)))
    sheet(pictures, 8, 160).save(path)
    return ["".join("G" if m else "a" for m in made[8 * row:8 * row + 8]) for row in range(8)]


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--count", type=int, default=10000, help="pictures of each set")
    parser.add_argument("--weights", type=Path, help="another file than weights/generator.safetensors")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheet", type=Path, help="write a sheet of 64 in random order here")
    arguments = parser.parse_args()
    dtype = fast_dtype(torch.device("cpu"))
    painter, network = Painter(arguments.weights, dtype), features.load(dtype)
    with ProcessPoolExecutor(2) as pool:
        table, found = paired(painter, network, arguments.count, pool)
        traits, z = rolls(1, arguments.count)
        other = np.concatenate([network(drawn(pool, traits[s:s + 32], z[s:s + 32])).numpy() for s in range(0, arguments.count, 32)])
    everything = np.ones(arguments.count, bool)
    result = {"machine": platform.processor() or platform.machine(), "network": f"{features.name()}, {str(dtype).removeprefix('torch.')}", "all": summary(table, everything),
              "by_skin": {level: summary(table, table["skin"] == level) for level in LEVELS},
              "by_hair": {hair: summary(table, table["hair"] == hair) for hair in BY_NAME["hair_back"].names if (table["hair"] == hair).any()}}
    generator, floor = ({**features.distances(other, own), "nearest": float(np.median(features.nearest(own[:5000], other[:5000])))}
                        for own in (found["made"], found["drawn"]))
    result["distances"] = {name: [generator[name], floor[name]] for name in floor}
    result |= {name: table.pop(name) for name in ("read_back", "read_back_shown")}
    leaks = leakage(painter)
    result["leakage"] = {name: {"mean": float(np.mean(list(of.values()))), "worst": dict(sorted(of.items(), key=lambda item: -item[1])[:5])} for name, of in leaks.items()}
    painted = effects(painter)
    result["effect"] = {"mean": float(np.mean(list(painted.values()))), "of": dict(sorted(painted.items(), key=lambda item: item[1]))}
    result["morph_step_over_median"] = smoothness(painter, network)
    if arguments.sheet:
        result["sheet_G_is_generated"] = shuffled_sheet(painter, arguments.sheet)
    report(result)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")


def report(result: dict):
    print(f"{'':22}{'pictures':>9}{'PSNR dB':>9}{'alpha/255':>11}{'sharpness':>11}")
    for title, rows in (("", {"all": result["all"]}), ("skin ", result["by_skin"]), ("hair ", result["by_hair"])):
        for name, row in rows.items():
            print(f"{title + name:22}{row['pictures']:9}{row['psnr_db']:9.2f}{row['alpha_error_255']:11.2f}{row['sharpness_ratio']:11.3f}")
    print(f"\n{'distance to the artist':26}{'generator':>12}{'floor':>12}   ({result['network']})")
    for name, (value, floor) in result["distances"].items():
        print(f"{name:26}{value:12.4f}{floor:12.4f}")
    for title, kind in (("read back by the encoder", "read_back"), ("  where the trait shows", "read_back_shown")):
        made, drawn = result[kind]["made"], result[kind]["drawn"]
        print(f"\n{title:26}{'generator':>12}{'artist':>12}")
        for name in ("choices", "sliders_r"):
            print(f"{name:26}{made[name]:12.4f}{drawn[name]:12.4f}")
        for names in (CHOICES, SLIDERS):
            for name in sorted(names, key=lambda name: made["of"][name])[:6]:
                print(f"  {name:24}{made['of'][name]:12.4f}{drawn['of'][name]:12.4f}")
    for name, words in (("still", "\nleakage, of 255, where nothing is to change"), ("read", "leakage, % of the range that other sliders' reading moves"), ("read_drawn", "the same of the artist's pictures")):
        leak = result["leakage"][name]
        print(f"{words}: {leak['mean']:.2f}; worst: " + ", ".join(f"{k} {v:.1f}" for k, v in leak["worst"].items()))
    print(f"of what a trait changes, painted: {result['effect']['mean']:.2f}; least: " + ", ".join(f"{k} {v:.2f}" for k, v in list(result["effect"]["of"].items())[:10]))
    print("morph, steps over their median: " + ", ".join(f"{name} {value:.2f}" for name, value in result["morph_step_over_median"].items()))


if __name__ == "__main__":
    main()
