"""Jobs on Ray: what a server does while its cluster is away, on a Ray that a test plays, and then the same jobs on a real one.

That one is checked in processes of its own: one that has served pages and driven a browser, Ray may end without a word.
"""
from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor, wait
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from avatar_studio.personal import jobs as personal
from avatar_studio.personal.jobs import Jobs, new_session
from avatar_studio.personal.runner import OVER, Task

from .kinds import expected, upload

MINE, ROOT = new_session(), Path(__file__).parents[2]


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="this test needs Ray: pip install -r requirements-ray.txt")
@pytest.mark.parametrize("checks", ["ray_checks.py", "ray_cluster_checks.py"])
def test_jobs_run_on_ray(checks):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/personal/{checks}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "RAY_AUTH_MODE": "disabled"})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


class PlayedRay:
    """As much of the module as a RayRunner asks for, with the actors in this process."""

    class exceptions:
        class RayError(Exception):
            pass

        class RayActorError(RayError):
            pass

    def __init__(self):
        self.here, self.connected = True, False
        self.refusals = 0  # how often a lost cluster says no at once; then it is there again
        self.busy = 0      # how often one that is there is too busy to let somebody in
        self.sought, self.answer = threading.Event(), threading.Event()  # a try to connect waits for the answer
        self.waiting: list[tuple[object, Future]] = []  # calls of actors

    def lose(self) -> None:
        self.here = self.connected = False
        self._fail(ConnectionError("the cluster is gone"))

    def find(self) -> None:
        self.here = True
        self.answer.set()

    def init(self, *_, **__) -> None:
        if self.busy:
            self.busy -= 1
            raise ConnectionAbortedError("Starting Ray client server failed.")
        if self.refusals:
            self.refusals -= 1
            self.here = not self.refusals
        elif not self.here:
            self.sought.set()
            assert self.answer.wait(60)
        self.connected = self.here
        self._check()

    def is_initialized(self) -> bool:
        return self.connected

    def shutdown(self) -> None:
        self.connected = False

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 1.0}

    def remote(self, kind: type):
        return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=lambda: self._actor(kind)))

    def wait(self, futures: list[Future], timeout: float) -> tuple[list, list]:
        return tuple(map(list, wait(futures, timeout)))

    def get(self, future: Future) -> object:
        return future.result()

    def kill(self, actor) -> None:
        self._fail(self.exceptions.RayActorError("it was killed"), actor)

    def _actor(self, kind: type):
        self._check()
        made, actor = kind(), SimpleNamespace()
        for name in ("begin", "take", "cancel"):
            setattr(actor, name, SimpleNamespace(remote=lambda *sent, call=getattr(made, name): self._call(actor, call, sent)))
        return actor

    def _call(self, actor, call, sent: tuple) -> Future:
        self._check()
        future = Future()
        self.waiting.append((actor, future))

        def run():
            found = call(*sent)
            with contextlib.suppress(InvalidStateError):  # it was lost or killed meanwhile
                future.set_result(found)

        threading.Thread(target=run, daemon=True).start()
        return future

    def _check(self) -> None:
        if not self.connected:
            raise ConnectionError("no cluster answers")

    def _fail(self, error: Exception, of=None) -> None:
        for actor, future in self.waiting:
            if of in (None, actor):
                with contextlib.suppress(InvalidStateError):  # it is done
                    future.set_exception(error)


@pytest.fixture
def ray(monkeypatch, tmp_path):
    ray = PlayedRay()
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # an actor deletes what dead ones have left there
    return ray


@pytest.fixture
def runners(ray):
    """The module of RayRunner, with the played Ray."""
    spec = importlib.util.spec_from_file_location("avatar_studio.personal.played_ray_runner", ROOT / "avatar_studio/personal/ray_runner.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)  # beside the one that has the real Ray, if there is one
    module.PAUSE_SECONDS = 0.0
    return module


@pytest.fixture
def jobs(start, ray, runners):
    yield start(runner=runners.RayRunner("ray://played:10001"))
    ray.answer.set()  # before they are closed


@pytest.fixture
def at_once(jobs, ray):
    """Calls what must not wait for the cluster."""
    with ThreadPoolExecutor() as pool:
        yield lambda call, *sent: pool.submit(call, *sent).result(5)
        ray.answer.set()  # to one that did


def lose_in_the_second_slice(ray: PlayedRay, jobs: Jobs, gate) -> str:
    """Returns a job whose cluster is being looked for."""
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port, "slices": 2})
    gate.next().open()
    gate.next()
    jobs.wait(MINE, job, until=lambda status: status.share > 0.6)  # what is told of the second slice comes behind the first one's state
    ray.lose()
    assert ray.sought.wait(10)
    return job


