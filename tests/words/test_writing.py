"""What is dictated, typed in haste, or said in another order of words."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import Avatar
from avatar_studio.words import read
from avatar_studio.words.lexicon import lexicon
from avatar_studio.words.matching import spelled
from avatar_studio.words.writing import plain_text


def traits(sentence: str) -> dict:
    return read(sentence, Avatar({"headwear": "none", "fringe": "blunt"})).avatar.traits


def test_hesitations_go_and_said_commas_are_signs():
    assert plain_text("um a bun comma uh round glasses period").split() == ["a", "bun", ",", "round", "glasses", "."]
    assert plain_text("a period costume, umber eyes, a hummingbird") == "a period costume, umber eyes, a hummingbird"
    assert read("um so uh green eyes comma like a hoodie period").unknown == ()


@pytest.mark.parametrize(("typed", "meant"), [("rmv", "remove"), ("bggr", "bigger"), ("prpl", "purple"), ("mustash", "moustache"), ("frckl", "freckle"), ("sooo", "so"), ("grumpyyy", "grumpy"),
                                              ("crly", "curly"), ("blk", "black"), ("teh", "the"), ("spky", "spiky"), ("discord", "discord"), ("rhythm", "rhythm"), ("speak", "speak"), ("wig", "wig")])
def test_what_is_typed_in_haste_is_known_and_ordinary_words_are_left(typed, meant):
    assert spelled([typed], lexicon()) == [meant]


@pytest.mark.parametrize(("sentence", "trait", "value"), [
    ("a hat of wool", "headwear", "beanie"), ("ears of a cat", "headwear", "cat_ears"), ("make him look at the screen, so to the left", "gaze_x", -0.8), ("look down and to the right", "gaze_y", -0.8),
    ("hair swept to the left, looking to the right", "gaze_x", 0.8), ("his ears too big for his head", "ear_size", 0.96), ("rmv teh hat n giv him a brd", "beard", "full"), ("roll neck jumper", "clothes", "turtleneck"),
    ("green hoodie, flat bold art style", "art", "flat"), ("戴个黑框眼睛", "glasses_lightness", 0.1), ("hair as white as snow", "hair_lightness", 0.95), ("瞅着左边", "gaze_x", -0.8),
    ("往右下角看", "gaze_y", -0.8), ("机械眼左蓝右红", "eye_hue", 0), ("红围巾，没有的话就红衣服", "clothes_hue", 0), ("hair: 换成沉稳点的黑色", "mouth_smile", 0.5),
    ("a ponytail would look better than the bob", "hair_back", "ponytail"), ("what if the hair was teal", "hair_hue", 178), ("衣服换成和头发一样的粉色", "hair_hue", 22), ("the same blue as her eyes for the hoodie", "clothes_hue", 215),
    ("爷爷年轻的时候", "lines", 0), ("the eyes are still huge", "eye_size", -0.4), ("眉毛离眼睛远点", "brow_height", 0.4)])
def test_what_is_said_in_another_order_of_words(sentence, trait, value):
    assert traits(sentence)[trait] == pytest.approx(value)


def test_only_a_glance_follows_a_direction_behind_its_verb():
    assert traits("look at the camera, bangs to the left")["gaze_x"] == 0 and traits("he looks right at me")["gaze_x"] == 0
    assert traits("she looks like a girl with her bangs to the left")["fringe_sweep"] > 0.5


@pytest.mark.parametrize("sentence", ["Good afternoon! If it isn't too much trouble, I would love a portrait of my sister with green eyes.", "Might I trouble you to make the eyes green, please?",
                                      "With my sincere thanks, could the eyes possibly be green?", "打扰一下，能否请您把眼睛画成绿色，非常感谢", "宝子们求求了，眼睛要绿色，谢谢您"])
def test_politeness_is_understood(sentence):
    reading = read(sentence, Avatar())
    assert reading.unknown == () and 100 < reading.avatar.traits["eye_hue"] < 160


def test_a_comparison_alone_is_about_what_was_said_last():
    assert traits("the smile is odd, tone it down")["mouth_smile"] == traits("这笑太假了，收一收")["mouth_smile"] < traits("hello")["mouth_smile"]
    assert traits("go shorter on top, keep the fringe where it is")["fringe_length"] == traits("hello")["fringe_length"]


@pytest.mark.parametrize("sentence", ["a little girl", "小和尚", "鼻子红红的", "别瞅我", "she looks too cute"])
def test_what_is_of_somebody_else_or_of_nothing_changes_no_part(sentence):
    before, after = traits("hello"), traits(sentence)
    assert {name for name in before if before[name] != after[name]} <= {"lashes", "gaze_x"}
