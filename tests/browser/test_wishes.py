"""What a person wishes while an answer is on its way, with a real browser: the newest wish stands."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import Avatar, decode

from .acts import calls, drag, move, play, stored
from .conftest import PHOTOS, settled


def held(page, name: str) -> list:
    """Hold back the calls of one of the server's functions; they come into the list."""
    routes = []
    calls(page, name, routes.append)
    return routes


def choose(page, name: str) -> None:
    with page.expect_request(lambda request: '"selfie"' in (request.post_data or "")):
        page.set_input_files("[data-part=file]", PHOTOS / name)


def test_what_is_changed_while_a_photo_is_read_stays_changed(visit):
    page = visit()
    first, slow = settled(page), held(page, "selfie")
    choose(page, "p02.jpg")
    page.click("#tab-background")
    page.check("input[name=choice-background][value=gradient]", force=True)
    second = settled(page, after=first)
    page.click("#tab-style")
    page.check("input[name=choice-style][value=ink]", force=True)
    third = settled(page, after=second)
    page.click("#tab-mouth")
    move(page, "trait-mouth_smile", -1)
    fourth = settled(page, after=third)
    page.click("#tab-hair")
    page.click("[data-lock=hair]")
    slow[0].continue_()
    page.wait_for_selector("[data-part=photo][data-state=done]")
    now, before = decode(settled(page, after=fourth)), decode(fourth)
    assert (now.background, now.style, now.traits["mouth_smile"]) == ("gradient", "ink", -1)
    assert now.traits["hair_hue"] == before.traits["hair_hue"] and now.traits["hair_back"] == before.traits["hair_back"]
    assert now.traits["skin_tone"] != before.traits["skin_tone"]  # and the rest is the photo's
    assert page.locator("[data-chip=hair_back], [data-chip=hair_colour]").count() == 0
    page.click("[data-part=undo]")
    assert settled(page, after=now.code) == fourth


def test_what_is_said_while_a_photo_is_read_stays_said(visit):
    page = visit()
    first, slow = settled(page), held(page, "selfie")
    choose(page, "p02.jpg")
    page.fill("[data-part=sentence]", "pink hair and cat ears")
    page.keyboard.press("Enter")
    second = settled(page, after=first)
    slow[0].continue_()
    page.wait_for_selector("[data-part=photo][data-state=done]")
    now, said = decode(settled(page, after=second)).traits, decode(second).traits
    assert (now["hair_hue"], now["headwear"]) == (said["hair_hue"], "cat_ears") and now["skin_tone"] != said["skin_tone"]


def test_two_sentences_that_wait_for_the_dice_are_both_heard(visit):
    page = visit()
    first, slow = settled(page), held(page, "roll")
    page.click("[data-part=dice]")
    for sentence in ("pink hair", "sunglasses"):
        page.fill("[data-part=sentence]", sentence)
        page.keyboard.press("Enter")
    slow[0].continue_()
    page.wait_for_function("() => !document.querySelector('[data-part=tell]').classList.contains('busy')")
    heard = decode(settled(page, after=first)).traits
    assert heard["glasses"] == "sun" and 320 < heard["hair_hue"] < 360


