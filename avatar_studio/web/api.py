"""The named endpoints, for gradio_client and other programs: /draw, /edit, /traits, /selfie, /words, /export, /enlarge and /random.

Those of personal models stand in api_models.py.
"""
from __future__ import annotations

from dataclasses import fields, replace

import gradio as gr
import numpy as np

from .. import dice
from .. import words as reader
from ..avatar import BACKGROUNDS, BASE, MAX_SEED, SIZES, Avatar, decode
from ..exports import animations, packs, pictures
from ..exports.brought import brought
from ..exports.marks import saved_avatar
from ..inversion import recognised
from ..selfie import open_photo, read
from ..styles import NAMES, NONE
from ..traits import BY_NAME, TRAITS, Trait
from .api_models import add_model_endpoints
from .uploads import Files, refusal, refusing

FIELDS = tuple(field.name for field in fields(Avatar))


def add_endpoints(studio, jobs, files: Files) -> None:
    """Add the endpoints to the Blocks being built. Their components are never shown."""

    @refusing
    def draw(code: str, traits: dict | None = None, size: int | None = None, style: str = "", model: str = "", likeness: float | None = None) -> str:
        """Draw an avatar as a PNG file that carries its code, on the background of the code or, by default, on none. /edit gives the changed code itself, and changes more.

        code: an avatar code, or empty for the default avatar.
        traits: {trait: value} to change on it, such as {"mouth_smile": 1, "glasses": "round"}; /traits lists them. A hue is in degrees and wraps around; any other number is
            clamped to the trait's range.
        size: edge of the picture in pixels, 256, 512 or 1024; null for the code's own.
        style: a preset such as watercolour, none, or empty for the code's own.
        model: a personal model such as me-0123abcd, base, or empty for the code's own.
        likeness: from the base's chibi, 0, to the model's person, 1; null for the code's own.
        """
        avatar = opened(code)
        avatar = changed(avatar, {"traits": traits or {}, "size": size or avatar.size, "style": style or avatar.style, "model": model or avatar.model,
                                  "likeness": avatar.likeness if likeness is None else likeness})
        return files.give("avatar.png", pictures.to_png(studio.draw(avatar), avatar))

    @refusing
    def edit(code: str, changes: dict | None = None) -> dict:
        """Change an avatar, to draw, export or change it again.

        code: an avatar code, or empty for the default avatar.
        changes: {field: value}, such as {"traits": {"glasses": "round"}, "background": "dots", "style": "ink", "strength": 0.6}. What is not named stays. The fields:
            traits: as for /draw. seed: 0 to 4294967295, all that the traits do not name. background: one of those that /traits lists. background_colour: such as "#ffe3ec".
            size: 256, 512 or 1024. truncation: 0 to 1.5; 1 is the avatar itself, less is more average, more is exaggerated. explore: up to 6 numbers from -1 to 1.
            partner, mix: another avatar's code, or null, and how much of it, 0 to 1, goes into the shape, the features and the colours: three numbers.
            style, strength: one that /traits lists, and how strongly, 0 to 1. second_style, blend: another, and how much of the two it is, 0 to 1.
            super_resolution: whether what is larger than 256 pixels is enlarged by the upscaler. model, likeness: as for /draw.
        Returns {"code": avatar code, "traits": {trait: value}}.
        """
        avatar = changed(opened(code), changes or {})
        return {"code": avatar.code, "traits": dict(avatar.traits)}

    @refusing
    def vocabulary() -> dict:
        """List what there is to choose from.

        Returns {"traits": [{"name", "label", "group", "kind", "default", and "choices": [name] if the kind is choice, or else "low" and "high"; an angle is in degrees}],
        and names: "backgrounds", "styles", "sizes", "formats" of a picture, "animations", "animation_formats", "packs"}.
        """
        return {"traits": [described(trait) for trait in TRAITS], "backgrounds": list(BACKGROUNDS), "styles": list(NAMES), "sizes": list(SIZES), "formats": list(pictures.FORMATS),
                "animations": list(animations.KINDS), "animation_formats": list(animations.FORMATS), "packs": list(packs.PACKS)}

    @refusing
    def selfie(photo: bytes | None, face: int | None = None) -> dict:
        """Read a photo and give the avatar of the person on it; the photo is deleted at once.

        photo: a JPEG, PNG or WebP file with a face, or a picture of an avatar, which is brought back.
        face: which of several, from 0, the largest and most central, which is read if you say none. If you say one, only a saved file is brought back, no picture of an avatar.
        Returns {"code": avatar code, "traits": {trait: value}, "unsure": [traits left at their default], "faces": how many there are, 0 if an avatar was brought back}.
        """
        if photo is None:
            raise refusal("Send a photo.")
        avatar, unsure, faces = saved_avatar(photo), (), 0
        if avatar is None and face is None:
            avatar = recognised(studio, open_photo(photo, clear=True))
        if avatar is None:
            reading = read(photo, face)
            avatar, unsure, faces = Avatar(reading.values), reading.unsure, len(reading.faces)
        return {"code": avatar.code, "traits": dict(avatar.traits), "unsure": list(unsure), "faces": faces}

    @refusing
    def export(code: str, what: str = "picture", format: str = "", size: int | None = None) -> str:
        """Make a file to take away. One call waits for another, and a pack takes a while: draw, which waits for none of them, gives a PNG sooner.

        code: an avatar code, or empty for the default avatar.
        what: "picture"; an animation: blink, talk, look, nod, sway, or morph if it has a partner; or a pack: stickers, pngtuber, sprites, icons, model, moving or everything.
        format: png, webp or jpeg for a picture, webp, gif or apng for an animation, or empty for the first; packs have their own.
        size: edge in pixels of a picture or an animation, 256, 512 or 1024 (an animation: at most 512); null for the code's own.
        """
        avatar = opened(code)
        avatar = replace(avatar, size=size or avatar.size)
        of_picture, of_animation = "jpeg" if format == "jpg" else format or "png", format or "webp"
        if what == "picture" and of_picture in pictures.FORMATS:
            name, data = f"avatar.{of_picture}", pictures.encode(studio.draw(avatar), avatar, of_picture)
        elif what in animations.kinds_of(avatar) and of_animation in animations.FORMATS:
            name, data = packs.animation(studio, avatar, what, of_animation)
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
        """Change an avatar as a sentence in English or Chinese says. It may set the style and the background too, which stand in the code and not among the traits.

        sentence: such as "long pink twin tails, no glasses" or "头发短一点".
        code: the code of the avatar to edit, or empty for the default avatar.
        Returns {"code": avatar code, "traits": {trait: value}, "understood": [traits and fields that were said], "unknown": [words that were not]}.
        """
        reading = reader.read(sentence, opened(code))
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
        traits, changes = gr.JSON({}, label="traits"), gr.JSON({}, label="changes")
        what, format = gr.Textbox("picture", label="what"), gr.Textbox("", label="format")
        size, face = gr.Number(None, precision=0, label="size"), gr.Number(None, precision=0, label="face")
        scale, style = gr.Number(2, precision=0, label="scale"), gr.Textbox(NONE, label="style")
        own_style, model, likeness = gr.Textbox("", label="style"), gr.Textbox("", label="model"), gr.Number(None, label="likeness")
        picture = gr.File(label="picture")
        photo = gr.File(label="photo", type="binary")
        answer = gr.JSON(label="answer")
        call = gr.Button()
    photo.preprocess = files.take
    call.click(draw, [code, traits, size, own_style, model, likeness], picture, api_name="draw")
    call.click(edit, [code, changes], answer, api_name="edit")
    call.click(export, [code, what, format, size], picture, api_name="export", concurrency_limit=1)
    call.click(selfie, [photo, face], answer, api_name="selfie")
    call.click(enlarge, [photo, scale, style], picture, api_name="enlarge", concurrency_limit=1)
    gr.api(vocabulary, api_name="traits")
    gr.api(words, api_name="words")
    gr.api(random, api_name="random")
    add_model_endpoints(studio, jobs, files)


