"""Jobs on a ZeroGPU Space, which lends its GPU for some seconds, and only to a request of somebody who has a quota.

A process beside the server (LocalRunner) reads the pictures and does the first slice. From then on the person's open page
lends: in its request some slices run on the GPU, in a process that `spaces` forks from the server, with all of their state in the job's
directory before and after. If nobody lends, or no GPU is to be had, the process beside the server goes on from the last slice.
"""
from __future__ import annotations

import logging
import multiprocessing
import queue
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import spaces

from .runner import OVER, LocalRunner, Report, Task
from .worker import work

LENT = 20.0      # seconds of one lending, after which the slice that is being worked on is the last
ASKED = 45       # seconds of quota that one lending asks for: with the weights loaded and the last slice ended
PATIENCE = 15.0  # seconds until a job that nobody lends a GPU goes on without


@spaces.GPU(duration=ASKED)
def slices(task: dict) -> Iterator[dict]:
    """Work on a task for its seconds. Yields its reports; runs in the forked process, where there is a GPU."""
    if multiprocessing.parent_process():
        import torch

        torch.set_num_threads(1)  # the server's other threads have not come along
    folder, told = Path(task["directory"]), queue.SimpleQueue()

    def run():
        try:
            work(task, lambda **report: told.put({"job": task["job"], **report}), folder.exists)
        finally:
            told.put(None)

    threading.Thread(target=run, daemon=True).start()
    yield from iter(told.get, None)


class ZeroRunner(LocalRunner):
    """lent: seconds of one lending. patience: seconds to wait for one."""

    borrows = True

    def __init__(self, threads: int | None = None, lent: float = LENT, patience: float = PATIENCE):
        super().__init__(threads)
        self.lent, self.patience = lent, patience
        self.waiting: threading.Timer | None = None  # for somebody who lends

    def submit(self, task: Task) -> None:
        with self.lock:
            self.task = task
            self._work_on(replace(task, seconds=0.0))  # one slice: what reads photos has threads, which a fork would lose

    def lend(self, job: str) -> None:
        with self.lock:
            task = self.task
            if task is None or task.job != job or self.waiting is None:
                return
            self._wait_no_more()
        event = None
        try:
            for report in slices(asdict(replace(task, seconds=self.lent))):
                event = report["event"]
                with self.lock:
                    if self.task is task:  # else it was cancelled meanwhile
                        self._take(Report(**report))
        except Exception:  # no GPU, no quota left, or the GPU's process was ended
            logging.getLogger(__name__).exception("no GPU for a personal job")
        if event not in (*OVER, "paused"):
            self._go_on_without(task)

    def close(self) -> None:
        with self.lock:
            self.task = None  # so that what a lending still reports counts no more
            self._wait_no_more()
            self._kill()

    def _take(self, report: Report) -> None:
        self._wait_no_more()
        if report.event == "paused":
            self.waiting = threading.Timer(self.patience, self._go_on_without, (self.task,))
            self.waiting.daemon = True
            self.waiting.start()
        super()._take(report)

    def _go_on_without(self, task: Task) -> None:
        with self.lock:
            if self.task is task:
                self._wait_no_more()
                self._work_on(task)

    def _wait_no_more(self) -> None:
        if self.waiting:
            self.waiting.cancel()
            self.waiting = None
