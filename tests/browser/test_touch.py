"""A phone's fingers on the sliders, with a real browser that is touched."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import decode

from .conftest import settled


@pytest.fixture
def phone(visit):
    return visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


def swipe(page, slider: str, across: int, down: int) -> None:
    """Put a finger on a slider's far end, move it by so many pixels, and lift it."""
    page.eval_on_selector(f"#{slider}", "input => input.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = page.locator(f"#{slider}").bounding_box()
    x, y = box["x"] + 0.95 * box["width"], box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + across * step / 10, "y": y + down * step / 10}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_scroll_that_begins_on_a_slider_changes_nothing(phone):
    first, before = settled(phone), phone.input_value("#trait-skin_tone")
    swipe(phone, "trait-skin_tone", 0, -200)
    phone.wait_for_function("() => scrollY > 0")
    assert settled(phone) == first and phone.input_value("#trait-skin_tone") == before
    assert phone.is_hidden("[data-part=frame]") and phone.is_disabled("[data-part=undo]")


def test_a_scroll_that_begins_on_how_far_neighbours_lie_leaves_it(phone):
    phone.click("#tab-play")
    phone.wait_for_selector("[data-part=neighbours] .picture >> nth=7")
    before = phone.input_value("#near-strength")
    swipe(phone, "near-strength", 0, -200)
    assert phone.input_value("#near-strength") == before


def test_a_finger_that_slides_is_followed(phone):
    first = settled(phone)
    swipe(phone, "trait-skin_tone", -40, 0)
    assert 0.6 < decode(settled(phone, after=first)).traits["skin_tone"] < 0.95


def test_at_a_field_a_phone_does_not_enlarge_the_page(phone):
    small = phone.eval_on_selector_all(".studio input[type=text], .studio select", "all => all.filter(e => parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML)")
    assert small == []
