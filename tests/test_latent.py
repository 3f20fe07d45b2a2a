import json
import shutil

import numpy as np
import pytest
import torch

from avatar_studio import dice
from avatar_studio.avatar import EXPLORE_SIZE, Avatar, AvatarError
from avatar_studio.latent import even_shares, load_directions, styles, visible_change
from avatar_studio.pixels import settle
from avatar_studio.traits import condition_columns
from avatar_studio.weights import FOLDER, WeightsError

ONE = Avatar({"hair_back": "long_straight", "hair_hue": 340, "hair_saturation": 0.8, "hair_lightness": 0.7}, 1)
OTHER = Avatar({"hair_back": "afro", "glasses": "round", "skin_tone": 0.9, "hair_lightness": 0.1, "clothes_hue": 40}, 2)


def pixels(studio, avatar):
    return np.asarray(studio.draw(avatar).convert("RGBa"), float)


def apart(a, b):
    return np.abs(a - b).mean()


def mixed(*mix, **play):
    return Avatar(ONE.traits, ONE.seed, partner=OTHER, mix=mix, **play)


def test_mixing_nothing_is_oneself_and_mixing_all_is_the_partner(studio):
    one, other = pixels(studio, ONE), pixels(studio, OTHER)
    np.testing.assert_array_equal(pixels(studio, mixed(0, 0, 0)), one)
    assert apart(pixels(studio, mixed(1, 1, 1)), other) < 0.5
    half = pixels(studio, mixed(0.5, 0.5, 0.5))
    assert apart(half, one) > 2 and apart(half, other) > 2


def test_shape_and_colours_come_from_where_they_should(studio):
    hair = (slice(40, 60), slice(110, 146), slice(0, 3))
    one, other = pixels(studio, ONE), pixels(studio, OTHER)
    shape, colours = pixels(studio, mixed(1, 0, 0)), pixels(studio, mixed(0, 0, 1))
    assert apart(shape[..., 3], other[..., 3]) < apart(shape[..., 3], one[..., 3])
    assert apart(colours[..., 3], one[..., 3]) < apart(colours[..., 3], other[..., 3]) / 3
    assert apart(shape[hair], one[hair]) < apart(shape[hair], other[hair])
    assert apart(colours[hair], other[hair]) < apart(colours[hair], one[hair])


def test_truncation_leads_to_the_average_and_beyond_oneself(studio):
    average = pixels(studio, Avatar(ONE.traits, truncation=0))
    assert apart(average, pixels(studio, Avatar(OTHER.traits, truncation=0))) < 0.5
    steps = [apart(average, pixels(studio, Avatar(ONE.traits, ONE.seed, truncation=psi))) for psi in (0.3, 0.6, 1.0, 1.3)]
    assert all(one < other for one, other in zip(steps, steps[1:]))
    np.testing.assert_array_equal(pixels(studio, Avatar(ONE.traits, ONE.seed, truncation=1)), pixels(studio, ONE))


@pytest.mark.parametrize("direction", range(EXPLORE_SIZE))
def test_every_direction_shows_and_its_ends_differ(studio, direction):
    step = lambda size: pixels(studio, Avatar(ONE.traits, ONE.seed, explore=[0] * direction + [size]))  # noqa: E731
    low, middle, high = step(-1), step(0), step(1)
    np.testing.assert_array_equal(middle, pixels(studio, ONE))
    assert min(apart(low, middle), apart(high, middle)) > 1 and apart(low, high) > 2


def test_an_avatar_is_the_same_alone_and_among_others(studio):
    avatars = [ONE, mixed(0.3, 0.6, 1), OTHER, Avatar(OTHER.traits, partner=ONE, mix=(0.5, 0, 0), truncation=0.5)]
    together = studio.draw_many(avatars)
    for avatar, picture in zip(avatars, together):
        assert apart(np.asarray(picture.convert("RGBa"), float), pixels(studio, avatar)) < 0.5


