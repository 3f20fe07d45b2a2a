"""Jobs on a Ray cluster instead of a process beside the server: `python app.py --tuner ray://head:10001`.

A job's pictures and its last slice travel to a machine of the cluster, and its reports, slices and result back, so the
machines share no folder. Needs requirements-ray.txt there and here.
"""
from __future__ import annotations

import contextlib
import os
import queue
import shutil
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path

import ray

from . import files
from .runner import OVER, Report, Runner, Task
from .worker import work

ROOT = Path(__file__).parents[2]
LOCAL = "local"            # instead of an address: a Ray of this machine's own, which ends with the server
PREFIX = "avatar-studio-ray-"
POLL_SECONDS = 0.5
LOST = (ray.exceptions.RayError, ConnectionError, RuntimeError, ValueError)  # what calls raise when the machine, the actor or the cluster is gone


class Desk:
    """An actor: works on one task at a time, in a folder that is gone when the task is over."""

    def __init__(self):
        for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getuid()}-*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        self.reports: queue.SimpleQueue[tuple[dict, dict[str, bytes]]] = queue.SimpleQueue()
        self.wanted = True

    def begin(self, task: dict, sent: dict[str, bytes]) -> None:
        """sent: the files of the job's directory that a slice starts from, by name."""
        self.wanted = True
        threading.Thread(target=self._work, args=(task, sent), daemon=True).start()

    def take(self, seconds: float) -> tuple[dict, dict[str, bytes]] | None:
        """The next report with the files that are new, waiting for it so long at most."""
        try:
            return self.reports.get(timeout=seconds)
        except queue.Empty:
            return None

    def cancel(self) -> None:
        self.wanted = False

    def _work(self, task: dict, sent: dict[str, bytes]) -> None:
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getuid()}-"))

        def tell(event: str, **more) -> None:
            if event != "reading":
                for name in task["pictures"]:  # they have been read: even a kill leaves none behind
                    (folder / name).unlink(missing_ok=True)
            self.reports.put(({"job": task["job"], "event": event, **more}, _new(folder, event)))

        try:
            for name, data in sent.items():
                files.write(folder / name, data)
            work({**task, "directory": str(folder)}, tell, lambda: self.wanted)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _new(folder: Path, event: str) -> dict[str, bytes]:
    """What the server gets with an event, by name: a preview that it has not seen, the state of a slice, or the result."""
    if event == "done":
        return files.read_result(folder)
    path = folder / (files.STATE if event == "slice" else files.PREVIEW)
    data = files.read(path) if event in ("slice", "tuning") else None
    if data and event == "tuning":
        path.unlink()
    return {path.name: data} if data else {}


class RayRunner(Runner):
    """An actor of a Ray cluster works. address: of a cluster, as ray.init takes it, or LOCAL.

    A cluster that was lost is looked for again with the next task. Raises ConnectionError if none answers there.
    """

    def __init__(self, address: str):
        super().__init__()
        self.address, self.desk = address, None
        self._connect()

    def _connect(self) -> None:
        here = self.address == LOCAL
        code = {"env_vars": {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}} if here else {
            "working_dir": str(ROOT), "excludes": [".git", "docs", "tests", "runs"]}
        ray.init(self.address, runtime_env=code, log_to_driver=False, logging_level="ERROR", **({"include_dashboard": False} if here else {}))
        share = {"num_gpus": 1} if ray.cluster_resources().get("GPU", 0) >= 1 else {"num_cpus": 1}
        self.actor = ray.remote(Desk).options(max_concurrency=4, **share)  # begin, take and cancel at a time

    def submit(self, task: Task) -> None:
        folder = Path(task.directory)
        sent = {name: data for name in (*task.pictures, files.STATE) if (data := files.read(folder / name))}
        with self.lock:
            self.task = task
            try:
                self._begin(task, sent)
            except LOST:
                self.desk = None
                ray.shutdown()
                self._begin(task, sent)
            threading.Thread(target=self._listen, args=(task, self.desk), name="personal jobs on Ray", daemon=True).start()

    def _begin(self, task: Task, sent: dict[str, bytes]) -> None:
        if not ray.is_initialized():
            self._connect()
        self.desk = self.desk or self.actor.remote()
        self.desk.begin.remote(asdict(task), sent)

    def rest(self) -> None:
        with self.lock:
            self._kill()

    def close(self) -> None:
        with self.lock:
            self._kill()
        ray.shutdown()

    def _listen(self, task: Task, desk) -> None:
        """Write what comes back into the job's folder, and pass the reports on, until the task is over."""
        event = None
        while event not in OVER:
            try:
                found = ray.get(desk.take.remote(POLL_SECONDS))
            except LOST:
                found = {"job": task.job, "event": "stopped"}, {}
                with self.lock:
                    if self.desk is desk:
                        self.desk = None
            if found is None:
                continue
            report, new = found
            event = report["event"]
            with contextlib.suppress(FileNotFoundError):  # cancelled, and its folder deleted
                if event == "done":
                    files.write_result(Path(task.directory), new)
                else:
                    for name, data in new.items():
                        files.write(Path(task.directory) / name, data)
            with self.lock:
                if event in OVER and self.task is task:
                    self.task = None
            self.reports.put(Report(**report))

    def _ask_to_end(self, job: str) -> None:
        if self.desk is not None:  # else it is gone, and _listen says so
            self.desk.cancel.remote()

    def _kill(self) -> None:
        desk, self.desk = self.desk, None
        if desk is not None:
            with contextlib.suppress(*LOST):
                ray.kill(desk)
