"""What is learned of clothes: flat colours, straight, and nothing that is not clothes."""
from __future__ import annotations

import numpy as np

from avatar_studio.personal.face_clothes import flattened

N = 256
SHIRT, TIE = np.array([85.0, 0.0, 2.0]), np.array([40.0, 40.0, 20.0])
CHEST = np.arange(N)[:, None] > np.where(np.abs(np.arange(N) - 128) < 60, 220, N)


def learned(second, own=SHIRT) -> np.ndarray:
    """What becomes of a white shirt, noisy, where `second` (N, N) is true red."""
    noise = np.random.default_rng(0).normal(0, 4, (N, N, 3))
    colours = np.where(np.broadcast_to(second, (N, N))[..., None], TIE, SHIRT) + noise
    return flattened(colours.astype(np.float32), np.ones((N, N), bool), CHEST, own)


def test_clothes_are_learned_in_two_flat_colours_and_a_tie_that_hangs_askew_hangs_straight():
    for middle in (128, 142):
        worn = learned(np.abs(np.arange(N) - middle) < 9)
        assert np.abs(worn[230:, 70:110] - SHIRT).max() < 4 and np.abs(worn[230:, 146:186] - SHIRT).max() < 4
        assert np.abs(worn[230:, 125:131] - TIE).max() < 4
        assert worn[230:, 70:110].std((0, 1)).max() < 0.5
    assert np.allclose(learned(False), SHIRT, atol=1)


def test_a_badge_or_an_arm_on_one_side_is_no_part_of_the_clothes():
    badge = (np.abs(np.arange(N) - 165) < 8) & (np.abs(np.arange(N)[:, None] - 240) < 6)
    assert np.allclose(learned(badge), SHIRT, atol=1)


def test_clothes_keep_the_colour_that_the_reader_saw_in_better_light():
    assert np.allclose(learned(False, own=SHIRT + (10, 2, 2)), SHIRT + (10, 2, 2), atol=0.5)
