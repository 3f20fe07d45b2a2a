"""What goes wrong around the page, with a real browser: answers that are refused, broken, lost or late; cameras, other tabs, full shelves."""
from __future__ import annotations

import json

import pytest
from PIL import Image

from avatar_studio.avatar import Avatar, decode
from avatar_studio.personal.style_file import write_style

from .acts import CALLS, RECORDED, calls, drag, lost, move, point, stored
from .conftest import PHOTOS, settled

PICTURE = "data:image/webp;base64,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"


def test_a_refused_change_is_told_and_the_page_goes_on(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    first = settled(page)
    calls(page, "draw", lambda route: route.fulfill(json={"error": {"en": "Not this one.", "zh": "不行。"}}))
    drag(page, "skin_tone", 1.0)
    page.wait_for_selector("[data-part=frame][data-shown]:visible")
    page.mouse.up()
    page.wait_for_selector(".toast.error:has-text('Not this one.')")
    assert settled(page) == first and page.is_disabled("[data-part=undo]")
    page.wait_for_selector("[data-part=frame]", state="hidden")
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    page.click("[data-part=link]")
    page.wait_for_selector(".toast:has-text('Link copied')")
    assert first in page.evaluate("navigator.clipboard.readText()")


def broken_frames(page) -> None:
    page.route("**/frame", lambda route: route.fulfill(body=b"no picture", content_type="image/jpeg"))


def test_a_frame_that_arrives_broken_is_passed_over(visit):
    page = visit()
    first = settled(page)
    broken_frames(page)
    with page.expect_response("**/frame"):
        drag(page, "skin_tone", 1.0)
    page.mouse.up()
    assert decode(settled(page, after=first)).traits["skin_tone"] == 1.0


def test_the_eyes_follow_again_after_a_broken_frame(visit):
    page = visit()
    broken_frames(page)
    with page.expect_response("**/frame") as response:
        point(page, 0.02, 0.5)
    response.value.finished()
    page.unroute("**/frame")
    point(page, 0.98, 0.5)
    point(page, 0.95, 0.5)
    page.wait_for_selector("[data-part=frame]:visible")


def test_what_is_not_tried_again_does_not_say_so(visit):
    page = visit()
    first = settled(page)
    calls(page, "say", lambda route: route.abort())
    page.fill("[data-part=sentence]", "blue hair")
    page.press("[data-part=sentence]", "Enter")
    page.wait_for_selector(".toast.error")
    assert "gain in a moment" in page.inner_text(".toast") and "Trying" not in page.inner_text(".toast")
    assert settled(page) == first and page.input_value("[data-part=sentence]") == "blue hair"
    lost(visit)


def test_a_link_opened_while_the_studio_is_away_waits_for_it(visit):
    code = Avatar(seed=5).code
    page = visit(f"?a={code}")
    calls(page, "open", lambda route: route.abort())
    page.reload()
    page.wait_for_selector(".toast.error:has-text('Trying again')")
    page.unroute(CALLS)
    assert settled(page) == code and code in page.url
    page.click("[data-part=dice]")
    settled(page, after=code)
    lost(visit)


def test_what_was_made_while_the_studio_was_away_outlives_a_reload(visit):
    for query in ("", f"?a={Avatar(seed=5).code}"):
        page = visit(query)
        first = settled(page)
        calls(page, "draw", lambda route: route.abort())
        page.fill("#trait-skin_tone", "0.9")
        page.wait_for_selector(".toast.error:has-text('Trying again')")
        page.reload()
        page.wait_for_selector(".toast.error:has-text('Trying again')")
        page.unroute(CALLS)
        made = settled(page, after=first)
        assert decode(made).traits["skin_tone"] == 0.9
        page.wait_for_url(f"**/?a={made}")
        page.reload()
        assert settled(page) == made
        page.goto(page.url.partition("?")[0] + f"?a={first}")
        assert settled(page) == first  # a link is followed, whatever was made
    lost(visit)


def test_what_was_made_while_the_studio_was_away_is_forgotten_too(visit):
    page = visit()
    first = settled(page)
    calls(page, "draw", lambda route: route.abort())
    page.fill("#trait-skin_tone", "0.9")
    page.wait_for_selector(".toast.error:has-text('Trying again')")
    page.click("#tab-play")
    page.click("button:has-text('Forget everything')")
    with page.expect_navigation():
        page.click("button:has-text('Press again')")
    page.unroute(CALLS)
    assert settled(page) == first and page.evaluate("sessionStorage.getItem('avatar-studio-undrawn')") is None
    lost(visit)


def test_a_page_that_stood_open_over_an_update_is_loaded_anew_once_and_keeps_the_avatar(visit):
    page = visit()
    first = settled(page)
    refused, asked, loads = {"error": {"en": "No such trait.", "zh": "不行。"}}, [], []

    def version(route) -> None:
        asked.append(route)
        route.fulfill(json={"version": "of-tomorrow"})

    def draw(route) -> None:
        told = {0: refused | {"stale": True}, 1: None, 2: refused, 3: refused | {"stale": True}}[draws.pop(0)]
        route.fulfill(json=told) if told else route.fallback()

    draws = [0, 1, 2, 3]  # before the page is loaded anew, after it, an error of today's, and one more that reads as old
    calls(page, "version", version)
    calls(page, "draw", draw)
    with page.expect_event("load"):
        page.fill("#trait-skin_tone", "0.9")
    assert decode(settled(page, after=first)).traits["skin_tone"] == 0.9
    page.on("load", lambda: loads.append(page.url))
    for count in (1, 2):
        page.evaluate("() => document.querySelector('[data-part=toasts]').replaceChildren()")
        page.fill("#trait-skin_tone", str(0.5 + count / 10))
        page.wait_for_selector(".toast.error:has-text('No such trait')")
        assert len(asked) == count and loads == []


# ---- cameras
ALL_OFF = "() => window.cameras.length && window.cameras.every(camera => camera.readyState === 'ended')"


@pytest.mark.parametrize("press,opened,close", [("camera", "[data-part=photo][data-state=camera]", "camera-cancel"),
                                                ("mine-camera", "[data-part=mine-mirror]:not([hidden])", "mine-mirror-close")])
def test_two_presses_open_one_camera_and_closing_turns_it_off(visit, press, opened, close):
    page = visit(permissions=["camera"])
    page.click("#tab-mine")
    page.evaluate(RECORDED)
    page.evaluate("name => { const button = document.querySelector(`[data-part=${name}]`); button.click(); button.click(); }", press)
    page.wait_for_selector(opened)
    page.click(f"[data-part={close}]")
    assert page.evaluate("window.asked") == 1 and page.evaluate(ALL_OFF)


def test_no_camera_looks_on_while_another_tab_is_open(visit):
    page = visit(permissions=["camera"])
    page.click("#tab-mine")
    page.evaluate(RECORDED)
    page.click("[data-part=mine-camera]")
    page.wait_for_selector("[data-part=mine-mirror]:not([hidden])")
    page.click("#tab-hair")
    assert page.evaluate(ALL_OFF)
    page.click("#tab-mine")
    assert page.is_hidden("[data-part=mine-mirror]")
    page.evaluate("() => { window.allowed = new Promise(resolve => { window.allow = resolve; }); }")
    page.click("[data-part=mine-camera]")
    page.click("#tab-hair")  # before the browser was told that it may
    page.evaluate("window.allow()")
    page.wait_for_function("() => window.cameras.length === 2")
    page.wait_for_function(ALL_OFF)


# ---- what the browser keeps
def test_two_tabs_keep_each_others_favourites(visit):
    here = visit()
    there = here.context.new_page()
    there.goto(here.url)
    first = settled(there)
    here.click("[data-part=heart]")
    here.wait_for_selector("[data-part=heart][aria-pressed=true]")
    there.wait_for_selector("[data-part=heart][aria-pressed=true]")  # the same avatar
    there.click("[data-part=dice]")
    settled(there, after=first)
    there.click("[data-part=heart]")
    there.wait_for_selector("[data-part=heart][aria-pressed=true]")
    here.click("#tab-play")
    here.wait_for_selector("[data-part=favourites] .picture >> nth=1")
    assert len(stored(here, "favourites")) == 2


def test_a_full_shelf_of_favourites_is_told_and_loses_none(visit):
    page = visit()
    full = [{"code": f"A{k}", "picture": PICTURE} for k in range(60)]
    page.evaluate("full => localStorage.setItem('avatar-studio-favourites', JSON.stringify(full))", full)
    page.reload()
    settled(page)
    page.click("[data-part=heart]")
    page.wait_for_selector(".toast.error:has-text('60 favourites')")
    assert stored(page, "favourites") == full and page.get_attribute("[data-part=heart]", "aria-pressed") == "false"


def test_a_full_shelf_of_styles_is_told_and_loses_none(visit, studio):
    page = visit()
    full = [{"id": f"own-{k:08x}", "name": f"Style {k}", "file": "AAAA"} for k in range(12)]
    page.evaluate("full => localStorage.setItem('avatar-studio-styles', JSON.stringify(full))", full)
    page.reload()
    first = settled(page)
    page.click("#tab-style")
    page.set_input_files("[data-part=own-file]", {"name": "chalk.safetensors", "mimeType": "application/octet-stream", "buffer": write_style("Chalk", studio.presets["chalk"])})
    page.wait_for_selector(".toast.error:has-text('12 filters')")
    assert stored(page, "styles") == full and settled(page) == first


def test_a_heart_that_cannot_be_stored_is_told(visit):
    page = visit()
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }")
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")  # for this visit
    page.wait_for_selector(".toast.error:has-text('storage')")


