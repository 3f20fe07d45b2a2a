"""Avatar, the one noun: a small frozen value that says all there is to draw a picture, and its short code.

A code is `A` + URL-safe base64 of these bytes: version (1), bit-packed fields, CRC-16 (2).
Fields in order: seed (32 bits), background (5), background colour (24), size (3), every trait that the version knows
(slider 7 bits, angle 9 bits, choice 5 bits), and from version 2 on the latent play: a bit each that says whether
truncation (11 bits), explore (EXPLORE_SIZE x 11) and partner with mix (seed, traits, 3 x 10) follow; from version 3 on
whether it is enlarged plainly, and style with strength, and second style with blend (6 bits a style, and its 32 if it is
a person's own, 10 a number); from version 4 on whether a personal model paints it, its 32 bits and likeness (10).
"""
from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from . import styles
from . import traits as vocabulary
from .traits import TRAITS, Trait, TraitError

VERSION = 4  # 2: art, gaze_x, gaze_y, lines; truncation, explore, partner, mix; 3: style, super_resolution; 4: model, likeness
PREFIX = "A"
BITS = {"slider": 7, "angle": 9, "choice": 5}
BACKGROUNDS = ("transparent", "plain", "gradient", "dots", "rays")  # at most 32, append only
SIZES = (256, 512, 1024)  # pixels; at most 8, append only
MAX_SEED = 2**32 - 1
Z_SIZE = 16  # numbers in z
GRAIN = 1000  # numbers of the latent play live on this grid, so that a code restores them exactly
MAX_TRUNCATION = 1.5
EXPLORE_SIZE = 6  # directions of weights/directions.safetensors
OWN_STYLE = 63  # the number of a style that is none of the presets
BASE = ""  # the model that came with the program
MODEL = re.compile("me-[0-9a-f]{8}")  # one that was tuned on a person's photos, by the head of its file's sha256
MIX_SIZE = 3  # groups of layers: shape, features, colours; see latent.py


class AvatarError(ValueError):
    """An avatar that cannot be, or a code that is none. The message is one sentence for a person."""


@dataclass(frozen=True)
class Avatar:
    """What to draw. Every field is validated, so that an Avatar that exists can be drawn.

    traits: name -> value; what is not named is at its default. Read-only.
    seed: 0 to 2**32 - 1; draws z, all that the traits do not name.
    background: one of BACKGROUNDS, painted in background_colour, "#rrggbb".
    size: the picture's edge in pixels, one of SIZES.
    truncation: 0 to 1.5; 1 is the avatar itself, 0 the average of all that have its choices, and above 1 it is exaggerated.
    explore: up to EXPLORE_SIZE numbers from -1 to 1, steps along the generator's principal directions.
    partner, mix: another avatar, of which only traits and seed count, and how much of it goes into the shape, the
        features and the colours, each from 0 (none) to 1 (all), best in steps of 0.05: see latent.py. Equal numbers are a
        morph, unequal ones mix styles.
    style, strength: how it is painted, a name of styles.NAMES or a person's own, and how strongly, 0 to 1.
    second_style, blend: another one, and how much of the two is the second, 0 to 1.
    super_resolution: whether what is larger than 256 px is enlarged by the upscaler; else plainly (Lanczos).
    model, likeness: which generator paints it, BASE or a personal one (MODEL), and how far it goes from the base's chibi, 0,
        to the person, 1.
    """

    traits: Mapping[str, float | int | str] = field(default_factory=dict)
    seed: int = 0
    background: str = "transparent"
    background_colour: str = "#ffe3ec"
    size: int = 256
    truncation: float = 1.0
    explore: tuple[float, ...] = (0.0,) * EXPLORE_SIZE
    partner: Avatar | None = None
    mix: tuple[float, float, float] = (0.0,) * MIX_SIZE
    style: str = styles.NONE
    strength: float = 1.0
    second_style: str = styles.NONE
    blend: float = 0.0
    super_resolution: bool = True
    model: str = BASE
    likeness: float = 1.0

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
        object.__setattr__(self, "size", SIZES[SIZES.index(self.size)])  # 512.0 is 512
        colour = self.background_colour
        if not (isinstance(colour, str) and len(colour) == 7 and colour[0] == "#" and _is_hex(colour[1:])):
            raise AvatarError("The background colour must look like #ffe3ec.")
        object.__setattr__(self, "background_colour", colour.lower())
        object.__setattr__(self, "truncation", _clean("truncation", self.truncation, 0.0, MAX_TRUNCATION))
        object.__setattr__(self, "explore", _clean_all("explore", self.explore, -1.0, EXPLORE_SIZE))
        if not (self.partner is None or isinstance(self.partner, Avatar)):
            raise AvatarError("The partner must be an avatar.")
        if self.partner is not None:
            object.__setattr__(self, "partner", Avatar(self.partner.traits, self.partner.seed))
        mix = _clean_all("mix", self.mix, 0.0, MIX_SIZE)
        object.__setattr__(self, "mix", mix if self.partner else (0.0,) * MIX_SIZE)
        self._clean_style()
        if not isinstance(self.model, str) or (self.model != BASE and not MODEL.fullmatch(self.model)):
            raise AvatarError("The model must be empty for the base, or a personal one such as me-0123abcd.")
        likeness = _clean("likeness", self.likeness, 0.0, 1.0)
        object.__setattr__(self, "likeness", 1.0 if self.model == BASE else likeness)

    def _clean_style(self) -> None:
        """Validate, and leave nothing that would not be seen, so that equal pictures are equal avatars."""
        for name in (self.style, self.second_style):
            if not styles.is_style(name):
                raise AvatarError(f"The style must be one of: {', '.join(styles.NAMES)}.")
        if not isinstance(self.super_resolution, bool):
            raise AvatarError("super_resolution must be true or false.")
        strength, blend = _clean("strength", self.strength, 0.0, 1.0), _clean("blend", self.blend, 0.0, 1.0)
        if self.style == styles.NONE:
            strength, blend = 1.0, 0.0
        second = self.second_style if blend and self.second_style != self.style else styles.NONE
        for name, value in (("strength", strength), ("second_style", second), ("blend", blend if second != styles.NONE else 0.0)):
            object.__setattr__(self, name, value)

    def __hash__(self):
        return hash(self.code)

    def __reduce__(self):  # a mappingproxy does not pickle
        values = (getattr(self, name) for name in self.__dataclass_fields__)
        return Avatar, tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values)

    def edit(self, **changes) -> Avatar:
        """This avatar with some traits moved: avatar.edit(mouth_smile=1.0)."""
        return replace(self, traits={**self.traits, **changes})

    @property
    def plain(self) -> Avatar:
        """This avatar without the latent play: its traits alone, by its model, in its style, on its background."""
        return replace(self, truncation=1.0, explore=(), partner=None)

    @property
    def is_plain(self) -> bool:
        """Whether it is without latent play; a partner of whom nothing is mixed in is none."""
        return self.truncation == 1 and not any(self.mix) and not any(self.explore)

    @property
    def code(self) -> str:
        """The short code, letters, digits, - and _ only."""
        return encode(self)


