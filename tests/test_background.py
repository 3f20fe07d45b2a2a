from __future__ import annotations

import numpy as np
import pytest

from avatar_studio.avatar import BACKGROUNDS
from avatar_studio.background import paint


def test_transparent_paints_nothing_and_plain_only_its_colour():
    assert paint("transparent", "#ff8800", 256) is None
    assert paint("plain", "#ff8800", 64).getcolors() == [(64 * 64, (255, 136, 0, 255))]


@pytest.mark.parametrize("background", BACKGROUNDS[1:])
@pytest.mark.parametrize("colour", ["#000000", "#ff8800", "#ffffff"])
def test_every_background_is_opaque_in_shades_of_its_colour(background, colour):
    pixels = np.asarray(paint(background, colour, 256))
    base = np.array([int(colour[i:i + 2], 16) for i in (1, 3, 5)])
    assert pixels.shape == (256, 256, 4) and (pixels[..., 3] == 255).all()
    assert (pixels[..., :3] >= base).all()
    if background != "plain" and colour != "#ffffff":
        assert pixels[..., :3].reshape(-1, 3).std(axis=0).max() > 5


def test_a_larger_background_is_the_same_picture():
    for background in BACKGROUNDS[1:]:
        large = paint(background, "#4477aa", 512).reduce(2)
        difference = np.abs(np.asarray(large, int) - np.asarray(paint(background, "#4477aa", 256), int))
        assert difference.mean() < 2
