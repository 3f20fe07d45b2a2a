"""The colour of what is worn: the main one, not a mixture, and not that of bare skin."""
from __future__ import annotations

import colorsys
from dataclasses import replace

import numpy as np

from avatar_studio import traits
from avatar_studio.selfie.clothes import bare, main_colour, worn
from avatar_studio.selfie.faces import CHIN, LEFT_CHEEK
from avatar_studio.selfie.hair import CLOTHES
from avatar_studio.selfie.portrait import UNIT


def test_of_a_navy_suit_with_a_white_shirt_and_a_red_tie_the_suit_tells():
    random = np.random.default_rng(0)
    parts = ((600, (15, 2, -12)), (250, (92, 0, 0)), (150, (40, 50, 30)))
    pixels = np.concatenate([np.array(colour) + random.normal(0, 3, (count, 3)) * (2, 1, 1) for count, colour in parts])
    assert np.linalg.norm(main_colour(pixels) - (15, 2, -12)) < 4
    assert np.isnan(main_colour(pixels[:5])).all()


def test_a_dress_in_light_and_in_shade_is_one_colour():
    random = np.random.default_rng(0)
    dress = np.stack([random.uniform(35, 65, 500), random.normal(-20, 2, 500), random.normal(20, 2, 500)], 1)
    wall = np.array((55.0, 10.0, 30.0)) + random.normal(0, 2, (300, 3))  # a smaller patch, but all of one tone
    assert np.linalg.norm((main_colour(np.concatenate([dress, wall])) - (50, -20, 20))[1:]) < 4


def test_the_astronaut_wears_bright_orange_though_her_collar_is_black(astronaut):
    hue, lightness, saturation = colorsys.rgb_to_hls(*traits.rgb(astronaut.avatar().traits, "clothes"))
    assert 5 < 360 * hue < 25 and saturation > 0.6 and lightness > 0.45


def test_a_bare_neck_is_skin_and_a_shirt_of_skin_colour_is_worn(seen):
    classes = seen.classes.copy()
    below = (np.arange(len(classes))[:, None] > seen.points[CHIN, 1] + 0.7 * UNIT).repeat(classes.shape[1], 1)
    classes[below] = 0
    classes[below, CLOTHES] = 1
    skin = seen.lab[seen.area(LEFT_CHEEK)].mean(0) - (10, 0, 0)
    half = below & (np.arange(classes.shape[1]) < 288)
    colours = np.where(below[..., None], np.where(half[..., None], skin, (50.0, -30.0, 20.0)), seen.lab)
    dressed = replace(seen, lab=colours, classes=classes)
    assert bare(dressed)[half].mean() > 0.9
    assert np.linalg.norm(main_colour(colours[worn(dressed)]) - (50, -30, 20)) < 2
    all_skin = replace(seen, lab=np.where(below[..., None], skin, seen.lab), classes=classes)
    assert worn(all_skin)[below & seen.view.inside].mean() > 0.9
