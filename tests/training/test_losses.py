from __future__ import annotations

import math

import pytest
import torch

from avatar_studio.training import losses


def picture(seed=0):
    return torch.rand(2, 4, 32, 32, generator=torch.Generator().manual_seed(seed))


def test_premultiplied_colour_is_never_above_alpha():
    rgba = torch.randint(0, 256, (2, 8, 8, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    x = losses.premultiply(rgba)
    assert x.shape == (2, 4, 8, 8) and (x[:, :3] <= x[:, 3:] + 1e-6).all()
    torch.testing.assert_close(x[:, 3], rgba[..., 3] / 255)


def test_the_paired_loss_is_zero_for_the_same_picture_only():
    weight = torch.ones(2, 1, 32, 32)
    assert losses.paired_loss(picture(), picture(), weight) == 0
    assert losses.paired_loss(picture(), picture(1), weight) > 0.1


def test_an_error_costs_more_where_the_part_map_is_high():
    weight = losses.place_weights(torch.tensor([[[1, 9], [1, 1]]], dtype=torch.uint8), 32)
    torch.testing.assert_close(weight.mean(), torch.tensor(1.0), rtol=1e-3, atol=1e-3)
    drawn = torch.zeros(1, 4, 32, 32)
    cheap, dear = drawn.clone(), drawn.clone()
    cheap[..., 4:8, 4:8], dear[..., 4:8, 20:24] = 1, 1
    assert losses.paired_loss(dear, drawn, weight) > 8 * losses.paired_loss(cheap, drawn, weight)


def test_r1_of_a_linear_judge_is_its_squared_weight():
    picture_, weight = torch.rand(3, 4, 8, 8, requires_grad=True), torch.randn(4, 8, 8)
    penalty = losses.r1_penalty((picture_ * weight).sum(dim=(1, 2, 3)), picture_)
    torch.testing.assert_close(penalty, weight.square().sum())


def test_the_two_sides_want_opposite_logits():
    sure, unsure = torch.full((2, 8, 8), 5.0), torch.full((2, 8, 8), -5.0)
    assert losses.generator_loss(sure) < losses.generator_loss(unsure)
    assert losses.discriminator_loss(sure, unsure) < losses.discriminator_loss(unsure, sure)


def test_psnr_of_a_known_error():
    drawn = torch.zeros(1, 4, 8, 8)
    assert math.isclose(losses.psnr(drawn + 0.1, drawn), 20, abs_tol=1e-3)


def test_a_blurred_picture_has_less_gradient_energy():
    pictures = torch.rand(2, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    blurred = torch.nn.functional.avg_pool2d(pictures, 3, stride=1, padding=1)
    assert (losses.gradient_energy(blurred) < 0.3 * losses.gradient_energy(pictures)).all()
    assert losses.gradient_energy(torch.ones(1, 4, 8, 8)).item() == 0


def test_a_small_change_that_is_not_painted_costs_as_much_as_a_large_one():
    drawn = torch.zeros(4, 4, 32, 32)
    drawn[1, 0, :3, :3], drawn[3, 0, :16] = 0.5, 0.5
    assert losses.effect_loss(torch.zeros_like(drawn), drawn).item() == pytest.approx(1)
    assert losses.effect_loss(drawn + 0.1, drawn).item() == pytest.approx(0, abs=1e-6)  # what both have is another loss's
    half = drawn.clone()
    half[3] = 0
    assert losses.effect_loss(half, drawn).item() == pytest.approx(0.5)
    assert losses.effect_loss(torch.rand(2, 4, 8, 8), torch.zeros(2, 4, 8, 8)).item() == 0  # a trait without effect teaches nothing


def test_the_faintest_change_that_is_drawn_for_pairs_teaches():
    drawn = torch.zeros(2, 4, 32, 32)
    drawn[1, 0, :4, :5] = 1 / 16  # what data.draw_pairs lets in
    made = torch.zeros_like(drawn, requires_grad=True)
    losses.effect_loss(made, drawn).backward()
    assert (made.grad[1, 0, :4, :5] < 0).all()
