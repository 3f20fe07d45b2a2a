"""Turns a training run into weights/: the safetensors file, its card, and its line in manifest.json."""
from __future__ import annotations

import json
from pathlib import Path

from ..weights import condition_layout, load_generator
from .generator import check_traits
from .run import last_report, read_run, write_weights

MAX_BYTES = 16 * 10**6

CARD = """# generator.safetensors

The generator of Avatar Studio: traits and a seed in, a 256 px RGBA chibi avatar out.

| | |
|---|---|
| Network | small conditional StyleGAN2, {parameters:.2f} million parameters, float16, {megabytes:.1f} MB (`avatar_studio/models/generator.py`) |
| Data | pictures drawn by `avatar_studio/artist`, half of traits from `dice.roll`, half from `dice.explore`; a pool of {pool} of which a quarter is drawn anew each pass{pairs}; no photograph, no person's picture, nobody else's drawing |
| Command | `{command}`, then `python -m avatar_studio.training export` |
| Time | {minutes:.0f} minutes on {machine} |
| Shown | {pictures} pictures in {step} steps |
| Held-out PSNR | {psnr} dB over premultiplied RGBA, 128 pictures that it never saw (moving average of the weights){when} |
| Held-out paired loss | {held_out_paired} (L1 + edges + 8 px means, weighted by part) |
| Licence | the project's |

## Limits

It knows the artist's style only, at 256 px; larger pictures are enlarged. Thin lines (glasses' temples, stripes, single
strands) are softer than drawn. Rare combinations, such as a beard under a hijab with sunglasses, were seen seldom. It draws
what the traits say and no particular person: a likeness is as good as the traits that describe it.
"""


def export_generator(run: Path, folder: Path) -> str:
    """Write folder/generator.safetensors, generator.md and manifest.json from run/checkpoint.pt; returns a line to print.

    The weights are the moving average, in float16. Raises RunError if the run cannot be read, is another network's or of other traits,
    or if the weights cannot be exported.
    """
    saved = read_run(run, "generator")
    check_traits(run, saved)
    last = last_report(run, saved)
    path = folder / "generator.safetensors"
    facts = {"pictures": saved["pictures"], "pairs": _pairs(saved), **{name: last[name] for name in ("psnr", "held_out_paired", "when")}}
    size = write_weights(path, saved, load_generator, MAX_BYTES, CARD, facts, layout=json.dumps(condition_layout()))
    return f"{path.name}: {size / 1e6:.1f} MB, {saved['pictures']} pictures, PSNR {last['psnr']} dB"


def _pairs(saved: dict) -> str:
    """What the card says of the pairs that a run drew beside its pool; "" if there were none."""
    if not (count := saved["options"].get("pairs")):
        return ""
    return (f"; beside it {count} pairs a step, newly drawn: one person of `dice.roll` with two values of one trait that shows on them, "
            "which is one of those after `--pairs-of` or, without it, any slider or choice that does more than colour")
