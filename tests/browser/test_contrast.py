"""What can be told apart: in the light and the dark, and in Windows' contrast themes."""
from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

SEEN = "e => (({ color, backgroundColor, borderColor, borderWidth, boxShadow }) => ({ color, backgroundColor, borderColor, borderWidth, boxShadow }))(getComputedStyle(e))"


def luminance(*rgb: int) -> float:
    """WCAG's relative luminance of 0..255."""
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in (channel / 255 for channel in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours as computed styles have them."""
    ink, ground = sorted(luminance(*map(int, re.findall(r"\d+", colour)[:3])) for colour in (one, other))
    return (ground + 0.05) / (ink + 0.05)


@pytest.fixture(params=["light", "dark"])
def page(visit, request):
    return visit(color_scheme=request.param, reduced_motion="reduce")


@pytest.fixture(params=["light", "dark"])
def forced(visit, request):
    return visit(color_scheme=request.param, forced_colors="active", reduced_motion="reduce")


def test_what_is_chosen_can_be_read(page):
    page.click("[data-lock=face]")
    for chosen in ("#tab-face", "[data-lock=face]"):
        style = page.eval_on_selector(chosen, SEEN)
        assert contrast(style["color"], style["backgroundColor"]) >= 4.5, chosen  # WCAG 2.2, 1.4.3


def test_where_a_field_ends_and_which_segment_is_chosen_can_be_seen(page):
    page.click("[data-part=save-menu] > summary")
    page.click("#tab-play")
    for field in ("sentence", "packs", "mix-code"):
        style = page.eval_on_selector(f"[data-part={field}]", SEEN)
        around = page.eval_on_selector(".sheet" if field == "packs" else ".card", SEEN)["backgroundColor"]
        assert min(contrast(style["borderColor"], ground) for ground in (style["backgroundColor"], around)) >= 3, field  # WCAG 2.2, 1.4.11
    for chosen, around in ((".segments :checked + span", ".segments"), (".languages [aria-pressed=true]", ".languages")):
        ring, ground = (page.eval_on_selector(selector, SEEN) for selector in (chosen, around))
        assert contrast(ring["boxShadow"], ground["backgroundColor"]) >= 3, chosen


def test_what_a_field_suggests_does_not_look_like_what_is_written_in_it(page):
    for field in ("sentence", "mine-name", "own-name", "mix-code"):
        ink, hint = page.eval_on_selector(f"[data-part={field}]", "e => [getComputedStyle(e).color, getComputedStyle(e, '::placeholder').color]")
        assert contrast(ink, hint) > 1.5, field


def test_a_contrast_theme_shows_the_colours_that_one_chooses_from(forced):
    for tab in ("face", "hair", "background"):
        grounds = forced.eval_on_selector_all(f"#panel-{tab} .swatch", "all => all.map(e => getComputedStyle(e).backgroundColor)")
        assert len(set(grounds)) == len(grounds) >= 9, tab


def test_a_contrast_theme_shows_the_rails_of_sliders(forced):
    for trait in ("skin_tone", "face_width"):
        with Image.open(io.BytesIO(forced.locator(f"#trait-{trait}").screenshot())) as image:
            shades = np.asarray(image.convert("L"), dtype=int)
        assert np.abs(shades[len(shades) // 2, 40:80] - shades[1, 1]).min() > 15, trait  # left of the thumb, against the corner


def test_a_contrast_theme_shows_what_is_chosen(forced):
    forced.click("#tab-hair")
    forced.click("[data-part=save-menu] > summary")
    for chosen, other in (("#tab-hair", "#tab-face"), (".segments :checked + span", ".segments :not(:checked) + span"),
                          (".languages [aria-pressed=true]", ".languages [aria-pressed=false]"), (".choice :checked ~ .peek", ".choice :not(:checked) ~ .peek"),
                          (".kind:has(:checked)", ".kind:not(:has(:checked))")):
        here, there = (forced.eval_on_selector(selector, SEEN) for selector in (chosen, other))
        assert (here["backgroundColor"], here["borderColor"]) != (there["backgroundColor"], there["borderColor"]), chosen
