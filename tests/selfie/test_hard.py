"""Photos that are hard to read, made of two public-domain portraits: the best avatar that can be had, or one honest sentence."""
from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from avatar_studio import traits
from avatar_studio.avatar import Avatar
from avatar_studio.selfie import SelfieError, read, read_everyone
from avatar_studio.selfie.decide import SHAPES, decide
from avatar_studio.selfie.faces import OVAL, find_faces
from avatar_studio.selfie.measure import measure
from avatar_studio.selfie.portrait import portrait

from .conftest import photo


@pytest.mark.parametrize("degrees", (-35, 20, 45))
def test_a_tilted_head_reads_as_it_does_upright(astronaut, degrees):
    values = read(photo("p02.jpg").rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="grey")).values
    assert values["mouth_smile"] > 0.5 and values["glasses"] == "none"
    assert abs(values["skin_tone"] - astronaut.values["skin_tone"]) < 0.2
    assert values["hair_back"] in ("short", "curly", "shaggy")


def test_in_low_light_a_face_is_found_and_its_skin_stays_near(astronaut):
    values = read(ImageEnhance.Brightness(photo("p02.jpg")).enhance(0.35)).values
    assert values["mouth_smile"] > 0.5
    assert abs(values["skin_tone"] - astronaut.values["skin_tone"]) < 0.35


@pytest.mark.parametrize("cast", ((1.0, 0.9, 0.7), (0.75, 0.9, 1.0)), ids=("lamp", "shade"))
def test_a_colour_cast_moves_the_skin_less_than_a_level(astronaut, cast):
    values = read(Image.fromarray((np.asarray(photo("p02.jpg")) * cast).astype(np.uint8))).values
    assert abs(values["skin_tone"] - astronaut.values["skin_tone"]) < 0.25
    assert values["mouth_smile"] > 0.5


@pytest.mark.parametrize("cast", ((1.0, 0.9, 0.7), (0.75, 0.9, 1.0)), ids=("lamp", "shade"))
def test_a_colour_cast_leaves_hair_its_colour(astronaut, cast):
    """Blond hair stays blond: what the cast adds to the cheeks is taken out of the hair."""
    values = read(Image.fromarray((np.asarray(photo("p02.jpg")) * cast).astype(np.uint8))).values
    assert abs(np.subtract(traits.rgb(values, "hair"), traits.rgb(astronaut.values, "hair"))).max() < 0.15
    red, green, blue = traits.rgb(values, "hair")
    assert red > green > blue


def test_a_mask_hides_the_mouth_and_that_is_said():
    picture = photo("p02.jpg")
    left, top, right, bottom = read(picture).faces[0]
    width, height = right - left, bottom - top
    ImageDraw.Draw(picture).rounded_rectangle((left - 2, top + 0.56 * height, right + 2, bottom + 2), width * 0.2, fill=(222, 232, 238))
    reading = read(picture)
    assert {"mouth_smile", "mouth_open", "beard"} <= set(reading.unsure)
    assert reading.values["skin_tone"] < 0.45 and "eye_size" in reading.values


def test_a_hand_over_one_side_leaves_the_other(astronaut):
    picture = photo("p02.jpg")
    left, top, right, bottom = astronaut.faces[0]
    width, height = right - left, bottom - top
    ImageDraw.Draw(picture).ellipse((right - 0.25 * width, top + 0.35 * height, right + 0.35 * width, bottom + 0.1 * height), fill=(196, 148, 122))
    values = read(picture).values
    assert values["glasses"] == "none" and abs(values["skin_tone"] - astronaut.values["skin_tone"]) < 0.25


def test_a_tiny_face_in_a_large_photo_is_found():
    large = Image.new("RGB", (1600, 1200), (96, 128, 150))
    large.paste(photo("p02.jpg").resize((256, 256)), (1240, 820))
    reading = read(large)
    left, top, right, bottom = reading.faces[0]
    assert 1240 < left < right < 1500 and 820 < top < bottom < 1076 and right - left < 90
    assert reading.values["mouth_smile"] > 0.5


