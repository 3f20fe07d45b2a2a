"""Uploads: what people's cameras and programs write is read; what is hostile or broken is refused in one sentence."""
from __future__ import annotations

import struct
import threading
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from avatar_studio.selfie import SelfieError, open_photo, photo
from avatar_studio.selfie.errors import SENTENCES
from avatar_studio.selfie.photo import EDGE, MAX_BYTES

from .conftest import PHOTOS, is_red_and_blue, picture, saved

PHOTO = PHOTOS / "p02.jpg"


@pytest.mark.parametrize("format, mode", [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "P"), ("PNG", "RGBA"),
                                          ("WEBP", "RGB"), ("GIF", "P"), ("BMP", "RGB")])
def test_everyday_formats_keep_their_colours(format, mode):
    assert is_red_and_blue(open_photo(saved(picture(mode), format)))


def test_of_an_animation_the_first_frame_is_read():
    other = Image.new("RGB", (64, 48), "white")
    data = saved(picture(), "GIF", save_all=True, append_images=[other, other])
    assert is_red_and_blue(open_photo(data))


def test_sixteen_bit_grey_is_not_clipped_to_white():
    ramp = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    opened = np.asarray(open_photo(saved(Image.fromarray(ramp), "PNG")))
    assert opened[0].max() < 10 and opened[-1].min() > 245 and 120 < opened[24].mean() < 135


def test_a_large_sixteen_bit_grey_takes_no_more_memory_than_its_own_size():
    grey = np.tile(np.linspace(0, 65535, 4000).astype(np.uint16), (3000, 1))
    data = saved(Image.fromarray(grey), "PNG")
    tracemalloc.start()
    opened = open_photo(data)
    _, most = tracemalloc.get_traced_memory()  # without Pillow's own
    tracemalloc.stop()
    assert opened.size == (2000, 1500) and opened.getpixel((0, 700))[0] < 3 and 125 < opened.getpixel((1000, 700))[0] < 130 and opened.getpixel((1999, 700))[0] > 252
    assert most < 4000 * 3000 * 2 + 2**20


def test_two_photos_are_opened_and_decoded_at_a_time_and_the_others_wait(monkeypatch):
    opened, two, go = [], threading.Semaphore(0), threading.Event()
    open_ = photo.Image.open

    def opening(*arguments, **options):
        opened.append(arguments)
        two.release()
        go.wait(60)
        return open_(*arguments, **options)

    monkeypatch.setattr(photo.Image, "open", opening)
    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(open_photo, saved(picture(), "PNG")) for _ in range(8)]
        assert two.acquire(timeout=60) and two.acquire(timeout=60)
        assert not two.acquire(timeout=0.2) and len(opened) == 2
        go.set()
    assert len(opened) == 8 and all(is_red_and_blue(one.result()) for one in waiting)


def test_transparency_lies_on_white():
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert open_photo(saved(clear, "PNG")).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("orientation, first", [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)),
                                                (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))])
def test_exif_turns_the_picture_upright(orientation, first):
    """`first`: the corner, as (x, y), in which the stored picture's first pixel must appear (Exif 2.32, 4.6.4)."""
    image = Image.new("RGB", (64, 32), "black")
    image.paste((255, 255, 255), (0, 0, 16, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = open_photo(saved(image, "JPEG", exif=exif, quality=95))
    assert open_photo(saved(image, "JPEG", exif=exif, quality=95), clear=True).convert("RGB") == upright
    assert upright.size == ((32, 64) if orientation >= 5 else (64, 32))
    x, y = first[0] * (upright.width - 1), first[1] * (upright.height - 1)
    assert upright.getpixel((x, y))[0] > 200
    assert upright.getpixel((upright.width - 1 - x, upright.height - 1 - y))[0] < 60


def test_a_large_photo_is_made_small():
    assert max(open_photo(saved(Image.new("RGB", (4000, 3000), "grey"), "JPEG")).size) == EDGE


def test_a_long_line_is_a_picture_too():
    assert open_photo(saved(Image.new("RGB", (1, 10_000)), "JPEG")).size == (1, EDGE)


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is huge, in a few bytes."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))


BAD = {
    "empty": b"",
    "too_heavy": b"\xff" * (MAX_BYTES + 1),
    "format": b"I am a text file that somebody called photo.jpg\n" * 20,
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(200),
    "too_large": png_header(30_000, 30_000),
    "damaged": PHOTO.read_bytes()[:20_000],
}


@pytest.mark.parametrize("key", BAD)
def test_what_cannot_be_read_is_refused_in_one_sentence(key):
    with pytest.raises(SelfieError) as refusal:
        open_photo(BAD[key])
    assert refusal.value.key == key
    assert refusal.value.sentences["en"] == str(refusal.value) and "{" not in str(refusal.value)
    assert refusal.value.sentences["zh"].endswith("。") and "{" not in refusal.value.sentences["zh"]


def test_formats_that_are_not_listed_are_not_decoded():
    for format in ("TIFF", "PPM", "ICO", "TGA", "EPS"):
        with pytest.raises(SelfieError) as refusal:
            open_photo(saved(picture(), format))
        assert refusal.value.key == "format"


def test_damaged_bytes_never_raise_anything_else():
    generator = np.random.default_rng(3)
    good = [saved(picture(), format) for format in ("JPEG", "PNG", "WEBP", "GIF", "BMP")]
    for _ in range(60):
        data = bytearray(good[generator.integers(len(good))])
        for place in generator.integers(0, len(data), 12):
            data[place] = generator.integers(256)
        try:
            open_photo(bytes(data))
        except SelfieError as refusal:
            assert refusal.key in SENTENCES


def test_every_sentence_is_one_sentence():
    for english, chinese in SENTENCES.values():
        assert english.endswith(".") and english.count(". ") == 0
        assert chinese.endswith("。") and chinese.count("。") == 1
