"""What would be left of a photo that was read: memory that is freed holds it until something else is written there, which can take minutes."""
from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..process import release_memory
from .door import FUNCTIONS, UPLOAD
from .limits import path_of

LEAST_PICTURE = 2**13  # bytes of a call from the page that may bring one: an avatar is half as long
ANSWERS = re.compile(r"/gradio_api/(queue/data|call/(v2/)?[^/]+/[^/]+)")  # at the end of which a program's call is over, with what it had uploaded


class Forget:
    """ASGI middleware that returns freed memory to the system after a request that may have brought a picture, and so never in a drag."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message

        try:
            await self.app(scope, counted, send)
        finally:
            if scope["type"] == "http" and ((path := path_of(scope)) in (FUNCTIONS, UPLOAD) and taken > LEAST_PICTURE or ANSWERS.fullmatch(path)):
                await run_in_threadpool(release_memory)
