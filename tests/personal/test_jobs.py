"""Jobs as the page uses them, with a real worker process."""
from __future__ import annotations

import io
import os
import shutil
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from avatar_studio.personal import files
from avatar_studio.personal import jobs as personal
from avatar_studio.personal.errors import JobError
from avatar_studio.personal.jobs import new_session
from avatar_studio.personal.runner import LocalRunner
from avatar_studio.personal.store import ROOT
from avatar_studio.selfie import SelfieError

from .kinds import expected, upload

MINE, YOURS = new_session(), new_session()


def one_sentence(key, function, *arguments):
    with pytest.raises(JobError) as error:
        function(*arguments)
    assert error.value.key == key and str(error.value).endswith(".") and error.value.sentences["zh"].endswith("。")


def files_of(jobs, job) -> set[str]:
    folder = jobs.store.folder / job
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} if folder.exists() else set()


def test_a_job_runs_to_its_result_and_keeps_no_picture(start):
    jobs = start()
    job = jobs.submit(MINE, "chain", [upload("red"), upload("blue")])
    status = jobs.wait(MINE, job)
    assert (status.state, status.share, status.place, status.reason) == ("done", 1.0, 0, None)
    assert jobs.result(MINE, job) == expected(4, "red", "blue")
    assert [point[0] for point in status.losses["loss"]] == [0.125, 0.375, 0.625, 0.875]
    with Image.open(io.BytesIO(status.preview)) as preview:
        assert preview.getpixel((0, 0)) == (3, 0, 0, 255)
    assert files_of(jobs, job) == {"result", "result/chain.txt", "preview.png"}


def test_only_this_user_can_open_what_a_job_has(start, gate):
    jobs = start()
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port, "slices": 2})
    gate.next().open()
    held = gate.next()
    assert held.news["nice"] >= (19 if os.name == "posix" else 0)  # the page goes first
    folder = jobs.store.folder / job
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    pictures = {name for name in modes if name not in ("state.safetensors", "preview.png")}
    assert len(modes) == 3 and len(pictures) == 1 and len(pictures.pop()) == len("0" * 32 + ".png")
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700 and set(modes.values()) == {0o600}
    held.open()
    assert jobs.wait(MINE, job).state == "done"


def test_two_sessions_cannot_see_each_others(start):
    jobs = start()
    job = jobs.submit(MINE, "chain", [upload("red")])
    jobs.wait(MINE, job)
    for stranger in (YOURS, "", MINE[:-1], MINE + "x", None, 5, "é" * 43, "\ud800" * 43):
        for call in (jobs.status, jobs.result, jobs.lend, jobs.delete):
            one_sentence("unknown", call, stranger, job)
    for other in ("", "../" + job, job[:-1], None, ["a"], "\ud800"):
        one_sentence("unknown", jobs.status, MINE, other)
    assert MINE.encode() not in (jobs.store.base / "jobs.sqlite").read_bytes()
    assert jobs.result(MINE, job) == expected(4, "red")


def test_eight_jobs_of_eight_sessions_take_turns(start, gate):
    jobs, sessions = start(), [new_session() for _ in range(8)]
    first = [jobs.submit(sessions[0], "chain", [upload((k, 0, 0))], {"gate": gate.port, "slices": 1, "name": f"0.{k}"}) for k in range(3)]
    held = gate.next()
    later = [jobs.submit(sessions[k], "chain", [upload((k, 9, 0))], {"gate": gate.port, "slices": 1, "name": str(k)}) for k in range(1, 8)]
    assert [jobs.status(sessions[k], later[k - 1]).place for k in range(1, 8)] == [1, 2, 3, 4, 5, 6, 7]
    assert [jobs.status(sessions[0], job).place for job in first] == [0, 8, 9]
    order = [held.news["name"]]
    for _ in range(9):
        held.open()
        held = gate.next()
        order.append(held.news["name"])
    held.open()
    assert order == ["0.0", *"1234567", "0.1", "0.2"]
    for k in range(1, 8):
        jobs.wait(sessions[k], later[k - 1])
        assert jobs.result(sessions[k], later[k - 1]) == expected(1, (k, 9, 0))
    assert jobs.wait(sessions[0], first[2]).state == "done"


