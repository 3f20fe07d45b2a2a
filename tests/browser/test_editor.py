"""The row of tabs and the sliders below it, for who sees, hears and touches them."""
from __future__ import annotations

import re

import pytest

from avatar_studio.avatar import Avatar, decode
from avatar_studio.traits import DEFAULTS

from .acts import resized
from .conftest import settled

PHONES = [(320, 640), (360, 740), (375, 667), (390, 844), (393, 852), (412, 915), (430, 932)]
SHARES = """row => [...row.children].map(tab => { const box = tab.getBoundingClientRect(), frame = row.getBoundingClientRect();
    return Math.max(0, Math.min(box.right, frame.right) - Math.max(box.left, frame.left)) / box.width })"""  # of each tab, how much is in sight
SPOKEN = "e => e.getAttribute('aria-valuetext')"


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_where_there_is_room_all_tabs_are_in_sight_and_what_the_open_one_has(visit, locale):
    page = visit(locale=locale)
    for width, height in ((940, 700), (1024, 768), (1280, 800), (1920, 1080)):
        resized(page, width, height)
        assert page.eval_on_selector("[data-part=tabs]", SHARES) == [1] * page.locator("[role=tab]").count(), width
        assert page.locator("[role=tab] > span:last-child").evaluate_all("all => all.every(e => e.scrollWidth <= e.parentNode.offsetWidth + 6)"), width
        assert page.locator("#panel-face h2").bounding_box()["y"] < height - 40, width


def test_a_phone_shows_that_there_are_more_tabs_at_either_end(visit):
    page = visit(has_touch=True, is_mobile=True, reduced_motion="reduce")
    row = page.locator("[data-part=tabs]")
    for size in PHONES:
        resized(page, *size)
        page.click("#tab-face")
        page.wait_for_selector(".tabs.after:not(.before)")
        assert len([share for share in row.evaluate(SHARES) if 0.2 < round(share, 1) < 0.8]) == 1, size
        page.click("#tab-glasses")
        page.wait_for_selector(".tabs.before.after")
        shares = row.evaluate(SHARES)
        assert shares[7] == 1 and shares[6] > 0.2 and shares[8] > 0.2, size  # what is beside the open one
        page.click("#tab-play")
        page.wait_for_selector(".tabs.before:not(.after)")


def test_one_tab_is_the_open_one_from_the_beginning(visit):
    page = visit()
    tabs = page.eval_on_selector_all("[role=tab]", "all => all.map(e => [e.getAttribute('aria-selected'), e.tabIndex])")
    assert tabs == [["true", 0]] + [["false", -1]] * (len(tabs) - 1)


def test_a_slider_is_heard_as_it_is_seen_or_as_its_colour_and_only_when_one_is_at_it(visit):
    page = visit(f"?a={Avatar({'mouth_smile': 0.84, 'brow_angle': -0.2, 'skin_tone': 0.5, 'hair_hue': 210, 'hair_saturation': 0.8, 'hair_lightness': 0.5}).code}")
    heard = {name: page.eval_on_selector(f"#{name}", SPOKEN)
             for name in ("trait-mouth_smile", "trait-brow_angle", "trait-skin_tone", "trait-hair_hue", "trait-hair_saturation", "truncation")}
    assert heard == {"trait-mouth_smile": "84%", "trait-brow_angle": "-20%", "trait-skin_tone": "Tone 5 of 9, from pale to deep", "trait-hair_hue": "blue",
                     "trait-hair_saturation": "80%", "truncation": "100%"}
    page.click("[data-language=zh]")
    assert page.eval_on_selector("#trait-hair_hue", SPOKEN) == "蓝色"
    every = page.eval_on_selector_all(".studio .slider input", f"all => all.map({SPOKEN})")
    assert every and all(re.search(r"%|[\u4e00-\u9fff]", words) for words in every)
    assert set(page.eval_on_selector_all(".studio output", "all => all.map(e => e.ariaLive)")) == {"off"}  # a roll moves them all


def test_what_changes_nothing_hides_keeps_its_value_and_an_empty_panel_says_why(visit):
    page = visit(f"?a={Avatar({'hair_back': 'bald', 'hair_tips': 0.5}).code}")
    first = settled(page)
    page.click("#tab-fringe")
    assert page.locator("#panel-fringe [data-trait]:visible, #panel-fringe summary:visible").count() == 0
    assert page.inner_text("#panel-fringe > .hint") == "This hair style has no fringe."
    page.click("[data-language=zh]")
    assert "没有刘海" in page.inner_text("#panel-fringe > .hint")
    page.click("#tab-headwear")
    assert page.is_hidden("[data-trait=accent_colour]") and page.is_visible("[data-trait=earrings]")
    page.click("#tab-hair")
    assert page.is_visible("[data-trait=hair_colour]") and page.is_hidden("[data-trait=hair_length]") and page.is_hidden("#panel-hair .more")
    page.click("#panel-hair .choice:has(input[value=bob])")
    assert decode(settled(page, after=first)).traits["hair_tips"] == 0.5
    assert page.is_visible("[data-trait=hair_length]") and page.is_visible("#panel-hair .more > summary")
    page.click("#tab-fringe")
    assert page.is_visible("[data-trait=fringe]") and page.is_hidden("#panel-fringe > .hint")


def test_no_background_colour_is_the_chosen_one_while_there_is_no_background(visit):
    page = visit(f"?a={Avatar(background='plain', background_colour='#ffeecf').code}")
    first = settled(page)
    page.click("#tab-background")
    dots = "[data-trait=background_colour] [aria-pressed=true]"
    assert page.locator(dots).count() == 1
    page.click("#panel-background .choice:has(input[value=transparent])")
    settled(page, after=first)
    assert page.locator(dots).count() == 0


def test_one_pull_at_the_colour_wheel_is_one_step(visit):
    page = visit()
    first = settled(page)
    page.click("#tab-background")
    page.eval_on_selector("#panel-background input[type=color]", """input => {
        for (input.value of ['#336699', '#3377aa', '#3388bb']) for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind)); }""")  # in Safari each shade on the way is a change
    last = settled(page, after=first)
    assert decode(last).background_colour == "#3388bb"
    page.click("[data-part=undo]")
    assert settled(page, after=last) == first


def test_a_group_is_reset_alone_and_as_one_step(visit):
    before = Avatar({"hair_hue": 200, "hair_back": "afro", "mouth_smile": -1.0, "mouth": "cat"}, 5)
    page = visit(f"?a={before.code}")
    page.click("#tab-mouth")
    page.click("#panel-mouth .head button:not(.lock)")
    after = decode(settled(page, after=before.code))
    assert after == before.edit(mouth_smile=DEFAULTS["mouth_smile"], mouth="plain")
    page.click("[data-part=undo]")
    assert settled(page, after=after.code) == before.code


def test_the_page_has_one_main_part(visit):
    assert visit().locator("main, [role=main]").count() == 1
