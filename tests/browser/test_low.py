"""The page in a low window: a phone on its side, a small laptop, or a page that is much enlarged."""
from __future__ import annotations

import re

import pytest

from .acts import REACHED, resized

LOW = [(667, 375), (667, 331), (568, 320), (910, 430), (600, 560), (390, 420), (320, 256), (320, 180)]
USUAL = [(1280, 800), (820, 1180), (390, 844), (320, 640)]


SIZES = LOW + USUAL


@pytest.fixture
def low(visit):
    """low(sizes) -> (page, width, height) for each of them: one page, at hair, whose window becomes of that size."""
    def open_page(sizes):
        page = visit()
        page.click("#tab-hair")
        for width, height in sizes:
            resized(page, width, height)
            yield page, width, height
    return open_page


def at(page, place: str) -> None:
    """Scroll to the page's top, its end, or to what the open tab has."""
    page.evaluate({"top": "scrollTo(0, 0)", "end": "scrollTo(0, 1e6)", "panel": "document.querySelector('#panel-hair').scrollIntoView(), scrollBy(0, 40)"}[place])


def test_the_tabs_and_room_below_them_are_in_sight_while_one_scrolls(low):
    for page, width, height in low(SIZES):
        at(page, "panel")
        assert page.eval_on_selector("#tab-hair", REACHED), (width, height)
        tabs = page.locator("[data-part=tabs]").bounding_box()
        assert height - tabs["y"] - tabs["height"] >= min(110, height / 2), (width, height)


def test_what_one_does_with_the_avatar_is_in_sight_wherever_one_is(low):
    for page, width, height in low(size for size in SIZES if size[0] >= 560 and size[1] >= 320 or size[1] >= 420):
        for place in ("top", "panel"):
            at(page, place)
            for name in ("dice", "undo", "redo", "save-menu", "link"):
                assert page.eval_on_selector(f"[data-part={name}]", REACHED), (width, height, place, name)


def test_all_of_the_sheet_can_be_reached(low):
    for page, width, height in low(SIZES):
        for place in ("top", "panel"):
            at(page, place)
            page.click("[data-part=save-menu] > summary")
            sheet = page.locator(".sheet").bounding_box()
            assert sheet["x"] >= 0 and sheet["x"] + sheet["width"] <= width, (width, height)
            for name in ("formats", "pack"):
                page.eval_on_selector(f"[data-part={name}]", "node => node.scrollIntoView({ block: 'nearest' })")
                assert page.eval_on_selector(f"[data-part={name}]", REACHED), (width, height, place, name)
            page.keyboard.press("Escape")


def test_a_cut_sheet_shows_that_it_goes_on(low):
    for page, *size in low([(844, 390), (667, 375), (320, 256)]):
        page.click("[data-part=save-menu] > summary")
        page.wait_for_function("""() => { const at = (name) => document.querySelector(name).getBoundingClientRect(), give = at(".give"), sheet = at(".sheet");
            return give.top > 0 && give.bottom < innerHeight - 10 && give.bottom < sheet.bottom - 10; }""")
        page.keyboard.press("Escape")


def test_the_avatar_is_what_is_printed(low):
    page, *_ = next(low([(1280, 800)]))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.is_visible("[data-part=preview]") and page.is_visible(".foot") and page.locator(".button:visible, .work:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollHeight") < 900
    colours = page.eval_on_selector_all("h1, .foot", "all => all.map(node => getComputedStyle(node).color)")
    assert all(max(int(part) for part in re.findall(r"\d+", colour)[:3]) < 100 for colour in colours), colours  # on white paper
