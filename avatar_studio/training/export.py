"""Turns a training run into weights/: the safetensors file, its card, and its line in manifest.json."""
from __future__ import annotations

import json
import platform
from pathlib import Path

import torch

from ..process import cores
from ..weights import condition_layout, enlist, load_generator
from .generator import read_checkpoint
from .run import last_line, write_weights

MAX_BYTES = 16 * 10**6

CARD = """# generator.safetensors

The generator of Avatar Studio: traits and a seed in, a 256 px RGBA chibi avatar out.

| | |
|---|---|
| Network | small conditional StyleGAN2, {parameters:.2f} million parameters, float16, {megabytes:.1f} MB (`avatar_studio/models/generator.py`) |
| Data | pictures drawn by `avatar_studio/artist`, half of traits from `dice.roll`, half from `dice.explore`; a pool of {pool} of which a quarter is drawn anew each pass; no photograph, no person's picture, nobody else's drawing |
| Command | `{command}`, then `python -m avatar_studio.training export` |
| Time | {minutes:.0f} minutes on {machine} |
| Shown | {pictures} pictures in {step} steps |
| Held-out PSNR | {psnr} dB over premultiplied RGBA, 128 pictures that it never saw (moving average of the weights) |
| Held-out paired loss | {held_out_paired} (L1 + edges + 8 px means, weighted by part) |
| Licence | the project's |

## Limits

It knows the artist's style only, at 256 px; larger pictures are enlarged. Thin lines (glasses' temples, stripes, single
strands) are softer than drawn. Rare combinations, such as a beard under a hijab with sunglasses, were seen seldom. It draws
what the traits say and no particular person: a likeness is as good as the traits that describe it.
"""


def export_generator(run: Path, folder: Path) -> str:
    """Write folder/generator.safetensors, generator.md and manifest.json from run/checkpoint.pt; returns a line to print.

    The weights are the moving average, in float16. Raises RunError if the run cannot be read or the file would be too large.
    """
    saved = read_checkpoint(run / "checkpoint.pt")
    path = folder / "generator.safetensors"
    tensors, size = write_weights(path, saved, load_generator, MAX_BYTES, layout=json.dumps(condition_layout()))
    last = last_line(run)
    (folder / "generator.md").write_text(CARD.format(
        parameters=sum(value.numel() for value in tensors.values()) / 1e6, megabytes=size / 1e6, pool=saved["pool"],
        command=saved.get("command", f"python -m avatar_studio.training generator --minutes {saved['minutes']:.0f}"),
        minutes=saved["minutes"], machine=machine(), pictures=saved["pictures"], step=saved["step"],
        psnr=last.get("psnr", "not measured"), held_out_paired=last.get("held_out_paired", "not measured")))
    enlist(path)
    return f"{path.name}: {size / 1e6:.1f} MB, {saved['pictures']} pictures, PSNR {last.get('psnr')} dB"


def machine() -> str:
    """This machine in a few words."""
    if torch.cuda.is_available():
        return f"{torch.cuda.device_count()} x {torch.cuda.get_device_name()}"
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    return f"{cores()} cores of {model}"
