"""The tab Mine with a real browser: photos and drawings, and learning from them in the background."""
from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from avatar_studio.avatar import decode
from avatar_studio.personal.files import as_png
from avatar_studio.personal.kinds import KINDS
from avatar_studio.personal.model_file import model_id

from ..acts import CALLS, calls, lost, move
from ..conftest import PHOTOS, settled
from .conftest import ANN, served_with, start

WALL = as_png(Image.fromarray(np.uint8([[30, 110], [110, 30]])).resize((300, 300), Image.Resampling.NEAREST))  # tiles


def test_a_face_is_learned_in_the_background_found_again_and_worn(visit, gate, model_file):
    page = visit()
    first = settled(page)
    start(page, "Ann", "p01.jpg", "p02.jpg")
    news = gate.next().news
    assert news["photos"] == 2 and max(news["size"]) <= 1024
    page.wait_for_selector("[data-part=mine-preview][src]")
    assert page.locator("[data-part=mine-chosen] img").count() == 0 and "computer that runs this studio" in page.inner_text("[data-part=mine-state]")
    page.click("#tab-mouth")
    page.eval_on_selector("#trait-mouth_smile", "input => { input.value = -1; for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind)); }")
    moved = settled(page, after=first)  # the page goes on meanwhile
    page.reload()
    assert settled(page) == moved
    page.click("#tab-mine")
    page.wait_for_selector("[data-part=mine-job]:not([hidden])")
    gate.held[-1].open()
    gate.next()
    page.wait_for_selector("[data-part=mine-curve] polyline", state="attached")
    gate.held[-1].open()
    gate.next().open()
    worn = decode(settled(page, after=moved))
    assert worn.model == model_id(model_file(1)) and worn.likeness == 1.0 and worn.traits["hair_back"] == "bob"
    page.wait_for_selector(f"{ANN}[aria-pressed=true] img")
    page.wait_for_selector(".toast:has-text('this is you. Pictures without a face, which were left out: 2.')")
    assert page.is_hidden("[data-part=mine-job]") and page.inner_text("[data-part=mine-list] .one >> nth=1").startswith("Ann")


def choose_style(page) -> None:
    page.click("#tab-mine")
    page.click("label:has([data-part=mine-kind-drawing])")


def test_a_style_is_learned_from_drawings_and_worn_by_the_avatar_of_now(visit, gate, model_file):
    page = visit()
    first = settled(page)
    choose_style(page)
    assert page.is_hidden("[data-part=mine-camera]") and "drawings" in page.inner_text(".play-mine_learn")
    page.click("[data-part=mine-start]")
    assert "at least one drawing" in page.inner_text("[data-part=toasts]")
    page.click("label:has([data-part=mine-kind-face])")  # what was chosen as photos can be learned as drawings
    drawings = [as_png(Image.new("RGBA", (700, 900), (200, 60, 60, alpha))) for alpha in (0, 120)]
    page.set_input_files("[data-part=mine-photos]", [{"name": f"{k}.png", "mimeType": "image/png", "buffer": drawing} for k, drawing in enumerate(drawings)])
    page.wait_for_selector("[data-part=mine-chosen] img >> nth=1")
    choose_style(page)
    page.click("[data-part=mine-start]")
    news = gate.next().news
    assert news["photos"] == 2 and max(news["size"]) <= 512 and news["mode"] == "RGBA"
    page.wait_for_selector("[data-part=mine-preview][src]")
    assert "your style" in page.inner_text("[data-part=mine-job]")
    for _ in range(2):
        gate.held[-1].open()
        gate.next()
    gate.held[-1].open()
    worn = decode(settled(page, after=first))
    assert worn.model == model_id(model_file(2, "Ink", "drawing")) and worn.traits == decode(first).traits and worn.seed == decode(first).seed
    assert "nearly the same as a drawing" in page.inner_text("[data-part=toasts]") and "my style" in page.inner_text("label[for=likeness]")
    move(page, "likeness", 0.5)
    assert decode(settled(page, after=worn.code)).likeness == 0.5


def test_what_was_learned_while_the_page_was_closed_is_worn_when_it_opens(visit, gate, model_file):
    page = visit()
    settled(page)
    start(page, "Ann", "p02.jpg")
    gate.next()
    page.wait_for_selector("[data-part=mine-job]:not([hidden])")
    address = page.url
    page.goto("about:blank")
    for _ in range(2):
        gate.held[-1].open()
        gate.next()
    gate.held[-1].open()
    page.goto(address)
    page.wait_for_selector(f"{ANN}[aria-pressed=true]", state="attached")
    assert decode(settled(page)).model == model_id(model_file(1))


