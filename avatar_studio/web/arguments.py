"""What a program sends to an endpoint: what does not fit is told to it in a sentence. Gradio (6.31) would tell it nothing, and the log all that was sent."""
from __future__ import annotations

import inspect
import re

import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.requests import Request
from starlette.responses import JSONResponse

from .uploads import refusal

HANDLE = 'handle_file("me.jpg") in Python; elsewhere {"path": what /gradio_api/upload answered, "meta": {"_type": "gradio.FileData"}}'


def manage(page: gr.Blocks) -> None:
    """Look at what each call sends before Gradio reads it, and tell what it cannot read."""
    read = page.preprocess_data

    async def preprocess_data(function, values, *more, **options):
        values = [*values, *(block.value for block in function.inputs[len(values):])]  # which a program leaves out that knows an endpoint from before
        check(function, values)
        try:
            return await read(function, values, *more, **options)
        except gr.Error:
            raise
        except Exception:  # its text may hold what was sent
            raise refusal(f"What was sent to /{function.api_name} cannot be read; /gradio_api/info says what it takes.") from None

    page.preprocess_data = preprocess_data


def check(function, values: list) -> None:
    """Raises a refusal if one of the values for one of the page's functions is of another sort."""
    for block, name, value in zip(function.inputs, inspect.signature(function.fn).parameters, values):
        if value is None:
            continue
        if isinstance(block, gr.Number) and not isinstance(value, (int, float)):
            raise refusal(f"{name} must be a number.")
        if isinstance(block, gr.File) and block.file_count == "multiple" and not (isinstance(value, list) and all(map(is_file, value))):
            raise refusal(f"{name} must be a list of files, each {HANDLE}.")
        if isinstance(block, gr.File) and block.file_count == "single" and not is_file(value):
            raise refusal(f"{name} must be one file: {HANDLE}.")


def is_file(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("path"), str) and value.get("meta") == {"_type": "gradio.FileData"}


async def misnamed(request: Request, error: Exception) -> JSONResponse:
    """The answer to a call of an endpoint that there is not, or with names that it does not take."""
    call = re.search(r"/call/(?:v2/)?([^/]+)/?$", request.url.path)
    if call is None:
        raise error
    return JSONResponse({"detail": f"No endpoint /{call[1]} takes this; /gradio_api/info lists the endpoints and the names that each takes."}, 400)


async def unreadable(request: Request, error: Exception) -> JSONResponse:
    """The answer to a body that is not of the form that a route takes. FastAPI's own would send it back, and cannot where it holds NaN or half a surrogate pair."""
    return JSONResponse({"detail": 'This is not the JSON that is taken here: /gradio_api/call/NAME takes {"data": [values]}, /gradio_api/call/v2/NAME an object of names and values.'}, 422)


HANDLERS = {RequestValidationError: unreadable, **dict.fromkeys((FnIndexInferError, KeyError, TypeError), misnamed)}  # the last is what Gradio raises for one
