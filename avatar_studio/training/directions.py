"""Principal directions of w over rolled avatars, for the page's exploring sliders: weights/directions.safetensors.

A PCA (Härkönen et al. 2020, GANSpace) of what the dice roll, in two blocks so that each direction says one thing: colours
together (hair, tips, eyes, glasses, accessory and clothes move as the palettes do) and the form of the face. Skin has a
slider of its own and choices have no half-way, so neither moves. A direction in w is its covariance with the score, which
takes the mapping's part along. The mapping's own principal directions are measured too: `report` says how little they show.
"""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from .. import dice
from ..avatar import EXPLORE_SIZE, Z_SIZE
from ..devices import fast_dtype
from ..exports.sheet import sheet
from ..latent import read_directions
from ..models.generator import Generator
from ..pixels import settle, to_bytes
from ..traits import BY_NAME, condition, condition_columns
from ..weights import condition_layout, listed, load_generator, verified
from .run import put

SIGMAS = 2.5  # what a step of 1 moves, in standard deviations over rolled avatars
SHOWN = (-3, -2, -1, 0, 1, 2, 3)  # sigmas on the sheet
EXAMPLES = 3  # avatars on the sheet
DTYPE = fast_dtype(torch.device("cpu"))

# (block, component, number of the condition that rises along it, end that points down, end that points up), each end in English and Chinese, named by looking at the
# sheet. A component has no sign of its own: by its largest weight it would turn round, and the names with it, where two are nearly as large.
NAMES = (
    ("colour", 0, "eye.b", ("Deep", "浓郁"), ("Pale", "浅淡")),
    ("colour", 1, "accent.r", ("Autumn", "秋日"), ("Ocean", "海洋")),
    ("colour", 2, "clothes.r", ("Evening", "暮色"), ("Sunshine", "阳光")),
    ("colour", 3, "eye.r", ("Forest", "森林"), ("Blossom", "樱花")),
    ("colour", 4, "eye.g", ("Berry", "莓果"), ("Mint", "薄荷")),
    ("form", 0, "lashes", ("Bold", "英气"), ("Doll-like", "娃娃感")),
)

CARD = """# directions.safetensors

Six principal directions of the generator's w, for the page's exploring sliders. A slider at its end moves {sigmas} standard deviations.

| direction | share of its block's variance | mean picture change from end to end, of 255: measured from -3 to 3 standard deviations, times {sigmas} / 3 |
|---|---|---|
{rows}

| | |
|---|---|
| From | PCA of what `dice.roll` rolls, {count} avatars, seed 0, colours and form apart; skin and choices do not move |
| Names | given by looking at the sheet of each at -3 to 3 standard deviations |
| Command | `python -m avatar_studio.training directions --sheet directions.png` |
| Not offered | principal directions of the mapping's own {mapping} numbers: {free} of 255 from -3 to 3 standard deviations, which nobody sees |
| Licence | the project's |
"""


def blocks() -> dict[str, Tensor]:
    """Which numbers of the condition each block of NAMES moves: bool (c_size,)."""
    names = condition_columns()
    return {"colour": torch.tensor(["." in name and not name.startswith("skin.") for name in names]),
            "form": torch.tensor([name in BY_NAME for name in names])}


@torch.inference_mode()
def find_directions(generator: Generator, count: int) -> tuple[Tensor, list[float], Tensor]:
    """(directions of one sigma each (EXPLORE_SIZE, w_size), their shares of their block's variance, w (count, w_size))."""
    rng = np.random.default_rng(0)
    c = torch.from_numpy(np.stack([condition(dice.roll(rng)) for _ in range(count)]))
    z = torch.from_numpy(rng.standard_normal((count, Z_SIZE)).astype(np.float32))
    w = generator.mapping(z, c)
    found, shares, masks, columns = [], [], blocks(), condition_columns()
    for block, component, rising, _, _ in NAMES:
        mask = masks[block]
        x = c[:, mask] - c[:, mask].mean(0)
        if block == "form":
            x = x / x.std(0)                                               # a slider's spread is the dice's choice, not its worth
        _, s, v = torch.linalg.svd(x, full_matrices=False)
        score = x @ (v[component] * torch.sign(v[component][mask[:columns.index(rising)].sum()]))
        direction = (w - w.mean(0)).T @ (score / score.std()) / count      # (w_size,)
        direction[generator.config.mapping_size:][~mask] = 0
        found.append(direction)
        shares.append((s[component]**2 / (s**2).sum()).item())
    return torch.stack(found), shares, w


