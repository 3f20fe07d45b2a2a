"""One job and two of the page's tabs, with a real browser."""
from __future__ import annotations

import json

import pytest

from ..acts import calls
from ..conftest import settled
from .conftest import ANN, start

RUNNING = {"state": "running", "place": 0, "share": 0.5, "seconds": 60, "losses": {}, "kind": "face", "device": "cpu"}
JOB = "[data-part=mine-job]"


def another(page):
    """A second tab of the page."""
    tab = page.context.new_page()
    tab.goto(page.url)
    settled(tab)
    tab.click("#tab-mine")
    return tab


def kept(page) -> str | None:
    """The job that the browser keeps."""
    return json.loads(page.evaluate("localStorage.getItem('avatar-studio-face')"))["job"]


def invented(page, job: str) -> None:
    """Let the page's next job be an invented one."""
    calls(page, "learn_model", lambda route: route.fulfill(json={"session": "s", "job": job}))
    calls(page, "learning_model", lambda route: route.fulfill(json=RUNNING))
    calls(page, "stop", lambda route: route.fulfill(json={}))


def test_what_one_tab_takes_the_other_shows_and_neither_has_an_error(visit, gate):
    here = visit()
    start(here, "Ann", "p02.jpg")
    for _ in range(2):
        gate.next().open()
    gate.next()
    there = another(here)
    for page in (here, there):
        page.wait_for_selector(JOB)
    late = []
    with there.expect_request(lambda request: '"learning_model"' in (request.post_data or "")):
        calls(there, "learning_model", lambda route: late.append(route))
    with here.expect_response(lambda response: '"stop"' in (response.request.post_data or "")):
        gate.held[-1].open()
    for route in late:
        route.continue_()  # the job is not there any more
    for page in (there, here):
        page.wait_for_selector(JOB, state="hidden")
        page.wait_for_selector(ANN)
        assert page.locator(".toast.error").count() == 0
    assert kept(here) is None


def test_a_cancel_in_one_tab_is_no_error_in_the_other(visit, gate):
    here = visit()
    start(here, "", "p02.jpg")
    gate.next()
    there = another(here)
    for page in (here, there):
        page.wait_for_selector(JOB)
    late = []
    calls(here, "stop", lambda route: late.append((route, route.fetch())))
    with there.expect_response(lambda response: '"learning_model"' in (response.request.post_data or "") and "error" in response.json()):
        here.click("[data-part=mine-cancel]")
    late[0][0].fulfill(response=late[0][1])
    for page in (there, here):
        page.wait_for_selector(JOB, state="hidden")
        assert page.locator(".toast.error").count() == 0


def test_what_went_wrong_is_told_in_both_tabs(visit):
    here = visit()
    there = another(here)
    for page in (here, there):
        invented(page, "one")
    start(here, "", "p02.jpg")
    for page in (here, there):
        page.wait_for_selector(JOB)
    calls(here, "learning_model", lambda route: route.fulfill(json={"error": {"en": "It broke.", "zh": "坏了。"}}))
    for page in (here, there):
        page.wait_for_selector(".toast.error:has-text('It broke.')")
        page.wait_for_selector(JOB, state="hidden")
    assert kept(here) is None


@pytest.mark.parametrize("first", ["one", "two"])
def test_of_two_jobs_begun_at_once_the_one_that_goes_on_is_kept(visit, first):
    here = visit()
    there = another(here)
    for page, job in ((here, "one"), (there, "two")):
        invented(page, job)
    begun = []
    calls(there, "learn_model", lambda route: begun.append(route))
    with there.expect_request(lambda request: '"learn_model"' in (request.post_data or "")):
        start(there, "", "p02.jpg")
    start(here, "", "p02.jpg")
    here.wait_for_selector(JOB)
    begun[0].fulfill(json={"session": "s", "job": "two"})
    there.wait_for_function("() => JSON.parse(localStorage.getItem('avatar-studio-face')).job === 'two'")
    here.wait_for_selector(JOB)
    (here if first == "one" else there).click("[data-part=mine-cancel]")
    here.wait_for_function("job => JSON.parse(localStorage.getItem('avatar-studio-face')).job === job", arg="two" if first == "one" else "one")
    here.wait_for_timeout(300)  # for what the other tab hears
    assert kept(there) == ("two" if first == "one" else "one")
    (there if first == "one" else here).click("[data-part=mine-cancel]")
    for page in (here, there):
        page.wait_for_selector(JOB, state="hidden")
    assert kept(here) is None
