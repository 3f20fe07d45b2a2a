from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from avatar_studio.selfie import open_photo, read

PHOTOS = Path(__file__).parents[1] / "photos"


def photo(name: str) -> Image.Image:
    return open_photo((PHOTOS / name).read_bytes())


@pytest.fixture(scope="session")
def astronaut():
    return read(photo("p02.jpg"))
