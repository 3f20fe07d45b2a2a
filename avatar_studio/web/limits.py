"""Bounds on what one request may send. Gradio reads JSON without one, while everybody waits; pictures are long, but few values."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_VALUES = 10_000  # of a JSON body, told by its commas, of which base64 has none: an avatar has two hundred
LOOK_BYTES = 2**20    # of a body, after which it is looked again whether there is room


@dataclass(frozen=True)
class Limit:
    """most: bytes. values: of JSON, or None where the body is something else. room: whether there is room for it still."""

    most: int
    values: int | None = MOST_VALUES
    room: Callable[[], Awaitable[bool]] | None = None


class BodyLimit:
    """ASGI middleware that answers 413 to a body over its limit, announced or not. limits: by path, with "" for all others."""

    def __init__(self, app: ASGIApp, limits: dict[str, Limit]):
        self.app, self.limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit = self.limits.get(path_of(scope), self.limits[""])
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit.most:
            return await _refuse(send)
        taken, values, looked, more, refused = 0, 0, 0, True, not await has_room(limit)

        async def counted() -> Message:
            nonlocal taken, values, more
            message = await receive()
            body, more = message.get("body", b""), message.get("more_body", False)
            taken, values = taken + len(body), values + body.count(b",")
            return message

        async def passed_on() -> Message:
            nonlocal looked, refused
            message = await counted()
            over = taken > limit.most or (limit.values is not None and values > limit.values)
            if not over and taken - looked > LOOK_BYTES:
                looked, over = taken, not await has_room(limit)
            if not over:
                return message
            refused = True
            return {"type": "http.disconnect"}  # makes whoever reads the body stop

        async def passing(message: Message) -> None:
            if not refused:
                await send(message)

        try:
            if not refused:
                await self.app(scope, passed_on, passing)
        except ClientDisconnect:  # there is nobody to tell
            pass
        except Exception:
            if not refused:
                raise
        if refused:
            while more and taken <= limit.most:  # who still sends hears no answer
                await counted()
            await _refuse(send)


def path_of(scope: Scope) -> str:
    """What a request is for, without a slash at its end, which Gradio's routes have or not."""
    return scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")


async def has_room(limit: Limit) -> bool:
    return limit.room is None or await limit.room()


async def _refuse(send: Send) -> None:
    await refuse(send, 413, "This request is larger than Avatar Studio takes, or too many files wait here; send a smaller photo, or try again in a quarter of an hour.")


async def refuse(send: Send, status: int, sentence: str) -> None:
    """Answer with a sentence."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send({"type": "http.response.body", "body": sentence.encode()})
