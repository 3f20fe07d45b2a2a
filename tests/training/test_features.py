from __future__ import annotations

import numpy as np
import pytest
import torch

pytest.importorskip("efficientnet_lite_pytorch", reason="the feature network needs requirements-train.txt")

from benchmarks.features import kernel
from avatar_studio.training.features import Features, Gist, feature_losses, gist_loss, gist_push, gram, push


def test_losses_are_zero_for_the_same_and_more_for_the_less_alike():
    some = [torch.rand(2, 4, 8, 8), torch.rand(2, 6, 4, 4)]
    assert all(value < 1e-6 for value in feature_losses(some, some))
    near, far = ([x + share * torch.randn_like(x) for x in some] for share in (0.1, 1.0))
    assert all(a < b for a, b in zip(feature_losses(near, some), feature_losses(far, some)))
    x = torch.rand(1, 3, 5, 5)
    assert torch.allclose(gram(x)[0, 0, 1], (x[0, 0] * x[0, 1]).mean())


def test_the_push_leads_towards_the_drawing_within_the_view_and_nowhere_else():
    torch.manual_seed(0)
    drawn = torch.rand(1, 4, 64, 64)
    made = (drawn + 0.1 * torch.randn_like(drawn)).clamp(0, 1)
    network, view = Features(torch.float32), lambda x: x[..., :32]
    torch.manual_seed(1)
    found, gradient = push(network, made, drawn, view)
    torch.manual_seed(1)
    nearer, _ = push(network, made - 0.02 * gradient / gradient.abs().amax(), drawn, view)
    assert nearer["content"] + nearer["gram"] < found["content"] + found["gram"]
    assert not gradient[..., 32:].any()


def test_the_background_of_a_push_is_drawn_where_checkpoints_keep_the_random_state():
    before, elsewhere = torch.get_rng_state(), torch.rand(2, 4, 8, 8, device="meta")
    push(lambda pictures: [pictures], elsewhere, elsewhere, lambda pictures: pictures)
    assert not torch.equal(torch.get_rng_state(), before)


def test_the_gist_counts_most_what_all_pictures_have_in_common():
    torch.manual_seed(0)
    wanted = torch.randn(8, 16)
    noise = torch.randn(8, 16)
    own, common = noise - noise.mean(0), torch.ones(8, 16)
    own *= common.norm() / own.norm()
    assert gist_loss(wanted, wanted) == 0 < gist_loss(wanted + own, wanted) < 0.2 * gist_loss(wanted + common, wanted)


def test_the_push_of_the_gist_takes_a_blur_away():
    torch.manual_seed(0)
    drawn = torch.rand(2, 4, 64, 64).round()
    drawn[:, :3] *= drawn[:, 3:]
    made = torch.nn.functional.avg_pool2d(drawn, 3, 1, 1)
    network = Gist(torch.float32, 1)
    torch.manual_seed(1)
    found, gradient = gist_push(network, made, drawn)
    torch.manual_seed(1)  # the same size again
    nearer, _ = gist_push(network, made - 0.02 * gradient / gradient.abs().amax(), drawn)
    assert nearer["gist"] < found["gist"] and gist_push(network, drawn, drawn)[0]["gist"] < 1e-3


def test_a_kernel_distance_of_few_pictures_is_a_number():
    rng = np.random.default_rng(0)
    some, others, far = rng.normal(size=(40, 8)), rng.normal(size=(50, 8)), rng.normal(1, 1, (40, 8))
    assert abs(kernel(some, others)) < kernel(some, far)
