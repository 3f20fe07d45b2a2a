"""The quick picture of a dragged slider, by a plain route beside Gradio's: POST /frame.

gr.HTML's server functions answer in JSON, so a picture would travel as base64; the way through them and back takes
several milliseconds longer than this one, of the 60 that a moved slider has.
"""
from __future__ import annotations

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .exchange import answering, read_avatar


def frame_route(studio) -> Route:
    """The route, for FastAPI's routes: {avatar} as JSON in, a JPEG as Studio.draw_quick gives it out, or 400 and {error}."""

    def draw(data: dict) -> bytes:
        return studio.draw_quick(read_avatar(data.get("avatar")))

    draw = answering(draw)

    async def frame(request: Request) -> Response:
        try:
            data = json.loads(await request.body())
        except (ValueError, RecursionError):
            data = None
        answer = await run_in_threadpool(draw, data)
        return Response(answer, media_type="image/jpeg") if isinstance(answer, bytes) else JSONResponse(answer, 400)

    return Route("/frame", frame, methods=["POST"])
