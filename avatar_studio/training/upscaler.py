"""Trains the upscaler to enlarge avatars to what the artist draws at that size.

Read top to bottom: the options, the state that a checkpoint keeps, one step, the loop, the export.
"""
from __future__ import annotations

import copy
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from ..models.upscaler import Upscaler, UpscalerConfig
from ..weights import enlist, load_upscaler
from . import upscaler_pairs as pairs
from .export import machine
from .generator import RunError
from .losses import psnr

MAX_BYTES = 8 * 10**6
HELD_OUT = 12  # avatars that are never trained on


@dataclass
class Options:
    out: Path = Path("runs/upscaler")
    minutes: float = 55.0            # of training in all, earlier parts of a resumed run included
    resume: bool = False
    device: str = "cpu"
    batch: int = 8                   # crops a step
    pool: int = 1000                 # avatars on disk, 4.7 MB each
    muon_rate: float = 0.02          # of the convolutions' matrices
    adam_rate: float = 2e-3          # of the first layer, the heads and the biases
    cooldown: float = 0.6            # share of the minutes, at the end, over which the rates fall to 0
    ema: float = 0.995               # a step
    edges: float = 1.0               # strength of the differences of neighbours, beside the pixels themselves
    checkpoint_minutes: float = 3.0
    report_minutes: float = 3.0
    dtype: str = "bfloat16"          # of the convolutions
    threads: int = 0                 # on a CPU; 0 leaves it to torch
    nice: int = 10                   # how far it steps back for others on a CPU
    seed: int = 0


