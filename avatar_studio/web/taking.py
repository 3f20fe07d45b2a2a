"""Packs take a while: they are made in a thread beside the page, which asks how far they are and fetches them."""
from __future__ import annotations

import logging
import math
import queue
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

MOST = 12                 # jobs that wait or run
MOST_OF_A_CALLER = 4      # the same
KEEP_SECONDS = 600        # how long a file waits to be fetched
AGAIN_SECONDS = 300       # and from then on to be fetched again, should the answer have been lost on its way
MOST_BYTES = 128 * 2**20  # of all files that wait: what ended first goes first

Make = Callable[[Callable[[int, int], None]], tuple[str, bytes]]  # progress(done, total) -> (file name, bytes)


@dataclass
class Job:
    """until: when it is forgotten, on the monotonic clock; never before it has ended. caller: the network address that it is for."""

    done: int = 0
    total: int = 1
    result: tuple[str, bytes] | None = None
    failed: bool = False
    until: float = math.inf
    caller: str = ""

    @property
    def ended(self) -> bool:
        return self.failed or self.result is not None

    @property
    def bytes(self) -> int:
        return len(self.result[1]) if self.result else 0

    def progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total


class Busy(RuntimeError):
    """Too many jobs wait."""


class Packs:
    """One worker, so that packs take turns with each other and the page keeps the rest of the machine.

    It is a daemon: a server that is stopped waits for no pack.
    """

    def __init__(self):
        self.jobs: dict[str, Job] = {}  # those that have ended in the order in which they did
        self.lock = threading.Lock()
        self.waiting: queue.SimpleQueue[tuple[str, Make]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="packs", daemon=True).start()

    def start(self, make: Make, caller: str = "") -> str:
        """The key of a new job. caller: the network address that it is for; "" is not counted. Raises Busy."""
        with self.lock:
            self._forget_old()
            going = [job for job in self.jobs.values() if not job.ended]
            if len(going) >= MOST or (caller and sum(job.caller == caller for job in going) >= MOST_OF_A_CALLER):
                raise Busy
            key = secrets.token_urlsafe(16)
            self.jobs[key] = Job(caller=caller)
        self.waiting.put((key, make))
        return key

    def look(self, key: object) -> Job | None:
        """The job of a key, as it is now; one that has ended is there for AGAIN_SECONDS after the first look at it."""
        with self.lock:
            self._forget_old()
            job = self.jobs.get(key) if isinstance(key, str) else None
            if job and job.ended:
                job.until = min(job.until, time.monotonic() + AGAIN_SECONDS)
            return job and replace(job)

    def _work(self) -> None:
        while True:
            key, make = self.waiting.get()
            job, result = self.jobs[key], None
            try:
                result = make(job.progress)
            except Exception:  # the page says so; the reason is for the log
                logging.getLogger(__name__).exception("a pack failed")
            with self.lock:
                job.result, job.failed, job.until = result, result is None, time.monotonic() + KEEP_SECONDS
                self.jobs[key] = self.jobs.pop(key)
                self._forget_old()

    def _forget_old(self) -> None:
        now = time.monotonic()
        self.jobs = {key: job for key, job in self.jobs.items() if job.until > now}
        ended = [key for key, job in self.jobs.items() if job.ended]
        while len(ended) > 1 and sum(self.jobs[key].bytes for key in ended) > MOST_BYTES:  # the newest stays, whatever its size
            del self.jobs[ended.pop(0)]
