"""What a model is to learn from a photo: still the artist's drawing, with the person's hair and clothes."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from avatar_studio import selfie
from avatar_studio.avatar import Avatar
from avatar_studio.personal import face_job, face_target
from avatar_studio.personal.face_target import N
from avatar_studio.selfie.faces import find_faces
from avatar_studio.selfie.portrait import portrait
from avatar_studio.weights import load_generator

from .conftest import PHOTOS


@pytest.fixture(scope="module")
def seen():
    """(avatar, Seen) of the astronaut."""
    photo = selfie.open_photo((PHOTOS / "p02.jpg").read_bytes())
    faces = find_faces(photo)
    view = portrait(photo, faces[0], faces)
    avatar = selfie.reading(view, faces, 0).avatar()
    return avatar, face_target.see(view, avatar.traits)


@pytest.fixture(scope="module")
def drawn(seen):
    return face_target.target(load_generator(), *seen)


def test_the_photo_lies_on_the_canvas_as_an_avatar_does(seen):
    _, s = seen
    assert all(value.shape[:2] == (N, N) for value in (s.inside, s.hair, s.head, s.colours, s.cloth, s.cloth_colours))
    assert s.head[100:200, 90:166].mean() > 0.99 and s.head[:, :4].max() == 0 and s.head[:10].max() == 0  # a head in the middle, none at the rims
    assert s.hair[50:80, 100:156].mean() > 0.6 and s.hair[150:200, 100:156].max() < 0.5                   # hair above, none on the mouth


def test_the_face_stays_as_drawn_and_the_clothes_and_hair_do_not(drawn):
    base, (wanted,) = drawn
    assert wanted.shape == (N, N, 4) and np.isfinite(wanted).all() and wanted.min() >= 0
    assert (wanted[..., :3] <= wanted[..., 3:] + 1e-6).all()                                              # premultiplied and legal
    change = np.abs(wanted - base).mean(-1)
    assert change[140:195, 90:166].mean() < 0.005 < 0.02 < min(change[225:, 90:166].mean(), change[40:90, 60:196].mean())
    assert np.abs(wanted[..., 3].mean() - base[..., 3].mean()) < 0.1


def test_photos_that_agree_say_the_same_as_one(seen):
    _, s = seen
    both = face_target.agree([s, s])
    assert all(np.allclose(getattr(both, name), getattr(s, name), atol=0.05) for name in ("inside", "head", "cloth"))
    assert face_target.agree([s]) is s


def test_a_photo_that_shows_nothing_but_the_face_changes_nothing_else(seen):
    avatar, s = seen
    nothing = np.zeros((N, N), np.float32)
    blind = face_target.Seen(nothing, nothing, nothing, s.colours, nothing, s.cloth_colours, s.trust)
    base, (wanted, half) = face_target.target(load_generator(), avatar, blind, (1.0, 0.5))
    assert np.abs(wanted - base).mean() < 0.01 and np.array_equal(wanted, half)


def as_drawn(generator, avatar: Avatar, **more) -> face_target.Seen:
    """A photo that shows exactly an avatar, seen everywhere, without a word about its clothes."""
    all_of_it, nothing = np.ones((N, N), np.float32), np.zeros((N, N), np.float32)
    solid = face_target.draw(generator, [avatar])[0, ..., 3] > 0.5
    head = (solid & (np.arange(N)[:, None] < face_target.NECK - 6)).astype(np.float32)
    colours = np.full((N, N, 3), (30.0, 5.0, 5.0), np.float32)
    return face_target.Seen(**{"inside": all_of_it, "hair": nothing, "head": head, "colours": colours, "cloth": nothing,
                               "cloth_colours": colours, "trust": np.float32(1), **more})


def test_brows_stay_when_the_hair_grows_and_its_front_edge_rises():
    generator = load_generator()
    me = Avatar({"hair_back": "bob", "fringe": "none", "brow_thickness": 0.8, "hair_volume": -1.0})
    theirs = as_drawn(generator, me.edit(hair_volume=1.0))
    receding = theirs.head * (np.arange(N)[:, None] < 60)
    base, (wanted,) = face_target.target(generator, me, replace(theirs, hair=receding))
    brows = np.abs(wanted - base)[100:122, 84:112].mean()
    assert brows < 0.01 and np.abs(wanted - base)[30:100].mean() > 2 * brows


@pytest.mark.parametrize("cut", ["crown", "side"])
def test_a_photo_that_is_cut_makes_no_box_and_no_lump_of_the_head(cut):
    generator, avatar = load_generator(), Avatar({"hair_back": "bob", "fringe": "blunt"}, 3)
    s, (rows, columns) = as_drawn(generator, Avatar({"hair_back": "afro"})), np.mgrid[:N, :N]
    lost = rows < 34 if cut == "crown" else columns > 170
    seen = {name: np.where(lost, 0, getattr(s, name)).astype(np.float32) for name in ("inside", "hair", "head")}
    base, (wanted,) = face_target.target(generator, avatar, replace(s, **seen))
    ends, new_ends = (face_target._farthest(picture[..., 3] > 0.5) for picture in (base, wanted))
    wider = (new_ends / ends)[np.abs(face_target.ANGLES) < np.radians(80)]
    assert wider.mean() > 1.05 and np.ptp(wider) < 0.12, np.ptp(wider)  # fuller, as the rest of the photo says, and everywhere alike


def test_no_hair_stands_between_spikes():
    generator = load_generator()
    me = Avatar({"hair_back": "spiky", "hair_volume": 0.6, "hair_length": 0.6})
    base, (wanted,) = face_target.target(generator, me, as_drawn(generator, me))
    between = (base[..., 3] < 0.02) & (np.arange(N)[:, None] < face_target.NECK)
    assert between.mean() > 0.1 and wanted[between, 3].mean() < 0.01


def test_the_pivot_is_the_avatar_whose_hair_reaches_as_far():
    generator = load_generator()
    me = Avatar({"hair_back": "bob", "hair_volume": 0.9, "hair_length": -0.7})
    found = face_job.nearest(generator, me.edit(hair_volume=-0.3), as_drawn(generator, me))
    assert abs(found.traits["hair_volume"] - 0.9) < 0.35 and found.traits["hair_length"] == me.traits["hair_length"]


def test_a_cap_that_the_mask_takes_for_hair_does_not_colour_the_hair():
    generator = load_generator()
    me = Avatar({"hair_back": "bob", "hair_hue": 15.0, "hair_saturation": 0.7, "hair_lightness": 0.4})
    shown = {}
    for name, colour in (("hair", (70.0, 25.0, 35.0)), ("cap", (85.0, 0.0, 0.0))):
        theirs = as_drawn(generator, me, hair=(np.arange(N)[:, None] < 90).repeat(N, 1).astype(np.float32), colours=np.full((N, N, 3), colour, np.float32))
        base, (wanted,) = face_target.target(generator, me, theirs)
        shown[name] = np.abs((wanted - base)[40:80, 90:166].mean((0, 1))).max()
    assert 3 * shown["cap"] < shown["hair"] and shown["hair"] > 0.05, shown


def test_the_photo_is_laid_where_the_artist_draws_the_face(monkeypatch):
    face = pytest.importorskip("avatar_studio.artist.face", reason="drawing needs requirements-train.txt", exc_type=ImportError)
    laid = []

    def places(portrait, width, chin):
        laid.append((width, chin))
        raise StopIteration

    monkeypatch.setattr(face_target, "_places", places)
    for values in ({}, {"face_width": 0.6, "chin_length": -0.8}, {"face_width": -1.0, "chin_length": 1.0}):
        traits = Avatar(values).traits
        with pytest.raises(StopIteration):
            face_target.see(None, traits)
        head = face.Head(dict(traits), [0.0] * 16)
        assert laid.pop() == (head.width, head.chin)
