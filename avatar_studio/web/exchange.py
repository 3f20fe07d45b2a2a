"""What the page and the server exchange: the avatar as plain data, checked on its way in, and pictures as data URIs."""
from __future__ import annotations

import base64
import io

from PIL import Image

from ..avatar import Avatar, AvatarError
from ..traits import GROUPS, TRAITS

FIELDS = ("traits", "seed", "background", "background_colour", "truncation", "explore", "partner", "mix")


def plain(avatar: Avatar) -> dict:
    """The avatar as the page's script holds it."""
    partner = avatar.partner and {"traits": dict(avatar.partner.traits), "seed": avatar.partner.seed}
    return {"traits": dict(avatar.traits), "seed": avatar.seed, "background": avatar.background,
            "background_colour": avatar.background_colour, "truncation": avatar.truncation, "explore": list(avatar.explore),
            "partner": partner, "mix": list(avatar.mix)}


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
    """A picture as a small WebP, in a data URI."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=82, method=0)
    return data_uri(buffer.getvalue(), "image/webp")


def data_uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
