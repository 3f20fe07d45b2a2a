"""The server's side of the tab Mine: models that are tuned on a person's photos or drawings in the background, and their files."""
from __future__ import annotations

import base64
import json
from dataclasses import replace

from ..avatar import BACKGROUNDS, AvatarError
from ..personal.adopt import adopt, person
from ..personal.errors import JobError
from ..personal.jobs import Jobs, new_session
from ..personal.model_file import KINDS, RESULT, TOLD
from ..personal.own_file import file_hash
from ..personal.runner import LocalRunner
from .door import CALLER
from .exchange import plain, sent_bytes, small
from .learning import progress


class Mine:
    """The tab's functions around one Studio, each from one JSON object to one.

    A model is {id, name, kind, key, avatar, picture}: kind is one of model_file.KINDS; key is what deletes it here, and only who has the file can know it;
    avatar is the person's own, or anybody where it is a style for all, drawn with it in picture.
    """

    def __init__(self, studio, jobs: Jobs):
        self.studio, self.jobs = studio, jobs

    def learn_model(self, data: dict) -> dict:
        """{session, kind, name, pictures: [base64]} -> {session, job}: start to tune a model on 1 to 20 pictures. No session: a new one."""
        session, kind, pictures = data.get("session") or new_session(), data.get("kind"), data.get("pictures")
        if kind not in KINDS:
            raise JobError("options")
        if not isinstance(pictures, list):
            raise AvatarError("pictures must be a list.")
        return {"session": session, "job": self.jobs.submit(session, kind, [sent_bytes(picture) for picture in pictures], {"name": data.get("name")}, CALLER.get())}

    def learning_model(self, data: dict) -> dict:
        """{session, job, look} -> how far it is and on which device; when it is done also {model, file: base64}, which the studio can draw with
        from then on, of a face {faceless}: how many photos showed none, and of a style {copies}: whether it paints a given drawing again."""
        answer = progress(self.jobs, data, *KINDS) | {"device": self._device}
        if answer["state"] == "done":
            files = self.jobs.result(data["session"], data["job"])
            answer |= {"model": self._opened(files[RESULT]), "file": base64.b64encode(files[RESULT]).decode(), **told(files)}
        return answer

    def open_model(self, data: dict) -> dict:
        """{file: base64} -> {model}: let the studio draw with a model's file."""
        return {"model": self._opened(sent_bytes(data.get("file")))}

    def forget_model(self, data: dict) -> dict:
        """{id, key} -> {}: have the studio forget a model at once."""
        model, key = data.get("id"), data.get("key")
        if isinstance(model, str) and isinstance(key, str):
            self.studio.forget(model, key)
        return {}

    @property
    def _device(self) -> str:
        """What learns: cpu or gpu of this machine, a cluster's, or a GPU that an open page borrows."""
        if self.jobs.runner.borrows:
            return "borrowed"
        if not isinstance(self.jobs.runner, LocalRunner):
            return "cluster"
        return "gpu" if self.studio.device.type == "cuda" else "cpu"

    def _opened(self, file: bytes) -> dict:
        model = adopt(self.studio, file)
        avatar = person(model)
        picture = self.studio.draw(replace(avatar, size=256, background=BACKGROUNDS[0]))
        return {"id": model.id, "name": model.name, "kind": model.kind, "key": file_hash(file), "avatar": plain(avatar),
                "picture": small(picture)}


def told(files: dict[str, bytes]) -> dict:
    """What a job has to say of its result."""
    return json.loads(files[TOLD]) if TOLD in files else {}
