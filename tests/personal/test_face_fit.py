"""What a copy is tuned on, and that it is the copy that is tuned, however the base was prepared."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from avatar_studio.avatar import Avatar
from avatar_studio.devices import fast_dtype
from avatar_studio.models import generator as networks
from avatar_studio.personal.face_fit import AROUND, NEAR, SHARES, Fit
from avatar_studio.personal.face_job import preview
from avatar_studio.personal.tuning import Tuning
from avatar_studio.weights import load_generator

DTYPE = fast_dtype(torch.device("cpu"))


@pytest.fixture(scope="module")
def changes():
    """A red square on the clothes, at each likeness so much of it."""
    square = np.zeros((256, 256, 4), np.float32)
    square[230:250, 110:146, 0], square[230:250, 110:146, 1:3] = 0.3, -0.3
    return np.stack([share * square for share in SHARES])


@pytest.fixture(scope="module")
def fit(changes):
    return Fit(load_generator().freeze(DTYPE), Avatar(seed=3), changes)


def test_the_person_is_to_change_and_others_are_not(fit, changes):
    ws, wanted, weight = fit.batch(1)
    with torch.inference_mode():
        added = (wanted - fit.base.paint(ws, dtype=DTYPE)).permute(0, 2, 3, 1)
    for k in range(NEAR):  # the person, with whatever expression
        assert torch.allclose(added[k], torch.from_numpy(changes[-1]), atol=0.02)
    assert added[NEAR + AROUND:-1].abs().max() < 0.02
    assert torch.allclose(added[-1], torch.from_numpy(changes[1]), atol=0.02)       # at a smaller likeness
    assert weight[0, 0, 240, 128] > 2 * weight[0, 0, 80, 128]                      # what the photos say counts most
    again = fit.batch(1)
    assert all(torch.allclose(a, b) for a, b in zip((ws, wanted, weight), again))   # a job that goes on sees the same


def test_what_is_not_there_is_not_changed(changes):
    """Clothes of another cut are painted as the base paints them, where they differ."""
    fit = Fit(load_generator().freeze(DTYPE), Avatar({"clothes_lightness": 0.9}), changes)
    found = []
    for step in range(12):
        ws, wanted, _ = fit.batch(step)
        with torch.inference_mode():
            plain = fit.base.paint(ws, dtype=DTYPE)
        near = (plain[NEAR] - fit.plain[0])[:, 230:250, 110:146].abs().mean()
        found.append((near.item(), (wanted - plain)[NEAR, :, 230:250, 110:146].abs().mean().item()))
    like, unlike = ([change for near, change in found if test(near)] for test in (lambda n: n < 0.01, lambda n: n > 0.1))
    assert like and unlike and min(like) > 2 * max(unlike)


@pytest.mark.parametrize("packed", [True, False], ids=["packed weights", "prepared weights"])
def test_the_copy_is_what_is_painted_and_learns(changes, packed, monkeypatch):
    if not packed:  # as on a GPU
        monkeypatch.setattr(networks, "can_freeze", lambda: False)
    fit = Fit(load_generator().freeze(DTYPE), Avatar(seed=3), changes, steps=4)
    before = fit.paint(fit.pivot).detach()
    with torch.no_grad():
        away = (before - fit.plain).abs()  # bfloat16 sums in another order: a pixel or two of an outline may differ more
        assert away.mean() < 0.002 and (away > 0.03).float().mean() < 1e-4
    for _ in range(2):
        fit.advance()
    assert all(value.abs().max() > 0 for value in fit.difference.values())
    assert not torch.allclose(fit.paint(fit.pivot).detach(), before, atol=1e-3)


def test_what_a_gpu_learned_lies_with_the_processor_between_slices(changes, gpu):
    first, second = (Fit(load_generator().to(gpu).freeze(fast_dtype(gpu)), Avatar(seed=3), changes, steps=4) for _ in range(2))
    first.advance()
    second.load({name: np.array(value) for name, value in first.state().items()})
    second.advance()
    assert second.step == 2 and all(value.device.type == "cuda" and value.abs().max() > 0 for value in second.difference.values())
    assert preview(second).size == (512, 512)


def test_a_gpu_without_bfloat16_tunes_in_float32(monkeypatch):
    for fast, chosen in ((torch.float16, torch.float32), (torch.bfloat16, torch.bfloat16)):
        monkeypatch.setattr("avatar_studio.personal.tuning.fast_dtype", lambda device, fast=fast: fast)
        assert Tuning(load_generator(), None, 1e-3, 1).dtype == chosen
