"""Moving pictures: frames from small edits of the traits, or from bending the picture; WebP, GIF and APNG that loop without a jump.

Every animation ends on its first frame, so that the loop closes exactly.
"""
from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from PIL import Image

from ..avatar import BACKGROUNDS, Avatar
from ..background import paint
from ..studio import FEW
from .expressions import blink, open_eyes
from .marks import comment, exif, png_info, xmp
from .pictures import labelled

FORMATS = {"webp": "image/webp", "gif": "image/gif", "apng": "image/png"}
KINDS: dict[str, tuple[str, str]] = {
    "blink": ("Blink", "眨眼"), "talk": ("Talk", "说话"), "look": ("Look around", "张望"), "nod": ("Nod", "点头"), "sway": ("Hair in the wind", "头发飘动"),
    "morph": ("Morph into another", "渐变成另一个头像"),
}
MORPH_STOPS, FADES = 6, 3  # whole pictures on the way of a morph, and steps from one to the next, between which they fade: half a change is hair in shreds


def kinds_of(avatar: Avatar) -> list[str]:
    """The KINDS that this avatar has: a morph needs a partner."""
    return [kind for kind in KINDS if kind != "morph" or avatar.partner]


def ending(format: str) -> str:
    """The file name's ending of one of FORMATS."""
    return "png" if format == "apng" else format


def drawn(studio, avatars: list[Avatar]) -> Iterator[Image.Image]:
    """The avatars' pictures, FEW at a time."""
    for first in range(0, len(avatars), FEW):
        yield from studio.draw_many(avatars[first:first + FEW])


def frames(studio, avatar: Avatar, kind: str,
           progress: Callable[[int, int], None] = lambda done, total: None) -> list[tuple[Image.Image, int]]:
    """[(RGBA picture, avatar.size square, on its background; milliseconds)], the last picture the same as the first.

    kind: one of KINDS; "morph" goes to the avatar's partner and back, and raises AvatarError if it has none.
    progress: called with the frames drawn and their number.
    """
    bend: list[tuple[float, float]] | None = None
    fade: list[tuple[Avatar, float]] | None = None
    if kind == "blink":
        opens = [(1, 1600), (0.55, 50), (0.0, 90), (0.5, 60), (1, 900), (0.4, 50), (0.0, 80), (0.5, 60), (1, 40)]
        opened = open_eyes(avatar)
        steps = [(blink(opened, share), ms) for share, ms in opens]
    elif kind == "talk":
        mouths = [0.0, 0.5, 0.85, 0.4, 0.7, 0.35, 0.6, 0.9, 0.5, 0.35, 0.0]  # hardly open, a mouth that is not merry is but a smudge
        steps = [(avatar.edit(mouth_open=wide), 110) for wide in mouths]
    elif kind == "look":
        turn = [(0, 0, 900), (-0.5, 0, 60), (-1, 0.1, 700), (-0.3, 0.1, 60), (0.5, 0.1, 60), (1, 0.1, 700), (0.5, 0, 60), (0, 0, 60)]
        opened = open_eyes(avatar)
        steps = [(opened.edit(gaze_x=x, gaze_y=y) if (x or y) else opened, ms) for x, y, ms in turn]
    elif kind == "morph":
        stops = studio.morph(avatar, MORPH_STOPS)
        there = [(one, (other, k / FADES)) for one, other in zip(stops, stops[1:]) for k in range(FADES)]
        ends = (stops[0], (stops[0], 0.0)), (stops[-1], (stops[-1], 0.0))
        way = [*there, ends[1], *reversed(there[1:]), ends[0]]
        fade = [to for _, to in way]
        steps = [(one, 700 if k in (0, len(there)) else 40) for k, (one, _) in enumerate(way)]
    elif kind == "sway":
        waves = [math.sin(2 * math.pi * k / 12) for k in range(13)]
        # The last frame is the first one again, in the middle of the fastest stretch: both together last as long as any other.
        steps = [(sway(avatar, wave), ms) for wave, ms in zip(waves, (50, *[90] * 11, 40))]
        bend = [(0.018 * wave, 1.0) for wave in waves]
    elif kind == "nod":
        dips = [0, 0.25, 0.7, 1, 0.75, 0.3, 0.05, 0.3, 0.6, 0.4, 0.1, 0]
        steps = [(avatar, 900 if k == 0 else 60) for k in range(len(dips))]
        bend = [(0.0, 1 - 0.035 * dip) for dip in dips]
    else:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    clear = [replace(step, background=BACKGROUNDS[0], size=avatar.size) for step, _ in steps]
    distinct = list(dict.fromkeys(clear))
    made: dict[Avatar, Image.Image] = {}
    for one, picture in zip(distinct, drawn(studio, distinct)):
        made[one] = picture
        progress(len(made), len(distinct))
    behind = paint(avatar.background, avatar.background_colour, avatar.size)
    pictures = []
    for k, one in enumerate(clear):
        picture = made[one]
        if bend and bend[k] != (0.0, 1.0):
            picture = bent(picture, *bend[k])
        if fade and fade[k][1]:
            picture = faded(picture, made[replace(fade[k][0], background=BACKGROUNDS[0], size=avatar.size)], fade[k][1])
        pictures.append(Image.alpha_composite(behind, picture) if behind else picture)
    pictures[-1] = pictures[0]
    return [(picture, ms) for picture, (_, ms) in zip(pictures, steps)]


def sway(avatar: Avatar, wave: float) -> Avatar:
    """Fringe and hair moved by wind of -1 to 1."""
    traits = avatar.traits
    return avatar.edit(fringe_sweep=traits["fringe_sweep"] + 0.25 * wave, hair_volume=traits["hair_volume"] + 0.12 * abs(wave),
                       hair_length=traits["hair_length"] + 0.1 * wave) if wave else avatar


