"""Words, as the page and other programs send them."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import Avatar, decode
from avatar_studio.web.server import WELCOME, plain


def test_a_sentence_edits_the_avatar_that_is_there(call):
    answer = call("say", {"avatar": plain(WELCOME), "sentence": "round glasses and blue hair on the moon"})
    avatar = decode(answer["code"])
    assert avatar.traits["glasses"] == "round" and 200 < avatar.traits["hair_hue"] < 240
    assert avatar.traits["headwear"] == WELCOME.traits["headwear"] and answer["avatar"]["traits"] == dict(avatar.traits)
    assert set(answer["understood"]) == {"glasses", "hair_hue"} and answer["unknown"] == ["moon"]


@pytest.mark.parametrize("sentence", ["start over", "Begin again!", "please start all over", "Reset.", "reset everything", "重新开始", "重新开始吧。", "重置"])
def test_who_wants_to_start_over_gets_the_avatar_that_welcomes(call, sentence):
    answer = call("say", {"avatar": plain(Avatar({"glasses": "round"}, 7)), "sentence": sentence})
    assert decode(answer["code"]) == WELCOME and answer["unknown"] == []


def test_a_word_of_that_beside_others_is_none(call):
    assert decode(call("say", {"avatar": plain(Avatar()), "sentence": "start over with blue hair"})["code"]).traits["headwear"] == "none"


@pytest.mark.parametrize("sentence", [None, "", "  ", 5, ["hair"], "x" * 501, "hair " * 10_000, "a spaceship", "一艘宇宙飞船"])
def test_what_says_nothing_gets_one_sentence(call, sentence):
    error = call("say", {"avatar": {}, "sentence": sentence})["error"]
    assert error["en"].endswith(".") and error["zh"].endswith("。")


@pytest.mark.parametrize("sentence", ["make it nicer", "hello", "\U0001f600", "!!!", "嗯"])
def test_what_names_nothing_is_answered_too(call, sentence):
    error = call("say", {"avatar": plain(WELCOME), "sentence": sentence})["error"]
    assert "such as" in error["en"] and "例如" in error["zh"]
