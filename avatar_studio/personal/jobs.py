"""Jobs on a person's pictures: what the page calls. store.py, files.py, runner.py and worker.py stand behind it.

    jobs = Jobs({"style": Kind("somewhere:run", check)})
    session = new_session()                      # the page keeps it, and nobody else has it
    job = jobs.submit(session, "style", [upload], {"name": "Mine"})
    jobs.status(session, job)                    # again and again
    jobs.result(session, job)                    # {"style.safetensors": bytes}

A session's token is the only key to its jobs. Pictures are deleted when their job ends in any way, and the rest after a day.
"""
from __future__ import annotations

import atexit
import hashlib
import hmac
import logging
import os
import secrets
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ..selfie import open_photo
from . import files
from .errors import JobError
from .runner import OVER, LocalRunner, Report, Runner, Task
from .store import DATABASE, ENDED, WAITING, WORKING, Row, Status, Store, fair_order

DAY = 24 * 3600
FAIR_SECONDS = 3600     # how long a turn counts in the queue
MOST_PICTURES = 20
MOST_OF_A_SESSION = 3   # jobs that have not ended
MOST_OF_A_CALLER = 6    # the same: a household shares one address
MOST_IN_QUEUE = 100
MOST_TRIES = 5          # how often a job is begun without getting a slice further
MOST_BYTES = 2 * 2**30  # on disk, all jobs together
MOST_POINTS = 200       # of a curve: every other one goes when there are more


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    entry: "module:function" that does it, see worker.py. check: the options that a person sent -> those that the function gets; raises JobError.
    most: pictures. edge: the longer side that they are reduced to, in pixels. clear: whether their transparency is kept.
    """

    entry: str
    check: Callable[[dict], dict]
    most: int = MOST_PICTURES
    edge: int = 1024
    clear: bool = False


def new_session() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


class Jobs:
    """The jobs of one server. Safe to call from several threads. A method that takes a session raises JobError for a job not its own.

    base: the folder they live in, with which the next server goes on; None takes AVATAR_STUDIO_JOBS, or else a temporary
        one that ends with this server. Raises JobError if another server has it, or it cannot be used.
    runner: see LocalRunner. keep: seconds until what has ended expires. clock: seconds since 1970.
    """

    def __init__(self, kinds: Mapping[str, Kind], base: Path | None = None, runner: Runner | None = None, keep: float = DAY,
                 most_bytes: int = MOST_BYTES, clock: Callable[[], float] = time.time):
        self.kinds, self.keep, self.most_bytes, self.clock = kinds, keep, most_bytes, clock
        base = base or os.environ.get("AVATAR_STUDIO_JOBS")
        self.runner = runner or LocalRunner()
        self.running: str | None = None
        self.turns: list[tuple[float, str]] = []  # when which session had one
        self.callers: dict[str, str] = {}         # where jobs that have not ended came from; kept nowhere else
        self.changed = threading.Condition()      # its lock is held for every change
        self.wake, self.closed = threading.Event(), False
        try:
            self.store = Store(Path(base) if base else None)
            self._recover()
        except (OSError, sqlite3.OperationalError) as error:
            raise JobError("folder_unusable", reason=str(error)) from error
        except sqlite3.DatabaseError as error:
            raise JobError("folder_damaged", file=str(Path(base, DATABASE))) from error
        self.keeper = threading.Thread(target=self._keep, name="personal jobs", daemon=True)
        self.keeper.start()
        atexit.register(self.close)

    def submit(self, session: str, kind: str, pictures: Sequence[bytes], options: dict | None = None, caller: str = "") -> str:
        """Queue a job on uploaded files, each of which counts once; returns its key. Raises JobError, or SelfieError for a file that is no picture.

        caller: the network address that it comes from, for sessions are had for nothing; "" is not counted.
        """
        pictures = list(dict.fromkeys(pictures))
        if kind not in self.kinds:
            raise JobError("options")
        what = self.kinds[kind]
        row = Row(secrets.token_hex(16), _owner(session), kind, what.check(options or {}), created=self.clock(), expires=self.clock() + self.keep)
        if not 1 <= len(pictures) <= what.most:
            raise JobError("pictures", most=what.most)
        self._check_room(row.session, caller)
        folder = self.store.folder / row.id
        try:
            row.pictures = files.write_pictures(folder, (_reduced(data, what) for data in pictures))
            with self.changed:
                self._check_room(row.session, caller)  # others may have come meanwhile
                self.store.put(row)
                self.callers[row.id] = caller
        except BaseException:
            files.tidy(folder, keep_result=False)
            raise
        self.wake.set()
        return row.id

    def status(self, session: str, job: str) -> Status:
        """How far a job is."""
        with self.changed:
            row = self._own(session, job)
            return self._status(row, files.read(self.store.folder / row.id / files.PREVIEW))

    def wait(self, session: str, job: str, until: Callable[[Status], bool] = lambda status: status.ended, timeout: float | None = None) -> Status:
        """The first status that is as asked for, or the one at the timeout."""
        with self.changed:
            self.changed.wait_for(lambda: until(self.status(session, job)), timeout)
            return self.status(session, job)

    def result(self, session: str, job: str) -> dict[str, bytes]:
        """The files of a done job by name; {} if it is not done."""
        with self.changed:
            row = self._own(session, job)
            return files.read_result(self.store.folder / row.id) if row.state == "done" else {}

    def lend(self, session: str, job: str) -> None:
        """Let a runner that borrows what a person's request has work on their job in this call; returns at once if it has no need."""
        with self.changed:
            row = self._own(session, job)
        self.runner.lend(row.id)

    def delete(self, session: str, job: str) -> None:
        """Forget all of a job, its result too; if it has not ended, its worker stops within two seconds."""
        with self.changed:
            self._forget(self._own(session, job))

    def close(self) -> None:
        """End the worker. What has not ended goes on with the next server, if the folder is not temporary."""
        if not self.closed:
            self.closed = True
            self.wake.set()
            self.runner.close()
            self.keeper.join()
            self.runner.close()  # one that the keeper began just now
            self.store.close()
            atexit.unregister(self.close)

    def _own(self, session: str, job: str) -> Row:
        row = self.store.get(job) if isinstance(job, str) and job.isascii() else None  # half a surrogate pair cannot be looked for
        if row is None or not self._is_of(row, _owner(session)):
            raise JobError("unknown")
        return row

    def _is_of(self, row: Row, owner: str) -> bool:
        return hmac.compare_digest(row.session, owner) and row.expires > self.clock()

    def _check_room(self, owner: str, caller: str) -> None:
        active = self.store.all(*WAITING, *WORKING)
        if sum(row.session == owner for row in active) >= MOST_OF_A_SESSION:
            raise JobError("waiting", most=MOST_OF_A_SESSION)
        if caller and sum(self.callers.get(row.id) == caller for row in active) >= MOST_OF_A_CALLER:
            raise JobError("waiting", most=MOST_OF_A_CALLER)
        if len(active) >= MOST_IN_QUEUE:
            raise JobError("busy")
        if files.used(self.store.folder) > self.most_bytes:
            raise JobError("full")

    def _status(self, row: Row, preview: bytes | None = None) -> Status:
        place = 1 + [other.id for other in self._queue()].index(row.id) if row.state in WAITING else 0
        return Status(row.id, row.kind, row.state, place, row.share, row.seconds_left if row.state in WORKING else None,
                      row.losses, preview, row.reason, row.expires)

    def _queue(self) -> list[Row]:
        self.turns = [turn for turn in self.turns if turn[0] > self.clock() - FAIR_SECONDS]
        return fair_order(self.store.all(*WAITING), Counter(session for _, session in self.turns))

    # The life of a job. All below runs in the keeper's thread, or with self.changed held.

    def _recover(self) -> None:
        """After a start: what was being worked on goes on, and what nobody knows of is deleted."""
        known = {row.id: row for row in self.store.all()}
        for folder in self.store.folder.iterdir():
            if folder.name not in known:
                files.tidy(folder, keep_result=False)
        with self.changed:
            for row in known.values():
                folder = self.store.folder / row.id
                whole = (folder / files.RESULT).exists()
                if row.state == "done" and not whole:  # somebody deleted it
                    self._forget(row)
                elif row.state in ENDED:
                    files.tidy(folder, keep_result=whole)
                elif whole:
                    self._end(row, "done")
                elif row.kind in self.kinds and all((folder / name).exists() for name in row.pictures):
                    row.state = "queued"
                    self.store.put(row)
                else:
                    self._end(row, "failed", JobError("lost_pictures").sentences)

    def _keep(self) -> None:
        """Expires jobs, hands them to the runner one after another, and takes its reports."""
        report = None
        while not self.closed:
            try:
                self._expire()
                if report is None and self.running is None and not self._begin():
                    self.runner.rest()
                    self.wake.wait(60)
                    self.wake.clear()
                elif report := report or self.runner.poll(1):
                    self._take(report)
                    report = None
            except Exception as error:
                logging.getLogger(__name__).exception("a personal job could not be handled")
                if not (report and report.event in OVER and isinstance(error, sqlite3.Error)):
                    report = None  # else it is taken again, until the disk has room for how a job ended
                self.wake.clear()
                self.wake.wait(1)

    def _expire(self) -> None:
        with self.changed:
            for row in self.store.all():
                if row.expires <= self.clock():
                    self._forget(row)

    def _begin(self) -> bool:
        with self.changed:
            for row in self._queue():
                if row.tries < MOST_TRIES:
                    break
                self._end(row, "failed", JobError("lost").sentences)
            else:
                return False
            if row.started is None:
                row.started = self.clock()
                self.turns.append((row.started, row.session))
            row.state, row.tries, self.running = "reading", row.tries + 1, row.id
            try:
                self.store.put(row)
                self.runner.submit(Task(row.id, str(self.store.folder / row.id), self.kinds[row.kind].entry, row.options, row.pictures))
            except BaseException:  # no thread, no cluster, no room on the disk: it waits for another try
                row.state, self.running = "queued", None
                self.store.put(row)
                raise
            self.changed.notify_all()
            return True

    def _take(self, report: Report) -> None:
        with self.changed:
            row, over = self.store.get(report.job), report.event in OVER
            if over:
                self.running = None
            if row is None or row.state in ENDED:  # deleted meanwhile, or told twice
                if over:
                    files.tidy(self.store.folder / report.job, keep_result=False)
            elif report.event in ("done", "failed"):
                self._end(row, report.event, report.reason)
            else:
                if report.event == "tuning":
                    row.state, row.share, row.seconds_left = "tuning", report.share, report.seconds_left
                    row.losses = _extended(row.losses, report.share, report.losses or {})
                elif report.event == "slice":
                    row.tries = 0
                elif report.event == "stopped":  # the worker died: on from the last slice
                    row.state = "queued"
                self.store.put(row)
            self.changed.notify_all()

    def _end(self, row: Row, state: str, reason: dict[str, str] | None = None) -> None:
        row.state, row.reason, row.expires = state, reason, self.clock() + self.keep
        if state == "done":
            row.share = 1.0
        try:
            self.store.put(row)
        finally:  # on a full disk too the pictures go
            self._leave(row, keep_result=state == "done")

    def _forget(self, row: Row) -> None:
        try:
            self.store.remove(row.id)
        finally:
            self._leave(row, keep_result=False)

    def _leave(self, row: Row, keep_result: bool) -> None:
        """Stop who works on it, and delete its files. A worker in the middle may write one more, which _take deletes."""
        if row.id == self.running:
            self.runner.cancel(row.id)
        files.tidy(self.store.folder / row.id, keep_result)
        self.callers.pop(row.id, None)
        self.changed.notify_all()


def _owner(session: object) -> str:
    """What the store knows a session by."""
    if not isinstance(session, str) or len(session) < 43:  # characters of new_session()
        raise JobError("unknown")
    return hashlib.sha256(session.encode("utf-8", "replace")).hexdigest()


def _reduced(data: bytes, kind: Kind) -> Image.Image:
    picture = open_photo(data, kind.clear)
    picture.thumbnail((kind.edge, kind.edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def _extended(curves: Mapping[str, list], share: float, values: Mapping[str, float | None]) -> dict[str, list]:
    """The curves with one more point each; what lies behind it, from before an interruption, goes."""
    longer = {name: [point for point in curve if point[0] < share] for name, curve in curves.items()}
    for name, value in values.items():
        longer.setdefault(name, []).append([share, value])
    return {name: curve if len(curve) <= MOST_POINTS else curve[::2] for name, curve in longer.items()}
