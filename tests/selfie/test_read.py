"""A photo of an astronaut (p02) and of an admiral (p01), both public domain, read as a person would read them."""
from __future__ import annotations

import io
import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from avatar_studio import traits
from avatar_studio.avatar import Avatar, decode
from avatar_studio.selfie import SelfieError, read
from avatar_studio.selfie.faces import find_faces, polygon
from avatar_studio.selfie.hair import HAIR, SKIN
from avatar_studio.selfie.measure import MOUTH
from avatar_studio.selfie.portrait import portrait

from .conftest import PHOTOS, photo


@pytest.fixture(scope="module")
def admiral():
    return read(photo("p01.jpg"))


def test_the_astronaut_laughs_with_short_blond_hair_and_an_orange_suit(astronaut):
    values = astronaut.avatar().traits
    assert values["mouth_smile"] > 0.6 and values["mouth_open"] > 0.15
    assert values["glasses"] == "none" and values["beard"] == "none"
    assert values["hair_back"] in ("short", "curly", "shaggy")
    red, green, blue = traits.rgb(values, "hair")
    assert red > green > blue and 0.25 < values["hair_lightness"] < 0.75
    red, green, blue = traits.rgb(values, "clothes")
    assert red > 1.5 * blue
    assert values["skin_tone"] < 0.45


def test_the_admiral_wears_glasses_and_looks_calm_not_cross(admiral):
    values = admiral.avatar().traits
    assert values["glasses"] != "none"
    assert -0.3 < values["mouth_smile"] < 0.2 and values["mouth_open"] < 0.1
    assert traits.rgb(values, "clothes")[0] < 0.25  # a dark uniform


def test_a_reading_is_made_of_traits_and_gives_an_avatar_that_encodes(astronaut, admiral):
    for reading in (astronaut, admiral):
        assert traits.clean(reading.values)
        assert set(reading.values).isdisjoint(reading.unsure)
        assert set(reading.values) | set(reading.unsure) == set(reading.confidence)
        assert all(0 <= c <= 1 for c in reading.confidence.values())
        avatar = reading.avatar()
        assert decode(avatar.code) == avatar
        for name in reading.unsure:
            assert avatar.traits[name] == traits.DEFAULTS[name]


def test_what_the_photo_does_not_tell_and_locked_groups_stay_as_they_were(astronaut):
    base = Avatar({"motif": "heart", "mouth_smile": -1.0, "glasses": "round"}, seed=7, size=512)
    avatar = astronaut.avatar(base, keep_groups={"mouth"})
    assert (avatar.seed, avatar.size, avatar.traits["motif"]) == (7, 512, "heart")
    assert avatar.traits["mouth_smile"] == -1.0
    assert avatar.traits["glasses"] == "none"


def test_what_could_not_be_seen_goes_to_its_default(admiral):
    assert "hair_hue" in admiral.unsure and admiral.avatar(Avatar({"hair_hue": 200})).traits["hair_hue"] == traits.DEFAULTS["hair_hue"]


def test_bytes_and_picture_read_the_same_every_time(astronaut):
    again = read((PHOTOS / "p02.jpg").read_bytes())
    assert again == astronaut == read(photo("p02.jpg"))


def test_a_photo_stored_on_its_side_reads_like_the_upright_one(astronaut):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    buffer = io.BytesIO()
    photo("p02.jpg").transpose(Image.Transpose.ROTATE_90).save(buffer, "JPEG", quality=95, exif=exif)
    turned = read(buffer.getvalue())
    assert np.abs(np.subtract(turned.faces[0], astronaut.faces[0])).max() <= 6
    assert turned.values["glasses"] == "none" and turned.values["mouth_smile"] > 0.6


@pytest.mark.parametrize("turn", (90, 180, 270))
def test_a_photo_on_its_side_without_exif_still_has_its_face(turn):
    assert read(photo("p02.jpg").rotate(turn, expand=True)).values["mouth_smile"] > 0.5


def test_two_people_are_two_faces_and_either_can_be_read(astronaut, admiral):
    left, right = photo("p02.jpg"), photo("p01.jpg")
    both = Image.new("RGB", (left.width + right.width, max(left.height, right.height)), "grey")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    readings = [read(both, face=index) for index in (0, 1)]
    assert len(readings[0].faces) == 2 and read(both).face == 0
    of_admiral = next(r for r in readings if r.faces[r.face][0] > left.width)
    of_astronaut = next(r for r in readings if r.faces[r.face][2] < left.width)
    assert of_admiral.values["glasses"] != "none" and of_astronaut.values["glasses"] == "none"
    assert of_astronaut.values["mouth_smile"] > 0.6 > of_admiral.avatar().traits["mouth_smile"]
    for index in (2, -1):
        with pytest.raises(SelfieError) as refusal:
            read(both, face=index)
        assert refusal.value.key == "no_such_face"


