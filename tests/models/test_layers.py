from __future__ import annotations

import torch
from torch.nn import functional as F

from avatar_studio.models.layers import GAIN, SLOPE, StyledConv, pixel_norm, shuffle, unshuffle


def paper(layer, x, style):
    """StyleGAN2's own way, eq. 1 and 3: a weight of its own for each sample, in a grouped convolution."""
    weight = layer.weight.view(layer.out_channels, 3, 3, layer.in_channels).permute(0, 3, 1, 2)
    weight = weight[None] * style[:, None, :, None, None]                                    # (N, out, in, 3, 3)
    weight = weight * torch.rsqrt(weight.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8)
    y = F.conv2d(x.reshape(1, -1, *x.shape[2:]), weight.flatten(0, 1), padding=1, groups=len(x))
    return F.leaky_relu(y.view(len(x), layer.out_channels, *x.shape[2:]) * GAIN + layer.bias.permute(0, 3, 1, 2), SLOPE)


def test_scaling_in_and_out_is_the_same_as_a_weight_for_each_sample():
    torch.manual_seed(0)
    layer = StyledConv(6, 5, 8, resolution=10, spatial_bias=True)
    layer.bias.data.normal_()
    x, style, after = torch.randn(3, 6, 10, 10), torch.randn(3, 6), torch.randn(3, 5)
    y = layer(x * style[:, :, None, None], style, after)
    torch.testing.assert_close(y, paper(layer, x, style) * after[:, :, None, None], rtol=1e-4, atol=1e-5)


def test_up_doubles_the_edge():
    layer = StyledConv(4, 3, 8, resolution=16, up=True)
    assert layer(torch.randn(2, 4, 8, 8), torch.ones(2, 4), torch.ones(2, 3)).shape == (2, 3, 16, 16)


def test_a_prepared_layer_gives_the_same():
    layer = StyledConv(4, 3, 8, resolution=8)
    inputs = torch.randn(2, 4, 8, 8), torch.randn(2, 4), torch.ones(2, 3)
    before = layer(*inputs)
    layer.prepared = layer.prepare(torch.float32)
    torch.testing.assert_close(layer(*inputs), before)


def test_pixel_norm_makes_unit_mean_square():
    torch.testing.assert_close(pixel_norm(torch.randn(4, 32) * 9).square().mean(1), torch.ones(4), rtol=1e-4, atol=1e-4)


def test_unshuffle_and_back():
    x = torch.rand(2, 3, 16, 8)
    assert unshuffle(x, 4).shape == (2, 48, 4, 2) and torch.equal(shuffle(unshuffle(x, 4), 4), x)
