"""Trains the encoder to tell from a picture what it was drawn from.

Read top to bottom: the options, the state that a checkpoint keeps, one step, the loop, the export.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from ..inversion import CHOICES, NUMBERS, SLIDERS
from ..models.encoder import Encoder, EncoderConfig
from ..pixels import premultiplied
from ..traits import CONDITION_SIZE
from ..weights import condition_layout, load_encoder
from . import encoder_pairs as pairs
from .data import Pool, held_out
from .options import Common, option
from .run import RunError, RunState, begin, last_report, loop, rate, read_run, set_rates, write_line, write_weights

MAX_BYTES = 8 * 10**6


@dataclass
class Options(Common):
    network: ClassVar[str] = "encoder"
    out: Path = Path("runs/encoder")
    batch: int = option(24, "pictures a step, half of them painted by the generator")
    pool: int = option(16384, "the artist's pictures on disk")
    adam_rate: float = 2e-4  # what adds up hundreds of inputs jumps with more
    cooldown: float = 0.65
    painted: int = option(4096, "how many of the pool's avatars the generator paints too")
    two_eyes: float = option(0.2, "how often the eyes differ in colour")
    pairs: int = option(4, "pairs more a step whose two pictures differ in one trait; 0 trains without")
    workers: int = option(2, "processes that draw")
    numbers: float = option(3.0, "strength of the numbers' loss, beside the choices'")
    apart: float = option(0.05, "strength of the loss of what a pair's two pictures are told apart by")


class State(RunState):
    """All that training changes, in one place: what a checkpoint holds."""

    PARTS = ("encoder", "average", "muon", "adam")

    def __init__(self, options: Options, config: EncoderConfig):
        super().__init__()
        torch.manual_seed(options.seed)
        self.encoder = Encoder(config).to(options.device)
        self.encoder.dtype = getattr(torch, options.dtype)
        blocks = [layer for blocks in self.encoder.blocks for block in blocks for layer in block]
        self.optimize([layer.weight for layer in (*self.encoder.down, *blocks, self.encoder.hidden)], options)


def train(options: Options, config: EncoderConfig | None = None) -> State:
    """Train for options.minutes and leave checkpoint.pt and log.jsonl in options.out."""
    checkpoint = begin(options)
    state = State(options, config or EncoderConfig(CONDITION_SIZE))
    if options.resume:
        state.load(checkpoint, options)
    if options.painted > options.pool:
        raise RunError(f"--painted {options.painted} is more than --pool {options.pool}: the generator paints avatars of the pool.")
    pool = Pool(options.out / "pool", options.pool, options.workers, options.seed, two_eyes=options.two_eyes)
    with tqdm(total=int((pool.arrays["stamp"] == 0).sum()), unit="picture", desc="drawing") as bar:
        pool.fill(bar.update)
    pool.close()
    with tqdm(total=options.painted, unit="picture", desc="painting") as bar:
        painted = pairs.fill(options.out / "painted", pool, options.painted, bar.update)
    test = held_out(two_eyes=options.two_eyes)
    test["painted"] = pairs.generate(test["c"], test["z"])
    test["worn"] = np.stack([pairs.worn(np.random.default_rng(k), x) for k, x in enumerate(test["painted"])])
    for name in ("rgba", "painted"):
        test[name] = np.stack([premultiplied(x) for x in test[name]])

    def step(batch: dict[str, np.ndarray]) -> dict[str, Tensor]:
        return one_step(state, options, {name: torch.from_numpy(value).to(options.device) for name, value in batch.items()})

    loop(state, options, lambda k: pairs.batch(pool.arrays, painted, options.seed, k, options.batch, options.pairs), step,
         lambda recent, speed: report(state, options, test, recent, speed), lambda: state.save(checkpoint, options))
    return state


def one_step(state: State, options: Options, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """One step on what encoder_pairs.batch gave. Returns the losses by name."""
    factor = rate(options, state.step, state.minutes)
    set_rates(state.muon, [options.muon_rate * factor])
    set_rates(state.adam, [options.adam_rate * factor])
    c, wanted = state.encoder(to_tensor(batch["rgba"])), batch["c"]
    found = {"choices": sum(F.cross_entropy(c[:, columns], wanted[:, columns]) for columns in CHOICES.values()) / len(CHOICES),
             "numbers": (c[:, NUMBERS] - wanted[:, NUMBERS]).abs().mean()}
    loss = found["choices"] + options.numbers * found["numbers"]
    if options.pairs:
        two = slice(-2 * options.pairs, None)
        found["apart"] = apart_loss(c[two, NUMBERS], wanted[two, NUMBERS])
        loss = loss + options.apart * found["apart"]
    loss.backward()
    state.update(options, list(state.encoder.parameters()))
    return {name: value.detach() for name, value in found.items()}


def apart_loss(read: Tensor, wanted: Tensor) -> Tensor:
    """How wrongly pairs are told apart by the numbers that differ. read, wanted: numbers (2 N, K), a pair's two side by side.

    What two pictures have in common, and whatever is guessed wrongly about it, falls out of the difference. So a slider that moves few
    pixels counts as much as one that moves many.
    """
    moved = wanted[1::2] - wanted[::2]
    missing = (read[1::2] - read[::2] - moved).abs()[moved != 0]
    return missing.sum() / max(len(missing), 1)


def to_tensor(rgba: Tensor) -> Tensor:
    """Premultiplied uint8 (N, H, W, 4) -> float32 (N, 4, H, W) in [0, 1], channels_last."""
    return rgba.permute(0, 3, 1, 2).float() / 255


@torch.no_grad()
def report(state: State, options: Options, test: dict[str, np.ndarray], recent: dict[str, list[Tensor]], speed: float) -> None:
    """Append a line to log.jsonl: for held-out pictures, drawn, painted and painted and worn, how well they are read."""
    wanted = torch.from_numpy(test["c"])
    found = {}
    for name in ("rgba", "painted", "worn"):
        pictures = to_tensor(torch.from_numpy(test[name])).to(options.device)
        c = torch.cat([state.average(some) for some in pictures.split(16)]).cpu()
        right = [(c[:, columns].argmax(1) == wanted[:, columns].argmax(1)).float().mean().item() for columns in CHOICES.values()]
        error = {kind: (c[:, columns] - wanted[:, columns]).clamp(-2, 2).abs().mean().item() / 2  # of the range
                 for kind, columns in (("sliders", [*SLIDERS.values()]), ("colours", NUMBERS[len(SLIDERS):]))}
        found[{"rgba": "drawn"}.get(name, name)] = {
            "choices": round(float(np.mean(right)), 4), "worst": round(min(right), 4),
            **{kind: round(value, 4) for kind, value in error.items()}}
    write_line(state, options, recent, speed, found)


CARD = """# encoder.safetensors

