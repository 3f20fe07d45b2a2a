"""What is known of every job: one SQLite file beside the jobs' directories, written by one server.

The connection holds the file's lock for as long as it lives, so that a second server cannot use the folder, and a folder
whose lock is free belongs to nobody. With one writer and no other reader the rollback journal does all that a write-ahead
log would: a server that is killed leaves every job as it was before a change or after it.
"""
from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .errors import JobError

WAITING, WORKING, ENDED = ("queued",), ("reading", "tuning"), ("done", "failed")
ROOT = Path(__file__).parents[2]
CODE = ("avatar_studio", "weights")  # folders of the checkout that a Ray cluster is sent; no picture may ever lie in them
DATABASE, JOBS, UPLOADS, PREFIX = "jobs.sqlite", "jobs", "uploads", "avatar-studio-jobs-"


@dataclass
class Row:
    """One job. Times are seconds since 1970."""

    id: str
    session: str              # SHA-256 of the session's token; the token itself is kept nowhere
    kind: str
    options: dict
    created: float
    expires: float
    pictures: list[str] = field(default_factory=list)      # names of files in its directory
    state: str = "queued"
    reason: dict[str, str] | None = None                   # why it failed: a sentence in each language
    share: float = 0.0                                     # how much is done, 0 to 1
    seconds_left: float | None = None
    losses: dict[str, list] = field(default_factory=dict)  # curves: name -> [[share, value], ...]
    started: float | None = None                           # when it had its turn
    tries: int = 0                                         # how often it was begun since its last whole slice


@dataclass(frozen=True)
class Status:
    """What a person sees of a job.

    state: queued, reading, tuning, done or failed. place: in the queue, from 1; 0 if it does not wait.
    share: done, 0 to 1. seconds_left: None while nobody knows. losses: curves, name -> [[share, value], ...].
    preview: PNG bytes, or None. reason: why it failed, a sentence in "en" and "zh". expires: when it is deleted, seconds since 1970.
    """

    job: str
    kind: str
    state: str
    place: int
    share: float
    seconds_left: float | None
    losses: Mapping[str, list]
    preview: bytes | None
    reason: Mapping[str, str] | None
    expires: float

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class Store:
    """The jobs of a folder. Safe to call from several threads. Raises JobError if another server has the folder, or it lies in CODE,
    OSError or sqlite3.OperationalError if it cannot be used, and any other sqlite3.DatabaseError if the file is damaged.

    base: None makes a temporary folder that only this user can open. Those that killed servers left are deleted.
    folder has a directory for each job; uploads is for files that lie there for as long as this server runs.
    """

    def __init__(self, base: Path | None = None):
        if base and any(base.resolve().is_relative_to(ROOT / name) for name in CODE):
            raise JobError("folder_code")
        self.temporary = base is None
        self.base, self.connection = _open_temporary() if base is None else (base, _open(base))
        _delete_abandoned()
        self.folder = self.base / JOBS
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.uploads = (self.base / UPLOADS).resolve()
        shutil.rmtree(self.uploads, ignore_errors=True)  # of a server that was killed
        self.uploads.mkdir(mode=0o700, exist_ok=True)
        self.lock = threading.Lock()
        self._do("CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, row TEXT)")

    def put(self, row: Row) -> None:
        """Add a job, or replace what is known of it."""
        self._do("INSERT INTO jobs VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET row = excluded.row", row.id, json.dumps(asdict(row)))

    def get(self, job: str) -> Row | None:
        return next((_row(text) for text, in self._do("SELECT row FROM jobs WHERE id = ?", job)), None)

    def all(self, *states: str) -> list[Row]:
        """The jobs in some states, or in any, the oldest first."""
        rows = [_row(text) for text, in self._do("SELECT row FROM jobs ORDER BY rowid")]
        return [row for row in rows if not states or row.state in states]

    def remove(self, job: str) -> None:
        self._do("DELETE FROM jobs WHERE id = ?", job)

    def close(self) -> None:
        self.connection.close()
        shutil.rmtree(self.base if self.temporary else self.uploads, ignore_errors=True)

    def _do(self, sql: str, *values) -> list[tuple]:
        with self.lock:
            return self.connection.execute(sql, values).fetchall()


def fair_order(waiting: Iterable[Row], turns: Mapping[str, int]) -> list[Row]:
    """The order in which jobs get their turn: what was interrupted goes on first, then whose session had fewer turns, then age."""
    left, turns, order = list(waiting), Counter(turns), []
    while left:
        row = min(left, key=lambda row: (row.started is None, turns[row.session], row.created))
        left.remove(row)
        order.append(row)
        turns[row.session] += row.started is None
    return order


def _row(text: str) -> Row:
    try:
        return Row(**json.loads(text))
    except (TypeError, ValueError) as error:
        raise sqlite3.DatabaseError(f"a row is no job: {error}") from None


def _open(base: Path) -> sqlite3.Connection:
    """The folder's database, with its lock."""
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (base / DATABASE).exists():
        os.close(os.open(base / DATABASE, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(base / DATABASE, timeout=0.2, isolation_level=None, check_same_thread=False)
    try:
        connection.executescript("PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON; PRAGMA journal_mode = TRUNCATE; BEGIN EXCLUSIVE; COMMIT")
    except sqlite3.Error as error:
        connection.close()
        if "locked" not in str(error):
            raise
        raise JobError("folder_in_use") from None
    return connection


def _delete_abandoned() -> None:
    """Delete the temporary folders whose lock nobody holds."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if old.is_symlink() or hasattr(os, "getuid") and old.stat().st_uid != os.getuid():
                continue
            connection = _open(old)
        except (JobError, OSError, sqlite3.Error):  # somebody works there, or another server has just deleted it
            continue
        shutil.rmtree(old, ignore_errors=True)
        connection.close()
        if os.name == "nt":  # which deletes no file that is open; elsewhere a folder that is there now is somebody's new one
            shutil.rmtree(old, ignore_errors=True)


def _open_temporary() -> tuple[Path, sqlite3.Connection]:
    """A new temporary folder with its lock."""
    for attempt in range(5):
        base = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            return base, _open(base)
        except (JobError, OSError, sqlite3.Error):  # another server that started just now took it for abandoned
            continue
    raise JobError("folder_in_use")
