"""A picture of an avatar that lost its code comes back as an avatar that looks like it; any other picture does not."""
from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from avatar_studio import dice, inversion
from avatar_studio.avatar import Avatar
from avatar_studio.exports.expressions import express
from avatar_studio.exports.packs import as_sticker
from avatar_studio.exports.pictures import flat, labelled
from avatar_studio.inversion import CHOICES, NUMBERS, PAINTS, distance, invert, recognised, traits_of
from avatar_studio.selfie import open_photo
from avatar_studio.pixels import to_tensor
from avatar_studio.studio import Studio
from avatar_studio.traits import CONDITION_SIZE, condition

PHOTOS = Path(__file__).parent / "photos"


def rolls(count: int) -> list[Avatar]:
    return [Avatar(dice.roll(np.random.default_rng([31, k])), k) for k in range(count)]


def sent(picture: Image.Image, quality: int) -> Image.Image:
    """What arrives when it is sent as a JPEG."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=quality)
    return open_photo(buffer.getvalue(), clear=True)


def test_every_number_of_the_condition_has_one_place():
    places = [k for columns in CHOICES.values() for k in range(columns.start, columns.stop)] + NUMBERS
    assert sorted(places) == list(range(CONDITION_SIZE))


def test_traits_survive_the_condition():
    for avatar in rolls(50):
        traits = dict(avatar.traits) | {"eye_shift": 0 if not 20 <= avatar.traits["eye_shift"] <= 340 else avatar.traits["eye_shift"]}
        np.testing.assert_allclose(condition(traits_of(condition(traits))), condition(traits), atol=0.05)


def test_eyes_of_two_colours_stay_so():
    for shift in (120, 300):
        found = traits_of(condition(Avatar({"eye_shift": shift}).traits))
        assert abs(found["eye_shift"] - shift) <= 1


def test_a_picture_of_two_eye_colours_comes_back_with_both(studio):
    avatar = Avatar({"eye_hue": 200, "eye_saturation": 0.8, "eye_lightness": 0.45, "eye_shift": 180, "eye_openness": 0.9}, 7)
    found = invert(studio, studio.draw(avatar)).traits
    turned = lambda a, b: abs((a - b + 180) % 360 - 180)  # noqa: E731
    assert turned(found["eye_hue"], 200) < 15 and turned(found["eye_hue"] + found["eye_shift"], 20) < 15


def test_a_picture_comes_back_as_an_avatar_that_looks_like_it(studio):
    avatars = rolls(3)
    for avatar, other in zip(avatars, avatars[1:] + avatars[:1]):
        found = invert(studio, studio.draw(avatar))
        a, b, c = (to_tensor(studio.draw(one)) for one in (avatar, found, other))
        assert distance(a, b) < 0.15 * distance(a, c)
        assert found.background == "transparent" and found.size == 256
        assert np.mean([found.traits[name] == avatar.traits[name] for name in CHOICES]) > 0.7
        assert np.abs(condition(found.traits) - condition(avatar.traits))[PAINTS["skin"]].mean() / 2 < 0.05


@pytest.mark.parametrize("background", ["gradient", "dots"])
def test_one_that_was_sent_on_a_background_is_recognised_with_it(studio, background):
    avatar = replace(rolls(1)[0], background=background, background_colour="#8fb8ff", size=512)
    found = recognised(studio, sent(studio.draw(avatar), 80))
    assert found is not None and found.background == background and found.size == 512
    channels = [[int(code[k:k + 2], 16) for k in (1, 3, 5)] for code in (found.background_colour, avatar.background_colour)]
    assert np.abs(np.subtract(*channels)).max() <= 4


@pytest.mark.parametrize("ground", [None, "#d0e8c0", "#0b141a"])
def test_a_sticker_that_comes_back_from_a_chat_is_recognised(studio, ground):
    """Saved anew as a WebP without what it carried, or seen on the chat's green or black."""
    wanted = replace(express(rolls(2)[1], "sad"), size=512)
    sticker, buffer = as_sticker(studio.draw(wanted)), io.BytesIO()
    if ground:
        flat(sticker, ground).save(buffer, "JPEG", quality=80)
    else:
        sticker.save(buffer, "WEBP", quality=80)
    found = recognised(studio, open_photo(buffer.getvalue(), clear=True))
    assert found is not None and found.size == 512 and found.background == "transparent"
    assert np.mean([found.traits[name] == wanted.traits[name] for name in CHOICES]) > 0.8 and found.traits["mouth_smile"] < -0.5


@pytest.mark.parametrize("sticker", [False, True])
def test_one_with_the_label_of_a_provider_is_recognised_too(studio, provider, sticker):
    wanted = replace(rolls(1)[0], size=512)
    picture = labelled(as_sticker(studio.draw(wanted)) if sticker else studio.draw(wanted))
    found = recognised(studio, picture)
    assert found is not None and found.background == "transparent" and np.mean([found.traits[name] == wanted.traits[name] for name in CHOICES]) > 0.8


@pytest.mark.parametrize("edge", [None, 512])
@pytest.mark.parametrize("name", ["p01.jpg", "p02.jpg"])
def test_a_photo_is_not_taken_for_an_avatar(studio, name, edge):
    photo = open_photo((PHOTOS / name).read_bytes(), clear=True)
    assert recognised(studio, ImageOps.fit(photo, (edge, edge)) if edge else photo) is None


@pytest.mark.parametrize("picture", [
    Image.new("RGBA", (256, 256), "white"), Image.new("RGBA", (256, 256)), Image.new("L", (1, 900), 128), Image.new("P", (16, 16)),
    Image.effect_noise((300, 200), 80), Image.radial_gradient("L"), Image.effect_mandelbrot((256, 256), (-2, -1.5, 1, 1.5), 60),
    ImageOps.expand(ImageOps.fit(Image.open(PHOTOS / "p01.jpg"), (464, 464)), 24, "white"),
], ids=["white", "clear", "a line", "tiny", "noise", "gradient", "figure", "a framed photo"])
def test_neither_is_any_other_picture(studio, picture):
    assert recognised(studio, picture) is None


def test_anything_gives_some_avatar(studio):
    assert isinstance(invert(studio, Image.radial_gradient("L").resize((90, 30))), Avatar)


def test_a_gpu_reads_it_too(gpu, monkeypatch):
    monkeypatch.setattr(inversion, "STEPS", 2)  # they take long where the GPU is pretended
    monkeypatch.setattr(inversion, "LOOKS", 1)
    studio = Studio(device=gpu)
    avatar = Avatar({"hair_back": "bob", "eye_saturation": 0.9, "eye_shift": 120}, background="dots")
    found, away = inversion.inverted(studio, studio.draw(avatar), sure=True)
    assert found.traits["hair_back"] == "bob" and found.background == "dots" and away < 0.02
