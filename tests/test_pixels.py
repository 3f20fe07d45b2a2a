"""What the networks paint is made legal: no colour above its alpha, crisp, with a smooth outline; and true to what it was."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from avatar_studio.avatar import Avatar
from avatar_studio.pixels import blocks, crisper, finish, settle, squared, to_bytes, true


def test_no_colour_is_brighter_than_its_alpha():
    picture = torch.tensor([1.3, 0.5, -0.2, 0.6]).view(1, 4, 1, 1)
    assert to_bytes(settle(picture))[0, 0, 0].tolist() == [199, 166, 0, 199]
    assert finish(np.full((256, 256, 4), 255, np.uint8), Avatar()).getpixel((0, 0)) == (255, 255, 255, 255)


def test_the_ground_is_quite_clear_and_the_face_quite_solid(studio):
    alpha = np.asarray(studio.draw(Avatar({"hair_back": "short"})))[..., 3]
    assert (alpha[:12, :40] == 0).all() and (alpha[:12, -40:] == 0).all()
    assert (alpha[130:180, 90:166] == 255).all()


def test_a_trembling_silhouette_becomes_smooth_and_stays_where_it_is():
    edge = 16 + torch.tensor([-0.6, 0.6]).repeat(16)  # of each row, from pixel to pixel to and fro
    alpha = (edge[:, None] - torch.arange(32) + 0.5).clamp(0, 1)
    settled = settle(torch.stack([0.4 * alpha, 0.2 * alpha, 0.1 * alpha, alpha])[None])[0]
    widths = settled[3].sum(1)[2:-2]
    assert widths.std() < 0.25 * edge.std() and abs(widths.mean() - alpha.sum(1).mean()) < 0.1
    seen = settled[3] > 0.5
    assert torch.allclose(settled[:3, seen] / settled[3, seen], torch.tensor([[0.4], [0.2], [0.1]]), atol=0.01)


def test_a_soft_edge_becomes_crisper_and_a_plain_colour_stays():
    ramp = torch.linspace(0, 1, 5)
    row = torch.cat([torch.full((6,), 0.2), 0.2 + 0.6 * ramp, torch.full((6,), 0.8)])
    soft = torch.cat([row.expand(1, 3, 17, 17), torch.ones(1, 1, 17, 17)], 1)
    crisp = settle(soft)
    assert (crisp[0, 0, 8].diff().max() > 1.05 * soft[0, 0, 8].diff().max()).item()
    torch.testing.assert_close(crisp[0, :, 8, [2, 14]], soft[0, :, 8, [2, 14]])


def test_what_is_to_be_enlarged_gets_crisper_inside_its_outline_and_stays_legal():
    ramp = torch.linspace(0, 1, 5)
    row = torch.cat([torch.full((6,), 0.1), 0.1 + 0.4 * ramp, torch.full((6,), 0.5)])
    soft = torch.cat([row.expand(1, 3, 17, 17), 0.6 * torch.ones(1, 1, 17, 17)], 1)
    crisp = crisper(soft)
    assert crisp[0, 0, 8].diff().max() > 1.005 * soft[0, 0, 8].diff().max()
    assert (crisp[:, 3] == soft[:, 3]).all() and (crisp[:, :3] <= crisp[:, 3:]).all() and crisp.min() >= 0
    torch.testing.assert_close(crisp[0, :, 8, [2, 14]], soft[0, :, 8, [2, 14]])
    torch.testing.assert_close(crisper(soft, 0.0), soft)


def test_what_a_style_does_to_a_dark_place_is_taken_back_in_part_and_what_it_does_to_a_light_one_stays():
    own = torch.tensor([[0.35, 0.22, 0.16, 1.0], [0.95, 0.85, 0.75, 1.0]]).view(2, 4, 1, 1).expand(2, 4, 256, 256)
    fog = torch.tensor([0.5, 0.5, 0.5, 1.0]).view(1, 4, 1, 1).expand(2, 4, 256, 256).clone()
    fog[:, :3, ::2] += 0.1  # a texture of lines
    no = torch.zeros(2, 1, 1, 1)
    whole, none, dry = true(own, fog, no + 1, no), true(own, fog, no, no), true(own, fog, no, no + 1)
    torch.testing.assert_close(none, fog)
    torch.testing.assert_close(dry[1], fog[1])
    torch.testing.assert_close(dry[0, :3, 1], fog[0, :3, 1])                                            # between the lines of light
    assert (dry[0, :3, 0] < fog[0, :3, 0] - 0.02).all() and (dry[0, :3, 0] > fog[0, :3, 1]).all()       # which are less bright
    torch.testing.assert_close(whole[1], fog[1])
    colour = whole[0, :3].mean((1, 2))
    assert (colour - own[0, :3, 0, 0]).abs().max() < 0.5 * (fog[0, :3].mean((1, 2)) - own[0, :3, 0, 0]).abs().max() and colour[0] > colour[1] > colour[2]
    torch.testing.assert_close(whole[0, :3, 0, 0] - whole[0, :3, 1, 0], torch.full((3,), 0.1))


def test_blocks_have_one_colour_and_hard_edges_and_come_little_by_little():
    ramp = torch.linspace(0, 1, 64).expand(1, 1, 64, 64)
    picture = torch.cat([0.8 * ramp, 0.5 * ramp, 0.2 * ramp, ramp], 1)
    whole, half = (blocks(picture, torch.full((1, 1, 1, 1), share)) for share in (1.0, 0.5))
    squares = whole.view(4, 16, 4, 16, 4)
    assert (squares == squares[:, :, :1, :, :1]).all() and set(whole[0, 3].unique().tolist()) == {0.0, 1.0}
    seen = whole[0, 3] == 1
    torch.testing.assert_close(whole[0, :3, seen], torch.tensor([[0.8], [0.5], [0.2]]).expand(3, int(seen.sum())))
    torch.testing.assert_close(half, (picture + whole) / 2)


@pytest.mark.parametrize("size", [(2000, 1), (1, 900), (3, 2000)])
def test_a_thin_strip_is_a_picture_too(size):
    square = squared(Image.new("RGBA", size, "red"))
    assert square.size == (256, 256) and square.getbbox() is not None
