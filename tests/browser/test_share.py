"""What the file will have, sharing it, and the link, with a real browser."""
from __future__ import annotations

import io

import pytest
from PIL import Image

from avatar_studio.avatar import decode
from avatar_studio.exports.marks import avatar_from

from .acts import calls, move
from .conftest import PHOTOS, settled

PHONE = """(() => {
    window.shares = [];
    window.refusal = null;
    navigator.canShare = ({ files }) => files.every((file) => file instanceof File && file.type === 'image/png');
    navigator.share = async ({ files: [file] }) => {
        if (window.refusal) throw new DOMException('', window.refusal);
        window.shares.push({ name: file.name, type: file.type, bytes: [...new Uint8Array(await file.arrayBuffer())] });
    };
})()"""  # a browser that hands pictures to other apps
NO_CLIPBOARD = """(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    document.execCommand = (name) => { window.copied = name === 'copy' && window.allowed !== false && getSelection().toString(); return Boolean(window.copied); };
})()"""  # as on a page by http


def sheet(page):
    page.click("[data-part=save-menu] summary")


def saved(page) -> Image.Image:
    with page.expect_download() as download:
        page.click("[data-part=save]")
    return Image.open(io.BytesIO(download.value.path().read_bytes()))


def test_the_box_tells_that_the_picture_is_transparent_while_the_background_is(visit):
    page = visit()
    first = settled(page)
    sheet(page)
    assert page.is_checked("[data-part=transparent]") and page.is_disabled("[data-part=transparent]")
    assert saved(page).getextrema()[3][0] == 0
    page.click("#tab-background")
    page.click("[data-trait=background_colour] .swatch >> nth=2")
    second = settled(page, after=first)
    sheet(page)
    assert not page.is_checked("[data-part=transparent]") and page.is_enabled("[data-part=transparent]")
    assert saved(page).getextrema()[3][0] == 255
    sheet(page)
    page.check("[data-part=transparent]")
    page.click("[data-part=undo]")
    settled(page, after=second)
    page.click("[data-part=redo]")
    settled(page, after=first)
    sheet(page)
    assert page.is_checked("[data-part=transparent]") and page.is_enabled("[data-part=transparent]")  # as it was chosen
    assert saved(page).getextrema()[3][0] == 0


def test_a_jpeg_and_what_stands_on_a_photo_are_not_called_transparent(visit):
    page = visit()
    sheet(page)
    page.check("[name=save-format][value=jpeg]", force=True)
    assert not page.is_checked("[data-part=transparent]") and page.is_disabled("[data-part=transparent]")
    page.check("[name=save-format][value=png]", force=True)
    assert page.is_checked("[data-part=transparent]")
    page.set_input_files("[data-part=behind]", PHOTOS / "p02.jpg")
    assert not page.is_checked("[data-part=transparent]")
    page.click("[data-part=behind-clear]")
    assert page.is_checked("[data-part=transparent]")


def test_a_phone_shares_the_picture(visit):
    page = visit(script=PHONE, viewport={"width": 360, "height": 560}, has_touch=True, is_mobile=True)
    code = settled(page)
    sheet(page)
    page.click("[data-part=share]")
    page.wait_for_selector(".sheet", state="hidden")
    (file,) = page.evaluate("window.shares")
    assert (file["name"], file["type"]) == ("avatar-512.png", "image/png")
    assert avatar_from(bytes(file["bytes"])).traits == decode(code).traits


def test_who_shares_with_nobody_gets_no_file_and_a_refusal_is_a_download(visit):
    page = visit(script=PHONE)
    downloads = []
    page.on("download", lambda download: downloads.append(download))
    page.evaluate("window.refusal = 'AbortError'")
    sheet(page)
    page.click("[data-part=share]")
    page.wait_for_selector(".sheet", state="hidden")
    assert downloads == []
    page.evaluate("window.refusal = 'NotAllowedError'")
    sheet(page)
    with page.expect_download():
        page.click("[data-part=share]")
    page.wait_for_selector(".toast:has-text('Downloaded')")


def test_a_browser_that_shares_no_pictures_offers_nothing(visit):
    page = visit(script="delete Navigator.prototype.canShare")
    sheet(page)
    assert page.is_hidden("[data-part=share]")


def test_by_http_the_link_is_copied_as_browsers_always_could(visit):
    page = visit(script=NO_CLIPBOARD)
    page.click("[data-part=link]")
    page.wait_for_selector(".toast:has-text('Link copied')")
    assert page.evaluate("window.copied").endswith(f"?a={settled(page)}") and page.is_hidden("[data-part=by-hand]")
    assert page.evaluate("document.activeElement.dataset.part") == "link"


@pytest.mark.parametrize("script", ["", "delete window.ClipboardItem"])  # Firefox has it from 127 on
def test_a_link_that_is_copied_while_a_picture_is_drawn_is_that_pictures(visit, script):
    page = visit(script=script, permissions=["clipboard-read", "clipboard-write"])
    first, held = settled(page), []
    calls(page, "draw", held.append)
    with page.expect_request(lambda request: '"draw"' in (request.post_data or "")):
        move(page, "trait-skin_tone", 0.9)
    page.click("[data-part=link]")
    page.wait_for_selector("[data-part=link][aria-busy=true]")
    held[0].continue_()
    page.wait_for_selector(".toast:has-text('Link copied')")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"?a={settled(page, after=first)}") and page.is_hidden("[data-part=by-hand]")


def test_a_link_that_cannot_be_copied_is_shown(visit):
    page = visit(script=NO_CLIPBOARD)
    page.evaluate("window.allowed = false")
    page.click("[data-part=link]")
    page.wait_for_selector("[data-part=by-hand]:not([hidden])")
    assert page.locator(".toast").count() == 0 and f"?a={settled(page)}" in page.evaluate("getSelection().toString()")


@pytest.mark.parametrize("model", [False, True])
def test_who_copies_a_link_reads_of_files_only_where_one_is_needed(visit, studio, model_file, model):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    first = settled(page)
    if model:
        page.click("#tab-mine")
        page.set_input_files("[data-part=mine-file]", {"name": "ann.safetensors", "mimeType": "application/octet-stream", "buffer": model_file(1)})
        settled(page, after=first)
        page.wait_for_selector(".toast", state="detached")
    page.click("[data-part=link]")
    page.wait_for_selector(".toast:has-text('Link copied')")
    assert ("model" in page.inner_text(".toast")) == model
    for name in [*studio.models]:
        studio.forget(name)


def test_by_http_the_camera_button_opens_the_phones_own(visit):
    page = visit(script="Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    first = settled(page)
    with page.expect_file_chooser() as chooser:
        page.click("[data-part=camera]")
    chooser.value.set_files(PHOTOS / "p02.jpg")
    assert settled(page, after=first) != first and page.is_visible("[data-part=photo-canvas]")


def test_a_loop_is_offered_once_and_its_other_formats_come_last(visit):
    page = visit()
    first = page.eval_on_selector_all("[data-part=packs] > option", "all => all.map((one) => one.value)")
    rest = page.eval_on_selector_all("[data-part=packs] > :last-child > option", "all => all.map((one) => one.value)")
    assert [value for value in first if value.startswith("blink")] == ["blink:webp"] and {"blink:gif", "blink:apng"} <= set(rest)


def test_no_call_of_the_page_says_which_avatar_it_shows(visit):
    page = visit(f"?a={decode(settled(visit())).code}")
    with page.expect_request(lambda request: "component_server" in request.url) as called:
        page.click("[data-part=dice]")
    assert "referer" not in called.value.all_headers()
