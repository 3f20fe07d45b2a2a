"""What a training is told, and what a resumed one still knows. The upscaler stands for all: it is the smallest."""
from __future__ import annotations

import os
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

pytest.importorskip("skia", reason="training needs requirements-train.txt")

from avatar_studio.models.upscaler import UpscalerConfig
from avatar_studio.training import encoder, generator, run, stylizer, upscaler
from avatar_studio.training.__main__ import main
from avatar_studio.training.run import chosen

NETWORKS = {"generator": generator, "upscaler": upscaler, "stylizer": stylizer, "encoder": encoder}


@pytest.fixture
def begun(tmp_path):
    """A run of 510 minutes that was stopped after 200: its options."""
    options = upscaler.Options(tmp_path, minutes=510.0, pool=3, ema=0.9, dtype="float32", nice=0)
    state = upscaler.State(options, UpscalerConfig())
    state.minutes, state.step = 200.0, 7
    state.save(tmp_path / "checkpoint.pt", options)
    return options


def resumed(options, **given):
    return chosen(upscaler.Options, {"out": options.out, "resume": True, **given})


def test_a_resumed_run_has_the_options_that_it_began_with_but_for_those_that_are_given(begun):
    assert resumed(begun) == replace(begun, resume=True)
    assert resumed(begun, ema=0.99, minutes=600.0) == replace(begun, resume=True, ema=0.99, minutes=600.0)


def test_what_is_given_and_differs_is_told(begun, capsys):
    state = upscaler.State(begun, UpscalerConfig())
    state.load(begun.out / "checkpoint.pt", resumed(begun, ema=0.99, edges=1.0))
    assert state.step == 7 and capsys.readouterr().out == "It goes on with --ema 0.99 (so far 0.9).\n"
    state.load(begun.out / "checkpoint.pt", resumed(begun))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("option", ["--seed=1", "--pool=4", "--batch=2", "--start=weights/upscaler.safetensors"])
def test_what_cannot_change_is_refused(begun, capsys, option):
    assert main(["upscaler", "--out", str(begun.out), "--resume", option]) == 1
    assert f"was begun with {option.partition('=')[0]} " in capsys.readouterr().err


def test_a_run_whose_minutes_are_over_says_so_and_changes_nothing(begun, capsys):
    before = (begun.out / "checkpoint.pt").read_bytes()
    assert main(["upscaler", "--out", str(begun.out), "--resume", "--minutes", "200"]) == 1
    assert "has had its 200 minutes: give it more" in capsys.readouterr().err
    assert (begun.out / "checkpoint.pt").read_bytes() == before and os.listdir(begun.out) == ["checkpoint.pt"]


@pytest.mark.parametrize("name", NETWORKS)
def test_help_says_what_each_option_is(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "minutes of training in all, so that" in told and "(default bfloat16)" in told and f"(default runs/{name})" in told


def test_threads_that_wait_leave_the_cores_to_others(monkeypatch):
    monkeypatch.setattr(os, "environ", {**os.environ})
    for name in ("OMP_WAIT_POLICY", "KMP_BLOCKTIME"):
        os.environ.pop(name, None)
    with pytest.raises(SystemExit):
        main(["--help"])
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE" and os.environ["KMP_BLOCKTIME"] == "0"


def test_the_speed_counts_the_pictures_of_pairs_too(tmp_path, clock):
    seconds = iter(range(10**6))
    clock(run, lambda: next(seconds))  # one passes whenever one looks
    speeds = {}
    for pairs in (0, 3):
        options = generator.Options(tmp_path, minutes=1.0, batch=4, pairs=pairs, report_minutes=0.0)
        state = SimpleNamespace(step=0, minutes=0.0)
        run.loop(state, options, lambda k: None, lambda batch: {"loss": torch.zeros(())}, lambda recent, speed: speeds.__setitem__(pairs, speed), lambda: None)
    assert speeds[3] == pytest.approx(speeds[0] * 10 / 4)
