"""What a saved file says about itself: the avatar's code, and that a model made the picture. Written into every format, and read back.

PNG: text keys `avatar` and `AIGC`, and XMP. WebP and JPEG: EXIF UserComment and XMP. GIF: its comment. glTF: asset.extras. JSON: fields.
The AIGC label is that of GB 45438-2025 (China, in force since September 2025); XMP says the same in IPTC's term and in TC260's. Who offers the studio
to the public there is named in it (provide).
"""
from __future__ import annotations

import json
import re
import zlib
from xml.sax.saxutils import quoteattr

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from ..avatar import Avatar, AvatarError, decode

CODE_KEY, MARK_KEY = "avatar", "AIGC"  # of a PNG's text
SIGNATURE = b"\x89PNG\r\n\x1a\n"
ICON = b"\0\0\1\0"      # how an ICO begins
PRODUCER = "Avatar Studio"  # of a picture, where nobody offers the studio to the public
MOST_NAME = 100         # letters of a provider's name, which stands in a file up to three times
MAX_BYTES = 32 * 2**20  # of a file that is read back
MOST_CHUNKS = 1000      # of a PNG that are looked at: ours have ten, a hostile one millions
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"  # IPTC: a picture made by a trained model
CODE = re.compile(rb"""avatar["']?\s*[=:]\s*["'](A[\w-]{40,990})["']""")


_provider = ""  # of this process


def provide(name: str) -> None:
    """From now on, in this process, whatever leaves is labelled as China's measures of 2025 want it of who offers a service to the public: `name`, or a code, is the
    producer in every mark, and pictures.labelled gives each picture its label. "": nobody does.

    Raises AvatarError for a name that is none.
    """
    global _provider
    _provider = provider_name(name)


def provider() -> str:
    """Who offers the studio to the public in China; "" for nobody."""
    return _provider


def provider_name(text: str) -> str:
    """The name in one line. Raises AvatarError for one that is too long, or of what is no letter."""
    name = " ".join(text.split())
    if len(name) > MOST_NAME or not name.isprintable():
        raise AvatarError(f"A provider's name is one line of at most {MOST_NAME} letters that can be seen.")
    return name


def mark(avatar: Avatar | None) -> str:
    """The JSON that labels a generated picture (GB 45438-2025, appendix on file metadata); None: a picture that shows no avatar of ours."""
    number = zlib.crc32(avatar.code.encode() if avatar else b"")
    return json.dumps({"Label": "1", "ContentProducer": provider() or PRODUCER, "ProduceID": f"{number:08x}",
                       "ReservedCode1": "", "ContentPropagator": "", "PropagateID": "", "ReservedCode2": ""})


def fields(avatar: Avatar) -> dict:
    """The avatar's code and its AIGC label, for a JSON."""
    return {"avatar": avatar.code, "AIGC": json.loads(mark(avatar))}


def comment(avatar: Avatar) -> str:
    """The fields as one text."""
    return json.dumps(fields(avatar))


def xmp(avatar: Avatar | None) -> bytes:
    """An XMP packet with IPTC's DigitalSourceType, TC260's AIGC label and, where there is one, the avatar's code."""
    code = f' studio:avatar="{avatar.code}"' if avatar else ""
    return ('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
            'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" '
            f'xmlns:studio="urn:avatar-studio" Iptc4xmpExt:DigitalSourceType="{GENERATED}"{code} TC260:AIGC={quoteattr(mark(avatar))}'
            '/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>').encode()


def exif(avatar: Avatar) -> bytes:
    """EXIF with the comment as UserComment (ASCII)."""
    tags = Image.Exif()
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"ASCII\0\0\0" + comment(avatar).encode("ascii")
    return tags.tobytes()


def png_info(avatar: Avatar | None) -> PngInfo:
    """A PNG's text: the avatar's code where there is one, the AIGC label, and XMP that says the same."""
    info = PngInfo()
    if avatar:
        info.add_text(CODE_KEY, avatar.code)
    info.add_text(MARK_KEY, mark(avatar))
    info.add_itxt("XML:com.adobe.xmp", xmp(avatar).decode())
    return info


def avatar_from(data: bytes) -> Avatar:
    """The avatar whose code a file carries: PNG, APNG, WebP, JPEG, GIF, ICO, glTF or JSON. No pixel is decoded and nothing decompressed.

    Raises AvatarError, with one sentence for a person, for a file that carries none.
    """
    if len(data) > MAX_BYTES or not data.startswith((SIGNATURE, b"RIFF", b"\xff\xd8", b"GIF8", b"glTF", b"{", ICON)):
        raise AvatarError("This is not a file that Avatar Studio saved; choose the one that you downloaded here.")
    if data.startswith(SIGNATURE):
        return _avatar_from_png(data)
    found = CODE.search(data)
    if found is None:
        raise AvatarError("This file carries no avatar; choose one that you downloaded here, before another program saved it.")
    return decode(found[1].decode("ascii"))


def saved_avatar(data: bytes) -> Avatar | None:
    """The avatar whose code a file carries; None for any other file."""
    try:
        return avatar_from(data)
    except AvatarError:
        return None


def says_generated(data: bytes) -> bool:
    """Whether a file says, in a way that other programs read, that a model made it."""
    return b"AIGC" in data or b"trainedAlgorithmicMedia" in data


def _avatar_from_png(data: bytes) -> Avatar:
    position = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        length, kind = int.from_bytes(data[position:position + 4], "big"), data[position + 4:position + 8]
        body = data[position + 8:position + 8 + length]
        key, separator, value = body.partition(b"\0")
        if kind == b"tEXt" and separator and key == CODE_KEY.encode():
            return decode(value.decode("latin-1"))
        position += length + 12
    raise AvatarError("This PNG carries no avatar; choose one that you downloaded here, before another program saved it.")
