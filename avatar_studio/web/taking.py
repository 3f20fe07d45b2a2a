"""Packs take a while: they are made in a thread beside the page, which asks how far they are and fetches them once."""
from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

KEEP_SECONDS = 600  # how long a file waits to be fetched
MOST = 12           # jobs that wait, run, or wait to be fetched


@dataclass
class Job:
    done: int = 0
    total: int = 1
    result: tuple[str, bytes] | None = None
    failed: bool = False
    at: float = field(default_factory=time.monotonic)

    def progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total


class Busy(RuntimeError):
    """Too many jobs wait."""


class Packs:
    """One worker, so that packs take turns with each other and the page keeps the rest of the machine."""

    def __init__(self):
        self.jobs: dict[str, Job] = {}
        self.lock = threading.Lock()
        self.worker = ThreadPoolExecutor(1, thread_name_prefix="packs")

    def start(self, make: Callable[[Callable[[int, int], None]], tuple[str, bytes]]) -> str:
        """The key of a new job that calls make(progress) -> (file name, bytes). Raises Busy."""
        with self.lock:
            now = time.monotonic()
            self.jobs = {key: job for key, job in self.jobs.items() if now - job.at < KEEP_SECONDS}
            if len(self.jobs) >= MOST:
                raise Busy
            key, job = secrets.token_urlsafe(16), Job()
            self.jobs[key] = job
        self.worker.submit(self._run, job, make)
        return key

    def look(self, key: object) -> Job | None:
        """The job of a key; one that has ended is forgotten by this."""
        with self.lock:
            job = self.jobs.get(key) if isinstance(key, str) else None
            job = job and replace(job)  # as it is now: it may end while it is looked at
            if job and (job.result or job.failed):
                del self.jobs[key]
            return job

    def _run(self, job: Job, make) -> None:
        try:
            job.result = make(job.progress)
        except Exception:  # the page says so; the reason is for the log
            logging.getLogger(__name__).exception("a pack failed")
            job.failed = True
        job.at = time.monotonic()
