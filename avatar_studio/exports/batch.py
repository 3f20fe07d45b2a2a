"""Many avatars from a table: one row a person, one PNG a row, drawn in batches, several at a time."""
from __future__ import annotations

import csv
import errno
import io
import math
import os
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from ..avatar import Avatar, AvatarError, decode
from ..files import write_whole
from ..styles import OWN
from ..traits import BY_NAME
from .marks import CODE_KEY
from .pictures import to_png

BATCH = 16
OTHER_COLUMNS = ("name", "code", "words", "seed", "background", "background_colour", "size", "style")
RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))])  # names that Windows keeps
OF_ONE_FILE = frozenset([errno.EFBIG, errno.EISDIR, errno.EILSEQ, errno.EINVAL, errno.ENAMETOOLONG])  # its name or length; others meet the next file too
Tell = Callable[[str], None]


@dataclass
class Result:
    """What became of a table. written, redrawn: files that are new, and in the place of a picture of another avatar; there: left as they were.

    mistakes: one sentence a row that could not be drawn; notes: one a row that was, but not all of it.
    stopped: why it ended before the table did, one sentence; empty if it did not.
    """

    written: int = 0
    redrawn: int = 0
    there: int = 0
    mistakes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stopped: str = ""


def read_table(table: Path) -> str:
    """A table's text as it stands there; read once, for it may come through a pipe. Raises AvatarError for what is no UTF-8."""
    with open(table, newline="", encoding="utf-8-sig") as file:
        try:
            return file.read()
        except UnicodeDecodeError:
            raise AvatarError("The table is not a CSV file in UTF-8; save it as one.") from None


def people(table: Path | str, tell: Tell = lambda note: None) -> Iterator[tuple[str, Avatar | str]]:
    """(file stem, avatar, or the sentence that says why there is none) of each row of a CSV with commas, semicolons or tabs.

    Columns, all optional: OTHER_COLUMNS, of which name is the file's and words are read by avatar_studio.words, and any trait. What is empty stays at the code's value or the default; a row in which
    nothing stands is nobody. Where no comma separates, numbers may have a decimal comma.
    table: its file, or its text. tell: called with a sentence about a row whose words were understood in part.
    Raises AvatarError for a table with other columns, or that is none.
    """
    separator, columns, lines = heading(read_table(table) if isinstance(table, Path) else table)
    used: dict[str, int] = {}
    for number, cells in enumerate(rows(lines, separator), 1):
        if cells is None:
            yield f"avatar-{number:05d}", f"Row {number}: its quotation marks do not match; close each, and inside of a quoted text write two for one."
            continue
        if not any(map(str.strip, cells)):
            continue
        row = {column: cell.strip() for column, cell in zip(columns, cells) if cell.strip()}
        stem = unused(stem_of(row.get("name", "")) or f"avatar-{number:05d}", used)
        try:
            if any(cell.strip() for cell in cells[len(columns):]):
                raise AvatarError("it has more cells than the heading; put quotes around a text with commas.")
            yield stem, person(row, number, tell, decimal_comma=separator != ",")
        except (AvatarError, ValueError) as error:
            yield stem, f"Row {number}: {error}"


def heading(text: str) -> tuple[str, list[str], list[str]]:
    """(separator, columns, the lines below) of a table's text. Raises AvatarError for a column that there is not, and if there is none."""
    lines = list(io.StringIO(text, newline=""))
    while lines and not lines[0].strip():
        lines.pop(0)
    stated = re.fullmatch(r"sep=([,;\t])\s*", lines[0], re.IGNORECASE) if lines else None  # Excel's own line
    first, *below = lines[bool(stated):] or [""]
    if not first.strip():
        raise AvatarError("The table is empty; its first line must name its columns, such as name and words.")
    separator = stated[1] if stated else max(",;\t", key=first.count)
    columns = [column.strip().lower() for column in next(csv.reader([first], delimiter=separator, skipinitialspace=True))]
    while columns and not columns[-1]:
        columns.pop()
    if unknown := [column for column in columns or ["nothing"] if column not in OTHER_COLUMNS and column not in BY_NAME]:
        raise AvatarError(f"The table has a column called {unknown[0][:40]!r}; use {', '.join(OTHER_COLUMNS)} and names of traits.")
    return separator, columns, below


def rows(lines: list[str], separator: str) -> Iterator[list[str] | None]:
    """The cells of each row; None for one whose quotation marks are wrong, which is its first line alone: the next line is read as a row again."""
    at = 0
    while at < len(lines):
        reader, read = csv.reader(islice(lines, at, None), delimiter=separator, skipinitialspace=True, strict=True), 0
        try:
            for cells in reader:
                yield cells
                read = reader.line_num
            return
        except csv.Error:
            yield None
            at += read + 1


def stem_of(name: str) -> str:
    """A file's name without its ending, of letters, digits, their marks, - and _ alone; "" if nothing is left of it.

    At most 240 bytes: file systems take 255, and a number and an ending come behind.
    """
    kept = "".join(c if c.isalnum() or c == "_" or unicodedata.category(c)[0] == "M" else "-" for c in name)
    stem = "-".join(filter(None, kept.split("-"))).strip("_")[:80].encode()[:240].decode(errors="ignore")
    return f"{stem}-" if stem.lower() in RESERVED else stem