def latent(seed: int) -> np.ndarray:
    """z ~ N(0, I) of a seed, float32 of shape (Z_SIZE,): all that the traits do not name."""
    return np.random.default_rng(seed).standard_normal(Z_SIZE).astype(np.float32)


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)


def _clean(name: str, value, low: float, high: float) -> float:
    """The nearest legal value: clamped and put on the grid."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)) or not vocabulary.is_finite(value):
        raise AvatarError(f"{name} must be a number.")
    return round(min(max(float(value), low), high) * GRAIN) / GRAIN


def _clean_all(name: str, values, low: float, size: int) -> tuple[float, ...]:
    """Up to `size` numbers from low to 1; those that are missing are 0."""
    if not isinstance(values, (list, tuple)) or len(values) > size:
        raise AvatarError(f"{name} must be a list of at most {size} numbers.")
    return tuple(_clean(name, value, low, 1.0) for value in values) + (0.0,) * (size - len(values))


def _layout(version: int) -> list[Trait]:
    return [trait for trait in TRAITS if trait.since <= version]


def encode(avatar: Avatar) -> str:
    """The code of an avatar in the current version."""
    fields = [(avatar.seed, 32), (BACKGROUNDS.index(avatar.background), 5),
              (int(avatar.background_colour[1:], 16), 24), (SIZES.index(avatar.size), 3)]
    fields += _trait_fields(avatar) + _play_fields(avatar) + _style_fields(avatar) + _model_fields(avatar)
    number, width = 0, 0
    for value, bits in fields:
        number, width = number << bits | value, width + bits
    padding = -width % 8
    body = bytes([VERSION]) + (number << padding).to_bytes((width + padding) // 8, "big")
    return PREFIX + base64.urlsafe_b64encode(body + _checksum(body)).rstrip(b"=").decode()


def _trait_fields(avatar: Avatar) -> list[tuple[int, int]]:
    return [(_index(trait, avatar.traits[trait.name]), BITS[trait.kind]) for trait in _layout(VERSION)]


def _play_fields(avatar: Avatar) -> list[tuple[int, int]]:
    """(value, bits) of what differs from a plain avatar, each part behind the bit that announces it."""
    fields = [(int(avatar.truncation != 1), 1)]
    if avatar.truncation != 1:
        fields += [(round(avatar.truncation * GRAIN), 11)]
    fields += [(int(any(avatar.explore)), 1)]
    if any(avatar.explore):
        fields += [(round(value * GRAIN) + GRAIN, 11) for value in avatar.explore]
    fields += [(int(avatar.partner is not None), 1)]
    if avatar.partner:
        fields += [(avatar.partner.seed, 32), *_trait_fields(avatar.partner)]
        fields += [(round(value * GRAIN), 10) for value in avatar.mix]
    return fields


def _style_fields(avatar: Avatar) -> list[tuple[int, int]]:
    fields = [(int(not avatar.super_resolution), 1)]
    for style, share in ((avatar.style, avatar.strength), (avatar.second_style, avatar.blend)):
        fields += [(int(style != styles.NONE), 1)]
        if style in styles.PRESETS:
            fields += [(styles.NAMES.index(style), 6), (round(share * GRAIN), 10)]
        elif style != styles.NONE:
            fields += [(OWN_STYLE, 6), (int(style[-8:], 16), 32), (round(share * GRAIN), 10)]
    return fields


def _model_fields(avatar: Avatar) -> list[tuple[int, int]]:
    if avatar.model == BASE:
        return [(0, 1)]
    return [(1, 1), (int(avatar.model[-8:], 16), 32), (round(avatar.likeness * GRAIN), 10)]


class _Bits:
    """Takes numbers of so many bits off the front of some bytes."""

    def __init__(self, data: bytes):
        self.number, self.left = int.from_bytes(data, "big"), 8 * len(data)

    def take(self, bits: int) -> int:
        self.left -= bits
        if self.left < 0:
            raise AvatarError("This avatar code has the wrong length; copy it again, whole.")
        return self.number >> self.left & (1 << bits) - 1


def decode(code: str) -> Avatar:
    """The avatar of a code of this or an older version; what is younger than the code stands at its default.

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
    version = body[0]
    if not 1 <= version <= VERSION:
        raise AvatarError("This avatar code was made by a newer Avatar Studio; update this one to open it.")
    bits = _Bits(body[1:])
    seed, background, colour, size = (bits.take(width) for width in (32, 5, 24, 3))
    if background >= len(BACKGROUNDS) or size >= len(SIZES):
        raise AvatarError("This avatar code names a background or size that does not exist.")
    traits = _read_traits(bits, version)
    play = _read_play(bits, version) if version >= 2 else {}
    style = _read_style(bits) if version >= 3 else {}
    model = _read_model(bits) if version >= 4 else {}
    if bits.left >= 8:
        raise AvatarError("This avatar code has the wrong length; copy it again, whole.")
    return Avatar(traits, seed, BACKGROUNDS[background], f"#{colour:06x}", SIZES[size], **play, **style, **model)


