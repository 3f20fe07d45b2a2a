from __future__ import annotations

import torch

from avatar_studio.models.discriminator import Discriminator, DiscriminatorConfig, minibatch_deviation
from avatar_studio.training.losses import r1_penalty


def test_it_judges_places_and_hears_the_condition():
    torch.manual_seed(0)
    judge, picture, c = Discriminator(DiscriminatorConfig(10)), torch.rand(4, 4, 256, 256), torch.randn(4, 10)
    logits = judge(picture, c)
    assert logits.shape == (4, 8, 8)
    assert not torch.allclose(judge(picture, -c), logits)
    assert (judge(picture, c, dtype=torch.bfloat16) - logits).abs().max() < 0.2


def test_r1_can_be_learned_from():
    judge = Discriminator(DiscriminatorConfig(10, channels=(8, 8, 8, 8)))
    picture = torch.rand(2, 4, 256, 256, requires_grad=True)
    r1_penalty(judge(picture, torch.randn(2, 10)).mean((1, 2)), picture).backward()
    assert all(layer.weight.grad.abs().sum() > 0 for layer in judge.layers)


def test_equal_pictures_of_a_group_have_no_deviation_and_groups_do_not_mix():
    same, different = torch.ones(4, 3, 8, 8), torch.randn(4, 3, 8, 8)
    deviation = minibatch_deviation(torch.cat([same, different]), group=4)
    assert deviation.shape == (8, 1, 8, 8)
    assert deviation[:4].max() < 1e-3 and deviation[4:].min() > 0.5


def test_a_set_of_any_size_is_compared_as_it_is_alone():
    torch.manual_seed(0)
    judge, picture, c = Discriminator(DiscriminatorConfig(10, channels=(8, 8, 8, 8))), torch.rand(12, 4, 256, 256), torch.randn(12, 10)
    both = judge(picture, c, sets=2)  # six drawn, six made: four would be compared across
    torch.testing.assert_close(both, torch.cat([judge(picture[:6], c[:6]), judge(picture[6:], c[6:])]), rtol=1e-4, atol=1e-5)
