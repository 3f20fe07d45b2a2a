from __future__ import annotations

import json

import pytest
import torch

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from avatar_studio.training.__main__ import main
from avatar_studio.training.export import export_generator
from avatar_studio.training.generator import State
from avatar_studio.training.run import RunError
from avatar_studio.weights import load_generator, verified

from .tiny import CONFIG, options


@pytest.fixture
def run(tmp_path):
    chosen = options(tmp_path / "run", minutes=90.0)
    chosen.out.mkdir()
    state = State(chosen, CONFIG)
    state.minutes, state.pictures = 90.0, 12345
    state.save(chosen.out / "checkpoint.pt", chosen)
    (chosen.out / "log.jsonl").write_text(json.dumps({"psnr": 25.25, "held_out_paired": 0.07}) + "\n")
    return chosen.out, state


def test_a_run_becomes_a_verified_file_with_a_card(run, tmp_path, capsys):
    folder, state = run
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "manifest.json").write_text('{"other.safetensors": {"sha256": "0", "bytes": 1}}')
    assert main(["export", "--run", str(folder), "--to", str(tmp_path / "weights")]) == 0
    assert "12345 pictures" in capsys.readouterr().out
    generator = load_generator(verified("generator.safetensors", tmp_path / "weights"))
    z, c = torch.zeros(1, 16), torch.zeros(1, CONFIG.c_size)
    assert (generator(z, c) - state.average(z, c)).abs().max() < 0.02  # float16 of the moving average
    card = (tmp_path / "weights" / "generator.md").read_text()
    assert "25.25" in card and "90 minutes" in card and "--minutes 90" in card
    assert set(json.loads((tmp_path / "weights" / "manifest.json").read_text())) == {"generator.safetensors", "other.safetensors"}


def test_weights_that_overflow_are_not_exported(run, tmp_path):
    folder, state = run
    state.average.w_avg.fill_(1e9)
    state.save(folder / "checkpoint.pt", options(folder))
    with pytest.raises(RunError, match="float16"):
        export_generator(folder, tmp_path / "weights")
