"""Where the keyboard is after what it did, with a real browser: never nowhere."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import decode

from .acts import calls, play, stored
from .conftest import PHOTOS, settled


def press(page, name: str) -> None:
    """Press a part of the page by the keyboard."""
    page.focus(f"[data-part={name}]")
    page.keyboard.press("Enter")


def holds(page, name: str) -> None:
    """Wait until the keyboard is at a part of the page."""
    page.wait_for_selector(f"[data-part={name}]:focus")


def test_undo_to_the_end_keeps_the_keyboard(visit):
    page = visit()
    first = settled(page)
    press(page, "dice")
    second = settled(page, after=first)
    press(page, "undo")
    assert settled(page, after=second) == first and page.is_disabled("[data-part=undo]")
    holds(page, "undo")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    holds(page, "redo")


def test_after_a_download_the_keyboard_is_at_the_menu(visit):
    page = visit()
    page.focus("[data-part=save-menu] summary")
    page.keyboard.press("Enter")
    with page.expect_download():
        press(page, "save")
    page.wait_for_selector("[data-part=save-menu]:not([open]) > summary:focus")


def test_a_pack_leaves_the_keyboard_where_it_was_asked_for(visit):
    page = visit()
    page.click("[data-part=save-menu] summary")
    page.select_option("[data-part=packs]", "pngtuber")
    with page.expect_download():
        press(page, "pack")
        page.wait_for_selector("[data-part=pack-progress]:not([hidden])")
        holds(page, "pack")
    holds(page, "pack")


def test_the_camera_and_the_photo_hand_the_keyboard_on(visit):
    page = visit(permissions=["camera"])
    press(page, "camera")
    holds(page, "snap")
    press(page, "camera-cancel")
    holds(page, "camera")
    first = settled(page)
    page.set_input_files("[data-part=file]", PHOTOS / "p02.jpg")
    settled(page, after=first)
    page.wait_for_selector("[data-part=photo][data-state=done]")
    press(page, "photo-clear")
    holds(page, "file")


def test_the_link_that_was_copied_by_hand_leads_back_to_its_button(visit):
    page = visit()
    page.evaluate("() => { navigator.clipboard.write = () => Promise.reject(); document.execCommand = () => false; }")
    press(page, "link")
    holds(page, "link-text")
    press(page, "by-hand-close")
    holds(page, "link")


@pytest.mark.parametrize("name", ["mix-end", "recent-clear", "taste-forget"])
def test_what_ends_in_the_play_tab_leaves_the_keyboard_there(visit, name):
    page = visit()
    first = settled(page)
    play(page)
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=taste-forget]:visible")
    page.click("[data-part=mix-dice]")
    settled(page, after=first)
    page.wait_for_selector("[data-part=recent-clear]:visible")
    press(page, name)
    page.wait_for_selector(f"[data-part={name}]", state="hidden")
    page.wait_for_selector("#panel-play :focus")


def test_a_slider_that_a_key_moves_on_is_one_step(visit):
    page = visit()
    page.clock.set_fixed_time(0)  # all presses within a second, however slow the machine is
    first = settled(page)
    page.focus("#trait-skin_tone")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        now = settled(page, after=first)
    page.wait_for_function("value => document.querySelector('#trait-skin_tone').value === value", arg=str(decode(first).traits["skin_tone"] + 0.03))
    assert decode(now := settled(page, after=first)).traits["skin_tone"] == pytest.approx(decode(first).traits["skin_tone"] + 0.03)
    assert [one["code"] for one in stored(page, "recent")] == [now]
    page.click("[data-part=undo]")
    assert settled(page, after=now) == first and page.is_disabled("[data-part=undo]")
    page.focus("#trait-skin_tone")
    page.keyboard.press("ArrowRight")
    second = settled(page, after=first)
    page.focus("#trait-skin_undertone")
    page.keyboard.press("ArrowRight")  # another one is another step
    third = settled(page, after=second)
    page.click("[data-part=undo]")
    assert settled(page, after=third) == second


def test_what_a_key_takes_back_and_moves_again_can_be_undone(visit):
    page = visit()
    page.clock.set_fixed_time(0)
    first = settled(page)
    page.focus("#trait-skin_tone")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    last = settled(page, after=first)
    assert page.is_enabled("[data-part=undo]")
    page.click("[data-part=undo]")
    assert settled(page, after=last) == first


def test_what_others_see_at_once_is_told_to_those_who_hear(visit):
    page = visit()
    first = settled(page)
    page.fill("[data-part=sentence]", "short blue hair, green eyes")
    page.press("[data-part=sentence]", "Enter")
    page.wait_for_selector("[data-part=told]:has-text('Understood:'):has-text('Eye')")
    second = settled(page, after=first)
    for name, words in (("undo", "Undone."), ("redo", "Redone."), ("dice", "Another avatar.")):
        press(page, name)
        page.wait_for_selector(f"[data-part=told] :text-is('{words}')", state="attached")
    settled(page, after=second)


def test_the_heart_has_one_name(visit):
    page = visit()
    name = page.get_attribute("[data-part=heart]", "aria-label")
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    assert page.get_attribute("[data-part=heart]", "aria-label") == name


def test_a_job_that_is_cancelled_leaves_the_keyboard_in_its_tab(visit):
    page = visit()
    calls(page, "learning_model", lambda route: route.fulfill(json={"state": "running", "place": 0, "share": 0.1, "seconds": 40, "losses": {}, "kind": "face", "device": "cpu"}))
    calls(page, "stop", lambda route: route.fulfill(json={}))
    page.evaluate("() => localStorage.setItem('avatar-studio-face', JSON.stringify({ session: 's', job: 'j' }))")
    page.reload()
    settled(page)
    page.click("#tab-mine")
    press(page, "mine-cancel")
    page.wait_for_selector("[data-part=mine-job]", state="hidden")
    holds(page, "mine-start")
