"""What stands in the page's head: what a link to it shows in a chat (title, tagline, a picture of the avatar that it opens), and what loads it again.

Gradio's page (6.31) tells of Gradio instead, twice, with a picture of another machine's; a messenger takes the first that it finds. And if one of
its sixty files is lost on a bad line, it stays blank.
"""
from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from gradio.route_utils import get_root_url
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..avatar import BACKGROUNDS, Avatar, AvatarError, decode
from ..exports.packs import GROUND
from ..exports.pictures import FORMATS, encode
from .limits import path_of
from .server import REST_SIZE, WELCOME
from .texts import TEXTS

PICTURE = "/card.jpeg"
AGAIN = """<script>{
    const KEY = "avatar-studio-loads";
    const again = () => {
        if (document.querySelector("[data-part=root]")) return;
        try {
            const loads = Number(sessionStorage.getItem(KEY) ?? 0);
            if (loads >= 3) return;
            sessionStorage.setItem(KEY, loads + 1);
            setTimeout(() => location.reload(), 2000);
            removeEventListener("error", lost, true);
            removeEventListener("vite:preloadError", again);
        } catch { /* storage is off: it would not end */ }
    };
    const lost = ({ target }) => { if (/^(LINK|SCRIPT)$/.test(target.tagName)) again(); };
    addEventListener("error", lost, true);
    addEventListener("vite:preloadError", again);
}</script>"""  # main.js counts anew once the page stands
THEIRS = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')


class Card:
    """ASGI middleware that puts our card into the page's head, in the place of Gradio's, and AGAIN."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or path_of(scope):
            return await self.app(scope, receive, send)
        start, page = None, b""

        async def with_card(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                start = message
                return
            page += message.get("body", b"")
            if message.get("more_body"):
                return
            body = with_tags(page.decode(), tags(Request(scope)) + AGAIN).encode() if start["status"] == 200 else page
            headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode()), (b"referrer-policy", b"no-referrer")]})  # no call says which avatar
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, with_card)


def with_tags(page: str, tags: str) -> str:
    """The page with these in its head, and no others of their kind."""
    head, end, rest = page.partition("</head>")
    return THEIRS.sub("", head).replace("<style>", f"{tags}\n<style>", 1) + end + rest  # early: who looks for them reads no whole page


def tags(request: Request) -> str:
    root = get_root_url(request, "/", request.app.root_path or request.scope.get("root_path"))
    avatar = named(request)
    query = f"?a={avatar.code}" if avatar else ""
    told = {"og:type": "website", "og:title": " · ".join(TEXTS["title"]), "og:description": " ".join(TEXTS["tagline"]), "og:url": f"{root}/{query}",
            "og:image": f"{root}{PICTURE}{query}", "og:image:width": REST_SIZE, "og:image:height": REST_SIZE, "twitter:card": "summary"}
    return "".join(f'<meta property="{name}" content="{escape(str(words))}">' for name, words in told.items())


def named(request: Request) -> Avatar | None:
    """The avatar of the code in a link, if it is one."""
    try:
        return decode(request.query_params.get("a", ""))
    except AvatarError:
        return None


def card_route(studio) -> Route:
    """GET PICTURE: the avatar of ?a=CODE as a JPEG; WELCOME without one, and where what paints it is not here."""

    def draw(avatar: Avatar) -> bytes:
        if avatar.background == BACKGROUNDS[0]:
            avatar = replace(avatar, background="plain", background_colour=GROUND)
        avatar = replace(avatar, size=REST_SIZE)
        return encode(studio.draw(avatar), avatar, "jpeg")

    def picture(avatar: Avatar | None) -> bytes:
        try:
            return draw(avatar or WELCOME)
        except AvatarError:  # a style or model of somebody's own
            return draw(WELCOME)

    async def answer(request: Request) -> Response:
        return Response(await run_in_threadpool(picture, named(request)), media_type=FORMATS["jpeg"])

    return Route(PICTURE, answer)
