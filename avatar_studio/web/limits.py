"""A bound on what one request may send: the page's direct calls are JSON, which Gradio reads without one."""
from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """ASGI middleware that answers 413 to a body of more than `most` bytes, announced or not."""

    def __init__(self, app: ASGIApp, most: int):
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self.most:
            return await _refuse(send)
        taken, refused = 0, False

        async def counting() -> Message:
            nonlocal taken, refused
            message = await receive()
            taken += len(message.get("body", b""))
            if taken <= self.most:
                return message
            refused = True
            return {"type": "http.disconnect"}  # makes whoever reads the body stop

        async def passing(message: Message) -> None:
            if not refused:
                await send(message)

        try:
            await self.app(scope, counting, passing)
        except Exception:
            if not refused:
                raise
        if refused:
            await _refuse(send)


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send({"type": "http.response.body", "body": b"This request is larger than Avatar Studio takes; send a smaller photo."})