def faded(picture: Image.Image, other: Image.Image, share: float) -> Image.Image:
    """The first picture, with a share of the other."""
    return Image.blend(picture.convert("RGBa"), other.convert("RGBa"), share).convert("RGBA")


def bent(picture: Image.Image, lean: float, height: float) -> Image.Image:
    """The picture with its upper part leant aside and lowered, the shoulders where they are.

    lean: of the top, as a share of the edge. height: of the head, 1 as it was.
    """
    edge = picture.width
    pixels = np.asarray(picture.convert("RGBa"), dtype=np.float32)                   # premultiplied, (edge, edge, 4)
    pivot = 0.86 * edge                                                              # the neck: what is below stays
    y = np.arange(edge, dtype=np.float32)
    above = np.clip((pivot - y) / pivot, 0, None)
    source_y = np.where(y < pivot, pivot - (pivot - y) / height, y)
    source_x = np.arange(edge, dtype=np.float32)[None] - (lean * edge * above ** 1.5)[:, None]    # (edge, edge)
    source_y = np.broadcast_to(source_y[:, None], source_x.shape)
    return Image.fromarray(_sample(pixels, source_x, source_y), "RGBa").convert("RGBA")


def _sample(pixels: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear, clear outside; uint8."""
    edge = pixels.shape[0]
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)))
    x, y = np.clip(x + 1, 0, edge + 0.999), np.clip(y + 1, 0, edge + 0.999)
    x0, y0 = x.astype(int), y.astype(int)
    fx, fy = (x - x0)[..., None], (y - y0)[..., None]
    top = padded[y0, x0] * (1 - fx) + padded[y0, x0 + 1] * fx
    low = padded[y0 + 1, x0] * (1 - fx) + padded[y0 + 1, x0 + 1] * fx
    return np.rint(top * (1 - fy) + low * fy).astype(np.uint8)


def encode(moving: list[tuple[Image.Image, int]], avatar: Avatar, format: str, quality: int = 85) -> bytes:
    """Frames as an endless WebP, GIF (a hard edge, 255 colours) or APNG, with the avatar's code and marks inside."""
    leaving = {id(picture): labelled(picture) for picture, _ in moving}  # what is one picture stays one
    pictures, durations = [leaving[id(picture)] for picture, _ in moving], [ms for _, ms in moving]
    buffer = io.BytesIO()
    if format == "webp":
        return _webp(pictures, durations, avatar, quality)
    elif format == "apng":
        pictures[0].save(buffer, "PNG", save_all=True, append_images=pictures[1:], duration=durations, loop=0, disposal=1, blend=0, pnginfo=png_info(avatar))
    elif format == "gif":
        palette = _palette(pictures)
        indexed = [_indexed(picture, palette) for picture in pictures]
        indexed[0].save(buffer, "GIF", save_all=True, append_images=indexed[1:], duration=durations, loop=0, disposal=2, transparency=255,
                        optimize=False, comment=comment(avatar).encode("ascii"))
    else:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")
    return buffer.getvalue()


def _webp(pictures: list[Image.Image], durations: list[int], avatar: Avatar, quality: int) -> bytes:
    """An animated WebP of whole frames (developers.google.com/speed/webp/docs/riff_container, "Animation").

    Pillow's own writer stores what changed since the frame before, lossily, so that the last frame drifts from the first.
    """
    stills: dict[int, bytes] = {}
    for picture in pictures:
        if id(picture) not in stills:
            still = io.BytesIO()
            picture.save(still, "WEBP", quality=quality, method=3)
            chunks = _chunks(still.getvalue())
            stills[id(picture)] = b"".join(_chunk(kind, data) for kind, data in chunks if kind in (b"ALPH", b"VP8 ", b"VP8L"))
    width, height = pictures[0].size
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    alpha, exif_flag, xmp_flag, animation = 0x10, 0x08, 0x04, 0x02
    body = _chunk(b"VP8X", bytes([alpha | exif_flag | xmp_flag | animation, 0, 0, 0]) + size) + _chunk(b"ANIM", bytes(6))
    for picture, ms in zip(pictures, durations):
        whole = bytes(6) + size + ms.to_bytes(3, "little") + b"\x02"  # at (0, 0), in place of what was there
        body += _chunk(b"ANMF", whole + stills[id(picture)])
    body += _chunk(b"EXIF", exif(avatar).removeprefix(b"Exif\0\0")) + _chunk(b"XMP ", xmp(avatar))
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


def _chunks(webp: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 12
    while at + 8 <= len(webp):
        length = int.from_bytes(webp[at + 4:at + 8], "little")
        found.append((webp[at:at + 4], webp[at + 8:at + 8 + length]))
        at += 8 + length + length % 2
    return found


def _palette(pictures: list[Image.Image]) -> Image.Image:
    """255 colours for all frames, so that none flickers."""
    edge = min(128, pictures[0].width)
    strip = Image.new("RGB", (edge * len(pictures), edge), "white")
    for k, picture in enumerate(pictures):
        small = picture.resize((edge, edge))
        strip.paste(small.convert("RGB"), (edge * k, 0), small.getchannel("A").point(lambda a: 255 * (a > 127)))
    return strip.quantize(255, method=Image.Quantize.MEDIANCUT)


def _indexed(picture: Image.Image, palette: Image.Image) -> Image.Image:
    indexed = picture.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE)
    clear = picture.getchannel("A").point(lambda a: 255 * (a <= 127))
    indexed.paste(255, mask=clear)
    return indexed
