from __future__ import annotations

import shutil
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from avatar_studio import traits as vocabulary
from avatar_studio.traits import CONDITION_SIZE
from avatar_studio.training import data, encoder_pairs, stylizer_pairs, upscaler_pairs
from avatar_studio.training.data import Pool, PoolError
from avatar_studio.traits import condition_columns


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    pool = Pool(tmp_path_factory.mktemp("pool"), count=96, workers=2, seed=3)
    pool.fill()
    yield pool
    pool.close()


def test_a_filled_pool_holds_the_pictures_of_its_conditions(pool):
    assert (pool.arrays["stamp"] == 1).all()
    again = data.draw_one(np.random.default_rng([3, 5, 1]))
    for name, value in again.items():
        np.testing.assert_array_equal(pool.arrays[name][5], value)
    assert (pool.arrays["rgba"][..., 3].max(axis=(1, 2)) == 255).all()


def test_eyes_differ_in_colour_only_if_that_is_wanted():
    columns = [[k for k, name in enumerate(condition_columns()) if name.startswith(f"{eye}.")] for eye in ("eye", "other_eye")]
    for share, alike in ((0.0, True), (1.0, False)):
        c = data.draw_one(np.random.default_rng(3), share)["c"]
        assert (np.abs(c[columns[0]] - c[columns[1]]).max() < 1e-6) == alike


def test_a_trait_that_the_artist_never_shows_is_told_instead_of_being_looked_for_for_ever(monkeypatch):
    monkeypatch.setattr(data, "_differ", lambda pair: False)
    monkeypatch.setattr(data, "MOST_TRIES", 3)
    with pytest.raises(PoolError, match="never shows freckles: draw it"):
        data.draw_pairs(np.random.default_rng(1), 1, ["freckles"])


def test_a_pass_shows_every_picture_once_and_each_pass_in_another_order(pool):
    first = np.concatenate([pool.batch(step, 16)["z"] for step in range(6)])
    second = np.concatenate([pool.batch(step, 16)["z"] for step in range(6, 12)])
    assert first.shape == (96, 16) and not np.array_equal(first, second)
    np.testing.assert_array_equal(np.sort(first[:, 0]), np.sort(pool.arrays["z"][:, 0]))
    np.testing.assert_array_equal(np.sort(second[:, 0]), np.sort(pool.arrays["z"][:, 0]))


def test_two_processes_share_a_pass(pool):
    halves = [pool.batch(step, 16, rank, 2)["z"] for rank in (0, 1) for step in range(3)]
    np.testing.assert_array_equal(np.sort(np.concatenate(halves)[:, 0]), np.sort(pool.arrays["z"][:, 0]))


def test_an_interrupted_pool_is_completed_to_what_it_would_have_been(pool, tmp_path):
    other = Pool(tmp_path, 64, workers=1, seed=3)
    other.arrays["stamp"][10:] = 1  # ten are missing
    other.fill()
    other.close()
    np.testing.assert_array_equal(other.arrays["rgba"][:10], pool.arrays["rgba"][:10])


def test_without_workers_this_process_draws_the_same(pool, tmp_path):
    other, told = Pool(tmp_path, 3, workers=0, seed=3), []
    other.fill(told.append)
    other.step_done(0, 1)  # none is drawn anew
    other.close()
    np.testing.assert_array_equal(other.arrays["rgba"], pool.arrays["rgba"][:3])
    assert told == [3] and (other.arrays["stamp"] == 1).all()


def test_the_pictures_first_seen_are_drawn_anew(tmp_path):
    pool = Pool(tmp_path, 256, workers=2, redraw=0.25)
    pool.arrays["stamp"][:] = 1  # nothing to fill
    for step in range(16):       # one pass
        pool.step_done(step, 16)
    pool.close()
    order = np.random.default_rng([0, 0]).permutation(256)
    assert (pool.arrays["stamp"][order[:64]] == 2).all() and (pool.arrays["stamp"][order[64:]] == 1).all()
    assert pool.arrays["rgba"][order[:64], ..., 3].any(axis=(1, 2)).all()


def test_no_more_is_drawn_anew_than_the_workers_keep_up_with(tmp_path):
    pool = Pool(tmp_path, 4096, workers=0, redraw=1.0)
    pool.workers, pool.most_pending = SimpleNamespace(submit=lambda *_: Future(), shutdown=lambda: None), 2 * data.AHEAD  # two that never finish
    for step in range(64):
        pool.step_done(step, 64)
    assert len(pool.pending) == 2 * data.AHEAD
    pool.pending.pop().set_result(64)
    for job in pool.pending[:3]:
        job.set_result(64)
    pool.step_done(64, 64)
    assert len(pool.pending) == 2 * data.AHEAD - 3


def test_the_held_out_pictures_are_always_the_same():
    a, b = data.held_out(3), data.held_out(3)
    np.testing.assert_array_equal(a["rgba"], b["rgba"])
    assert a["c"].shape == (3, CONDITION_SIZE)


def test_a_pool_of_other_traits_is_refused(tmp_path):
    np.lib.format.open_memmap(tmp_path / "c.npy", "w+", np.float32, (32, CONDITION_SIZE - 1)).flush()
    with pytest.raises(PoolError, match="draw it anew"):
        data.open_pool(tmp_path, 32)