def test_a_photo_without_a_face_says_so():
    ramp = np.linspace(0, 255, 400, dtype=np.uint8)
    gradient = Image.fromarray(np.stack([np.tile(ramp, (300, 1))] * 3, -1))
    for empty in (gradient, Image.new("RGB", (3, 3)), Image.new("RGB", (1600, 2))):
        with pytest.raises(SelfieError) as refusal:
            read(empty)
        assert refusal.value.key == "no_face"


@pytest.mark.parametrize("brightness", (0.65, 1.2))
def test_light_changes_the_skin_little(astronaut, brightness):
    changed = read(ImageEnhance.Brightness(photo("p02.jpg")).enhance(brightness))
    assert abs(changed.values["skin_tone"] - astronaut.values["skin_tone"]) < 0.2


def part_of(picture: Image.Image, part: int) -> np.ndarray:
    """float (height, width, 1): where the first face's hair or skin is in the photo."""
    seen = portrait(picture, find_faces(picture)[0])
    back = np.linalg.inv(seen.view.to_photo[:, :2])
    (a, b), (d, e) = back
    c, f = -back @ seen.view.to_photo[:, 2]
    mask = Image.fromarray((seen.classes[..., part] * 255).astype(np.uint8))
    return np.asarray(mask.transform(picture.size, Image.Transform.AFFINE, (a, b, c, d, e, f)))[..., None] / 255


def test_dark_skin_stays_dark():
    """The astronaut's skin painted deep brown, the rest of the photo as it was."""
    picture = photo("p02.jpg")
    dark = np.asarray(picture) * (1 - part_of(picture, SKIN) * (1 - np.array([0.42, 0.36, 0.32])))
    assert read(Image.fromarray(dark.astype(np.uint8))).values["skin_tone"] > 0.6


def test_brown_skin_in_a_grey_scene_stays_brown():
    """Skin painted brown and the photo a little dimmed: nothing in it is white, which is no reason to brighten it."""
    picture = photo("p02.jpg")
    teeth = polygon(find_faces(picture)[0].points[list(MOUTH)], 512)[..., None]
    brown = np.asarray(picture) * (1 - part_of(picture, SKIN) * ~teeth * (1 - np.array([0.7, 0.6, 0.52]))) * 0.85
    assert 0.45 < read(Image.fromarray(brown.astype(np.uint8))).values["skin_tone"] < 0.8


def test_freckles_are_seen_where_there_are_some():
    picture = photo("p02.jpg").resize((1024, 1024), Image.Resampling.LANCZOS)
    assert read(picture).values["freckles"] == 0
    left, top, right, bottom = find_faces(picture)[0].box
    width, height, chance = right - left, bottom - top, np.random.default_rng(1)
    spots = Image.new("L", picture.size)
    for _ in range(80):
        x, y = left + width * chance.uniform(0.18, 0.82), top + height * chance.normal(0.55, 0.06)
        r = width * chance.uniform(0.006, 0.013)
        ImageDraw.Draw(spots).ellipse((x - r, y - r, x + r, y + r), fill=int(chance.uniform(110, 220)))
    brown = Image.new("RGB", picture.size, (140, 85, 60))
    assert read(Image.composite(brown, picture, spots.filter(ImageFilter.GaussianBlur(0.003 * width)))).values["freckles"] > 0.2


@pytest.mark.parametrize("shift", (90, 200))
def test_dyed_hair_is_read_in_its_new_colour(astronaut, shift):
    picture = photo("p02.jpg")
    hsv = np.array(picture.convert("HSV"))
    hsv[..., 0] += np.uint8(round(shift * 256 / 360))  # wraps around, as hues do
    dyed = np.asarray(Image.fromarray(hsv, "HSV").convert("RGB"))
    hair = part_of(picture, HAIR)
    reading = read(Image.fromarray((np.asarray(picture) * (1 - hair) + dyed * hair).astype(np.uint8)))
    turned = (reading.values["hair_hue"] - astronaut.values["hair_hue"]) % 360
    assert abs(turned - shift) < 30


def test_sunglasses_are_seen():
    picture = photo("p02.jpg")
    left, top, right, bottom = read(picture).faces[0]
    width, height = right - left, bottom - top
    draw = ImageDraw.Draw(picture)
    for x in (0.28, 0.72):
        cx, cy = left + x * width, top + 0.33 * height
        draw.ellipse((cx - 0.2 * width, cy - 0.13 * height, cx + 0.2 * width, cy + 0.17 * height), fill=(12, 12, 14))
    draw.line((left + 0.4 * width, top + 0.3 * height, right - 0.4 * width, top + 0.3 * height), fill=(12, 12, 14), width=4)
    assert read(picture).values["glasses"] == "sun"


def test_many_threads_read_the_same(astronaut):
    results = []
    threads = [threading.Thread(target=lambda: results.append(read(photo("p02.jpg")))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [astronaut] * 3


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1)])
def test_a_strip_holds_no_face(size):
    with pytest.raises(SelfieError) as refusal:
        read(Image.new("RGB", size, "red"))
    assert refusal.value.key == "no_face"
