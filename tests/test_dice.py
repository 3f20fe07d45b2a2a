import numpy as np
import pytest

from avatar_studio import dice, traits
from avatar_studio.traits import TRAITS


@pytest.fixture(scope="module")
def rolled():
    rng = np.random.default_rng(10)
    return [dice.roll(rng) for _ in range(1500)]


def test_a_seed_rolls_the_same_avatar_and_another_seed_another():
    roll = lambda seed: dice.roll(np.random.default_rng(seed))  # noqa: E731
    assert roll(1) == roll(1) != roll(2)


def test_locked_traits_stay():
    keep = {"hair_back": "afro", "mouth_smile": -1.0, "hair_hue": 123}
    for seed in range(20):
        rolled = dice.roll(np.random.default_rng(seed), keep)
        assert {name: rolled[name] for name in keep} == keep


def test_exploring_shows_every_option_and_the_whole_of_every_slider():
    rng = np.random.default_rng(0)
    rolled = [dice.explore(rng) for _ in range(1500)]
    for trait in TRAITS:
        seen = {r[trait.name] for r in rolled}
        if trait.kind == "choice":
            assert seen == set(trait.names), trait.name
        elif trait.kind == "slider":
            span = trait.high - trait.low
            assert min(seen) < trait.low + 0.05 * span and max(seen) > trait.high - 0.05 * span, trait.name


def test_no_palette_is_muddy():
    for palette in dice.PALETTES:
        assert set(palette) == set(traits.COLOURS)
        hue, saturation, lightness = palette["accent"]
        assert saturation >= 0.3 and 0.3 <= lightness <= 0.8 and palette["eye"][1] >= 0.3


def test_every_drawing_style_is_rolled_and_the_soft_one_most(rolled):
    arts = [one["art"] for one in rolled]
    shares = {art: arts.count(art) / len(arts) for art in traits.BY_NAME["art"].names}
    assert shares["soft"] > 0.5 and shares["flat"] > 0.14 and shares["painterly"] > 0.14


def test_age_lines_come_with_grey_hair_more_often(rolled):
    grey = [r["lines"] > 0 for r in rolled if r["hair_saturation"] < 0.25 and r["hair_lightness"] > 0.6]
    other = [r["lines"] > 0 for r in rolled if r["hair_saturation"] >= 0.25]
    assert np.mean(grey) > 0.2 > 0.025 > np.mean(other)


def clashes(one: dict) -> bool:
    """A hat on a hijab, a beard with a hijab, a bow, a flower, drops, braids or lipstick, or a dyed moustache or goatee, that look like lips and a tongue."""
    beard = one["beard"] != "none" or one["moustache"] != "none"
    hijab = one["hair_back"] == "hijab"
    dainty = one["hair_back"] == "braids" or one["headwear"] in ("bow", "flower") or one["earrings"] == "drop" or one["lips"] > 0
    dyed = one["hair_saturation"] > 0.3 and not 8 <= one["hair_hue"] <= 46 and (one["moustache"] != "none" or one["beard"] == "goatee")
    return (hijab and one["headwear"] != "none") or (beard and (hijab or dainty)) or dyed


@pytest.mark.parametrize("keep", [{}, {"hair_back": "hijab"}, {"headwear": "cap"}, {"beard": "full"}, {"lips": 0.6}, {"hair_hue": 342, "hair_saturation": 0.7}])
def test_nothing_is_rolled_that_is_seldom_meant_together(keep):
    rng = np.random.default_rng(7)
    assert not any(clashes(dice.roll(rng, keep)) for _ in range(500))


def test_whoever_keeps_two_that_are_seldom_meant_together_has_both():
    keep = {"hair_back": "hijab", "headwear": "crown", "beard": "full", "lips": 0.5}
    rng = np.random.default_rng(8)
    start = dice.roll(rng, keep)
    for one in (start, dice.roll(rng, keep), dice.near(rng, start, 0.0), dice.near(rng, dice.roll(rng), 1.0, keep)):
        assert {name: one[name] for name in keep} == keep