The encoder of Avatar Studio: a 256 px picture of an avatar in, its traits out, so that a picture without a code can be edited.

| | |
|---|---|
| Network | plain residual convolutions at 32 to 8 px, {parameters:.2f} million parameters, float16, {megabytes:.1f} MB (`avatar_studio/models/encoder.py`) |
| Data | {pool} avatars drawn by `avatar_studio/artist`, pairs of them that differ in one trait, the generator's pictures of some of the same, in all drawing styles, moved, on backgrounds, shrunk and compressed as `avatar_studio/training/encoder_pairs.py` tells; no photograph, nobody else's drawing |
| Command | `{command}`, then `python -m avatar_studio.training export-encoder` |
| Time | {minutes:.0f} minutes on {machine}, beside other work |
| Shown | {shown} pictures in {step} steps of {batch}, and the pairs |
| Held out, the artist's | choices {drawn[choices]:.1%} right, sliders off by {drawn[sliders]:.1%} of their range, colours by {drawn[colours]:.1%}; 128 avatars that it never saw{when} |
| Held out, the generator's | choices {painted[choices]:.1%}, sliders {painted[sliders]:.1%}, colours {painted[colours]:.1%} |
| The same, worn | choices {worn[choices]:.1%}, sliders {worn[sliders]:.1%}, colours {worn[colours]:.1%} |
| Licence | the project's |

## Limits

It reads avatars as Avatar Studio draws them, standing in their place on the canvas, and in none of the painted styles. What a
picture does not show, such as a beard's length without a beard, is guessed, and counts as an error above all the same.
"""


def export_encoder(run: Path, folder: Path) -> str:
    """Write folder/encoder.safetensors, encoder.md and the line in manifest.json from a run; returns a line to print.

    The weights are the moving average, in float16. Raises RunError if the run cannot be read or is another network's, or the weights cannot be exported.
    """
    saved = read_run(run, "encoder")
    last = last_report(run, saved)
    path = folder / "encoder.safetensors"
    facts = {"shown": saved["step"] * saved["batch"], **{name: last[name] for name in ("drawn", "painted", "worn", "when")}}
    size = write_weights(path, saved, load_encoder, MAX_BYTES, CARD, facts, layout=json.dumps(condition_layout()))
    return f"{path.name}: {size / 1e6:.2f} MB, {saved['step']} steps, choices {last['painted']['choices']:.1%} right on the generator's pictures"
