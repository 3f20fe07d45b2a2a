"""What is known of every job: one SQLite file beside the jobs' directories, written by one server.

The connection holds the file's lock for as long as it lives, so that a second server cannot use the folder, and a folder
whose lock is free belongs to nobody. With one writer and no other reader the rollback journal is all that is needed: a
server that is killed leaves every job as it was before or after a change.
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
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from .errors import JobError

WAITING, WORKING, ENDED = ("queued",), ("reading", "tuning"), ("done", "cancelled", "failed")
DATABASE, JOBS, PREFIX = "jobs.sqlite", "jobs", "avatar-studio-jobs-"
SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, session TEXT, kind TEXT, options TEXT, pictures TEXT, state TEXT, reason TEXT,
    share REAL, seconds_left REAL, losses TEXT, created REAL, started REAL, expires REAL, tries INTEGER);
CREATE TABLE IF NOT EXISTS turns (session TEXT, at REAL);
"""
PLAIN = ("options", "pictures", "reason", "losses")  # kept as JSON


@dataclass
class Row:
    """One job. Times are seconds since 1970."""

    id: str
    session: str              # SHA-256 of the session's token; the token itself is kept nowhere
    kind: str
    options: dict
    created: float
    expires: float
    pictures: list[str] = field(default_factory=list)        # names of files in its directory
    state: str = "queued"
    reason: dict[str, str] | None = None                     # why it failed: a sentence in each language
    share: float = 0.0                                       # how much is done, 0 to 1
    seconds_left: float | None = None
    losses: dict[str, list] = field(default_factory=dict)    # curves by name
    started: float | None = None                             # when it had its turn
    tries: int = 0                                           # how often it was begun since its last whole slice


class Store:
    """The jobs of a folder. Safe to call from several threads. Raises JobError if another server has the folder.

    base: None makes a temporary folder that only this user can open, and deletes those that killed servers left.
    """

    def __init__(self, base: Path | None = None):
        self.temporary = base is None
        self.base, self.connection = _open_temporary() if base is None else (Path(base), _open(Path(base)))
        self.folder = self.base / JOBS
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.lock = threading.Lock()
        self.connection.executescript(SCHEMA)

    def add(self, row: Row) -> None:
        values = _packed(asdict(row))
        self._do(f"INSERT INTO jobs ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", *values.values())

    def get(self, job: str) -> Row | None:
        return next(iter(self._rows("SELECT * FROM jobs WHERE id = ?", job)), None)

    def all(self, *states: str) -> list[Row]:
        """The jobs in some states, or in any, the oldest first."""
        where = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        return self._rows(f"SELECT * FROM jobs {where} ORDER BY created, rowid", *states)

    def change(self, job: str, **changes) -> None:
        """Set fields of Row."""
        values = _packed(changes)
        self._do(f"UPDATE jobs SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?", *values.values(), job)

    def remove(self, job: str) -> None:
        self._do("DELETE FROM jobs WHERE id = ?", job)

    def count_turn(self, session: str, now: float, since: float) -> None:
        """Note that a session has its turn now, and forget those before `since`."""
        self._do("INSERT INTO turns VALUES (?, ?)", session, now)
        self._do("DELETE FROM turns WHERE at < ?", since)

    def turns(self, since: float) -> Counter[str]:
        """How many turns each session has had."""
        return Counter(dict(self._do("SELECT session, COUNT(*) FROM turns WHERE at >= ? GROUP BY session", since)))

    def close(self) -> None:
        self.connection.close()
        if self.temporary:
            shutil.rmtree(self.base, ignore_errors=True)

    def _do(self, sql: str, *values) -> list[tuple]:
        with self.lock:
            return self.connection.execute(sql, values).fetchall()

    def _rows(self, sql: str, *values) -> list[Row]:
        names = [field.name for field in fields(Row)]
        found = self._do(sql.replace("*", ", ".join(names), 1), *values)
        rows = [dict(zip(names, values)) for values in found]
        return [Row(**{name: json.loads(value) if name in PLAIN else value for name, value in row.items()}) for row in rows]


def fair_order(waiting: Iterable[Row], turns: Mapping[str, int]) -> list[Row]:
    """The order in which jobs get their turn: what was interrupted goes on first, then whose session had fewer turns, then age."""
    left, turns, order = list(waiting), Counter(turns), []
    while left:
        row = min(left, key=lambda row: (row.started is None, turns[row.session], row.created))
        left.remove(row)
        order.append(row)
        turns[row.session] += row.started is None
    return order


def _packed(values: Mapping) -> dict:
    return {name: json.dumps(value) if name in PLAIN else value for name, value in values.items()}


def _open(base: Path) -> sqlite3.Connection:
    """The folder's database with its lock."""
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (base / DATABASE).exists():
        os.close(os.open(base / DATABASE, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(base / DATABASE, timeout=1, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.OperationalError:
        connection.close()
        raise JobError("folder_in_use") from None
    return connection


def _open_temporary() -> tuple[Path, sqlite3.Connection]:
    """A new temporary folder with its lock, after the abandoned ones are deleted."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if old.is_symlink() or not old.is_dir() or (hasattr(os, "getuid") and old.stat().st_uid != os.getuid()):
            continue
        try:
            connection = _open(old)
        except (JobError, OSError, sqlite3.Error):
            continue
        shutil.rmtree(old, ignore_errors=True)
        connection.close()
    base = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        return base, _open(base)
    except (JobError, OSError, sqlite3.Error):  # another server that started just now took it for abandoned
        base = Path(tempfile.mkdtemp(prefix=PREFIX))
        return base, _open(base)
