"""The named endpoints, for gradio_client and other programs: /draw, /selfie, /words, /export, /enlarge and /random.

Those of personal models stand in api_models.py.
"""
from __future__ import annotations

from dataclasses import replace

import gradio as gr
import numpy as np

from .. import dice
from .. import words as reader
from ..avatar import BASE, MAX_SEED, SIZES, Avatar, decode
from ..exports import animations, packs, pictures
from ..exports.brought import brought
from ..exports.marks import saved_avatar
from ..inversion import recognised
from ..selfie import open_photo, read
from ..styles import NONE
from .api_models import add_model_endpoints
from .uploads import Files, refusal, refusing


def add_endpoints(studio, jobs, files: Files) -> None:
    """Add the endpoints to the Blocks being built. Their components are never shown."""

    @refusing
    def draw(code: str, traits: dict | None, size: int, style: str, model: str, likeness: float | None = None) -> str:
        """Draw an avatar as a PNG file that carries its code, on the background of the code or, by default, on none.

        code: an avatar code, or empty for the default avatar.
        traits: {trait: value} to change on it, such as {"mouth_smile": 1, "glasses": "round"}.
        size: edge of the picture in pixels, 256, 512 or 1024.
        style: a preset such as watercolour, none, or empty for the code's own.
        model: a personal model such as me-0123abcd, base, or empty for the code's own.
        likeness: from the base's chibi, 0, to the model's person, 1; none for the code's own.
        """
        if traits is not None and not isinstance(traits, dict):
            raise refusal("traits must be an object of trait names and values.")
        avatar = decode(code) if code else Avatar()
        avatar = replace(avatar, traits={**avatar.traits, **(traits or {})}, size=size, style=style or avatar.style,
                         model=BASE if model == "base" else model or avatar.model, likeness=avatar.likeness if likeness is None else likeness)
        return files.give("avatar.png", pictures.to_png(studio.draw(avatar), avatar))

    @refusing
    def selfie(photo: bytes | None) -> dict:
        """Read a photo and give the avatar of the person on it; the photo is deleted at once.

        photo: a JPEG, PNG or WebP file with a face, or a picture of an avatar, which is brought back.
        Returns {"code": avatar code, "traits": {trait: value}, "unsure": [traits left at their default]}.
        """
        if photo is None:
            raise refusal("Send a photo.")
        avatar, unsure = saved_avatar(photo) or recognised(studio, open_photo(photo, clear=True)), ()
        if avatar is None:
            reading = read(photo)
            avatar, unsure = Avatar(reading.values), reading.unsure
        return {"code": avatar.code, "traits": dict(avatar.traits), "unsure": list(unsure)}

    @refusing
    def export(code: str, what: str, format: str, size: int) -> str:
        """Make a file to take away. One call waits for another, and a pack takes a while: draw, which waits for none of them, gives a PNG sooner.

        code: an avatar code, or empty for the default avatar.
        what: "picture"; an animation: blink, talk, look, nod, sway, or morph if it has a partner; or a pack: stickers, pngtuber, sprites, icons, model, moving or everything.
        format: png, webp or jpeg for a picture, webp, gif or apng for an animation; packs have their own.
        size: edge in pixels of a picture or an animation, 256, 512 or 1024 (an animation: at most 512).
        """
        avatar = replace(decode(code) if code else Avatar(), size=size)
        if what == "picture" and format in pictures.FORMATS:
            name, data = f"avatar.{format}", pictures.encode(studio.draw(avatar), avatar, format)
        elif what in animations.kinds_of(avatar) and format in animations.FORMATS:
            name, data = packs.animation(studio, avatar, what, format)
        elif what in packs.PACKS:
            name, data = packs.pack(studio, avatar, what)
        else:
            raise refusal(f"There is no such file to make: picture ({', '.join(pictures.FORMATS)}); {', '.join(animations.kinds_of(avatar))} ({', '.join(animations.FORMATS)}); "
                          f"or, whatever the format, {', '.join(packs.PACKS)}.")
        return files.give(name, data)

    @refusing
    def enlarge(photo: bytes | None, scale: int, style: str) -> str:
        """Enlarge any picture, and paint it in a style if you like; transparency stays, and so does the code of an avatar that was saved. The picture is deleted at once.

        photo: a PNG, WebP or JPEG file.
        scale: 1, 2 or 4. What comes out has at most 2048 pixels a side.
        style: none, or a preset such as watercolour, for which the picture is reduced to 256 pixels first.
        """
        if photo is None:
            raise refusal("Send a picture.")
        _, made = brought(studio, photo, scale, Avatar(style=style or NONE))
        return files.give("enlarged.png", pictures.to_png(made, saved_avatar(photo)))

    @refusing
    def words(sentence: str, code: str = "") -> dict:
        """Change an avatar as a sentence in English or Chinese says.

        sentence: such as "long pink twin tails, no glasses" or "头发短一点".
        code: the code of the avatar to edit, or empty for the default avatar.
        Returns {"code": avatar code, "traits": {trait: value}, "understood": [traits that were said], "unknown": [words that were not]}.
        """
        reading = reader.read(sentence, decode(code) if code else Avatar())
        return {"code": reading.avatar.code, "traits": dict(reading.avatar.traits), "understood": list(reading.understood),
                "unknown": list(reading.unknown)}

    @refusing
    def random(seed: int | None = None) -> dict:
        """Roll the dice.

        seed: a whole number from 0 to 4294967295 that always gives the same avatar; none for a new one each time.
        Returns {"code": avatar code, "seed": the seed, "traits": {trait: value}}.
        """
        if seed is None:
            seed = int(np.random.default_rng().integers(MAX_SEED + 1))
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
            raise refusal(f"The seed must be a whole number from 0 to {MAX_SEED}.")
        avatar = Avatar(dice.roll(np.random.default_rng(seed)), seed)
        return {"code": avatar.code, "seed": seed, "traits": dict(avatar.traits)}

    with gr.Column(visible=False):
        code = gr.Textbox("", label="code")
        traits = gr.JSON({}, label="traits")
        what, format = gr.Textbox("picture", label="what"), gr.Textbox("png", label="format")
        size = gr.Number(SIZES[0], precision=0, label="size")
        scale, style = gr.Number(2, precision=0, label="scale"), gr.Textbox(NONE, label="style")
        own_style, model, likeness = gr.Textbox("", label="style"), gr.Textbox("", label="model"), gr.Number(None, label="likeness")
        picture = gr.File(label="picture")
        photo = gr.File(label="photo", type="binary")
        answer = gr.JSON(label="answer")
        call = gr.Button()
    photo.preprocess = files.take
    call.click(draw, [code, traits, size, own_style, model, likeness], picture, api_name="draw")
    call.click(export, [code, what, format, size], picture, api_name="export", concurrency_limit=1)
    call.click(selfie, photo, answer, api_name="selfie")
    call.click(enlarge, [photo, scale, style], picture, api_name="enlarge", concurrency_limit=1)
    gr.api(words, api_name="words")
    gr.api(random, api_name="random")
    add_model_endpoints(studio, jobs, files)
