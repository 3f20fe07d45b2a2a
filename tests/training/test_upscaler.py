from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch.nn import functional as F

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from avatar_studio import dice
from avatar_studio.models.upscaler import UpscalerConfig
from avatar_studio.training import upscaler, upscaler_pairs
from avatar_studio.training.__main__ import main
from avatar_studio.training.data import PoolError, open_pool
from avatar_studio.training.losses import psnr
from avatar_studio.training.run import RunError, command, rate
from avatar_studio.training.upscaler import Options, State, loss_and_gradient, one_step, train
from avatar_studio.traits import DEFAULTS
from avatar_studio.weights import FOLDER, load_generator, load_upscaler, verified

CONFIG = UpscalerConfig(8, 2, 1)


@pytest.fixture(scope="module")
def arrays(tmp_path_factory):
    """A pool of three avatars."""
    arrays = open_pool(tmp_path_factory.mktemp("pool"), 3, upscaler_pairs.LAYOUT)
    upscaler_pairs.fill(arrays, seed=5)
    return arrays


@pytest.fixture(scope="module")
def batch(arrays):
    return upscaler_pairs.batch(np.random.default_rng(0), arrays, 6)


def assemble(grid, scale):
    """What Upscaler.paint gives, as pictures: (N, H, W, 4, scale * scale) -> (N, 4, scale * H, scale * W)."""
    return F.pixel_shuffle(grid.permute(0, 3, 4, 1, 2).flatten(1, 2), scale)


def options(out, **changes) -> Options:
    return Options(**{"out": out, "dtype": "float32", "threads": 1, "pool": 3, "batch": 4, "minutes": 1.0, **changes})


def steps(state, chosen, batch, count):
    losses = []
    for _ in range(count):
        losses.append(one_step(state, chosen, *batch))
        state.step += 1
    return losses


def test_an_interrupted_pool_is_completed_to_what_it_would_have_been(arrays, tmp_path):
    other = open_pool(tmp_path, 3, upscaler_pairs.LAYOUT)
    other["done"][:] = (1, 0, 1)
    upscaler_pairs.fill(other, seed=5)
    for name in upscaler_pairs.LAYOUT:
        np.testing.assert_array_equal(other[name][1], arrays[name][1])
    with pytest.raises(PoolError, match="draw it anew"):
        open_pool(tmp_path, 4, upscaler_pairs.LAYOUT)


def test_eyes_of_two_colours_are_painted_as_studio_paints_them(monkeypatch):
    monkeypatch.setattr(upscaler_pairs, "fast_dtype", lambda device: torch.float32)
    generator = load_generator()

    def painted(hue, shift):
        for roll in ("roll", "explore"):
            monkeypatch.setattr(dice, roll, lambda rng: {**DEFAULTS, "eye_saturation": 1.0, "eye_hue": hue, "eye_shift": shift})
        return upscaler_pairs.avatar(np.random.default_rng(0), generator)["painted"]
    both, left, right = painted(30, 180), painted(30, 0), painted(210, 0)
    apart = lambda one, other, part: np.abs(one[:, part].astype(int) - other[:, part]).max()  # noqa: E731
    here, there = slice(0, 112), slice(144, 256)  # beside the seam
    assert apart(both, left, here) <= 1 and apart(both, right, there) <= 1 and apart(left, right, here) > 60


@pytest.mark.parametrize("kind", upscaler_pairs.KINDS)
def test_a_pair_shows_the_same_place_the_same_way_up(arrays, kind):
    for seed in range(8):
        crop, target, known, finest = upscaler_pairs.pair(np.random.default_rng(seed), arrays, kind)
        assert crop.shape == (64, 64, 4) and target.shape == (256, 256, 4) and known.shape == (64, 64) and crop.dtype == target.dtype == np.uint8
        assert finest == (kind != "halved")
        mean = target.reshape(64, 4, 64, 4, 4).mean((1, 3))
        wrong = np.abs(mean - crop).mean(2)
        assert (wrong * known).sum() / known.sum() < 0.5 * np.abs(mean[::-1] - crop).mean() + 1


def test_a_soft_line_agrees_and_a_moved_one_does_not(arrays):
    small = arrays["small"][0]
    assert upscaler_pairs.agreement(small, small).min() == 1
    assert upscaler_pairs.agreement(upscaler_pairs.soften(small, 0.6), small).mean() > 0.95
    moved = upscaler_pairs.agreement(np.roll(small, 4, axis=1), small)
    edges = np.abs(np.diff(small[..., 3].astype(int), axis=1)) > 128
    assert moved[:, 1:][edges].mean() < 0.2


def test_targets_are_gathered_as_the_network_paints():
    target = np.random.default_rng(0).integers(0, 256, (2, 12, 8, 4), np.uint8)
    grid = torch.from_numpy(upscaler_pairs.gather(target))
    np.testing.assert_array_equal(assemble(grid, 4).permute(0, 2, 3, 1).numpy(), target)


