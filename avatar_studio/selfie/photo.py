"""Uploaded bytes -> a small upright RGB picture. Uploads are hostile until they come out of here."""
from __future__ import annotations

import io
import threading
import warnings

import numpy as np
from PIL import Image

from .errors import SelfieError
from .parts import Endless, bare, orientation

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MAX_BYTES = 40 * 2**20
MAX_PIXELS = 60_000_000
EDGE = 2000  # pixels of the longer edge that leaves here: a face in a group photo still has its eyes, and a JPEG of 12
# megapixels decodes at half its size to just this
DECODING = threading.BoundedSemaphore(2)  # opened at a time: the largest WebP takes 0.9 GB while it is, and the page's calls come on 40 threads

UPRIGHT = {  # EXIF's orientation -> what turns the picture upright (Exif 2.32, section 4.6.4)
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def open_photo(data: bytes, clear: bool = False) -> Image.Image:
    """The picture in an uploaded file: RGB, upright by its EXIF, at most EDGE pixels a side.

    Of an animation the first frame is read; transparency is laid on white, or with clear=True kept, as RGBA.
    Nothing is written to disk.
    Raises SelfieError: empty, too_heavy, format, heic, zip, too_large, damaged.
    """
    if not data:
        raise SelfieError("empty")
    if len(data) > MAX_BYTES:
        raise SelfieError("too_heavy", megabytes=MAX_BYTES // 2**20)
    with DECODING:
        return _opened(data, clear)


def _opened(data: bytes, clear: bool) -> Image.Image:
    too_large = SelfieError("too_large", megapixels=MAX_PIXELS // 1_000_000)
    try:
        readable, exif = bare(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(readable), formats=FORMATS)
    except Endless:
        raise SelfieError("damaged") from None
    except Image.DecompressionBombError:
        raise too_large from None
    except Exception:  # a hostile header can raise anything: OSError, ValueError, struct.error, SyntaxError, ...
        raise SelfieError("heic" if data[4:8] == b"ftyp" else "zip" if data.startswith(b"PK\3\4") else "format") from None
    if picture.width * picture.height > MAX_PIXELS:  # before a single pixel is decoded
        raise too_large
    try:
        if picture.tile and picture.tile[0].codec_name == "bmp_rle":
            raise ValueError("Pillow decodes it in Python, and a kilobyte can say a gigabyte")
        return _upright(picture, exif, clear)
    except Exception:  # the same for a hostile body
        raise SelfieError("damaged") from None


def _upright(picture: Image.Image, exif: bytes, clear: bool) -> Image.Image:
    shrink = max(*picture.size, EDGE) / EDGE
    picture.draft("RGB", tuple(max(1, int(side / shrink)) for side in picture.size))  # a JPEG decodes at 1/2, 1/4 or 1/8 in a fraction of the time
    picture.load()
    turn = UPRIGHT.get(orientation(exif or picture.info.get("exif", b"")))
    if picture.mode.startswith("I"):  # 16-bit grey; convert() would clip it to white
        picture.thumbnail((EDGE, EDGE), Image.Resampling.BILINEAR, reducing_gap=None)  # first: as float32 it is twice as large
        picture = Image.fromarray((np.asarray(picture, dtype=np.float32) / 257).clip(0, 255).astype(np.uint8))
    elif picture.mode in ("P", "PA", "LA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    picture.thumbnail((EDGE, EDGE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if picture.mode == "RGBA" and not clear:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    picture = picture.convert("RGBA" if clear else "RGB")
    picture.info.clear()
    return picture.transpose(turn) if turn is not None else picture
