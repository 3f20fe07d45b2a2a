"""The server's side of any job that learns in the background, whatever its tab: how far it is, and its end."""
from __future__ import annotations

import hashlib
import io

from PIL import Image

from ..personal.errors import JobError
from ..personal.jobs import Jobs
from ..told import Told
from .exchange import thumbnail


class Learning:
    """What the page's script asks of all jobs, each from one JSON object to one."""

    def __init__(self, jobs: Jobs):
        self.jobs = jobs

    def lend(self, data: dict) -> dict:
        """{session, job} -> {}: the page's request lends a job what the runner borrows; answers when that is used up."""
        self.jobs.lend(data.get("session"), data.get("job"))
        return {}

    def stop(self, data: dict) -> dict:
        """{session, job} -> {}: cancel a job and forget all of it."""
        self.jobs.delete(data.get("session"), data.get("job"))
        return {}


def progress(jobs: Jobs, data: dict, *kinds: str) -> dict:
    """{session, job, look} of one of these kinds of jobs -> how far it is. Raises JobError if it is not there, Told if it failed.

    look: a name for the preview, which comes only to a page that has not this one.
    """
    status = jobs.status(data.get("session"), data.get("job"))
    if status.kind not in kinds:
        raise JobError("unknown")
    if status.state == "failed":
        raise Told(status.reason["en"], status.reason["zh"])
    look = status.preview and hashlib.sha256(status.preview).hexdigest()[:12]
    preview = None if look is None or look == data.get("look") else thumbnail(Image.open(io.BytesIO(status.preview)))
    return {"kind": status.kind, "state": status.state, "place": status.place, "borrows": jobs.runner.borrows, "share": status.share, "seconds": status.seconds_left,
            "preview": preview, "look": look, "losses": dict(status.losses)}
