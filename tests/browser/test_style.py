"""The tabs Style and Enlarge with a real browser."""
from __future__ import annotations

import base64
import io
import json
from pathlib import Path

from PIL import Image

from avatar_studio.avatar import Avatar, decode
from avatar_studio.exports.marks import says_generated
from avatar_studio.personal.style_file import style_id, write_style
from avatar_studio.styles import PRESETS

from .acts import move
from .conftest import PHOTOS, settled


def open_styles(page):
    page.click("#tab-style")
    page.wait_for_selector("#panel-style [data-trait=style][data-drawn]")


def test_each_preset_is_pictured_and_one_click_paints_in_it(visit):
    page = visit()
    first = settled(page)
    open_styles(page)
    pictures = page.eval_on_selector_all("#panel-style .choice img", "images => images.map(image => image.src)")
    assert len(set(pictures)) == len(PRESETS) + 1
    before = page.get_attribute("[data-part=preview]", "src")
    page.check("input[name=choice-style][value=watercolour]", force=True)
    painted = settled(page, after=first)
    assert decode(painted).style == "watercolour" and page.get_attribute("[data-part=preview]", "src") != before
    page.click("[data-part=undo]")
    assert settled(page, after=painted) == first


def test_strength_and_a_second_style_move_with_sliders_and_the_link_keeps_them(visit):
    page = visit()
    first = settled(page)
    open_styles(page)
    assert page.is_hidden("#style-strength")
    page.check("input[name=choice-style][value=ink]", force=True)
    second = settled(page, after=first)
    move(page, "style-strength", 0.6)
    third = settled(page, after=second)
    page.select_option("#second-style", "neon")
    fourth = settled(page, after=third)
    move(page, "style-blend", 0.25)
    avatar = decode(settled(page, after=fourth))
    assert (avatar.style, avatar.strength, avatar.second_style, avatar.blend) == ("ink", 0.6, "neon", 0.25)
    page.reload()
    assert decode(settled(page)) == avatar
    page.click("[data-part=dice]")
    assert decode(settled(page, after=avatar.code)).style == "ink"  # the dice leave the style


def test_a_second_styles_slider_stays_while_it_is_dragged_to_nothing_without_the_focus(visit):
    page = visit(f"?a={Avatar(style='ink', second_style='neon', blend=0.5).code}")
    page.evaluate("addEventListener('focusin', ({ target }) => { if (target.type === 'range') setTimeout(() => target.blur()); })")  # as in Safari, where a click focuses none
    page.click("#tab-style")
    slider = page.locator("#style-blend")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, y, steps=10)
    page.wait_for_function("Number(document.querySelector('#style-blend').value) === 0")
    assert slider.is_visible()
    page.mouse.move(box["x"] + 0.75 * box["width"], y, steps=10)
    page.mouse.up()
    avatar = decode(settled(page))
    assert avatar.second_style == "neon" and avatar.blend > 0.7
    page.mouse.down()
    page.mouse.move(box["x"] + 2, y, steps=10)
    page.mouse.up()
    plain = settled(page, after=avatar.code)
    move(page, "style-strength", 0.5)
    assert decode(settled(page, after=plain)).second_style == "none" == page.input_value("#second-style") and slider.is_hidden()


def test_undo_takes_the_second_style_from_its_list_and_none_of_it_is_no_step(visit):
    page = visit(f"?a={Avatar(style='ink').code}")
    first = settled(page)
    page.click("#tab-style")
    page.select_option("#second-style", "neon")
    second = settled(page, after=first)
    page.click("[data-part=undo]")
    assert settled(page, after=second) == first
    assert page.input_value("#second-style") == "none" and page.is_hidden("#style-blend")
    page.click("[data-part=redo]")
    assert settled(page, after=first) == second and page.input_value("#second-style") == "neon"
    page.select_option("#second-style", "none")
    assert settled(page, after=second) == first
    page.select_option("#second-style", "none")
    page.click("[data-part=undo]")
    assert settled(page, after=first) == second


