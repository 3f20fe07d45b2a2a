from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist
from safetensors.torch import save_file
from torch.nn.parallel import DistributedDataParallel

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from avatar_studio.models.generator import Generator
from avatar_studio.training import data
from avatar_studio.training.__main__ import main
from avatar_studio.training.generator import State, _join, check_traits, named, one_step, report, train
from avatar_studio.training.run import RunError, command, rate, read_checkpoint
from avatar_studio.weights import WeightsError, condition_layout

from .tiny import CONFIG, options


@pytest.fixture(scope="module")
def batch():
    return {name: torch.from_numpy(value) for name, value in data.held_out(4).items()}


def steps(state, chosen, batch, count, dtype=torch.float32):
    found = {}
    for _ in range(count):
        found = one_step(state, chosen, state.generator, state.discriminator, batch, dtype)
        state.step += 1
    return found


def weights(state):
    return torch.cat([p.detach().flatten() for p in [*state.generator.parameters(), *state.average.parameters(), *state.discriminator.parameters()]])


def test_it_learns_to_paint_what_was_drawn(tmp_path, batch):
    state, chosen = State(options(tmp_path), CONFIG), options(tmp_path, adversarial=0.0)
    first = steps(state, chosen, batch, 1)["paired"]
    last = steps(state, chosen, batch, 30)["paired"]
    assert last < 0.85 * first


def test_the_adversarial_step_moves_both_networks_and_stays_finite(tmp_path, batch):
    chosen = options(tmp_path, looked_at_from=0.0, adversarial_every=1, r1_every=2)
    state = State(chosen, CONFIG)
    before = weights(state)
    found = steps(state, chosen, batch, 3)
    assert {"paired", "generator", "discriminator", "r1"} <= set(found)
    assert torch.isfinite(weights(state)).all() and not torch.equal(weights(state), before)


def test_the_judge_sees_pictures_as_they_are_shown(tmp_path, batch):
    chosen = options(tmp_path, looked_at_from=0.0, adversarial_every=1)
    state, seen = State(chosen, CONFIG), []
    state.discriminator.register_forward_pre_hook(lambda network, arguments: seen.append(arguments[0].detach()))
    steps(state, chosen, batch, 1)
    for pictures in seen:  # what the generator paints at first is neither within its range nor below its alpha
        assert pictures.min() >= 0 and (pictures <= pictures[:, 3:].clamp(max=1) + 1e-6).all()
    assert len(seen) == 2


def test_the_judge_compares_a_picture_with_the_same_others_in_both_steps(tmp_path):
    batch = {name: torch.from_numpy(value) for name, value in data.held_out(6).items()}  # as many as an odd number of pairs leaves
    chosen, told = options(tmp_path, looked_at_from=0.0, adversarial_every=1), []
    state = State(chosen, CONFIG)
    state.discriminator.register_forward_hook(lambda network, given, logits: told.append(logits.detach()))
    steps(state, chosen, batch, 1)
    torch.testing.assert_close(told[1][6:], told[0], rtol=1e-4, atol=1e-5)


def test_a_step_whose_gradient_overflowed_anywhere_is_left_out(tmp_path, batch):
    chosen = options(tmp_path)
    for matrix in (True, False):
        state = State(chosen, CONFIG)
        before = weights(state)
        layer = state.generator.synthesis.layers[0]
        (layer.weight if matrix else layer.bias).register_hook(lambda gradient: gradient.index_fill(0, torch.tensor([0]), float("inf")))
        steps(state, chosen, batch, 1)
        torch.testing.assert_close(weights(state), before)


def test_a_gpu_takes_steps_of_every_kind_and_measures(tmp_path, gpu):
    pytest.importorskip("efficientnet_lite_pytorch", reason="training needs requirements-train.txt")
    test = data.held_out(20)
    chosen = options(tmp_path, device="cuda", looked_at_from=0.0, r1_every=1, pairs=1, features=1.0, gist=30.0, gist_by="1")
    state = State(chosen, CONFIG)
    found = [steps(state, chosen, {name: torch.from_numpy(value[:4]).to(gpu) for name, value in test.items()}, 1) for _ in range(4)]
    assert {"generator", "r1", "gist", "content", "effect"} <= set().union(*found)
    report(state, chosen, test, {name: [value] for name, value in found[0].items()}, 1.0, torch.float32)
    assert weights(state).device.type == "cuda" and torch.isfinite(weights(state)).all()
    state.save(tmp_path / "checkpoint.pt", chosen)
    again = State(options(tmp_path, features=0.0, gist=0.0), CONFIG)
    again.restore(read_checkpoint(tmp_path / "checkpoint.pt"))
    steps(again, options(tmp_path), {name: torch.from_numpy(value[:4]) for name, value in test.items()}, 1)


