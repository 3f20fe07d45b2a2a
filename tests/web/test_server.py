"""The page's functions called as anyone on the network can call them, past queue and sliders."""
from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from avatar_studio.avatar import Avatar, decode
from avatar_studio.exports.marks import avatar_from
from avatar_studio.exports.pictures import to_png
from avatar_studio.traits import BY_NAME, DEFAULTS, TRAITS
from avatar_studio.web.server import WELCOME, plain

from .conftest import PHOTOS, image_of, is_one_sentence, sent

NAN, INFINITY = float("nan"), float("inf")


def test_draw_answers_the_picture_and_the_code_of_its_avatar(call):
    drawn = call("draw", {"avatar": {"traits": {"mouth_smile": 1.0}}})
    assert image_of(drawn["image"]).size == (512, 512) and image_of(drawn["image"]).mode == "RGBA"
    assert decode(drawn["code"]).traits["mouth_smile"] == 1.0 and drawn["avatar"]["traits"] == dict(decode(drawn["code"]).traits)


def test_draw_clamps_what_is_out_of_range(call):
    answer = call("draw", {"avatar": {"traits": {"mouth_smile": 1e9, "hair_hue": -30}}})
    assert answer["avatar"]["traits"]["mouth_smile"] == 1.0 and answer["avatar"]["traits"]["hair_hue"] == 330


@pytest.mark.parametrize("avatar", [
    {"traits": {"mouth_smile": NAN}}, {"traits": {"mouth_smile": INFINITY}}, {"traits": {"mouth_smile": "1"}}, {"traits": {"mouth_smile": None}},
    {"traits": {"mouth_smile": True}}, {"traits": {"mouth_smile": [1]}}, {"traits": {"nose_job": 1}}, {"traits": {"<b>": 1}},
    {"traits": {"hair_back": "mohawk"}}, {"traits": {"hair_back": 3}}, {"traits": [1, 2]}, {"traits": None},
    {"seed": -1}, {"seed": 2**32}, {"seed": 0.5}, {"seed": NAN}, {"background": "hell"}, {"background": []}, {"background_colour": "red"},
    {"background_colour": "#ffffff;url(x)"}, {"size": 4096}, {"__class__": 1}, None, 7, "A", [],
    {"traits": {f"t{i}": 0 for i in range(100_000)}}, {"traits": {"x" * 1_000_000: 0}},
])
@pytest.mark.parametrize("function", ["draw", "roll", "save"])
def test_what_is_no_avatar_gets_one_sentence(call, function, avatar):
    answer = call(function, {"avatar": avatar, "size": 256})
    assert is_one_sentence(answer["error"]) and len(answer["error"]["en"]) < 600


@pytest.mark.parametrize("data", [None, [], "x", 3, NAN])
@pytest.mark.parametrize("function", ["open", "draw", "options", "roll", "selfie", "example", "save"])
def test_a_call_without_an_object_gets_one_sentence(call, function, data):
    assert is_one_sentence(call(function, data)["error"])


def test_open_gives_the_avatar_of_a_code_and_welcomes_without_one(call):
    avatar = Avatar({"glasses": "round"}, seed=3, background="dots")
    answer = call("open", {"code": avatar.code})
    assert answer["code"] == avatar.code and answer["avatar"]["background"] == "dots"
    assert call("open", {})["code"] == WELCOME.code


@pytest.mark.parametrize("code", ["A", "hello", "A" * 5000, Avatar().code[:-3], Avatar().code[:-1] + "!", "../../etc/passwd", 5, ["A"], {"a": 1}])
def test_open_refuses_a_corrupt_code_in_one_sentence(call, code):
    assert is_one_sentence(call("open", {"code": code})["error"])


def test_options_draw_this_avatar_with_each_choice(call):
    answer = call("options", {"avatar": {"traits": {"hair_hue": 200}, "background": "plain"}, "trait": "glasses", "names": list(BY_NAME["glasses"].names)})
    assert len(set(answer["images"])) == len(BY_NAME["glasses"].names)
    first = image_of(answer["images"][0])  # which is looked into, and stands on no background
    assert first.size == (256, 256) and first.convert("RGBA").getpixel((0, 0))[3] < 16
    backgrounds = call("options", {"avatar": {}, "trait": "background", "names": ["transparent", "plain"]})
    assert image_of(backgrounds["images"][0]).size == (160, 160)
    assert image_of(backgrounds["images"][0]).convert("RGBA").getpixel((0, 0))[3] < 16
    assert image_of(backgrounds["images"][1]).convert("RGBA").getpixel((0, 0))[3] == 255


@pytest.mark.parametrize("trait,names", [("mouth_smile", ["none"]), ("nope", ["none"]), ([], ["none"]), ("glasses", ["none"] * 50), ("glasses", []),
                                         ("glasses", ["monocle"]), ("glasses", "none"), ("glasses", [None]), ("background", ["hell"])])
def test_options_refuse_what_is_no_choice(call, trait, names):
    assert is_one_sentence(call("options", {"avatar": {}, "trait": trait, "names": names})["error"])


def test_roll_keeps_locked_groups_and_the_background(call):
    avatar = call("roll", {"avatar": {"background": "rays"}})["avatar"]
    rolled = call("roll", {"avatar": avatar, "keep": ["hair", "eyes"]})["avatar"]
    kept = [trait.name for trait in TRAITS if trait.group in ("hair", "eyes")]
    assert {name: rolled["traits"][name] for name in kept} == {name: avatar["traits"][name] for name in kept}
    assert rolled["traits"] != avatar["traits"] and rolled["background"] == "rays"
    assert rolled["seed"] == avatar["seed"] != call("roll", {"avatar": avatar})["avatar"]["seed"]  # a kept head of hair keeps its strands