class State:
    """All that training changes, in one place: what a checkpoint holds."""

    def __init__(self, options: Options, config: UpscalerConfig):
        torch.manual_seed(options.seed)
        self.upscaler = Upscaler(config).to(options.device)
        self.average = copy.deepcopy(self.upscaler).requires_grad_(False)  # the moving average that is exported
        matrices = [layer.weight for layer in self.upscaler.trunk[1:]]
        chosen = {id(p) for p in matrices}
        self.muon = torch.optim.Muon(matrices, lr=options.muon_rate, weight_decay=0.01)
        self.adam = torch.optim.AdamW([p for p in self.upscaler.parameters() if id(p) not in chosen],
                                      lr=options.adam_rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True)
        self.step = 0        # so far
        self.crops = 0       # that it has been shown
        self.minutes = 0.0   # of training so far

    _PARTS = ("upscaler", "average", "muon", "adam")
    _NUMBERS = ("step", "crops", "minutes")

    def save(self, path: Path, options: Options) -> None:
        """Write a checkpoint that is whole or not there at all."""
        state = {name: getattr(self, name).state_dict() for name in self._PARTS} | {name: getattr(self, name) for name in self._NUMBERS}
        state |= {"config": self.upscaler.config.to_dict(), "command": command(options), "pool": options.pool}
        temporary = path.with_suffix(".partial")
        torch.save(state, temporary)
        os.replace(temporary, path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint. Raises RunError if it is missing or of another shape."""
        saved = read_checkpoint(path)
        if saved["config"] != self.upscaler.config.to_dict():
            raise RunError(f"{path} holds a network of another shape: use another --out.")
        for name in self._PARTS:
            getattr(self, name).load_state_dict(saved[name])
        for name in self._NUMBERS:
            setattr(self, name, saved[name])


def command(options: Options) -> str:
    """The command line that gives these options, for the card."""
    words = ["python -m avatar_studio.training upscaler"]
    for field in fields(options):
        value = getattr(options, field.name)
        if value != field.default and field.name not in ("out", "resume") or field.name == "minutes":
            words.append(f"--{field.name.replace('_', '-')} {value}")
    return " ".join(words)


def read_checkpoint(path: Path) -> dict:
    """The dictionary that State.save wrote. Raises RunError if it is missing."""
    if not path.exists():
        raise RunError(f"There is no checkpoint at {path}: train first, or start without --resume.")
    return torch.load(path, map_location="cpu", weights_only=True)


def train(options: Options, config: UpscalerConfig | None = None) -> State:
    """Train for options.minutes and leave checkpoint.pt, log.jsonl and contact sheets in options.out.

    A step's crops are a function of (seed, step), so a resumed run goes on as if it had not stopped.
    """
    if options.device == "cpu" and options.threads:
        torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"
    if checkpoint.exists() and not options.resume:
        raise RunError(f"{checkpoint} is there already: add --resume to go on, or choose another --out.")
    state = State(options, config or UpscalerConfig())
    if options.resume:
        state.load(checkpoint)
    arrays = pairs.open_pool(options.out / "pool", options.pool)
    with tqdm(total=int((arrays["done"] == 0).sum()), unit="avatar", desc="drawing") as bar:
        pairs.fill(arrays, options.seed, bar.update)
    test = pairs.open_pool(options.out / "held-out", HELD_OUT)
    pairs.fill(test, 10**6)

    crops = lambda step: pairs.batch(np.random.default_rng([options.seed, step]), arrays, options.batch)  # noqa: E731
    bar = tqdm(total=options.minutes, initial=state.minutes, bar_format="{l_bar}{bar}| {n:.1f}/{total:.0f} min {postfix}")
    start, saved, reported = time.monotonic() - 60 * state.minutes, state.minutes, state.minutes
    began, losses = (time.monotonic(), state.step), []
    with ThreadPoolExecutor(1) as fetcher:
        waiting = fetcher.submit(crops, state.step)
        while (minutes := (time.monotonic() - start) / 60) < options.minutes:
            state.minutes = minutes
            some = [x.to(options.device) for x in waiting.result()]
            waiting = fetcher.submit(crops, state.step + 1)
            losses.append(one_step(state, options, *some))
            state.step += 1
            state.crops += options.batch
            speed = (state.step - began[1]) * options.batch / (time.monotonic() - began[0])
            bar.n = minutes
            bar.set_postfix_str(f"{speed:.1f} crops/s, {options.minutes - minutes:.0f} min left", refresh=state.step % 10 == 0)
            if minutes - saved >= options.checkpoint_minutes:
                state.save(checkpoint, options)
                saved = minutes
            if minutes - reported >= options.report_minutes:
                report(state, options, test, losses, speed)
                reported, began, losses = minutes, (time.monotonic(), state.step), []
    state.minutes = max(state.minutes, min(minutes, options.minutes))
    state.save(checkpoint, options)
    if losses:
        report(state, options, test, losses, speed)
    bar.close()
    return state


def rate(options: Options, step: int, minutes: float) -> float:
    """The share of the learning rates at a step: a short rise, a plateau, and a straight fall to 0 at the end."""
    left = max(options.minutes - minutes, 0.0) / (options.cooldown * options.minutes)
    return min(1.0, (step + 1) / 30, left)


def one_step(state: State, options: Options, crops: Tensor, targets: Tensor, known: Tensor, finest: Tensor, white: Tensor) -> Tensor:
    """One step on what pairs.batch gave, with both heads. Returns the loss."""
    factor = rate(options, state.step, state.minutes)
    for optimizer, base in ((state.muon, options.muon_rate), (state.adam, options.adam_rate)):
        for group in optimizer.param_groups:
            group["lr"] = base * factor
    features = state.upscaler.features(crops, getattr(torch, options.dtype))                # (N, channels, 64, 64)
    grids = [state.upscaler.paint(features, crops, scale) for scale in (4, 2)]              # (N, 64, 64, 4, scale^2)
    losses, gradients = zip(loss_and_gradient(grids[0].detach(), crops, targets, known * finest[:, None, None], white, options.edges),
                            loss_and_gradient(grids[1].detach(), crops, targets, known, white, options.edges))
    torch.autograd.backward(grids, gradients)
    norm = torch.nn.utils.clip_grad_norm_(state.upscaler.parameters(), 1.0, foreach=True)
    if torch.isfinite(norm):  # a step that overflowed is left out
        state.muon.step()
        state.adam.step()
    state.muon.zero_grad(set_to_none=True)
    state.adam.zero_grad(set_to_none=True)
    decay = min(options.ema, (state.step + 1) / (state.step + 10))
    with torch.no_grad():
        torch._foreach_lerp_(list(state.average.parameters()), [p.detach() for p in state.upscaler.parameters()], 1 - decay)
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
def report(state: State, options: Options, test: dict[str, np.ndarray], losses: list[Tensor], speed: float) -> None:
    """Append a line to log.jsonl, and write a contact sheet: enlarged plainly, by the network, and as drawn."""
    average = copy.deepcopy(state.average).freeze(getattr(torch, options.dtype))
    enlarge = lambda x, scale: torch.cat([average(one[None].to(options.device), scale).cpu() for one in x])  # noqa: E731
    small, large, painted = (pairs.to_float(test[name]) for name in ("small", "large", "painted"))
    quarter, half = (F.interpolate(painted, scale_factor=s, mode="bicubic", antialias=True).clamp(0, 1) for s in (0.25, 0.5))
    made, by_generator = enlarge(small, 4), enlarge(painted, 4)
    line = {"step": state.step, "minutes": round(state.minutes, 2), "crops_per_second": round(speed, 1), "loss": round(torch.stack(losses).mean().item(), 5)}
    found = {"drawn_x4": (made, large), "drawn_x2": (enlarge(small, 2), F.avg_pool2d(large, 2)), "painted_64_x4": (enlarge(quarter, 4), painted),
             "painted_128_x2": (enlarge(half, 2), painted), "painted_to_drawn_x4": (by_generator, large)}
    line |= {name: round(psnr(*both), 3) for name, both in found.items()}
    with open(options.out / "log.jsonl", "a") as log:
        log.write(json.dumps(line) + "\n")
    tqdm.write(json.dumps(line))
    plain = [F.interpolate(x, scale_factor=4, mode="bicubic").clamp(0, 1) for x in (small, painted)]
    rows = [torch.cat(list(x[:6, :, 330:650, 260:580]), dim=2) for x in (plain[0], made, large, plain[1], by_generator)]
    sheet = torch.cat(rows, dim=1)
    sheet = (sheet[:3] + 1 - sheet[3:]).clamp(0, 1).mul(255).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(sheet).save(options.out / f"sheet-{state.minutes:06.1f}.png")


CARD = """# upscaler.safetensors

The upscaler of Avatar Studio: an RGBA picture in, the same at twice or four times its size out, with crisp edges.

| | |
|---|---|
| Network | SRVGG-like, {layers} convolutions of {channels} channels and a head for each scale, {parameters:.2f} million parameters, float16, {megabytes:.2f} MB (`avatar_studio/models/upscaler.py`) |
| Data | {pool} avatars of `avatar_studio/artist`, drawn at 256 and 1024 px, and painted by the generator; crops as `avatar_studio/training/upscaler_pairs.py` tells; no photograph, nobody else's drawing |
| Command | `{command}`, then `python -m avatar_studio.training export-upscaler` |
| Time | {minutes:.0f} minutes on {machine}, beside other work |
| Shown | {crops} crops of 64 px in {step} steps |
| Held-out PSNR | artist's pictures: {drawn_x4} dB at 256 to 1024, {drawn_x2} dB at 256 to 512; generator's: {painted_64_x4} dB at 64 to 256, {painted_128_x2} dB at 128 to 256; premultiplied RGBA, 12 avatars that it never saw |
| Licence | the project's |

## Limits

It knows the artist's kind of drawing: even areas, smooth gradients, clean lines. A photograph, or fine texture such as
film grain, comes out smoother than it was. It sharpens what the generator painted softly, but it does not correct it.
"""


def export_upscaler(run: Path, folder: Path) -> str:
    """Write folder/upscaler.safetensors, upscaler.md and the line in manifest.json from a run; returns a line to print.

    The weights are the moving average, in float16. Raises RunError if the run cannot be read or the weights cannot be exported.
    """
    saved = read_checkpoint(run / "checkpoint.pt")
    tensors = {name: value.half().contiguous() for name, value in saved["average"].items()}
    if not all(torch.isfinite(value).all() for value in tensors.values()):
        raise RunError("The weights do not fit into float16: train on from an earlier checkpoint.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "upscaler.safetensors"
    save_file(tensors, path, {"config": json.dumps(saved["config"])})
    load_upscaler(path)  # what cannot be read back must not be listed
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise RunError(f"The file has {size / 1e6:.1f} MB, more than {MAX_BYTES / 1e6:.0f}: train a smaller network.")
    last = json.loads((run / "log.jsonl").read_text().splitlines()[-1])
    (folder / "upscaler.md").write_text(CARD.format(
        **saved["config"], **{name: last[name] for name in ("drawn_x4", "drawn_x2", "painted_64_x4", "painted_128_x2")},
        parameters=sum(value.numel() for value in tensors.values()) / 1e6, megabytes=size / 1e6, pool=saved["pool"], command=saved["command"],
        minutes=saved["minutes"], machine=machine(), crops=saved["crops"], step=saved["step"]))
    enlist(path)
    return f"{path.name}: {size / 1e6:.2f} MB, {saved['step']} steps, PSNR {last['drawn_x4']} dB on the artist's pictures"
