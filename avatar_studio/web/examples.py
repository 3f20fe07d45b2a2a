"""The example portraits: two public domain photographs, which the tests read too and which stand in the repository once."""
from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parents[2] / "tests" / "photos"
NAMES = ("p01.jpg", "p02.jpg")
THUMBNAIL_SIZE = 96  # pixels


def photos() -> list[Path]:
    """The example photos that are there; none in a checkout without tests."""
    return [FOLDER / name for name in NAMES if (FOLDER / name).is_file()]


def thumbnails() -> list[str]:
    """A small data URI of each, for the page's buttons."""
    return [_thumbnail(path) for path in photos()]


def data_uri(path: Path) -> str:
    """A whole photo, as the page sends it back to be read."""
    return f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}"


def _thumbnail(path: Path) -> str:
    with Image.open(path) as photo:
        photo.draft("RGB", (2 * THUMBNAIL_SIZE, 2 * THUMBNAIL_SIZE))
        photo.thumbnail((2 * THUMBNAIL_SIZE, 2 * THUMBNAIL_SIZE))
        buffer = io.BytesIO()
        photo.save(buffer, "WEBP", quality=80)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"
