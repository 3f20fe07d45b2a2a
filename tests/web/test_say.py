"""Words, as the page and other programs send them."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import decode
from avatar_studio.web.server import WELCOME, plain


def test_a_sentence_edits_the_avatar_that_is_there(call):
    answer = call("say", {"avatar": plain(WELCOME), "sentence": "round glasses and blue hair on the moon"})
    avatar = decode(answer["code"])
    assert avatar.traits["glasses"] == "round" and 200 < avatar.traits["hair_hue"] < 240
    assert avatar.traits["headwear"] == WELCOME.traits["headwear"] and answer["avatar"]["traits"] == dict(avatar.traits)
    assert set(answer["understood"]) == {"glasses", "hair_hue"} and answer["unknown"] == ["moon"]


@pytest.mark.parametrize("sentence", [None, "", "  ", 5, ["hair"], "x" * 501, "hair " * 10_000, "a spaceship", "一艘宇宙飞船"])
def test_what_says_nothing_gets_one_sentence(call, sentence):
    error = call("say", {"avatar": {}, "sentence": sentence})["error"]
    assert error["en"].endswith(".") and error["zh"].endswith("。")


@pytest.mark.parametrize("sentence", ["make it nicer", "hello", "\U0001f600", "!!!", "嗯"])
def test_what_names_nothing_is_answered_too(call, sentence):
    error = call("say", {"avatar": plain(WELCOME), "sentence": sentence})["error"]
    assert "such as" in error["en"] and "例如" in error["zh"]
