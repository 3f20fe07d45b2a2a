from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from avatar_studio.web.limits import LOOK_BYTES, BodyLimit, Limit


async def length(request):
    return PlainTextResponse(str(len(await request.body())))


async def room() -> bool:
    return rooms.pop(0)


rooms: list[bool] = []  # what it answers
APP = BodyLimit(Starlette(routes=[Route(path, length, methods=["POST"]) for path in ("/", "/pictures", "/pictures/", "/upload")]),
                {"": Limit(1000), "/pictures": Limit(100_000, values=50), "/upload": Limit(5 * LOOK_BYTES, None, room)})


def run(coroutine):
    """In a thread of its own: the browser tests' Playwright keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def asked(path: str, *chunks: bytes) -> int:
    """The status that a body gets which does not say its size."""
    left, sent = list(chunks), []

    async def receive():
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message):
        sent.append(message)

    run(APP({"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b""}, receive, send))
    return sent[0]["status"]


def test_a_small_body_passes_and_a_large_one_is_refused_in_a_sentence():
    client = TestClient(APP)
    assert client.post("/", content=b"x" * 1000).text == "1000"
    answer = client.post("/", content=b"x" * 1001)
    assert answer.status_code == 413 and answer.text.endswith(".")


def test_only_where_pictures_travel_a_body_is_long():
    client = TestClient(APP)
    assert client.post("/pictures", content=b"x" * 100_000).text == "100000" and client.post("/pictures", content=b"x" * 100_001).status_code == 413
    assert client.post("/pictures/", content=b"x" * 100_000).text == "100000"  # so the page asks


def test_a_long_body_is_one_picture_and_not_thousands_of_values():
    client = TestClient(APP)
    assert client.post("/pictures", content=b'{"picture": "' + b"x" * 90_000 + b'", "avatar": [' + b"1," * 30 + b"1]}").status_code == 200
    assert client.post("/pictures", content=b"[" + b"{}," * 60 + b"{}]").status_code == 413


def test_a_body_that_does_not_say_its_size_is_counted():
    assert asked("/", b"x" * 600, b"x" * 300) == 200 and asked("/", b"x" * 600, b"x" * 600) == 413


def test_an_upload_is_refused_at_once_or_on_its_way_when_there_is_no_room():
    photo = b"x" * (LOOK_BYTES + 1)
    for answers, status in (([True, True, True], 200), ([False], 413), ([True, True, False], 413)):
        rooms[:] = answers
        assert asked("/upload", photo, photo) == status and rooms == []


@pytest.mark.parametrize("size", [b"-5", b"1e3", b"5000000000"])
def test_an_announced_size_that_is_impossible_is_refused(size):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", size)], "query_string": b""}
    run(APP(scope, None, send))
    assert sent[0]["status"] == 413