@pytest.mark.parametrize("device, backend", [("cpu", "gloo"), ("cuda", "nccl")])
def test_processes_meet_where_they_train(device, backend, monkeypatch):
    joined = []
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "set_device", joined.append)
    monkeypatch.setattr(dist, "init_process_group", joined.append)
    monkeypatch.setattr(dist, "get_rank", lambda: 1)
    monkeypatch.setattr(dist, "get_world_size", lambda: 2)
    assert _join(torch.device(device)) == (1, 2) and joined == [backend] + [1] * (device == "cuda")


def test_pairs_teach_what_a_trait_changes(tmp_path):
    batch = {name: torch.from_numpy(value) for name, value in data.draw_pairs(np.random.default_rng(1), 2, ["hair_back"]).items()}
    state, chosen = State(options(tmp_path), CONFIG), options(tmp_path, adversarial=0.0, pairs=2)
    first = steps(state, chosen, batch, 1)["effect"]
    assert steps(state, chosen, batch, 40)["effect"] < 0.7 * first


def test_a_run_draws_its_pairs(tmp_path):
    chosen = options(tmp_path, adversarial=0.0, pairs=1, pairs_of="glasses", minutes=0.01)
    state = train(chosen, CONFIG)
    line = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert state.pictures == 6 * state.step > 0 and 0 < line["effect"] < 2


def test_pairs_of_what_is_no_trait_are_refused(tmp_path):
    assert named("mouth,freckles,freckles") == ("mouth", "freckles", "freckles") and {"freckles", "hair_back"} <= set(named(""))
    with pytest.raises(RunError, match="'nose_ring'"):
        train(options(tmp_path, pairs=1, pairs_of="mouth,nose_ring"), CONFIG)
    assert not (tmp_path / "pool").exists()  # told before all is drawn


def test_the_networks_that_tell_the_gist_take_turns(tmp_path, batch):
    chosen = options(tmp_path, looked_at_from=0.0, features=0.0, gist=0.5)
    state, asked = State(chosen, CONFIG), []
    for size, network in zip((1, 2), state.gists):
        network.register_forward_pre_hook(lambda _, given, size=size: asked.append(size))
    steps(state, chosen, batch, 8)
    assert asked == [1, 1, 2, 2]  # the drawn pictures and the generated ones each time
    with pytest.raises(RunError, match="'9'"):
        State(options(tmp_path, gist=0.5, gist_by="1,9"), CONFIG)


def test_the_feature_networks_take_the_steps_between_the_adversarial_ones(tmp_path, batch):
    chosen = options(tmp_path, looked_at_from=0.0, features=0.5, gist=0.5)
    state = State(chosen, CONFIG)
    told = [set(steps(state, chosen, batch, 1)) & {"generator", "content", "gram", "gist"} for _ in range(4)]
    assert told == [{"generator"}, {"content", "gram"}, {"generator"}, {"gist"}]
    later = options(tmp_path, looked_at_from=0.5, features=0.5, gist=0.5)
    assert not any(set(steps(state, later, batch, 1)) & {"generator", "content", "gist"} for _ in range(4))
    assert torch.isfinite(weights(state)).all()


def test_a_resumed_run_goes_on_as_if_it_had_not_stopped(tmp_path, batch):
    chosen = options(tmp_path, looked_at_from=0.0, features=1.0, gist=30.0, gist_by="1")  # these draw random numbers
    whole = State(chosen, CONFIG)
    steps(whole, chosen, batch, 6)
    half = State(chosen, CONFIG)  # with the first random numbers again
    steps(half, chosen, batch, 3)
    half.save(tmp_path / "checkpoint.pt", chosen)
    resumed = State(chosen, CONFIG)
    resumed.load(tmp_path / "checkpoint.pt", chosen)
    assert resumed.step == 3
    steps(resumed, chosen, batch, 3)
    torch.testing.assert_close(weights(resumed), weights(whole))


