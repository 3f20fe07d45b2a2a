"""Who may ask for what: the routes that the page and its API need, for Gradio has many more, and from which address a request comes."""
from __future__ import annotations

import ipaddress
import re
from contextvars import ContextVar
from pathlib import Path

from fastapi import HTTPException
from gradio.queueing import Queue
from gradio.utils import get_upload_folder
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .limits import path_of, refuse
from .uploads import fetched

API = "/gradio_api/"
UPLOAD, FUNCTIONS, FILE = f"{API}upload", f"{API}component_server", f"{API}file="
PAGE = r"frame|card\.jpeg|config|theme\.css|favicon\.ico|robots\.txt|manifest\.json|pwa_icon(/(192|512))?|(assets|static|svelte)/.{1,200}"
CALLS = r"startup-events|app_id|heartbeat/[^/\x00-\x1f]+|info|openapi\.json|theme\.css|upload|upload_progress|component_server|queue/(join|data|status)|call/(v2/)?[^/]+(/[^/]*)?|cancel|reset"
ROUTES = re.compile(f"(/({PAGE}|gradio_api/({CALLS})))?")
ANSWER = re.compile(f"{API}call/(v2/)?[^/]+/([^/]+)")

WITH_PORT = re.compile(r"\[(.+)\](:\d+)?|([\d.]+):\d+")  # how some proxies write an address

CALLER: ContextVar[str] = ContextVar("caller", default="")  # the address that the request comes from that is being answered; "" if nobody can tell


class Door:
    """ASGI middleware that answers 404 to what is no route of ours and to who asks for no answer that waits, sets CALLER, and notes which file was fetched."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path, connection = path_of(scope), HTTPConnection(scope)
            if not is_ours(path) or (path == FUNCTIONS and not connection.headers.get("content-type", "").startswith("application/json")):  # a form's files would stay
                return await refuse(send, 404, "There is nothing here.")
            if scope["method"] == "GET" and (call := ANSWER.fullmatch(path)) and not waits(scope["app"].get_blocks()._queue, call[2]):
                return await refuse(send, 404, "No such answer is waiting. Each comes once: call again.")
            CALLER.set(caller_of(connection))
            if path.startswith(FILE) and scope["method"] == "GET":
                send = _noting(path.removeprefix(FILE), send)
        await self.app(scope, receive, send)


def is_ours(path: str) -> bool:
    """Whether a path is a route that the page or a program needs, or a file that was uploaded or made here; Gradio fetches other addresses as files."""
    if path.startswith(FILE):
        return Path(path.removeprefix(FILE)).is_relative_to(get_upload_folder())
    return ROUTES.fullmatch(path) is not None


def waits(queue: Queue, event: str) -> bool:
    """Whether a call's answer can still be fetched. Gradio (6.31) lets who comes a second time wait for ever, and logs an error of its own for an event that never was."""
    return any(event in events for events in queue.pending_event_ids_session.values())


def _noting(file: str, send: Send) -> Send:
    """A send that notes when all of a file has been sent; a part, which has another status, is not all."""
    status = 0

    async def noting(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        await send(message)
        if status == 200 and message["type"] == "http.response.body" and not message.get("more_body"):
            fetched(file)

    return noting


def bound_waiting(queue: Queue, most: int) -> None:
    """Let at most so many calls of one caller wait in Gradio's queue (6.31), which has room for a number of them, whosever they are."""
    push = queue.push

    async def bounded(body, request, username):
        waiting = (event.request for one in queue.event_queue_per_concurrency_id.values() for event in one.queue)
        if (caller := CALLER.get()) and sum(caller_of(one) == caller for one in waiting) >= most:
            raise HTTPException(429, f"{most} calls from your address are already waiting; fetch their answers, then call again.")
        return await push(body=body, request=request, username=username)

    queue.push = bounded


def caller_of(connection: HTTPConnection) -> str:
    """The address that a request comes from, as CALLER."""
    return address(connection.client.host if connection.client else "", ",".join(connection.headers.getlist("x-forwarded-for")))


def address(peer: str, forwarded: str) -> str:
    """What a person's requests have in common: an IPv4 address or the first half of an IPv6 one; "" if nobody can tell.

    peer: who is connected, or whom uvicorn names instead because a proxy on this machine does. forwarded: the header X-Forwarded-For, which is believed of a proxy, that
    is, of who is connected from a private address. Each proxy adds at its end who asked it, so the last that is no other proxy's private address is the person, or if all
    are private the nearest; what stands before may be invented.
    """
    nearest_first = [ip for text in [peer, *reversed(forwarded.split(","))] if (ip := _ip(text)) and not ip.is_loopback]
    ip = next((ip for ip in nearest_first if ip.is_global), nearest_first[0] if nearest_first else None)
    if ip is None:
        return ""
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    match = WITH_PORT.fullmatch(text.strip())
    try:
        ip = ipaddress.ip_address(match[1] or match[3] if match else text.strip())
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip
