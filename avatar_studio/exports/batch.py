"""Many avatars from a table: one row a person, one PNG a row, drawn in batches and written while the next are drawn."""
from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from ..avatar import Avatar, AvatarError, decode
from ..traits import BY_NAME
from .pictures import to_png

BATCH = 16
WRITERS = 2  # threads that write PNGs beside the generator; Pillow frees the interpreter while it compresses
OTHER_COLUMNS = ("name", "code", "words", "seed", "background", "background_colour", "size", "style")


@dataclass
class Result:
    """What became of a table. mistakes: one sentence a row that could not be drawn."""

    written: int = 0
    there: int = 0
    mistakes: tuple[str, ...] = ()


def people(table: Path) -> Iterator[tuple[str, Avatar | str]]:
    """(file stem, avatar, or the sentence that says why there is none) of each row of a CSV.

    Columns, all optional: name (of the file), code, words (read by avatar_studio.words), seed, background,
    background_colour, size, style, and any trait. What is empty stays at the code's value or the default.
    Raises AvatarError for a table with other columns, or that is none.
    """
    with open(table, newline="", encoding="utf-8-sig") as file:
        try:
            rows = csv.DictReader(file)
            unknown = [column for column in rows.fieldnames or ["nothing"] if column not in OTHER_COLUMNS and column not in BY_NAME]
            if unknown:
                raise AvatarError(f"The table has a column called {str(unknown[0])[:40]!r}; use name, code, words, seed, background, "
                                  "background_colour, size, style and names of traits.")
            seen: dict[str, int] = {}
            for number, row in enumerate(rows, 1):
                stem = re.sub(r"[^\w-]+", "-", row.get("name") or "").strip("-_")[:80] or f"avatar-{number:05d}"
                seen[stem.lower()] = seen.get(stem.lower(), 0) + 1
                stem += f"-{seen[stem.lower()]}" if seen[stem.lower()] > 1 else ""
                try:
                    yield stem, person(row, number)
                except (AvatarError, ValueError) as error:
                    yield stem, f"Row {number}: {error}"
        except (csv.Error, UnicodeDecodeError):
            raise AvatarError("The table is not a CSV file in UTF-8; save it as one.") from None


def person(row: dict, number: int) -> Avatar:
    """The avatar of one row. Raises AvatarError or ValueError, with a sentence."""
    filled = {key: value.strip() for key, value in row.items() if isinstance(key, str) and isinstance(value, str) and value.strip()}
    avatar = decode(filled["code"]) if "code" in filled else Avatar(seed=number)
    if avatar.model:
        from ..studio import ModelMissing

        raise ModelMissing(avatar.model)
    if "words" in filled:
        from .. import words

        avatar = words.read(filled["words"], avatar).avatar
    traits = {}
    for name, value in filled.items():
        if name in BY_NAME:
            traits[name] = value if BY_NAME[name].kind == "choice" else _number(name, value)
    numbers = {name: int(_number(name, filled[name])) for name in ("seed", "size") if name in filled}
    texts = {name: filled[name] for name in ("background", "background_colour", "style") if name in filled}
    return replace(avatar, traits={**avatar.traits, **traits}, **numbers, **texts)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise AvatarError(f"{name} must be a number, not {text[:40]!r}.") from None


def draw_table(studio, table: Path, folder: Path, quiet: bool = False) -> Result:
    """Draw every row of a table into a folder; rows whose file is there already are left alone, so a run can go on.

    A file appears only when it is whole. Raises AvatarError for a table that cannot be read.
    """
    result, mistakes = Result(), []
    folder.mkdir(parents=True, exist_ok=True)
    total = sum(1 for _ in open(table, "rb")) - 1

    def wanted(bar) -> Iterator[tuple[Path, Avatar]]:
        for stem, avatar in people(table):
            path = folder / f"{stem}.png"
            if isinstance(avatar, str):
                mistakes.append(avatar)
                bar.update()
            elif path.exists():
                result.there += 1
                bar.update()
            else:
                yield path, avatar

    with tqdm(total=max(total, 0), unit="avatar", disable=quiet) as bar, ThreadPoolExecutor(WRITERS) as writers:
        waiting: list = []
        for some in batches(wanted(bar), BATCH):
            pictures = studio.draw_many([avatar for _, avatar in some])
            for job in waiting:
                job.result()
            waiting = [writers.submit(write, path, picture, avatar) for (path, avatar), picture in zip(some, pictures)]
            result.written += len(some)
            bar.update(len(some))
        for job in waiting:
            job.result()
    result.mistakes = tuple(mistakes)
    return result


def write(path: Path, picture, avatar: Avatar) -> None:
    """Save a picture whole or not at all."""
    partial = path.with_suffix(".part")
    partial.write_bytes(to_png(picture, avatar))
    os.replace(partial, path)


def batches(items: Iterable, size: int) -> Iterator[list]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
