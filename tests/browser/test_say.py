"""Words at the page, with a real browser."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import decode

from .acts import calls
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
    assert page.locator("[data-part=understood] .chip").count() == 0 and page.is_hidden("[data-part=unknown]")  # nothing of it is so any more
    page.click("[data-part=redo]")
    settled(page, after=first)
    assert page.is_visible("[data-part=understood] [data-chip=glasses]") and page.is_visible("[data-part=unknown]")
    page.click("#panel-glasses .choice:has(input[value=square])")
    page.wait_for_selector("[data-part=understood] [data-chip=glasses]", state="detached")
    assert page.is_visible("[data-part=understood] [data-chip=hair_colour]")


def test_chinese_words_and_the_button(visit):
    page = visit(locale="zh-CN", viewport={"width": 390, "height": 844})
    first = settled(page)
    page.fill("[data-part=sentence]", "头发短一点，换成蓝色")
    page.click("[data-part=tell] button")
    avatar = decode(settled(page, after=first))
    assert 200 < avatar.traits["hair_hue"] < 240 and avatar.traits["hair_length"] < 0
    page.fill("[data-part=sentence]", "嗯")
    page.click("[data-part=tell] button")
    page.wait_for_selector(".toast.error:has-text('例如')")  # what the server answers is in the person's language
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("sentence,answer", [("a spaceship", ""), ("hello", "such as")])
def test_words_that_say_nothing_are_answered_and_keep_the_avatar(visit, sentence, answer):
    page = visit()
    first = settled(page)
    page.fill("[data-part=sentence]", sentence)
    page.press("[data-part=sentence]", "Enter")
    page.wait_for_selector(f".toast.error:has-text('{answer}')")
    assert settled(page) == first


def test_no_words_are_answered_and_the_field_waits_for_some(visit):
    page = visit()
    page.click("[data-part=tell] button")
    page.wait_for_selector(".toast:has-text('such as')")
    page.wait_for_selector("[data-part=sentence]:focus")


def test_a_refused_sentence_takes_the_chips_of_the_one_before(visit):
    page = visit()
    first = settled(page)
    page.fill("[data-part=sentence]", "round glasses")
    page.press("[data-part=sentence]", "Enter")
    second = settled(page, after=first)
    page.wait_for_selector("[data-part=understood] .chip")
    page.fill("[data-part=sentence]", "hello")
    page.press("[data-part=sentence]", "Enter")
    page.wait_for_selector(".toast.error")
    assert settled(page) == second and page.locator("[data-part=understood] .chip").count() == 0


def said(page, sentence: str) -> None:
    """Type a sentence and send it off."""
    page.fill("[data-part=sentence]", sentence)
    with page.expect_request(lambda request: '"say"' in (request.post_data or "")):
        page.press("[data-part=sentence]", "Enter")


@pytest.mark.parametrize("place", ["sentence", "link"])
def test_a_late_answer_leaves_the_keyboard_and_what_is_typed_meanwhile(visit, place):
    page = visit()
    first, slow = settled(page), []
    calls(page, "say", slow.append)
    said(page, "round glasses")
    if place == "sentence":
        page.fill("[data-part=sentence]", "and a")
    else:
        page.focus("[data-part=link]")
    slow[0].continue_()
    settled(page, after=first)
    page.wait_for_selector("[data-part=understood] .chip")
    assert page.evaluate("document.activeElement.dataset.part") == place
    if place == "sentence":
        page.keyboard.type(" scarf")
        assert page.input_value("[data-part=sentence]") == "and a scarf"


def test_a_sentence_that_is_sent_before_the_answer_to_another_adds_to_it(visit):
    page = visit()
    first, slow = settled(page), []
    calls(page, "say", lambda route: route.fallback() if slow else slow.append(route))
    said(page, "round glasses")
    page.fill("[data-part=sentence]", "blue hair")
    page.press("[data-part=sentence]", "Enter")
    slow[0].continue_()
    page.wait_for_selector("[data-part=understood] [data-chip=hair_colour]")
    traits = decode(settled(page, after=first)).traits
    assert traits["glasses"] == "round" and 200 < traits["hair_hue"] < 250
