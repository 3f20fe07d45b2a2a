"""Who may ask for what: the routes that the page and its API need, for Gradio has many more, and from which address a request comes."""
from __future__ import annotations

import ipaddress
import re
from contextvars import ContextVar
from pathlib import Path

from gradio.utils import get_upload_folder
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .limits import path_of, refuse

API = "/gradio_api/"
UPLOAD, FUNCTIONS, FILE = f"{API}upload", f"{API}component_server", f"{API}file="
PAGE = r"frame|config|theme\.css|favicon\.ico|robots\.txt|manifest\.json|pwa_icon(/\d+)?|(assets|static|svelte)/.+"
CALLS = r"startup-events|app_id|heartbeat/[^/]+|info|openapi\.json|theme\.css|upload|upload_progress|component_server|queue/(join|data|status)|call/(v2/)?[^/]+(/[^/]*)?|cancel|reset"
ROUTES = re.compile(f"(/({PAGE}|gradio_api/({CALLS})))?")

CALLER: ContextVar[str] = ContextVar("caller", default="")  # the address that the request comes from that is being answered; "" if nobody can tell


class Door:
    """ASGI middleware that answers 404 to what is no route of ours, and sets CALLER."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path, headers = path_of(scope), Headers(scope=scope)
            if not is_ours(path) or (path == FUNCTIONS and not headers.get("content-type", "").startswith("application/json")):  # a form's files would stay
                return await refuse(send, 404, "There is nothing here.")
            CALLER.set(address(scope["client"][0] if scope.get("client") else "", headers.get("x-forwarded-for", "")))
        await self.app(scope, receive, send)


def is_ours(path: str) -> bool:
    """Whether a path is a route that the page or a program needs, or a file that was uploaded or made here; Gradio fetches other addresses as files."""
    if path.startswith(FILE):
        return Path(path.removeprefix(FILE)).is_relative_to(get_upload_folder())
    return ROUTES.fullmatch(path) is not None


def address(peer: str, forwarded: str) -> str:
    """What a person's requests have in common: an IPv4 address or the first half of an IPv6 one; "" if nobody can tell.

    peer: who is connected. forwarded: the header X-Forwarded-For, which is believed of a proxy, that is, of who is connected from a private address.
    """
    try:
        ip = ipaddress.ip_address(peer)
        if not ip.is_global and forwarded:
            ip = ipaddress.ip_address(forwarded.partition(",")[0].strip())
    except ValueError:
        return ""
    if ip.is_loopback:
        return ""
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
