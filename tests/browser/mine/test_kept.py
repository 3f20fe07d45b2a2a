"""The tab Mine with a real browser: the models that it keeps, and the slider."""
from __future__ import annotations

import json
import threading

from avatar_studio.avatar import Avatar, decode
from avatar_studio.personal.model_file import model_id
from avatar_studio.personal.style_file import style_id, write_style

from ..acts import calls, lost, move, stored
from ..conftest import settled
from .conftest import ANN, start


def open_file(page, file: bytes) -> None:
    page.click("#tab-mine")
    page.set_input_files("[data-part=mine-file]", {"name": "ann.safetensors", "mimeType": "application/octet-stream", "buffer": file})


def forget_all(page) -> None:
    page.click("#tab-play")
    page.click("button:has-text('Forget everything')")  # it asks once
    page.click("button:has-text('Press again')")


def test_all_that_a_browser_keeps_is_forgotten_there_and_on_the_server(visit, studio, gate, model_file):
    page, style = visit(), write_style("Chalk", studio.presets["chalk"])
    first = settled(page)
    open_file(page, model_file(1))
    worn = settled(page, after=first)
    page.click("#tab-style")
    page.set_input_files("[data-part=own-file]", {"name": "style.safetensors", "mimeType": "application/octet-stream", "buffer": style})
    settled(page, after=worn)
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    page.click("[data-language=en]")
    start(page, "Mine", "p02.jpg")
    held = gate.next()
    job = page.evaluate("JSON.parse(localStorage.getItem('avatar-studio-face')).job")
    with page.expect_request(lambda request: '"stop"' in (request.post_data or "")) as stopped, page.expect_navigation(url=lambda address: "a=" not in address):
        forget_all(page)
    assert settled(page) == first
    assert json.loads(stopped.value.post_data)["data"]["job"] == job and model_id(model_file(1)) not in studio.models and style_id(style) not in studio.own_styles
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('avatar-studio'))") == []
    assert page.evaluate("""() => new Promise(done => { const open = indexedDB.open('avatar-studio');
        open.onsuccess = () => { open.result.transaction('models').objectStore('models').count().onsuccess = ({ target }) => done(target.result); }; })""") == 0
    held.open()


def test_a_file_that_is_on_its_way_is_forgotten_too(visit, studio, model_file):
    page, held = visit(), []
    first = settled(page)
    open_file(page, model_file(1))
    settled(page, after=first)
    calls(page, "open_model", held.append)
    studio.forget(model_id(model_file(1)))
    with page.expect_request(lambda request: '"open_model"' in (request.post_data or "")):
        move(page, "likeness", 0.5)  # which the server cannot draw without the file
    forget_all(page)
    with page.expect_navigation(url=lambda address: "a=" not in address):
        held[0].fulfill(response=held[0].fetch())
    assert settled(page) == first and model_id(model_file(1)) not in studio.models
    visit.troubles[:] = [trouble for trouble in visit.troubles if "400" not in trouble]  # the frame that was refused


def test_what_is_forgotten_is_not_brought_again_for_a_picture_that_was_asked_for_before(visit, studio, model_file):
    page, held, brought = visit(), [], []
    first = settled(page)
    open_file(page, model_file(1))
    settled(page, after=first)
    page.on("request", lambda request: brought.append(request) if '"open_model"' in (request.post_data or "") else None)
    calls(page, "neighbours", held.append)

    def forget(route) -> None:
        answer = route.fetch()
        held[0].fulfill(response=held[0].fetch())
        route.fulfill(response=answer)

    calls(page, "forget_model", forget)
    with page.expect_request(lambda request: '"neighbours"' in (request.post_data or "")):
        page.click("#tab-play")
    with page.expect_navigation(url=lambda address: "a=" not in address):
        forget_all(page)
    assert settled(page) == first and not brought


def test_nothing_is_forgotten_while_the_server_does_not_answer(visit, studio, model_file):
    page = visit()
    first = settled(page)
    open_file(page, model_file(1))
    settled(page, after=first)
    calls(page, "forget_model", lambda route: route.abort())
    forget_all(page)
    page.wait_for_selector(".toast.error:has-text('did not answer')")
    assert len(stored(page, "models")) == 1 and model_id(model_file(1)) in studio.models
    lost(visit)


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
    delete = page.locator("[data-part=mine-list] .one:nth-child(2) >> button >> nth=2")
    delete.click()
    assert delete.inner_text() == "Really delete?" and decode(settled(page)).model == name
    delete.click()
    bare = settled(page, after=back)
    assert decode(bare).model == ""
    page.wait_for_selector(ANN, state="detached")
    page.wait_for_function("document.activeElement.dataset.part === 'mine-photos'")
    assert forgotten.wait(60) and name not in studio.models
    assert json.loads(page.evaluate("localStorage.getItem('avatar-studio-models')")) == []
    assert page.get_attribute("[data-part=undo]", "aria-disabled") == "true"  # all steps were of this person: none names what is gone
    assert settled(page) == bare and page.locator(".toast.error").count() == 0


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
        page.dblclick("[data-part=mine-list] .one:nth-child(2) >> button >> nth=2")  # which is no answer
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


def test_a_model_that_one_tab_deletes_is_worn_by_no_step_of_the_other(visit, model_file):
    here = visit()
    first = settled(here)
    here.click("[data-part=dice]")
    rolled = settled(here, after=first)
    open_file(here, model_file(1))
    worn = settled(here, after=rolled)
    move(here, "likeness", 0.3)
    liked = settled(here, after=worn)
    there = here.context.new_page()
    there.goto(here.url)
    settled(there)
    there.click("#tab-mine")
    delete = there.locator("[data-part=mine-list] .one:nth-child(2) >> button >> nth=2")
    delete.click()
    delete.click()
    bare = settled(here, after=liked)
    assert decode(bare) == Avatar(decode(liked).traits, decode(liked).seed) and here.is_hidden("#likeness")
    here.click("[data-part=undo]")  # to the one before the model was opened: those that differed by it alone are one step
    assert settled(here, after=bare) == rolled
    assert here.locator(".toast.error").count() == 0


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
