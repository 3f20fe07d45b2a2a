"""Jobs on a Ray cluster instead of a process beside the server: `python app.py --tuner ray://head:10001`.

A job's pictures and its last slice travel to a machine of the cluster, and its reports, slices and result back, so the
machines share no folder. Needs requirements-ray.txt there and here.
"""
from __future__ import annotations

import contextlib
import logging
import os
import queue
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # else a call that finds its cluster lost may start a Ray of this machine's own instead

import ray

from . import files
from .runner import OVER, Report, Runner, Task
from .store import CODE, ROOT
from .worker import work

LOCAL = "local"            # instead of an address: a Ray of this machine's own, which ends with the server
PREFIX = "avatar-studio-ray-"
POLL_SECONDS = 0.25        # between two looks at whether a task is still wanted
SEEK_SECONDS = 30.0        # how long a cluster that refuses at once is asked again, as one does that is being started anew
PAUSE_SECONDS = 2.0        # between two times
CLOSING_SECONDS = 5.0      # that leaving a cluster may take; one that is away is not waited for


class Desk:
    """An actor: works on one task at a time, in a folder that is gone when the task is over."""

    def __init__(self):
        for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getuid()}-*"):
            if (lock := _lock(left)) is not None:  # else another server's desk works there
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)
        self.reports: queue.SimpleQueue[tuple[dict, dict[str, bytes]]] = queue.SimpleQueue()
        self.unwanted: str | None = None  # a job

    def begin(self, task: dict, sent: dict[str, bytes]) -> None:
        """sent: the files of the job's directory that a slice starts from, by name."""
        threading.Thread(target=self._work, args=(task, sent), daemon=True).start()

    def take(self) -> tuple[dict, dict[str, bytes]]:
        """The next report with the files that are new, when there is one."""
        return self.reports.get()

    def cancel(self, job: str) -> None:
        self.unwanted = job

    def _work(self, task: dict, sent: dict[str, bytes]) -> None:
        try:
            with _folder() as folder:
                self._work_in(folder, task, sent)
        except Exception:  # such as a full disk; without a word of it the server would wait for ever
            logging.exception("a desk cannot work on a job")
            self.reports.put(({"job": task["job"], "event": "stopped"}, {}))

    def _work_in(self, folder: Path, task: dict, sent: dict[str, bytes]) -> None:
        def tell(event: str, **more) -> None:
            if event != "reading":
                for name in task["pictures"]:  # they have been read: even a kill leaves none behind
                    (folder / name).unlink(missing_ok=True)
            self.reports.put(({"job": task["job"], "event": event, **more}, _new(folder, event)))

        for name, data in sent.items():
            files.write(folder / name, data)
        work({**task, "directory": str(folder)}, tell, lambda: self.unwanted != task["job"])


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A locked folder of a desk's own, which is gone afterwards."""
    made = Path(tempfile.mkdtemp())
    lock = _lock(made)  # before it has the name by which another desk finds it
    folder = made.rename(made.with_name(f"{PREFIX}{os.getuid()}-{made.name}"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """A handle that holds a folder's lock until it is closed or its process dies; None while another one does, or if it is no folder of ours."""
    import fcntl  # not on Windows, where a server may run, but no desk

    handle = None
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle
    except OSError:
        if handle is not None:
            os.close(handle)
        return None


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

    One thread asks Ray for everything, and nobody waits for it: while the cluster is away a call may take half a minute.
    It never ends, because what ray.init starts for LOCAL is killed when the thread that called it ends, and this process with it.
    """

    def __init__(self, address: str):
        super().__init__()
        self.address = address
        self.unwanted: Task | None = None  # which its worker is to be told
        self.actor = self.desk = None      # None: to be found, and to be made. The thread's own
        self._connect()
        self.orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()  # to the thread
        threading.Thread(target=self._obey, name="personal jobs on Ray", daemon=True).start()

    def submit(self, task: Task) -> None:
        with self.lock:
            self.task = task
        self.orders.put(partial(self._work_on, task))

    def rest(self) -> None:
        with self.lock:
            self._kill()
        self.orders.put(self._dismiss)

    def close(self) -> None:
        with self.lock:
            self._kill()
        left = threading.Event()
        self.orders.put(lambda: (self._leave(), left.set()))
        left.wait(CLOSING_SECONDS)

    def _ask_to_end(self) -> None:
        self.unwanted = self.task  # the thread sees it soon, or, when Ray does not answer it, _kill comes first

    def _kill(self) -> None:
        """Give the task up at once. The thread ends who works on it as soon as it sees that."""
        task, self.task = self.task, None
        if task is not None:
            self.reports.put(Report(task.job, "stopped"))

    # All below runs in the thread.

    def _obey(self) -> None:
        while True:
            self.orders.get()()

    def _work_on(self, task: Task) -> None:
        try:
            if self.task is task:
                self._find_desk(task)
            if self.task is task:  # else it was given up while the cluster was away
                self._follow(task)
        except Exception as error:  # Ray has many for a machine, an actor or a cluster that is gone
            logging.getLogger(__name__).warning("a personal job stops for now: its machine or the Ray cluster was lost", exc_info=True)
            self._kill_if_at(task)
            self._dismiss() if isinstance(error, ray.exceptions.RayActorError) else self._leave()

    def _find_desk(self, task: Task) -> None:
        until = time.monotonic() + SEEK_SECONDS
        while self.actor is None or not ray.is_initialized():
            self._leave()  # what there still is of the lost one
            try:
                self._connect()
            except Exception:
                if self.task is not task or time.monotonic() >= until:
                    raise
                time.sleep(PAUSE_SECONDS)
        if self.desk is None:
            self.desk = self.actor.remote()

    def _connect(self) -> None:
        here = self.address == LOCAL
        code = {"env_vars": {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}} if here else {
            "working_dir": str(ROOT), "excludes": ["/*", "!/.", *(f"!/{name}" for name in CODE)]}  # "." is the folder itself
        begin = partial(ray.init, self.address, runtime_env=code, log_to_driver=False, logging_level="ERROR", **({"include_dashboard": False} if here else {}))
        try:
            begin()
        except ConnectionAbortedError:  # it is there, but so busy that what serves one more client did not start in Ray's time
            ray.shutdown()
            begin()
        share = {"num_gpus": 1} if ray.cluster_resources().get("GPU", 0) >= 1 else {"num_cpus": 1}
        self.actor = ray.remote(Desk).options(max_concurrency=4, **share)  # begin, take and cancel at a time

    def _follow(self, task: Task) -> None:
        """Have the desk work on a task, and take what it reports until that is over or given up."""
        folder = Path(task.directory)
        sent = {name: data for name in (*task.pictures, files.STATE) if (data := files.read(folder / name))}
        self.desk.begin.remote(asdict(task), sent)
        event = coming = None
        while event not in OVER and self.task is task:
            if coming is None:
                coming = self.desk.take.remote()
            if self.unwanted is task:
                self.desk.cancel.remote(task.job)
            if ray.wait([coming], timeout=POLL_SECONDS)[0]:
                (report, new), coming = ray.get(coming), None
                event = report["event"]
                self._take(task, Report(**report), new)
        if event not in OVER:
            self._dismiss()

    def _take(self, task: Task, report: Report, new: dict[str, bytes]) -> None:
        """Write what came back into the job's folder, and pass the report on."""
        with self.lock:  # while it writes too: once a task was given up, nothing more gets into its folder
            if self.task is not task:
                return
            with contextlib.suppress(FileNotFoundError):  # cancelled, and its folder deleted
                if report.event == "done":
                    files.write_result(Path(task.directory), new)
                else:
                    for name, data in new.items():
                        files.write(Path(task.directory) / name, data)
            if report.event in OVER:
                self.task = None
            self.reports.put(report)

    def _dismiss(self) -> None:
        """End the actor, whatever it does."""
        desk, self.desk = self.desk, None
        if desk is not None:
            with contextlib.suppress(Exception):  # it is gone already
                ray.kill(desk)

    def _leave(self) -> None:
        self._dismiss()
        self.actor = None
        with contextlib.suppress(Exception):  # the cluster is gone already
            ray.shutdown()
