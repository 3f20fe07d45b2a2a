from __future__ import annotations

import pytest
import torch

from avatar_studio.models.encoder import SIZE, Encoder, EncoderConfig

TINY = EncoderConfig(20, channels=(8, 16, 16), blocks=(1, 0, 1), squeezed=4, hidden=16)


@pytest.fixture
def pictures():
    return torch.rand(2, 4, SIZE, SIZE, generator=torch.Generator().manual_seed(0))


def encoder(config=TINY) -> Encoder:
    torch.manual_seed(0)
    return Encoder(config)


def test_it_gives_a_condition_for_each_picture(pictures):
    c = encoder()(pictures)
    assert c.shape == (2, 20) and c.dtype == torch.float32
    torch.testing.assert_close(encoder()(pictures[1:]), c[1:], rtol=1e-4, atol=1e-4)  # each for itself


def test_every_weight_is_trained(pictures):
    network = encoder()
    for blocks in network.blocks:
        for _, second in blocks:
            torch.nn.init.normal_(second.weight, std=0.05)  # it begins at zero, and what stands before it is not heard then
    network(pictures).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_frozen_in_half_precision_it_reads_much_the_same(pictures):
    network = encoder()
    with torch.no_grad():
        before = network(pictures)
        after = network.freeze(torch.bfloat16)(pictures)
    assert (after - before).abs().mean() < 0.05 * before.abs().mean() + 0.01
    assert not any(p.requires_grad for p in network.parameters())


def test_a_config_survives_its_dictionary_and_a_huge_one_is_refused():
    assert EncoderConfig.from_dict(TINY.to_dict()) == TINY
    for change in ({"hidden": 10**6}, {"blocks": [1]}, {"blocks": [99, 0, 0]}, {"hidden": 0}, {"channels": ["8", 8, 8]}, {"layers": 3},
                   {"channels": [], "blocks": []}, {"channels": [1024] * 5, "blocks": [8] * 5}, {"channels": [8], "blocks": [0], "squeezed": 1024, "hidden": 1024}):
        with pytest.raises((ValueError, TypeError)):
            EncoderConfig.from_dict(TINY.to_dict() | change)


def test_it_knows_how_many_numbers_it_holds():
    for config in (TINY, EncoderConfig(149)):
        assert config.numbers == pytest.approx(sum(p.numel() for p in Encoder(config).parameters()), rel=0.05)


def test_the_shipped_size_is_small():
    assert sum(p.numel() for p in Encoder(EncoderConfig(149)).parameters()) < 4e6