def test_nobody_waits_while_a_lost_cluster_is_looked_for_and_the_job_goes_on_when_it_is_found(jobs, ray, gate, at_once):
    job = lose_in_the_second_slice(ray, jobs, gate)
    assert at_once(jobs.status, MINE, job).state == "reading"
    other, unwanted = (at_once(jobs.submit, MINE, "chain", [upload("blue")]) for _ in range(2))
    at_once(jobs.delete, MINE, unwanted)
    assert [at_once(jobs.status, MINE, one).state for one in (job, other)] == ["reading", "queued"]
    ray.find()
    again = gate.next()
    assert again.news["slice"] == 1  # the first slice was kept here
    again.open()
    assert jobs.wait(MINE, job, timeout=60).state == "done" and jobs.result(MINE, job) == expected(2, "red")
    assert jobs.wait(MINE, other, timeout=60).state == "done" and jobs.result(MINE, other) == expected(4, "blue")


def test_a_job_is_cancelled_while_its_cluster_is_looked_for(jobs, ray, gate, at_once):
    job = lose_in_the_second_slice(ray, jobs, gate)
    at_once(jobs.delete, MINE, job)
    with jobs.changed:
        assert jobs.changed.wait_for(lambda: jobs.running is None, 2)
    after = at_once(jobs.submit, MINE, "chain", [upload("blue")])
    ray.find()
    assert jobs.wait(MINE, after, timeout=60).state == "done"
    assert not (jobs.store.folder / job).exists()


def test_a_job_outlives_a_cluster_that_is_started_anew_and_refuses_meanwhile(jobs, ray, gate, monkeypatch):
    monkeypatch.setattr(personal, "MOST_TRIES", 2)
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port, "slices": 1})
    waits = gate.next()
    ray.refusals = 12
    ray.lose()
    waits.open()
    gate.next().open()
    assert jobs.wait(MINE, job, timeout=60).state == "done" and jobs.result(MINE, job) == expected(1, "red") and not ray.refusals


def test_a_busy_cluster_is_asked_twice(ray, runners):
    ray.busy = 1
    runners.RayRunner("ray://played:10001").close()
    assert ray.busy == 0
    ray.busy = 2
    with pytest.raises(ConnectionError):
        runners.RayRunner("ray://played:10001")


def test_a_job_whose_cluster_is_not_found_is_given_up_after_its_tries(jobs, ray, gate, runners, monkeypatch):
    monkeypatch.setattr(runners, "SEEK_SECONDS", 0.0)
    monkeypatch.setattr(personal, "MOST_TRIES", 2)
    job = lose_in_the_second_slice(ray, jobs, gate)
    ray.answer.set()  # nobody there
    failed = jobs.wait(MINE, job, timeout=60)
    assert failed.state == "failed" and "lost" in failed.reason["en"] and not (jobs.store.folder / job).exists()
    ray.find()
    after = jobs.submit(MINE, "chain", [upload("blue")])
    assert jobs.wait(MINE, after, timeout=60).state == "done"


def test_a_second_desk_deletes_what_a_dead_one_left_and_nothing_of_one_that_works(runners, gate, tmp_path):
    left = tmp_path / f"{runners.PREFIX}{os.getuid()}-left"
    left.mkdir()
    (left / "state.safetensors").write_bytes(b"somebody's")
    desk = runners.Desk()
    assert not left.exists()
    before = threading.enumerate()
    desk.begin(asdict(Task("mine", "", "tests.personal.kinds:chain", {"gate": gate.port, "slices": 1}, ["a.png"])), {"a.png": upload("red")})
    held, (worker,) = gate.next(), [thread for thread in threading.enumerate() if thread not in before and thread.name.endswith("(_work)")]
    runners.Desk()  # another server's, on the same machine
    held.open()
    reports = iter(desk.take, None)
    event, files = next((report["event"], files) for report, files in reports if report["event"] in OVER)
    assert event == "done" and files == expected(1, "red")
    worker.join(60)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["tempfile.mkdtemp", "avatar_studio.personal.files.write"])
def test_a_desk_that_has_no_room_says_that_it_stopped(runners, tmp_path, monkeypatch, call):
    def full(*_, **__):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(call, full)
    desk = runners.Desk()
    desk.begin(asdict(Task("mine", "", "tests.personal.kinds:chain", {}, ["a.png"])), {"a.png": upload("red")})
    assert desk.reports.get(timeout=20) == ({"job": "mine", "event": "stopped"}, {})
    assert list(tmp_path.iterdir()) == []
