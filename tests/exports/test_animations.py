"""Animations as OpenCV reads them."""
from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.exports import animations
from avatar_studio.exports.expressions import OPEN
from avatar_studio.exports.marks import avatar_from, says_generated
from avatar_studio.web.server import WELCOME

OTHER = Avatar({"hair_back": "spiky", "hair_hue": 200, "skin_tone": 0.7}, seed=9)


@pytest.fixture(scope="module")
def made(studio):
    """kind -> frames of the welcoming avatar."""
    return {kind: animations.frames(studio, replace(WELCOME, partner=OTHER), kind) for kind in animations.KINDS}


def decoded(data: bytes):
    """([frames of (256, 256, 4), premultiplied], loop count, durations)."""
    found, animation = cv2.imdecodeanimation(np.frombuffer(data, np.uint8))
    assert found
    frames = []
    for frame in animation.frames:
        frame = cv2.cvtColor(frame, cv2.COLOR_BGR2BGRA) if frame.shape[2] == 3 else frame
        frames.append(frame[..., :3].astype(np.float32) * (frame[..., 3:] / 255.0))
    return frames, animation.loop_count, list(np.ravel(animation.durations))


@pytest.mark.parametrize("format", animations.FORMATS)
@pytest.mark.parametrize("kind", ["blink", "talk", "nod", "sway", "morph"])
def test_another_library_sees_it_move_and_close_its_loop(made, kind, format):
    data = animations.encode(made[kind], WELCOME, format)
    frames, loops, durations = decoded(data)
    assert len(frames) == len(made[kind]) and loops == 0
    assert np.abs(frames[0] - frames[-1]).max() <= 1
    assert max(np.abs(frames[0] - frame).max() for frame in frames) > 40
    assert sum(durations) == pytest.approx(sum(ms for _, ms in made[kind]), rel=0.06)
    assert avatar_from(data) == WELCOME and says_generated(data)
    assert b"trainedAlgorithmicMedia" in data or format == "gif"  # which has no XMP
    with Image.open(io.BytesIO(data)) as moving:
        for k in (0, len(frames) // 2):
            moving.seek(k)
            assert moving.convert("RGBA").getpixel((2, 2))[3] == 0


@pytest.mark.parametrize("format", animations.FORMATS)
def test_with_a_provider_every_frame_shows_the_label_and_the_loop_still_closes(made, format, offered):
    bare, *_ = decoded(animations.encode(made["nod"], WELCOME, format))
    with offered():
        frames, *_ = decoded(animations.encode(made["nod"], WELCOME, format))
    assert len(frames) == len(bare) and np.abs(frames[0] - frames[-1]).max() <= 1
    for one, other in zip(frames, bare):
        rows, columns = np.nonzero(np.abs(one - other)[200:, 160:].max(-1) > 60)
        assert len(rows) > 300 and rows.min() >= 12 and columns.min() >= 5


@pytest.mark.parametrize("kind", ["blink", "look"])
@pytest.mark.parametrize("traits", [{"eye_openness": 0.0}, {"wink": "left"}, {"wink": "right"}])
def test_who_has_shut_an_eye_opens_both_to_blink_and_to_look_around(studio, kind, traits):
    opened, shut = (animations.frames(studio, avatar, kind) for avatar in (WELCOME.edit(eye_openness=OPEN), WELCOME.edit(eye_openness=OPEN).edit(**traits)))
    assert all(np.array_equal(np.asarray(one), np.asarray(other)) for (one, _), (other, _) in zip(opened, shut))
    pictures = [np.asarray(picture.convert("RGBa"), np.float32) for picture, _ in shut]
    assert max(np.abs(pictures[0] - picture).max() for picture in pictures) > 60 and (pictures[0] == pictures[-1]).all()


@pytest.mark.parametrize("format", animations.FORMATS)
def test_the_wind_blows_at_an_even_pace_through_the_loop(made, format):
    """First and last frame are one picture, and follow each other."""
    *_, durations = decoded(animations.encode(made["sway"], WELCOME, format))
    assert {durations[0] + durations[-1], *durations[1:-1]} == {90}


def test_an_animated_webp_holds_its_exif_as_the_container_wants_it(made):
    data = animations.encode(made["talk"], WELCOME, "webp")
    chunk = data.index(b"EXIF") + 8
    assert data[chunk:chunk + 2] in (b"MM", b"II") and Image.open(io.BytesIO(data)).getexif().get_ifd(0x8769)


def test_no_step_of_a_morph_or_of_the_wind_is_a_jump(made):
    for kind, most in (("sway", 12), ("nod", 12), ("morph", 12)):
        pictures = [np.asarray(picture.convert("RGBa"), dtype=np.float32) for picture, _ in made[kind]]
        steps = [np.abs(one - other).mean() for one, other in zip(pictures, pictures[1:])]
        assert max(steps) < most, kind


def test_a_morph_reaches_the_partner_on_an_even_way(made, studio):
    pictures = [np.asarray(picture.convert("RGBa"), dtype=np.float32) for picture, _ in made["morph"]]
    assert np.abs(pictures[(animations.MORPH_STOPS - 1) * animations.FADES] - np.asarray(studio.draw(OTHER).convert("RGBa"), dtype=np.float32)).mean() < 1
    assert animations.kinds_of(WELCOME) == [kind for kind in animations.KINDS if kind != "morph"]
    with pytest.raises(AvatarError):
        animations.frames(studio, WELCOME, "morph")


def test_a_morph_shows_whole_pictures_and_fades_between_them(studio):
    avatar = Avatar({"hair_back": "twin_tails", "fringe": "blunt", "headwear": "bow"}, 1, partner=Avatar({"hair_back": "bald", "fringe": "none"}, 2))
    pictures = [np.asarray(picture.convert("RGBa"), dtype=np.float32) for picture, _ in animations.frames(studio, avatar, "morph")]
    stops = [np.asarray(studio.draw(one).convert("RGBa"), dtype=np.float32) for one in studio.morph(avatar, animations.MORPH_STOPS)]
    for k, picture in enumerate(pictures[:(animations.MORPH_STOPS - 1) * animations.FADES]):
        place, share = divmod(k, animations.FADES)
        share /= animations.FADES
        assert np.abs((1 - share) * stops[place] + share * stops[place + 1] - picture).mean() < 1


def test_a_gaze_goes_round_and_comes_back(made):
    pictures = [picture for picture, _ in made["look"]]
    assert len(pictures) == 8 and np.array_equal(np.asarray(pictures[0]), np.asarray(pictures[-1]))


def test_a_bend_leaves_the_shoulders():
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (128, 128, 4), dtype=np.uint8), "RGBA")
    picture.putalpha(255)
    bent = np.asarray(animations.bent(picture, 0.05, 0.95))
    assert np.array_equal(bent[112:], np.asarray(picture)[112:]) and not np.array_equal(bent[:60], np.asarray(picture)[:60])
    assert np.array_equal(np.asarray(animations.bent(picture, 0.0, 1.0)), np.asarray(picture))


def test_the_background_stands_still_behind_a_nod(studio):
    avatar = Avatar(WELCOME.traits, WELCOME.seed, "dots")
    corners = {tuple(np.asarray(picture)[:6, :6].ravel()) for picture, _ in animations.frames(studio, avatar, "nod")}
    assert len(corners) == 1