def test_learning_can_be_cancelled_and_needs_a_photo(visit, gate):
    page = visit()
    page.click("#tab-mine")
    page.click("[data-part=mine-start]")
    assert "at least one photo" in page.inner_text("[data-part=toasts]")
    start(page, "", "p02.jpg")
    gate.next()
    page.wait_for_selector("[data-part=mine-job]:not([hidden])")
    page.click("[data-part=mine-cancel]")
    page.wait_for_selector("[data-part=mine-job]", state="hidden")
    page.wait_for_selector(".toast:has-text('Cancelled; your pictures are deleted')")
    assert json.loads(page.evaluate("localStorage.getItem('avatar-studio-face')"))["job"] is None
    assert page.is_hidden("[data-part=mine-list]") and page.is_hidden("[data-part=mine-chosen]")


def test_who_gave_pictures_of_which_nothing_came_has_them_still(visit, gate):
    page = visit()
    start(page, "Ann", "p01.jpg", "p02.jpg")
    gate.next()
    page.wait_for_selector("[data-part=mine-job]:not([hidden])")
    assert page.is_hidden("[data-part=mine-chosen]")
    calls(page, "learning_model", lambda route: route.abort())
    page.wait_for_selector("[data-part=mine-state]:has-text('does not answer; asking again')")
    page.unroute(CALLS)
    calls(page, "learning_model", lambda route: route.fulfill(json={"error": {"en": "No face was found.", "zh": "没有找到人脸。"}}))
    page.wait_for_selector(".toast.error:has-text('No face was found')")
    page.wait_for_selector("[data-part=mine-chosen] img >> nth=1")
    assert page.input_value("[data-part=mine-name]") == "Ann" and page.is_hidden("[data-part=mine-job]")
    page.unroute(CALLS)
    gate.held[-1].open()  # the job that went on all the same
    for _ in range(2):
        gate.next().open()
    lost(visit)


def test_a_cancel_that_is_lost_is_told_and_can_be_pressed_again(visit, gate):
    page = visit()
    start(page, "", "p02.jpg")
    gate.next()
    page.wait_for_selector("[data-part=mine-job]:not([hidden])")
    calls(page, "stop", lambda route: route.abort())
    page.click("[data-part=mine-cancel]")
    page.wait_for_selector(".toast.error:has-text('did not answer')")
    assert page.is_visible("[data-part=mine-job]") and json.loads(page.evaluate("localStorage.getItem('avatar-studio-face')"))["job"]
    page.unroute(CALLS)
    page.click("[data-part=mine-cancel]")
    page.wait_for_selector("[data-part=mine-job]", state="hidden")
    assert json.loads(page.evaluate("localStorage.getItem('avatar-studio-face')"))["job"] is None
    lost(visit)


def test_a_cancel_that_is_answered_late_is_no_error(visit, gate):
    page = visit()
    start(page, "", "p02.jpg")
    gate.next()
    page.wait_for_selector("[data-part=mine-job]:not([hidden])")
    late = []
    calls(page, "stop", lambda route: late.append((route, route.fetch())))
    page.evaluate("() => document.querySelector('[data-part=toasts]').replaceChildren()")
    with page.expect_response(lambda response: '"learning_model"' in response.request.post_data and "error" in response.json()):
        page.click("[data-part=mine-cancel]")
    late[0][0].fulfill(response=late[0][1])
    page.wait_for_selector("[data-part=mine-job]", state="hidden")
    assert page.locator(".toast.error").count() == 0


def held(page) -> str:
    """Where the keyboard is."""
    return page.evaluate("""() => document.activeElement.closest("[data-part=mine-chosen]") ? "the other photo"
        : document.activeElement.closest("[data-part=mine-list]") ? "the models" : document.activeElement.dataset.part""")


