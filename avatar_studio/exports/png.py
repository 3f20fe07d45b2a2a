"""A PNG that carries its avatar's code and says that it was generated, and the way back."""
from __future__ import annotations

import io
import json
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ..avatar import Avatar, AvatarError, decode

CODE_KEY = "avatar"
MARK_KEY = "AIGC"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_BYTES = 32 * 2**20  # of a PNG that is read back
XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType='
    b'"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)  # IPTC's term for a picture made by a trained model


def mark(avatar: Avatar) -> str:
    """The JSON that labels a generated picture (GB 45438-2025, appendix on file metadata)."""
    return json.dumps({"Label": "1", "ContentProducer": "Avatar Studio", "ProduceID": f"{zlib.crc32(avatar.code.encode()):08x}",
                       "ReservedCode1": "", "ContentPropagator": "", "PropagateID": "", "ReservedCode2": ""})


def to_png(picture: Image.Image, avatar: Avatar, effort: int = 6) -> bytes:
    """A PNG of the picture with the avatar's code, the AIGC mark and XMP that says the same. effort: 1 (three times as fast, 15 % larger) to 9."""
    info = PngInfo()
    info.add_text(CODE_KEY, avatar.code)
    info.add_text(MARK_KEY, mark(avatar))
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", pnginfo=info, compress_level=effort)
    return buffer.getvalue()


def avatar_from_png(data: bytes) -> Avatar:
    """The avatar whose code a PNG carries. Only the text is read: no pixel is decoded and nothing is decompressed.

    Raises AvatarError, with one sentence for a person, for anything that is not a PNG saved by Avatar Studio.
    """
    if not data.startswith(SIGNATURE) or len(data) > MAX_BYTES:
        raise AvatarError("This is not a PNG that Avatar Studio saved; choose the file that you downloaded here.")
    position = len(SIGNATURE)
    while position + 8 <= len(data):
        length, kind = int.from_bytes(data[position:position + 4], "big"), data[position + 4:position + 8]
        body = data[position + 8:position + 8 + length]
        key, separator, value = body.partition(b"\0")
        if kind == b"tEXt" and separator and key == CODE_KEY.encode():
            return decode(value.decode("latin-1"))
        position += length + 12
    raise AvatarError("This PNG carries no avatar; choose one that you downloaded here, before another program saved it.")
