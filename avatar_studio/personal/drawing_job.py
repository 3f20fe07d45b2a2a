"""The kind of job that learns a style for all avatars from 1 to 20 drawings: see drawing_look.py, drawing_fit.py, model_file.py."""
from __future__ import annotations

import json

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ..avatar import Avatar
from ..latent import styles
from ..pixels import settle
from . import drawing_fit
from .drawing_look import Look, find_look, is_blank, opened
from .errors import JobError
from .model_file import RESULT, TOLD, write_model
from .tuning import SLICE, base_generator, tiles, tune, tuning_dtype

READING = 0.05          # share of the whole job that the drawings take
SAMPLE = 8              # avatars whose look the drawings' is compared with
PAIR = Avatar(), Avatar({"hair_back": "twin_tails", "skin_tone": 0.75, "hair_hue": 220.0, "hair_saturation": 0.5, "hair_lightness": 0.45, "glasses": "round"}, 5)
MANY, SMALL = 24, 32    # avatars that are judged at the end, and the edge in pixels to which they are shrunk for it
DIVERSE = 0.8           # of the base's differences between avatars, the model must keep so much
COPY, NEARER = 0.04, 0.7  # a drawing is copied where an avatar is as near to it, and so much nearer than any of the base's


def run(pictures, options, report, state, steps=drawing_fit.STEPS, slice_seconds=SLICE):
    """See worker.py. options: {"name"}. The drawings are looked at again at the end, to see that none was copied."""
    generator = base_generator()
    drawn = [opened(picture) for picture in pictures if not is_blank(picture)]
    if not drawn:
        raise JobError("blank")
    seen = torch.stack(drawn).to(generator.w_avg.device)       # (K, 4, 256, 256)
    if not state:
        report(READING / 2, reading=True)
        with torch.inference_mode():
            plain = settle(generator.paint(styles(generator, drawing_fit.anybody(np.random.default_rng(0), SAMPLE)), dtype=tuning_dtype(seen.device)))
            state = find_look(plain.float(), seen).arrays()
        report(READING, reading=True)
        yield state
    fit = drawing_fit.Fit(generator, Look.of(state, seen.device), steps=steps)
    yield from tune(fit, state, report, READING, lambda: preview(fit), slice_seconds)
    share, copies = judge(fit, seen)
    difference = {name: share * value.detach() for name, value in fit.difference.items()}
    return {RESULT: write_model(options["name"], difference, Avatar().code, "drawing"), TOLD: json.dumps({"copies": copies}).encode()}


@torch.inference_mode()
def preview(fit: drawing_fit.Fit) -> Image.Image:
    """RGBA, 512 square: on the left two avatars as the base paints them, on the right as the copy does."""
    ws = styles(fit.base, PAIR)
    before, after = fit.base.paint(ws, dtype=fit.dtype), fit.paint(ws)
    return tiles(torch.stack([before, after], 1).flatten(0, 1))


@torch.inference_mode()
def judge(fit: drawing_fit.Fit, seen: Tensor) -> tuple[float, bool]:
    """(how much of the difference is kept so that avatars stay as different as DIVERSE, whether a drawing is copied)."""
    ws = styles(fit.base, drawing_fit.anybody(np.random.default_rng(1), MANY)).split(8)
    before = settle(torch.cat([fit.base.paint(some, dtype=fit.dtype) for some in ws]))
    for share in np.arange(1.0, 0.45, -0.1):
        after = settle(torch.cat([fit.paint(some, float(share)) for some in ws]))
        if spread(after) >= DIVERSE * spread(before):
            break
    return float(share), copied(after, before, torch.cat([seen[:, :3] * seen[:, 3:], seen[:, 3:]], 1))


def copied(made: Tensor, before: Tensor, seen: Tensor) -> bool:
    """Whether one of the made avatars (N, 4, H, W) is one of the drawings (K, 4, H, W), which none was before; all premultiplied."""
    near = [torch.cdist(_small(pictures), _small(seen), p=1).min().item() / _small(seen).shape[1] for pictures in (made, before)]
    return near[0] < COPY and near[0] < NEARER * near[1]


def spread(pictures: Tensor) -> float:
    """The mean distance between pictures (N, 4, H, W), as a share of their contrast: a pale style is not a poor one."""
    small = _small(pictures)
    return torch.pdist(small, p=1).mean().item() / small.sub(small.mean(1, keepdim=True)).abs().sum(1).mean().item()


def _small(pictures: Tensor) -> Tensor:
    """On white, shrunk: (N, 4, H, W) -> (N, 3 * SMALL**2)"""
    return F.adaptive_avg_pool2d(pictures[:, :3] + 1 - pictures[:, 3:], SMALL).flatten(1)
