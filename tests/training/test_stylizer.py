"""Training the stylizer on a pool of a few avatars: it learns, goes on where it stopped, and exports what can be loaded."""
from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("skia", reason="drawing and training need requirements-train.txt")
pytest.importorskip("efficientnet_lite_pytorch", reason="drawing and training need requirements-train.txt")

from avatar_studio.models.stylizer import StylizerConfig
from avatar_studio import dice
from avatar_studio.styles import PRESETS
from avatar_studio.traits import DEFAULTS
from avatar_studio.training import stylizer as training
from avatar_studio.training import stylizer_pairs as pairs
from avatar_studio.training.data import PoolError, open_pool
from avatar_studio.training.losses import premultiply
from avatar_studio.training.run import RunError
from avatar_studio.weights import load_stylizer

TINY = StylizerConfig(len(PRESETS), channels=16, blocks=1, fine=4, head=8, screens=16)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A short run on 2 avatars, with all its losses."""
    out = tmp_path_factory.mktemp("run")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(training, "HELD_OUT", 2)
    options = training.Options(out, minutes=0.1, pool=2, workers=0, batch=2, dtype="float32", report_minutes=1.0)
    training.train(options, TINY)
    yield options
    monkeypatch.undo()


def test_a_run_learns_and_keeps_a_log_and_sheets(run):
    lines = [json.loads(line) for line in (run.out / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["step"] > 0 and set(lines[-1]["psnr_of"]) == set(PRESETS)
    assert all(np.isfinite(lines[-1][name]) for name in ("paired", "content", "gram"))
    assert list(run.out.glob("sheet-*.png"))


def test_a_run_goes_on_and_is_not_overwritten(run):
    step = torch.load(run.out / "checkpoint.pt", weights_only=True)["step"]
    with pytest.raises(RunError):
        training.train(run, TINY)
    state = training.train(training.Options(**{**vars(run), "minutes": 0.12, "resume": True}), TINY)
    assert state.step > step
    with pytest.raises(RunError):
        training.train(training.Options(**{**vars(run), "resume": True}), StylizerConfig(len(PRESETS), channels=8, blocks=1, fine=4, head=8))


def test_a_gpu_takes_a_step_and_measures(run, tmp_path, gpu):
    chosen = training.Options(**{**vars(run), "out": tmp_path, "device": "cuda"})
    state, test = training.State(chosen, TINY), open_pool(run.out / "pool", 2, pairs.LAYOUT)
    plain, styled = (premultiply(torch.from_numpy(x)).to(gpu) for x in (test["plain"][:], test["styled"][:, 0]))
    found = training.one_step(state, chosen, plain, styled, torch.zeros(2, dtype=torch.int64, device=gpu))
    training.report(state, chosen, test, {name: [value] for name, value in found.items()}, 1.0)
    assert all(p.device.type == "cuda" and p.isfinite().all() for p in state.average.parameters())


def test_an_export_can_be_loaded_and_is_listed(run, tmp_path):
    assert "stylizer.safetensors" in training.export_stylizer(run.out, tmp_path)
    assert load_stylizer(tmp_path / "stylizer.safetensors").config == TINY
    assert "stylizer.safetensors" in json.loads((tmp_path / "manifest.json").read_text())
    assert "python -m avatar_studio.training stylizer" in (tmp_path / "stylizer.md").read_text()
    with pytest.raises(RunError):
        training.export_stylizer(tmp_path / "none", tmp_path)


def test_presets_take_turns_and_a_step_is_the_same_every_time(run):
    arrays = open_pool(run.out / "pool", 2, pairs.LAYOUT)
    seen = np.concatenate([pairs.batch(arrays, 0, step, 2)[2] for step in range(len(PRESETS))])
    assert sorted(seen) == sorted(list(range(len(PRESETS))) * 2)
    for a, b in zip(pairs.batch(arrays, 0, 5, 2), pairs.batch(arrays, 0, 5, 2)):
        assert np.array_equal(a, b)
    with pytest.raises(PoolError):
        open_pool(run.out / "pool", 3, pairs.LAYOUT)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are listed by Linux only")
def has_drawn(done: Path) -> bool:
    try:
        return bool(np.load(done).any())
    except (FileNotFoundError, EOFError, ValueError):  # it is not there, or just being written
        return False


def test_workers_end_with_a_killed_trainer(tmp_path):
    script = f"from pathlib import Path; from avatar_studio.training.stylizer_pairs import fill; fill(Path({str(tmp_path)!r}), 64, 0, 2)"
    trainer = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2])
    while not has_drawn(tmp_path / "done.npy"):
        assert trainer.poll() is None
    children = [int(pid) for pid in Path(f"/proc/{trainer.pid}/task/{trainer.pid}/children").read_text().split()]
    ends = {os.pidfd_open(pid): pid for pid in children}  # readable once it has ended
    trainer.kill()
    trainer.wait()
    left = [pid for end, pid in ends.items() if not select.select([end], [], [], 30)[0]]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    for end in ends:
        os.close(end)
    assert len(children) >= 2 and not left


def test_eyes_of_two_colours_are_generated_as_studio_paints_them(monkeypatch):
    def generated(hue, shift):
        for roll in ("roll", "explore"):
            monkeypatch.setattr(dice, roll, lambda rng: {**DEFAULTS, "eye_saturation": 1.0, "eye_hue": hue, "eye_shift": shift})
        return pairs._generate(np.array([1]), 0)[0]
    both, left, right = generated(30, 180), generated(30, 0), generated(210, 0)
    apart = lambda one, other, part: np.abs(one[:, part].astype(int) - other[:, part]).max()  # noqa: E731
    here, there = slice(0, 112), slice(144, 256)  # beside the seam
    assert apart(both, left, here) <= 1 and apart(both, right, there) <= 1 and apart(left, right, here) > 60
