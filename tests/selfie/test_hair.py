"""What is done with hair: hidden by a hat, tied back, parted; painted on a public-domain portrait, or changed in its measurements."""
from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from avatar_studio import traits
from avatar_studio.selfie import read
from avatar_studio.selfie.decide import decide
from avatar_studio.selfie.faces import find_faces
from avatar_studio.selfie.measure import measure
from avatar_studio.selfie.portrait import portrait

from .conftest import photo


def knitted_hat(picture: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """A ribbed hat from above the brows to over the ears."""
    left, top, right, bottom = find_faces(picture)[0].box
    x, width, height = (left + right) / 2, right - left, bottom - top
    mask = Image.new("L", picture.size)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((x - 0.68 * width, top - 0.62 * height, x + 0.68 * width, top + 0.95 * height), fill=255)
    draw.rectangle((0, top + 0.45 * height, picture.width, picture.height), fill=0)
    draw.ellipse((x - 0.75 * width, top + 0.08 * height, x + 0.75 * width, top + 1.6 * height), fill=0)
    ribs = 10 * np.sin(np.arange(picture.width) / (0.03 * width))[None, :, None]
    noise = np.random.default_rng(0).normal(0, 5, (picture.height, picture.width, 1))
    wool = Image.fromarray((np.array(colour) + ribs + noise).clip(0, 255).astype(np.uint8))
    return Image.composite(wool, picture, mask.filter(ImageFilter.GaussianBlur(0.7)))


@pytest.mark.parametrize("colour", ((40, 120, 130), (150, 40, 60)), ids=("teal", "red"))
def test_a_knitted_hat_over_the_ears_is_a_beanie(colour):
    values = read(knitted_hat(photo("p02.jpg"), colour)).values
    assert values["headwear"] == "beanie"
    assert abs(np.subtract(traits.rgb(values, "accent"), np.array(colour) / 255)).max() < 0.12
    assert values["hair_back"] != "bald"


def test_a_side_fringe_falls_away_from_its_parting(astronaut):
    """The astronaut's parting is left of the picture's middle, the drawing's is on the side that fringe_sweep points to."""
    mirrored = read(ImageOps.mirror(photo("p02.jpg")))
    assert astronaut.values["fringe"] == mirrored.values["fringe"] == "side"
    assert astronaut.values["fringe_sweep"] < 0 < mirrored.values["fringe_sweep"]


@pytest.mark.parametrize("side", (-1, 1))
def test_long_hair_is_parted_where_its_hairline_is_highest(measured, side):
    long = measured | {"fringe": 0.0, "hair_cheek_less": 0.6, "hair_neck": 0.6, "hair_fall": 2.0}
    values, _, _ = decide(long | {"parting": side * 0.3, "parting_deep": 0.2})
    assert values["fringe"] == "parted" and values["fringe_sweep"] * side > 0.4
    _, _, unsure = decide(long | {"parting": side * 0.3, "parting_deep": 0.0})
    assert "fringe_sweep" in unsure


def test_short_hair_covers_as_much_of_the_ears_as_in_the_photo(measured):
    short = measured | {"curl": 0.2, "hair_wide": 1.1, "hair_cheek_less": 0.0}
    bare, covered = (decide(short | {"hair_cheek": width})[0] for width in (0.0, 0.4))
    assert bare["hair_back"] == covered["hair_back"] == "short"
    assert bare["hair_length"] < -0.5 < 0.1 < covered["hair_length"]


def test_hair_to_the_jaw_has_curls_where_its_strands_run_all_ways(measured):
    medium = measured | {"hair_cheek": 0.7, "hair_cheek_less": 0.7, "hair_neck": 0.04, "hair_fall": 1.1, "hair_wide": 1.6}
    assert [decide(medium | {"curl": curl})[0]["hair_back"] for curl in (0.15, 0.35, 0.53)] == ["bob", "shaggy", "curly"]
    assert decide(medium | {"curl": 0.53})[0]["hair_length"] > 0.3  # and they fall as far
    assert decide(medium | {"curl": 0.53, "hair_wide": 1.8, "crown": 1.3})[0]["hair_back"] == "afro"


def test_hair_tied_back_is_a_knot_or_a_tail(measured):
    short = measured | {"hair_cheek": 0.0, "hair_cheek_less": 0.0, "hair_jaw": 0.0, "hair_neck": 0.0, "hair_top": 1.0, "knot": 0.0, "tail": 0.0}
    assert decide(short)[0]["hair_back"] in ("short", "curly")
    assert decide(short | {"hair_top": 1.6, "knot": 0.45})[0]["hair_back"] == "bun"
    tied, _, unsure = decide(short | {"tail": 0.6})
    assert tied["hair_back"] == "ponytail"
    assert "hair_length" not in tied and "hair_length" not in unsure  # nobody sees how long it is: it stays as it was


@pytest.mark.parametrize("found, style", (
    ({}, "ponytail"), ({"curl": 0.25}, "short"), ({"fringe": 0.3}, "short"), ({"crown_contrast": 20.0}, "short"), ({"sharp": 30.0}, "short"),
), ids=("sleek", "strands this way and that", "a fringe", "thin", "a small photo"))
def test_hair_that_is_combed_back_tightly_is_tied_where_nobody_sees_it(measured, found, style):
    sleek = {"curl": 0.06, "fringe": 0.0, "crown_contrast": 60.0, "sharp": 100.0, "hair_top": 0.7, "hair_jaw": 0.0, "hair_cheek": 0.0, "hair_cheek_less": 0.0}
    values, confidence, _ = decide(measured | sleek | found)
    assert values["hair_back"] == style
    assert confidence["hair_back"] < 0.7 or style != "ponytail"  # a slick short cut can look the same


def test_a_knot_on_the_head_is_seen():
    picture = ImageOps.expand(photo("p02.jpg"), (0, 120, 0, 0), fill=(200, 195, 190))
    face = find_faces(picture)[0]
    left, top, right, bottom = face.box
    before = measure(portrait(picture, face))
    x, size = (left + right) / 2, right - left
    ImageDraw.Draw(picture).ellipse((x - 0.25 * size, top - 0.95 * size, x + 0.25 * size, top - 0.4 * size), fill=(112, 92, 52))
    after = measure(portrait(picture, face))
    assert after["knot"] > 0.3 > before["knot"]
    assert after["hair_top"] > before["hair_top"] + 0.3


def test_a_photo_that_ends_at_the_forehead_says_nothing_of_what_is_above_it(astronaut):
    top = astronaut.faces[0][1]
    picture = photo("p02.jpg").crop((0, top, 512, 512))
    reading = read(picture)
    assert reading.avatar().traits["hair_back"] not in ("bald", "buzz", "bun", "ponytail")
    assert "hair_volume" in reading.unsure and "hair_volume" in astronaut.values
    red, green, blue = traits.rgb(reading.values, "hair")
    assert red > green > blue


def test_a_grey_beard_is_told_by_its_roughness_and_stubble_by_little_of_both(measured):
    rough = measured | {"upper_lip_dark": 20.0, "upper_lip_rough": 6.5, "chin_dark": 10.0, "jaw_left_dark": 12.0, "jaw_right_dark": 12.0}
    grey, brown = (np.array((lightness, 1.0, 3.0)) for lightness in (62.0, 25.0))
    full, stubble, faint = (decide(rough | {"hair": hair, "chin_rough": chin})[0] for hair, chin in ((grey, 5.0), (brown, 5.0), (brown, 2.2)))
    assert (full["beard"], full["moustache"]) == ("full", "thick")
    assert stubble["beard"] == faint["beard"] == "stubble" and stubble["moustache"] == faint["moustache"] == "none"
    assert stubble["beard_length"] > faint["beard_length"] + 0.5


def test_who_has_a_beard_has_no_painted_lashes(measured):
    bearded = measured | {"upper_lip_dark": 40.0, "chin_dark": 40.0, "jaw_left_dark": 40.0, "jaw_right_dark": 40.0}
    values, _, _ = decide(bearded)
    assert values["beard"] == "full" and values["lashes"] < 0.2
    assert "lashes" not in decide(measured)[0]
