"""From a picture of an avatar, without its code, back to an Avatar that can be edited.

The encoder reads the picture; what it read is drawn, and the drawing is read too. Where the two readings differ, the first
was wrong by about as much, so it is moved by that (the idea of ReStyle, Alaluf et al. 2021, arXiv:2104.02699, with nothing
learned). At last the drawing is compared with the picture: one that is none of our avatars comes out quite another.
"""
from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional as F

from .avatar import BACKGROUNDS, SIZES, Avatar
from .background import paint
from .models.encoder import SIZE, Encoder
from .studio import Studio, to_tensor
from .traits import BY_NAME, COLOURS, CONDITION_SIZE, PAINTED, TRAITS, condition, set_colour, skin_rgb
from .weights import load_encoder

STEPS = 3      # times that the drawing is read too
ALIKE = 0.06   # distance up to which a picture is one of our avatars, see distance
PLAIN = 0.04   # mean error, of 1, up to which what stands behind an avatar is one of BACKGROUNDS
TURNED = 20    # degrees that the other eye's hue is turned at least, if the eyes are to have two colours

# Where each trait stands in the generator's condition, which the encoder gives back; the order is that of traits.condition.
CHOICES: dict[str, slice] = {}
SLIDERS: dict[str, int] = {}
for _trait in TRAITS:
    _at = sum(len(BY_NAME[name].names) for name in CHOICES) + len(SLIDERS)
    if _trait.kind == "choice":
        CHOICES[_trait.name] = slice(_at, _at + len(_trait.names))
    elif _trait.kind == "slider" and _trait.name not in PAINTED:
        SLIDERS[_trait.name] = _at
_names = ("skin", "other eye", *COLOURS)
PAINTS = {name: slice(_at, _at + 3) for name, _at in zip(_names, range(CONDITION_SIZE - 3 * len(_names), CONDITION_SIZE, 3))}
NUMBERS = [*SLIDERS.values(), *(k for columns in PAINTS.values() for k in range(columns.start, columns.stop))]  # all but the choices


def invert(studio: Studio, picture: Image.Image) -> Avatar:
    """The avatar that looks most like a picture: its traits, its background if that is one of ours, and the nearest size.

    picture: an avatar as Avatar Studio draws it, of any size, RGBA or not, whole; any other picture gives some avatar too.
    """
    return inverted(studio, picture)[0]


def recognised(studio: Studio, picture: Image.Image) -> Avatar | None:
    """invert, if the picture is one of our avatars, else None: a photo, another's drawing."""
    avatar, away = inverted(studio, picture, hopeless=2 * ALIKE)
    return avatar if away <= ALIKE else None


def distance(a: Tensor, b: Tensor) -> float:
    """How unlike two pictures are, (1, 4, 256, 256) premultiplied, by their means over 4 x 4 pixels: 0, the same, to 1."""
    return (F.avg_pool2d(a, 4) - F.avg_pool2d(b, 4)).abs().mean().item()


def inverted(studio: Studio, picture: Image.Image, hopeless: float = 1.0) -> tuple[Avatar, float]:
    """What invert gives, and the distance of its picture from the picture. hopeless: a distance beyond which to give up at once."""
    size = min(SIZES, key=lambda edge: abs(edge - max(picture.size)))
    seen = opened(picture)
    wanted = read(studio, seen)                                                             # (c_size,)
    c, found = wanted.clone(), []
    for _ in range(STEPS + 1):
        avatar = Avatar(traits_of(c))
        drawn = to_tensor(studio.draw(avatar))
        background, ground = _ground(seen, drawn)
        avatar, drawn = replace(avatar, **background), drawn + (1 - drawn[:, 3:]) * ground
        found.append((avatar, distance(seen, drawn)))
        if found[-1][1] > hopeless:
            break
        c[NUMBERS] = (c + wanted - read(studio, drawn))[NUMBERS].clamp(-1, 1)
    avatar, away = min(found, key=lambda one: one[1])
    return replace(avatar, size=size), away


