"""The named endpoints for personal models: /learn_face, /learn_drawings, /learned, /forget and /open_model. /draw and the others then take their codes.

The session that the first two answer is the only key to its job: who has it can see how far it is, fetch the model, and delete it all.
"""
from __future__ import annotations

import hashlib

import gradio as gr

from ..personal.adopt import adopt, person
from ..personal.errors import JobError
from ..personal.jobs import Jobs, new_session
from ..personal.model_file import KINDS, RESULT, model_id
from ..personal.own_file import file_hash
from .door import caller_of
from .learning import progress
from .mine import told
from .uploads import Files, refusing


def add_model_endpoints(studio, jobs: Jobs, files: Files) -> None:
    """Add the endpoints to the Blocks being built."""

    @refusing
    def learn_face(photos: list[bytes] | None, name: str, session: str, request: gr.Request) -> dict:
        """Start to tune a model on photos of one person, in the background. The uploads are deleted at once (those that no call could be made of, in a quarter of an hour),
        and the photos when the job ends.

        photos: 1 to 20 JPEG, PNG or WebP files.
        name: what the model is called.
        session: what an earlier call gave, or empty for a new one.
        Returns {"session": keep it secret, "job": for /learned}.
        """
        return learn("face", photos, name, session, request)

    @refusing
    def learn_drawings(drawings: list[bytes] | None, name: str, session: str, request: gr.Request) -> dict:
        """Start to tune a model on drawings in one style; it then paints everybody in that style. Otherwise as /learn_face, and returns the same.

        drawings: 1 to 20 JPEG, PNG or WebP files; no faces are needed.
        """
        return learn("drawing", drawings, name, session, request)

    def learn(kind: str, pictures: list[bytes] | None, name: str, session: str, request: gr.Request) -> dict:
        session, caller = session or new_session(), caller_of(request.request)
        try:
            return {"session": session, "job": jobs.submit(session, kind, pictures or [], {"name": name}, caller)}
        except JobError as error:
            raise (JobError("session") if error.key == "unknown" else error) from None

    @refusing
    def learned(session: str, job: str) -> tuple[dict, str | None]:
        """Tell how far a job is, and give the model's file when it is done. A job that failed is answered with an error that says why.

        session, job: what /learn_face or /learn_drawings gave.
        Returns ({"kind": face or drawing, "state": queued, reading, tuning or done, "place": in the queue, "share": 0 to 1, "seconds": left or null,
        "losses": {name: [[share, value], ...]}, and when it is done "code": the person's avatar (for a style, any avatar),
        for a face "faceless": how many photos showed none and were left out, and for a style "copies": whether it paints a given drawing again}, the file or null).
        """
        answer = progress(jobs, {"session": session, "job": job}, *KINDS)
        del answer["preview"], answer["borrows"]  # which are for an open page
        if answer["state"] != "done":
            return answer, None
        made = jobs.result(session, job)
        return answer | {"code": person(adopt(studio, made[RESULT])).code, **told(made)}, files.give(RESULT, made[RESULT], key_of(session, job))

    @refusing
    def forget(session: str, job: str) -> None:
        """Cancel a job, and delete its pictures and the model that it learned. Codes that name the model are drawn no more, until somebody opens its file again.

        session, job: what /learn_face or /learn_drawings gave.
        """
        model = jobs.result(session, job).get(RESULT)
        jobs.delete(session, job)
        files.take_back(key_of(session, job))
        if model:
            studio.forget(model_id(model), file_hash(model))

    @refusing
    def open_model(model: bytes | None) -> dict:
        """Let this server draw with a model that was learned before: for a day the other endpoints take codes that name it.

        model: the file that /learned gave.
        Returns {"model": its name in codes, "name": what it is called, "code": the person's avatar}.
        """
        opened = adopt(studio, model or b"")
        return {"model": opened.id, "name": opened.name, "code": person(opened).code}

    with gr.Column(visible=False):
        photos, drawings = (gr.File(label=label, type="binary", file_count="multiple") for label in ("photos", "drawings"))
        name, session, job = gr.Textbox("Mine", label="name"), gr.Textbox("", label="session"), gr.Textbox(label="job")
        model = gr.File(label="model", type="binary")
        answer, file = gr.JSON(label="answer"), gr.File(label="file")
        call = gr.Button()
    # an upload that is named twice is gone when it has been read once
    photos.preprocess = drawings.preprocess = lambda sent: [files.take(one) for one in {one.path: one for one in sent.root}.values()] if sent else []
    model.preprocess = files.take
    call.click(learn_face, [photos, name, session], answer, api_name="learn_face")
    call.click(learn_drawings, [drawings, name, session], answer, api_name="learn_drawings")
    call.click(learned, [session, job], [answer, file], api_name="learned")
    call.click(forget, [session, job], None, api_name="forget")
    call.click(open_model, model, answer, api_name="open_model", concurrency_limit=1)


def key_of(session: str, job: str) -> str:
    """By which a job's file is found again; who sees it learns nothing of the session."""
    return hashlib.sha256(f"{session} {job}".encode()).hexdigest()