@pytest.mark.parametrize("options", [{"polite": True}, {}])
def test_delete_stops_the_worker_within_two_seconds_in_the_middle_of_a_slice(start, gate, options):
    jobs = start()
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port, **options})
    held = gate.next()
    if options:
        held.open()  # it goes on reporting; without, it hears nothing at all
    began = time.monotonic()
    jobs.delete(MINE, job)
    one_sentence("unknown", jobs.status, MINE, job)
    assert files_of(jobs, job) == set()
    with jobs.changed:
        assert jobs.changed.wait_for(lambda: jobs.running is None, 10)
    assert time.monotonic() - began < 2 and not (jobs.store.folder / job).exists()
    after = jobs.submit(MINE, "chain", [upload("blue")])
    assert jobs.wait(MINE, after).state == "done"


def test_a_job_that_waits_and_one_that_runs_can_be_deleted(start, gate):
    jobs = start()
    runs, waits = (jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port}) for _ in range(2))
    gate.next()
    for job in (waits, runs):
        jobs.delete(MINE, job)
        one_sentence("unknown", jobs.status, MINE, job)
    with jobs.changed:
        assert jobs.changed.wait_for(lambda: jobs.running is None, 10)
    assert list(jobs.store.folder.iterdir()) == []


def test_a_failure_gives_a_sentence_and_the_next_job_runs(start, capfd):
    jobs = start()
    known, unknown, fine = (jobs.submit(MINE, "chain", [upload("red")], options) for options in ({"fail": "no_face"}, {"fail": "a secret"}, {}))
    assert jobs.wait(MINE, known).reason == SelfieError("no_face").sentences
    reason = jobs.wait(MINE, unknown).reason
    assert "Something went wrong" in reason["en"] and "secret" not in reason["en"] and reason["zh"].endswith("。")
    assert jobs.wait(MINE, fine).state == "done"
    assert files_of(jobs, known) == files_of(jobs, unknown) == set()
    assert "a secret" in capfd.readouterr().err  # for the log


def test_what_ends_its_worker_each_time_is_given_up(start):
    jobs = start()
    job = jobs.submit(MINE, "chain", [upload("red")], {"die": True})
    status = jobs.wait(MINE, job)
    assert status.state == "failed" and "lost" in status.reason["en"] and files_of(jobs, job) == set()


def test_limits(start, gate, monkeypatch):
    jobs = start()
    one_sentence("options", jobs.submit, MINE, "virus", [upload("red")])
    one_sentence("pictures", jobs.submit, MINE, "chain", [])
    one_sentence("pictures", jobs.submit, MINE, "chain", [upload((k, 0, 0)) for k in range(4)])
    with pytest.raises(SelfieError):
        jobs.submit(MINE, "chain", [upload("red"), b"no picture"])
    assert list(jobs.store.folder.iterdir()) == []  # the first picture is gone again
    for _ in range(3):
        jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port})
    one_sentence("waiting", jobs.submit, MINE, "chain", [upload("red")])
    monkeypatch.setattr(personal, "MOST_IN_QUEUE", 3)
    one_sentence("busy", jobs.submit, YOURS, "chain", [upload("red")])
    jobs.most_bytes = 100
    monkeypatch.undo()
    one_sentence("full", jobs.submit, YOURS, "chain", [upload("red")])


