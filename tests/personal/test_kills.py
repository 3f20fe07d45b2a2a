"""Nothing is left half done, whoever is killed and whenever."""
from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from avatar_studio.personal import jobs as personal
from avatar_studio.personal import store
from avatar_studio.personal.errors import JobError
from avatar_studio.personal.jobs import Jobs, new_session

from .kinds import expected, upload
from .serve import KINDS

ROOT = Path(__file__).parents[2]
KILLS_OF_A_WORKER, KILLS_OF_A_SERVER = 14, 6
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Served:
    """A server process, ready when this returns."""

    def __init__(self, folder: Path, session: str, options: dict, count: int):
        self.process = subprocess.Popen([sys.executable, "-m", "tests.personal.serve", str(folder), session, json.dumps(options), str(count)],
                                        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.gone()

    def gone(self) -> None:
        """Wait until it and its worker have gone: both hold the other end of the error stream."""
        self.process.communicate(timeout=60)


def leftovers(base: Path) -> list[Path]:
    """Files that no ended job has."""
    return [path for path in (base / "jobs").rglob("*") if path.is_file() and path.name not in ("preview.png", "chain.txt")]


def check_results(base: Path, slices: int) -> None:
    for folder in (base / "jobs").glob("*/result"):
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == expected(slices, "red")


def test_a_killed_worker_goes_on_from_its_last_slice(start, gate):
    jobs, session = start(), new_session()
    job = jobs.submit(session, "chain", [upload("red")], {"gate": gate.port})
    seen = []
    for kill in (False, True, False, False, False):  # killed in the second slice
        held = gate.next()
        seen.append(held.news["slice"])
        os.kill(held.news["pid"], KILL) if kill else held.open()
    assert seen == [0, 1, 1, 2, 3]
    assert jobs.wait(session, job).state == "done" and jobs.result(session, job) == expected(4, "red")


def test_a_killed_server_takes_its_worker_along_and_the_next_one_goes_on(start, gate, tmp_path):
    session, base = new_session(), tmp_path / "base"
    server = Served(base, session, {"gate": gate.port}, 1)
    assert server.ready == "light"  # the server has no need of torch
    gate.next().open()
    assert gate.next().news["slice"] == 1
    with pytest.raises(JobError) as error:
        Jobs(KINDS, base)
    assert error.value.key == "folder_in_use"
    server.kill()
    assert leftovers(base)  # the picture and the state that the next one needs
    jobs = start(base)
    for slice in (1, 2, 3):
        held = gate.next()
        assert held.news["slice"] == slice
        held.open()
    row, = jobs.store.all()
    assert jobs.wait(session, row.id).state == "done" and jobs.result(session, row.id) == expected(4, "red")
    assert leftovers(base) == []


def test_a_start_deletes_what_no_job_has_and_says_what_is_lost(start, gate, tmp_path):
    session, base = new_session(), tmp_path / "base"
    jobs = start(base)
    lost, ended = (jobs.submit(session, "chain", [upload("red")], options) for options in ({"gate": gate.port}, {}))
    gate.next()
    jobs.close()
    picture, = [path for path in (base / "jobs" / lost).iterdir() if len(path.name) == 36]
    picture.unlink()
    orphan = base / "jobs" / "0123"
    orphan.mkdir()
    (orphan / "photo.png").write_bytes(upload("red"))
    jobs = start(base)
    assert jobs.status(session, lost).state == "failed" and "lost" in jobs.status(session, lost).reason["en"]
    assert jobs.wait(session, ended).state == "done"
    assert leftovers(base) == [] and not orphan.exists() and not (base / "jobs" / lost).exists()


def test_the_folder_of_a_killed_server_without_one_of_its_own_is_deleted_by_the_next(start, gate, tmp_path, monkeypatch):
    monkeypatch.setattr(store.tempfile, "tempdir", str(tmp_path))
    abandoned = start(None)
    job = abandoned.submit(new_session(), "chain", [upload("red")], {"gate": gate.port})
    held = gate.next()
    in_use = start(None)
    assert (abandoned.store.folder / job).exists() and in_use.store.base != abandoned.store.base
    abandoned.store.temporary = False  # as a kill leaves it
    held.open()
    abandoned.close()
    assert abandoned.store.base.exists()
    third = start(None)
    assert not abandoned.store.base.exists() and in_use.store.base.exists() and third.store.base.exists()
    in_use.close()
    assert not in_use.store.base.exists()


def test_a_server_with_a_folder_of_its_own_deletes_it_too_and_leaves_what_others_use(start, tmp_path, monkeypatch):
    monkeypatch.setattr(store.tempfile, "tempdir", str(tmp_path))
    abandoned, in_use = start(None), start(None)
    abandoned.store.temporary = False  # as a kill leaves it
    abandoned.close()
    own = start(tmp_path / f"{store.PREFIX}own")
    assert not abandoned.store.base.exists() and in_use.store.base.exists() and own.store.base.exists()


def test_servers_that_start_at_once_do_not_disturb_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(store.tempfile, "tempdir", str(tmp_path))
    gone, taken = (tmp_path / f"{store.PREFIX}{name}" for name in ("gone", "taken"))
    taken.mkdir()  # just made by its owner, who locks it when it is free again
    opened = store._open

    class Opened:
        close = staticmethod(taken.mkdir)

    monkeypatch.setattr(Path, "glob", lambda *_: [gone, taken])  # another server has deleted the first meanwhile
    monkeypatch.setattr(store, "_open", lambda base: Opened() if base == taken else opened(base))
    made = store.Store()
    made.close()
    assert os.name == "nt" or taken.is_dir()


def test_workers_killed_at_random_moments_leave_no_half_state(start, monkeypatch):
    monkeypatch.setattr(personal, "MOST_TRIES", 100)
    jobs, session, rng = start(), new_session(), random.Random(6)
    all_jobs = [jobs.submit(session, "chain", [upload("red")], {"slices": 40})]
    for _ in range(KILLS_OF_A_WORKER):
        jobs.wait(session, all_jobs[-1], timeout=rng.uniform(0, 0.6))
        if jobs.status(session, all_jobs[-1]).ended:
            all_jobs.append(jobs.submit(session, "chain", [upload("red")], {"slices": 40}))
        with jobs.runner.lock:
            if jobs.runner.process:
                jobs.runner.process.kill()
        check_results(jobs.store.base, 40)
    for job in all_jobs:
        assert jobs.wait(session, job, timeout=60).state == "done" and jobs.result(session, job) == expected(40, "red")
    assert leftovers(jobs.store.base) == []


def test_servers_killed_at_random_moments_leave_no_half_state(start, tmp_path, monkeypatch):
    monkeypatch.setattr(personal, "MOST_TRIES", 100)
    session, base, rng = new_session(), tmp_path / "base", random.Random(7)
    for _ in range(KILLS_OF_A_SERVER):
        server = Served(base, session, {"slices": 40}, 2)
        threading.Timer(rng.uniform(0, 0.8), server.process.kill).start()
        server.gone()
        check_results(base, 40)
    jobs = start(base)
    for row in jobs.store.all():
        assert jobs.wait(session, row.id, timeout=60).state == "done" and jobs.result(session, row.id) == expected(40, "red")
    assert leftovers(base) == []