def test_a_slider_that_is_dragged_back_to_where_it_was_comes_to_rest(visit):
    page = visit()
    first = settled(page)
    drag(page, "freckles", 0.5)
    page.wait_for_selector("[data-part=frame]:not([hidden])")
    box = page.locator("#trait-freckles").bounding_box()
    page.mouse.move(box["x"] - 40, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_selector("[data-part=frame]", state="hidden")
    assert settled(page) == first


def test_what_is_dragged_while_a_photo_arrives_is_still_dragged(visit):
    page = visit()
    first, slow = settled(page), held(page, "selfie")
    choose(page, "p02.jpg")
    page.eval_on_selector("#trait-skin_tone", "input => { input.value = 1; input.dispatchEvent(new Event('input')); }")
    slow[0].continue_()
    page.wait_for_selector("[data-part=photo][data-state=done]")
    page.eval_on_selector("#trait-skin_tone", "input => input.dispatchEvent(new Event('change'))")
    assert decode(settled(page, after=first)).traits["skin_tone"] == 1


def test_two_that_are_opened_at_once_do_not_mix(visit):
    one, other = Avatar({"hair_back": "afro", "glasses": "round"}, 9), Avatar({"hair_back": "bob"}, 11)
    page = visit(f"?a={one.code}")
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    page.goto(page.url.split("?")[0] + f"?a={other.code}")
    settled(page)
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    page.click("[data-part=dice]")
    third = settled(page, after=other.code)
    page.click("#tab-play")
    page.evaluate("() => { for (const one of document.querySelectorAll('[data-part=favourites] .picture')) one.click(); }")
    page.wait_for_function("code => document.querySelector('[data-part=root]').dataset.code === code", arg=one.code)
    assert settled(page, after=third) == one.code


def change_style(page):
    page.click("#tab-style")
    page.check("input[name=choice-style][value=ink]", force=True)
    return lambda avatar: avatar.style == "ink"


def change_background(page):
    page.click("#tab-background")
    page.check("input[name=choice-background][value=gradient]", force=True)
    return lambda avatar: avatar.background == "gradient"


def change_exploring(page):
    page.click("#tab-play")
    move(page, "explore-0", 0.5)
    return lambda avatar: avatar.explore[0] == 0.5


def pictures(page) -> list:
    return page.eval_on_selector_all("[data-part=neighbours] img", "images => images.map(image => image.src)")


@pytest.mark.parametrize("change", [change_style, change_background, change_exploring])
def test_neighbours_follow_what_else_is_changed(visit, change):
    page = visit()
    first = settled(page)
    play(page)
    before = pictures(page)
    has = change(page)
    second = settled(page, after=first)
    page.click("#tab-play")
    page.wait_for_function("old => document.querySelector('[data-part=neighbours] img')?.src !== old", arg=before[0])
    page.click("[data-part=neighbours] .picture >> nth=3")
    assert has(decode(settled(page, after=second)))


def test_a_neighbour_of_before_leaves_the_lock_and_the_style_of_now(visit):
    page = visit()
    first = settled(page)
    play(page)
    held(page, "neighbours")  # a server that has no time for other ones
    change_style(page)
    second = settled(page, after=first)
    page.click("#tab-hair")
    page.click("[data-lock=hair]")
    page.click("#tab-play")
    page.click("[data-part=neighbours] .picture >> nth=3")
    now, before = decode(settled(page, after=second)), decode(second)
    assert now.style == "ink" and now.seed == before.seed and now.traits != before.traits
    assert all(now.traits[name] == before.traits[name] for name in now.traits if name.startswith("hair_"))


def test_a_new_lock_draws_other_neighbours(visit):
    page = visit()
    play(page)
    page.click("#tab-hair")
    page.click("[data-lock=hair]")
    with page.expect_request(lambda request: '"neighbours"' in (request.post_data or "")) as asked:
        page.click("#tab-play")
    assert '"keep":["hair"]' in asked.value.post_data.replace(" ", "")


def roll(page) -> None:
    with page.expect_request(lambda request: '"roll"' in (request.post_data or "")):
        page.click("[data-part=dice]")


def test_impatient_rolls_are_one(visit):
    page = visit()
    first, slow = settled(page), held(page, "roll")
    for _ in range(3):
        roll(page)
    for one in slow:
        one.continue_()
    second = settled(page, after=first)
    page.click("[data-part=undo]")
    assert settled(page, after=second) == first and page.is_disabled("[data-part=undo]")


def test_undo_stands_although_a_roll_of_before_arrives(visit):
    page = visit()
    first = settled(page)
    roll(page)
    second, slow = settled(page, after=first), held(page, "roll")
    roll(page)
    page.click("[data-part=undo]")
    with page.expect_response(lambda response: response.request == slow[0].request) as late:
        slow[0].continue_()
    late.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert settled(page, after=second) == first
    page.click("[data-part=redo]")
    assert settled(page, after=first) == second


def test_a_new_wish_ends_what_could_be_done_again(visit):
    page = visit()
    first = settled(page)
    roll(page)
    second = settled(page, after=first)
    for key, before, after in (("z", second, first), ("y", first, second), ("z", second, first)):
        page.keyboard.press(f"Control+{key}")
        assert settled(page, after=before) == after
    move(page, "trait-skin_tone", 1)
    third = settled(page, after=first)
    assert page.is_disabled("[data-part=redo]")
    page.click("[data-part=undo]")
    assert settled(page, after=third) == first


def test_a_link_that_is_copied_while_a_change_is_drawn_waits_for_it(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    first, slow = settled(page), held(page, "draw")
    with page.expect_request(lambda request: '"draw"' in (request.post_data or "")):
        move(page, "trait-skin_tone", 1)
    page.click("[data-part=link]")
    slow[0].continue_()
    second = settled(page, after=first)
    page.wait_for_selector(".toast:has-text('Link copied')")
    assert second in page.evaluate("navigator.clipboard.readText()")


def test_a_heart_is_for_the_avatar_that_is_seen(visit):
    page = visit()
    first, slow = settled(page), held(page, "roll")
    roll(page)
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    assert [one["code"] for one in stored(page, "favourites")] == [first]
    slow[0].continue_()
    settled(page, after=first)


def test_a_heart_that_is_pressed_while_a_change_is_drawn_waits_for_it(visit):
    page = visit()
    first, slow = settled(page), held(page, "draw")
    with page.expect_request(lambda request: '"draw"' in (request.post_data or "")):
        move(page, "trait-skin_tone", 1)
    page.click("[data-part=heart]")
    slow[0].continue_()
    second = settled(page, after=first)
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    assert [one["code"] for one in stored(page, "favourites")] == [second]
