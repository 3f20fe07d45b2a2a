"""What a face does, as the avatars that are drawn for it."""
from __future__ import annotations

import pytest
from PIL import Image

from avatar_studio.avatar import Avatar
from avatar_studio.exports import animations, packs
from avatar_studio.exports.expressions import EXPRESSIONS, express


class Watched:
    """A studio that draws nothing and remembers what it was asked for."""

    def __init__(self):
        self.asked: list[Avatar] = []

    def draw_many(self, avatars: list[Avatar]) -> list[Image.Image]:
        self.asked += avatars
        return [Image.new("RGBA", (avatar.size, avatar.size), "teal") for avatar in avatars]


@pytest.mark.parametrize("smile", [0.0, 0.3, 0.4, 0.6, 0.8, 1.0])
def test_lids_that_shut_for_a_blink_are_bent_and_not_a_stern_line(smile):
    """In everything that blinks. Shut, lids hang at a smile of 0, rise in an arc at 1, and are straight between 0.2 and 0.6."""
    avatar = Avatar({"eye_smile": smile}, size=256)
    for make in (lambda studio: animations.frames(studio, avatar, "blink"), lambda studio: dict(packs.pngtuber(studio, avatar)),
                 lambda studio: dict(packs.sprites(studio, avatar))):
        studio = Watched()
        make(studio)
        shut = [one.traits["eye_smile"] for one in studio.asked if one.traits["eye_openness"] == 0]
        half = [one.traits["eye_smile"] for one in studio.asked if one.traits == {**avatar.traits, "eye_openness": one.traits["eye_openness"]}]
        assert shut and half and set(shut) <= {0.0, 1.0}
        assert (1.0 if smile > 0.7 else 0.0) in shut


def test_sunglasses_come_off_where_the_eyes_tell_the_feeling():
    bare = {name for name in EXPRESSIONS if express(Avatar({"glasses": "sun"}), name).traits["glasses"] == "none"}
    assert bare == {"laugh", "wink", "sad", "sleepy", "shy", "love"}
    assert all(express(Avatar({"glasses": "round"}), name).traits["glasses"] == "round" for name in EXPRESSIONS)