def test_a_link_with_two_styles_shows_how_much_of_the_second(visit):
    page = visit(f"?a={Avatar(style='ink', second_style='neon', blend=0.25).code}")
    page.click("#tab-style")
    assert page.is_visible("#style-blend") and float(page.input_value("#style-blend")) == 0.25


def test_a_style_file_is_opened_kept_by_the_browser_and_deleted(visit, studio):
    file = write_style("My <b>chalk</b>", studio.presets["chalk"])
    page = visit()
    first = settled(page)
    page.click("#tab-style")
    page.set_input_files("[data-part=own-file]", {"name": "style.safetensors", "mimeType": "application/octet-stream", "buffer": file})
    painted = settled(page, after=first)
    assert decode(painted).style == style_id(file)
    page.wait_for_selector("[data-part=own-list] .picture img")
    assert page.inner_text("[data-part=own-list] .one > span") == "My <b>chalk</b>"
    with page.expect_download() as download:
        page.click("[data-part=own-list] .one >> button >> nth=1")
    assert download.value.path().read_bytes() == file
    studio.own_styles.clear()  # another machine, or a server that was started again
    page.goto(page.url.split("?")[0] + f"?a={painted}")
    assert settled(page) == painted
    page.click("#tab-style")
    delete = page.locator("[data-part=own-list] .one >> button >> nth=2")
    delete.click()
    assert delete.inner_text() == "Really delete?" and decode(settled(page)).style == style_id(file)
    delete.click()
    plain = settled(page, after=painted)
    assert decode(plain).style == "none"
    page.keyboard.press("Control+z")  # no step names what is gone
    assert settled(page) == plain and page.locator(".toast.error").count() == 0
    assert json.loads(page.evaluate("localStorage.getItem('avatar-studio-styles')")) == []
    assert page.evaluate("document.activeElement.dataset.part") == "own-picture"  # where the keyboard goes on


def test_a_code_in_a_style_that_is_not_here_says_so(visit):
    page = visit(f"?a={Avatar(style='own-0000dead').code}")
    assert "own filter" in page.inner_text("[data-part=toasts]")
    assert decode(settled(page)).style == "none"


def test_a_file_that_is_no_style_gets_a_sentence(visit):
    page = visit()
    page.click("#tab-style")
    page.set_input_files("[data-part=own-file]", {"name": "style.safetensors", "mimeType": "application/octet-stream", "buffer": b"hello"})
    page.wait_for_selector("[data-part=toasts] .error")
    assert "choose the file" in page.inner_text("[data-part=toasts]")


def test_a_style_is_learned_in_the_background_and_can_be_cancelled(visit):
    page = visit()
    first = settled(page)
    page.click("#tab-style")
    page.set_input_files("[data-part=own-picture]", str(PHOTOS / "p02.jpg"))
    page.wait_for_selector("[data-part=own-preview][src]")
    page.click("#tab-mouth")
    page.eval_on_selector("#trait-mouth_smile", "input => { input.value = -1; for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind)); }")
    settled(page, after=first)  # the page goes on meanwhile
    page.reload()  # who comes back finds the job again
    settled(page)
    page.click("#tab-style")
    page.wait_for_selector("[data-part=own-job]:not([hidden])")
    page.click("[data-part=own-cancel]")
    page.wait_for_selector("[data-part=own-job]", state="hidden")
    assert page.locator("[data-part=own-list] .one").count() == 0


def test_before_and_after_are_compared_and_the_switch_is_kept(visit):
    page = visit()
    first = settled(page)
    page.click("#tab-enlarge")
    page.wait_for_selector("[data-part=compare]:not([hidden])")
    page.eval_on_selector("[data-part=compare] input", "input => { input.value = 20; input.dispatchEvent(new Event('input')); }")
    assert page.eval_on_selector("[data-part=compare]", "node => node.style.getPropertyValue('--at')") == "20%"
    page.uncheck("[data-part=super-resolution]")
    assert decode(settled(page, after=first)).super_resolution is False


