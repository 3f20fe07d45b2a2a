"""The Play tab with a real browser: picking, mixing, exploring, and what the browser keeps."""
from __future__ import annotations

import json

from avatar_studio.avatar import Avatar, decode
from avatar_studio.traits import TRAITS
from avatar_studio.web.exchange import plain

from .acts import calls, move, play, stored
from .conftest import settled


def test_a_picked_neighbour_becomes_the_avatar_and_the_next_ones_are_nearer(visit):
    page = visit()
    first = settled(page)
    play(page)
    strength = float(page.input_value("#near-strength"))
    before = page.get_attribute("[data-part=neighbours] .picture >> nth=0 >> img", "src")
    with page.expect_request(lambda request: '"neighbours"' in (request.post_data or "")) as asked:
        page.click("[data-part=neighbours] .picture >> nth=3")
    second = settled(page, after=first)
    assert decode(second).traits != decode(first).traits
    assert json.loads(asked.value.post_data)["data"]["strength"] == float(page.input_value("#near-strength")) < strength
    page.wait_for_function("old => document.querySelector('[data-part=neighbours] img')?.src !== old", arg=before)
    assert len(stored(page, "picks")) == 1 and page.is_visible("[data-part=taste] .chip >> nth=0")
    page.click("[data-part=undo]")
    assert settled(page, after=second) == first


def test_another_avatar_is_mixed_in_and_the_strip_leads_to_it(visit):
    page = visit()
    first = settled(page)
    play(page)
    other = Avatar({"hair_back": "afro", "glasses": "round"}, 9)
    page.fill("[data-part=mix-code]", f"https://example.org/?a={other.code}")
    page.press("[data-part=mix-code]", "Enter")
    second = settled(page, after=first)
    mixed = decode(second)
    assert mixed.partner == other and mixed.traits == decode(first).traits and mixed.mix == (0, 0, 1)
    page.click("[data-part=strip] .picture >> nth=3")
    third = settled(page, after=second)
    shape, features, colours = decode(third).mix
    assert 0 < shape == features == colours < 1
    page.wait_for_selector("[data-part=strip] .picture[aria-pressed=true]")
    move(page, "mix-colours", 0)
    assert decode(settled(page, after=third)).mix == (shape, features, 0)
    page.reload()  # the address carries the mix
    assert decode(settled(page)).partner == other
    page.click("#tab-play")
    fourth = settled(page)
    page.click("[data-part=mix-end]")
    assert settled(page, after=fourth) == first


def test_exploring_and_truncation_move_the_picture_and_not_the_traits(visit):
    page = visit()
    first = settled(page)
    page.click("#tab-play")
    move(page, "explore-2", 0.5)
    second = settled(page, after=first)
    move(page, "truncation", 0.6)
    moved = decode(settled(page, after=second))
    assert moved.explore[:3] == (0, 0, 0.5) and moved.truncation == 0.6 and moved.traits == decode(first).traits
    page.click("[data-part=explore-reset]")
    assert settled(page, after=moved.code) == first


def test_favourites_survive_a_reload_and_open_again(visit):
    page = visit()
    first = settled(page)
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    page.click("[data-part=dice]")
    second = settled(page, after=first)
    page.wait_for_selector("[data-part=heart][aria-pressed=false]")
    page.reload()
    assert settled(page) == second
    page.click("#tab-play")
    page.click("[data-part=favourites] .picture >> nth=0")
    assert settled(page, after=second) == first
    page.click("[data-part=heart]")  # and out again
    page.wait_for_selector("[data-part=heart][aria-pressed=false]")
    assert stored(page, "favourites") == [] and not page.is_visible("[data-part=favourites]")


