"""Training the encoder on a pool of a few avatars: it learns, goes on where it stopped, and exports what can be loaded."""
from __future__ import annotations

import json

import numpy as np
import pytest
import torch

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from avatar_studio.inversion import CHOICES, NUMBERS, SLIDERS
from avatar_studio.models.encoder import EncoderConfig
from avatar_studio.pixels import premultiplied
from avatar_studio.traits import CONDITION_SIZE
from avatar_studio.training import data, encoder, encoder_pairs
from avatar_studio.training.__main__ import main
from avatar_studio.training.data import PoolError
from avatar_studio.training.encoder import Options, State, apart_loss, one_step, train
from avatar_studio.training.run import RunError
from avatar_studio.weights import load_encoder, verified

TINY = EncoderConfig(CONDITION_SIZE, channels=(16, 24, 32), blocks=(1, 0, 0), squeezed=8, hidden=48)


def options(out, **changes) -> Options:
    return Options(**{"out": out, "dtype": "float32", "threads": 1, "pool": 8, "painted": 3, "workers": 1, "batch": 4, "pairs": 1, "minutes": 1.0, **changes})


def pool_of(out):
    """The artist's pictures of a run with these options."""
    return data.Pool(out / "pool", 8, 0, two_eyes=0.2)


@pytest.fixture(scope="module")
def batch():
    """Four avatars as the artist drew them."""
    some = data.held_out(4)
    some["rgba"] = np.stack([premultiplied(x) for x in some["rgba"]])
    return {name: torch.from_numpy(some[name]) for name in ("rgba", "c")}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of a few steps, made anew and gone on with, measured on few pictures."""
    out = tmp_path_factory.mktemp("run")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(encoder, "held_out", lambda two_eyes: data.held_out(2, two_eyes))
    first = train(options(out, minutes=0.01), TINY)
    state = train(options(out, minutes=0.02, resume=True), TINY)
    assert state.step > first.step > 0
    yield out, state
    monkeypatch.undo()


def test_it_learns_to_read_what_it_saw(tmp_path, batch):
    chosen, losses = options(tmp_path), []
    state = State(chosen, TINY)
    for _ in range(40):
        losses.append(one_step(state, chosen, batch))
        state.step += 1
    assert losses[-1]["choices"] < 0.7 * losses[0]["choices"] and losses[-1]["numbers"] < losses[0]["numbers"]
    assert all(torch.isfinite(p).all() for p in state.average.parameters())


def test_a_gpu_takes_a_step_and_measures(tmp_path, batch, gpu):
    chosen = options(tmp_path, device="cuda")
    state = State(chosen, TINY)
    found = one_step(state, chosen, {name: value.to(gpu) for name, value in batch.items()})
    test = {**{name: value.numpy() for name, value in batch.items()}, "painted": batch["rgba"].numpy(), "worn": batch["rgba"].numpy()}
    encoder.report(state, chosen, test, {name: [value] for name, value in found.items()}, 1.0)
    assert all(p.device.type == "cuda" and p.isfinite().all() for p in state.average.parameters())


def test_a_run_measures_each_kind_of_picture(run):
    line = json.loads((run[0] / "log.jsonl").read_text().splitlines()[-1])
    for name in ("drawn", "painted", "worn"):
        assert 0 <= line[name]["worst"] <= line[name]["choices"] <= 1 and 0 < line[name]["sliders"] < 1
    assert np.isfinite([line[name] for name in ("choices", "numbers")]).all()


def test_an_export_can_be_loaded_and_is_listed(run, tmp_path, capsys):
    out, state = run
    assert main(["export-encoder", "--run", str(out), "--to", str(tmp_path)]) == 0
    assert f"{state.step} steps" in capsys.readouterr().out
    loaded = load_encoder(verified("encoder.safetensors", tmp_path))
    picture = torch.rand(1, 4, 256, 256)
    assert (loaded(picture) - state.average(picture)).abs().max() < 0.05  # float16
    assert "python -m avatar_studio.training encoder --minutes 0.02" in (tmp_path / "encoder.md").read_text()


def test_what_cannot_start_says_why(run, tmp_path):
    with pytest.raises(RunError, match="add --resume"):
        train(options(run[0]), TINY)
    with pytest.raises(RunError, match="no 'gpu' here: choose another --device"):
        train(options(tmp_path, device="gpu"), TINY)
    with pytest.raises(RunError, match="more than --pool"):
        train(options(tmp_path, painted=9), TINY)
    with pytest.raises(PoolError, match="draw it anew"):
        encoder_pairs.fill(run[0] / "painted", pool_of(run[0]), 5)
    assert main(["export-encoder", "--run", str(tmp_path / "nowhere"), "--to", str(tmp_path)]) == 1


def test_pictures_of_an_earlier_generator_are_not_taken_for_todays(run, monkeypatch):
    monkeypatch.setattr(encoder_pairs, "painter", lambda: "that of the next generator")
    with pytest.raises(PoolError, match="painted was drawn with another generator: delete it"):
        encoder_pairs.fill(run[0] / "painted", pool_of(run[0]), 3)


def test_a_step_is_the_same_every_time_and_its_pictures_are_premultiplied(run):
    pool = pool_of(run[0])
    painted = encoder_pairs.fill(run[0] / "painted", pool, 3)
    a, b = (encoder_pairs.batch(pool.arrays, painted, 0, 7, 6, pairs=2) for _ in range(2))
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])
    assert a["rgba"].shape == (10, 256, 256, 4) and (a["rgba"][..., :3] <= a["rgba"][..., 3:]).all()


def test_the_two_of_a_pair_differ_in_one_trait():
    arrays = data.held_out(2)
    some = encoder_pairs.batch(arrays, arrays["rgba"], 0, 0, 2, pairs=6)
    for one, other in zip(some["c"][2::2], some["c"][3::2]):
        moved = [name for name, column in SLIDERS.items() if one[column] != other[column]]
        chosen = [name for name, columns in CHOICES.items() if (one[columns] != other[columns]).any()]
        assert len(moved) + len(chosen) == 1


def test_what_a_pair_has_in_common_is_not_paid_for_in_its_difference():
    wanted = torch.zeros(2, len(NUMBERS))
    wanted[1, 3] = 0.8
    guessed = torch.full((2, len(NUMBERS)), 0.5)
    told = guessed.clone()
    told[1, 3] += 0.8
    assert apart_loss(told, wanted) == pytest.approx(0.0, abs=1e-6) and apart_loss(guessed, wanted) == pytest.approx(0.8)
    assert apart_loss(guessed, wanted[:1].expand(2, -1)) == 0  # a pair that differs in a choice


def test_a_worn_picture_is_still_the_same_avatar():
    rgba = data.held_out(2)["rgba"]
    small = lambda x: x.reshape(16, 16, 16, 16, 4).mean((1, 3))[4:14, 3:13, :3]  # noqa: E731, where the figure stands
    own, other = (small(premultiplied(x).astype(float)) for x in rgba)
    grounds = set()
    for seed in range(12):
        found = encoder_pairs.worn(np.random.default_rng(seed), rgba[0])
        assert np.abs(small(found.astype(float)) - own).mean() < 0.6 * np.abs(small(found.astype(float)) - other).mean()
        grounds.add(int(found[0, 0, 3]))
    assert grounds == {0, 255}  # some clear, some on a background
