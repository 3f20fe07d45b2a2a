"""The process that works on jobs, beside the server and behind it: `python -m avatar_studio.personal.worker`.

It reads tasks from its standard input, a JSON object a line, and writes runner.Report to its standard output. When the
input ends, because the server has gone or has no more to do, it ends too, in the middle of a slice if need be.

A kind of job is a generator function, named to the worker as "module:function" so that only it imports the heavy code:

    def run(pictures, options, report, state):
        for step in range(int(state["step"]) if state else 0, STEPS):
            ...                                              # a slice: some seconds of work
            report(share, {"loss": loss}, preview)           # as often as it likes, within a slice too
            yield {"step": np.array(step + 1), ...}          # what the next slice starts from
        return {"style.safetensors": data}                   # the result's files

pictures: RGB, or RGBA for a kind that keeps transparency, in the order they were chosen. options: what the kind's check() let through. state: {} at first, else what
was yielded last, whatever happened since: arrays by name, so that all of it is on the CPU and in a safetensors file.
An error that is Told, such as JobError or SelfieError, is told to the person; any other only says that it broke.
"""
from __future__ import annotations

import contextlib
import importlib
import json
import logging
import math
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image

from ..process import step_back
from ..told import Told
from . import files
from .errors import JobError

NICE = 19      # the page's own threads go first: with 10, one move of a slider in twenty took 120 ms and more on two cores of a Xeon; with 19 it is 68, and the job takes 1 % longer
QUIET = 0.25   # seconds between reports that bring no preview


class Cancelled(BaseException):
    """The person wants it no more. Not an Exception, so that no handler in between takes it for one."""


class Reporter:
    """What a kind of job calls to say how far it is. Raises Cancelled."""

    def __init__(self, folder: Path, tell: Callable, wanted: Callable[[], bool]):
        self.folder, self.tell, self.wanted = folder, tell, wanted
        self.first: tuple[float, float] | None = None  # share and time of the first report of the work itself, to tell the time left by
        self.last = -math.inf

    def __call__(self, share: float, losses: Mapping[str, float] | None = None, preview: Image.Image | None = None, reading: bool = False) -> None:
        """share: how much of the whole job is done, 0 to 1. losses: a point on each curve. preview: a picture to show. reading: the pace of this says nothing of the rest's."""
        self.check()
        now = time.monotonic()
        self.first = self.first or (None if reading else (share, now))
        if preview is None and now - self.last < QUIET and share < 1:
            return
        self.last = now
        if preview is not None:
            with contextlib.suppress(PermissionError):  # on Windows, while the server reads the one before
                files.write(self.folder / files.PREVIEW, files.as_png(preview))
        (start, began), share = self.first or (1.0, now), min(max(float(share), 0.0), 1.0)
        left = (now - began) * (1 - share) / (share - start) if share > start else None
        self.tell(event="tuning", share=share, seconds_left=left,
                  losses={name: round(float(value), 6) if math.isfinite(value) else None for name, value in (losses or {}).items()})

    def check(self) -> None:
        """Raise Cancelled if the job was cancelled."""
        if not self.wanted():
            raise Cancelled


def work(task: dict, tell: Callable, wanted: Callable[[], bool]) -> None:
    """Do one task, from its last slice on; tells how it ended, or that it pauses."""
    folder = Path(task["directory"])
    try:
        whole = (folder / files.RESULT).exists()  # if it was killed between its last step and saying so
        tell(event="done" if whole or _run(task, folder, Reporter(folder, tell, wanted), tell) else "paused")
    except Cancelled:
        tell(event="stopped")
    except Exception as error:
        if not isinstance(error, Told) and wanted():
            logging.exception("a job of kind %s failed", task["entry"])
        tell(event="failed", reason=(error if isinstance(error, Told) else JobError("broken")).sentences)


def _run(task: dict, folder: Path, report: Reporter, tell: Callable) -> bool:
    """Slice after slice; returns whether the result is there, or else the task's seconds are over."""
    tell(event="reading")
    began = time.monotonic()
    module, _, function = task["entry"].partition(":")
    run = getattr(importlib.import_module(module), function)
    slices = run(files.read_pictures(folder, task["pictures"]), task["options"], report, files.read_state(folder))
    while True:
        try:
            state = next(slices)
        except StopIteration as end:
            report.check()
            files.write_result(folder, end.value)
            return True
        report.check()
        files.write_state(folder, state)
        tell(event="slice")
        if task["seconds"] is not None and time.monotonic() - began >= task["seconds"]:
            return False


class Inbox:
    """Takes what the server says, in a thread; ends this process when the server says no more."""

    def __init__(self, lines):
        self.tasks: queue.SimpleQueue[dict] = queue.SimpleQueue()
        self.cancelled: str | None = None
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()

    def _read(self, lines) -> None:
        for line in lines:
            message = json.loads(line)
            if "run" in message:
                self.tasks.put(message["run"])
            else:
                self.cancelled = message["cancel"]
        os._exit(0)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    step_back(NICE)
    os.umask(0o077)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints is for the log
    inbox = Inbox(sys.stdin)
    while True:
        task = inbox.tasks.get()

        def tell(**report):
            answers.write(json.dumps({"job": task["job"], **report}) + "\n")

        work(task, tell, lambda: inbox.cancelled != task["job"])


if __name__ == "__main__":
    main()
