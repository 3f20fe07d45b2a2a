from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.exports.marks import avatar_from, exif, says_generated, xmp
from avatar_studio.exports.pictures import FORMATS, encode, flat, on_picture, with_label

AVATAR = Avatar({"glasses": "round", "mouth_smile": -0.4}, seed=7, background="dots", size=512)


@pytest.fixture
def picture():
    """A red disc on nothing."""
    picture = Image.new("RGBA", (128, 128))
    y, x = np.mgrid[:128, :128]
    picture.putalpha(Image.fromarray((255 * (np.hypot(x - 64, y - 64) < 50)).astype(np.uint8)))
    picture.paste((220, 30, 40), (0, 0, 128, 128), picture.getchannel("A"))
    return picture


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_opens_elsewhere_and_carries_its_avatar(picture, format):
    data = encode(picture, AVATAR, format)
    seen = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert seen.shape == (128, 128, 3 if format == "jpeg" else 4)
    assert np.abs(seen[64, 64, :3].astype(int) - (40, 30, 220)).max() < 12
    corner = seen[2, 2]
    assert (corner > 250).all() if format == "jpeg" else corner[3] < 5
    assert avatar_from(data) == AVATAR and says_generated(data)
    with Image.open(io.BytesIO(data)) as opened:  # some programs read one mark, some the other
        assert opened.info.get("xmp", opened.info.get("XML:com.adobe.xmp", "").encode()) == xmp(AVATAR)
        assert opened.text["AIGC"] if format == "png" else AVATAR.code.encode() in opened.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment]


def test_the_marks_are_well_formed():
    packet = xmp(AVATAR).decode()
    description = ElementTree.fromstring(re.sub(r"<\?xpacket.*?\?>", "", packet))[0][0]
    attributes = {name.rpartition("}")[2]: value for name, value in description.attrib.items()}
    assert attributes["DigitalSourceType"].endswith("/trainedAlgorithmicMedia") and attributes["avatar"] == AVATAR.code
    assert json.loads(attributes["AIGC"])["Label"] == "1"
    said = exif(AVATAR)
    comment = json.loads(said[said.index(b"ASCII\0\0\0") + 8:].rstrip(b"\0"))
    assert comment["avatar"] == AVATAR.code and comment["AIGC"]["ContentProducer"] == "Avatar Studio"


@pytest.mark.parametrize("data", [b"", b"hello", b"GIF89a" + b"\0" * 100, b"RIFF" + b"\0" * 5000, b"\xff\xd8\xff" + b'avatar="A' + b"x" * 200 + b'"',
                                  b"\xff\xd8" + b'{"avatar": "' + AVATAR.code[:-3].encode() + b'xyz"}', b"\x89PNG\r\n\x1a\n", b"glTF" + b"A" * 10**6])
def test_what_carries_no_avatar_gets_one_sentence(data):
    with pytest.raises(AvatarError) as error:
        avatar_from(data)
    assert str(error.value).endswith((".", "whole.")) and "\n" not in str(error.value)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("edge", [256, 512, 1024])
def test_a_label_is_seen_and_small_and_its_letters_as_high_as_the_standard_wants(edge, language):
    labelled = np.asarray(flat(with_label(Image.new("RGBA", (edge, edge), "pink"), language)), dtype=int)
    rows, columns = np.nonzero(labelled[..., 1] < 150)  # the box
    assert rows.min() > 0.85 * edge and rows.max() < edge and columns.max() < edge and (columns.min() > 0.7 * edge) == (language == "zh")
    letters = labelled[rows.min():rows.max() + 1, columns.min():columns.max() + 1].min(axis=2) > 200
    letter = letters[:, int(0.02 * edge):int(0.045 * edge)].any(axis=1)  # where the A stands
    assert letter.sum() >= 0.05 * edge - 1  # whose rim is soft


def test_an_own_background_fills_the_square(picture):
    behind = Image.new("RGB", (400, 100))
    behind.paste((10, 200, 30), (150, 0, 250, 100))  # its middle, which is not stretched
    whole = on_picture(picture, behind)
    assert whole.size == (128, 128) and whole.getpixel((3, 1)) == whole.getpixel((124, 1)) == (10, 200, 30, 255) and whole.getpixel((64, 64))[:3] == (220, 30, 40)


def test_an_unknown_format_is_refused(picture):
    with pytest.raises(ValueError):
        encode(picture, AVATAR, "bmp")
    assert Image.open(io.BytesIO(encode(picture, AVATAR, "png"))).text["avatar"] == AVATAR.code
