"""The server's side of the tab Mine: models that are tuned on a person's photos in the background, and their files."""
from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from PIL import Image

from ..avatar import BACKGROUNDS, AvatarError
from ..personal.adopt import adopt, person
from ..personal.jobs import Jobs, new_session
from ..personal.runner import LocalRunner
from .exchange import plain, sent_bytes, thumbnail
from .styling import progress

KIND = "face"
RESULT = "model.safetensors"
THUMBNAIL_SIZE = 160  # pixels


class Mine:
    """The tab's functions around one Studio, each from one JSON object to one.

    A model is {id, name, key, avatar, picture}: key is what deletes it here, and only who has the file can know it;
    avatar is the person's own, drawn with it in picture.
    """

    def __init__(self, studio, jobs: Jobs):
        self.studio, self.jobs = studio, jobs
        self.keys: dict[str, str] = {}  # SHA-256 of each model's file

    def learn_face(self, data: dict) -> dict:
        """{session, name, photos: [base64]} -> {session, job}: start to tune a model on 1 to 20 photos. No session: a new one."""
        session, photos = data.get("session") or new_session(), data.get("photos")
        if not isinstance(photos, list):
            raise AvatarError("photos must be a list.")
        return {"session": session, "job": self.jobs.submit(session, KIND, [sent_bytes(photo) for photo in photos], {"name": data.get("name")})}

    def learning_face(self, data: dict) -> dict:
        """{session, job} -> how far it is and on which device; when it is done also {model, file: base64}, which the studio can draw with from then on."""
        answer = progress(self.jobs, data, KIND) | {"device": self._device}
        if answer["state"] == "done":
            file = self.jobs.result(data["session"], data["job"])[RESULT]
            answer |= {"model": self._opened(file), "file": base64.b64encode(file).decode()}
        return answer

    def open_model(self, data: dict) -> dict:
        """{file: base64} -> {model}: let the studio draw with a model's file."""
        return {"model": self._opened(sent_bytes(data.get("file")))}

    def forget_model(self, data: dict) -> dict:
        """{id, key} -> {}: have the studio forget a model at once."""
        model, key = data.get("id"), data.get("key")
        if isinstance(model, str) and isinstance(key, str) and self.keys.get(model) == key:
            self.studio.forget(model)
            del self.keys[model]
        return {}

    @property
    def _device(self) -> str:
        """What learns: cpu or gpu of this machine, or a cluster's."""
        if not isinstance(self.jobs.runner, LocalRunner):
            return "cluster"
        return "gpu" if self.studio.device.type == "cuda" else "cpu"

    def _opened(self, file: bytes) -> dict:
        model = adopt(self.studio, file)
        here = set(self.studio.models)
        self.keys = {name: key for name, key in self.keys.items() if name in here}
        key = self.keys.setdefault(model.id, hashlib.sha256(file).hexdigest())
        avatar = person(model)
        picture = self.studio.draw(replace(avatar, size=256, background=BACKGROUNDS[0]))
        return {"id": model.id, "name": model.name, "key": key, "avatar": plain(avatar),
                "picture": thumbnail(picture.resize((THUMBNAIL_SIZE, THUMBNAIL_SIZE), Image.Resampling.BILINEAR))}
