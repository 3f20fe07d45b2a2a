"""Taking away in the browser of another app, which takes no downloads: a picture is held with a finger instead."""
from __future__ import annotations

import pytest

from .acts import REACHED, calls
from .conftest import settled

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/134.0.0.0 Mobile Safari/537.36"
APPS = {"WeChat": f"{ANDROID} Build/AP4A) {CHROME} XWEB/1340 MicroMessenger/8.0.60 Language/zh_CN", "Instagram": f"{IPHONE} Mobile/15E148 Instagram 390.0",
        "another's WebView": f"{ANDROID}; wv) {CHROME}", "another on an iPhone": f"{IPHONE} Mobile/15E148"}
BROWSERS = {"Chrome": f"{ANDROID}) {CHROME}", "Safari": f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Firefox": f"{IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def opened(visit, agent: str):
    """The page in a browser that calls itself so, with the sheet of what can be taken away open, and the list of what was downloaded."""
    page, downloads = visit(user_agent=agent, **PHONE), []
    page.on("download", lambda download: downloads.append(download))
    page.click("[data-part=save-menu] summary")
    return page, downloads


@pytest.mark.parametrize("app", APPS)
def test_in_an_app_the_picture_is_shown_to_be_held(visit, app):
    page, downloads = opened(visit, APPS[app])
    page.click("[data-part=save]")
    page.wait_for_selector("[data-part=hold] >> text=Hold a finger on the picture")
    assert page.eval_on_selector("[data-part=hold-picture]", "image => image.decode().then(() => [image.naturalWidth, image.src.slice(0, 15)])") == [512, "data:image/png;"]
    assert all(page.eval_on_selector(f"[data-part={part}]", REACHED) for part in ("hold-picture", "hold-close"))
    page.click("[data-part=hold-close]")
    assert page.is_hidden("[data-part=hold]") and page.locator(".toast").count() == 0 and downloads == []
    assert page.evaluate("document.activeElement.parentNode.dataset.part") == "save-menu"  # the keyboard is where it was


def test_what_is_no_picture_is_refused_before_it_is_made(visit):
    page, downloads = opened(visit, APPS["WeChat"])
    made = []
    calls(page, "pack", lambda route: (made.append(route), route.continue_()))
    page.click("[data-part=pack]")
    page.wait_for_selector(".toast.error:has-text('Open the page in your phone’s browser')")
    page.select_option("[data-part=packs]", "blink:webp")
    assert made == []
    page.click("[data-part=pack]")
    page.wait_for_selector("[data-part=hold-picture][src^='data:image/webp']")  # a loop is a picture
    assert len(made) == 1 and downloads == []


@pytest.mark.parametrize("name", BROWSERS)
def test_a_phones_own_browser_downloads(visit, name):
    page, downloads = opened(visit, BROWSERS[name])
    with page.expect_download():
        page.click("[data-part=save]")
    page.wait_for_selector(".toast:has-text('Downloaded')")
    assert page.is_hidden("[data-part=hold]") and settled(page)
