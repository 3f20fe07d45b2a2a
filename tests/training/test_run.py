"""What the training of every network shares. The upscaler stands for all: it is the smallest."""
from __future__ import annotations

import gc
import weakref

import pytest
import torch

pytest.importorskip("skia", reason="training needs requirements-train.txt")

from avatar_studio.models.upscaler import UpscalerConfig
from avatar_studio.training import upscaler
from avatar_studio.training.run import loop


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


@pytest.mark.parametrize("leads", [True, False])
def test_only_the_process_that_reports_keeps_the_losses(tmp_path, leads):
    options, losses, kept = upscaler.Options(tmp_path, minutes=60.0), [], []

    def step(batch):
        loss = torch.zeros(1)
        losses.append(weakref.ref(loss))
        return {"loss": loss}

    def agree(minutes):  # asked before each step
        gc.collect()
        kept.append(sum(loss() is not None for loss in losses))
        return 60.0 if len(losses) == 5 else minutes

    loop(upscaler.State(options, UpscalerConfig()), options, lambda k: None, step, lambda *_: None, lambda: None, leads=leads, agree=agree)
    assert kept == [0, 1, 2, 3, 4, 5] if leads else max(kept) <= 1
