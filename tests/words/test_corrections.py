"""Minds that change within a sentence."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import Avatar
from avatar_studio.words import read


def changed(sentence: str, **traits) -> dict:
    before = Avatar(traits)
    return {name: value for name, value in read(sentence, before).avatar.traits.items() if value != before.traits[name]}


@pytest.mark.parametrize(("sentence", "plain"), [
    ("a beard no scratch that just stubble", "stubble"), ("a crown no not a crown a flower", "a flower"), ("a cap, no, not a cap, a beanie", "a beanie"),
    ("twin tails... hmm no, space buns", "space buns"), ("a cap no a beanie", "a beanie"), ("give him a goatee, wait, a full beard", "a full beard"), ("hoops, no, studs", "studs"),
    ("a pink bow, no, blue clips", "blue clips"), ("戴帽子，算了，还是戴耳机吧", "戴耳机"), ("戴眼镜，不对，墨镜", "墨镜"), ("put him in a suit, well, not a suit, a hoodie", "a hoodie")])
def test_of_a_thing_that_is_taken_back_the_other_is_left(sentence, plain):
    assert changed(sentence) == changed(plain) != {}


@pytest.mark.parametrize(("sentence", "plain"), [
    ("blue no gray eyes", "gray eyes"), ("blue eyes, no, green eyes", "green eyes"), ("make the top red uh scratch that navy blue", "make the top navy blue"), ("红色头发，哦不，蓝色", "蓝色头发"),
    ("red hair, actually no, make that black", "black hair"), ("I was going to say blue eyes but brown is more me", "brown eyes"), ("本来想要蓝眼睛，但是还是绿色吧", "绿眼睛"),
    ("make the hair shorter no wait longer", "make the hair longer"), ("make the brows thicker, or no, thinner", "make the brows thinner"), ("眼睛大一点，不对，小一点", "眼睛小一点"),
    ("blue eyes and a red hat, no wait, black hair", "blue eyes and a red hat, black hair"), ("paint her hair lilac, on second thought leave the hair, do the eyes lilac", "do the eyes lilac"),
    ("red lips, freckles, scratch that", "red lips")])
def test_of_a_look_that_is_taken_back_the_other_is_left(sentence, plain):
    assert changed(sentence, hair_length=0.2, brow_thickness=0.1, eye_hue=280) == changed(plain, hair_length=0.2, brow_thickness=0.1, eye_hue=280) != {}


def test_what_is_taken_back_for_nothing_leaves_all_as_it_was():
    assert changed("Blue hoodie? No. Keep it as it was.") == {}
    assert changed("不是粉色卫衣，是白色的", clothes="hoodie", clothes_hue=345).keys() == {"clothes_hue", "clothes_saturation", "clothes_lightness"}


def test_a_no_that_takes_off_still_does():
    worn = {"glasses": "round", "headwear": "cap", "earrings": "hoop"}
    assert changed("hat: no, glasses: yes", **worn) == {"headwear": "none"}
    assert changed("no hat, no earrings", **worn) == {"headwear": "none", "earrings": "none"}
    assert changed("a scarf, no hat, and no glasses", **worn) == {"headwear": "none", "glasses": "none"}


@pytest.mark.parametrize("sentence", ["an old man, well, not that old", "he is not that old", "she is not old", "没那么老"])
def test_who_is_not_that_old_is_not_old(sentence):
    assert changed(sentence).get("lines", 0) == 0


@pytest.mark.parametrize(("sentence", "way"), [("头发短一点就好，别太短", -1), ("刘海剪短，都遮住眼睛了", -1), ("脸瘦一点，看着好胖", -1), ("make the eyes bigger, they are too small", 1)])
def test_a_reason_behind_a_wish_is_no_wish(sentence, way):
    (trait, value), = changed(sentence).items()
    assert trait in ("hair_length", "fringe_length", "face_width", "eye_size") and (value > 0) == (way > 0)


def test_who_does_not_like_a_part_but_says_how_it_should_be_keeps_it():
    assert changed("I don't like the ears, make them smaller", headwear="cat_ears").keys() == {"ear_size"}
    assert changed("雀斑留着，眼镜摘了", freckles=0.6, glasses="round") == {"glasses": "none"}
    assert changed("给他换身西装，帽子摘了", clothes="jacket", headwear="cap") == {"headwear": "none"}
    assert changed("把猫耳去掉换成棒球帽", headwear="cat_ears") == {"headwear": "cap"}
