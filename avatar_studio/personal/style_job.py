"""The kind of job that learns a style from one picture: a row of numbers for the stylizer, see style_fit.py."""
from __future__ import annotations

import numpy as np
import torch

from .. import dice
from ..avatar import Avatar
from ..pixels import to_picture, to_tensor
from ..studio import Studio
from ..weights import load_stylizer
from .style_file import RESULT, write_style
from .style_fit import fit_style
from .tuning import tuning_dtype

AVATARS = 8  # that the style is tried on
STEPS = 120
SHOWN = 5    # steps from one preview to the next


def run(pictures, options, report, state, steps=STEPS):
    """See worker.py. options: {"name"}. One slice: it takes about a minute, and begins anew if it is interrupted."""
    contents = example_avatars()
    stylizer = load_stylizer().to(contents.device).freeze(tuning_dtype(contents.device))

    def progress(step: int, steps: int, preview: torch.Tensor) -> None:
        shown = step % SHOWN == 1 or step == steps
        report(step / steps, preview=to_picture(preview[None]) if shown else None)

    style = fit_style(stylizer, pictures[0], contents, steps, progress)
    return {RESULT: write_style(options["name"], style)}
    yield  # a generator, as every kind is


def example_avatars() -> torch.Tensor:
    """Different avatars, premultiplied RGBA (AVATARS, 4, 256, 256) in [0, 1], on the GPU if there is one."""
    studio = Studio()
    avatars = [Avatar(dice.roll(np.random.default_rng(seed)), seed) for seed in range(AVATARS)]
    return torch.cat([to_tensor(drawn) for drawn in studio.draw_many(avatars)]).to(studio.device)
