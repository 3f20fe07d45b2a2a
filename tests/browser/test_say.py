"""Words at the page, with a real browser."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import decode

from .conftest import settled


def test_a_sentence_changes_the_avatar_and_undo_brings_it_back(visit):
    page = visit()
    first = settled(page)
    page.fill("[data-part=sentence]", "long pink twin tails, round glasses, <b>spaceship</b>")
    page.press("[data-part=sentence]", "Enter")
    second = settled(page, after=first)
    avatar = decode(second)
    assert avatar.traits["hair_back"] == "twin_tails" and avatar.traits["glasses"] == "round" and avatar.traits["headwear"] == "cat_ears"
    assert page.is_visible("[data-part=understood] [data-chip=glasses]") and page.is_visible("[data-part=understood] [data-chip=hair_colour]")
    assert "spaceship" in page.inner_text("[data-part=unknown]")
    page.click("[data-part=understood] [data-chip=glasses]")
    assert page.get_attribute("#tab-glasses", "aria-selected") == "true"
    page.click("[data-part=undo]")
    assert settled(page, after=second) == first


def test_chinese_words_and_the_button(visit):
    page = visit(locale="zh-CN", viewport={"width": 390, "height": 844})
    first = settled(page)
    page.fill("[data-part=sentence]", "头发短一点，换成蓝色")
    page.click("[data-part=tell] button")
    avatar = decode(settled(page, after=first))
    assert 200 < avatar.traits["hair_hue"] < 240 and avatar.traits["hair_length"] < 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("sentence,answer", [("a spaceship", ""), ("hello", "such as")])
def test_words_that_say_nothing_are_answered_and_keep_the_avatar(visit, sentence, answer):
    page = visit()
    first = settled(page)
    page.fill("[data-part=sentence]", sentence)
    page.press("[data-part=sentence]", "Enter")
    page.wait_for_selector(f".toast.error:has-text('{answer}')")
    assert settled(page) == first
