"""Avatar, the one noun: a small frozen value that says all there is to draw a picture, and its short code.

A code is `A` + URL-safe base64 of these bytes: version (1), bit-packed fields, CRC-16 (2).
Fields in order: seed (32 bits), background (5), background colour (24), size (3), then every trait that the
version knows: slider 7 bits, angle 9 bits, choice 5 bits.
"""
from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from . import traits as vocabulary
from .traits import TRAITS, Trait, TraitError

VERSION = 2  # 2: art, gaze_x, gaze_y, lines
PREFIX = "A"
BITS = {"slider": 7, "angle": 9, "choice": 5}
BACKGROUNDS = ("transparent", "plain", "gradient", "dots", "rays")  # at most 32, append only
SIZES = (256, 512, 1024)  # pixels; at most 8, append only
MAX_SEED = 2**32 - 1
Z_SIZE = 16  # numbers in z


class AvatarError(ValueError):
    """An avatar that cannot be, or a code that is none. The message is one sentence for a person."""


@dataclass(frozen=True)
class Avatar:
    """What to draw. Every field is validated, so that an Avatar that exists can be drawn.

    traits: name -> value; what is not named is at its default. Read-only.
    seed: 0 to 2**32 - 1; draws z, all that the traits do not name.
    background: one of BACKGROUNDS, painted in background_colour, "#rrggbb".
    size: the picture's edge in pixels, one of SIZES.
    """

    traits: Mapping[str, float | int | str] = field(default_factory=dict)
    seed: int = 0
    background: str = "transparent"
    background_colour: str = "#ffe3ec"
    size: int = 256

    def __post_init__(self):
        try:
            traits = vocabulary.clean(self.traits)
        except TraitError as error:
            raise AvatarError(str(error)) from None
        object.__setattr__(self, "traits", MappingProxyType(traits))
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or not 0 <= self.seed <= MAX_SEED:
            raise AvatarError(f"The seed must be a whole number from 0 to {MAX_SEED}.")
        if self.background not in BACKGROUNDS:
            raise AvatarError(f"The background must be one of: {', '.join(BACKGROUNDS)}.")
        if self.size not in SIZES:
            raise AvatarError(f"The size must be one of: {', '.join(map(str, SIZES))}.")
        colour = self.background_colour
        if not (isinstance(colour, str) and len(colour) == 7 and colour[0] == "#" and _is_hex(colour[1:])):
            raise AvatarError("The background colour must look like #ffe3ec.")
        object.__setattr__(self, "background_colour", colour.lower())

    def __hash__(self):
        return hash(self.code)

    def __reduce__(self):  # a mappingproxy does not pickle
        return Avatar, (dict(self.traits), self.seed, self.background, self.background_colour, self.size)

    def edit(self, **changes) -> Avatar:
        """This avatar with some traits moved: avatar.edit(mouth_smile=1.0)."""
        return replace(self, traits={**self.traits, **changes})

    @property
    def code(self) -> str:
        """The short code, letters, digits, - and _ only."""
        return encode(self)


def latent(seed: int) -> np.ndarray:
    """z ~ N(0, I) of a seed, float32 of shape (Z_SIZE,): all that the traits do not name."""
    return np.random.default_rng(seed).standard_normal(Z_SIZE).astype(np.float32)


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)


def _layout(version: int) -> list[Trait]:
    return [trait for trait in TRAITS if trait.since <= version]


def encode(avatar: Avatar) -> str:
    """The code of an avatar in the current version."""
    fields = [(avatar.seed, 32), (BACKGROUNDS.index(avatar.background), 5),
              (int(avatar.background_colour[1:], 16), 24), (SIZES.index(avatar.size), 3)]
    fields += [(_index(trait, avatar.traits[trait.name]), BITS[trait.kind]) for trait in _layout(VERSION)]
    number, width = 0, 0
    for value, bits in fields:
        number, width = number << bits | value, width + bits
    padding = -width % 8
    body = bytes([VERSION]) + (number << padding).to_bytes((width + padding) // 8, "big")
    return PREFIX + base64.urlsafe_b64encode(body + _checksum(body)).rstrip(b"=").decode()


def decode(code: str) -> Avatar:
    """The avatar of a code of this or an older version; traits younger than the code stand at their default.

    Raises AvatarError, with one sentence for a person, for anything else.
    """
    if not isinstance(code, str) or not code.strip().startswith(PREFIX) or len(code) > 1000:
        raise AvatarError("This is not an avatar code: a code starts with A and is copied whole.")
    text = code.strip()[len(PREFIX):]
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise AvatarError("This avatar code has a character that codes do not have; copy it again, whole.") from None
    body, checksum = raw[:-2], raw[-2:]
    whole = base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == text.rstrip("=")  # the last character may have spare bits
    if len(body) < 2 or checksum != _checksum(body) or not whole:
        raise AvatarError("This avatar code is damaged or cut short; copy it again, whole.")
    if not 1 <= body[0] <= VERSION:
        raise AvatarError("This avatar code was made by a newer Avatar Studio; update this one to open it.")
    layout = _layout(body[0])
    widths = [32, 5, 24, 3] + [BITS[trait.kind] for trait in layout]
    if (len(body) - 1) != -(-sum(widths) // 8):
        raise AvatarError("This avatar code has the wrong length; copy it again, whole.")
    number = int.from_bytes(body[1:], "big") >> (-sum(widths) % 8)
    fields = []
    for bits in reversed(widths):
        fields.append(number & (1 << bits) - 1)
        number >>= bits
    seed, background, colour, size, *values = reversed(fields)
    if background >= len(BACKGROUNDS) or size >= len(SIZES):
        raise AvatarError("This avatar code names a background or size that does not exist.")
    traits = {trait.name: _value(trait, value) for trait, value in zip(layout, values)}
    return Avatar(traits, seed, BACKGROUNDS[background], f"#{colour:06x}", SIZES[size])


def _index(trait: Trait, value) -> int:
    if trait.kind == "choice":
        return trait.names.index(value)
    return value if trait.kind == "angle" else trait.level(value)


def _value(trait: Trait, index: int):
    if trait.kind == "choice":
        if index >= len(trait.names):
            raise AvatarError("This avatar code names a choice that does not exist.")
        return trait.names[index]
    return index if trait.kind == "angle" else trait.at(min(index, vocabulary.LEVELS - 1))


def _checksum(body: bytes) -> bytes:
    return binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "big")
