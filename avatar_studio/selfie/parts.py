"""What a picture's file is made of, looked through before Pillow opens it.

Pillow reads a file's parts one after another in Python, keeps what they hold, and reads EXIF by copying whatever an entry points to.
A hostile file has parts without end; a camera's has ten, a PNG of 40 MB five thousand.
"""
from __future__ import annotations

import re
import struct

MOST_SEGMENTS = 1000   # of a JPEG
MOST_SCANS = 100       # of a progressive one, over all of whose coefficients each goes; programs write ten
MOST_CHUNKS = 20_000   # of a PNG
MOST_BLOCKS = 1000     # of a GIF before its first picture, bytes that belong to none counted as one each

MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # of a JPEG; those that stand among the data of a scan are none
SOI, EOI, SOS, APP1 = 0xD8, 0xD9, 0xDA, 0xE1
ABOUT = {0xFE, *range(0xE1, 0xF0)} - {0xEE}  # segments about a picture and not of it: all but JFIF's and Adobe's, which say what its colours are
NEXT = re.compile(rb"[!,;]")  # with which a GIF's extensions and pictures begin, and its end
ORIENTATION = 0x0112  # Exif 2.32, section 4.6.4


class Endless(ValueError):
    """A file of more parts than any honest one."""


def bare(data: bytes) -> tuple[bytes, bytes]:
    """(what Pillow is to open of a file, the EXIF of a JPEG, of which that has none). Raises Endless."""
    if data.startswith(b"\xff\xd8"):
        return _bare_jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        _count_chunks(data)
    elif data.startswith(b"GIF8"):
        _count_blocks(data)
    return data, b""


def orientation(exif: bytes) -> int:
    """How a picture lies by its EXIF, 1 to 8; 1 if that does not say."""
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    try:
        place, = struct.unpack_from(f"{order}I", exif, 4)
        count, = struct.unpack_from(f"{order}H", exif, place)
        for entry in range(place + 2, place + 2 + 12 * count, 12):
            tag, value = struct.unpack_from(f"{order}H6xH", exif, entry)
            if tag == ORIENTATION:
                return value
    except struct.error:  # no EXIF, or cut short
        pass
    return 1


def _bare_jpeg(data: bytes) -> tuple[bytes, bytes]:
    kept, exif, scans, at = [data[:2]], b"", 0, 2
    for _ in range(MOST_SEGMENTS):
        found = MARKER.search(data, at)
        if found is None:  # cut short
            return b"".join(kept), exif
        start, kind = found.start(), data[found.start() + 1]
        if kind == EOI:
            return b"".join([*kept, b"\xff\xd9"]), exif
        at = found.end() + (int.from_bytes(data[found.end():found.end() + 2], "big") if kind != SOI else 0)
        if kind == SOS:
            scans += 1
            following = MARKER.search(data, at)
            at = following.start() if following else len(data)
        if scans > MOST_SCANS:
            raise Endless
        if kind == APP1 and data.startswith(b"Exif\0\0", start + 4):
            exif = exif or data[start + 4:at]
        if kind not in ABOUT:
            kept.append(data[start:at])
    raise Endless


def _count_chunks(data: bytes) -> None:
    at = 8
    for _ in range(MOST_CHUNKS):
        if at >= len(data):
            return
        at += 12 + int.from_bytes(data[at:at + 4], "big")
    raise Endless


def _count_blocks(data: bytes) -> None:
    palette = 3 << (data[10] & 7) + 1 if data[10:11] >= b"\x80" else 0
    at, blocks = 13 + palette, 0
    while found := NEXT.search(data, at):
        blocks += 1 + found.start() - at
        if found[0] != b"!" or blocks > MOST_BLOCKS:
            break
        at = found.end() + 1
        while size := int.from_bytes(data[at:at + 1], "big"):
            at += 1 + size
            blocks += 1
            if blocks > MOST_BLOCKS:
                raise Endless
        at += 1
    if blocks > MOST_BLOCKS or (found is None and len(data) - at > MOST_BLOCKS):
        raise Endless
