"""One picture as a file: PNG, WebP or JPEG, on its background or another picture, with its marks inside and, if wanted, on it."""
from __future__ import annotations

import functools
import io
import math
import zlib

from PIL import Image, ImageDraw, ImageFont, ImageOps

from ..avatar import Avatar
from .marks import ICON, exif, png_info, provider, xmp

FORMATS = {"png": "image/png", "webp": "image/webp", "jpeg": "image/jpeg"}
LABEL_HEIGHT = 0.05  # of the shorter edge: the least that GB 45438-2025 allows
LABEL_AWAY = 1 / 32  # of the shorter edge, from the corner: what WhatsApp wants clear around a sticker
LEAST_LETTERS = 8    # pixels high: smaller ones cannot be read
LEAST_LABELLED = 64  # pixels of a picture's shorter edge that has room for them
FOOT = 0.16          # of the shorter edge: room for a label
HANZI = (  # 生 and 成 as strokes, in shares of their square
    (((.3, .07), (.24, .27), (.1, .47)), ((.25, .27), (.9, .27)), ((.2, .57), (.84, .57)), ((.53, .03), (.53, .93)), ((.04, .93), (.97, .93))),
    (((.17, .26), (.95, .26)), ((.18, .26), (.17, .6), (.05, .95)), ((.17, .5), (.46, .5), (.44, .8), (.33, .77)), ((.55, .03), (.6, .42), (.72, .74), (.9, .95), (.96, .75)),
     ((.85, .43), (.69, .7), (.46, .93)), ((.7, .05), (.83, .16))),
)


def encode(picture: Image.Image, avatar: Avatar, format: str, quality: int = 92, effort: int = 4, label: str | None = "") -> bytes:
    """An RGBA picture as one of FORMATS, with the avatar's code and marks. A JPEG stands on white where it is clear.

    effort: of a WebP, 0 (the quickest) to 6. label: as in labelled.
    """
    if format == "png":
        return to_png(picture, avatar, label)
    picture = labelled(picture, label)
    buffer = io.BytesIO()
    if format == "webp":
        picture.save(buffer, "WEBP", quality=quality, method=effort, exif=exif(avatar), xmp=xmp(avatar))
    elif format == "jpeg":
        flat(picture).save(buffer, "JPEG", quality=quality, subsampling=0, exif=exif(avatar), xmp=xmp(avatar))
    else:
        raise ValueError(f"format must be png, webp or jpeg, not {format!r}")
    return buffer.getvalue()


def to_png(picture: Image.Image, avatar: Avatar | None, label: str | None = "") -> bytes:
    """A PNG of the picture with its marks (avatar None: a picture that shows no avatar of ours), compressed by run lengths: as small as zlib's best on these pictures, in a third of the time."""
    buffer = io.BytesIO()
    labelled(picture, label).save(buffer, "PNG", pnginfo=png_info(avatar), compress_level=1, compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def to_ico(picture: Image.Image, avatar: Avatar, edges: tuple[int, ...] = (16, 32, 48)) -> bytes:
    """An icon file of PNGs with their marks, which Pillow's own writer leaves out."""
    pngs = [to_png(picture.resize((edge, edge), Image.Resampling.LANCZOS), avatar) for edge in edges]
    at = 6 + 16 * len(edges)
    head = ICON + len(edges).to_bytes(2, "little")
    for edge, png in zip(edges, pngs):  # width, height, no palette, one plane, 32 bits, length, place
        head += bytes([edge, edge, 0, 0, 1, 0, 32, 0]) + len(png).to_bytes(4, "little") + at.to_bytes(4, "little")
        at += len(png)
    return head + b"".join(pngs)


def flat(picture: Image.Image, colour: str = "white") -> Image.Image:
    """RGB, on a plain ground where the picture is clear."""
    ground = Image.new("RGBA", picture.size, colour)
    return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")


def on_picture(picture: Image.Image, behind: Image.Image) -> Image.Image:
    """The RGBA picture on another one, which is cut to a square around its middle."""
    ground = ImageOps.fit(behind.convert("RGB"), picture.size, Image.Resampling.LANCZOS).convert("RGBA")
    return Image.alpha_composite(ground, picture)


def labelled(picture: Image.Image, language: str | None = "") -> Image.Image:
    """The picture as it leaves: with the visible label that the person wants, in "en" or "zh", or none (""). With a provider there is always one, and it is the Chinese one:
    GB 45438-2025 wants 人工智能 or AI in it, and 生成 or 合成.

    language: None for what stays on the page, which says itself that it is made by AI.
    """
    if provider() and language is not None:
        return with_label(picture, "zh") if min(picture.size) >= LEAST_LABELLED else picture
    return with_label(picture, language) if language else picture


def with_foot(picture: Image.Image, colour: str | tuple[int, ...] = (0, 0, 0, 0)) -> Image.Image:
    """A picture of many with room below them for a provider's label, which would cover a face; one that is too small for a label stays as it is."""
    edge = min(picture.size)
    return ImageOps.expand(picture, (0, 0, 0, math.ceil(FOOT * edge)), colour) if provider() and edge >= LEAST_LABELLED else picture


def with_label(picture: Image.Image, language: str = "en") -> Image.Image:
    """The picture with a visible label in its lower right corner, "AI-generated" or, in "zh", “AI 生成”, whose letters are as high as GB 45438-2025 wants them."""
    edge, whole = min(picture.size), picture.convert("RGBA")
    box, away = _label(max(LEAST_LETTERS, math.ceil(LABEL_HEIGHT * edge)), language), math.ceil(LABEL_AWAY * edge)
    whole.alpha_composite(box, (picture.width - box.width - away, picture.height - box.height - away))
    return whole.convert(picture.mode)


@functools.lru_cache(8)
def _label(high: int, language: str) -> Image.Image:
    """The label alone, its letters so many pixels high."""
    words = _words(high, "AI-generated") if language != "zh" else _words(high, "AI", HANZI)
    pad = round(0.35 * high)
    box = Image.new("RGBA", (words.width + 2 * pad, words.height + 2 * pad))
    ImageDraw.Draw(box).rounded_rectangle((0, 0, box.width - 1, box.height - 1), radius=pad, fill=(40, 30, 50, 165))
    box.paste((255, 255, 255, 240), (pad, pad), words)
    return box


def _words(high: int, latin: str, hanzi: tuple[tuple, ...] = ()) -> Image.Image:
    """A mask of Latin letters, of which capitals are so many pixels high, and after them Chinese characters, for which Pillow's font has none."""
    _, top, _, bottom = ImageFont.load_default(size=100).getbbox("A")
    font = ImageFont.load_default(size=math.ceil(100 * high / (bottom - top)))
    left, top, right, _ = font.getbbox(latin)
    edge, fine, gap = round(1.15 * high), 4, round(0.3 * high)
    words = Image.new("L", (right - left + len(hanzi) * (edge + gap), max(font.getbbox(latin)[3] - top, edge * bool(hanzi))))
    ImageDraw.Draw(words).text((-left, (edge - high) // 2 * bool(hanzi) - top), latin, font=font, fill=255)
    for place, strokes in enumerate(hanzi):
        large = Image.new("L", (fine * edge, fine * edge))
        for stroke in strokes:
            ImageDraw.Draw(large).line([(x * fine * edge, y * fine * edge) for x, y in stroke], fill=255, width=round(0.09 * fine * edge), joint="curve")
        words.paste(large.resize((edge, edge), Image.Resampling.BOX), (right - left + gap + place * (edge + gap // 3), 0))
    return words
