"""The page, what describes it and its functions' answers, compressed on their way, and its files kept by the browser: both are seconds on a slow line."""
from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .limits import path_of

TEXTS = ("", "/config", "/gradio_api/info", "/gradio_api/openapi.json")  # Gradio compresses its own files; pictures would not get smaller, nor may a stream wait
LEVEL = 5  # of 1 to 9: more takes three times as long for two percent
ASSETS, FOR_EVER = "/assets/", "public, max-age=31536000, immutable"  # Gradio's files whose names change with what is in them; of their age it says nothing
ANSWERS = "/gradio_api/component_server"  # their pictures are text (base64), of which a quarter to a third goes in a millisecond or two


class Squeeze:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.by_path = {**dict.fromkeys(TEXTS, GZipMiddleware(app, compresslevel=LEVEL)), ANSWERS: GZipMiddleware(app, compresslevel=1)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = path_of(scope) if scope["type"] == "http" else None
        if path and path.startswith(ASSETS):
            send = _kept(send)
        await self.by_path.get(path, self.app)(scope, receive, send)


def _kept(send: Send) -> Send:
    """A send that lets the browser keep what is found."""
    async def kept(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            MutableHeaders(scope=message)["cache-control"] = FOR_EVER
        await send(message)

    return kept
