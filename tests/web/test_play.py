"""The Play tab's functions called as anyone on the network can call them."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import Avatar, decode
from avatar_studio.traits import DEFAULTS, TRAITS
from avatar_studio.web.exchange import plain, read_avatar

from .conftest import image_of, is_one_sentence

NAN = float("nan")
MIXED = {"partner": {"traits": {"glasses": "sun"}, "seed": 3}, "mix": [0.2, 0.4, 1]}


def test_an_avatar_with_play_travels_to_the_page_and_back():
    avatar = Avatar({"glasses": "sun"}, 5, "dots", truncation=0.4, explore=(0.5, -0.25), partner=Avatar(seed=9), mix=(0.1, 0.2, 0.3))
    assert read_avatar(plain(avatar)) == avatar and read_avatar(plain(Avatar())) == Avatar()


def test_draw_keeps_the_play_and_clamps_it(call):
    answer = call("draw", {"avatar": {**MIXED, "truncation": 7, "explore": [3]}})
    drawn = decode(answer["code"])
    assert drawn.truncation == 1.5 and drawn.explore[0] == 1 and drawn.partner.traits["glasses"] == "sun" and drawn.mix == (0.2, 0.4, 1)
    assert read_avatar(answer["avatar"]) == drawn


@pytest.mark.parametrize("avatar", [
    {"truncation": NAN}, {"truncation": "1"}, {"truncation": None}, {"explore": 3}, {"explore": [0] * 100_000}, {"explore": [NAN]}, {"explore": {"0": 1}},
    {"partner": 3}, {"partner": "A"}, {"partner": []}, {"partner": {"traits": {"nose_job": 1}}}, {"partner": {"background": "dots"}},
    {"partner": {"traits": {}, "partner": {}}}, {"partner": {}, "mix": 1}, {"partner": {}, "mix": [0, 0, 0, 0]}, {"partner": {}, "mix": [[0], 0, 0]},
])
@pytest.mark.parametrize("function", ["draw", "neighbours", "candidates", "strip"])
def test_impossible_play_gets_one_sentence(call, function, avatar):
    assert is_one_sentence(call(function, {"avatar": avatar, "strength": 0.5})["error"])


@pytest.mark.parametrize("data", [None, [], "x", 3, {}, {"avatar": 3}, {"avatar": {}, "strength": 2}, {"avatar": {}, "strength": True},
                                  {"avatar": {}, "strength": NAN}, {"avatar": {}, "strength": "1"}, {"avatar": {}, "strength": 0.5, "keep": ["nope"]}])
def test_neighbours_refuse_what_is_none(call, data):
    assert is_one_sentence(call("neighbours", data)["error"])


def test_neighbours_are_eight_others_with_their_pictures_and_keep_what_is_locked(call):
    answer = call("neighbours", {"avatar": {"background": "rays", "truncation": 0.8}, "strength": 0.7, "keep": ["eyes"]})
    assert len(set(answer["images"])) == 8 and image_of(answer["images"][0]).size == (160, 160)
    for one in map(read_avatar, answer["avatars"]):
        assert one.background == "rays" and one.truncation == 0.8 and one.traits != DEFAULTS
        assert all(one.traits[trait.name] == DEFAULTS[trait.name] for trait in TRAITS if trait.group == "eyes")


def test_neighbours_lie_as_far_away_as_was_asked_for(call):
    assert all(read_avatar(one).traits == DEFAULTS for one in call("neighbours", {"avatar": {}, "strength": 0})["avatars"])


def test_neighbours_of_a_full_mix_differ_too(call):
    assert len(set(call("neighbours", {"avatar": {**MIXED, "mix": [1, 1, 1]}, "strength": 0.7})["images"])) == 8


def test_candidates_are_rolls_without_play(call):
    found = [read_avatar(one) for one in call("candidates", {"avatar": {**MIXED, "background": "dots"}})["avatars"]]
    assert len({one.code for one in found}) == 24 and all(one.is_plain and one.background == "dots" for one in found)


def test_the_strip_leads_from_the_avatar_to_its_partner(call):
    answer = call("strip", {"avatar": MIXED})
    assert len(answer["images"]) == 7 and answer["shares"][0] == 0 and answer["shares"][-1] == 1 and answer["shares"] == sorted(answer["shares"])
    assert is_one_sentence(call("strip", {"avatar": {}})["error"])


def test_a_roll_begins_without_play(call):
    assert read_avatar(call("roll", {"avatar": {**MIXED, "truncation": 0.1}})["avatar"]).is_plain
