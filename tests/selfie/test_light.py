"""A public-domain portrait as people take selfies: in the dark, against a window, very near, with a webcam, in grey."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from avatar_studio import traits
from avatar_studio.selfie import read
from avatar_studio.selfie.decide import decide
from avatar_studio.selfie.faces import FOREHEAD, person_mask
from avatar_studio.selfie.hair import HAIR
from avatar_studio.selfie.hair_shape import hair
from avatar_studio.selfie.lab import to_linear, to_srgb
from avatar_studio.selfie.portrait import UNIT
from avatar_studio.selfie.rules import srgb

from .conftest import photo


def picture_of(light: np.ndarray) -> Image.Image:
    return Image.fromarray(np.round(255 * to_srgb(light)).astype(np.uint8))


def near_in_colour(a, b, name: str, most: float) -> bool:
    return abs(np.subtract(traits.rgb(a, name), traits.rgb(b, name))).max() < most


@pytest.mark.parametrize("light", (0.15, 0.04))
def test_in_the_dark_skin_and_hair_keep_their_colours(astronaut, light):
    values = read(picture_of(light * to_linear(np.asarray(photo("p02.jpg"))))).values
    assert values["skin_tone"] < 0.45
    assert near_in_colour(values, astronaut.values, "hair", 0.2)


def before_a_window(picture: Image.Image, person: float) -> Image.Image:
    light, mask = to_linear(np.asarray(picture)), person_mask(np.asarray(picture))[..., None]
    return picture_of(person * light * mask + (0.75 + 2 * light).clip(0, 1) * (1 - mask))


def test_against_a_window_skin_and_hair_keep_their_colours(astronaut):
    values = read(before_a_window(photo("p02.jpg"), 0.1)).values
    assert values["skin_tone"] < 0.45
    assert near_in_colour(values, astronaut.values, "hair", 0.25)


def test_a_face_that_is_very_near_keeps_its_long_hair(measured, seen):
    """What the photo shows beside her cheeks is painted as hair, and that is little."""
    left, right, top = int(seen.points[234, 0]), int(seen.points[454, 0]), int(seen.points[FOREHEAD, 1])
    inside = np.zeros_like(seen.view.inside)
    inside[top:, left - UNIT // 8:right + UNIT // 8] = True
    classes = seen.classes.copy()
    for beside in (slice(None, left), slice(right, None)):
        classes[:, beside] = 0
        classes[:, beside, HAIR] = 1
    tight = hair(replace(seen, view=replace(seen.view, inside=inside), classes=classes))
    assert decide(measured | tight)[0]["hair_back"] not in ("short", "curly", "buzz")


def test_a_webcam_shows_the_colour_of_the_eyes(measured):
    values, _, _ = decide(measured | {"iris": np.array((28.0, 8.0, 16.0)), "iris_pixels": 8.0, "eye_open_left": 0.3, "eye_open_right": 0.3})
    assert 15 < values["eye_hue"] < 50


def test_little_of_a_shirt_is_enough_for_its_colour(measured):
    red = np.array((40.0, 50.0, 30.0))
    values, _, _ = decide(measured | {"clothes": red, "clothes_share": 0.3, "chest_left": np.full(3, np.nan)})
    assert abs(np.subtract(traits.rgb(values, "clothes"), srgb(red))).max() < 0.05


def test_a_beard_in_dim_light_is_a_beard(measured):
    beard = {"upper_lip_dark": 21.5, "chin_dark": 14.0, "jaw_left_dark": 14.0, "jaw_right_dark": 14.0, "upper_lip_rough": 2.0, "chin_rough": 1.2, "mouth_open": 0.0}
    assert decide(measured | beard)[0]["beard"] == "none"
    assert decide(measured | beard | {"scene": 60.0})[0]["beard"] != "none"


def test_of_a_grey_photo_the_hues_are_unsure_and_nothing_is_vivid():
    reading = read(photo("p02.jpg").convert("L").convert("RGB"))
    assert {"skin_undertone", "hair_hue", "eye_hue", "clothes_hue"} <= set(reading.unsure)
    for part in ("hair", "eye", "clothes"):
        assert np.ptp(traits.rgb(reading.avatar().traits, part)) < 0.25
