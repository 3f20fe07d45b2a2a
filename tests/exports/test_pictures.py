from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageChops

from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.exports.marks import avatar_from, exif, says_generated, xmp
from avatar_studio.exports.pictures import FORMATS, encode, flat, labelled, on_picture, to_ico, to_png, with_foot, with_label

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


@pytest.mark.parametrize("size", [(512, 512), (1500, 500), (360, 640), (64, 64), (64, 900)])
def test_with_a_provider_the_label_is_chinese_and_clear_of_the_edges_whatever_is_wished(provider, size):
    bare = Image.new("RGBA", size, "pink")
    shown = [labelled(bare, language) for language in ("", "en", "zh")]
    assert len({one.tobytes() for one in shown}) == 1 and shown[0].tobytes() == with_label(bare, "zh").tobytes()
    left, top, right, bottom = ImageChops.difference(shown[0], bare).convert("RGB").getbbox()
    away = 16 / 512 * min(size)
    assert left > 0 and top > size[1] - max(0.15 * min(size), 20) and 0 <= size[0] - away - right < 2 and 0 <= size[1] - away - bottom < 2
    assert labelled(bare, None) is bare  # on the page
    assert labelled(bare.convert("RGB")).mode == "RGB"


def test_with_a_provider_icons_that_are_too_small_for_letters_have_none(picture, offered):
    edges = (16, 32, 48)
    bare = [image_of_icon(to_ico(picture, AVATAR), edge) for edge in edges]
    with offered():
        assert [image_of_icon(to_ico(picture, AVATAR), edge).tobytes() for edge in edges] == [one.tobytes() for one in bare]


def image_of_icon(data: bytes, edge: int) -> Image.Image:
    with Image.open(io.BytesIO(data)) as icon:
        icon.size = (edge, edge)
        return icon.convert("RGBA")


@pytest.mark.parametrize("format", FORMATS)
def test_a_provider_is_named_and_the_label_seen_in_each_format(picture, format, offered):
    bare = encode(picture, AVATAR, format)
    with offered() as name:
        data, preview, packet = encode(picture, AVATAR, format), encode(picture, AVATAR, format, label=None), xmp(AVATAR).decode()
    one, other, unseen = (np.asarray(Image.open(io.BytesIO(each)).convert("RGBA"), int) for each in (bare, data, preview))
    assert np.abs(one - other)[104:].max() > 60 and (one == unseen).all() and avatar_from(data) == AVATAR
    description = ElementTree.fromstring(re.sub(r"<\?xpacket.*?\?>", "", packet))[0][0]
    assert json.loads(next(value for key, value in description.attrib.items() if key.endswith("AIGC")))["ContentProducer"] == name
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.info.get("xmp", opened.info.get("XML:com.adobe.xmp", "").encode()).decode() == packet
        own = opened.text["AIGC"] if format == "png" else json.dumps(json.loads(opened.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment][8:])["AIGC"])
        assert json.loads(own)["ContentProducer"] == name


@pytest.mark.parametrize("size", [(512, 256), (1024, 768), (1536, 1536)])
def test_the_label_of_many_stands_below_them(size, offered):
    many = Image.new("RGBA", size, "pink")
    assert with_foot(many) is many
    with offered():
        data = to_png(with_foot(many), None)
    with Image.open(io.BytesIO(data)) as shown:
        assert shown.width == size[0] and shown.crop((0, 0, *size)).tobytes() == many.tobytes() and shown.getpixel((0, shown.height - 1))[3] == 0
        assert shown.crop((0, size[1], *shown.size)).getchannel("A").getextrema()[1] > 200


def test_what_is_too_small_for_a_label_gets_no_room_for_one(offered):
    few = Image.new("RGBA", (480, 60), "pink")
    with offered():
        assert with_foot(few) is few


def test_an_own_background_fills_the_square(picture):
    behind = Image.new("RGB", (400, 100))
    behind.paste((10, 200, 30), (150, 0, 250, 100))  # its middle, which is not stretched
    whole = on_picture(picture, behind)
    assert whole.size == (128, 128) and whole.getpixel((3, 1)) == whole.getpixel((124, 1)) == (10, 200, 30, 255) and whole.getpixel((64, 64))[:3] == (220, 30, 40)


def test_an_unknown_format_is_refused(picture):
    with pytest.raises(ValueError):
        encode(picture, AVATAR, "bmp")
    assert Image.open(io.BytesIO(encode(picture, AVATAR, "png"))).text["avatar"] == AVATAR.code
