"""The functions of the tabs Style and Enlarge called as anyone on the network can call them."""
from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image, ImageChops

from avatar_studio.avatar import Avatar, decode
from avatar_studio.exports.pictures import to_png
from avatar_studio.personal.style_file import style_id, write_style
from avatar_studio.styles import NAMES
from avatar_studio.web.server import WELCOME

from .conftest import image_of, is_one_sentence, sent


def png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def drawing():
    """A picture with a clear ground that nobody here made."""
    picture = Image.new("RGBA", (200, 300))
    picture.paste((90, 140, 220, 255), (50, 60, 150, 260))
    return png(picture)


def test_each_style_is_shown_on_the_avatar(call):
    images = [image for k in range(0, len(NAMES), 7) for image in call("options", {"avatar": {"style": "oil", "strength": 0.0}, "trait": "style", "names": list(NAMES[k:k + 7])})["images"]]
    pictures = [np.asarray(image_of(image).convert("RGB"), float) for image in images]
    assert len(pictures) == len(NAMES)
    assert all(np.abs(one - other).mean() > 2 for k, one in enumerate(pictures) for other in pictures[:k])


def test_a_style_is_drawn_and_in_the_code(call):
    plain, styled = (call("draw", {"avatar": {"style": style, "strength": 0.9}})["image"] for style in ("none", "neon"))
    assert plain != styled
    assert decode(call("draw", {"avatar": {"style": "neon", "strength": 0.9}})["code"]).style == "neon"


@pytest.mark.parametrize("avatar", [{"style": "baroque"}, {"style": 3}, {"style": "oil", "strength": float("nan")}, {"second_style": "<b>"}, {"super_resolution": "yes"}])
@pytest.mark.parametrize("function", ["draw", "compare", "enlarge"])
def test_an_impossible_style_gets_one_sentence(call, function, avatar, drawing):
    assert is_one_sentence(call(function, {"avatar": avatar, "picture": sent(drawing), "scale": 2})["error"])


def test_before_and_after_are_the_same_picture_the_second_crisper(call):
    answer = call("compare", {"avatar": {"traits": {"glasses": "round"}}})
    before, after = (np.asarray(image_of(answer[name]).convert("RGB"), float) for name in ("before", "after"))
    assert before.shape == after.shape == (1024, 1024, 3) and np.abs(before - after).mean() < 4
    assert np.square(np.diff(after, axis=1)).mean() > 1.15 * np.square(np.diff(before, axis=1)).mean()


def test_a_picture_that_somebody_brings_comes_back_larger_and_marked(call, drawing):
    answer = call("enlarge", {"avatar": {}, "picture": sent(drawing), "scale": 4})
    after = image_of(answer["after"])
    assert after.size == (800, 1200) and answer["name"] == "enlarged-800x1200.png"
    assert after.getpixel((10, 10))[3] == 0 and after.getpixel((400, 600))[3] == 255
    assert "AIGC" in after.text and "avatar" not in after.text


def test_a_saved_avatar_that_is_brought_keeps_its_code(call, studio):
    picture = studio.draw(WELCOME)
    answer = call("enlarge", {"avatar": {"style": "ink"}, "picture": sent(to_png(picture, WELCOME)), "scale": 2})
    data = io.BytesIO()
    image_of(answer["after"]).save(data, "PNG")
    assert image_of(answer["after"]).size == (512, 512) and image_of(answer["after"]).text["avatar"] == WELCOME.code
    assert np.abs(np.asarray(image_of(answer["after"]).reduce(2).convert("RGBa"), float) - np.asarray(picture.convert("RGBa"))).mean() > 4  # painted in that style


def test_with_a_provider_an_enlarged_picture_shows_the_label(call, offered):
    request = {"avatar": {}, "picture": sent(to_png(Image.new("RGBA", (80, 120), "pink"), None)), "scale": 2}
    bare = image_of(call("enlarge", request)["after"])
    with offered() as name:
        labelled = image_of(call("enlarge", request)["after"])
    assert json.loads(labelled.text["AIGC"])["ContentProducer"] == name
    left, top, *_ = ImageChops.difference(bare.convert("RGB"), labelled.convert("RGB")).getbbox()
    assert labelled.size == (160, 240) and left > 80 and top > 210