@torch.inference_mode()
def report(generator: Generator, directions: Tensor, w: Tensor) -> tuple[list[float], list[float]]:
    """Mean picture change of 255 between the ends (-3, 3 sigmas) of our directions and of the mapping's own six first ones."""
    mapping = w[:, :generator.config.mapping_size]
    _, s, v = torch.linalg.svd(mapping - mapping.mean(0), full_matrices=False)
    free = torch.zeros(EXPLORE_SIZE, w.shape[1])
    free[:, :mapping.shape[1]] = v[:EXPLORE_SIZE] * (s[:EXPLORE_SIZE, None] / len(w)**0.5)
    return tuple([np.mean([255 * (paint(generator, one + 3 * d) - paint(generator, one - 3 * d)).abs().mean().item() for one in w[:EXAMPLES]])
                  for d in some] for some in (directions, free))


def paint(generator: Generator, w: Tensor) -> Tensor:
    """w (w_size,) or (N, w_size) -> legal pictures (N, 4, 256, 256)"""
    return settle(generator.paint(w.view(-1, 1, w.shape[-1]).expand(-1, generator.num_ws, -1), dtype=DTYPE))


@torch.inference_mode()
def draw_sheet(generator: Generator, directions: Tensor, w: Tensor, edge: int = 112) -> Image.Image:
    """A row a direction, EXAMPLES avatars a row, each at SHOWN sigmas; its names stand above."""
    rows = []
    for (*_, low, high), direction in zip(NAMES, directions):
        moved = torch.cat([one + torch.tensor(SHOWN)[:, None] * direction for one in w[:EXAMPLES]])
        pictures = [Image.fromarray(picture, "RGBa").convert("RGBA") for picture in to_bytes(paint(generator, moved))]
        row = sheet(pictures, len(pictures), edge)
        ImageDraw.Draw(row).text((4, 2), f"{low[0]} - {high[0]}", fill="#43324b")
        rows.append(row)
    page = Image.new("RGB", (rows[0].width, edge * len(rows)))
    for k, row in enumerate(rows):
        page.paste(row, (0, k * edge))
    return page


def make_directions(folder: Path, count: int, picture: Path | None) -> str:
    """Write directions.safetensors, its card and its line in the manifest for folder's generator; returns a line to print."""
    source = verified("generator.safetensors", folder)
    generator, made_for = load_generator(source).freeze(DTYPE), listed(source.name, folder)
    directions, shares, w = find_directions(generator, count)
    changes, free = report(generator, directions, w)
    path = folder / "directions.safetensors"
    names = [[low, high] for *_, low, high in NAMES]
    rows = "\n".join(f"| {low[0]} - {high[0]} | {share:.0%} | {change * SIGMAS / 3:.1f} |"
                     for (*_, low, high), share, change in zip(NAMES, shares, changes))
    card = CARD.format(rows=rows, count=count, sigmas=SIGMAS, mapping=generator.config.mapping_size, free=f"{min(free):.1f} to {max(free):.1f}")
    put(path, {"directions": (SIGMAS * directions).half().contiguous()},
        {"names": json.dumps(names, ensure_ascii=False), "layout": json.dumps(condition_layout()), "generator": made_for},
        lambda new: read_directions(new, generator.config.w_size, made_for), lambda size: card)
    if picture:
        draw_sheet(generator, directions, w).save(picture)
    return f"{path.name}: picture change of 255 {', '.join(f'{change:.1f}' for change in changes)}; the mapping's own {', '.join(f'{change:.1f}' for change in free)}"
