"""What the server forgot while the page was open, after a day or a new start, with a real browser."""
from __future__ import annotations

import threading
from dataclasses import replace

from avatar_studio.avatar import Avatar, decode
from avatar_studio.personal.adopt import adopt
from avatar_studio.personal.model_file import model_id
from avatar_studio.personal.style_file import style_id, write_style

from .acts import move
from .conftest import settled


def open_style(page, file: bytes, after: str) -> str:
    page.click("#tab-style")
    page.set_input_files("[data-part=own-file]", {"name": "style.safetensors", "mimeType": "application/octet-stream", "buffer": file})
    return settled(page, after=after)


def test_styles_and_a_model_that_were_forgotten_are_brought_again_while_a_slider_moves(visit, studio, model_file):
    page, file = visit(), write_style("Chalk", studio.presets["chalk"])
    first = settled(page)
    page.click("#tab-mine")
    page.set_input_files("[data-part=mine-file]", {"name": "ann.safetensors", "mimeType": "application/octet-stream", "buffer": model_file(1)})
    mine = settled(page, after=first)
    styled = open_style(page, file, after=mine)
    assert (decode(styled).style, decode(styled).model) == (style_id(file), decode(mine).model)
    for name in [*studio.own_styles, *studio.models]:
        studio.forget(name)
    move(page, "style-strength", 0.6)
    moved = decode(settled(page, after=styled))
    assert (moved.style, moved.model, moved.strength) == (style_id(file), decode(mine).model, 0.6)
    assert page.locator("[data-part=toasts] .error").count() == 0
    visit.troubles[:] = [trouble for trouble in visit.troubles if "400" not in trouble]  # /frame says what it misses
    studio.forget(decode(mine).model)


def test_a_deleted_style_is_deleted_on_the_server_too(visit, studio, monkeypatch):
    page, file = visit(), write_style("Neon", studio.presets["neon"])
    styled = open_style(page, file, after=settled(page))
    forgotten, forget = threading.Event(), studio.forget
    monkeypatch.setattr(studio, "forget", lambda *of: (forget(*of), forgotten.set()))
    for _ in range(2):  # it asks once
        page.click("[data-part=own-list] .one >> button >> nth=2")
    assert decode(settled(page, after=styled)).style == "none"
    assert forgotten.wait(60) and style_id(file) not in studio.own_styles


def test_a_model_that_nobody_can_bring_is_somebodys_and_let_go_of_when_it_is_gone(visit, studio, model_file):
    """Somebody opened a friend's link, and then the friend deleted the model."""
    model = adopt(studio, model_file(1))
    page = visit(f"?a={Avatar(seed=3, model=model.id).code}")
    first = settled(page)
    page.click("#tab-mine")
    linked = f"[data-part=mine-list] [data-model={model.id}]"
    page.wait_for_selector(f"{linked}[aria-pressed=true] img[src]")
    assert "Somebody's model" in page.inner_text("[data-part=mine-list]") and "Chibi ↔ model" in page.inner_text("label[for=likeness]")
    page.click("[data-part=mine-list] [data-model=base]")
    plain = settled(page, after=first)
    page.click(linked)
    assert settled(page, after=plain) == first
    studio.forget(model.id)
    page.click("[data-part=dice]")
    page.wait_for_selector(".toast.error:has-text('no longer on this server')")
    alone = settled(page, after=first)
    assert decode(alone) == replace(decode(first), model="") and page.is_hidden("[data-part=mine-list]")
    page.click("[data-part=dice]")
    rolled = settled(page, after=alone)
    page.click("[data-part=undo]")
    settled(page, after=rolled)
    assert page.locator(".toast.error:has-text('not here')").count() == 0


def test_it_is_told_whatever_finds_out_and_what_is_ones_own_stays(visit, studio, model_file):
    model = adopt(studio, model_file(1))
    page = visit()
    first = settled(page)
    page.click("#tab-mine")
    page.set_input_files("[data-part=mine-file]", {"name": "ink.safetensors", "mimeType": "application/octet-stream", "buffer": model_file(2, "Ink", "drawing")})
    settled(page, after=first)
    linked = Avatar(seed=3, model=model.id).code
    page.goto(page.url.partition("?")[0] + f"?a={linked}")
    assert settled(page) == linked
    page.click("#tab-mine")
    page.wait_for_selector(f"[data-part=mine-list] [data-model={model.id}] img[src]")
    studio.forget(model.id)
    page.click("#tab-hair")  # whose choices are drawn
    page.wait_for_selector(".toast.error:has-text('no longer on this server')")
    settled(page, after=linked)
    page.click("#tab-mine")
    assert page.locator("[data-part=mine-list] [data-model]").evaluate_all("all => all.map(one => one.dataset.model)") == ["base", model_id(model_file(2, "Ink", "drawing"))]
    base = page.get_attribute("[data-part=mine-list] [data-model=base] img", "src")
    page.click("[data-part=dice]")
    page.wait_for_function("before => document.querySelector('[data-part=mine-list] [data-model=base] img').src !== before", arg=base)
    studio.forget(model_id(model_file(2, "Ink", "drawing")))


def test_a_link_whose_model_is_not_here_stays_until_its_file_is_opened(visit, studio, model_file):
    data = model_file(1)
    code = Avatar(seed=3, model=model_id(data)).code
    page = visit(f"?a={code}")
    page.wait_for_selector(".toast.error:has-text('and then the avatar again')")
    assert code in page.url
    adopt(studio, data)
    page.reload()
    assert settled(page) == code
    studio.forget(model_id(data))