@pytest.mark.parametrize("keep", ["hair", ["nope"], [["hair"]], {"hair": 1}])
def test_roll_refuses_an_unknown_group(call, keep):
    assert is_one_sentence(call("roll", {"avatar": {}, "keep": keep})["error"])


def test_selfie_takes_over_the_photo_but_not_a_locked_group(call):
    photo = sent((PHOTOS / "p02.jpg").read_bytes())
    answer = call("selfie", {"avatar": {"background": "dots", "seed": 9}, "photo": photo})
    moved = [name for name, value in answer["avatar"]["traits"].items() if value != DEFAULTS[name]]
    assert len(moved) >= 8 and set(moved) <= set(answer["read"])
    assert answer["avatar"]["background"] == "dots" and answer["avatar"]["seed"] == 9
    left, top, width, height = answer["faces"][answer["face"]]
    assert 0 <= left < left + width <= 1 and 0 <= top < top + height <= 1
    assert not set(answer["unsure"]) & set(answer["read"])
    locked = call("selfie", {"avatar": {"traits": {"hair_hue": 123, "motif": "heart"}}, "photo": photo, "keep": ["hair"]})
    assert locked["avatar"]["traits"]["hair_hue"] == 123 and locked["avatar"]["traits"]["motif"] == DEFAULTS["motif"]  # of somebody else


@pytest.mark.parametrize("photo", [None, 5, "not base64!", "", sent(b"a text file"), sent(b"\x89PNG\r\n\x1a\n" + b"\0" * 50), sent(b"\xff\xd8\xff\xe0" + b"\0" * 80)])
def test_selfie_refuses_what_is_no_photo(call, photo):
    assert is_one_sentence(call("selfie", {"avatar": {}, "photo": photo})["error"])


def test_selfie_opens_a_saved_picture_again(call, studio):
    avatar = Avatar({"pupil": "star"}, seed=11)
    answer = call("selfie", {"avatar": {}, "photo": sent(to_png(studio.draw(avatar), avatar))})
    assert answer["code"] == avatar.code and answer["reopened"]


def test_selfie_brings_an_avatar_back_that_lost_its_code(call, studio):
    avatar = Avatar({"hair_back": "twin_tails", "hair_hue": 300, "hair_saturation": 0.7, "glasses": "round"}, seed=11, background="plain")
    buffer = io.BytesIO()
    studio.draw(avatar).convert("RGB").save(buffer, "JPEG", quality=88)
    answer = call("selfie", {"avatar": {}, "photo": sent(buffer.getvalue())})
    assert answer["recognised"] and answer["avatar"]["background"] == "plain"
    assert answer["avatar"]["traits"]["hair_back"] == "twin_tails" and answer["avatar"]["traits"]["glasses"] == "round"


def test_everyone_on_a_photo_stands_on_one_picture(call, side_by_side):
    answer = call("everyone", {"avatar": {"background": "plain", "model": "me-0000dead"}, "photo": sent(side_by_side("p02.jpg", "p01.jpg"))})
    data = base64.b64decode(answer["png"].partition(",")[2])
    with Image.open(io.BytesIO(data)) as image:
        assert answer["count"] == 2 and image.size == (512, 256)  # nobody of them is painted as whom that model knows
        assert "AIGC" in image.text
    assert is_one_sentence(call("everyone", {"avatar": {}, "photo": sent(b"a text file")})["error"])


@pytest.mark.parametrize("number", [-1, 2, 0.0, "0", None, True])
def test_example_refuses_a_photo_that_is_not_there(call, number):
    assert is_one_sentence(call("example", {"number": number})["error"])


def test_with_a_provider_the_picture_of_everyone_shows_the_label_below_them_and_the_preview_shows_none(call, side_by_side, offered):
    request = {"avatar": {"background": "plain"}, "photo": sent(side_by_side("p02.jpg", "p01.jpg"))}
    bare, preview = image_of(call("everyone", request)["png"]), call("draw", {"avatar": plain(WELCOME)})["image"]
    with offered() as name:
        labelled, other = image_of(call("everyone", request)["png"]), call("draw", {"avatar": plain(WELCOME)})["image"]
    assert labelled.height > bare.height and labelled.crop((0, 0, *bare.size)).tobytes() == bare.tobytes() and json.loads(labelled.text["AIGC"])["ContentProducer"] == name
    assert labelled.crop((0, bare.height, *labelled.size)).getchannel("A").getextrema()[1] > 200
    assert image_of(preview).tobytes() == image_of(other).tobytes() and preview != other  # which names it all the same


def test_save_gives_a_png_with_the_code_inside(call):
    data = base64.b64decode(call("save", {"avatar": {"background": "plain"}, "size": 512, "transparent": True})["file"].partition(",")[2])
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG" and image.mode == "RGBA" and image.size == (512, 512) and image.getpixel((0, 0))[3] < 16
    assert avatar_from(data).background == "transparent"


@pytest.mark.parametrize("size", [None, 0, 300, 10**9, "512", NAN])
def test_save_refuses_other_sizes(call, size):
    assert is_one_sentence(call("save", {"avatar": {}, "size": size})["error"])


def test_a_code_in_a_style_and_model_that_are_not_here_opens_undrawn(call):
    avatar = Avatar({"hair_back": "afro"}, 9, style="own-0000dead", model="me-0000dead")
    answer = call("open", {"code": avatar.code, "drawn": False})
    assert answer["avatar"]["traits"]["hair_back"] == "afro" and answer["avatar"]["seed"] == 9
    assert "error" in call("open", {"code": avatar.code}) and "error" in call("open", {"code": "A", "drawn": False})
