"""What takes long, a few at once: everybody shares Gradio's forty threads and one processor, so forty photos would keep all sliders and dice waiting."""
from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import anyio.to_thread
import gradio as gr
from gradio.context import LocalContext

SLOW = {"selfie", "everyone", "enlarge", "compare"}  # functions of the page's script
AT_ONCE = 2


def few_at_once(functions: list[Callable[[object], dict]]) -> list[Callable]:
    """The same functions, of which those that are SLOW wait for one of AT_ONCE places, and are not begun for who is gone by then."""
    places = anyio.CapacityLimiter(AT_ONCE)
    return [_waiting(function, places) if function.__name__ in SLOW else function for function in functions]


def _waiting(function: Callable[[object], dict], places: anyio.CapacityLimiter) -> Callable[..., Awaitable[dict]]:
    async def answer(data: object, request: gr.Request) -> dict:
        LocalContext.request.set(None)  # Gradio's note of it would go into every copy of this context, some of which outlive the call, and a photo with them
        async with places:
            if await request.is_disconnected():  # Gradio (6.31) gives a server function Starlette's own request
                return {}
            return await anyio.to_thread.run_sync(function, data)

    answer.__name__ = function.__name__
    answer.__annotations__["request"] = gr.Request  # by which Gradio knows that it is wanted; the text of an annotation does not tell it
    return answer
