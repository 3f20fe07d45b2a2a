"""Which avatar is there when the page opens, and how one begins again, with a real browser."""
from __future__ import annotations

import json

import pytest

from avatar_studio.avatar import Avatar, decode
from avatar_studio.web.server import WELCOME

from .conftest import settled

RECENT = "avatar-studio-recent"
PICTURE = "data:image/webp;base64,AAAA"


def reopened(page, address: str) -> str:
    """Come back by the plain address, as from a bookmark. Returns the code of the avatar that is there."""
    page.goto("about:blank")
    page.goto(address)
    return settled(page)


def keep(page, *codes: str) -> None:
    page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [RECENT, json.dumps([{"code": code, "picture": PICTURE} for code in codes])])


def test_who_comes_back_finds_the_last_avatar(visit, address):
    page = visit()
    first = settled(page)
    page.click("[data-part=dice]")
    second = settled(page, after=first)
    page.click("[data-part=dice]")
    third = settled(page, after=second)
    assert reopened(page, address) == third and page.is_disabled("[data-part=undo]")
    assert reopened(page, f"{address}?a={first}") == first  # a link goes before it


@pytest.mark.parametrize("code", ["Anonsense", Avatar(model="me-0000dead").code])
def test_a_last_avatar_that_cannot_be_drawn_is_passed_over_without_a_word(visit, address, code):
    page = visit()
    keep(page, code)
    assert decode(reopened(page, address)) == WELCOME
    assert page.locator(".toast").count() == 0


def test_without_storage_the_default_avatar_is_there(visit, address):
    page = visit()
    keep(page, Avatar(seed=5).code)
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('off', 'SecurityError'); } })")
    assert decode(reopened(page, address)) == WELCOME


def test_without_storage_everything_is_forgotten_too(visit, address):
    page = visit()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('off', 'SecurityError'); } })")
    page.goto(f"{address}?a={Avatar(seed=5).code}")
    settled(page)
    page.click("#tab-play")
    page.click("button:has-text('Forget everything')")
    with page.expect_navigation(url=lambda address: "a=" not in address):
        page.click("button:has-text('Press again')")
    assert decode(settled(page)) == WELCOME


def test_the_logo_begins_again_and_undo_brings_back_what_was_there(visit):
    page = visit()
    first = settled(page)
    page.click("[data-part=dice]")
    second = settled(page, after=first)
    page.get_by_role("button", name="Start over").click()
    assert decode(settled(page, after=second)) == WELCOME
    page.wait_for_selector(".toast:has-text('Undo')")
    page.click("[data-part=undo]")
    assert settled(page, after=first) == second


def test_a_sentence_begins_again_too(visit):
    page = visit(locale="zh-CN")
    first = settled(page)
    page.click("[data-part=dice]")
    second = settled(page, after=first)
    page.fill("[data-part=sentence]", "重新开始")
    page.press("[data-part=sentence]", "Enter")
    assert decode(settled(page, after=second)) == WELCOME
    page.wait_for_selector(".toast:has-text('撤销')")