# ---- late and lost answers
def test_a_file_too_large_to_be_sent_is_told_at_once(visit, tmp_path):
    page = visit()
    (tmp_path / "large.png").write_bytes(b"\0" * (41 * 2**20))
    for field in ("enlarge-file", "mine-file", "own-file", "behind"):
        page.evaluate("() => document.querySelector('[data-part=toasts]').replaceChildren()")
        page.set_input_files(f"[data-part={field}]", str(tmp_path / "large.png"))
        page.wait_for_selector(".toast.error:has-text('40 MB')")
    assert page.is_hidden("[data-part=behind-clear]")


def test_the_factor_that_was_chosen_last_is_shown_and_saved(visit):
    page = visit()
    page.click("#tab-enlarge")
    slow = []
    calls(page, "enlarge", lambda route: slow.append(route) if json.loads(route.request.post_data)["data"]["scale"] == 4 else route.fallback())
    page.check("[name=enlarge-scale][value='4']", force=True)
    with page.expect_request(lambda request: '"enlarge"' in (request.post_data or "")):
        page.set_input_files("[data-part=enlarge-file]", str(PHOTOS / "p02.jpg"))
    page.wait_for_selector("[data-part=enlarge-runs]:has-text('Enlarging')")
    page.check("[name=enlarge-scale][value='2']", force=True)
    page.wait_for_selector("[data-part=brought]:not([hidden])")
    twice = page.get_attribute("[data-part=brought] .after", "src")
    with page.expect_response(lambda response: response.request == slow[0].request) as late:
        slow[0].continue_()
    late.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    with page.expect_download() as download:
        page.click("[data-part=enlarge-save]")
    with Image.open(download.value.path()) as picture, Image.open(PHOTOS / "p02.jpg") as photo:
        assert picture.size == tuple(2 * side for side in photo.size)
    assert page.get_attribute("[data-part=brought] .after", "src") == twice


