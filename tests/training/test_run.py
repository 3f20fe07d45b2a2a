"""What the training of every network shares. The upscaler stands for all: it is the smallest."""
from __future__ import annotations

import pytest
import torch

pytest.importorskip("skia", reason="training needs requirements-train.txt")

from avatar_studio.models.upscaler import UpscalerConfig
from avatar_studio.training import upscaler


def test_the_average_follows_slowly_and_more_slowly_later(tmp_path):
    state = upscaler.State(upscaler.Options(tmp_path), UpscalerConfig())
    parameters, followed = list(state.upscaler.parameters()), {}
    for state.step in (0, 10_000):
        start = torch.cat([p.flatten() for p in state.average.parameters()])
        with torch.no_grad():
            for own, behind in zip(parameters, state.average.parameters()):
                own.copy_(behind + 1)
        state.update(upscaler.Options(tmp_path, ema=0.99), parameters)  # without gradients it moves nothing else
        followed[state.step] = (torch.cat([p.flatten() for p in state.average.parameters()]) - start).mean().item()
    assert followed[0] == pytest.approx(0.9, abs=0.01) and followed[10_000] == pytest.approx(0.01, abs=0.001)
