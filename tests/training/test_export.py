from __future__ import annotations

import json
import shutil

import pytest
import torch

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from avatar_studio.models.upscaler import UpscalerConfig
from avatar_studio.training import encoder, stylizer, upscaler
from avatar_studio.training.__main__ import main
from avatar_studio.training.export import export_generator
from avatar_studio.training.generator import State
from avatar_studio.training.run import RunError
from avatar_studio.training import run as training
from avatar_studio.weights import FOLDER, WeightsError, load_generator, verified

from .tiny import CONFIG, options


@pytest.fixture
def run(tmp_path):
    chosen = options(tmp_path / "run", minutes=90.0)
    chosen.out.mkdir()
    state = State(chosen, CONFIG)
    with torch.no_grad():
        for parameter in state.generator.parameters():
            parameter += 0.1  # the moving average lies elsewhere
    state.minutes, state.pictures = 90.0, 12345
    state.save(chosen.out / "checkpoint.pt", chosen)
    (chosen.out / "log.jsonl").write_text(json.dumps({"step": 0, "psnr": 25.25, "held_out_paired": 0.07}) + "\n")
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
    assert "25.25" in card and "measured" not in card and "90 minutes" in card and "--minutes 90" in card
    assert set(json.loads((tmp_path / "weights" / "manifest.json").read_text())) == {"generator.safetensors", "other.safetensors"}


def test_weights_that_overflow_are_not_exported(run, tmp_path):
    folder, state = run
    state.average.w_avg.fill_(1e9)
    state.save(folder / "checkpoint.pt", options(folder))
    with pytest.raises(RunError, match="float16"):
        export_generator(folder, tmp_path / "weights")


@pytest.fixture
def shipped(tmp_path):
    """A folder with the weights that ship, as they are: bytes by name."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in ("generator.safetensors", "generator.md", "manifest.json"):
        shutil.copy(FOLDER / name, folder / name)
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_failed_export_leaves_the_weights_that_were_there(run, shipped, monkeypatch):
    (folder, _), before = run, contents(shipped)
    with monkeypatch.context() as patch:
        patch.setattr("avatar_studio.training.export.MAX_BYTES", 1000)
        with pytest.raises(RunError, match="smaller network"):
            export_generator(folder, shipped)
    assert contents(shipped) == before
    with monkeypatch.context() as patch:
        patch.setattr("avatar_studio.training.export.CARD", "{nobody_knows}")
        with pytest.raises(KeyError):
            export_generator(folder, shipped)
    assert contents(shipped) == before
    saved = torch.load(folder / "checkpoint.pt", weights_only=True)
    del saved["average"]["w_avg"]  # cannot be read back
    torch.save(saved, folder / "checkpoint.pt")
    with pytest.raises(WeightsError):
        export_generator(folder, shipped)
    assert contents(shipped) == before


def test_a_run_that_was_stopped_before_its_first_report_is_not_exported(run, shipped):
    (folder, _), before = run, contents(shipped)
    for log in ("", '{"psnr": 2', json.dumps({"step": 7, "psnr": 25.25, "held_out_paired": 0.07}) + "\n"):  # none, half of one, one of later weights
        (folder / "log.jsonl").write_text(log)
        with pytest.raises(RunError, match="before it measured"):
            export_generator(folder, shipped)
    assert contents(shipped) == before


def test_the_card_tells_what_was_measured_of_these_weights_and_when(run, shipped):
    folder, state = run
    state.step = 40
    state.save(folder / "checkpoint.pt", options(folder))
    (folder / "log.jsonl").write_text("".join(json.dumps({"step": step, "psnr": step, "held_out_paired": 0.07}) + "\n" for step in (20, 30, 50)))
    export_generator(folder, shipped)
    assert "| 30 dB" in (shipped / "generator.md").read_text() and "measured 10 steps before these weights" in (shipped / "generator.md").read_text()


def test_the_card_names_what_trained_it(run, shipped, monkeypatch):
    folder, state = run
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)  # a GPU that was not used
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device=None: "H999")
    assert "cores of" in training.machine() and training.machine("cuda") == "1 x H999"
    export_generator(folder, shipped)
    assert "H999" not in (shipped / "generator.md").read_text() and "cores of" in (shipped / "generator.md").read_text()


def test_a_checkpoint_that_is_none_is_refused_in_one_sentence(run, shipped):
    folder, state = run
    (folder / "checkpoint.pt").write_bytes(b"half of one")
    with pytest.raises(RunError, match="damaged"):
        export_generator(folder, shipped)
    torch.save({"config": {}}, folder / "checkpoint.pt")  # another network's
    with pytest.raises(RunError, match="other traits"):
        export_generator(folder, shipped)


def test_a_run_of_another_network_is_refused_with_the_command_that_exports_it(run, tmp_path):
    (folder, _), other = run, tmp_path / "upscaler"
    for export in (encoder.export_encoder, stylizer.export_stylizer, upscaler.export_upscaler):
        with pytest.raises(RunError, match=f"trained the generator.*`python -m avatar_studio.training export --run {folder}`"):
            export(folder, tmp_path / "weights")
    other.mkdir()
    chosen = upscaler.Options(other)
    upscaler.State(chosen, UpscalerConfig()).save(other / "checkpoint.pt", chosen)
    with pytest.raises(RunError, match=f"export-upscaler --run {other}`"):
        export_generator(other, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_the_card_names_the_pairs_and_where_they_come_from(run, shipped):
    folder, state = run
    state.save(folder / "checkpoint.pt", options(folder, pairs=3, pairs_of="mouth"))
    export_generator(folder, shipped)
    card = (shipped / "generator.md").read_text()
    assert "3 pairs a step" in card and "dice.roll" in card.partition("pairs a step")[2].partition("|")[0] and "--pairs-of mouth" in card
    state.save(folder / "checkpoint.pt", options(folder))
    export_generator(folder, shipped)
    assert "pairs a step" not in (shipped / "generator.md").read_text()
