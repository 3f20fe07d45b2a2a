"""The page as a Gradio app: one gr.HTML that holds the whole editor, and the API endpoints beside it."""
from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
from pathlib import Path

import gradio as gr
import gradio.utils
from gradio.utils import get_upload_folder
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from ..exports.marks import provider
from ..personal.jobs import Jobs
from ..selfie import SelfieError, preload
from ..selfie.photo import MAX_BYTES
from . import api, arguments, uploads
from .card import Card, card_route
from .crowd import few_at_once
from .door import FUNCTIONS, UPLOAD, Door, bound_waiting
from .examples import thumbnails
from .forget import Forget
from .frame import frame_route
from .layout import editor
from .limits import BodyLimit, Limit
from .server import Server
from .squeeze import Squeeze
from .texts import text
from .theme import theme

STATIC = Path(__file__).parent / "static"
SCRIPTS = ("words.js", "parts.js", "files.js", "stored.js", "avatar.js", "live.js", "server.js", "alive.js", "colours.js", "tabs.js", "controls.js", "thumbnails.js", "editor.js",
           "taste.js", "kept.js", "play.js", "jobs.js", "learned.js", "style.js", "camera.js", "mine.js", "enlarge.js", "chips.js", "photo.js", "say.js", "take.js", "main.js")
STYLES = ("base.css", "editor.css", "photo.css", "say.css", "play.css", "style.css", "forced.css")
QUEUE_POLL_SECONDS = 0.02  # how often Gradio looks for API calls: its own 0.001 keeps a tenth of a core busy for nothing
MOST_WAITING = 100  # API calls that wait for their turn
MOST_WAITING_OF_A_CALLER = 20
MOST_CALL_BYTES = 2**16  # of a request without pictures: twenty files that have been uploaded are named in a fifth of it
MOST_SESSIONS = 300  # whose copies of the page's settings Gradio keeps, 50 KB each; ours hold nothing, and who is over it gets a new one


def build(studio, jobs: Jobs, notice: str | None = None) -> gr.Blocks:
    """The page around a Studio. Launch it with **launch_options(studio). notice: an address that the page's foot links, of whoever runs it."""
    os.environ["GRADIO_TEMP_DIR"] = str(jobs.store.uploads)  # before Gradio's components, which note it
    markup, script = _markup(), "\n".join(_static(name) for name in SCRIPTS)
    data = editor() | {"photo_bytes": MAX_BYTES, "examples": thumbnails(), "explore": studio.directions.names, "notice": notice, "labelled": bool(provider()),
                       "space": "SPACE_ID" in os.environ}
    version = hashlib.sha256(json.dumps([markup, script, data]).encode()).hexdigest()[:12]
    server, files = Server(studio, jobs, version), uploads.Files(jobs.store.uploads)
    with gr.Blocks(title=text("title"), analytics_enabled=False, fill_width=True, delete_cache=(uploads.LOOK_SECONDS, uploads.KEEP_SECONDS)) as page:
        gr.HTML(
            html_template=markup,
            js_on_load=script,
            server_functions=few_at_once(server.functions()),
            apply_default_css=False,
            padding=False,
            elem_id="avatar-studio",
            data=data | {"version": version},
        )
        api.add_endpoints(studio, jobs, files)
    files.manage(page)
    arguments.manage(page)
    page.queue(max_size=MOST_WAITING)
    bound_waiting(page._queue, MOST_WAITING_OF_A_CALLER)
    page._queue.sleep_when_free = QUEUE_POLL_SECONDS
    gradio.utils.MatplotlibBackendMananger = contextlib.nullcontext  # nothing here plots, and while MediaPipe is imported an empty module stands in for Matplotlib
    return page


def launch_options(studio) -> dict:
    """The arguments of Blocks.launch that make the page what it is: looks, limits, the way of a slider, and nothing recorded or fetched."""
    return {
        "theme": theme(),
        "css": "\n".join(_static(name) for name in STYLES),
        "favicon_path": str(STATIC / "favicon.png"),
        "footer_links": [],
        "run_history": False,
        "pwa": False,
        "ssr_mode": False,
        "max_file_size": MAX_BYTES,
        "state_session_capacity": MOST_SESSIONS,
        "app_kwargs": {"routes": [frame_route(studio), card_route(studio)], "middleware": [Middleware(Forget), Middleware(Door), Middleware(BodyLimit, limits=limits()), Middleware(Squeeze), Middleware(Card)],
                       "exception_handlers": arguments.HANDLERS},
    }


def limits() -> dict[str, Limit]:
    """What a request may send, by path: a picture in base64 is a third longer, and twenty are."""
    async def room() -> bool:
        return await run_in_threadpool(uploads.used, get_upload_folder()) <= uploads.MOST_BYTES

    return {"": Limit(MOST_CALL_BYTES), FUNCTIONS: Limit(2 * MAX_BYTES), UPLOAD: Limit(2 * MAX_BYTES, None, room)}


def prepare() -> None:
    """Load what the first photo needs, once the page is served; without it (missing system packages) the photo says so."""
    try:
        preload()
    except SelfieError as error:
        logging.getLogger(__name__).warning("%s", error)


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _markup() -> str:
    """page.html, with `icon:NAME` elements replaced by the drawings of icons.svg."""
    icons = dict(re.findall(r'<symbol id="(\w+)">(.*?)</symbol>', _static("icons.svg"), re.DOTALL))
    draw = r'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
    return re.sub(r"<icon-(\w+) ?/>", lambda match: draw.format(icons[match[1]].strip()), _static("page.html"))
