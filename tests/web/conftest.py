from __future__ import annotations

import base64
import io
from pathlib import Path

import httpx
import pytest
from PIL import Image

PHOTOS = Path(__file__).parents[1] / "photos"


@pytest.fixture(scope="session")
def call(studio, jobs):
    """call(name, data) -> what the page's function of that name answers."""
    from avatar_studio.web.server import Server

    functions = {function.__name__: function for function in Server(studio, jobs).functions()}
    return lambda name, data: functions[name](data)


@pytest.fixture(scope="session")
def uploads(jobs):
    """The folder that the server keeps files in while it needs them."""
    return jobs.store.uploads


@pytest.fixture(scope="session")
def http(served):
    """Who talks to the server by plain HTTP."""
    with httpx.Client(base_url=served.local_url, timeout=120, trust_env=False) as client:
        yield client


def image_of(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


def sent(data: bytes) -> str:
    return base64.b64encode(data).decode()


def is_one_sentence(error: dict) -> bool:
    return set(error) == {"en", "zh"} and error["en"].endswith(".") and error["en"].count(". ") == 0 and error["zh"].endswith("。")
