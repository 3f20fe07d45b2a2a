"""The page and what describes it, compressed on their way: the page is four times as small then, which is seconds on a slow line."""
from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from .limits import path_of

TEXTS = ("", "/config", "/gradio_api/info", "/gradio_api/openapi.json")  # Gradio compresses its own files; pictures would not get smaller, nor may a stream wait
LEVEL = 5  # of 1 to 9: more takes three times as long for two percent


class Squeeze:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp):
        self.app, self.squeezing = app, GZipMiddleware(app, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        squeezed = scope["type"] == "http" and path_of(scope) in TEXTS
        await (self.squeezing if squeezed else self.app)(scope, receive, send)
