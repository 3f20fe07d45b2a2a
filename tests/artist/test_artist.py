import numpy as np
import pytest

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from avatar_studio import dice, traits
from avatar_studio.artist import draw, draw_weighted
from avatar_studio.avatar import Z_SIZE, latent
from avatar_studio.traits import BY_NAME, DEFAULTS, TRAITS

STILL = np.zeros(Z_SIZE, np.float32)
# Some traits only show beside others: a beard's length needs a beard.
SHOWN_WITH = {
    "beard_length": {"beard": "full"}, "hair_tips": {"hair_back": "long_wavy"}, "tips_hue": {"hair_tips": 1.0, "hair_back": "long_wavy"},
    "tips_saturation": {"hair_tips": 1.0, "hair_back": "long_wavy"}, "tips_lightness": {"hair_tips": 1.0, "hair_back": "long_wavy"},
    "glasses_hue": {"glasses": "round"}, "glasses_saturation": {"glasses": "round"}, "glasses_lightness": {"glasses": "round"},
    "accent_hue": {"headwear": "bow"}, "accent_saturation": {"headwear": "bow"}, "accent_lightness": {"headwear": "bow"}, "ears": {"hair_back": "ponytail"},
}


def visible(picture):
    """Premultiplied floats: what an eye can see."""
    picture = picture.astype(np.float32)
    return picture * (picture[..., 3:] / 255)


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.name)
def test_every_trait_can_be_seen(trait):
    base = {**DEFAULTS, **SHOWN_WITH.get(trait.name, {})}
    options = trait.names if trait.kind == "choice" else (0, 180) if trait.kind == "angle" else (trait.low, trait.high)
    pictures = [visible(draw({**base, trait.name: option}, STILL)) for option in options]
    for k, picture in enumerate(pictures):
        for other in pictures[:k]:
            assert (np.abs(picture - other).max(-1) > 10).sum() > 12


@pytest.mark.parametrize("trait", [t for t in TRAITS if t.kind == "slider"], ids=lambda trait: trait.name)
def test_a_slider_moves_without_a_jump(trait):
    base = {**DEFAULTS, **SHOWN_WITH.get(trait.name, {})}
    frames = [visible(draw({**base, trait.name: value}, STILL, 128)) for value in np.linspace(trait.low, trait.high, 26)]
    steps = [np.abs(a - b).mean() for a, b in zip(frames, frames[1:])]
    assert max(steps) < 2.5


def test_the_picture_is_a_pure_function_and_z_varies_it_a_little():
    traits_ = dice.roll(np.random.default_rng(3))
    a, b, c = draw(traits_, latent(1)), draw(traits_, latent(1)), draw(traits_, latent(2))
    assert np.array_equal(a, b)
    assert 0.1 < np.abs(visible(a) - visible(c)).mean() < 12


def test_head_and_hair_fill_the_frame_on_a_transparent_ground():
    rng = np.random.default_rng(0)
    for _ in range(12):
        alpha = draw({**dice.roll(rng), "headwear": "none"}, STILL)[..., 3]
        rows = np.nonzero(alpha.max(1))[0]
        assert alpha[0, 0] == 0 and alpha[0, -1] == 0
        assert rows[0] < 60 and 0.3 < (alpha > 127).mean() < 0.85


@pytest.mark.parametrize("style", BY_NAME["hair_back"].names)
def test_each_hair_style_has_its_own_silhouette(style):
    shape = lambda name: draw({"hair_back": name}, STILL, 128)[..., 3] > 127  # noqa: E731
    mine = shape(style)
    for other in set(BY_NAME["hair_back"].names) - {style}:
        assert (mine ^ shape(other)).sum() > 60, other


def test_skin_on_the_cheek_is_the_skin_that_was_asked_for():
    for tone in (0.0, 0.5, 1.0):
        picture = draw({"skin_tone": tone, "blush": 0.0}, STILL)
        assert np.abs(picture[160, 128, :3] / 255 - traits.skin_rgb(tone, DEFAULTS["skin_undertone"])).max() < 0.12


def test_any_size_shows_the_same_picture():
    small, large = draw({}, STILL, 256), draw({}, STILL, 512)
    shrunk = large.reshape(256, 2, 256, 2, 4).astype(np.float32).mean((1, 3))
    assert np.abs(shrunk[..., 3] - small[..., 3]).mean() < 1.5


def test_small_parts_weigh_more_than_large_ones():
    picture, weights = draw_weighted({"mouth_open": 0.0}, STILL)
    assert weights.shape == (64, 64) and weights.dtype == np.uint8 and weights.min() == 10
    mouth, clothes, corner = int(weights[46, 32]), int(weights[61, 20]), int(weights[2, 2])
    assert mouth > 1.5 * clothes and clothes > corner == 10
    assert np.array_equal(picture, draw({"mouth_open": 0.0}, STILL))
