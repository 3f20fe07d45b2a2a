"""Files on the disk."""
from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Save a file whole or not at all: what was there before stays until then. Raises OSError, of the path if it is a file's fault."""
    partial = path.with_suffix(".part")
    try:
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError as error:
        if error.filename:
            error.filename, error.filename2 = str(path), None
        with suppress(OSError):
            partial.unlink()
        raise