def test_a_picture_of_ones_own_comes_back_larger(visit, tmp_path):
    page = visit()
    page.click("#tab-enlarge")
    page.set_input_files("[data-part=enlarge-file]", str(PHOTOS / "p02.jpg"))
    page.wait_for_selector("[data-part=brought]:not([hidden])")
    with Image.open(PHOTOS / "p02.jpg") as photo:
        size = photo.size
    with page.expect_download() as download:
        page.click("[data-part=enlarge-save]")
    data = Path(download.value.path()).read_bytes()
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (2 * size[0], 2 * size[1])
    assert says_generated(data)


def test_a_picture_of_ones_own_comes_in_the_style_if_that_is_wanted(visit):
    page = visit(f"?a={Avatar(style='ink').code}")
    page.click("#tab-enlarge")
    page.check("[data-part=enlarge-styled]")
    page.set_input_files("[data-part=enlarge-file]", str(PHOTOS / "p01.jpg"))
    page.wait_for_selector("[data-part=brought]:not([hidden])")
    with page.expect_download() as download:
        page.click("[data-part=enlarge-save]")
    with Image.open(download.value.path()) as picture:
        assert picture.size == (512, 512)  # what is painted has 256 pixels first


def test_as_large_as_it_was_is_offered_only_with_a_style(visit):
    page = visit(f"?a={Avatar(style='ink').code}")
    first = settled(page)
    page.click("#tab-enlarge")
    once = page.locator("label:has([name=enlarge-scale][value='1'])")
    assert once.is_hidden()
    page.check("[data-part=enlarge-styled]")
    once.click()
    page.click("#tab-style")
    page.click("#panel-style .choice:has(input[value=none])")
    settled(page, after=first)
    page.click("#tab-enlarge")
    assert once.is_hidden() and page.is_checked("[name=enlarge-scale][value='2']")


def test_a_brought_picture_follows_the_style_that_it_is_painted_in(visit):
    page = visit(f"?a={Avatar(style='ink').code}")
    first = settled(page)
    page.click("#tab-enlarge")
    page.check("[data-part=enlarge-styled]")
    page.set_input_files("[data-part=enlarge-file]", str(PHOTOS / "p01.jpg"))
    page.wait_for_selector("[data-part=brought]:not([hidden])")
    for style in ("watercolour", "none"):
        before = page.get_attribute("[data-part=brought] .after", "src")
        page.click("#tab-style")
        page.click(f"#panel-style .choice:has(input[value={style}])")
        first = settled(page, after=first)
        page.click("#tab-enlarge")
        page.wait_for_function("src => document.querySelector('[data-part=brought] .after').src !== src", arg=before)
    with Image.open(PHOTOS / "p01.jpg") as photo, page.expect_download() as download:
        page.click("[data-part=enlarge-save]")
        with Image.open(download.value.path()) as picture:
            assert picture.size == (2 * photo.width, 2 * photo.height)  # as it was brought


def test_each_of_twelve_own_styles_is_pictured(visit, studio):
    page = visit()
    files = [write_style(f"Style {k}", studio.presets["chalk"]) for k in range(12)]
    styles = [{"id": style_id(file), "name": f"Style {k}", "file": base64.b64encode(file).decode()} for k, file in enumerate(files)]
    page.evaluate("styles => localStorage.setItem('avatar-studio-styles', JSON.stringify(styles))", styles)
    page.reload()
    settled(page)
    page.click("#tab-style")
    page.wait_for_function("() => document.querySelectorAll('[data-part=own-list] .picture img[src]').length === 12")


def test_the_comparison_follows_undo_and_redo(visit):
    page = visit()
    first = settled(page)
    page.click("#tab-mouth")
    move(page, "trait-mouth_smile", -1)
    second = settled(page, after=first)
    page.click("#tab-enlarge")
    page.wait_for_selector("[data-part=compare]:not([hidden])")
    for step, before in (("undo", second), ("redo", first)):
        old = page.get_attribute("[data-part=compare] .before", "src")
        page.click(f"[data-part={step}]")
        settled(page, after=before)
        page.wait_for_function("old => document.querySelector('[data-part=compare] .before').src !== old", arg=old)