def test_neighbours_bring_together_nothing_that_is_seldom_meant_together():
    rng = np.random.default_rng(9)
    for keep in ({"hair_back": "hijab"}, {"beard": "full", "moustache": "none"}):
        start = dice.roll(rng, keep)
        assert not any(clashes(dice.near(rng, start, 1.0)) for _ in range(300))


def test_skin_of_every_depth_is_rolled_and_odd_eyes_are_rare(rolled):
    tones = np.array([one["skin_tone"] for one in rolled])
    assert (tones > 0.6).mean() > 0.25 < (tones < 0.3).mean() and (tones > 0.9).any() and (tones < 0.05).any()
    assert 0.01 < np.mean([one["eye_shift"] != 0 for one in rolled]) < 0.1


def test_hair_brows_and_beards_lean_the_same_way(rolled):
    cropped, tied = ([one for one in rolled if one["hair_back"] in backs] for backs in (("short", "spiky", "buzz"), ("twin_tails", "space_buns", "bun")))
    bearded = lambda some: np.mean([one["beard"] != "none" for one in some])  # noqa: E731
    assert bearded(cropped) > 3 * bearded(tied)
    assert np.mean([one["brow_thickness"] for one in cropped]) > 0.25 + np.mean([one["brow_thickness"] for one in tied])


def test_every_choice_is_rolled(rolled):
    for trait in TRAITS:
        if trait.kind == "choice":
            assert {one[trait.name] for one in rolled} == set(trait.names), trait.name


def test_neighbours_are_nearer_the_weaker_they_are_moved_and_keep_what_is_locked():
    rng = np.random.default_rng(4)
    start = dice.roll(rng)
    far = {}
    for strength in (0.0, 0.2, 0.6, 1.0):
        moved = [dice.near(rng, start, strength, {"glasses": "sun"}) for _ in range(40)]
        assert all(one["glasses"] == "sun" for one in moved)
        far[strength] = np.mean([np.abs(traits.condition(one) - traits.condition({**start, "glasses": "sun"})).mean() for one in moved])
    assert far[0.0] < 1e-3 < far[0.2] < far[0.6] < far[1.0]
    rolled = np.mean([np.abs(traits.condition(dice.roll(rng)) - traits.condition(start)).mean() for _ in range(40)])
    assert far[1.0] < 0.8 * rolled


def test_a_new_palette_leaves_hair_and_eyes_as_they_are_cut():
    rng = np.random.default_rng(5)
    start = dice.roll(rng)
    moved = [dice.near(rng, start, 1.0) for _ in range(300)]
    turned = [abs((one["hair_hue"] - start["hair_hue"] + 180) % 360 - 180) > 60 for one in moved]
    styled = np.mean([one["hair_back"] != start["hair_back"] for one, other in zip(moved, turned) if other])
    assert sum(turned) > 60 and styled < 0.5  # about a third of the choices are new, whether the palette is or not


def test_a_neighbour_grows_no_beard_and_natural_hair_stays_natural():
    rng = np.random.default_rng(5)
    for hue in (12, 25, 44):
        start = {**dice.roll(rng), "beard": "none", "moustache": "none", "hair_hue": hue}
        near = [dice.near(rng, start, 0.7) for _ in range(200)]
        assert all(one["beard"] == one["moustache"] == "none" for one in near)
        turned = [one["hair_hue"] for one in near if one["eye_hue"] != one["hair_hue"] and abs(one["hair_saturation"] - start["hair_saturation"]) < 0.2]
        assert sum(8 <= one <= 46 for one in turned) > 0.75 * len(turned)  # the others have another palette
    bearded = {**start, "beard": "full", "hair_back": "short", "headwear": "none", "earrings": "none"}
    assert {dice.near(rng, bearded, 1.0)["beard"] for _ in range(200)} > {"full", "none"}
