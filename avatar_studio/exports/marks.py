"""What a saved file says about itself: the avatar's code, and that a model made the picture. Written into every format, and read back.

PNG: text keys `avatar` and `AIGC` (png.py). WebP and JPEG: EXIF UserComment and XMP. GIF: its comment. glTF: asset.extras.
The AIGC label is that of GB 45438-2025 (China, in force since September 2025); XMP says the same in IPTC's term and in TC260's.
"""
from __future__ import annotations

import json
import re
from xml.sax.saxutils import quoteattr

from PIL import ExifTags, Image

from ..avatar import Avatar, AvatarError, decode
from .png import MAX_BYTES, SIGNATURE, avatar_from_png, mark

GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"  # IPTC: a picture made by a trained model
CODE = re.compile(rb"""avatar["']?\s*[=:]\s*["'](A[\w-]{40,990})["']""")


def comment(avatar: Avatar) -> str:
    """The avatar's code and its AIGC label as one JSON."""
    return json.dumps({"avatar": avatar.code, "AIGC": json.loads(mark(avatar))})


def xmp(avatar: Avatar) -> bytes:
    """An XMP packet with IPTC's DigitalSourceType, TC260's AIGC label and the avatar's code."""
    return ('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
            'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" '
            f'xmlns:studio="urn:avatar-studio" Iptc4xmpExt:DigitalSourceType="{GENERATED}" TC260:AIGC={quoteattr(mark(avatar))} '
            f'studio:avatar="{avatar.code}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>').encode()


def exif(avatar: Avatar) -> bytes:
    """EXIF with the comment as UserComment (ASCII)."""
    tags = Image.Exif()
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"ASCII\0\0\0" + comment(avatar).encode("ascii")
    return tags.tobytes()


def avatar_from(data: bytes) -> Avatar:
    """The avatar whose code a file carries: PNG, APNG, WebP, JPEG, GIF or glTF. No pixel is decoded and nothing decompressed.

    Raises AvatarError, with one sentence for a person, for a file that carries none.
    """
    if data.startswith(SIGNATURE):
        return avatar_from_png(data)
    if len(data) > MAX_BYTES or not data.startswith((b"RIFF", b"\xff\xd8", b"GIF8", b"glTF")):
        raise AvatarError("This is not a file that Avatar Studio saved; choose the one that you downloaded here.")
    found = CODE.search(data)
    if found is None:
        raise AvatarError("This file carries no avatar; choose one that you downloaded here, before another program saved it.")
    return decode(found[1].decode("ascii"))


def says_generated(data: bytes) -> bool:
    """Whether a file says, in a way that other programs read, that a model made it."""
    return b"AIGC" in data or b"trainedAlgorithmicMedia" in data
