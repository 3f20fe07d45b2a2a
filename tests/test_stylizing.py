"""Pictures in styles: strength, blends and rims, by the real networks."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from avatar_studio.avatar import Avatar
from avatar_studio.styles import PRESETS


def pixels(picture):
    return np.asarray(picture, dtype=float)


def test_a_style_changes_the_painting_and_its_strength_how_much(studio):
    plain = Avatar({"hair_back": "bob", "glasses": "round"}, 3)
    pictures = [pixels(studio.draw(replace(plain, style="comic", strength=strength)).convert("RGBa")) for strength in (0.0, 0.5, 1.0)]
    assert np.array_equal(pictures[0], pixels(studio.draw(plain).convert("RGBa")))
    half, whole = (np.abs(picture - pictures[0]).mean() for picture in pictures[1:])
    assert whole > 3.5 and half == pytest.approx(whole / 2, rel=0.05)


def test_two_styles_blend(studio):
    one, between, other = (pixels(studio.draw(Avatar(seed=3, style="neon", second_style="watercolour", blend=blend)).convert("RGBa")) for blend in (0.0, 0.5, 1.0))
    assert np.array_equal(other, pixels(studio.draw(Avatar(seed=3, style="watercolour")).convert("RGBa")))
    whole = np.abs(one - other).mean()
    assert 0.1 * whole < np.abs(between - one).mean() < whole and 0.1 * whole < np.abs(between - other).mean() < whole


def test_deep_skin_keeps_its_colour_in_every_style(studio):
    def cheeks(style: str) -> np.ndarray:
        picture = studio.draw(Avatar({"skin_tone": 0.97, "hair_back": "short", "blush": 0.0}, 3, style=style))
        return np.median(pixels(picture.convert("RGB"))[150:200, 90:166], (0, 1))

    own = cheeks("none")
    away = {style: np.abs(cheeks(style) - own).max() for style in PRESETS}
    assert max(away.values()) < 25, away  # of 255, in any channel


def test_pixel_art_is_made_of_hard_squares_in_every_size(studio):
    avatar = Avatar({"hair_back": "curly"}, 3, style="pixel")
    for size in (256, 512, 1024):
        edge = size // 64
        squares = pixels(studio.draw(replace(avatar, size=size)).convert("RGBa")).reshape(64, edge, 64, edge, 4)
        assert np.ptp(squares, (1, 3)).max() <= 1 and set(np.unique(squares[..., 3])) == {0, 255}
    brought = studio.enlarge(studio.restyle(studio.draw(replace(avatar, style="none")), avatar), 2, avatar)
    assert np.abs(pixels(brought.convert("RGBa")) - pixels(studio.draw(replace(avatar, size=512)).convert("RGBa"))).mean() < 1


@pytest.mark.parametrize("way", ["strength", "blend"])
@pytest.mark.parametrize("style", ["pixel", "sticker"])
def test_what_changes_the_silhouette_comes_little_by_little(studio, style, way):
    """No step of a slider is a jump."""
    avatar = Avatar({"hair_back": "curly"}, 3, style=style, second_style="ink", blend=0.5, size=512)
    steps = [pixels(studio.draw(replace(avatar, **{way: float(share)})).convert("RGBa")) for share in np.linspace(0, 1, 11)]
    changes = [np.abs(one - other).mean() for one, other in zip(steps, steps[1:])]
    assert max(changes) < 2.5 * np.mean(changes)


@pytest.mark.parametrize("other", ["pixel", "ink"])
def test_the_last_bit_of_a_blend_with_a_rim_is_no_jump(studio, other):
    avatar = Avatar({"hair_back": "curly"}, 3, style="neon", second_style=other)
    nearly, wholly = (pixels(studio.draw(replace(avatar, blend=blend)).convert("RGBa")) for blend in (0.98, 1.0))
    assert np.abs(nearly - wholly).max() < 40


@pytest.mark.parametrize("style", [{"style": "sticker", "strength": 0.35}, {"style": "comic", "second_style": "sticker", "blend": 0.5}, {"style": "pop", "second_style": "sticker", "blend": 0.4}])
def test_half_a_style_has_a_whole_rim(studio, style):
    """On a dark ground a half of the white one would be grey, and the network tears that of a blend."""
    avatar = Avatar({"hair_back": "bob"}, 3)
    figure, rimmed = (pixels(studio.draw(one))[..., 3] > 250 for one in (avatar, replace(avatar, style="sticker")))
    ring = rimmed & ~np.asarray(Image.fromarray(figure).filter(ImageFilter.MaxFilter(5)))
    drawn = pixels(studio.draw(replace(avatar, **style)))
    assert ring.sum() > 1500 and np.quantile(drawn[ring].min(1), 0.1) > 235
