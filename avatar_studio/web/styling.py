"""The server's side of the tabs Style and Enlarge: styles of people's own, and pictures made larger."""
from __future__ import annotations

import base64
from dataclasses import replace

from PIL import Image

from ..avatar import SIZES
from ..exports.brought import TooLarge, brought
from ..exports.marks import saved_avatar
from ..exports.pictures import to_png
from ..personal.errors import JobError
from ..personal.jobs import Jobs, new_session
from ..personal.own_file import file_hash
from ..personal.style_file import RESULT, read_style, style_id
from .door import CALLER
from .exchange import PageError, data_uri, read_avatar, sent_bytes, thumbnail
from .learning import progress

KIND = "style"  # of a job that learns a style from a picture


class Styling:
    """The two tabs' functions around one Studio, each from one JSON object to one."""

    def __init__(self, studio, jobs: Jobs):
        self.studio, self.jobs = studio, jobs

    def compare(self, data: dict) -> dict:
        """{avatar} -> {before, after}: at its largest, enlarged plainly and by the upscaler."""
        avatar = replace(read_avatar(data.get("avatar")), size=SIZES[-1])
        plain, sharp = (self.studio.draw(replace(avatar, super_resolution=way)) for way in (False, True))
        return {"before": thumbnail(plain), "after": thumbnail(sharp)}

    def enlarge(self, data: dict) -> dict:
        """{picture: base64, scale: 1, 2 or 4, avatar} -> {before, after, name}: a picture of any origin, in the avatar's style, enlarged.

        after is a PNG with its marks; in a style it is 256 px times scale. The picture is not kept.
        """
        sent = sent_bytes(data.get("picture"))
        try:
            before, after = brought(self.studio, sent, data.get("scale"), read_avatar(data.get("avatar")))
        except TooLarge as error:
            raise PageError("enlarge_large", most=error.most) from None
        return {"before": thumbnail(before.resize(after.size, Image.Resampling.BICUBIC)), "after": data_uri(to_png(after, saved_avatar(sent)), "image/png"),
                "name": f"enlarged-{after.width}x{after.height}.png"}

    def learn(self, data: dict) -> dict:
        """{session, name, picture: base64} -> {session, job}: start to learn a style from a picture. No session: a new one."""
        session = data.get("session") or new_session()
        return {"session": session, "job": self.jobs.submit(session, KIND, [sent_bytes(data.get("picture"))], {"name": data.get("name")}, CALLER.get())}

    def learning(self, data: dict) -> dict:
        """{session, job, look} -> how far it is; when it is done also {style: {id, name, file: base64}}, which the studio can use from then on."""
        answer = progress(self.jobs, data, KIND)
        if answer["state"] == "done":
            answer["style"] = self._adopt(self.jobs.result(data["session"], data["job"])[RESULT])
        return answer

    def adopt(self, data: dict) -> dict:
        """{file: base64} -> {style: {id, name, file}}: let the studio use a style's file."""
        return {"style": self._adopt(sent_bytes(data.get("file")))}

    def forget_style(self, data: dict) -> dict:
        """{file: base64} -> {}: have the studio forget a style at once, which only who has its file can."""
        file = sent_bytes(data.get("file"))
        self.studio.forget(style_id(file), file_hash(file))
        return {}

    def _adopt(self, file: bytes) -> dict:
        name, style = read_style(file, self.studio.stylizer.config.style_size)
        if not self.studio.keep_style(style_id(file), style, file_hash(file)):
            raise JobError("taken")
        return {"id": style_id(file), "name": name, "file": base64.b64encode(file).decode()}
