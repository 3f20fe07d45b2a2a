"""One picture as a file: PNG, WebP or JPEG, on its background or another picture, with its marks inside and, if wanted, on it."""
from __future__ import annotations

import io
import zlib

from PIL import Image, ImageDraw, ImageFont, ImageOps

from ..avatar import Avatar
from .marks import ICON, exif, png_info, xmp

FORMATS = {"png": "image/png", "webp": "image/webp", "jpeg": "image/jpeg"}


def encode(picture: Image.Image, avatar: Avatar, format: str, quality: int = 92, effort: int = 4) -> bytes:
    """An RGBA picture as one of FORMATS, with the avatar's code and marks. A JPEG stands on white where it is clear.

    effort: of a WebP, 0 (the quickest) to 6.
    """
    if format == "png":
        return to_png(picture, avatar)
    buffer = io.BytesIO()
    if format == "webp":
        picture.save(buffer, "WEBP", quality=quality, method=effort, exif=exif(avatar), xmp=xmp(avatar))
    elif format == "jpeg":
        flat(picture).save(buffer, "JPEG", quality=quality, subsampling=0, exif=exif(avatar), xmp=xmp(avatar))
    else:
        raise ValueError(f"format must be png, webp or jpeg, not {format!r}")
    return buffer.getvalue()


def to_png(picture: Image.Image, avatar: Avatar | None) -> bytes:
    """A PNG of the picture with its marks (avatar None: a picture that shows no avatar of ours), compressed by run lengths: as small as zlib's best on these pictures, in a third of the time."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", pnginfo=png_info(avatar), compress_level=1, compress_type=zlib.Z_RLE)
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


def with_label(picture: Image.Image, words: str = "AI") -> Image.Image:
    """The picture with a small visible label in its lower right corner, 6 % of its height: a mark for the eye."""
    edge = picture.height
    font = ImageFont.load_default(size=max(10, round(0.055 * edge)))
    left, top, right, bottom = font.getbbox(words)
    pad = round(0.018 * edge)
    box = Image.new("RGBA", picture.size)
    draw = ImageDraw.Draw(box)
    x, y = picture.width - (right - left) - 3 * pad, edge - (bottom - top) - 3 * pad
    draw.rounded_rectangle((x - pad, y - pad, x + right - left + pad, y + bottom - top + pad), radius=pad, fill=(40, 30, 50, 165))
    draw.text((x - left, y - top), words, font=font, fill=(255, 255, 255, 240))
    return Image.alpha_composite(picture, box)
