"""What a model is to learn from a photo: still the artist's drawing, with the person's hair and clothes."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avatar_studio import selfie
from avatar_studio.personal import face_target
from avatar_studio.personal.face_target import N
from avatar_studio.selfie.faces import find_faces
from avatar_studio.selfie.portrait import portrait
from avatar_studio.weights import load_generator

PHOTOS = Path(__file__).parents[1] / "photos"


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
