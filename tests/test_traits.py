import numpy as np
import pytest

from avatar_studio import traits
from avatar_studio.traits import BY_NAME, COLOURS, DEFAULTS, GROUPS, TRAITS, TraitError


def test_every_trait_is_labelled_in_both_languages_and_belongs_to_a_group():
    assert len(TRAITS) >= 40 and len(BY_NAME) == len(TRAITS)
    for trait in TRAITS:
        assert trait.group in GROUPS
        for label in [trait, *trait.choices]:
            assert label.en and label.zh and label.en.isascii() and not label.zh.isascii()
            assert all((side in label.en.lower().split()) == (word in label.zh) for side, word in (("left", "左"), ("right", "右"))), label.en
    assert len(BY_NAME["hair_back"].names) >= 12 and len(BY_NAME["fringe"].names) >= 8


def test_every_default_is_legal_and_every_choice_has_a_place_in_the_code():
    for trait in TRAITS:
        assert trait.clean(DEFAULTS[trait.name]) == DEFAULTS[trait.name]
        assert len(trait.choices) <= 32 and len(set(trait.names)) == len(trait.names)


def test_numbers_are_clamped_and_put_on_the_grid():
    smile = BY_NAME["mouth_smile"]
    assert smile.clean(7) == 1.0 and smile.clean(-7) == -1.0
    assert smile.clean(0.511) == smile.clean(0.5101) == 0.52
    assert BY_NAME["hair_hue"].clean(-10) == 350 and BY_NAME["hair_hue"].clean(720.4) == 0 and BY_NAME["hair_hue"].clean(120.6) == 121


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "0.5", None, True, [1]])
def test_a_slider_refuses_what_is_no_number(value):
    with pytest.raises(TraitError, match="mouth_smile must be a"):
        traits.clean({"mouth_smile": value})


def test_unknown_names_and_options_are_refused_in_one_sentence():
    with pytest.raises(TraitError, match="no trait called 'wings'"):
        traits.clean({"wings": 1})
    with pytest.raises(TraitError, match="glasses must be one of: none, round"):
        traits.clean({"glasses": "monocle"})


@pytest.mark.parametrize("colour", COLOURS)
def test_a_measured_colour_is_painted_as_it_was_measured(colour):
    measured = (0.36, 0.22, 0.61)
    painted = traits.rgb(traits.clean(traits.set_colour(colour, *measured)), colour)
    assert np.allclose(painted, measured, atol=0.015)


def test_skin_gets_darker_with_tone_and_warmer_with_undertone():
    tones = [sum(traits.skin_rgb(tone, 0)) for tone in np.linspace(0, 1, 12)]
    assert all(a > b for a, b in zip(tones, tones[1:]))
    cool, warm = traits.skin_rgb(0.4, -1), traits.skin_rgb(0.4, 1)
    assert cool[2] - cool[0] > warm[2] - warm[0]


def test_the_condition_moves_with_every_trait():
    base = traits.condition(DEFAULTS)
    assert base.shape == (traits.CONDITION_SIZE,) and base.dtype == np.float32 and np.abs(base).max() <= 1
    for trait in TRAITS:
        other = trait.names[-1] if trait.kind == "choice" else 180 if trait.kind == "angle" else trait.high
        assert not np.array_equal(base, traits.condition({**DEFAULTS, trait.name: other})), trait.name