def test_half_a_face_at_the_border_gives_an_avatar_or_a_sentence(astronaut):
    left, _, right, _ = astronaut.faces[0]
    picture = photo("p02.jpg").crop((0, 0, (left + right) // 2 + (right - left) // 6, 512))
    try:
        assert read(picture).values["glasses"] == "none"
    except SelfieError as refusal:
        assert refusal.key == "no_face"


def test_a_statue_or_a_black_and_white_photo_reads_without_an_odd_colour():
    values = read(photo("p02.jpg").convert("L").convert("RGB")).avatar().traits
    assert values["mouth_smile"] > 0.5
    red, green, blue = traits.rgb(values, "hair")
    assert max(red, green, blue) - min(red, green, blue) < 0.25
    assert values["skin_tone"] < 0.5


def test_a_drawing_gives_an_avatar_or_one_sentence(studio):
    drawing = studio.draw(Avatar({"hair_back": "bob", "glasses": "none"}, background="plain", size=512)).convert("RGB")
    try:
        assert read(drawing).avatar()
    except SelfieError as refusal:
        assert refusal.key == "no_face"


def test_an_animal_is_no_face():
    """A cat (scikit-image's data, CC0)."""
    with pytest.raises(SelfieError) as refusal:
        read(photo("cat.jpg"))
    assert refusal.value.key == "no_face"


def test_in_profile_shapes_are_not_guessed():
    picture = photo("p02.jpg")
    values, _, unsure = decide(measure(portrait(picture, find_faces(picture)[0])) | {"turned": 1.1})
    assert set(SHAPES) | {"mouth_smile", "glasses", "hair_back", "fringe"} <= set(unsure)
    assert "skin_tone" in values and "hair_hue" in values


def test_a_face_printed_on_a_shirt_is_not_the_one_that_is_read():
    picture = photo("p01.jpg")
    picture.paste(photo("p02.jpg").crop((140, 10, 330, 250)).resize((80, 100)), (110, 490))
    reading = read(picture)
    assert reading.values["glasses"] != "none"
    left, top, right, bottom = reading.faces[reading.face]
    assert bottom < 420


def test_a_peaked_cap_is_no_hair():
    reading = read(photo("p01.jpg"))
    assert reading.values["headwear"] == "cap"
    assert max(traits.rgb(reading.values | {}, "accent")) < 0.35  # a black cap
    assert "hair_hue" in reading.unsure  # what it hides is not guessed


def test_a_drawn_cap_is_seen_and_bare_hair_is_not_a_hat(astronaut):
    assert astronaut.values["headwear"] == "none"
    picture = photo("p02.jpg")
    left, top, right, bottom = astronaut.faces[0]
    width, height = right - left, bottom - top
    draw = ImageDraw.Draw(picture)
    draw.pieslice((left - 0.2 * width, top - 0.65 * height, right + 0.2 * width, top + 0.85 * height), 180, 360, fill=(30, 60, 160))
    reading = read(picture)
    assert reading.values["headwear"] == "cap"
    red, green, blue = traits.rgb(reading.values, "accent")
    assert blue > 1.5 * red


@pytest.mark.parametrize("colour", ((40, 120, 130), (24, 22, 30), (150, 40, 60)), ids=("teal", "black", "red"))
def test_a_scarf_that_hides_the_hair_is_a_hijab_in_its_colour(colour):
    picture = photo("p02.jpg")
    oval = find_faces(picture)[0].points[list(OVAL), :2]
    centre, (width, height) = oval.mean(0), np.ptp(oval, axis=0)
    (x, y), mask = centre, Image.new("L", picture.size)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((x - 0.85 * width, y - 0.85 * height, x + 0.85 * width, y + 0.8 * height), fill=255)
    draw.polygon([(x - 0.85 * width, y), (x + 0.85 * width, y), (x + 1.1 * width, y + 1.3 * height), (x - 1.1 * width, y + 1.3 * height)], fill=255)
    draw.polygon([tuple(point) for point in centre + (oval - centre) * 0.9], fill=0)
    noise = np.random.default_rng(0).normal(0, 4, (picture.height, picture.width, 1))
    cloth = Image.fromarray((np.array(colour) + noise).clip(0, 255).astype(np.uint8))
    values = read(Image.composite(cloth, picture, mask)).values
    assert values["hair_back"] == "hijab" and values["headwear"] == "none"
    assert abs(np.subtract(traits.rgb(values, "hair"), np.array(colour) / 255)).max() < 0.1


def test_a_jacket_is_told_from_a_plain_top():
    assert read(photo("p01.jpg")).values["clothes"] == "jacket"  # a dark uniform over a white shirt
    picture = photo("p01.jpg")
    left, top, right, bottom = read(picture).faces[0]
    ImageDraw.Draw(picture).rectangle((0, bottom + 0.2 * (bottom - top), picture.width, picture.height), fill=(120, 60, 70))
    assert read(picture).values["clothes"] == "tee"


def test_everyone_on_a_photo_from_left_to_right():
    left, right = photo("p02.jpg"), photo("p01.jpg")
    both = Image.new("RGB", (left.width + right.width, max(left.height, right.height)), "grey")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    first, second = read_everyone(both, 12)
    assert first.values["glasses"] == "none" and second.values["glasses"] != "none"
    assert len(read_everyone(both, 1)) == 1


def test_what_lies_below_the_end_of_a_photo_is_not_guessed():
    picture = photo("p02.jpg")
    nose = int(find_faces(picture)[0].points[2, 1])
    reading = read(picture.crop((0, 0, picture.width, nose + 2)))
    assert {"mouth_smile", "mouth_open", "lips"} <= set(reading.unsure)


@pytest.mark.parametrize(("closed", "half"), [("eye_open_left", 0), ("eye_open_right", 1)])
def test_a_wink_closes_the_eye_on_the_same_side_of_the_picture(studio, closed, half):
    picture = photo("p02.jpg")
    measured = measure(portrait(picture, find_faces(picture)[0]))
    values, _, _ = decide(measured | {"eye_open_left": 0.3, "eye_open_right": 0.3, closed: 0.05})
    both, one = (np.asarray(studio.draw(Avatar({"wink": wink})).convert("L"), int) for wink in ("none", values["wink"]))
    change = np.abs(both - one)[90:170]
    sides = change[:, :128].sum(), change[:, 128:].sum()
    assert sides[half] > 5 * sides[1 - half]
