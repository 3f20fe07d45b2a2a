"""Jobs that the person's open page lends a GPU for. Away from a ZeroGPU Space, `spaces` runs a slice where it is called."""
from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from avatar_studio.personal.errors import JobError
from avatar_studio.personal.jobs import new_session

from .kinds import expected, upload

pytestmark = pytest.mark.skipif(importlib.util.find_spec("spaces") is None, reason="this test needs the package spaces: pip install -r requirements-zero.txt")
ROOT = Path(__file__).parents[2]
MINE = new_session()
NEVER = 1e6  # seconds


def zero(**options):
    from avatar_studio.personal.zero_runner import ZeroRunner

    return ZeroRunner(**options)


def until_it_waits(jobs, job):
    """For a GPU, or has ended."""
    def waits(status):
        task = jobs.runner.task
        return status.ended or task and task.job == job and jobs.runner.waiting
    return jobs.wait(MINE, job, waits)


def lent(jobs, job) -> threading.Thread:
    """A page that lends once, and waits for the answer."""
    page = threading.Thread(target=jobs.lend, args=(MINE, job))
    page.start()
    return page


def test_an_open_page_lends_its_job_a_gpu(start, gate):
    jobs = start(runner=zero(patience=NEVER))
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port})
    beside = gate.next()
    jobs.lend(MINE, job)  # too early: the process beside the server still reads the pictures
    beside.open()
    until_it_waits(jobs, job)
    page = lent(jobs, job)
    for slice in (1, 2, 3):
        held = gate.next()
        assert held.news["slice"] == slice and held.news["pid"] != beside.news["pid"]
        held.open()
    page.join()
    assert jobs.wait(MINE, job).state == "done" and jobs.result(MINE, job) == expected(4, "red")


def test_a_lending_ends_with_the_slice_in_which_it_is_used_up(start):
    jobs = start(runner=zero(lent=0.0, patience=NEVER))
    job = jobs.submit(MINE, "chain", [upload("red")])
    lendings = 0
    while not until_it_waits(jobs, job).ended:
        jobs.lend(MINE, job)
        lendings += 1
    assert lendings == 4  # for three more slices, and the end
    assert jobs.result(MINE, job) == expected(4, "red")


def test_without_an_open_page_a_job_goes_on_by_itself(start):
    jobs = start(runner=zero(patience=0.0))
    job = jobs.submit(MINE, "chain", [upload("red")])
    assert jobs.wait(MINE, job).state == "done" and jobs.result(MINE, job) == expected(4, "red")


def refused(task):
    raise RuntimeError("ZeroGPU quota exceeded")


def broken_off(task):
    yield {"job": task["job"], "event": "reading"}


@pytest.mark.parametrize("lent_nothing", (refused, broken_off))
def test_without_a_gpu_a_job_goes_on_by_itself(start, monkeypatch, lent_nothing):
    from avatar_studio.personal import zero_runner

    monkeypatch.setattr(zero_runner, "slices", lent_nothing)
    jobs = start(runner=zero(patience=NEVER))
    job = jobs.submit(MINE, "chain", [upload("red")])
    until_it_waits(jobs, job)
    jobs.lend(MINE, job)
    assert jobs.wait(MINE, job).state == "done" and jobs.result(MINE, job) == expected(4, "red")


@pytest.mark.parametrize("has_a_gpu", (False, True))
def test_a_job_is_cancelled_while_it_waits_for_a_gpu_or_has_it(start, gate, has_a_gpu):
    jobs = start(runner=zero(patience=NEVER))
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port})
    gate.next().open()
    until_it_waits(jobs, job)
    if has_a_gpu:
        page, held = lent(jobs, job), gate.next()
    jobs.delete(MINE, job)
    after = jobs.submit(MINE, "chain", [upload("blue")])
    until_it_waits(jobs, after)  # the one that was cancelled is in nobody's way
    if has_a_gpu:
        held.open()  # only now does the slice see that it is wanted no more
        page.join()
    jobs.lend(MINE, after)
    assert jobs.wait(MINE, after).state == "done" and jobs.result(MINE, after) == expected(4, "blue")
    assert [folder.name for folder in jobs.store.folder.iterdir()] == [after]


def test_nobody_lends_to_the_job_of_another(start):
    jobs = start(runner=zero(patience=NEVER))
    job = jobs.submit(MINE, "chain", [upload("red")])
    until_it_waits(jobs, job)
    with pytest.raises(JobError):
        jobs.lend(new_session(), job)
    assert jobs.runner.waiting is not None
    jobs.delete(MINE, job)


@pytest.mark.skipif(sys.platform != "linux", reason="ZeroGPU Spaces are Linux machines")
def test_a_page_lends_as_on_a_zerogpu_space():
    """In a process of its own: there `spaces` replaces parts of torch and Gradio."""
    done = subprocess.run([sys.executable, "-m", "tests.personal.zero_checks"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
