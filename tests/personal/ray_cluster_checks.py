"""Jobs on a cluster that ends in the middle and is started again, as `ray start` starts one. Run by test_ray_runner.py."""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import ray

from avatar_studio.personal.jobs import new_session
from avatar_studio.personal.ray_runner import RayRunner

from .kinds import expected, upload

MINE, ROOT = new_session(), Path(__file__).parents[2]


class Cluster:
    """One machine, at ports that were free."""

    def __init__(self):
        with socket.socket() as one, socket.socket() as other:
            for held in (one, other):
                held.bind(("127.0.0.1", 0))
            self.port, self.client_port = one.getsockname()[1], other.getsockname()[1]
        self.head = None

    def start(self) -> None:
        self.head = subprocess.Popen(
            [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", f"--port={self.port}", f"--ray-client-server-port={self.client_port}",
             "--include-dashboard=false", "--num-cpus=1", "--disable-usage-stats"], start_new_session=True, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])})  # the tests' kind of job does not travel
        for line in self.head.stdout:
            if "runtime started" in line:
                return
        raise RuntimeError("Ray did not start")

    def kill(self) -> None:
        if self.head is not None:
            os.killpg(self.head.pid, signal.SIGKILL)
            self.head.wait()
            self.head = None


@pytest.fixture
def cluster():
    cluster = Cluster()
    cluster.start()
    yield cluster
    cluster.kill()


@pytest.fixture
def jobs(cluster, start):
    return start(runner=RayRunner(f"ray://127.0.0.1:{cluster.client_port}"))


def lose_in_the_second_slice(cluster, jobs, gate) -> str:
    """Returns a job whose cluster is being looked for."""
    gate.listener.settimeout(180)  # a try to connect that finds nobody takes half a minute
    job = jobs.submit(MINE, "chain", [upload("red")], {"gate": gate.port, "slices": 2})
    gate.next().open()
    gate.next()
    jobs.wait(MINE, job, until=lambda status: status.share > 0.6)  # what is told of the second slice comes behind the first one's state
    cluster.kill()
    jobs.wait(MINE, job, until=lambda status: status.state == "reading")  # again
    return job


def test_a_cluster_that_was_lost_is_found_again(cluster, jobs, gate):
    job = lose_in_the_second_slice(cluster, jobs, gate)
    cluster.start()
    again = gate.next()
    assert again.news["slice"] == 1  # the first slice was kept here
    again.open()
    assert jobs.wait(MINE, job).state == "done" and jobs.result(MINE, job) == expected(2, "red")


def test_nobody_waits_for_a_cluster_that_is_looked_for(cluster, jobs, gate):
    job = lose_in_the_second_slice(cluster, jobs, gate)
    began = time.monotonic()
    after = jobs.submit(MINE, "chain", [upload("blue")])
    jobs.delete(MINE, job)
    assert jobs.status(MINE, after).state == "queued"
    assert jobs.wait(MINE, after, until=lambda status: status.state == "reading", timeout=10).state == "reading"
    assert time.monotonic() - began < 2
    cluster.start()
    assert jobs.wait(MINE, after).state == "done" and jobs.result(MINE, after) == expected(4, "blue")


def test_nothing_travels_but_what_learning_needs(jobs):
    def here() -> tuple[set[str], int]:
        return set(os.listdir()), len(list(Path("weights").glob("*.safetensors")))

    names, weights = ray.get(ray.remote(here).remote())
    assert names == {"avatar_studio", "weights"} and weights  # not a folder of jobs beside them, with people's photos