def test_photos_are_taken_out_again_and_the_camera_adds_one(visit):
    page = visit()
    page.click("#tab-mine")
    page.set_input_files("[data-part=mine-photos]", [str(PHOTOS / "p01.jpg"), str(PHOTOS / "p02.jpg")])
    page.wait_for_selector("[data-part=mine-chosen] .picture >> nth=1")
    page.click("[data-part=mine-chosen] .picture >> nth=0")
    page.wait_for_selector("[data-part=mine-chosen] .picture >> nth=1", state="detached")
    assert held(page) == "the other photo"
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=mine-chosen]", state="hidden")
    assert held(page) == "mine-photos"
    page.set_input_files("[data-part=mine-photos]", str(PHOTOS / "p01.jpg"))
    page.click("[data-part=mine-camera]")
    page.wait_for_selector("[data-part=mine-mirror]:not([hidden])")
    page.click("[data-part=mine-snap]")
    page.wait_for_selector("[data-part=mine-chosen] .picture >> nth=1")
    page.click("[data-part=mine-mirror-close]")
    assert page.is_hidden("[data-part=mine-mirror]")
    page.set_input_files("[data-part=mine-photos]", [{"name": f"{name}.png", "mimeType": "image/png", "buffer": b"hello"} for name in ("letter", "note")])
    page.wait_for_selector(".toast.error")
    assert "letter.png, note.png cannot be read" in page.inner_text("[data-part=toasts]") and page.locator("[data-part=mine-chosen] .picture").count() == 2


def test_two_taps_on_start_begin_one_job(visit, gate):
    page = visit()
    page.click("#tab-mine")
    page.set_input_files("[data-part=mine-photos]", str(PHOTOS / "p02.jpg"))
    page.wait_for_selector("[data-part=mine-chosen] img")
    begun = []
    page.on("request", lambda request: begun.append(request) if '"learn_model"' in (request.post_data or "") else None)
    page.evaluate("() => { const start = document.querySelector('[data-part=mine-start]'); start.click(); start.click(); }")
    gate.next()
    page.wait_for_selector("[data-part=mine-job]:not([hidden])")
    assert len(begun) == 1 and page.is_enabled("[data-part=mine-start]")
    page.click("[data-part=mine-cancel]")
    page.wait_for_selector("[data-part=mine-job]", state="hidden")


class TestARealJob:
    @pytest.fixture(scope="class")
    def address(self, studio):
        yield from served_with(studio, {"face": replace(KINDS["face"], entry="tests.personal.faces:few"),
                                   "drawing": replace(KINDS["drawing"], entry="tests.personal.faces:few_drawn")})

    def test_a_photo_becomes_a_model_that_paints_its_person(self, visit):
        page = visit()
        page.set_default_timeout(180_000)  # the worker starts, and reads the photo, on slow machines too
        first = settled(page)
        start(page, "Hopper", "p01.jpg")
        page.wait_for_selector("[data-part=mine-preview][src]")
        worn = decode(settled(page, after=first))
        assert worn.model.startswith("me-") and worn.traits["glasses"] != "none"  # as the selfie reader saw her
        page.wait_for_selector(f"{ANN}[aria-pressed=true] img")
        move(page, "likeness", 0.0)
        assert decode(settled(page, after=worn.code)).likeness == 0.0

    def test_a_picture_without_a_face_becomes_a_style(self, visit):
        page = visit()
        page.set_default_timeout(180_000)
        first = settled(page)
        choose_style(page)
        page.set_input_files("[data-part=mine-photos]", {"name": "wall.png", "mimeType": "image/png", "buffer": WALL})
        page.wait_for_selector("[data-part=mine-chosen] img")
        page.click("[data-part=mine-start]")
        worn = decode(settled(page, after=first))
        assert worn.model.startswith("me-") and worn.traits == decode(first).traits

    def test_a_photo_without_a_face_is_told(self, visit):
        page = visit()
        page.click("#tab-mine")
        page.set_input_files("[data-part=mine-photos]", {"name": "wall.png", "mimeType": "image/png", "buffer": WALL})
        page.wait_for_selector("[data-part=mine-chosen] img")
        page.click("[data-part=mine-start]")
        page.wait_for_selector(".toast.error")
        assert "face" in page.inner_text("[data-part=toasts]") and page.is_hidden("[data-part=mine-job]")


class TestALentGpu:
    @pytest.fixture(scope="class")
    def address(self, studio):
        pytest.importorskip("spaces", reason="this test needs the package spaces: pip install -r requirements-zero.txt")
        from avatar_studio.personal.zero_runner import ZeroRunner

        yield from served_with(studio, {"face": replace(KINDS["face"], entry="tests.personal.faces:few")}, ZeroRunner(lent=0.0, patience=1e6))

    def test_the_open_page_lends_until_the_model_is_learned(self, visit):
        page = visit()
        page.set_default_timeout(180_000)
        first = settled(page)
        start(page, "Hopper", "p01.jpg")
        page.wait_for_selector("[data-part=mine-preview][src]")
        assert "this Space's" in page.inner_text("[data-part=mine-state]")
        assert decode(settled(page, after=first)).model.startswith("me-")