@pytest.mark.parametrize("scale", [2, 4])
def test_the_gradient_is_that_of_the_loss(scale):
    torch.manual_seed(0)
    grid = torch.rand(2, 6, 8, 4, scale**2, requires_grad=True)
    crops, targets, known = torch.rand(2, 4, 6, 8), torch.randint(0, 256, (2, 6, 8, 4, 16), dtype=torch.uint8), torch.rand(2, 6, 8).round()
    made, target = assemble(grid, scale), F.avg_pool2d(assemble(targets.float() / 255, 4), 4 // scale)
    white = torch.tensor([1.0, 0.0])
    error = (made - target) * F.interpolate(known[:, None], scale_factor=scale)
    error = torch.cat([error[:, :3] - white[:, None, None, None] * error[:, 3:], error[:, 3:]], 1)
    loss = (error.abs().mean() + 1.5 * (error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean())
            + ((F.avg_pool2d(made, scale) - crops) * (1 - known[:, None])).abs().mean())
    expected, = torch.autograd.grad(loss, grid)
    found, gradient = loss_and_gradient(grid.detach(), crops, targets, known, white, 1.5)
    assert abs(found - loss) < 1e-3
    wrong = (gradient - expected).abs() > 0.02 * expected.abs().max()
    assert wrong.float().mean() < 0.02  # where the errors of two neighbours are all but equal, signs may differ


def test_it_learns_to_enlarge(tmp_path, batch):
    crops, targets, known, finest, white = batch
    crops, targets, known = crops[:, :, 20:44, 20:44], targets[:, 20:44, 20:44], known[:, 20:44, 20:44]  # less is quicker
    chosen, target = options(tmp_path), F.avg_pool2d(assemble(targets.float() / 255, 4), 2)
    state = State(chosen, UpscalerConfig(12, 2, 1))
    before = psnr(state.upscaler(crops, 2), target)
    steps(state, chosen, (crops, targets, known, finest, white), 60)
    assert psnr(state.upscaler(crops, 2), target) > before + 0.3
    assert all(torch.isfinite(p).all() for p in state.average.parameters())


def test_a_gpu_takes_a_step_and_measures(tmp_path, arrays, batch, gpu):
    chosen = options(tmp_path, device="cuda")
    state = State(chosen, CONFIG)
    loss, = steps(state, chosen, [x.to(gpu) for x in batch], 1)
    upscaler.report(state, chosen, {name: pictures[:1] for name, pictures in arrays.items()}, {"loss": [loss]}, 1.0)
    assert all(p.device.type == "cuda" and p.isfinite().all() for p in state.average.parameters())


def test_a_resumed_run_goes_on_as_if_it_had_not_stopped(tmp_path, batch):
    chosen, batch = options(tmp_path), [x[:2] for x in batch]
    whole, half, resumed = (State(chosen, CONFIG) for _ in range(3))
    steps(whole, chosen, batch, 4)
    steps(half, chosen, batch, 2)
    half.save(tmp_path / "checkpoint.pt", chosen)
    resumed.load(tmp_path / "checkpoint.pt", chosen)
    steps(resumed, chosen, batch, 2)
    assert resumed.step == 4
    for a, b in zip(whole.average.parameters(), resumed.average.parameters()):
        torch.testing.assert_close(a, b)


def test_a_run_begins_with_earlier_weights(tmp_path):
    state = State(options(tmp_path, start=str(FOLDER / "upscaler.safetensors")), UpscalerConfig())
    torch.testing.assert_close(state.average.state_dict(), load_upscaler().state_dict())
    with pytest.raises(RunError, match="another shape"):
        State(options(tmp_path, start=str(FOLDER / "upscaler.safetensors")), CONFIG)


def test_a_run_is_resumed_and_becomes_a_verified_file_with_a_card(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(upscaler, "HELD_OUT", 1)
    first = train(options(tmp_path / "run", minutes=0.02), CONFIG)
    state = train(options(tmp_path / "run", minutes=0.04, resume=True), CONFIG)
    assert state.step > first.step > 0
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["drawn_x4"] > 20 and list((tmp_path / "run").glob("sheet-*.png"))
    assert main(["export-upscaler", "--run", str(tmp_path / "run"), "--to", str(tmp_path / "weights")]) == 0
    assert f"{state.step} steps" in capsys.readouterr().out
    loaded = load_upscaler(verified("upscaler.safetensors", tmp_path / "weights"))
    picture = torch.rand(1, 4, 16, 16)
    assert (loaded(picture, 4) - state.average(picture, 4)).abs().max() < 0.01
    assert "--pool 3" in (tmp_path / "weights" / "upscaler.md").read_text()


def test_what_cannot_start_says_why(tmp_path):
    with pytest.raises(RunError, match="without --resume"):
        train(options(tmp_path, resume=True), CONFIG)
    State(options(tmp_path), CONFIG).save(tmp_path / "checkpoint.pt", options(tmp_path))
    with pytest.raises(RunError, match="add --resume"):
        train(options(tmp_path), CONFIG)
    with pytest.raises(RunError, match="another shape"):
        train(options(tmp_path, resume=True), UpscalerConfig(4, 2, 1))
    assert main(["export-upscaler", "--run", str(tmp_path / "nowhere"), "--to", str(tmp_path)]) == 1


def test_the_rates_fall_to_zero_and_the_card_gets_the_command(tmp_path):
    chosen = options(tmp_path, minutes=10.0)
    assert rate(chosen, 0, 0.0) < 0.1 and rate(chosen, 1000, 3.0) == 1.0 and rate(chosen, 1000, 9.9) < 0.05
    assert command(chosen) == "python -m avatar_studio.training upscaler --minutes 10 --batch 4 --pool 3 --dtype float32 --threads 1"
