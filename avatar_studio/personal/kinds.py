"""The kinds of jobs that there are."""
from __future__ import annotations

from .jobs import Kind
from .own_file import clean_name


def _named(options: dict) -> dict:
    """{name} of the style or model that a person wants learned. Raises JobError."""
    return {"name": clean_name(options.get("name"))}


KINDS = {
    "style": Kind("avatar_studio.personal.style_job:run", _named, most=1, edge=512),
    "drawing": Kind("avatar_studio.personal.drawing_job:run", _named, edge=512, clear=True),
    "face": Kind("avatar_studio.personal.face_job:run", _named, edge=1024),
}
