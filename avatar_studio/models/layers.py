"""Layers that the networks share: a linear one, convolutions, plain and modulated by a style, and pixel shuffles."""
from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLOPE = 0.2  # of the leaky ReLU everywhere
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance through a leaky ReLU (He et al. 2015, eq. 15)
MOST_NUMBERS = 2**25  # that a network of somebody else's file may hold, 134 MB; ours hold 5 million at most


class Linear(nn.Linear):
    """nn.Linear with weights ~ N(0, gain^2 / in_features) and a constant bias.

    x: (N, in_features) -> (N, out_features)
    """

    def __init__(self, in_features: int, out_features: int, gain: float = 1.0, bias: float = 0.0):
        super().__init__(in_features, out_features)
        nn.init.normal_(self.weight, std=gain / math.sqrt(in_features))
        nn.init.constant_(self.bias, bias)


class Convolution(nn.Module):
    """3x3, with its weight kept as the matrix that Muon orthogonalises, in the order that channels_last needs.

    x: (N, in_channels, H, W) -> (N, out_channels, H / stride, W / stride), computed in x's type
    """

    def __init__(self, in_channels: int, out_channels: int, gain: float):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, 9 * in_channels) * gain / (9 * in_channels) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x: Tensor, stride: int = 1, order: Tensor | slice = slice(None)) -> Tensor:
        """order: which channels come out, and in which order."""
        weight, bias = self.weight.to(x.dtype)[order], self.bias.to(x.dtype)[order]
        return F.conv2d(x, weight.view(len(bias), 3, 3, -1).permute(0, 3, 1, 2), bias, stride=stride, padding=1)


def pixel_norm(x: Tensor) -> Tensor:
    """Each row scaled to unit mean square (StyleGAN, Karras et al. 2019). x: (N, C) -> (N, C)"""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


def activate(x: Tensor, scale: Tensor, bias: Tensor, style: Tensor) -> Tensor:
    """leaky_relu(x * scale + bias) * style in one place, so that a compiler can make one pass over memory of it.

    x: (N, C, R, R), scale and style: (N, C, 1, 1), bias: (1, C, 1 or R, 1 or R) -> (N, C, R, R)
    """
    return F.leaky_relu(torch.addcmul(bias, x, scale), SLOPE) * style


class StyledConv(nn.Module):
    """A 3x3 convolution whose input channels are scaled by the style (StyleGAN2, Karras et al. 2020, eq. 1 and 3).

    The paper scales the weight of each sample, which needs grouped convolutions. Here the style scales the input, the
    shared weight convolves, and the demodulation scales the output: the same numbers, several times as fast on a CPU.
    The input comes scaled already: whoever made it applied the style in the same pass over memory (see activate).

    x: (N, in_channels, R, R) times style, style: (N, in_channels), after: (N, out_channels), the next layer's style
    -> (N, out_channels, R, R) times after, of twice the edge with up=True
    """

    activate = staticmethod(activate)  # training may put torch.compile(activate) here

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        w_size: int,
        resolution: int,             # edge of the output in pixels
        up: bool = False,            # double the input's edge first
        spatial_bias: bool = False,  # learn a bias at each place, not only for each channel
    ):
        super().__init__()
        self.in_channels, self.out_channels, self.up = in_channels, out_channels, up
        # Kept as the matrix that Muon orthogonalises; its columns run (row, column, channel), which is channels_last.
        self.weight = nn.Parameter(torch.randn(out_channels, 9 * in_channels) / math.sqrt(9 * in_channels))
        edge = resolution if spatial_bias else 1
        self.bias = nn.Parameter(torch.zeros(1, edge, edge, out_channels))
        self.style = Linear(w_size, in_channels, gain=0.25, bias=1.0)  # starts near 1: what w says is heard, not shouted
        self.prepared = None

    def prepare(self, dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
        """What does not depend on the input: (weight's energy (out, in), weight (out, in, 3, 3), bias (1, out, 1|R, 1|R))."""
        energy = self.weight.float().square().view(self.out_channels, 9, self.in_channels).sum(1)
        weight = self.weight.view(self.out_channels, 3, 3, self.in_channels).permute(0, 3, 1, 2)
        return energy, weight.to(dtype), self.bias.permute(0, 3, 1, 2).to(dtype)

    def forward(self, x: Tensor, style: Tensor, after: Tensor) -> Tensor:
        energy, weight, bias = self.prepared or self.prepare(x.dtype)
        scale = torch.rsqrt(style.square() @ energy.t() + 1e-8) * GAIN                             # (N, out)
        if self.up:
            x = F.interpolate(x, scale_factor=2)                                                   # (N, in, R, R)
        x = F.conv2d(x, weight, padding=1)                                                         # (N, out, R, R)
        return self.activate(x, per_channel(scale, x), bias, per_channel(after, x))


def per_channel(values: Tensor, like: Tensor) -> Tensor:
    """(N, C) -> (N, C, 1, 1) in the type of `like`."""
    return values.to(like.dtype)[:, :, None, None]


def unshuffle(x: Tensor, step: int) -> Tensor:
    """Squares of step x step pixels to channels (row, column, channel): (N, C, H, W) -> (N, step^2 C, H / step, W / step), channels_last."""
    n, c, height, width = x.shape
    x = x.permute(0, 2, 3, 1).reshape(n, height // step, step, width // step, step, c).transpose(2, 3)
    return x.reshape(n, height // step, width // step, step**2 * c).permute(0, 3, 1, 2)


def shuffle(x: Tensor, step: int) -> Tensor:
    """The way back from unshuffle: (N, step^2 C, H, W) -> (N, C, step H, step W), channels_last. Unlike F.pixel_shuffle it moves whole runs."""
    n, c, height, width = x.shape
    x = x.permute(0, 2, 3, 1).reshape(n, height, width, step, step, c // step**2).transpose(2, 3)
    return x.reshape(n, step * height, step * width, c // step**2).permute(0, 3, 1, 2)
