"""The files that come and go by the API: each upload is its sender's alone, is gone once it has been read, and so is, in time, what nobody asks for."""
from __future__ import annotations

import contextlib
import functools
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gradio as gr

from ..avatar import AvatarError
from ..files import write_whole
from ..told import Told
from ..words import WordsError

REFUSED = (AvatarError, Told, WordsError)
KEEP_SECONDS = 15 * 60  # how long a file waits: the first of twenty photos until the last has been sent and their call has its turn, or a picture to be fetched
AGAIN_SECONDS = 60      # and how much longer once it was fetched, to be fetched again, should it have been lost on its way
LOOK_SECONDS = 15       # how often Gradio looks for what has waited so long
MOST_BYTES = 2**30      # of all files that wait, over which none is uploaded
MOST_MADE_BYTES = 2**29  # of those that were made here: what was made first goes first
LEAST_BYTES = 2**16     # that one counts as, so that they are not too many


class Files:
    """All files of a folder, in the place of the sets from which Gradio (6.31) deletes old ones: what is there counts, not what it was told of,
    for an upload that breaks off leaves a file too."""

    def __init__(self, folder: Path):
        self.folder, self.made = folder, folder / "made"

    def manage(self, page: gr.Blocks) -> None:
        page.upload_file_set, page.temp_file_sets = self, [self]
        for block in page.blocks.values():
            block.temp_files = self
            block.async_move_resource_to_block_cache = self.own

    def __iter__(self) -> Iterator[str]:
        """Those that Gradio may look at. Old ones are deleted here: it would never look again after the first that it cannot delete, as one that
        Windows still sends."""
        for folder, folders, names in os.walk(self.folder, topdown=False):
            yield from (path for name in names if not _deleted(path := os.path.join(folder, name), os.remove))
            if not folders and not names and folder != str(self.folder):
                _deleted(folder, os.rmdir)

    def __isub__(self, gone: set[str]) -> Files:
        return self

    def add(self, path: str) -> None:
        """It is in the folder."""

    def update(self, paths: list[str]) -> None:
        """paths: Gradio's answer to the sender of what was just uploaded, in which each file gets a name that nobody else has.

        Gradio names a file by what is in it, so that who sends the same photo as somebody else would share a file with them.
        """
        own = {path: _renamed(Path(path)) for path in set(paths)}
        paths[:] = [own[path] for path in paths]

    async def own(self, path: str | Path | None) -> str | None:
        """In the place of a Gradio function that would fetch a file from any address for a stranger."""
        if path is not None and not Path(path).is_relative_to(self.folder):
            raise refusal("Upload the file itself: no file is fetched from elsewhere.")
        return path and str(path)

    def take(self, file: gr.FileData | None) -> bytes | None:
        """An uploaded file's bytes; the file is gone when this returns."""
        if file is None:
            return None
        path = Path(file.path)  # Gradio has made sure that this is a file uploaded to it
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise refusal(f"An uploaded file is no longer here: each is read once, and waits {KEEP_SECONDS // 60} minutes at most. Send it again.") from None
        finally:
            path.unlink(missing_ok=True)

    def give(self, name: str, data: bytes, key: str = "") -> str:
        """Where a file is that was made for somebody, who fetches it soon. key: by which what is asked for again and again is one file; nobody can guess it."""
        path = self.made / (key or secrets.token_hex(16)) / name
        try:
            os.utime(path)  # it is there, and waits anew
        except FileNotFoundError:
            self._make_room()
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
        return str(path)

    def take_back(self, key: str) -> None:
        """Delete what was given with a key."""
        shutil.rmtree(self.made / key, ignore_errors=True)

    def _make_room(self) -> None:
        """Who fetches nothing keeps nobody waiting."""
        total = 0
        for _, weight, path in sorted(_weighed(self.made), reverse=True):
            total += weight
            if total > MOST_MADE_BYTES:
                with contextlib.suppress(OSError):  # it is gone already, or being sent
                    os.remove(path)


def used(folder: Path | str) -> int:
    """Bytes that all files below a folder count as."""
    return sum(weight for _, weight, _ in _weighed(folder))


def fetched(path: str) -> None:
    """A file was sent whole to who asked for it: from now on it is as old as one that waits AGAIN_SECONDS more."""
    with contextlib.suppress(OSError):
        seen = os.stat(path)
        os.utime(path, (seen.st_atime, min(seen.st_mtime, time.time() - KEEP_SECONDS + AGAIN_SECONDS)))


def refusal(sentence: object) -> gr.Error:
    """What tells a program that it asked for something impossible; the log, which may hold what it sent, is not told."""
    return gr.Error(str(sentence), print_exception=False)


def refusing(function: Callable) -> Callable:
    """An endpoint, with what people can get wrong turned into a refusal."""

    @functools.wraps(function)
    def endpoint(*arguments):
        try:
            return function(*arguments)
        except REFUSED as error:
            raise refusal(error) from None

    return endpoint


def _deleted(path: str, delete: Callable[[str], None]) -> bool:
    """Whether it has waited too long; then it is gone, if it can be deleted just now."""
    with contextlib.suppress(OSError):  # it is gone already, is being sent, or something has come into it
        if os.lstat(path).st_mtime > time.time() - KEEP_SECONDS:
            return False
        delete(path)
    return True


def _weighed(folder: Path | str) -> Iterator[tuple[float, int, str]]:
    """(when it was made, bytes that it counts as, path) of each file below a folder."""
    for place, _, names in os.walk(folder):
        for path in (os.path.join(place, name) for name in names):
            with contextlib.suppress(FileNotFoundError):  # it was read meanwhile
                seen = os.lstat(path)
                yield seen.st_mtime, max(seen.st_size, LEAST_BYTES), path


def _renamed(path: Path) -> str:
    """Where an upload is from now on."""
    own = path.parents[1] / f"{secrets.token_hex(16)}{path.suffix}"
    try:
        path.rename(own)
    except FileNotFoundError:  # Gradio still copies it from another disk
        return str(path)
    with contextlib.suppress(OSError):  # something else is in it
        path.parent.rmdir()
    return str(own)
