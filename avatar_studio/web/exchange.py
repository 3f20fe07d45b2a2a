"""What the page and the server exchange: the avatar as plain data, checked on its way in, and pictures as data URIs."""
from __future__ import annotations

import base64
import binascii
import functools
import io
import logging
from collections.abc import Callable
from dataclasses import fields
from typing import TypeVar

from PIL import Image

from ..avatar import Avatar, AvatarError
from ..studio import ModelMissing, StyleMissing
from ..told import Told
from ..traits import GROUPS, TRAITS
from .texts import TEXTS, both

Answer = TypeVar("Answer")

FIELDS = tuple(field.name for field in fields(Avatar) if field.name != "size")  # the page says anew each time how large it wants it
SMALL_SIZE = 160  # pixels of what is chosen among others


class PageError(Told):
    """A sentence of texts.py for the person at the page."""

    def __init__(self, key: str, **values: int):
        super().__init__(*TEXTS[key], **values)


def plain(avatar: Avatar) -> dict:
    """The avatar as the page's script holds it."""
    fields = {name: getattr(avatar, name) for name in FIELDS}
    partner = avatar.partner and {"traits": dict(avatar.partner.traits), "seed": avatar.partner.seed}
    return fields | {"traits": dict(avatar.traits), "explore": list(avatar.explore), "partner": partner, "mix": list(avatar.mix)}


def read_avatar(data: object) -> Avatar:
    """The avatar of what plain() gives, clamped; raises AvatarError for anything else."""
    avatar = _fields(data, FIELDS)
    if avatar.get("partner") is not None:
        avatar["partner"] = Avatar(**_fields(avatar["partner"], ("traits", "seed")))
    return Avatar(**avatar)


def _fields(data: object, allowed: tuple[str, ...]) -> dict:
    if not isinstance(data, dict) or not isinstance(data.get("traits", {}), dict):
        raise AvatarError("An avatar is an object with traits.")
    unknown = set(data) - set(allowed)
    if unknown:
        raise AvatarError(f"An avatar has no field called {str(min(unknown))[:40]!r}.")
    return dict(data)


def kept_traits(data: dict) -> dict:
    """The values of all traits in the groups that data["keep"] names."""
    groups = data.get("keep") or []
    if not isinstance(groups, list) or not all(isinstance(group, str) and group in GROUPS for group in groups):
        raise AvatarError(f"keep must be a list of groups: {', '.join(GROUPS)}.")
    traits = read_avatar(data.get("avatar")).traits
    return {trait.name: traits[trait.name] for trait in TRAITS if trait.group in groups}


def thumbnail(image: Image.Image) -> str:
    """A picture as a WebP that is made quickly, in a data URI."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=82, method=0)
    return data_uri(buffer.getvalue(), "image/webp")


def small(image: Image.Image) -> str:
    """The same, SMALL_SIZE square."""
    return thumbnail(image.resize((SMALL_SIZE, SMALL_SIZE), Image.Resampling.BILINEAR))


def data_uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def sent_bytes(text: object) -> bytes:
    """The file that the page sent in base64. Raises PageError."""
    if not isinstance(text, str):
        raise PageError("photo_unreadable")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise PageError("photo_unreadable") from None


def answering(function: Callable[[dict], Answer]) -> Callable[[object], Answer | dict]:
    """A function of the page's script, with what people can get wrong turned into an answer: {error: {en, zh}}.

    stale beside it: so may a page be refused that was opened before the studio was updated, and hardly any other.
    """

    @functools.wraps(function)
    def answer(data: object) -> Answer | dict:
        try:
            if not isinstance(data, dict):
                raise AvatarError("The page sends one object.")
            return function(data)
        except Told as error:
            return {"error": error.sentences}
        except ModelMissing as error:  # the page may have its file
            return {"error": both("mine_missing"), "missing": error.model}
        except StyleMissing as error:  # the same
            return {"error": both("own_missing"), "missing": error.style}
        except AvatarError as error:
            key = "bad_code" if function.__name__ == "open" else "bad_avatar"
            return {"error": {**both(key), "en": str(error)}, "stale": True}
        except Exception:  # the page must go on; the reason is for the log, not for the person
            logging.getLogger(__name__).exception("%s failed", function.__name__)
            return {"error": both("broken"), "stale": True}

    return answer