def test_a_killed_run_is_resumed_by_its_last_checkpoint(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (Path.cwd(), Path(__file__).parents[1])))}
    start = [sys.executable, "-m", "training.tiny", str(tmp_path)]
    process = subprocess.Popen(start, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for _ in range(2):
        assert json.loads(process.stdout.readline())["step"] > 0  # a report comes after a checkpoint
    process.send_signal(signal.SIGKILL)
    process.wait()
    saved = read_checkpoint(tmp_path / "checkpoint.pt")
    assert saved["step"] > 0
    with open(tmp_path / "log.jsonl", "a") as log:
        log.write(json.dumps({"step": saved["step"] + 10_000}) + '\n{"step": 1')  # told after the checkpoint, and cut in the middle
    state = train(options(tmp_path, resume=True, minutes=saved["minutes"] + 0.03), CONFIG)
    assert state.step > saved["step"] and state.pictures == 4 * state.step and state.minutes >= saved["minutes"] + 0.03
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == sorted(line["step"] for line in lines) and lines[-1]["psnr"] > 3
    assert list(tmp_path.glob("sheet-*.png"))


def test_the_rates_fall_to_zero_and_rise_again_with_more_minutes(tmp_path):
    short, long = options(tmp_path, minutes=10.0), options(tmp_path, minutes=20.0)
    assert rate(short, 0, 0.0) < 0.1 and rate(short, 1000, 5.0) == 1.0
    assert rate(short, 1000, 9.9) < 0.05 and rate(long, 1000, 9.9) == 1.0


def test_what_cannot_start_says_why(tmp_path, capsys):
    with pytest.raises(RunError, match="start without --resume"):
        train(options(tmp_path, resume=True), CONFIG)
    assert main(["export", "--run", str(tmp_path), "--to", str(tmp_path)]) == 1
    assert "no checkpoint" in capsys.readouterr().err
    chosen = options(tmp_path)
    State(chosen, CONFIG).save(tmp_path / "checkpoint.pt", chosen)
    with pytest.raises(RunError, match="add --resume"):
        train(chosen, CONFIG)
    with pytest.raises(RunError, match="--batch 4"):
        train(options(tmp_path, resume=True, batch=8), CONFIG)
    with pytest.raises(RunError, match="another shape"):
        train(options(tmp_path, resume=True))


def test_without_a_cooldown_the_rates_stay_up(tmp_path):
    assert rate(options(tmp_path, cooldown=0.0), 1000, 0.19) == 1.0


@pytest.mark.parametrize("option", ["--cooldown=-1", "--workers=-1", "--batch=0", "--pool=0", "--pool=15", "--adversarial-every=0", "--dtype=int7", "--dtype=float16", "--minutes=-1"])
def test_options_that_no_run_can_have_are_refused(tmp_path, capsys, option):
    assert main(["generator", "--out", str(tmp_path), "--nice", "0", option]) == 1
    message = capsys.readouterr().err
    assert option.partition("=")[0] in message and message.count("\n") == 1 and not (tmp_path / "pool").exists()


def test_a_start_of_another_shape_is_refused_before_anything_is_drawn(tmp_path):
    other = Generator(replace(CONFIG, mapping_size=16))
    path = tmp_path / "other.safetensors"
    save_file(other.state_dict(), path, {"config": json.dumps(other.config.to_dict()), "layout": json.dumps(condition_layout())})
    with pytest.raises(WeightsError, match="another shape"):
        train(options(tmp_path / "run", start=str(path)), CONFIG)
    assert not (tmp_path / "run" / "pool").exists()


def test_a_run_of_other_traits_is_refused(tmp_path, monkeypatch):
    chosen = options(tmp_path)
    State(chosen, CONFIG).save(tmp_path / "checkpoint.pt", chosen)
    saved = read_checkpoint(tmp_path / "checkpoint.pt")
    check_traits(tmp_path, saved)
    monkeypatch.setattr("avatar_studio.training.generator.condition_layout", lambda: ["a trait from tomorrow"])
    with pytest.raises(RunError, match="other traits"):
        check_traits(tmp_path, saved)


def test_the_card_can_tell_the_command(tmp_path):
    line = command(options(tmp_path, minutes=90.0, compile=True, batch=16, workers=2, pool=16384))
    assert line.startswith("python -m avatar_studio.training generator --minutes 90") and "--compile" in line and "--batch" not in line


def one_of_two(rank: int, folder: str) -> None:
    dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    torch.set_num_threads(1)
    chosen = options(Path(folder), looked_at_from=0.0, adversarial_every=1)
    batch = {name: torch.from_numpy(value)[rank * 2:][:2] for name, value in data.held_out(4).items()}
    state = State(chosen, CONFIG)
    for _ in range(2):
        one_step(state, chosen, DistributedDataParallel(state.generator), DistributedDataParallel(state.discriminator), batch, torch.float32)
        state.step += 1
    torch.save(weights(state), f"{folder}/{rank}.pt")
    dist.destroy_process_group()


def test_two_processes_end_with_the_same_weights_as_one_with_both_batches(tmp_path, batch):
    torch.multiprocessing.spawn(one_of_two, (str(tmp_path),), nprocs=2)
    a, b = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1))
    torch.testing.assert_close(a, b)
    chosen = options(tmp_path, looked_at_from=0.0, adversarial_every=1)
    alone = State(chosen, CONFIG)
    before = weights(alone)
    steps(alone, chosen, batch, 2)
    assert (a - weights(alone)).norm() < 0.1 * (weights(alone) - before).norm()  # a process alone with its half is half of the way off
