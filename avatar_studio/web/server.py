"""What the page's script can call: each function takes one JSON object and returns one.

These calls go straight to the functions, past Gradio's queue and its components' ranges, so that a dragged slider is
drawn at once. Everything in them is therefore checked here: Avatar clamps and refuses, photos are opened by selfie.
An error is {"error": {"en": sentence, "zh": sentence}} and leaves the page's avatar as it was.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .. import words
from ..avatar import BACKGROUNDS, BASE, Avatar, AvatarError, decode
from ..exports import animations, packs, pictures
from ..exports.marks import saved_avatar
from ..exports.sheet import group
from ..inversion import might_be, recognised
from ..selfie import open_photo, read, read_everyone
from ..traits import BY_NAME
from . import examples
from .door import CALLER
from .exchange import PageError, answering, data_uri, kept_traits, plain, read_avatar, sent_bytes, small, thumbnail
from .layout import BACKGROUND, LOOK, MODEL, STYLE
from .learning import Learning
from .mine import Mine
from .play import Play, rolled
from .styling import Styling
from .taking import Busy, Packs

LIVE_SIZE, REST_SIZE = 256, 512  # pixels: of a choice's look, and at rest
MOST_PEOPLE = 12  # on a group picture
TYPES = {"zip": "application/zip", "glb": "model/gltf-binary", "webp": "image/webp", "gif": "image/gif", "png": "image/png"}
TO_THE_FULL = {BACKGROUND: {}, STYLE: {"strength": 1.0, "blend": 0.0}, MODEL: {"likeness": 1.0}}  # choices that are no traits, and what their looks set besides
MOST_THUMBNAILS = 8  # in one call: the page asks for more in further calls, so that a slider never waits for long

# Who is there when the page opens without a code.
WELCOME = Avatar({
    "hair_back": "bob", "fringe": "blunt", "hair_hue": 25, "hair_saturation": 0.5, "hair_lightness": 0.36, "side_locks": 0.45,
    "eye_hue": 160, "eye_saturation": 0.5, "eye_size": 0.36, "lashes": 0.5, "mouth_smile": 0.8, "mouth_open": 0.4, "blush": 0.65,
    "headwear": "cat_ears", "accent_hue": 345, "clothes": "hoodie", "clothes_hue": 345, "clothes_saturation": 0.65, "clothes_lightness": 0.8,
}, seed=4)


class Server:
    """The page's functions around one Studio."""

    def __init__(self, studio, jobs, version: str = ""):
        """version: of the page, for one that was opened before the studio was updated to ask."""
        self.studio = studio
        self.page_version = version
        self.packs = Packs()
        self.play = Play(studio)
        self.styling = Styling(studio, jobs)
        self.mine = Mine(studio, jobs)
        self.learning = Learning(jobs)

    def functions(self) -> list[Callable[[object], dict]]:
        """The plain functions for gr.HTML's server_functions."""
        return [answering(function) for function in (self.version, self.open, self.draw, self.options, self.roll, self.selfie, self.everyone, self.example, self.say, self.save,
                                                         self.pack, self.packed, self.play.neighbours, self.play.candidates, self.play.strip, self.styling.compare, self.styling.enlarge,
                                                         self.styling.learn, self.styling.learning, self.learning.lend, self.learning.stop, self.styling.adopt, self.styling.forget_style,
                                                         self.mine.learn_model, self.mine.learning_model, self.mine.open_model, self.mine.forget_model)]

    def version(self, data: dict) -> dict:
        """{} -> {version}: of the page that this studio serves."""
        return {"version": self.page_version}

    def open(self, data: dict) -> dict:
        """{code, drawn} -> the avatar of a shared code; without a code, WELCOME. drawn: false for the avatar alone, whose style and model need not be here."""
        code = data.get("code")
        avatar = decode(code) if code else WELCOME
        return {"avatar": plain(avatar)} if data.get("drawn") is False else self._drawn(avatar)

    def draw(self, data: dict) -> dict:
        """{avatar} -> the avatar, drawn. While a slider is dragged the page asks frame.py instead."""
        return self._drawn(read_avatar(data.get("avatar")))

    def options(self, data: dict) -> dict:
        """{avatar, trait, names} -> {images}: the avatar with that trait at each of the (at most 8) named choices."""
        avatar, trait, names = read_avatar(data.get("avatar")), data.get("trait"), data.get("names")
        if not isinstance(names, list) or not 1 <= len(names) <= MOST_THUMBNAILS:
            raise AvatarError(f"names must be a list of 1 to {MOST_THUMBNAILS} choices.")
        bare = replace(avatar, background=BACKGROUNDS[0], size=LIVE_SIZE)
        if isinstance(trait, str) and trait in TO_THE_FULL:
            avatars = [replace(bare, **TO_THE_FULL[trait], **{trait: name}) for name in names]
        elif isinstance(trait, str) and trait in BY_NAME and BY_NAME[trait].kind == "choice":
            avatars = [bare.edit(**{trait: name}) for name in names]
        else:
            raise AvatarError("trait must be the name of a choice.")
        images = self.studio.draw_many(avatars)
        whole = trait in TO_THE_FULL or BY_NAME[trait].group not in LOOK  # so small is enough
        return {"images": [(small if whole else thumbnail)(image) for image in images]}

    def roll(self, data: dict) -> dict:
        """{avatar, keep: [group]} -> another avatar; kept groups, the background, and with them the seed, stay; play ends."""
        avatar, kept = read_avatar(data.get("avatar")), kept_traits(data)
        return self._drawn(rolled(np.random.default_rng(), avatar, kept))

    def selfie(self, data: dict) -> dict:
        """{avatar, keep, photo: base64, face} -> the avatar that took over what the photo shows, and what was read.

        Beside the drawn avatar: read and unsure (names of traits), faces (boxes as fractions of the photo: left, top,
        width, height) and face (the one that was read). A file that Avatar Studio saved opens its avatar again instead,
        and a picture of an avatar without its code (recognised) brings back one that looks like it.
        The photo lives in memory only, and no longer than this call.
        """
        avatar, kept, photo = read_avatar(data.get("avatar")), kept_traits(data), sent_bytes(data.get("photo"))
        if saved := saved_avatar(photo):
            return {**self._drawn(saved), "reopened": True}
        face = data.get("face")
        picture = open_photo(photo)
        if face is None and might_be(picture) and (found := recognised(self.studio, open_photo(photo, clear=True))):
            return {**self._drawn(found), "recognised": True}  # before faces: an avatar has one
        reading = read(picture, face=face if isinstance(face, int) and not isinstance(face, bool) else None)
        traits = {**reading.values, **kept}
        boxes = [[box[0] / picture.width, box[1] / picture.height, (box[2] - box[0]) / picture.width,
                  (box[3] - box[1]) / picture.height] for box in reading.faces]
        return {**self._drawn(replace(avatar.plain, traits=traits)), "read": sorted(set(reading.values) - set(kept)),
                "unsure": [name for name in reading.unsure if name not in kept], "faces": boxes, "face": reading.face}

    def everyone(self, data: dict) -> dict:
        """{avatar, photo: base64} -> {png: data URI, count}: one avatar for each face of a photo, from left to right.

        At most MOST_PEOPLE, the most prominent. They share the background of `avatar`; the photo is not kept.
        """
        avatar, photo = read_avatar(data.get("avatar")), sent_bytes(data.get("photo"))
        readings = read_everyone(photo, MOST_PEOPLE)
        avatars = [replace(avatar.plain, traits=reading.values, seed=seed, size=LIVE_SIZE, model=BASE) for seed, reading in enumerate(readings)]
        picture = pictures.with_foot(group(self.studio.draw_many(avatars)))
        return {"png": data_uri(pictures.to_png(picture, avatars[0]), "image/png"), "count": len(avatars)}

    def example(self, data: dict) -> dict:
        """{number} -> {photo: data URI} of an example portrait."""
        number, photos = data.get("number"), examples.photos()
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(photos):
            raise PageError("photo_unreadable")
        return {"photo": examples.data_uri(photos[number])}

    def say(self, data: dict) -> dict:
        """{avatar, sentence} -> the avatar with what the sentence says, the traits it said (understood) and the words it did not know.

        A sentence such as "start over" brings WELCOME (again).
        """
        avatar, sentence = read_avatar(data.get("avatar")), data.get("sentence")
        if words.begins_again(sentence):
            return {**self._drawn(WELCOME), "understood": [], "unknown": [], "again": True}
        try:
            reading = words.read(sentence, avatar)
        except words.WordsError:
            raise PageError("say_long" if isinstance(sentence, str) and sentence.strip() else "say_nothing") from None
        if not reading.understood:
            raise PageError("say_lost" if reading.unknown else "say_vague")
        return {**self._drawn(reading.avatar), "understood": list(reading.understood), "unknown": list(reading.unknown)}

    def save(self, data: dict) -> dict:
        """{avatar, size, format, transparent, label, behind} -> {name, file: data URI}, with the avatar's code and the AI mark inside.

        format: png, webp or jpeg. label: the language of a visible mark, en or zh, or nothing. behind: a picture (base64) to stand on, or nothing.
        """
        avatar, format = replace(read_avatar(data.get("avatar")), size=data.get("size")), str(data.get("format", "png"))
        if format not in pictures.FORMATS:
            raise AvatarError(f"format must be one of: {', '.join(pictures.FORMATS)}.")
        behind = data.get("behind")
        if data.get("transparent") is True or behind:
            avatar = replace(avatar, background=BACKGROUNDS[0])
        picture = self.studio.draw(avatar)
        if behind:
            picture = pictures.on_picture(picture, open_photo(sent_bytes(behind)))
        label = data.get("label") if data.get("label") in ("en", "zh") else ""
        return {"name": f"avatar-{avatar.size}.{format}", "file": data_uri(pictures.encode(picture, avatar, format, label=label), pictures.FORMATS[format])}

    def pack(self, data: dict) -> dict:
        """{avatar, pack, format} -> {job}: start to make one of packs.PACKS, or an animation that the avatar has in a format."""
        avatar, name, format = read_avatar(data.get("avatar")), str(data.get("pack")), str(data.get("format", "webp"))
        if name in animations.kinds_of(avatar) and format in animations.FORMATS:
            def make(progress):
                return packs.animation(self.studio, replace(avatar, size=packs.MOVING_SIZE), name, format, progress)
        elif name in packs.PACKS:
            def make(progress):
                return packs.pack(self.studio, avatar, name, progress)
        elif name in animations.KINDS:
            raise PageError("take_alone")
        else:
            raise AvatarError(f"pack must be one of: {', '.join([*packs.PACKS, *animations.KINDS])}.")
        self.studio.draw(replace(avatar, size=LIVE_SIZE))  # a style or model that is missing is told now, while the page can still bring it
        try:
            return {"job": self.packs.start(make, CALLER.get())}
        except Busy:
            raise PageError("take_busy") from None

    def packed(self, data: dict) -> dict:
        """{job} -> {done, total} while it is made, then, for a short while, {name, file: data URI}."""
        job = self.packs.look(data.get("job"))
        if job is None or job.failed:
            raise PageError("take_lost")
        if job.result is None:
            return {"done": job.done, "total": job.total}
        name, file = job.result
        return {"name": name, "file": data_uri(file, TYPES[name.rpartition(".")[2]])}

    def _drawn(self, avatar: Avatar) -> dict:
        rested = replace(avatar, size=REST_SIZE)
        picture = pictures.encode(self.studio.draw(rested), rested, "webp", effort=0, label=None)
        return {"avatar": plain(avatar), "code": avatar.code, "image": data_uri(picture, "image/webp")}
