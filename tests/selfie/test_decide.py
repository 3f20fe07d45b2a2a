"""What is measured moves the trait that it is read for, the way that a person would."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from avatar_studio.selfie.decide import decide
from avatar_studio.selfie.faces import CHIN
from avatar_studio.selfie.measure import shapes

UP, DOWN, OUT = (0.0, -0.08), (0.0, 0.08), (0.08, 0.0)  # OUT: away from the face's middle


@pytest.mark.parametrize(("trait", "points", "way"), [
    ("eye_tilt", (33, 263), UP), ("brow_angle", (105, 334), UP), ("brow_height", (52, 282), UP), ("mouth_smile", (61, 291), DOWN), ("mouth_open", (14,), DOWN), ("chin_length", (CHIN,), DOWN),
    ("face_width", (234, 454), OUT), ("jaw_width", (172, 397), OUT), ("eye_spacing", (133, 362), OUT), ("nose_size", (129, 358), OUT), ("mouth_width", (61, 291), OUT)])
def test_a_part_of_a_face_that_lies_elsewhere_moves_its_slider(seen, measured, trait, points, way):
    front = seen.front.copy()
    for point in points:
        side = np.sign(front[point, 0] - front[CHIN, 0]) if way is OUT else 1
        front[point, :2] += np.multiply(way, (side, 1))
    before, after = (decide(measured | found)[0][trait] for found in ({}, shapes(replace(seen, front=front))))
    assert (before - after if trait == "mouth_smile" else after - before) > 0.1  # she laughs as much as one can


def test_yellower_skin_is_warmer_and_darker_skin_deeper(measured):
    def skin(*change):
        values, _, _ = decide(measured | {name: measured[name] + np.array(change) for name in ("skin", "lit", "shaded")})
        return values["skin_tone"], values["skin_undertone"]

    (tone, plain), (_, warm), (deep, _) = skin(0, 0, 0), skin(0, 0, 6), skin(-25, 0, 0)
    assert warm > plain + 0.1 and deep > tone + 0.2


@pytest.mark.parametrize(("iris", "low", "high"), [((28, 8, 16), 15, 50), ((42, -3, -16), 190, 250), ((40, -14, 14), 70, 150)], ids=("brown", "blue", "green"))
def test_an_iris_keeps_its_colour(measured, iris, low, high):
    values, _, _ = decide(measured | {"iris": np.array(iris, float), "iris_pixels": 80.0, "eye_open_left": 0.3, "eye_open_right": 0.3})
    assert low < values["eye_hue"] < high
