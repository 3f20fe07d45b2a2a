"""What "my style" brings and costs: python -m benchmarks.drawings [--styles "storybook;pencil"] [--steps 160] [--json FILE] [--picture FILE.png]

For each style a model is learned from a few drawings that code has made in it (the artist's people, repainted; and a painted
landscape, which is no avatar), and judged on others that it never saw. Needs requirements-train.txt and requirements-bench.txt.

style       distance of anybody's avatars to held-out drawings of the style: energy distance in feature space, of the base's and of the
            model's. Beside it the floor: the base's own pictures, repainted by the style's code.
diversity   mean pairwise feature distance of anybody's avatars, the model's to the base's.
control     cosine of what a slider changes in the model's picture and in the base's, in grey; mean over all sliders of the face.
read-back   choices that the encoder reads off anybody's avatars as they were asked for, the model's beside the base's.
outline     mean change of the alpha, of 255.
"""
from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter, ImageOps

from avatar_studio import dice
from avatar_studio.artist import draw
from avatar_studio.avatar import Avatar, latent
from avatar_studio.models.generator import Generator
from avatar_studio.personal import drawing_fit, drawing_job
from avatar_studio.personal.model_file import apply
from avatar_studio.pixels import to_picture, to_tensor
from avatar_studio.training.recipes import render
from avatar_studio.weights import load_generator

from . import features
from .personal import DTYPE, learn, moved_sliders, paint, read_as_asked, spread

MANY = 48  # avatars, and held-out drawings
LIGHT = np.array([0.299, 0.587, 0.114], np.float32)


# --- styles, as code that repaints a picture: uint8 RGBA -> uint8 RGB or RGBA ------------------------------------------------