@pytest.mark.parametrize("data", [{}, {"avatar": {}}, {"avatar": {}, "picture": "%%", "scale": 2}, {"avatar": {}, "picture": sent(b"no picture"), "scale": 2},
                                  {"avatar": {}, "picture": sent(png(Image.new("RGB", (4, 4)))), "scale": 3}, {"avatar": {}, "picture": sent(png(Image.new("RGB", (4, 4)))), "scale": True},
                                  {"avatar": {}, "picture": sent(png(Image.new("RGB", (1100, 40)))), "scale": 2}])
def test_what_cannot_be_enlarged_gets_one_sentence(call, data):
    assert is_one_sentence(call("enlarge", data)["error"])


def test_a_style_file_is_opened_and_used(call, studio):
    file = write_style("Mine", studio.presets["chalk"])
    style = call("adopt", {"file": sent(file)})["style"]
    assert style["id"] == style_id(file) and style["name"] == "Mine" and style["file"] == sent(file)
    assert "error" not in call("draw", {"avatar": {"style": style["id"]}})


@pytest.mark.parametrize("function", ["draw", "open", "options", "save", "neighbours", "pack", "enlarge"])
def test_an_own_style_that_is_not_here_is_told_and_named(call, function, drawing):
    avatar = Avatar(style="own-0000dead")
    answer = call(function, {"avatar": {"style": avatar.style}, "code": avatar.code, "trait": "glasses", "names": ["round"], "size": 256, "strength": 0.5,
                             "pack": "icons", "picture": sent(drawing), "scale": 2})
    assert answer["missing"] == avatar.style and is_one_sentence(answer["error"])
    assert "own filter" in answer["error"]["en"] and "滤镜文件" in answer["error"]["zh"]


def test_a_style_is_forgotten_at_once_by_who_has_its_file(call, studio):
    file, other = write_style("Mine", studio.presets["oil"]), write_style("Other", studio.presets["oil"])
    style = call("adopt", {"file": sent(file)})["style"]
    for wrong in (other, b"", style["id"].encode()):
        call("forget_style", {"file": sent(wrong)})
        assert "error" not in call("draw", {"avatar": {"style": style["id"]}})
    assert call("forget_style", {"file": style["file"]}) == {}
    assert call("draw", {"avatar": {"style": style["id"]}})["missing"] == style["id"] and style["id"] not in studio.own_styles
    assert call("forget_style", {"file": style["file"]}) == {}  # once more changes nothing


@pytest.mark.parametrize("file", [None, 3, "", "%", sent(b"PK\3\4"), sent(bytes(300_000))])
def test_a_file_that_is_no_style_gets_one_sentence(call, file):
    assert is_one_sentence(call("adopt", {"file": file})["error"])


@pytest.mark.parametrize("data", [{}, {"session": "x", "job": "y"}, {"session": 3, "job": None}])
@pytest.mark.parametrize("function", ["learning", "stop"])
def test_nobody_elses_job_is_told(call, function, data):
    assert is_one_sentence(call(function, data)["error"])


@pytest.mark.parametrize("data", [{"name": "x"}, {"name": "", "picture": sent(png(Image.new("RGB", (9, 9))))}, {"name": "x", "picture": sent(b"hello")}])
def test_what_cannot_be_learned_from_gets_one_sentence(call, data):
    assert is_one_sentence(call("learn", data)["error"])


def test_two_sessions_know_nothing_of_each_other(call):
    picture = sent(png(Image.new("RGB", (64, 64), "teal")))
    mine = call("learn", {"name": "mine", "picture": picture})
    other = call("learn", {"name": "other", "picture": picture})
    assert mine["session"] != other["session"] and len(mine["session"]) >= 43
    for function in ("learning", "stop"):
        assert is_one_sentence(call(function, {"session": other["session"], "job": mine["job"]})["error"])
    assert call("learning", mine)["state"] in ("queued", "reading", "tuning")
    for one in (mine, other):
        assert call("stop", one) == {}
        assert is_one_sentence(call("learning", one)["error"])  # forgotten