def test_a_slow_comparison_does_not_replace_that_of_the_avatar_of_now(visit):
    page = visit()
    first, slow = settled(page), []

    def first_is_slow(route):
        slow.append(route)
        if len(slow) > 1:
            route.fallback()

    calls(page, "compare", first_is_slow)
    with page.expect_request(lambda request: '"compare"' in (request.post_data or "")):
        page.click("#tab-enlarge")
    page.click("[data-part=dice]")
    settled(page, after=first)
    page.wait_for_selector("[data-part=compare]:not([hidden])")
    of_now = page.get_attribute("[data-part=compare] .after", "src")
    with page.expect_response(lambda response: response.request == slow[0].request) as late:
        slow[0].continue_()
    late.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.get_attribute("[data-part=compare] .after", "src") == of_now


def test_a_comparison_whose_answer_was_lost_is_made_when_it_is_looked_at_again(visit):
    page = visit()
    calls(page, "compare", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.click("#tab-enlarge")
    page.unroute(CALLS)
    page.click("#tab-hair")
    page.click("#tab-enlarge")
    page.wait_for_selector("[data-part=compare]:not([hidden])")
    lost(visit)


def test_a_job_that_nearly_ends_does_not_count_one_seconds(visit):
    page = visit()
    calls(page, "learning_model", lambda route: route.fulfill(json={"state": "running", "place": 0, "share": 0.9, "seconds": 0.4, "losses": {}, "kind": "face", "device": "cpu"}))
    page.evaluate("() => localStorage.setItem('avatar-studio-face', JSON.stringify({ session: 's', job: 'j' }))")
    page.reload()
    settled(page)
    page.click("#tab-mine")
    page.wait_for_selector("[data-part=mine-state]:has-text('only a moment left')")


def test_a_job_says_only_what_is_new(visit):
    page = visit()
    seconds = iter(range(49, 0, -1))
    calls(page, "learning_model", lambda route: route.fulfill(json={"state": "running", "place": 0, "share": 0.9, "seconds": next(seconds), "losses": {}, "kind": "face", "device": "cpu"}))
    page.evaluate("() => localStorage.setItem('avatar-studio-face', JSON.stringify({ session: 's', job: 'j' }))")
    page.reload()
    settled(page)
    page.click("#tab-mine")
    page.wait_for_selector("[data-part=mine-state]:has-text('50 seconds')")
    page.evaluate("() => { window.said = 0; new MutationObserver(() => { window.said += 1; }).observe(document.querySelector('[data-part=mine-state]'), { childList: true }); }")
    for _ in range(4):
        with page.expect_response(lambda response: '"learning_model"' in (response.request.post_data or "")):
            pass
    assert page.evaluate("window.said") == 0 and "50 seconds" in page.inner_text("[data-part=mine-state]")


def test_an_outage_is_told_once(visit):
    page = visit()
    first = settled(page)
    page.evaluate("""() => { window.told = 0; new MutationObserver((changes) => { window.told += changes.flatMap(({ addedNodes }) => [...addedNodes]).length; })
        .observe(document.querySelector('[data-part=toasts]'), { childList: true }); }""")
    calls(page, "draw", lambda route: route.abort())
    move(page, "trait-skin_tone", 1)
    for _ in range(3):
        page.wait_for_event("requestfailed")
    assert page.evaluate("window.told") == 1
    page.unroute(CALLS)
    assert decode(settled(page, after=first)).traits["skin_tone"] == 1
    lost(visit)


def test_a_pack_comes_although_one_look_at_it_was_lost(visit):
    page = visit()
    looks = []

    def first_is_lost(route):
        looks.append(route)
        if len(looks) == 1:
            route.abort()
        else:
            route.fallback()

    calls(page, "packed", first_is_lost)
    page.click("[data-part=save-menu] summary")
    page.select_option("[data-part=packs]", "pngtuber")
    with page.expect_download() as download:
        page.click("[data-part=pack]")
    assert download.value.suggested_filename.endswith(".zip")
    page.wait_for_selector(".toast")
    assert page.inner_text(".toast") == "Downloaded."  # a ZIP has no code of its own
    lost(visit)


def test_a_line_that_never_answers_is_told_and_asked_again(visit):
    page, held = visit(), []
    first = settled(page)
    page.evaluate("() => { const { timeout } = AbortSignal; AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms / 20); }")
    calls(page, "draw", lambda route: route.fallback() if held else held.append(route))
    move(page, "trait-mouth_smile", -0.5)
    page.wait_for_selector(".toast.error:has-text('The studio does not answer')")
    assert decode(settled(page, after=first)).traits["mouth_smile"] == -0.5
    lost(visit)


def test_a_proxys_own_answer_to_a_frame_is_no_empty_message(visit):
    page, told = visit(), []
    first = settled(page)
    page.route("**/frame", lambda route: route.fulfill(status=429, json={"error": "slow down"}) if not told and not told.append(1) else route.fallback())
    drag(page, "skin_tone", 1.0)
    page.wait_for_selector(".toast.error:has-text('The studio does not answer')")
    page.mouse.up()
    assert decode(settled(page, after=first)).traits["skin_tone"] == 1.0
    visit.troubles[:] = [trouble for trouble in visit.troubles if "429" not in trouble]


def test_thumbnails_that_were_lost_are_drawn_all_the_same(visit):
    page, asked = visit(), []
    first = settled(page)
    page.click("#tab-glasses")
    page.wait_for_selector("#panel-glasses [data-drawn=yes]")
    stood = page.get_attribute("#panel-glasses .choice img", "src")
    calls(page, "options", lambda route: route.abort() if not asked and not asked.append(1) else route.fallback())
    page.click("[data-part=dice]")
    settled(page, after=first)
    page.wait_for_function("stood => document.querySelector('#panel-glasses .choice img').src !== stood", arg=stood)
    assert asked
    lost(visit)
