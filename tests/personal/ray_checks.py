"""The same jobs on a Ray of this machine's own, which stands for a cluster: no folder is shared with it. Run by test_ray_runner.py."""
from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from avatar_studio.personal.jobs import new_session
from avatar_studio.personal.ray_runner import LOCAL, RayRunner

from .kinds import expected, upload

MINE = new_session()


@pytest.fixture(scope="module")
def runner():
    runner = RayRunner(LOCAL)
    yield runner
    runner.close()


@pytest.fixture
def jobs(start, runner):
    """Jobs whose end leaves the cluster to the next test."""
    close, runner.close = runner.close, runner.rest
    jobs = start(runner=runner)
    yield jobs
    jobs.close()
    runner.close = close


def left_behind() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"avatar-studio-ray-{os.getuid()}-*/*.png"))


def test_a_job_runs_there_and_its_result_previews_and_curve_come_back(jobs):
    job = jobs.submit(MINE, "chain", [upload("red"), upload("blue")])
    status = jobs.wait(MINE, job)
    assert (status.state, status.share) == ("done", 1.0) and jobs.result(MINE, job) == expected(4, "red", "blue")
    assert [point[0] for point in status.losses["loss"]] == [0.125, 0.375, 0.625, 0.875] and status.preview
    assert left_behind() == []


def test_what_goes_wrong_there_is_told_here(jobs):
    job = jobs.submit(MINE, "chain", [upload("red")], {"fail": "no_face"})
    status = jobs.wait(MINE, job)
    assert status.state == "failed" and status.reason["en"].endswith(".") and status.reason["zh"].endswith("。")


@pytest.mark.parametrize("polite", [True, False])
def test_a_cancelled_job_ends_there_whether_it_listens_or_not(jobs, gate, polite):
    job = jobs.submit(MINE, "chain", [upload("red")], {"polite": True} if polite else {"gate": gate.port})
    if polite:
        jobs.wait(MINE, job, until=lambda status: status.state == "tuning")
    else:
        gate.next()  # it waits there and hears nothing
    jobs.delete(MINE, job)
    after = jobs.submit(MINE, "chain", [upload("blue")], {"slices": 1})
    assert jobs.wait(MINE, after).state == "done"
    assert left_behind() == []


def test_a_machine_that_dies_costs_one_slice(jobs, gate):
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port, "slices": 3})
    gate.next().open()
    held = gate.next()
    jobs.wait(MINE, job, until=lambda status: status.share > 0.4)  # what is told of the second slice comes behind the first one's state
    os.kill(held.news["pid"], 9)
    again = gate.next()
    assert again.news["slice"] == 1  # the first slice was kept here
    again.open()
    gate.next().open()
    assert jobs.wait(MINE, job).state == "done" and jobs.result(MINE, job) == expected(3, "red")


def test_a_ray_that_is_found_again_outlasts_the_job_that_found_it(jobs):
    RayRunner.close(jobs.runner)  # as if it was lost
    for colour in ("red", "blue"):  # Ray ends a process whose Ray ends
        job = jobs.submit(MINE, "chain", [upload(colour)])
        assert jobs.wait(MINE, job).state == "done" and jobs.result(MINE, job) == expected(4, colour)
