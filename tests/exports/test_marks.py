from __future__ import annotations

import io
import json
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.exports.marks import avatar_from, fields, mark, provide, provider_name
from avatar_studio.exports.pictures import to_png

AVATAR = Avatar({"glasses": "round", "mouth_smile": -0.4}, seed=7, background="dots", size=512)


@pytest.fixture(scope="module")
def png():
    return to_png(Image.new("RGBA", (64, 64), (255, 0, 0, 128)), AVATAR)


def test_the_avatar_comes_back(png):
    assert avatar_from(png) == AVATAR


def test_any_program_can_read_the_marks(png):
    picture = Image.open(io.BytesIO(png))
    assert picture.mode == "RGBA" and picture.getpixel((0, 0)) == (255, 0, 0, 128)
    assert picture.text["avatar"] == AVATAR.code
    mark = json.loads(picture.text["AIGC"])
    assert mark["Label"] == "1" and mark["ContentProducer"] == "Avatar Studio"
    assert "trainedAlgorithmicMedia" in picture.info["XML:com.adobe.xmp"] and AVATAR.code in picture.info["XML:com.adobe.xmp"]


def plain_png(**texts):
    buffer, info = io.BytesIO(), PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    Image.new("RGB", (4, 4)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def test_another_png_or_no_png_gets_one_sentence(png):
    for data in (b"", b"hello", plain_png(), plain_png(title="avatar"), plain_png(avatar="Anonsense"), png[:60],
                 png.replace(b"avatar\0A", b"avatar\0B")):
        with pytest.raises(AvatarError) as error:
            avatar_from(data)
        assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_a_bomb_is_not_opened():
    header = (30000).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0"
    chunk = len(header).to_bytes(4, "big") + b"IHDR" + header + zlib.crc32(b"IHDR" + header).to_bytes(4, "big")
    huge = b"\xff\xff\xff\xff" + b"zTXtavatar\0\0" + zlib.compress(bytes(10**6))
    for data in (b"\x89PNG\r\n\x1a\n" + chunk, b"\x89PNG\r\n\x1a\n" + chunk + huge):
        with pytest.raises(AvatarError, match="carries no avatar"):
            avatar_from(data)


def test_a_png_of_chunks_without_end_is_not_read_to_its_end(png):
    chunk = b"\0\0\0\0abCd" + zlib.crc32(b"abCd").to_bytes(4, "big")
    assert avatar_from(png[:33] + chunk * 500 + png[33:]) == AVATAR
    with pytest.raises(AvatarError, match="carries no avatar"):
        avatar_from(png[:33] + chunk * 1000 + png[33:])


def test_a_provider_is_named_in_the_place_of_the_studio(provider):
    assert provider == json.loads(mark(AVATAR))["ContentProducer"] == json.loads(mark(None))["ContentProducer"] == fields(AVATAR)["AIGC"]["ContentProducer"]
    assert mark(AVATAR).isascii()  # in a PNG's text and in EXIF
    provide("  ")  # a setting that nobody filled in
    assert json.loads(mark(AVATAR))["ContentProducer"] == "Avatar Studio"


@pytest.mark.parametrize("name", ["x" * 101, "a\0b", "a\x1b[31m", "a\ud800", "\u202egnp"])
def test_a_provider_s_name_is_one_short_line(name):
    with pytest.raises(AvatarError, match="at most 100 letters"):
        provide(name)
    assert provider_name(" 北京\u3000示例\n公司 ") == "北京 示例 公司" and json.loads(mark(None))["ContentProducer"] == "Avatar Studio"