def blurred(grey: np.ndarray, radius: float) -> np.ndarray:
    return np.asarray(Image.fromarray((grey * 255).clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def on_white(rgba: np.ndarray) -> np.ndarray:
    x = rgba.astype(np.float32) / 255
    return x[..., :3] * x[..., 3:] + 1 - x[..., 3:]


def storybook(rgba: np.ndarray) -> np.ndarray:
    """Thick indigo lines on dusty cream and teal."""
    x = on_white(rgba)
    light = x @ LIGHT
    tinted = 0.5 * x + 0.5 * (np.array([0.10, 0.16, 0.30]) + np.array([0.89, 0.77, 0.50]) * light[..., None])
    thin = ((blurred(light, 3) - light - 0.03).clip(0, 0.12) / 0.12 * 255).astype(np.uint8)
    wide = Image.fromarray(rgba[..., 3]).filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(0.7))
    rim = np.asarray(wide, np.float32) / 255 - np.asarray(Image.fromarray(rgba[..., 3]).filter(ImageFilter.MinFilter(3)), np.float32) / 255
    line = np.maximum(blurred(np.asarray(Image.fromarray(thin).filter(ImageFilter.MaxFilter(3)), np.float32) / 255, 0.6), rim.clip(0, 1))[..., None]
    colour = tinted * (1 - line) + line * np.array([0.13, 0.12, 0.35])
    return np.dstack([(colour.clip(0, 1) * 255).round(), np.asarray(wide)]).astype(np.uint8)


def pencil(rgba: np.ndarray) -> np.ndarray:
    """Grey lines and slanting strokes on white paper."""
    light, random = on_white(rgba) @ LIGHT, np.random.default_rng(0)
    rows, columns = np.mgrid[:256, :256]
    strokes = 0.5 * np.sin((rows + columns) * 1.3 + random.normal(0, 0.5, (256, 256))) + 0.5
    grey = 1 - ((blurred(light, 2) - light) * 4).clip(0, 0.75) - 0.8 * (0.62 - blurred(light, 3)).clip(0, 1) * strokes
    return np.repeat(((grey + random.normal(0, 0.015, grey.shape)).clip(0, 1) * 255).astype(np.uint8)[..., None], 3, -1)


def landscape() -> Image.Image:
    """Hills under an evening sky, in dabs."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[:360, :480]
    picture = np.array([90, 140, 200]) + rows[..., None] / 360 * np.array([160, 65, -40])
    for k, colour in enumerate(((70, 95, 120), (60, 110, 80), (40, 75, 50))):
        picture[rows > 360 * (0.45 + 0.15 * k) + np.cumsum(random.normal(0, 3, 480))] = colour
    for _ in range(5000):
        x, y = random.integers(0, 466), random.integers(0, 354)
        inside = ((rows[:6, :14] - 2.5) / 3) ** 2 + ((columns[:6, :14] - 6.5) / 7) ** 2 < 1
        picture[y:y + 6, x:x + 14][inside] = picture[y + 2, x + 5] + random.normal(0, 14, 3)
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


STYLES: dict[str, tuple[int, Callable]] = {  # name: (drawings that are given, how one is made)
    "storybook": (5, storybook), "pencil": (4, pencil), "storybook, one": (1, storybook),
    **{name: (5, lambda rgba, name=name: render(name, rgba)) for name in ("watercolour", "comic")},
}


def drawings(make: Callable, first: int, count: int) -> list[Image.Image]:
    return [Image.fromarray(make(draw(dice.roll(np.random.default_rng(seed)), latent(seed)))) for seed in range(first, first + count)]


# --- judging -------------------------------------------------------------------------------------------------------------

def energy(a: np.ndarray, b: np.ndarray) -> float:
    """Energy distance (Székely and Rizzo 2013, eq. 5), with no picture compared with itself: 0 on average for two samples of the same."""
    between = np.linalg.norm(a[:, None] - b[None], axis=-1).mean()
    return float(2 * between - spread(a) - spread(b))


def control(base: Generator, tuned: Generator) -> float:
    """How far the face's sliders still do in a tuned model what they do in the base: see above."""
    moved = moved_sliders(Avatar())
    grey = torch.from_numpy(LIGHT).view(1, 3, 1, 1)
    changes = []
    for generator in (base, tuned):
        pictures = (paint(generator, moved)[:, :3] * grey).sum(1).flatten(1)
        changes.append(pictures[1::2] - pictures[::2])
    seen = changes[0].abs().mean(1) > 5e-4  # a slider without effect on this avatar cannot lose it
    return float(torch.nn.functional.cosine_similarity(*changes)[seen].mean())


def judge(base: Generator, tuned: Generator, make: Callable, network) -> dict[str, float]:
    """All figures of one model, by name. make: the style it learned, as code; network: pictures -> features."""
    anybody = drawing_fit.anybody(np.random.default_rng(77), MANY)
    plain, made = paint(base, anybody), paint(tuned, anybody)
    seen = lambda pictures: network(torch.cat([to_tensor(picture) for picture in pictures])).numpy()  # noqa: E731
    held, floor = seen(drawings(make, 9000, MANY)), seen([Image.fromarray(make(np.array(to_picture(one[None])))) for one in plain])
    before, after = network(plain).numpy(), network(made).numpy()
    return {"style before": energy(before, held), "style after": energy(after, held), "style floor": energy(floor, held),
            "diversity": spread(after) / spread(before), "diversity floor": spread(floor) / spread(before),
            "control": control(base, tuned), "read-back": read_as_asked(tuned, anybody), "read-back base": read_as_asked(base, anybody), "outline": float((made - plain)[:, 3].abs().mean() * 255)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styles", default=";".join(STYLES), help=f"of {'; '.join([*STYLES, 'landscape'])}: with ';' between them")
    parser.add_argument("--steps", type=int, default=drawing_fit.STEPS)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--picture", type=Path, help="write what was given and what was learned from it")
    options = parser.parse_args()
    torch.manual_seed(0)
    base, network, found, rows = load_generator().freeze(DTYPE), features.load(), {}, []
    shown = drawing_fit.anybody(np.random.default_rng(5), 6)
    for name in options.styles.split(";"):
        given = [landscape()] if name == "landscape" else drawings(STYLES[name][1], 5000, STYLES[name][0])
        model, told = learn(drawing_job, given, base, steps=options.steps)
        tuned = apply(base, model, 1.0).freeze(DTYPE)
        found[name] = told if name == "landscape" else told | judge(base, tuned, STYLES[name][1], network)
        print(name, {key: round(value, 3) for key, value in found[name].items()}, flush=True)
        rows.append(([*given, *[None] * 3][:3], paint(tuned, shown)))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    if options.picture:
        sheet([([None] * 3, paint(base, shown)), *rows]).save(options.picture, optimize=True)


def sheet(rows: list[tuple[list, torch.Tensor]], size: int = 112) -> Image.Image:
    """A row a style: drawings that were given, and avatars."""
    whole = Image.new("RGB", (size * 9 + size // 4, size * len(rows)), "white")
    for y, (given, made) in enumerate(rows):
        for x, picture in enumerate([*given, *(to_picture(one[None]) for one in made)]):
            if picture:
                tile = ImageOps.pad(picture.convert("RGBA"), (256, 256), color=(0, 0, 0, 0)).resize((size, size), Image.Resampling.LANCZOS)
                whole.paste(tile, (size * x + (x > 2) * size // 4, size * y), tile)
    return whole


if __name__ == "__main__":
    main()