def opened(code: str | None) -> Avatar:
    """The avatar of a code; without one, the default."""
    return decode(code) if code else Avatar()


def changed(avatar: Avatar, changes: dict) -> Avatar:
    """The avatar with some of its fields changed, as a program names them. Raises a refusal or AvatarError for what it cannot have."""
    if not isinstance(changes, dict) or not isinstance(traits := changes.get("traits", {}), dict):
        raise refusal("changes must be an object of fields and their values, and traits one of trait names and their values.")
    if unknown := set(changes) - set(FIELDS):
        raise refusal(f"An avatar has no field called {min(unknown)[:40]!r}; it has {', '.join(FIELDS)}.")
    if unknown := set(traits) - set(BY_NAME):
        raise refusal(f"There is no trait called {min(unknown)[:40]!r}; /traits lists them.")
    changes = changes | {"traits": {**avatar.traits, **traits}}
    if changes.get("model") == "base":
        changes["model"] = BASE
    if changes.get("partner") is not None:
        changes["partner"] = decode(changes["partner"])
    return replace(avatar, **changes)


def described(trait: Trait) -> dict:
    """What a program needs to know of a trait."""
    values = {"choices": list(trait.names)} if trait.kind == "choice" else {"low": trait.low, "high": trait.high}
    return {"name": trait.name, "label": trait.en, "group": trait.group, "kind": trait.kind, "default": trait.clean(trait.default), **values}
