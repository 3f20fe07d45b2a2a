from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from avatar_studio.selfie import open_photo, read
from avatar_studio.selfie.faces import find_faces
from avatar_studio.selfie.measure import measure
from avatar_studio.selfie.portrait import portrait

PHOTOS = Path(__file__).parents[1] / "photos"


def photo(name: str) -> Image.Image:
    return open_photo((PHOTOS / name).read_bytes())


@pytest.fixture(scope="session")
def astronaut():
    return read(photo("p02.jpg"))


@pytest.fixture(scope="session")
def seen():
    """Her portrait."""
    picture = photo("p02.jpg")
    faces = find_faces(picture)
    return portrait(picture, faces[0], faces)


@pytest.fixture(scope="session")
def measured(seen):
    return measure(seen)


def saved(picture: Image.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def picture(mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (64, 48), (220, 30, 30))
    image.paste((30, 30, 220), (32, 0, 64, 48))
    return image.convert(mode)


def is_red_and_blue(image: Image.Image) -> bool:
    left, right = image.getpixel((8, 24)), image.getpixel((56, 24))
    return image.mode == "RGB" and left[0] > 150 > left[2] and right[2] > 150 > right[0]