def test_one_address_cannot_fill_the_queue_with_sessions_that_cost_nothing(start, gate):
    jobs, picture = start(), [upload("red")]
    held = [jobs.submit(new_session(), "chain", picture, {"gate": gate.port, "slices": 1}, caller="8.8.8.8") for _ in range(personal.MOST_OF_A_CALLER)]
    one_sentence("waiting", jobs.submit, new_session(), "chain", picture, {}, "8.8.8.8")
    jobs.submit(YOURS, "chain", picture, {"gate": gate.port}, caller="1.1.1.1")
    session = new_session()
    for _ in range(personal.MOST_OF_A_SESSION):
        jobs.submit(session, "chain", picture, {"gate": gate.port})  # of whom nobody knows the address
    assert len(held) < personal.MOST_IN_QUEUE // 10
    gate.next().open()
    with jobs.changed:
        assert jobs.changed.wait_for(lambda: held[0] not in jobs.callers, 60)  # it has ended
    jobs.submit(new_session(), "chain", picture, {"gate": gate.port}, caller="8.8.8.8")


def test_the_same_picture_twice_counts_once(start):
    jobs = start()
    job = jobs.submit(MINE, "chain", [upload("red"), upload("blue"), upload("red")])
    jobs.wait(MINE, job)
    assert jobs.result(MINE, job) == expected(4, "red", "blue")


def test_what_was_uploaded_to_a_killed_server_is_gone_at_the_next_start(start, tmp_path):
    left = tmp_path / "base" / "uploads" / "me.jpg"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"me")
    jobs = start()
    assert jobs.store.uploads == left.parent and not left.exists()
    if os.name == "posix":
        assert stat.S_IMODE(jobs.store.uploads.stat().st_mode) == 0o700
    left.write_bytes(b"me")
    jobs.close()
    assert not left.exists()


class Stumbling(LocalRunner):
    """Cannot begin a task the first so many times."""

    def __init__(self, times: int):
        super().__init__()
        self.times = times

    def submit(self, task) -> None:
        self.times -= 1
        if self.times >= 0:
            raise RuntimeError("can't start new thread")
        super().submit(task)


def test_the_queue_goes_on_when_a_job_could_not_be_begun(start):
    jobs = start(runner=Stumbling(1))
    first, second = (jobs.submit(MINE, "chain", [upload(colour)]) for colour in ("red", "blue"))
    assert jobs.wait(MINE, first, timeout=60).state == "done" and jobs.result(MINE, first) == expected(4, "red")
    assert jobs.wait(MINE, second, timeout=60).state == "done"


def test_a_job_that_can_never_be_begun_fails_and_the_next_one_has_its_turn(start, monkeypatch):
    monkeypatch.setattr(personal, "MOST_TRIES", 2)
    jobs = start(runner=Stumbling(2))
    first, second = (jobs.submit(MINE, "chain", [upload(colour)]) for colour in ("red", "blue"))
    failed = jobs.wait(MINE, first, timeout=60)
    assert failed.state == "failed" and "lost" in failed.reason["en"] and files_of(jobs, first) == set()
    assert jobs.wait(MINE, second, timeout=60).state == "done" and jobs.result(MINE, second) == expected(4, "blue")


def test_a_done_job_whose_folder_is_gone_is_forgotten_at_the_next_start(start):
    jobs = start()
    gone, there = (jobs.submit(MINE, "chain", [upload("red")]) for _ in range(2))
    for job in (gone, there):
        assert jobs.wait(MINE, job).state == "done"
    jobs.close()
    shutil.rmtree(jobs.store.folder / gone)
    again = start()
    one_sentence("unknown", again.status, MINE, gone)
    assert again.result(MINE, there) == expected(4, "red")


def damaged(base) -> None:
    (base / "jobs.sqlite").write_bytes(b"x" * 5000)


def damaged_inside(base) -> None:
    with sqlite3.connect(base / "jobs.sqlite") as connection:
        connection.execute("CREATE TABLE jobs (id TEXT PRIMARY KEY, row TEXT)")
        connection.execute("INSERT INTO jobs VALUES ('a', 'no row')")


@pytest.mark.parametrize("spoil", [damaged, damaged_inside])
def test_a_damaged_list_of_jobs_is_told_and_can_be_deleted(start, tmp_path, spoil):
    (tmp_path / "base").mkdir()
    spoil(tmp_path / "base")
    one_sentence("folder_damaged", start)
    (tmp_path / "base" / "jobs.sqlite").unlink()
    start()


