"""The kinds of jobs that there are."""
from __future__ import annotations

from .jobs import Kind
from .style_file import clean_name


def _style_options(options: dict) -> dict:
    """{name} of a style that a person wants learned. Raises JobError."""
    return {"name": clean_name(options.get("name"))}


KINDS = {"style": Kind("avatar_studio.personal.style_job:run", most=1, edge=512, check=_style_options)}
