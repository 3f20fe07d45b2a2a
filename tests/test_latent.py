import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from avatar_studio import dice
from avatar_studio.avatar import EXPLORE_SIZE, Avatar, AvatarError
from avatar_studio.latent import TURNS, even_shares, load_directions, styles, visible_change
from avatar_studio.pixels import settle
from avatar_studio.traits import BY_NAME, COLOUR_OF, condition_columns
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


def clarity(studio, avatars):
    """How much of each picture is neither painted nor clear: what is half there. (N,)"""
    alpha = np.stack([pixels(studio, avatar)[..., 3] for avatar in avatars])
    return ((alpha > 25) & (alpha < 230)).mean((1, 2))


def rolled(count, seed=7):
    rng = np.random.default_rng(seed)
    return [Avatar(dice.roll(rng), k) for k in range(count)]


@pytest.mark.parametrize("mix", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0.5), (0.5, 0, 1), (0.25, 0.75, 0.25)])
def test_no_mix_is_in_shreds(studio, mix):
    people = rolled(12)
    mixes = [replace(one, partner=other, mix=mix) for one, other in zip(people, people[1:])]
    ends = clarity(studio, people)
    assert (clarity(studio, mixes) < 1.6 * np.maximum(ends[1:], ends[:-1])).all()


@pytest.mark.parametrize("psi", (0, 0.3, 0.6))
def test_no_typical_avatar_is_in_shreds(studio, psi):
    people = rolled(12)
    assert (clarity(studio, [replace(one, truncation=psi) for one in people]) < 1.6 * clarity(studio, people)).all()


def test_each_group_of_a_mix_brings_its_own_choices(studio):
    def said(*mix):
        columns = styles(studio.generator, [mixed(*mix)])[0, 0, -len(condition_columns()):] / studio.generator.mapping.c_scale + studio.generator.mapping.c_mean
        return {name for name, value in zip(condition_columns(), columns.tolist()) if "=" in name and value > 0.5}
    assert {"hair_back=afro", "glasses=none"} <= said(1, 0, 0) and {"hair_back=long_straight", "glasses=round"} <= said(0, 1, 0)
    assert said(0, 0, 1) == said(0, 0, 0)
    assert all(len(said(share, share, share)) == len(said(0, 0, 0)) for share in np.linspace(0, 1, TURNS + 1))  # always one of each, and it whole


def test_truncation_leads_to_the_average_of_the_same_choices_and_beyond_oneself(studio):
    like = Avatar({**OTHER.traits, **{name: ONE.traits[name] for name, trait in BY_NAME.items() if trait.kind == "choice" or name.startswith("skin_") or name in COLOUR_OF}}, 5)
    average = pixels(studio, Avatar(ONE.traits, truncation=0))
    assert apart(average, pixels(studio, replace(like, truncation=0))) < 0.5
    steps = [apart(average, pixels(studio, Avatar(ONE.traits, ONE.seed, truncation=psi))) for psi in (0.3, 0.6, 1.0, 1.3)]
    assert all(one < other for one, other in zip(steps, steps[1:]))
    np.testing.assert_array_equal(pixels(studio, Avatar(ONE.traits, ONE.seed, truncation=1)), pixels(studio, ONE))


@pytest.mark.parametrize("psi", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("tone", [0.0, 0.5, 1.0])
def test_truncation_changes_nobodys_skin_and_towards_the_average_no_colour(studio, psi, tone):
    person = Avatar({**ONE.traits, "skin_tone": tone, "hair_hue": 340, "hair_saturation": 0.8, "hair_lightness": 0.6, "fringe": "none", "headwear": "none", "blush": 0.0,
                     "freckles": 0.0}, 3)
    own, led = (pixels(studio, one) for one in (person, replace(person, truncation=psi)))
    forehead, crown = np.s_[108:120, 116:140, :3], np.s_[44:60, 110:146, :3]
    assert np.abs(own[forehead].mean((0, 1)) - led[forehead].mean((0, 1))).max() < 16
    assert np.abs(own[crown].mean((0, 1)) - led[crown].mean((0, 1))).max() < (16 if psi < 1 else 60)


def test_directions_together_lead_no_farther_than_one_and_a_bit(studio):
    far, farther = (pixels(studio, replace(ONE, explore=(size,) * EXPLORE_SIZE)) for size in (0.6, 1.0))
    np.testing.assert_allclose(far, farther, atol=1)
    assert apart(far, pixels(studio, replace(ONE, explore=(0.4,) * EXPLORE_SIZE))) > 1


def test_no_lid_stands_out_above_sunglasses(studio):
    person = Avatar({**ONE.traits, "glasses": "sun", "fringe": "none", "hair_back": "bald", "brow_thickness": -1.0})
    shut, wide = (pixels(studio, person.edit(**eyes)) for eyes in ({"eye_openness": 0.5, "lashes": 0.3}, {"eye_openness": 1.0, "eye_size": 1.0, "lashes": 1.0}))
    assert apart(shut[:, :, :3], wide[:, :, :3]) < 1


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


def test_a_morph_walks_from_end_to_end_in_steps_that_look_rather_equal(studio):
    people, uneven = rolled(16, 3), {"straight": [], "even": []}
    for one, other in zip(people[::2], people[1::2]):
        way = studio.morph(replace(one, partner=other), 6)
        shares = [avatar.mix[0] for avatar in way]
        assert shares[0] == 0 and shares[-1] == 1 and shares == sorted(shares) and len(set(shares)) == 6
        for name, mixes in (("straight", np.linspace(0, 1, 6)), ("even", shares)):
            step = visible_change(settle(studio._paint(studio.generator, styles(studio.generator, [replace(way[0], mix=(share,) * 3) for share in mixes]))))
            uneven[name].append((step.std() / step.mean()).item())
    assert np.mean(uneven["even"]) < 0.85 * np.mean(uneven["straight"]), uneven


def test_pictures_of_a_morph_that_stand_still_are_whole(studio):
    people = rolled(12)
    for one, other in zip(people, people[1:]):
        way = studio.morph(replace(one, partner=other), 7)
        shares = [avatar.mix[0] for avatar in way]
        assert shares[0] == 0 and shares[-1] == 1 and shares == sorted(shares) and len(set(shares)) == 7
        found = clarity(studio, way)
        assert (found < 1.6 * max(found[0], found[-1])).all()


def test_two_that_are_alike_still_have_a_way_between():
    assert even_shares(torch.rand(1, 4, 32, 32).expand(21, -1, -1, -1), 5) == [0, 0.25, 0.5, 0.75, 1]


def test_a_slider_has_its_turn_while_a_morph_is_measured(studio, monkeypatch):
    held, paint = [], studio._paint
    monkeypatch.setattr(studio, "_paint", lambda generator, ws: (held.append((len(ws), studio.lock.free)), paint(generator, ws))[1])
    studio.morph(replace(ONE, partner=OTHER), 3)
    assert sum(count for count, _ in held) == TURNS + 1 and {free for _, free in held} == {0}
    assert max(count for count, _ in held) <= 4


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