@pytest.mark.parametrize("place", ["file", "file/under", "/proc/nowhere"])
def test_a_folder_that_cannot_be_used_is_told(start, tmp_path, place):
    (tmp_path / "file").write_text("mine")
    one_sentence("folder_unusable", start, tmp_path / place)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("place", ["avatar_studio/jobs", "weights", "tests/../weights/jobs"])
def test_a_folder_that_a_cluster_is_sent_keeps_no_jobs(start, place, monkeypatch):
    monkeypatch.chdir(ROOT)
    one_sentence("folder_code", start, Path(place))
    assert not (ROOT / place / "jobs.sqlite").exists()


@pytest.mark.parametrize("options,state", [({"fail": "no_face"}, "failed"), ({"slices": 1}, "done")])
def test_pictures_go_although_the_disk_is_full_when_the_job_ends_and_how_it_ended_is_kept_once_it_is_not(start, gate, monkeypatch, options, state):
    jobs = start()
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port, **options})
    held, put, refused, thrice = gate.next(), jobs.store.put, [], threading.Event()

    def full(row):
        if row.state == state:
            refused.append(time.monotonic())
            if len(refused) == 3:
                thrice.set()
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(jobs.store, "put", full)
    picture = jobs.store.folder / job / jobs.store.get(job).pictures[0]
    held.open()
    assert thrice.wait(60) and not picture.exists()
    assert refused[2] - refused[1] > 0.5  # it is not tried without a pause
    monkeypatch.setattr(jobs.store, "put", put)
    assert jobs.wait(MINE, job, timeout=60).state == state
    after = jobs.submit(MINE, "chain", [upload("blue")])
    assert jobs.wait(MINE, after, timeout=60).state == "done"


def test_pictures_go_although_the_disk_is_full_when_a_job_is_deleted(start, gate, monkeypatch):
    jobs = start()
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port})
    gate.next()
    with monkeypatch.context() as patch, pytest.raises(sqlite3.OperationalError):
        patch.setattr(jobs.store, "remove", full_disk)
        jobs.delete(MINE, job)
    assert files_of(jobs, job) == set()
    jobs.delete(MINE, job)


def full_disk(*_) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_a_large_picture_is_kept_small(start, gate):
    jobs, buffer = start(), io.BytesIO()
    Image.new("RGB", (500, 250), "red").save(buffer, "JPEG")
    job = jobs.submit(MINE, "chain", [buffer.getvalue()], {"gate": gate.port})
    gate.next()
    kept = files.read_pictures(jobs.store.folder / job, jobs.store.get(job).pictures)
    assert [picture.size for picture in kept] == [(64, 32)]


def test_everything_expires(start, gate):
    now = [1000.0]
    jobs = start(keep=100, clock=lambda: now[0])
    job = jobs.submit(MINE, "chain", [upload("red")])
    assert jobs.wait(MINE, job).expires == 1100
    now[0] = 1050
    runs = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port})
    gate.next()
    now[0] = 1100
    one_sentence("unknown", jobs.result, MINE, job)
    assert jobs.status(MINE, runs).state in ("reading", "tuning")
    with jobs.changed:
        assert jobs.changed.wait_for(lambda: not (jobs.store.folder / job).exists(), 60)
        now[0] = 1150  # what runs, too
        assert jobs.changed.wait_for(lambda: jobs.running is None and not any(jobs.store.folder.iterdir()), 60)


def test_a_long_curve_keeps_its_ends_and_loses_what_was_done_twice():
    curves = {}
    for k in range(1000):
        curves = personal._extended(curves, k / 1000, {"loss": k})
    assert curves["loss"][0] == [0.0, 0] and curves["loss"][-1] == [0.999, 999] and len(curves["loss"]) <= personal.MOST_POINTS
    assert personal._extended(curves, 0.5, {"loss": 7})["loss"][-1] == [0.5, 7]
