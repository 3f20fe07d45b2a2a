"""Taking away, with a real browser."""
from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from avatar_studio.avatar import Avatar, decode
from avatar_studio.exports.marks import avatar_from
from avatar_studio.exports.pictures import with_label

from serving import serving

from .acts import calls
from .conftest import PHOTOS, settled


def test_a_jpeg_on_an_own_background_opens_its_avatar_again(visit):
    page = visit()
    first = settled(page)
    page.click("[data-part=save-menu] summary")
    page.check("[name=save-format][value=jpeg]", force=True)
    page.check("[data-part=label]")
    page.set_input_files("[data-part=behind]", PHOTOS / "p02.jpg")
    assert "p02.jpg" in page.inner_text("[data-part=behind-words]")
    with page.expect_download() as download:
        page.click("[data-part=save]")
    data = download.value.path().read_bytes()
    with Image.open(io.BytesIO(data)) as picture, Image.open(PHOTOS / "p02.jpg") as photo:
        assert picture.format == "JPEG" and picture.size == photo.size == (512, 512)
        assert np.abs(np.subtract(picture.crop((0, 0, 40, 40)), photo.crop((0, 0, 40, 40)), dtype=int)).mean() < 6  # it is behind
        labelled = np.asarray(picture, int)
    page.click("[data-part=save-menu] summary")
    page.uncheck("[data-part=label]")
    with page.expect_download() as download:
        page.click("[data-part=save]")
    with Image.open(download.value.path()) as picture:
        rows, columns = np.nonzero(np.abs(labelled - np.asarray(picture, int)).max(-1) > 40)
    assert len(rows) > 100 and rows.min() > 430 and 180 < columns.min() < 300  # "AI-generated"
    assert avatar_from(data).traits == decode(first).traits
    page.click("[data-part=dice]")
    second = settled(page, after=first)
    page.set_input_files("[data-part=file]", {"name": "avatar.jpg", "mimeType": "image/jpeg", "buffer": data})
    assert decode(settled(page, after=second)).traits == decode(first).traits


def test_with_a_provider_the_label_cannot_be_left_out_and_the_page_says_why(browser, studio, jobs, provider):
    with serving(studio, jobs) as served:
        page = browser.new_page(locale="zh-CN", accept_downloads=True)
        page.goto(served.local_url)
        settled(page)
        assert page.inner_text("[data-part=made]") == "AI 生成" and page.locator("[data-part=made]").bounding_box()["y"] < 700
        page.click("[data-part=save-menu] summary")
        assert page.is_checked("[data-part=label]") and page.is_disabled("[data-part=label]") and "不能取消" in page.inner_text("[data-part=label-words]")
        page.eval_on_selector("[data-part=label]", "box => { box.checked = box.disabled = false; }")
        with page.expect_download() as download:
            page.click("[data-part=save]")
        with Image.open(download.value.path()) as picture:
            assert json.loads(picture.text["AIGC"])["ContentProducer"] == provider
            assert picture.tobytes() == with_label(studio.draw(avatar_from(download.value.path().read_bytes())), "zh").tobytes()
        page.click("[data-language=en]")
        assert "AI-generated" in page.inner_text("[data-part=made]")
        page.close()


def test_without_one_the_page_has_the_choice(visit):
    page = visit()
    assert page.is_hidden("[data-part=made]")
    page.click("[data-part=save-menu] summary")
    assert not page.is_checked("[data-part=label]") and page.is_enabled("[data-part=label]") and page.inner_text("[data-part=label-words]") == "Show “AI-generated” on it"


def test_a_picture_may_leave_without_its_background(visit):
    page = visit(f"?a={Avatar(background='plain').code}")
    page.click("[data-part=save-menu] summary")
    page.check("[data-part=transparent]")
    with page.expect_download() as download:
        page.click("[data-part=save]")
    with Image.open(download.value.path()) as picture:
        assert picture.getpixel((2, 2))[3] == 0


def test_a_background_that_cannot_be_read_any_more_is_named_and_nothing_downloaded(visit, tmp_path):
    page = visit()
    beach = tmp_path / "beach.jpg"
    beach.write_bytes((PHOTOS / "p02.jpg").read_bytes())
    page.click("[data-part=save-menu] summary")
    page.set_input_files("[data-part=behind]", beach)
    beach.unlink()
    downloads = []
    page.on("download", lambda download: downloads.append(download))
    page.click("[data-part=save]")
    page.wait_for_selector(".toast.error:has-text('beach.jpg')")
    assert downloads == []
    page.click("[data-part=behind-clear]")
    with page.expect_download():
        page.click("[data-part=save]")


def test_a_pack_is_made_while_the_sliders_go_on(visit):
    page = visit()
    first = settled(page)
    page.click("[data-part=save-menu] summary")
    page.select_option("[data-part=packs]", "pngtuber")
    with page.expect_download() as download:
        page.click("[data-part=pack]")
        page.focus("#trait-skin_tone")
        page.keyboard.press("ArrowRight")
        assert settled(page, after=first) != first
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 4
        assert decode(first).traits.items() >= {k: v for k, v in avatar_from(archive.read("idle.png")).traits.items() if k in ("hair_back", "skin_tone")}.items()
    page.wait_for_selector("[data-part=pack-progress]", state="hidden")


@pytest.mark.parametrize("choice,kind", [("blink:gif", "GIF"), ("nod:webp", "WEBP")])
def test_an_animation_is_downloaded(visit, choice, kind):
    page = visit(locale="zh-CN", viewport={"width": 390, "height": 844})
    page.click("[data-part=save-menu] summary")
    page.select_option("[data-part=packs]", choice)
    assert page.locator(".sheet").bounding_box()["x"] >= 0 and page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_download() as download:
        page.click("[data-part=pack]")
    with Image.open(download.value.path()) as moving:
        assert moving.format == kind and moving.n_frames > 5


def test_a_picture_that_is_on_its_way_is_not_saved_twice(visit):
    page = visit()
    slow, downloads = [], []
    page.on("download", lambda download: downloads.append(download))
    calls(page, "save", slow.append)
    page.click("[data-part=save-menu] summary")
    page.click("[data-part=save]")
    page.wait_for_selector("[data-part=save][aria-busy=true]")
    page.evaluate("document.querySelector('[data-part=save]').click()")
    slow[0].continue_()
    page.wait_for_selector(".toast:has-text('Downloaded')")
    assert len(slow) == len(downloads) == 1


def test_escape_closes_the_sheet_wherever_the_focus_is(visit):
    page = visit()
    page.click("[data-part=save-menu] summary")
    page.evaluate("document.activeElement.blur()")  # as after any click in Safari
    page.keyboard.press("Escape")
    page.wait_for_selector(".sheet", state="hidden")


def test_the_sheet_closes_when_the_keyboard_goes_on(visit):
    page = visit()
    page.focus("[data-part=save-menu] > summary")
    page.keyboard.press("Enter")
    page.focus("[data-part=pack]")
    assert page.is_visible(".sheet")
    page.keyboard.press("Tab")
    page.wait_for_selector(".sheet", state="hidden")
    assert page.evaluate("document.activeElement.dataset.part") == "link"
