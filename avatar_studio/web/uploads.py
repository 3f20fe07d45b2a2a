"""The files that come and go by the API: each upload is its sender's alone, is gone once it has been read, and so is, in time, what nobody asks for."""
from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import gradio as gr

KEEP_SECONDS = 15 * 60  # how long a file waits: the first of twenty photos until the last has been sent and their call has its turn, or a picture to be fetched
LOOK_SECONDS = 60       # how often Gradio looks for what has waited so long


class Files(set):
    """The paths of all files of a page, in the place of the sets from which Gradio (6.31) deletes old ones."""

    def manage(self, page: gr.Blocks) -> None:
        page.upload_file_set, page.temp_file_sets = self, [self]
        for block in page.blocks.values():
            block.temp_files = self

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().__iter__()))  # a file that comes while Gradio goes through them would end its cleaning for good

    def update(self, paths: list[str]) -> None:
        """Note what was just uploaded. paths: Gradio's answer to the sender, in which each file gets a name that nobody else has.

        Gradio names a file by what is in it, so that who sends the same photo as somebody else would share a file with them.
        """
        own = {path: _renamed(Path(path)) for path in set(paths)}
        paths[:] = [own[path] for path in paths]
        super().update(paths)

    def take(self, file: gr.FileData | None) -> bytes | None:
        """An uploaded file's bytes; the file is gone when this returns."""
        if file is None:
            return None
        path = Path(file.path)  # Gradio has made sure that this is a file uploaded to it
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise gr.Error(f"A file that was uploaded is here no more, for each is read once and waits {KEEP_SECONDS // 60} minutes at most. Send it again.") from None
        finally:
            path.unlink(missing_ok=True)
            self.discard(file.path)


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
