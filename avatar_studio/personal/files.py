"""The files of one job, in a directory of its own that only this user can open.

Pictures have random names. What is written counts only once it is renamed to its name, whole and on disk, so that a process
that is killed at any moment leaves nothing half done:

    ab12....png         a person's pictures, until the job ends
    state.safetensors   what the next slice starts from, until the job ends
    preview.png         how far it is
    result/             what came out, renamed as a whole directory
"""
from __future__ import annotations

import contextlib
import io
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import load, save

STATE, PREVIEW, RESULT = "state.safetensors", "preview.png", "result"
NAME = re.compile(r"[a-z0-9_]{1,40}\.[a-z0-9]{1,12}")  # of a file in a result


def write(path: Path, data: bytes) -> None:
    """Write a file that only this user can read, and replace the one before it in one step."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with open(partial, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
    _settle(path.parent)


def read(path: Path) -> bytes | None:
    """A file's bytes; None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write_pictures(folder: Path, pictures: Iterable[Image.Image]) -> list[str]:
    """Make the job's directory with the pictures in it; returns their names, in order."""
    folder.mkdir(mode=0o700)
    names = []
    for picture in pictures:
        names.append(f"{secrets.token_hex(16)}.png")
        write(folder / names[-1], as_png(picture))
    return names


def read_pictures(folder: Path, names: Iterable[str]) -> list[Image.Image]:
    """The pictures, RGB or RGBA, in memory and no longer bound to their files."""
    pictures = []
    for name in names:
        with Image.open(folder / name, formats=("PNG",)) as picture:
            pictures.append(picture.convert("RGBA" if picture.mode == "RGBA" else "RGB"))
    return pictures


def write_state(folder: Path, state: Mapping[str, np.ndarray]) -> None:
    """Keep what the next slice starts from."""
    write(folder / STATE, save({name: np.asarray(value, order="C") for name, value in state.items()}))


def read_state(folder: Path) -> dict[str, np.ndarray]:
    """What the last whole slice left; {} before the first."""
    data = read(folder / STATE)
    return load(data) if data else {}


def write_result(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into result/, all of them or none. Raises ValueError for a name that is none."""
    if not files or not all(NAME.fullmatch(name) for name in files):
        raise ValueError(f"a result has files with plain names, not {sorted(files)}")
    partial = Path(tempfile.mkdtemp(suffix=".partial", dir=folder))
    for name, data in files.items():
        write(partial / name, data)
    os.rename(partial, folder / RESULT)
    _settle(folder)


def read_result(folder: Path) -> dict[str, bytes]:
    """The files of a result by name; {} where there is none."""
    return {path.name: path.read_bytes() for path in sorted((folder / RESULT).glob("*"))}


def tidy(folder: Path, keep_result: bool) -> None:
    """Delete the pictures and all else that an ended job has, but for its result and last preview if they are to stay."""
    if not keep_result:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.glob("*"):  # none where there is no folder
        if path.name not in (RESULT, PREVIEW):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def as_png(picture: Image.Image) -> bytes:
    """A picture as a PNG, made quickly."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def used(base: Path) -> int:
    """Bytes of all files below a directory."""
    total = 0
    for folder, _, names in os.walk(base):
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # a worker renames them meanwhile
                total += os.lstat(os.path.join(folder, name)).st_size
    return total


def _settle(folder: Path) -> None:
    """Have a rename in a directory survive a power cut, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
