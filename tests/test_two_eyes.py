from __future__ import annotations

import numpy as np
import torch

from avatar_studio.avatar import Avatar, latent
from avatar_studio.pixels import to_tensor
from avatar_studio.traits import condition
from avatar_studio.two_eyes import in_halves


def test_eyes_of_two_colours_stand_each_in_its_own(studio):
    values = {"hair_back": "buzz", "fringe": "none", "eye_hue": 210, "eye_saturation": 0.9, "eye_lightness": 0.45, "eye_size": 0.6, "glasses": "none", "pupil": "round"}
    both = studio.draw(Avatar(values | {"eye_shift": 180}, 5))
    both, blue, orange = (np.asarray(picture.convert("RGBa")).astype(int) for picture in (both, *(studio.draw(Avatar(values | {"eye_hue": hue}, 5)) for hue in (210, 30))))
    assert np.abs(both[:, :120] - blue[:, :120]).mean() < 0.2 and np.abs(both[:, 136:] - orange[:, 136:]).mean() < 0.2
    left, right = both[100:190, :128, :3], both[100:190, 128:, :3]
    assert (left[..., 2] - left[..., 0] > 60).sum() > 100 and (right[..., 0] - right[..., 2] > 60).sum() > 100
    assert (left[..., 2] - left[..., 0] > 60).sum() > 10 * (right[..., 2] - right[..., 0] > 60).sum()


def test_a_condition_of_two_eye_colours_is_painted_as_the_avatar_is(studio):
    avatars = [Avatar({"eye_shift": shift}, seed=4) for shift in (0, 120)]
    c, z = (torch.from_numpy(np.stack(some)).to(studio.device) for some in ([condition(one.traits) for one in avatars], [latent(4)] * 2))
    with torch.inference_mode():
        painted = in_halves(lambda c, z: studio.generator(z, c, dtype=studio.dtype), c, z)
    for picture, avatar in zip(painted, avatars):
        drawn = to_tensor(studio.draw(avatar))[0]
        assert (picture.cpu() - drawn)[:, 100:190].abs().mean() < 0.004