def test_a_pool_of_another_seed_or_artist_is_refused(tmp_path, monkeypatch):
    Pool(tmp_path, 2, workers=0, seed=1)
    Pool(tmp_path, 2, workers=0, seed=1)  # the same is opened again
    with pytest.raises(PoolError, match="another seed: delete it to draw it anew"):
        Pool(tmp_path, 2, workers=0, seed=2)
    monkeypatch.setattr(data, "artist", lambda: "one who draws longer noses")
    with pytest.raises(PoolError, match="another artist: delete it to draw it anew"):
        Pool(tmp_path, 2, workers=0, seed=1)


def test_a_pool_that_does_not_say_what_drew_it_is_refused(tmp_path):
    data.open_pool(tmp_path, 2)  # as pools were made before
    with pytest.raises(PoolError, match="does not say what it was drawn with: delete it"):
        Pool(tmp_path, 2, workers=0)


def test_any_change_of_the_artist_is_noticed_and_none_of_a_label(tmp_path, monkeypatch):
    before = data.artist()
    monkeypatch.setattr(data, "TRAITS", tuple(replace(trait, zh="别的") for trait in data.TRAITS))
    assert data.artist() == before
    monkeypatch.setattr(data, "TRAITS", tuple(replace(trait, low=-9.0) for trait in data.TRAITS))
    assert data.artist() != before
    shutil.copytree(data.CODE / "artist", tmp_path / "artist")
    unchanged = data.code_hash(tmp_path / "artist")
    (tmp_path / "artist" / "face.py").write_text("# a nose longer")
    assert unchanged == data.code_hash(data.CODE / "artist") != data.code_hash(tmp_path / "artist")


def test_a_change_of_a_colour_or_of_the_condition_is_noticed(monkeypatch):
    before = data.artist()
    for name, value in (("_SKIN", 0.9 * vocabulary._SKIN), ("rgb", lambda values, colour, shift=0.0: (0.0, 0.0, 0.0)),
                        ("condition", lambda values: np.zeros(3))):
        with monkeypatch.context() as patch:
            patch.setattr(vocabulary, name, value)
            assert data.artist() != before
    assert data.artist() == before


@pytest.mark.parametrize("name", ["pixels.py", "two_eyes.py"])
def test_a_change_of_how_the_generators_pictures_are_shown_is_noticed(name, tmp_path, monkeypatch):
    before = data.painter()
    for file in ("pixels.py", "two_eyes.py"):
        shutil.copy(data.CODE / file, tmp_path / file)
    monkeypatch.setattr(data, "CODE", tmp_path)
    assert data.painter() == before
    with open(tmp_path / name, "a") as code:
        code.write("CRISP = 0.5")
    assert data.painter() != before


def test_pools_that_the_generator_painted_notice_it(tmp_path, monkeypatch):
    pool = Pool(tmp_path / "pool", 1, workers=0)
    compared = []
    for pairs in (upscaler_pairs, stylizer_pairs, encoder_pairs):
        monkeypatch.setattr(pairs, "painter", lambda: "one who sharpens more")
    for pairs in (stylizer_pairs, encoder_pairs):
        monkeypatch.setattr(pairs, "open_pool", lambda *given: compared.append(given[-1]) or {"done": np.ones(0), "painted": None})
    stylizer_pairs.fill(tmp_path, 0, 0, workers=0)
    encoder_pairs.fill(tmp_path, pool, 0)
    compared.append(upscaler_pairs.drawn_with(0))
    assert [drawn_with["generator"] for drawn_with in compared] == 3 * ["one who sharpens more"]


def test_a_disk_without_room_for_the_pool_is_told_before_anything_is_drawn(tmp_path, monkeypatch):
    pool = Pool(tmp_path / "half", 1000, workers=0)
    pool.arrays["stamp"][:] = 1  # all are there
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**8))
    with pytest.raises(PoolError, match=r"need 0\.3 GB more in .*, where 0\.1 GB are free: make room"):
        Pool(tmp_path / "new", 1000, workers=0)
    assert not (tmp_path / "new" / "rgba.npy").exists()
    Pool(tmp_path / "half", 1000, workers=0)  # what is full needs no more
    pool.arrays["stamp"][:600] = 0
    with pytest.raises(PoolError, match=r"need 0\.2 GB more"):
        Pool(tmp_path / "half", 1000, workers=0)


def test_pairs_differ_in_one_trait_alone():
    pairs = data.draw_pairs(np.random.default_rng(2), 3, ["freckles", "mouth"])
    columns = condition_columns()
    for a, b in zip(pairs["c"][::2], pairs["c"][1::2]):
        assert {columns[k].partition("=")[0] for k in np.flatnonzero(a != b)} in ({"freckles"}, {"mouth"})
    np.testing.assert_array_equal(pairs["z"][::2], pairs["z"][1::2])
    assert pairs["rgba"].shape == (6, 256, 256, 4) and (pairs["rgba"][::2] != pairs["rgba"][1::2]).any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize("name", ["beard_length", "gaze_x", "motif"])  # nine in ten have no beard; some sleep; scarves hide shirts
def test_pairs_are_of_people_who_show_the_trait(name):
    pairs = data.draw_pairs(np.random.default_rng(3), 12, [name])
    changed = np.abs(pairs["rgba"][::2].astype(int) - pairs["rgba"][1::2]).max(-1) >= 16
    assert (changed.sum((1, 2)) >= 20).all()
