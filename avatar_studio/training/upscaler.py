"""Trains the upscaler to enlarge avatars to what the artist draws at that size.

Read top to bottom: the options, the state that a checkpoint keeps, one step, the loop, the export.
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

from ..models.upscaler import Upscaler, UpscalerConfig
from ..weights import load_upscaler, read_network
from . import upscaler_pairs as pairs
from .data import open_pool
from .losses import psnr
from .options import Common, option
from .run import RunError, RunState, begin, contact_sheet, last_report, loop, rate, read_run, set_rates, write_line, write_weights

MAX_BYTES = 8 * 10**6
HELD_OUT = 12  # avatars that are never trained on


@dataclass
class Options(Common):
    network: ClassVar[str] = "upscaler"
    out: Path = Path("runs/upscaler")
    minutes: float = 101.0
    batch: int = option(8, "crops a step")
    pool: int = option(1000, "avatars on disk, 4.7 MB each")
    adam_rate: float = 2e-3  # of the first layer, the heads and the biases
    report_minutes: float = 3.0
    start: str = option("", "an upscaler's weights file to begin with; what it does not have begins anew")
    edges: float = option(1.0, "strength of the differences of neighbours, beside the pixels themselves")


class State(RunState):
    """All that training changes, in one place: what a checkpoint holds."""

    PARTS = ("upscaler", "average", "muon", "adam")
    NUMBERS = ("step", "crops", "minutes")

    def __init__(self, options: Options, config: UpscalerConfig):
        super().__init__()
        torch.manual_seed(options.seed)
        self.upscaler = Upscaler(config).to(options.device)
        if options.start and not options.resume:
            tensors, _, _ = read_network(Path(options.start), UpscalerConfig, "an upscaler")
            try:
                self.upscaler.load_state_dict(tensors, strict=False)
            except RuntimeError:
                raise RunError(f"{options.start} holds a network of another shape: choose another --start, or leave it out.") from None
        self.optimize([layer.weight for layer in (*self.upscaler.trunk[1:], self.upscaler.twice)], options)
        self.crops = 0       # that it has been shown


def train(options: Options, config: UpscalerConfig | None = None) -> State:
    """Train for options.minutes and leave checkpoint.pt, log.jsonl and contact sheets in options.out.

    A step's crops are a function of (seed, step), so a resumed run goes on as if it had not stopped.
    """
    checkpoint = begin(options)
    state = State(options, config or UpscalerConfig())
    if options.resume:
        state.load(checkpoint, options)
    arrays = open_pool(options.out / "pool", options.pool, pairs.LAYOUT, pairs.drawn_with(options.seed))
    with tqdm(total=int((arrays["done"] == 0).sum()), unit="avatar", desc="drawing") as bar:
        pairs.fill(arrays, options.seed, bar.update)
    test = open_pool(options.out / "held-out", HELD_OUT, pairs.LAYOUT, pairs.drawn_with(10**6))
    pairs.fill(test, 10**6)

    def step(crops: list[Tensor]) -> dict[str, Tensor]:
        state.crops += options.batch
        return {"loss": one_step(state, options, *(x.to(options.device) for x in crops))}

    loop(state, options, lambda k: pairs.batch(np.random.default_rng([options.seed, k]), arrays, options.batch), step,
         lambda recent, speed: report(state, options, test, recent, speed), lambda: state.save(checkpoint, options))
    return state


def one_step(state: State, options: Options, crops: Tensor, targets: Tensor, known: Tensor, finest: Tensor, white: Tensor) -> Tensor:
    """One step on what pairs.batch gave, with both heads. Returns the loss."""
    factor = rate(options, state.step, state.minutes)
    set_rates(state.muon, [options.muon_rate * factor])
    set_rates(state.adam, [options.adam_rate * factor])
    features = state.upscaler.features(crops, getattr(torch, options.dtype))                # (N, channels, 64, 64) each
    grids = [state.upscaler.paint(features[scale], crops, scale) for scale in (4, 2)]       # (N, 64, 64, 4, scale^2)
    losses, gradients = zip(loss_and_gradient(grids[0].detach(), crops, targets, known * finest[:, None, None], white, options.edges),
                            loss_and_gradient(grids[1].detach(), crops, targets, known, white, options.edges))
    torch.autograd.backward(grids, gradients)
    state.update(options, list(state.upscaler.parameters()))
    return sum(losses)


@torch.no_grad()
def loss_and_gradient(grid: Tensor, crops: Tensor, targets: Tensor, known: Tensor, white: Tensor, edges: float) -> tuple[Tensor, Tensor]:
    """L1 of the pixels and of their differences to the next pixel (edges), where the target is known.

    Where it is not, what was made must still be the crop when it is shrunk again. Colours are compared on a black or on a
    white ground, so that their errors and those of alpha do not add up where they are seen. The gradient is made of signs,
    so it is written out: less than half of the time that autograd takes for it.
    grid: what Upscaler.paint gave, (N, H, W, 4, s * s); crops: (N, 4, H, W); targets: uint8 (N, H, W, 4, 16), as gathered
    for scale 4; known: (N, H, W), weights from 0 to 1; white: (N,), 1 or 0 -> (scalar, gradient of it by grid)
    """
    n, height, width, _, places = grid.shape
    s = int(places**0.5)
    target = targets.float()
    if s == 2:
        place = torch.arange(16, device=grid.device)
        target = target @ F.one_hot(place // 8 * 2 + place % 4 // 2).float().div(4)         # of each 2 x 2 pixels the mean
    weight = known[..., None, None]
    error = torch.sub(grid, target, alpha=1 / 255).mul_(weight)
    white = white.view(-1, 1, 1, 1, 1)
    error[..., :3, :] -= white * error[..., 3:, :]
    error = error.bfloat16()                                                                # its sign is all that counts
    error = error.view(n, height, width, 4, s, s).permute(0, 3, 1, 4, 2, 5).reshape(n, 4, s * height, s * width)
    gradient, loss = error.sign(), _mean_size(error)
    for axis in (2, 3):
        length = error.shape[axis] - 1
        step = error.narrow(axis, 1, length) - error.narrow(axis, 0, length)
        share = edges * error.numel() / step.numel()
        loss += edges * _mean_size(step)
        step.sign_().mul_(share)
        gradient.narrow(axis, 1, length).add_(step)
        gradient.narrow(axis, 0, length).sub_(step)
    gradient = gradient.view(n, 4, height, s, width, s).permute(0, 2, 4, 1, 3, 5).reshape(grid.shape).float().mul_(weight / grid.numel())
    gradient[..., 3:, :] -= white * gradient[..., :3, :].sum(3, keepdim=True)
    shrunk = (grid.mean(-1) - crops.permute(0, 2, 3, 1)) * (1 - known[..., None])           # (N, H, W, 4)
    gradient += (shrunk.sign() * (1 - known[..., None]) / grid.numel())[..., None]
    return loss + shrunk.abs().mean(), gradient


def _mean_size(x: Tensor) -> Tensor:
    return x.abs().sum(dtype=torch.float32) / x.numel()


@torch.no_grad()
def report(state: State, options: Options, test: dict[str, np.ndarray], recent: dict[str, list[Tensor]], speed: float) -> None:
    """Append a line to log.jsonl, and write a contact sheet: enlarged plainly, by the network, and as drawn."""
    average = copy.deepcopy(state.average).freeze(getattr(torch, options.dtype))
    enlarge = lambda x, scale: torch.cat([average(one[None].to(options.device), scale).cpu() for one in x])  # noqa: E731
    small, large, painted = (pairs.to_float(test[name]) for name in ("small", "large", "painted"))
    quarter, half = (F.interpolate(painted, scale_factor=s, mode="bicubic", antialias=True).clamp(0, 1) for s in (0.25, 0.5))
    made, by_generator = enlarge(small, 4), enlarge(painted, 4)
    found = {"drawn_x4": (made, large), "drawn_x2": (enlarge(small, 2), F.avg_pool2d(large, 2)), "painted_64_x4": (enlarge(quarter, 4), painted),
             "painted_128_x2": (enlarge(half, 2), painted), "painted_to_drawn_x4": (by_generator, large)}
    write_line(state, options, recent, speed, {name: round(psnr(*both), 3) for name, both in found.items()})
    plain = [F.interpolate(x, scale_factor=4, mode="bicubic").clamp(0, 1) for x in (small, painted)]
    rows = [x[:6, :, 330:650, 260:580] for x in (plain[0], made, large, plain[1], by_generator)]
    contact_sheet(rows).save(options.out / f"sheet-{state.minutes:06.1f}.png")


CARD = """# upscaler.safetensors