def _read_traits(bits: _Bits, version: int) -> dict:
    return {trait.name: _value(trait, bits.take(BITS[trait.kind])) for trait in _layout(version)}


def _read_play(bits: _Bits, version: int) -> dict:
    """What _play_fields wrote, as arguments of Avatar."""
    play = {}
    if bits.take(1):
        play["truncation"] = bits.take(11) / GRAIN
    if bits.take(1):
        play["explore"] = tuple((bits.take(11) - GRAIN) / GRAIN for _ in range(EXPLORE_SIZE))
    if bits.take(1):
        seed = bits.take(32)
        play["partner"] = Avatar(_read_traits(bits, version), seed)
        play["mix"] = tuple(bits.take(10) / GRAIN for _ in range(MIX_SIZE))
    return play


def _read_style(bits: _Bits) -> dict:
    """What _style_fields wrote, as arguments of Avatar."""
    found = {"super_resolution": not bits.take(1)}
    for style, share in (("style", "strength"), ("second_style", "blend")):
        if bits.take(1):
            index = bits.take(6)
            if index != OWN_STYLE and not 0 < index < len(styles.NAMES):
                raise AvatarError("This avatar code names a style that does not exist.")
            found[style] = f"own-{bits.take(32):08x}" if index == OWN_STYLE else styles.NAMES[index]
            found[share] = min(bits.take(10) / GRAIN, 1.0)
    return found


def _read_model(bits: _Bits) -> dict:
    """What _model_fields wrote, as arguments of Avatar."""
    return {"model": f"me-{bits.take(32):08x}", "likeness": min(bits.take(10) / GRAIN, 1.0)} if bits.take(1) else {}


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