def test_a_morph_walks_from_end_to_end_in_steps_that_look_equal(studio):
    rng = np.random.default_rng(3)
    straight, even = [], []
    for _ in range(4):
        avatar = Avatar(dice.roll(rng), partner=Avatar(dice.roll(rng)))
        way = studio.morph(avatar, 12)
        shares = [one.mix[0] for one in way]
        assert shares[0] == 0 and shares[-1] == 1 and shares == sorted(shares) and len(set(shares)) == 12
        for kept, mixes in ((straight, np.linspace(0, 1, 12)), (even, shares)):
            ends = styles(studio.generator, [avatar, Avatar(avatar.partner.traits)])
            ws = torch.lerp(ends[0], ends[1], torch.tensor(mixes, dtype=torch.float32, device=studio.device)[:, None, None])
            step = visible_change(settle(studio._paint(studio.generator, ws)))
            kept.append((step.max() / step.median()).item())
    assert np.mean(even) < 0.8 * np.mean(straight) and np.mean(even) < 1.5


def test_two_that_are_alike_still_have_a_way_between():
    picture = torch.rand(1, 4, 32, 32)
    ws = torch.zeros(11, 8)
    assert even_shares(lambda some: picture.expand(len(some), -1, -1, -1), ws, ws, 5) == [0, 0.25, 0.5, 0.75, 1]


def test_an_avatar_without_a_partner_has_no_morph(studio):
    with pytest.raises(AvatarError, match="second avatar"):
        studio.morph(ONE, 7)


def test_directions_have_names_in_two_languages(studio):
    assert len(studio.directions.names) == EXPLORE_SIZE and studio.directions.vectors.isfinite().all()
    for low, high in studio.directions.names:
        assert all(name for name in (*low, *high)) and low != high and low[0].isascii() and not low[1].isascii()


MEANS = {  # the upper end of a direction -> (a number of the condition that grows, one that does not or falls)
    "Pale": [("hair.g", 0), ("clothes.g", 0)], "Ocean": [("hair.b", "hair.r")], "Sunshine": [("clothes.r", "clothes.b"), ("hair.r", "hair.b")], "Blossom": [("hair.r", "hair.g"), ("eye.r", "eye.g")],
    "Mint": [("eye.g", "eye.r"), ("hair.g", "hair.r")], "Doll-like": [("lashes", 0), (0, "brow_thickness"), (0, "jaw_width"), ("eye_size", 0)]}


def test_directions_lead_to_where_their_names_say(studio):
    columns = condition_columns()
    for (_, high), vector in zip(studio.directions.names, studio.directions.vectors[:, -len(columns):]):
        moved = {0: 0.0, **dict(zip(columns, vector.tolist()))}
        assert all(moved[more] > moved[less] for more, less in MEANS[high[0]]), high


@pytest.mark.parametrize("end", (-1, 1))
def test_exploring_goes_along_a_direction_and_not_against_it(studio, end):
    avatar = Avatar(ONE.traits, ONE.seed, explore=(0, 0.5 * end))
    moved = styles(studio.generator, [avatar], studio.directions) - styles(studio.generator, [ONE])
    torch.testing.assert_close(moved[0, 0].float().cpu(), 0.5 * end * studio.directions.vectors[1], rtol=1e-3, atol=1e-3)


def test_directions_of_another_generator_are_refused(tmp_path):
    with pytest.raises(WeightsError, match="another generator"):
        load_directions(7)
    shutil.copy(FOLDER / "generator.safetensors", tmp_path / "directions.safetensors")
    listed = json.loads((FOLDER / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps({**listed, "directions.safetensors": listed["generator.safetensors"]}))
    with pytest.raises(WeightsError, match="does not hold directions"):
        load_directions(405, tmp_path)
    with pytest.raises(WeightsError, match="missing"):
        load_directions(405, tmp_path / "nowhere")


def test_directions_wait_for_the_generator_that_they_were_made_for(tmp_path):
    shutil.copy(FOLDER / "directions.safetensors", tmp_path)
    listed = json.loads((FOLDER / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps({**listed, "generator.safetensors": {"sha256": "that of a generator of the same shape, trained on"}}))
    with pytest.raises(WeightsError, match="another generator: make it with"):
        load_directions(405, tmp_path)
