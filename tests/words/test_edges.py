"""Two colours of hair, one thing out of several, and words that can be another thing."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import Avatar
from avatar_studio.traits import parts
from avatar_studio.words import read

BLACK, WHITE, RED, BLUE, PINK = ("black", "white", "red", "blue", "pink")
WORN = {"headwear": "bow", "glasses": "round"}


def colour(word: str) -> tuple[float, ...]:
    traits = read(f"{word} hair").avatar.traits
    return tuple(traits[name] for name in parts("hair"))


def painted(sentence: str, part: str, avatar: Avatar | None = None) -> tuple[float, ...]:
    traits = read(sentence, avatar).avatar.traits
    return tuple(traits[name] for name in parts(part))


def changed(sentence: str, **traits) -> dict:
    before = Avatar(traits)
    return {name: value for name, value in read(sentence, before).avatar.traits.items() if value != before.traits[name]}


@pytest.mark.parametrize(("sentence", "hair", "tips"), [
    ("black hair fading to red", BLACK, RED), ("hair that goes from black to red", BLACK, RED), ("black-to-red ombre", BLACK, RED), ("blakc hair fadding to red", BLACK, RED),
    ("黑发渐变红色", BLACK, RED), ("从黑色渐变到红色的头发", BLACK, RED), ("頭髮從黑色漸變到紅色", BLACK, RED), ("黑红渐变发", BLACK, RED), ("black roots, red ends", BLACK, RED),
    ("two-tone hair, black and white", BLACK, WHITE), ("half black half white hair", BLACK, WHITE), ("split-dyed black and white hair", BLACK, WHITE),
    ("一半黑一半白的头发", BLACK, WHITE), ("双色头发，黑和白", BLACK, WHITE), ("头发左半边是黑色，右半边是白色", BLACK, WHITE), ("pink and blue hair, green eyes", PINK, BLUE),
    ("pink hair with blue tips", PINK, BLUE), ("粉色头发，发尾蓝色", PINK, BLUE), ("a girl with pink to blue hair", PINK, BLUE)])
def test_of_two_colours_of_hair_the_second_is_the_tips(sentence, hair, tips):
    reading = read(sentence)
    assert painted(sentence, "hair") == colour(hair) and painted(sentence, "tips") == colour(tips)
    assert reading.avatar.traits["hair_tips"] > 0.5 and reading.unknown == () and {"hair_hue", "tips_hue", "hair_tips"} <= set(reading.understood)


@pytest.mark.parametrize("sentence", ["make her hair fade to blue at the ends", "hair blue at the ends", "头发下面渐变成蓝色", "头发末端蓝色"])
def test_hair_that_fades_to_one_colour_keeps_its_own(sentence):
    assert changed(sentence).keys() == {"tips_hue", "tips_saturation", "tips_lightness", "hair_tips"} and painted(sentence, "tips") == colour("blue")


@pytest.mark.parametrize(("sentence", "hair"), [
    ("change her hair from pink to blue", BLUE), ("头发从粉色改成蓝色", BLUE), ("red hair, black and white shirt", RED), ("a two-tone jacket, pink hair", PINK),
    ("渐变背景，粉色头发", PINK), ("blue eyes fading to green, red hair", RED), ("pink hair with blonde highlights", PINK), ("black or brown hair", BLACK),
    ("her hair is neither black nor brown but red", RED), ("a fade, red hair", RED)])
def test_two_colours_of_other_things_dye_no_tips(sentence, hair):
    assert painted(sentence, "hair") == colour(hair) and "hair_tips" not in changed(sentence)


@pytest.mark.parametrize(("sentence", "changes"), [
    ("anything but a bow", {"headwear": "none"}), ("everything except glasses", {"glasses": "none"}), ("除了眼镜什么都可以", {"glasses": "none"}),
    ("除蝴蝶結之外什麼都行", {"headwear": "none"}), ("蝴蝶结以外的都可以", {"headwear": "none"}), ("anything but glasses and a bow", {"headwear": "none", "glasses": "none"}),
    ("everthing exept glases", {"glasses": "none"}), ("keep everything except the glasses", {"glasses": "none"}), ("everything can stay but not the bow", {"headwear": "none"}),
    ("remove everything except the glasses", {}), ("除了眼镜，其他都去掉", {}), ("change everything except the glasses", {}), ("only the bow, remove everything else", {}),
    ("glasses or no glasses, I don't mind", {}), ("with or without glasses", {}), ("有没有眼镜都可以", {}), ("everything ok but the bow", {}),
    ("round glasses. I don't want a bow", {"headwear": "none"})])
def test_what_is_excepted_goes_or_stays(sentence, changes):
    assert changed(sentence, **WORN) == changes


@pytest.mark.parametrize(("sentence", "changes"), [
    ("anything but a bow", {}), ("everything except glasses", {}), ("除了眼镜什么都可以", {}), ("no hat, anything but a cap", {}), ("glasses or no glasses, I don't mind", {}),
    ("眼镜戴不戴都行", {}), ("nothing but round glasses", {"glasses": "round"}), ("除了眼镜什么都不要", {"glasses": "round"}), ("no accessories except earrings", {"earrings": "stud"}),
    ("any hat but a cap", {"headwear": "beanie"}), ("round or square glasses", {"glasses": "round"}), ("either a bow or a hat", {"headwear": "bow"}),
    ("除了眼镜，还要戴帽子", {"glasses": "round", "headwear": "cap"})])
def test_what_is_excepted_is_not_put_on(sentence, changes):
    assert changed(sentence) == changes


@pytest.mark.parametrize("sentence", ["either blue or green eyes", "blue eyes or green eyes", "蓝色或者绿色的眼睛"])
def test_of_two_that_may_be_the_first_is_taken(sentence):
    found = changed(sentence, eye_hue=20)
    assert painted(sentence, "eye") == colour("blue") and "eye_shift" not in found


def test_a_bow_beside_arrows_is_no_bow_in_the_hair():
    for sentence, lost in (("bow and arrow", "bow and arrow"), ("a girl with a bow and arrows", "bow and arrows"), ("弓箭", "弓箭"), ("背着弓箭的女孩", "弓箭")):
        assert "headwear" not in changed(sentence) and lost in " ".join(read(sentence).unknown)
    assert changed("an archer with a bow") == {} and changed("bow tie") == {"clothes": "shirt"}
    assert changed("bow in her hair") == {"headwear": "bow"} == changed("an archer with a bow in her hair")
