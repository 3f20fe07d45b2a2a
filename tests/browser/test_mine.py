"""The tab Mine with a real browser: photos and drawings, learning in the background, the models that the browser keeps, and the slider."""
from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from PIL import Image

from avatar_studio.avatar import Avatar, decode
from avatar_studio.personal.files import as_png
from avatar_studio.personal.jobs import Jobs, Kind
from avatar_studio.personal.kinds import KINDS
from avatar_studio.personal.model_file import model_id
from tests.personal.kinds import Gate

from .conftest import PHOTOS, settled
from .test_play import move
from .test_trouble import CALLS, calls, lost

WALL = as_png(Image.new("RGB", (300, 300), "teal"))
ANN = "[data-part=mine-list] [data-model^=me-]"


@pytest.fixture(scope="module")
def gate():
    gate = Gate()
    yield gate
    for held in gate.held:
        held.open()
    gate.listener.close()


@pytest.fixture(scope="module")
def address(studio, model_file, gate, tmp_path_factory):
    """A page whose jobs wait at a gate and give a model that was made before."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "face").write_bytes(model_file(1))
    (folder / "drawing").write_bytes(model_file(2, "Ink", "drawing"))

    def stand_in(kind: str, **more) -> Kind:
        return replace(KINDS[kind], entry="tests.personal.faces:run",
                       check=lambda options: {**KINDS[kind].check(options), "file": str(folder / kind), "gate": gate.port, **more})

    yield from served(studio, {"face": stand_in("face"), "drawing": stand_in("drawing", told={"copies": True})})


def served(studio, kinds: dict[str, Kind], runner=None):
    """The address of a page whose models are learned by these kinds of jobs."""
    from avatar_studio.web import build, launch_options

    jobs = Jobs(kinds, runner=runner)
    page = build(studio, jobs)
    _, url, _ = page.launch(**launch_options(studio), server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
    yield url
    page.close()
    jobs.close()


@pytest.fixture(autouse=True)
def forget(studio):
    yield
    for model in list(studio.models):
        studio.forget(model)


def open_file(page, file: bytes) -> None:
    page.click("#tab-mine")
    page.set_input_files("[data-part=mine-file]", {"name": "ann.safetensors", "mimeType": "application/octet-stream", "buffer": file})


def start(page, name: str, *photos: str) -> None:
    page.click("#tab-mine")
    page.set_input_files("[data-part=mine-photos]", [str(PHOTOS / photo) for photo in photos])
    page.wait_for_function("count => document.querySelectorAll('[data-part=mine-chosen] img').length === count", arg=len(photos))
    page.fill("[data-part=mine-name]", name)
    page.click("[data-part=mine-start]")


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
    page.wait_for_selector("[data-part=mine-curve] polyline >> nth=1", state="attached")
    gate.held[-1].open()
    gate.next().open()
    worn = decode(settled(page, after=moved))
    assert worn.model == model_id(model_file(1)) and worn.likeness == 1.0 and worn.traits["hair_back"] == "bob"
    page.wait_for_selector(f"{ANN}[aria-pressed=true] img")
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
    drawings = [as_png(Image.new("RGBA", (700, 900), (200, 60, 60, alpha))) for alpha in (0, 120)]
    page.set_input_files("[data-part=mine-photos]", [{"name": f"{k}.png", "mimeType": "image/png", "buffer": drawing} for k, drawing in enumerate(drawings)])
    page.wait_for_selector("[data-part=mine-chosen] img >> nth=1")
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
    assert json.loads(page.evaluate("localStorage.getItem('avatar-studio-face')"))["job"] is None
    assert page.is_hidden("[data-part=mine-list]")


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
    page.set_input_files("[data-part=mine-photos]", {"name": "letter.png", "mimeType": "image/png", "buffer": b"hello"})
    page.wait_for_selector(".toast.error")
    assert "letter.png" in page.inner_text("[data-part=toasts]") and page.locator("[data-part=mine-chosen] .picture").count() == 2


def test_a_model_is_opened_liked_kept_brought_back_saved_and_deleted(visit, studio, model_file, monkeypatch):
    file = model_file(1, "My <b>self</b>")
    name = model_id(file)
    page = visit()
    first = settled(page)
    assert page.is_hidden("#likeness")
    open_file(page, file)
    worn = settled(page, after=first)
    page.wait_for_selector(f"{ANN} img")
    assert decode(worn).model == name and "My <b>self</b>" in page.inner_text("[data-part=mine-list]")
    move(page, "likeness", 0.3)
    liked = settled(page, after=worn)
    assert decode(liked).likeness == 0.3
    studio.forget(name)  # another day, or a server that was started again
    move(page, "likeness", 0.8)
    liked = settled(page, after=liked)
    assert name in studio.models and decode(liked).likeness == 0.8
    visit.troubles[:] = [trouble for trouble in visit.troubles if "400" not in trouble]  # the frame that was refused
    studio.forget(name)
    page.reload()
    assert settled(page) == liked and name in studio.models
    page.click("#tab-mine")
    page.wait_for_selector(f"{ANN} img")
    with page.expect_download() as download:
        page.click("[data-part=mine-list] .one:nth-child(2) >> button >> nth=1")
    assert download.value.path().read_bytes() == file
    page.click("[data-part=mine-list] [data-model=base]")
    chibi = settled(page, after=liked)
    assert decode(chibi) == Avatar(decode(liked).traits, decode(liked).seed) and page.is_hidden("#likeness")
    page.click(ANN)
    back = settled(page, after=chibi)
    assert decode(back).model == name and decode(back).likeness == 1.0
    forgotten, forget = threading.Event(), studio.forget
    monkeypatch.setattr(studio, "forget", lambda *of: (forget(*of), forgotten.set()))
    page.click("[data-part=mine-list] .one:nth-child(2) >> button >> nth=2")
    assert decode(settled(page, after=back)).model == ""
    page.wait_for_selector(ANN, state="detached")
    page.wait_for_function("document.activeElement.dataset.part === 'mine-photos'")
    assert forgotten.wait(60) and name not in studio.models
    assert json.loads(page.evaluate("localStorage.getItem('avatar-studio-models')")) == []


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


def learned_without_room(visit, gate):
    """(page, code of its avatar) where a model was learned that the browser could not store."""
    page = visit()
    first = settled(page)
    page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }")
    start(page, "Ann", "p02.jpg")
    for _ in range(3):
        gate.next().open()
    return page, settled(page, after=first)


def test_a_model_that_cannot_be_stored_is_to_be_saved_and_comes_again(visit, gate, model_file):
    page, worn = learned_without_room(visit, gate)
    assert decode(worn).model == model_id(model_file(1))
    page.wait_for_selector(".toast.error:has-text('Save file')")
    with page.expect_download() as download:
        page.click("[data-part=mine-list] .one:nth-child(2) >> button >> nth=1")
    assert download.value.path().read_bytes() == model_file(1)
    page.reload()  # into a browser that has room again
    page.wait_for_function("() => JSON.parse(localStorage.getItem('avatar-studio-face')).job === null")
    assert settled(page) == worn and len(json.loads(page.evaluate("localStorage.getItem('avatar-studio-models')"))) == 1
    page.wait_for_selector(".toast:has-text('ready')")


def test_a_model_that_cannot_be_stored_is_deleted_for_good(visit, gate):
    page, worn = learned_without_room(visit, gate)
    page.wait_for_selector(".toast.error:has-text('Save file')")
    with page.expect_response(lambda response: '"stop"' in (response.request.post_data or "")):
        page.click("[data-part=mine-list] .one:nth-child(2) >> button >> nth=2")
    settled(page, after=worn)
    assert json.loads(page.evaluate("localStorage.getItem('avatar-studio-face')"))["job"] is None


def test_two_tabs_keep_each_others_models(visit, model_file):
    here = visit()
    there = here.context.new_page()
    there.goto(here.url)
    settled(there)
    for page, seed in ((here, 1), (there, 2)):
        first = settled(page)
        open_file(page, model_file(seed))
        settled(page, after=first)
    for page in (here, there):
        page.wait_for_selector(f"{ANN} >> nth=1")
    here.reload()
    settled(here)
    assert here.locator(ANN).count() == 2


def test_a_kept_model_that_cannot_be_read_is_told_and_the_page_goes_on(visit, studio, model_file):
    page = visit()
    first = settled(page)
    open_file(page, model_file(1))
    worn = settled(page, after=first)
    page.evaluate("() => { FileReader.prototype.readAsDataURL = function () { this.onerror(); }; }")
    studio.forget(model_id(model_file(1)))
    move(page, "likeness", 0.3)
    page.wait_for_selector(".toast.error:has-text('personal model')")
    assert settled(page) == worn and float(page.input_value("#likeness")) == 1.0
    page.click("[data-part=mine-list] [data-model=base]")
    assert decode(settled(page, after=worn)).model == ""
    visit.troubles[:] = [trouble for trouble in visit.troubles if "400" not in trouble]  # the frame that was refused


def test_a_code_whose_model_is_not_here_says_so_and_what_was_there_stays(visit):
    page = visit(f"?a={Avatar(model='me-0000dead').code}")
    assert "personal model" in page.inner_text("[data-part=toasts]")
    assert decode(settled(page)).model == ""


def test_a_file_that_is_no_model_gets_a_sentence(visit):
    page = visit()
    open_file(page, b"hello")
    page.wait_for_selector("[data-part=toasts] .error")
    assert page.inner_text("[data-part=toasts]").endswith(".")


class TestARealJob:
    @pytest.fixture(scope="class")
    def address(self, studio):
        yield from served(studio, {"face": replace(KINDS["face"], entry="tests.personal.faces:few"),
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

        yield from served(studio, {"face": replace(KINDS["face"], entry="tests.personal.faces:few")}, ZeroRunner(lent=0.0, patience=1e6))

    def test_the_open_page_lends_until_the_model_is_learned(self, visit):
        page = visit()
        page.set_default_timeout(180_000)
        first = settled(page)
        start(page, "Hopper", "p01.jpg")
        page.wait_for_selector("[data-part=mine-preview][src]")
        assert "this Space's" in page.inner_text("[data-part=mine-state]")
        assert decode(settled(page, after=first)).model.startswith("me-")
