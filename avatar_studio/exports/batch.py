"""Many avatars from a table: one row a person, one PNG a row, drawn in batches, several at a time."""
from __future__ import annotations

import csv
import math
import os
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from ..avatar import Avatar, AvatarError, decode
from ..styles import OWN
from ..traits import BY_NAME
from .pictures import to_png

BATCH = 16
OTHER_COLUMNS = ("name", "code", "words", "seed", "background", "background_colour", "size", "style")
RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))])  # names that Windows keeps
Tell = Callable[[str], None]


@dataclass
class Result:
    """What became of a table. mistakes: one sentence a row that could not be drawn; notes: one a row that was, but not all of it."""

    written: int = 0
    there: int = 0
    mistakes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def people(table: Path, tell: Tell = lambda note: None) -> Iterator[tuple[str, Avatar | str]]:
    """(file stem, avatar, or the sentence that says why there is none) of each row of a CSV with commas, semicolons or tabs.

    Columns, all optional: name (of the file), code, words (read by avatar_studio.words), seed, background,
    background_colour, size, style, and any trait. What is empty stays at the code's value or the default.
    tell: called with a sentence about a row whose words were understood in part.
    Raises AvatarError for a table with other columns, or that is none.
    """
    number = 0
    with open(table, newline="", encoding="utf-8-sig") as file:
        try:
            heading = file.readline()
            separator = max(",;\t", key=heading.count)
            columns = [column.strip().lower() for column in next(csv.reader([heading], delimiter=separator), [])]
            while columns and not columns[-1]:
                columns.pop()
            if unknown := [column for column in columns or ["nothing"] if column not in OTHER_COLUMNS and column not in BY_NAME]:
                raise AvatarError(f"The table has a column called {unknown[0][:40]!r}; use name, code, words, seed, background, "
                                  "background_colour, size, style and names of traits.")
            used: set[str] = set()
            for number, cells in enumerate(csv.reader(file, delimiter=separator, strict=True), 1):
                row = {column: cell.strip() for column, cell in zip(columns, cells) if cell.strip()}
                stem = unused(stem_of(row.get("name", "")) or f"avatar-{number:05d}", used)
                try:
                    if any(cell.strip() for cell in cells[len(columns):]):
                        raise AvatarError("it has more cells than the heading; put quotes around a text with commas.")
                    yield stem, person(row, number, tell)
                except (AvatarError, ValueError) as error:
                    yield stem, f"Row {number}: {error}"
        except csv.Error:
            raise AvatarError(f"The table cannot be read after row {number}: is a quotation mark missing?") from None
        except UnicodeDecodeError:
            raise AvatarError("The table is not a CSV file in UTF-8; save it as one.") from None


def stem_of(name: str) -> str:
    """A file's name without its ending, of letters, digits, their marks, - and _ alone; "" if nothing is left of it."""
    kept = "".join(c if c.isalnum() or c == "_" or unicodedata.category(c)[0] == "M" else "-" for c in name)
    stem = "-".join(filter(None, kept.split("-"))).strip("_")[:80]
    return f"{stem}-" if stem.lower() in RESERVED else stem


def unused(stem: str, used: set[str]) -> str:
    """The stem, with a number if another row has it already; added to those that are used."""
    one, number = stem, 1
    while one.casefold() in used:
        number += 1
        one = f"{stem}-{number}"
    used.add(one.casefold())
    return one


def person(row: Mapping[str, str], number: int, tell: Tell) -> Avatar:
    """The avatar of one row's filled cells. Raises AvatarError or ValueError, with a sentence."""
    avatar = decode(row["code"]) if "code" in row else Avatar(seed=number)
    if "words" in row:
        from .. import words

        reading = words.read(row["words"], avatar)
        avatar = reading.avatar
        if reading.unknown and not reading.understood:
            raise AvatarError(f"none of its words is understood: {', '.join(reading.unknown)[:80]}.")
        if reading.unknown:
            tell(f"Row {number}: not understood: {', '.join(reading.unknown)[:80]}.")
    traits = {}
    for name, value in row.items():
        if name in BY_NAME:
            traits[name] = value if BY_NAME[name].kind == "choice" else _number(name, value)
    numbers = {name: _whole(name, row[name]) for name in ("seed", "size") if name in row}
    texts = {name: row[name] for name in ("background", "background_colour", "style") if name in row}
    avatar = replace(avatar, traits={**avatar.traits, **traits}, **numbers, **texts)
    if avatar.model or OWN.fullmatch(avatar.style) or OWN.fullmatch(avatar.second_style):
        from ..studio import ModelMissing, StyleMissing  # torch takes a second to import

        raise ModelMissing(avatar.model) if avatar.model else StyleMissing(avatar.style)
    return avatar


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise AvatarError(f"{name} must be a number, not {text[:40]!r}.")
    return value


def _whole(name: str, text: str) -> int:
    value = _number(name, text)
    if not value.is_integer():
        raise AvatarError(f"{name} must be a whole number, not {text[:40]!r}.")
    return int(value)


def draw_table(studio, table: Path, folder: Path, quiet: bool = False, changes: Mapping = {},
               encode: Callable[[Image.Image, Avatar], bytes] = to_png) -> Result:
    """Draw every row of a table into a folder; rows whose file is there already are left alone, so a run can go on.

    changes: fields of every avatar, such as {"size": 512}. encode: (RGBA picture, avatar) -> what its PNG file holds.
    A file appears only when it is whole. Raises AvatarError for a table that cannot be read.
    """
    result, mistakes, notes = Result(), [], []
    folder.mkdir(parents=True, exist_ok=True)
    total = sum(1 for _ in open(table, "rb")) - 1

    def wanted(bar) -> Iterator[tuple[Path, Avatar]]:
        for stem, avatar in people(table, notes.append):
            path = folder / f"{stem}.png"
            if isinstance(avatar, str):
                mistakes.append(avatar)
                bar.update()
            elif path.exists():
                result.there += 1
                bar.update()
            else:
                yield path, replace(avatar, **changes)

    def draw(some: list[tuple[Path, Avatar]]) -> int:
        for (path, avatar), picture in zip(some, studio.draw_many([avatar for _, avatar in some])):
            write(path, picture, avatar, encode)
        return len(some)

    workers = max(2, studio.at_once)  # one draws while another writes: Pillow frees the interpreter while it compresses
    with tqdm(total=max(total, 0), unit="avatar", disable=quiet) as bar, ThreadPoolExecutor(workers) as drawers:
        waiting: deque[Future[int]] = deque()

        def take() -> None:
            written = waiting.popleft().result()
            result.written += written
            bar.update(written)

        for some in batches(wanted(bar), BATCH):
            waiting.append(drawers.submit(draw, some))
            if len(waiting) > 2 * workers:
                take()
        while waiting:
            take()
    result.mistakes, result.notes = tuple(mistakes), tuple(notes)
    return result


def write(path: Path, picture: Image.Image, avatar: Avatar, encode: Callable[[Image.Image, Avatar], bytes]) -> None:
    """Save a picture whole or not at all."""
    partial = path.with_suffix(".part")
    partial.write_bytes(encode(picture, avatar))
    os.replace(partial, path)


def batches(items: Iterable, size: int) -> Iterator[list]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
