"""Where jobs are worked on: LocalRunner is a process on this machine, ray_runner.RayRunner a cluster, zero_runner.ZeroRunner a GPU that is lent."""
from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from pathlib import Path

from ..process import cores

GRACE = 1.0  # seconds that a cancelled job has to end by itself
OVER = ("done", "failed", "stopped")


@dataclass(frozen=True)
class Task:
    """What there is to do. entry: "module:function" of a kind of job, see worker.py; directory: as in files.py;
    seconds: a worker pauses after the slice in which they are over, None: never."""

    job: str
    directory: str
    entry: str
    options: dict
    pictures: list[str]
    seconds: float | None = None


@dataclass(frozen=True)
class Report:
    """What a runner says of a task.

    event: "reading", "tuning" (share, seconds_left, losses), "slice" (its state is kept), "paused" (the task's seconds are over), and one of OVER at the end:
    "done" (the result is there), "failed" (reason: a sentence in each language), or "stopped" (cancelled, or the worker died).
    """

    job: str
    event: str
    share: float = 0.0
    seconds_left: float | None = None
    losses: dict | None = None
    reason: dict | None = None


class Runner(ABC):
    """Works on one task at a time, and reports. A runner has submit, poll, lend, cancel, rest and close, and nothing else that Jobs calls."""

    borrows = False  # whether lend does anything

    def __init__(self):
        self.task: Task | None = None
        self.reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self.lock = threading.Lock()  # of the task and who works on it

    @abstractmethod
    def submit(self, task: Task) -> None:
        """Begin a task, or go on from its last slice. Only when the one before is over."""

    def poll(self, seconds: float) -> Report | None:
        """The next report, waiting for it so long at most."""
        try:
            return self.reports.get(timeout=seconds)
        except queue.Empty:
            return None

    def lend(self, job: str) -> None:
        """Called again and again from requests of the person whose job it is: a chance to work on it in this very call."""

    def cancel(self, job: str) -> None:
        """Have a task be over within two seconds. Returns at once; does nothing if it is over."""
        with self.lock:
            if self.task is None or self.task.job != job:
                return
            timer = threading.Timer(GRACE, self._kill_if_at, (self.task,))
            timer.daemon = True
            timer.start()
            self._ask_to_end()

    @abstractmethod
    def rest(self) -> None:
        """Nothing waits: let go of the worker and its memory."""

    @abstractmethod
    def close(self) -> None:
        """End everything at once, in the middle of a slice too."""

    @abstractmethod
    def _ask_to_end(self) -> None:
        """Tell the worker that its task is wanted no more. With self.lock held, as for _kill."""

    @abstractmethod
    def _kill(self) -> None:
        """End the worker, whatever it does."""

    def _kill_if_at(self, task: Task) -> None:
        with self.lock:
            if self.task is task:
                self._kill()


class LocalRunner(Runner):
    """One process beside the server, started when it is first needed; it ends with the server.

    threads: of its computations; None takes half of the cores that this process may use: the rest are the page's, and two threads beside it wait for each other.
    """

    def __init__(self, threads: int | None = None):
        super().__init__()
        self.threads = threads or max(1, cores() // 2)
        self.process: subprocess.Popen | None = None

    def submit(self, task: Task) -> None:
        with self.lock:
            self.task = task
            self._work_on(task)

    def rest(self) -> None:
        with self.lock:
            if self.process:
                self.process.stdin.close()  # at which it ends
                self.process = None

    def close(self) -> None:
        with self.lock:
            self._kill()

    def _work_on(self, task: Task) -> None:
        """With self.lock held."""
        try:
            if self.process is None or self.process.poll() is not None:
                self.process = self._started()
            self._tell({"run": asdict(task)})
        except OSError:  # it died just now, or the machine has no room for a process
            self.task = self.process = None
            self.reports.put(Report(task.job, "stopped"))

    def _started(self) -> subprocess.Popen:
        path = [str(Path(__file__).parents[2]), *sys.path]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path)), "OMP_NUM_THREADS": str(self.threads),
                       "OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}  # threads that spin while they wait take the page's cores
        process = subprocess.Popen([sys.executable, "-m", "avatar_studio.personal.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   env=environment, text=True, encoding="utf-8", bufsize=1,
                                   creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0))
        threading.Thread(target=self._listen, args=(process,), name="personal worker", daemon=True).start()
        return process

    def _tell(self, message: dict) -> None:
        self.process.stdin.write(json.dumps(message) + "\n")

    def _listen(self, process: subprocess.Popen) -> None:
        """Pass on what a worker says until it ends."""
        try:
            for line in process.stdout:
                with self.lock:
                    self._take(Report(**json.loads(line)))
        except ValueError:
            pass  # a kill cut its last words short
        process.kill()
        process.wait()
        with self.lock:
            if self.process is process:
                self.process = None
                if self.task:
                    self._take(Report(self.task.job, "stopped"))

    def _take(self, report: Report) -> None:
        """With self.lock held."""
        if report.event in OVER:
            self.task = None
        self.reports.put(report)

    def _ask_to_end(self) -> None:
        try:
            self._tell({"cancel": self.task.job})
        except OSError:
            pass  # it is dead, and _listen says so

    def _kill(self) -> None:
        if self.process:
            self.process.kill()
