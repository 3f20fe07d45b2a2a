"""Files on the disk."""
from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Save a file whole or not at all: what was there before stays until then. Raises OSError, of the path if it is a file's fault.

    What is written meanwhile has a name that nobody else uses, so that others may save in the same folder, and even the same file.
    """
    partial = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError as error:
        if error.filename:
            error.filename, error.filename2 = str(path), None
        raise
    finally:
        with suppress(OSError):  # it is the path by now, or was never there
            partial.unlink()
