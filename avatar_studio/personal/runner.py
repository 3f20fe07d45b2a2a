"""Where jobs are worked on. The local process is the one here; anything else that keeps to Runner can stand in for it."""
from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

GRACE = 1.0  # seconds that a cancelled job has to end by itself
OVER = ("done", "failed", "stopped")  # the last report of a task


@dataclass(frozen=True)
class Task:
    """What a runner needs to know. entry: "module:function" of a kind of job, see worker.py; directory: as in files.py."""

    job: str
    directory: str
    entry: str
    options: dict
    pictures: list[str]


@dataclass(frozen=True)
class Report:
    """What a runner says of a task.

    event: "reading", "tuning" (share, seconds_left, losses), "slice" (its state is kept), and one of OVER at the end:
    "done" (the result is there), "failed" (reason: a sentence in each language), or "stopped" (cancelled, or the worker died).
    """

    job: str
    event: str
    share: float = 0.0
    seconds_left: float | None = None
    losses: dict | None = None
    reason: dict | None = None


class Runner(Protocol):
    def submit(self, task: Task) -> None:
        """Begin a task, or go on from its last slice. Only when the one before is over."""

    def poll(self, seconds: float) -> Report | None:
        """The next report, waiting for it so long at most."""

    def cancel(self, job: str) -> None:
        """Have a task be over within two seconds. Returns at once; does nothing if it is over."""

    def rest(self) -> None:
        """Nothing waits: let go of what is held for further tasks."""

    def close(self) -> None:
        """End everything at once, in the middle of a slice too."""


class LocalRunner:
    """One process beside the server, started when it is first needed. It ends with the server.

    threads: of its computations; None takes every core that this process may use.
    """

    def __init__(self, threads: int | None = None):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.threads = threads or cores
        self.process: subprocess.Popen | None = None
        self.task: Task | None = None
        self.reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self.lock = threading.Lock()

    def submit(self, task: Task) -> None:
        with self.lock:
            self.task = task
            try:
                self._start_if_needed()
                self._tell({"run": asdict(task)})
            except OSError:  # it died while nothing was to be done, or there is no memory for another process
                self.task, self.process = None, None
                self.reports.put(Report(task.job, "stopped"))

    def poll(self, seconds: float) -> Report | None:
        try:
            return self.reports.get(timeout=seconds)
        except queue.Empty:
            return None

    def cancel(self, job: str) -> None:
        with self.lock:
            if self.task is None or self.task.job != job:
                return
            task, process = self.task, self.process
            try:
                self._tell({"cancel": job})
            except OSError:
                return  # it is dead, and its reader says so

        def kill():
            with self.lock:
                if self.task is task:
                    process.kill()

        timer = threading.Timer(GRACE, kill)
        timer.daemon = True
        timer.start()

    def rest(self) -> None:
        with self.lock:
            if self.process:
                self.process.stdin.close()  # the worker ends by itself
                self.process = None

    def close(self) -> None:
        with self.lock:
            process, self.process, self.task = self.process, None, None
        if process:
            process.kill()
            process.wait()

    def _start_if_needed(self) -> None:
        if self.process and self.process.poll() is None:
            return
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), *sys.path])),
                       # threads that wait for each other must sleep, or they take the page's cores
                       "OMP_NUM_THREADS": str(self.threads), "MKL_NUM_THREADS": str(self.threads), "OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "avatar_studio.personal.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
            text=True, encoding="utf-8", bufsize=1, creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0))
        threading.Thread(target=self._listen, args=(self.process,), name="personal worker", daemon=True).start()

    def _tell(self, message: dict) -> None:
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def _listen(self, process: subprocess.Popen) -> None:
        """Pass on what a worker says until it ends."""
        with process.stdout:
            for line in process.stdout:
                report = Report(**json.loads(line))
                with self.lock:
                    if self.task and report.job == self.task.job and report.event in OVER:
                        self.task = None
                self.reports.put(report)
        process.wait()
        with self.lock:
            if self.process is process:
                self.process = None
                if self.task:
                    self.reports.put(Report(self.task.job, "stopped"))
                    self.task = None
