"""The recipes' pictures: one a preset, readable, anchored to the canvas, fit for any picture."""
from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("skia", reason="drawing and training need requirements-train.txt")

from avatar_studio.styles import PRESETS
from avatar_studio.training.recipes import RECIPES, Picture, render
from avatar_studio.training.recipes.screens import NAMES, make_screens
from avatar_studio.training.stylizer_pairs import avatars


@pytest.fixture(scope="module")
def drawn():
    return [rgba for _, rgba in avatars(np.array([4, 5]), 3)]  # one by the artist, one by the generator


def test_there_is_a_recipe_for_each_preset():
    assert list(RECIPES) == list(PRESETS)


def test_screens_are_the_same_every_time():
    first = make_screens()
    assert first.shape == (len(NAMES), 256, 256) and np.array_equal(first, make_screens())
    assert np.abs(first).max() <= 1.01 and (first.std((1, 2)) > 0.2).all()


@pytest.mark.parametrize("name", PRESETS)
def test_a_recipe_changes_the_picture_but_not_who_it_is(name, drawn):
    for rgba in drawn:
        made = render(name, rgba)
        assert made.shape == rgba.shape and made.dtype == np.uint8 and np.array_equal(made, render(name, rgba))
        solid = (rgba[..., 3] > 230) & (made[..., 3] > 230)
        assert solid.sum() > 0.85 * (rgba[..., 3] > 230).sum()
        before, after = (x[..., :3][solid].astype(float) for x in (rgba, made))
        assert np.abs(before - after).mean() > 4
        if name != "neon":  # whose tubes shine where it was darkest
            light = lambda x: x @ [0.299, 0.587, 0.114]  # noqa: E731
            assert np.corrcoef(light(before), light(after))[0, 1] > 0.6  # light stays light, dark stays dark


@pytest.mark.parametrize("name", PRESETS)
def test_a_recipe_takes_any_picture(name):
    for rgba in (np.zeros((256, 256, 4), np.uint8), np.full((256, 256, 4), 255, np.uint8)):
        assert render(name, Picture.of(rgba)).shape == rgba.shape
    assert render(name, np.zeros((256, 256, 4), np.uint8))[..., 3].max() < 30  # nothing out of nothing