The upscaler of Avatar Studio: an RGBA picture in, the same at twice or four times its size out, with crisp edges.

| | |
|---|---|
| Network | SRVGG-like, {layers} convolutions of {channels} channels ({early} and one of its own for twice the size) and a head for each scale, {parameters:.2f} million parameters, float16, {megabytes:.2f} MB (`avatar_studio/models/upscaler.py`) |
| Data | {pool} avatars of `avatar_studio/artist`, drawn at 256 and 1024 px, and painted by the generator; crops as `avatar_studio/training/upscaler_pairs.py` tells; no photograph, nobody else's drawing |
| Command | `{command}`, then `python -m avatar_studio.training export-upscaler` |
| Time | {minutes:.0f} minutes on {machine}, beside other work |
| Shown | {crops} crops of 64 px in {step} steps |
| Held-out PSNR | artist's pictures: {drawn_x4} dB at 256 to 1024, {drawn_x2} dB at 256 to 512; generator's: {painted_64_x4} dB at 64 to 256, {painted_128_x2} dB at 128 to 256; premultiplied RGBA, 12 avatars that it never saw{when} |
| Licence | the project's |

## Limits

It knows the artist's kind of drawing: even areas, smooth gradients, clean lines. A photograph, or fine texture such as
film grain, comes out smoother than it was. It sharpens what the generator painted softly, but it does not correct it.
"""


def export_upscaler(run: Path, folder: Path) -> str:
    """Write folder/upscaler.safetensors, upscaler.md and the line in manifest.json from a run; returns a line to print.

    The weights are the moving average, in float16. Raises RunError if the run cannot be read or is another network's, or the weights cannot be exported.
    """
    saved = read_run(run, "upscaler")
    last = last_report(run, saved)
    path = folder / "upscaler.safetensors"
    facts = {"crops": saved["crops"], **{name: last[name] for name in ("drawn_x4", "drawn_x2", "painted_64_x4", "painted_128_x2", "when")}}
    size = write_weights(path, saved, load_upscaler, MAX_BYTES, CARD, {**saved["config"], **facts})
    return f"{path.name}: {size / 1e6:.2f} MB, {saved['step']} steps, PSNR {last['drawn_x4']} dB on the artist's pictures"
