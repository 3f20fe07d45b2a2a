"""The kind of job that learns a style, with the real networks."""
from __future__ import annotations

import pytest
import torch
from PIL import Image

from avatar_studio.personal import style_job
from avatar_studio.personal.errors import JobError
from avatar_studio.personal.kinds import KINDS
from avatar_studio.personal.style_file import read_style
from avatar_studio.weights import load_stylizer

from .told import Told

REFERENCE = Image.effect_mandelbrot((96, 64), (-2, -1.5, 1, 1.5), 40).convert("RGB")


def test_a_style_is_learned_from_a_picture_and_fits_the_stylizer():
    told = Told.of(style_job.run, [REFERENCE], {"name": "Fractal"}, {}, steps=2)
    stylizer = load_stylizer()
    name, style = read_style(told.result[style_job.RESULT], stylizer.config.style_size)
    assert name == "Fractal" and not any(torch.allclose(style, preset, atol=1e-3) for preset in stylizer.presets)
    assert told.shares == [0.5, 1.0] and [(preview.mode, preview.size) for preview in told.previews] == [("RGBA", (256, 256))] * 2


@pytest.mark.parametrize("options", [{}, {"name": ""}, {"name": 5}, {"name": "a" * 41}, {"name": "\u202e"}])
def test_a_style_needs_a_name(options):
    with pytest.raises(JobError):
        KINDS["style"].check(options)
    assert KINDS["style"].check({"name": " Mine ", "surprise": 1}) == {"name": "Mine"}


def test_a_gpu_without_bfloat16_fits_in_float32(monkeypatch):
    monkeypatch.setattr("avatar_studio.personal.tuning.fast_dtype", lambda device: torch.float16)
    monkeypatch.setattr(style_job, "example_avatars", lambda: torch.zeros(1, 4, 256, 256))
    used = []
    monkeypatch.setattr(style_job, "fit_style", lambda stylizer, *_: used.append(stylizer.dtype))
    monkeypatch.setattr(style_job, "write_style", lambda *_: b"")
    list(style_job.run([REFERENCE], {"name": "Fractal"}, None, {}))
    assert used == [torch.float32]
