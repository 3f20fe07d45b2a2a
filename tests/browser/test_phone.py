"""The page on a phone and on a tablet, touched: what one presses leads to what one sees, and nothing lies over it."""
from __future__ import annotations

import pytest

from .acts import REACHED, resized
from .conftest import PHOTOS, settled

PHONES = [(360, 560), (375, 667), (844, 390)]  # one of which lies on its side
ENLARGED = [(277, 492), (240, 427), (180, 320)]  # one of 360 x 640, enlarged by 130, 150 and 200 %


@pytest.fixture
def phone(visit):
    """phone(sizes, **context options) -> (page, width, height) for each of them: one page, on a screen that becomes of that size."""
    def open_page(sizes=PHONES, **options):
        page = visit(has_touch=True, is_mobile=True, reduced_motion="reduce", **options)
        for width, height in sizes:
            resized(page, width, height)
            yield page, width, height
    return open_page


def reached(page, selector: str) -> None:
    """Wait until something is wholly in sight, and nothing over it."""
    page.wait_for_function(f"selector => ({REACHED})(document.querySelector(selector))", arg=selector, timeout=10_000)


def test_the_camera_shows_all_that_it_sees_and_its_button(phone):
    for page, *size in phone(permissions=["camera"]):
        page.tap("[data-part=camera]")
        for name in ("video", "snap"):
            reached(page, f"[data-part={name}]")
        assert page.locator("[data-part=video]").bounding_box()["height"] > 240, size
        page.tap("[data-part=camera-cancel]")


def test_so_does_the_camera_of_what_is_learned(phone):
    for page, *_ in phone(permissions=["camera"]):
        page.tap("#tab-mine")
        page.tap("[data-part=mine-camera]")
        for name in ("video", "snap"):
            reached(page, f"[data-part=mine-{name}]")
        page.tap("[data-part=mine-mirror-close]")


def test_a_chip_leads_to_a_control_that_is_wholly_in_sight(phone):
    for page, *_ in phone():
        first = settled(page)
        page.set_input_files("[data-part=file]", PHOTOS / "p02.jpg")
        page.wait_for_selector("[data-part=photo][data-state=done]")
        for name in ("hair_colour", "eye_colour"):
            page.tap(f"[data-chip={name}]")
            reached(page, f"[data-trait={name}]")
        page.tap("[data-part=again]")
        page.wait_for_function("first => document.querySelector('[data-part=root]').dataset.code === first", arg=first)


def test_a_tab_opens_at_its_start_wherever_the_page_was(phone):
    for page, *_ in phone():
        page.tap("#tab-hair")
        for what in ("h2", "[data-trait=hair_colour] .swatch"):  # the colour is no screens below 18 hairstyles
            reached(page, f"#panel-hair {what}")
        page.evaluate("scrollBy(0, 800)")
        page.tap("#tab-eyes")
        reached(page, "#panel-eyes h2")


def test_the_picture_can_be_downloaded_as_soon_as_the_sheet_is_open(phone):
    for page, *_ in phone():
        page.tap("[data-part=save-menu] > summary")
        reached(page, "[data-part=save]")
        page.tap("[data-part=save-menu] > summary")


def test_on_an_enlarged_page_all_that_one_does_with_the_avatar_can_be_pressed(phone):
    for page, width, _ in phone(ENLARGED):
        for name in ("dice", "undo", "redo", "save-menu", "link"):
            page.locator(f"[data-part={name}]").scroll_into_view_if_needed()
            reached(page, f"[data-part={name}]")
            assert page.locator(f"[data-part={name}]").bounding_box()["width"] > 24, (width, name)
        for tab in page.locator("[role=tab]").all():
            tab.tap()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, tab.get_attribute("id"))
        title, languages = (page.locator(one).bounding_box() for one in ("h1", ".languages"))
        assert title["x"] + title["width"] <= languages["x"] or title["y"] + title["height"] <= languages["y"], width


def test_a_tablet_has_room_for_words(phone):
    page, *_ = next(phone([(768, 1024)]))
    for name in ("save-menu", "link"):
        assert page.locator(f"[data-part={name}] span").first.bounding_box()["width"] > 40


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_the_line_for_words_says_what_it_is_for(phone, locale):
    page, *_ = next(phone([(360, 640)], locale=locale))
    assert page.eval_on_selector("[data-part=sentence]", """input => {
        const style = getComputedStyle(input), brush = document.createElement('canvas').getContext('2d');
        brush.font = style.font;
        return brush.measureText(input.placeholder).width <= input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    }""")


def test_a_phone_or_tablet_that_is_turned_shows_what_its_camera_sees_and_the_open_tab(phone):
    page, *_ = next(phone([(844, 390)], permissions=["camera"]))
    page.tap("[data-part=camera]")
    for size in ((844, 390), (390, 844), (844, 390)):
        page.set_viewport_size(dict(zip(("width", "height"), size)))
        for name in ("video", "snap"):
            reached(page, f"[data-part={name}]")
    page.tap("[data-part=camera-cancel]")
    for width, height in ((820, 1180), (1180, 820)):
        page.set_viewport_size({"width": width, "height": height})
        page.tap("#tab-mine")
        page.tap("[data-part=mine-camera]")
        page.set_viewport_size({"width": height, "height": width})
        reached(page, "[data-part=mine-snap]")
        reached(page, "#tab-mine")
        page.tap("[data-part=mine-mirror-close]")


def test_what_asks_once_more_fits_the_screen(phone):
    for page, width, _ in phone([(320, 640), (360, 640)]):
        page.tap("#tab-play")
        page.tap("button:has-text('Forget everything')")
        page.wait_for_selector("button:has-text('Press again')")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.wait_for_selector("button:has-text('Forget everything')")  # after a few seconds


def test_a_finger_hits_what_it_means(phone):
    small = """all => all.filter(node => node.offsetParent && node.getBoundingClientRect().height < 39.5).map(node => node.outerHTML.slice(0, 90))"""
    page, *_ = next(phone([(1024, 768)]))
    for tab in ("hair", "style", "mine", "enlarge", "play"):
        page.tap(f"#tab-{tab}")
        assert page.eval_on_selector_all(f"#panel-{tab} :is(.button, .swatch, .segments label, .check, summary, input[type=text], select, input[type=color])", small) == [], tab
    page.tap("[data-part=save-menu] > summary")
    assert page.eval_on_selector_all(".sheet :is(.button, .segments label, .check, select)", small) == []