def opened(picture: Image.Image) -> Tensor:
    """The whole picture in the middle of a square, as the encoder takes it: premultiplied, (1, 4, 256, 256)."""
    return to_tensor(ImageOps.pad(picture.convert("RGBA"), (SIZE, SIZE), Image.Resampling.LANCZOS, color=(0, 0, 0, 0)))


def read(studio: Studio, pictures: Tensor) -> Tensor:
    """What the encoder reads of a picture (1, 4, 256, 256): (c_size,), see models.encoder."""
    with studio.lock, torch.inference_mode():
        return _encoder(studio.device, studio.dtype)(pictures.to(studio.device))[0][0].cpu()


@functools.cache
def _encoder(device: torch.device, dtype: torch.dtype) -> Encoder:
    return load_encoder().to(device).freeze(dtype)


def traits_of(c: Tensor | np.ndarray) -> dict[str, float | int | str]:
    """The traits of a condition as the encoder gives it, (c_size,): the way back from traits.condition."""
    c = np.asarray(c, np.float64)
    values = {name: BY_NAME[name].names[int(c[columns].argmax())] for name, columns in CHOICES.items()}
    for name, column in SLIDERS.items():
        low, high = BY_NAME[name].low, BY_NAME[name].high
        values[name] = low + (high - low) * (c[column].clip(-1, 1) + 1) / 2
    rgb = {name: (c[columns].clip(-1, 1) + 1) / 2 for name, columns in PAINTS.items()}
    for colour in COLOURS:
        values |= set_colour(colour, *rgb[colour])
    other = set_colour("eye", *rgb["other eye"])
    turned = (other["eye_hue"] - values["eye_hue"]) % 360
    vivid = min(values["eye_saturation"], other["eye_saturation"]) > 0.15                    # a grey has no hue
    values["eye_shift"] = turned if vivid and TURNED <= turned <= 360 - TURNED else 0
    tones, skins = _skins()
    values["skin_tone"], values["skin_undertone"] = tones[((skins - rgb["skin"]) ** 2).sum(1).argmin()]
    return {name: BY_NAME[name].clean(value) for name, value in values.items()}


@functools.cache
def _skins() -> tuple[list[tuple[float, float]], np.ndarray]:
    """Tones and undertones on a grid, and the sRGB of each, (N, 3)."""
    tones = [(tone, undertone) for tone in np.linspace(0, 1, 101) for undertone in np.linspace(-1, 1, 101)]
    return tones, np.array([skin_rgb(*tone) for tone in tones])


def _ground(seen: Tensor, drawn: Tensor) -> tuple[dict[str, str], Tensor]:
    """What stands behind the avatar of a picture: as arguments of Avatar, and as a picture (1, 4, 256, 256).

    drawn: that avatar on a clear ground. If it is none of BACKGROUNDS, the avatar has none, and the picture is what stands there.
    """
    there = F.max_pool2d(drawn[:, 3:], 9, 1, 4)[0, 0] < 0.02                                 # not even near the avatar
    clear = {"background": BACKGROUNDS[0]}
    if not there.any() or seen[0, 3][there].mean() < 0.5:
        return clear, torch.zeros_like(seen)
    away, best, ground = PLAIN, clear, seen
    for name in BACKGROUNDS[1:]:
        # In colour x, a pixel that black paints p is x (1 - p) + p.
        p = to_tensor(paint(name, "#000000", SIZE))[:, :3]                                   # (1, 3, 256, 256)
        share = 1 - p[0, :, there]                                                           # (3, M)
        colour = (((seen[0, :3, there] - 1 + share) * share).sum(1) / share.square().sum(1)).clamp(0, 1)  # least squares, (3,)
        painted = colour.view(3, 1, 1) * (1 - p) + p
        error = (painted - seen[:, :3])[0, :, there].abs().mean().item()
        if error < away:
            code = "#{:02x}{:02x}{:02x}".format(*(colour * 255).round().byte().tolist())
            away, best, ground = error, {"background": name, "background_colour": code}, torch.cat([painted, torch.ones_like(p[:, :1])], 1)
    return best, ground