def unused(stem: str, used: dict[str, int]) -> str:
    """The stem, with a number if another row has it already; added to those that are used, each with the last number that it was given."""
    key, one = stem.casefold(), stem
    while one.casefold() in used:
        used[key] += 1
        one = f"{stem}-{used[key]}"
    used[one.casefold()] = 1
    return one


def person(row: Mapping[str, str], number: int, tell: Tell, decimal_comma: bool) -> Avatar:
    """The avatar of one row's filled cells, whose traits may have a decimal comma. Raises AvatarError or ValueError, with a sentence."""
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
            traits[name] = value if BY_NAME[name].kind == "choice" else _number(name, value, decimal_comma)
    numbers = {name: _whole(name, row[name]) for name in ("seed", "size") if name in row}
    texts = {name: row[name] for name in ("background", "background_colour", "style") if name in row}
    avatar = replace(avatar, traits={**avatar.traits, **traits}, **numbers, **texts)
    if avatar.model or OWN.fullmatch(avatar.style) or OWN.fullmatch(avatar.second_style):
        from ..studio import ModelMissing, StyleMissing  # torch takes a second to import

        raise ModelMissing(avatar.model) if avatar.model else StyleMissing(avatar.style)
    return avatar


def _number(name: str, text: str, decimal_comma: bool = False) -> float:
    try:
        value = float(text.replace(",", ".") if decimal_comma else text)
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


def draw_table(studio, table: Path | str, folder: Path, quiet: bool = False, changes: Mapping = {},
               encode: Callable[[Image.Image, Avatar], bytes] = to_png) -> Result:
    """Draw every row of a table into a folder. A file that shows the row's avatar already is left alone, so that a run can go on, and one of another avatar is drawn again;
    a picture that carries no code is somebody's own and never touched.

    table: its file, or its text. changes: fields of every avatar, such as {"size": 512}. encode: (RGBA picture, avatar) -> what its PNG file holds.
    A file appears only when it is whole. Raises AvatarError for a table that cannot be read.
    """
    result, mistakes, notes = Result(), [], []
    folder.mkdir(parents=True, exist_ok=True)
    table = read_table(table) if isinstance(table, Path) else table
    total = table.count("\n") - 1

    def wanted(bar) -> Iterator[tuple[Path, Avatar, bool]]:
        """(file, avatar, whether another one is there) of each that is to be drawn."""
        for stem, avatar in people(table, notes.append):
            path = folder / f"{stem}.png"
            avatar = avatar if isinstance(avatar, str) else replace(avatar, **changes)
            exists = os.path.exists(path)  # not path.exists(), which raises for a name that the file system does not take
            saved = shown(path) if exists else None
            if isinstance(avatar, str):
                mistakes.append(avatar)
            elif exists and saved is None:
                mistakes.append(f"{path.name} is there already and carries no avatar, so it was left as it is; move it, or give the row another name.")
            elif saved == avatar:
                result.there += 1
            else:
                yield path, avatar, exists
                continue
            bar.update()

    def draw(some: list[tuple[Path, Avatar, bool]]) -> Counter[bool]:
        """How many files were written, by whether another one was there."""
        written = Counter()
        for (path, avatar, again), picture in zip(some, studio.draw_many([avatar for _, avatar, _ in some])):
            data = encode(picture, avatar)
            try:
                write_whole(path, data)
                written[again] += 1
            except UnicodeEncodeError:
                mistakes.append(f"{path.name} cannot be written: the file system has no such letters in names. Give the row another name.")
            except OSError as error:
                sentence = f"{path.name} cannot be written: {error.strerror}."
                held = again and isinstance(error, PermissionError) and os.access(folder, os.W_OK)  # on Windows, by a program that shows it
                if error.errno not in OF_ONE_FILE and not held:
                    result.stopped = f"{sentence} See to the disk, then give the same command again: it goes on where it stopped."
                    break
                mistakes.append(sentence)
        return written

    workers = max(2, studio.at_once)  # one draws while another writes: Pillow frees the interpreter while it compresses
    with tqdm(total=max(total, 0), unit="avatar", disable=quiet) as bar, ThreadPoolExecutor(workers) as drawers:
        waiting: deque[Future[Counter[bool]]] = deque()

        def take() -> None:
            written = waiting.popleft().result()
            result.written += written[False]
            result.redrawn += written[True]
            bar.update(written.total())

        for some in batches(wanted(bar), BATCH):
            waiting.append(drawers.submit(draw, some))
            if len(waiting) > 2 * workers:
                take()
            if result.stopped:
                break
        while waiting:
            take()
    result.mistakes, result.notes = tuple(mistakes), tuple(notes)
    return result


def shown(file: Path) -> Avatar | None:
    """The avatar whose code a PNG carries before its pixels, which are not read; None for any other file."""
    try:
        with Image.open(file, formats=["PNG"]) as picture:
            return decode(picture.info.get(CODE_KEY))
    except Exception:  # Pillow has many for what is no picture
        return None


def batches(items: Iterable, size: int) -> Iterator[list]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
