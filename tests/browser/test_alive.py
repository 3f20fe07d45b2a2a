"""The avatar plays along with the pointer, and nothing of it stays."""
from __future__ import annotations

import numpy as np

from .acts import frame, picture, point
from .conftest import settled


def still(page, edge: int = 512) -> np.ndarray:
    """The face once it has turned as far as it wants to: then it is drawn as sharp as a picture at rest. (edge, edge, 3) on white."""
    page.wait_for_function("edge => { const frame = document.querySelector('[data-part=frame]'); return !frame.hidden && frame.width === edge; }", arg=edge)
    return on_white(frame(page))


def on_white(image) -> np.ndarray:
    x = np.asarray(image, np.float32)
    return x[..., :3] * (x[..., 3:] / 255) + 255 - x[..., 3:]


EYES = (slice(190, 330), slice(120, 400))


def irises(face: np.ndarray) -> np.ndarray:
    """Where the green of the eyes lies on the mean, in pixels from the left and from the top."""
    green = np.argwhere(face[EYES][..., 1] > face[EYES][..., 0] + 25)
    return green.mean(0)[::-1]


def test_the_eyes_follow_the_pointer_and_come_back_when_it_leaves(visit):
    page = visit()
    code, before = settled(page), page.get_attribute("[data-part=preview]", "src")
    point(page, 0.1, 0.1)
    up_to_the_left = still(page)
    page.evaluate("document.querySelector('[data-part=frame]').width = 1")  # so that the next one is waited for
    point(page, 0.9, 0.9)
    down_to_the_right = still(page)
    right, down = irises(down_to_the_right) - irises(up_to_the_left)
    assert right > 5 and down > 2
    point(page, 1.5, 0.5)
    page.wait_for_selector("[data-part=frame]", state="hidden")
    assert settled(page) == code and page.get_attribute("[data-part=preview]", "src") == before
    assert page.is_disabled("[data-part=undo]")


def test_it_beams_while_it_is_pressed(visit):
    page = visit()
    point(page, 0.5, 0.3)
    calm = still(page)
    page.mouse.down()
    page.evaluate("document.querySelector('[data-part=frame]').width = 1")
    glad = still(page)
    page.mouse.up()
    assert (glad[EYES][..., 1] > glad[EYES][..., 0] + 25).sum() < 0.1 * (calm[EYES][..., 1] > calm[EYES][..., 0] + 25).sum()  # closed


def test_a_change_while_the_pointer_is_there_ends_at_its_own_picture(visit, studio):
    page = visit()
    first = settled(page)
    point(page, 0.05, 0.2)
    page.focus("[data-part=dice]")
    page.keyboard.press("Enter")
    settled(page, after=first)
    assert page.locator("[data-part=frame]").is_hidden() and picture(page).size == (512, 512)


def test_a_person_who_wants_less_motion_is_not_looked_at(visit):
    page = visit(reduced_motion="reduce")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    point(page, 0.1, 0.5)
    page.click("#tab-mouth")  # by now the pointer's move has been heard
    assert not [url for url in asked if url.endswith("/frame")] and page.locator("[data-part=frame]").is_hidden()


def test_a_right_click_meets_the_picture_that_says_what_it_is(visit):
    page = visit()
    point(page, 0.3, 0.5)
    still(page)
    box = page.locator("[data-part=preview]").bounding_box()
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).dataset.part", [box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"]]) == "preview"
