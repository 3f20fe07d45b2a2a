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


@pytest.mark.parametrize("name", ["index-*.js", "core-*.js", "Index-*.css", "HTML-*.css"])
def test_a_page_of_which_a_file_was_lost_on_its_way_is_loaded_again(browser, address, name):
    context, lost = browser.new_context(), []
    page = context.new_page()
    page.route(f"**/assets/{name}", lambda route: route.fallback() if route.request.url in lost else (lost.append(route.request.url), route.abort()))
    page.goto(address)
    settled(page)
    assert lost and page.evaluate("sessionStorage.length") == 0
    context.close()


def test_a_file_that_is_never_there_does_not_have_the_page_loaded_for_ever(browser, address):
    context, pages = browser.new_context(), []
    page = context.new_page()
    page.clock.install()
    page.add_init_script("sessionStorage.setItem('avatar-studio-loads', 3)")
    page.on("request", lambda request: pages.append(request) if request.is_navigation_request() else None)
    with page.expect_event("requestfailed"):
        page.route("**/assets/index-*.js", lambda route: route.abort())
        page.goto(address)
    page.clock.run_for(5000)
    assert len(pages) == 1
    context.close()