def test_a_heart_teaches_the_dice_and_is_forgotten_on_request(visit):
    page = visit()
    first = settled(page)
    page.click("[data-part=heart]")
    page.click("#tab-play")
    page.wait_for_selector("[data-part=taste] .chip")
    assert page.is_checked("[data-part=follow]")
    with page.expect_request(lambda request: "candidates" in (request.post_data or "")):
        page.click("[data-part=dice]")
    settled(page, after=first)
    page.click("[data-part=taste-forget]")
    assert stored(page, "picks") == [] and not page.is_visible("[data-part=follow]")


def test_the_dice_lean_to_what_was_picked(visit):
    page = visit()
    first = settled(page)
    numbers = [[float((trait.name, name) == ("glasses", "round")) for name in trait.names] or [0.0] * (2 if trait.kind == "angle" else 1) for trait in TRAITS]
    picks = [{"code": "", "difference": sum(numbers, [])}] * 20
    page.evaluate("picks => localStorage.setItem('avatar-studio-picks', JSON.stringify(picks))", picks)
    page.reload()
    settled(page)
    bare, liked = (plain(Avatar({"glasses": glasses}, 1)) for glasses in ("none", "round"))
    calls(page, "candidates", lambda route: route.fulfill(json={"avatars": [bare] * 11 + [liked] + [bare] * 12}))
    page.evaluate("() => { Math.random = () => 0.5; }")  # no luck
    page.click("[data-part=dice]")
    assert decode(settled(page, after=first)).traits["glasses"] == "round"


def test_the_keyboard_stays_where_it_picked(visit):
    page = visit()
    first = settled(page)
    play(page)
    third = "[data-part=neighbours] .picture >> nth=2"
    before = page.get_attribute(f"{third} >> img", "src")
    page.focus(third)
    page.keyboard.press("Enter")
    second = settled(page, after=first)
    page.wait_for_function("old => document.querySelectorAll('[data-part=neighbours] img')[2].src !== old", arg=before)
    place = "() => [...document.activeElement.parentElement.children].indexOf(document.activeElement)"
    assert page.evaluate("document.activeElement.closest('[data-part=neighbours]') !== null") and page.evaluate(place) == 2
    page.focus("[data-part=recent] .picture >> nth=0")
    page.click("[data-part=undo]")
    settled(page, after=second)
    page.wait_for_selector("[data-part=recent] .picture >> nth=1")
    page.focus("[data-part=recent] .picture >> nth=1")
    page.keyboard.press("Enter")
    assert settled(page, after=first) == second
    assert page.evaluate("document.activeElement.closest('[data-part=recent]') !== null") and page.evaluate(place) == 1


def test_a_change_does_not_build_the_favourites_anew(visit):
    page = visit()
    first = settled(page)
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    page.evaluate("() => { document.querySelector('[data-part=favourites] .picture').marked = true; }")
    page.click("[data-part=dice]")
    settled(page, after=first)
    assert page.evaluate("document.querySelector('[data-part=favourites] .picture').marked") is True


def test_nonsense_in_the_browsers_storage_is_passed_over(visit):
    page = visit()
    for nonsense in ("{", "[1, null, {}]", '[{"code": "A<b>", "picture": "javascript:alert(1)"}]', '{"a": 1}'):
        page.evaluate("text => { for (const name of ['favourites', 'recent', 'picks']) localStorage.setItem(`avatar-studio-${name}`, text); }", nonsense)
        page.reload()
        settled(page)
        page.click("#tab-play")
        assert page.locator("[data-part=favourites] .picture").count() == 0 and page.is_visible("[data-part=neighbours]"), nonsense


def test_somebodys_own_style_is_no_reason_not_to_mix(visit):
    page = visit()
    first = settled(page)
    play(page)
    other = Avatar({"hair_back": "afro"}, 9, style="own-0000dead")
    page.fill("[data-part=mix-code]", other.code)
    page.press("[data-part=mix-code]", "Enter")
    mixed = decode(settled(page, after=first))
    assert mixed.partner == Avatar({"hair_back": "afro"}, 9) and mixed.style == decode(first).style
