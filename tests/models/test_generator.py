from __future__ import annotations

import json

import pytest
import torch

from avatar_studio.avatar import Z_SIZE
from avatar_studio.devices import fast_dtype
from avatar_studio.models.generator import Generator, GeneratorConfig
from avatar_studio.traits import CONDITION_SIZE, DEFAULTS, condition
from avatar_studio.weights import load_generator


@pytest.fixture(scope="module")
def generator():
    torch.manual_seed(0)
    return Generator(GeneratorConfig(CONDITION_SIZE, Z_SIZE)).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def inputs():
    rng = torch.Generator().manual_seed(1)
    return torch.randn(2, Z_SIZE, generator=rng), torch.randn(2, CONDITION_SIZE, generator=rng)


def test_shapes(generator, inputs):
    z, c = inputs
    assert generator.mapping(z, c).shape == (2, 256 + CONDITION_SIZE)
    assert generator.styles(z, c).shape == (2, generator.num_ws, 256 + CONDITION_SIZE)
    assert generator(z, c).shape == (2, 4, 256, 256)
    assert generator.config.resolution == 256


def test_it_is_small_enough_to_ship(generator):
    assert sum(p.numel() for p in generator.parameters()) <= 7_500_000


def test_both_the_traits_and_the_seed_change_the_picture(generator, inputs):
    z, c = inputs
    picture = generator(z, c)
    assert not torch.allclose(generator(z, c.flip(0)), picture)
    assert not torch.allclose(generator(z.flip(0), c), picture)


def test_a_picture_does_not_depend_on_its_neighbours_in_the_batch(generator, inputs):
    z, c = inputs
    torch.testing.assert_close(generator(z[:1], c[:1]), generator(z, c)[:1], rtol=1e-3, atol=1e-4)


def test_styles_can_be_mixed_by_layer(generator, inputs):
    ws = generator.styles(*inputs)
    mixed = ws[:1].clone()
    mixed[:, 5:] = ws[1:, 5:]
    pictures = generator.synthesis(torch.cat([ws, mixed]))
    assert not torch.allclose(pictures[2], pictures[0]) and not torch.allclose(pictures[2], pictures[1])


def test_bfloat16_is_near_float32_and_frozen_is_the_same(generator, inputs):
    exact = generator(*inputs)
    half = generator(*inputs, dtype=torch.bfloat16)
    assert (half - exact).abs().max() < 0.05
    frozen = Generator(generator.config)
    frozen.load_state_dict(generator.state_dict())
    torch.testing.assert_close(frozen.freeze(torch.float32)(*inputs), exact, rtol=1e-4, atol=1e-5)
    one = [x[:1] for x in inputs]  # a picture alone takes a shorter way
    torch.testing.assert_close(frozen(*one), exact[:1], rtol=1e-4, atol=1e-5)
    assert (frozen.freeze(torch.bfloat16)(*one, dtype=torch.bfloat16) - exact[:1]).abs().max() < 0.05


@pytest.mark.parametrize("frozen", (False, True))
def test_bfloat16_changes_a_picture_by_less_than_a_third_of_a_step_of_its_file(frozen):
    generator = load_generator()
    ws = generator.styles(torch.zeros(1, Z_SIZE), torch.from_numpy(condition(DEFAULTS))[None])
    with torch.inference_mode():
        exact = generator.paint(ws)
        half = (generator.freeze(torch.bfloat16) if frozen else generator).paint(ws, dtype=torch.bfloat16)
    there = (exact[:, 3:] > 0.5).expand_as(exact)
    assert 255 * (half - exact).abs()[there].mean() < 0.3  # 0.34 where the colours' mean is rounded as well


def test_a_gpu_gives_the_same_picture(gpu):
    generator, dtype = load_generator(), fast_dtype(gpu)
    z, c = torch.randn(2, Z_SIZE, generator=torch.Generator().manual_seed(1)), torch.from_numpy(condition(DEFAULTS)).repeat(2, 1)
    with torch.inference_mode():
        exact = generator(z, c)
        on_gpu = generator.to(gpu).freeze(dtype)(z.to(gpu), c.to(gpu), dtype=dtype).cpu()
    assert (on_gpu - exact).abs().mean() < 2 / 255


def test_gradients_reach_every_parameter():
    generator = Generator(GeneratorConfig(CONDITION_SIZE, Z_SIZE, mapping_size=16, blocks=((8, (8,)), (16, (8, 8))), fine_channels=4))
    generator(torch.randn(2, Z_SIZE), torch.randn(2, CONDITION_SIZE)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in generator.parameters())


def test_its_config_survives_json(generator):
    written = json.loads(json.dumps(generator.config.to_dict()))
    assert GeneratorConfig.from_dict(written) == generator.config
    assert GeneratorConfig.from_dict({**written, "noise": False}) == generator.config  # a file of before


@pytest.mark.parametrize("config", [GeneratorConfig(CONDITION_SIZE), GeneratorConfig(20, blocks=((32, (64,)), (64, (8, 16))), fine_channels=64, spatial_bias=True)])
def test_it_knows_how_many_numbers_it_holds(config):
    assert config.numbers == pytest.approx(sum(p.numel() for p in Generator(config).parameters()), rel=0.1)
