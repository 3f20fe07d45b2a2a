"""Small files that would keep Pillow busy for minutes or fill the memory, each refused before it can; the memory is bounded, so that a failure here fails alone."""
from __future__ import annotations

import struct
import tracemalloc
import zlib

import pytest
from PIL import Image

from avatar_studio.selfie import SelfieError, open_photo
from avatar_studio.selfie.parts import MOST_BLOCKS, MOST_CHUNKS, MOST_SCANS, MOST_SEGMENTS

from .conftest import is_red_and_blue, picture, saved


def jpeg(segments: bytes) -> bytes:
    data = saved(picture(), "JPEG")
    return data[:2] + segments + data[2:]


def jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is there so many times."""
    data = saved(picture("L"), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + data[-2:]


def png(chunks: bytes) -> bytes:
    data = saved(picture(), "PNG")
    return data[:33] + chunks + data[33:]


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def gif(blocks: bytes) -> bytes:
    data = saved(picture("P"), "GIF")
    at = 13 + (3 << (data[10] & 7) + 1)  # behind its palette
    return data[:at] + blocks + data[at:]


def bmp(width: int) -> bytes:
    """A run-length coded BMP of one line, of which nearly all is skipped in four bytes."""
    body = bytes([0, 2, 0, 255, 0, 1])
    return (b"BM" + struct.pack("<IHHI", 1078 + len(body), 0, 0, 1078) + struct.pack("<IiiHHIIiiII", 40, width, 1, 1, 8, 1, len(body), 2835, 2835, 256, 0)
            + bytes(1024) + body)


HOSTILE = {
    "a BMP that is coded in runs": bmp(50_000),
    "a JPEG of empty segments": jpeg(b"\xff\xe5\0\2" * MOST_SEGMENTS),
    "a JPEG of scans": jpeg_of_scans(MOST_SCANS),
    "a PNG of empty chunks": png(chunk(b"abCd") * MOST_CHUNKS),
    "a GIF of one long comment": gif(b"!\xfe" + b"\1c" * MOST_BLOCKS + b"\0"),
    "a GIF of short ones": gif(b"!\xfe\1c\0" * MOST_BLOCKS),
    "a GIF with what belongs to nothing": gif(bytes(MOST_BLOCKS)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_of_parts_without_end_is_called_damaged(name):
    with pytest.raises(SelfieError) as refusal:
        open_photo(HOSTILE[name])
    assert refusal.value.key == "damaged"


@pytest.mark.parametrize("data", [jpeg(b"\xff\xe5\0\2" * 100), jpeg(b"\xff\xfe\0\5me!" + bytes(50)), saved(picture(), "JPEG", progressive=True), png(chunk(b"abCd") * 5000),
                                  gif(b"!\xfe" + (b"\xff" + b"c" * 255) * 100 + b"\0")])
def test_a_file_with_more_parts_than_most_is_read(data):
    assert is_red_and_blue(open_photo(data))


def exif(orientation: int, order: str = "<", more: int = 0, size: int = 0) -> bytes:
    """EXIF with an orientation after so many entries, each of which says that it is `size` bytes long."""
    entries = [struct.pack(f"{order}HHII", 0x9000 + k, 7, size, 8) for k in range(more)] + [struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)]
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(entries)) + b"".join(entries) + bytes(4 + size)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_format_is_turned_upright_by_its_exif(format, order):
    block = exif(8, order)
    assert open_photo(saved(picture(), format, exif=b"Exif\0\0" + block if format == "JPEG" else block)).size == (48, 64)


@pytest.mark.parametrize("block", [b"", b"Exif\0\0", b"II*\0", exif(8)[:-20], exif(0), exif(77), b"II*\0\xff\xff\xff\xff", bytes(40)])
def test_exif_that_says_nothing_turns_nothing(block):
    assert open_photo(png(chunk(b"eXIf", block))).size == (64, 48)


def test_what_the_entries_of_exif_point_to_is_not_copied():
    data = png(chunk(b"eXIf", exif(8, more=300, size=2**20)))
    tracemalloc.start()
    assert open_photo(data).size == (48, 64)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20 * 2**20  # and not 300 MB


def test_a_photo_that_was_cut_short_is_damaged_wherever_it_was_cut():
    data = saved(Image.effect_noise((64, 64), 60).convert("RGB"), "JPEG")
    for end in range(4, len(data) - 2, 37):
        with pytest.raises(SelfieError) as refusal:
            open_photo(data[:end])
        assert refusal.value.key in ("damaged", "format")
