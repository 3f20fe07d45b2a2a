from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from avatar_studio.web.limits import BodyLimit


async def length(request):
    return PlainTextResponse(str(len(await request.body())))


APP = BodyLimit(Starlette(routes=[Route("/", length, methods=["POST"])]), most=1000)


def run(coroutine):
    """In a thread of its own: the browser tests' Playwright keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def test_a_small_body_passes_and_a_large_one_is_refused_in_a_sentence():
    client = TestClient(APP)
    assert client.post("/", content=b"x" * 1000).text == "1000"
    answer = client.post("/", content=b"x" * 1001)
    assert answer.status_code == 413 and answer.text.endswith(".")


def test_a_body_that_does_not_say_its_size_is_counted():
    chunks = iter([b"x" * 600, b"x" * 600])
    sent = []

    async def receive():
        return {"type": "http.request", "body": next(chunks), "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    run(APP(scope, receive, send))
    assert sent[0]["status"] == 413


def test_an_announced_size_that_is_no_number_is_refused():
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"-5")], "query_string": b""}
    run(APP(scope, None, send))
    assert sent[0]["status"] == 413
