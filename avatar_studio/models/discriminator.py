"""The conditional discriminator: does this picture look drawn, and drawn for this c?

It reads the whole 256 px picture at 64 px by a pixel unshuffle, so that it sees every pixel at a sixteenth of the cost, and
judges each of 8 x 8 places by projection (Miyato and Koyama 2018, arXiv:1802.05637, eq. 3).
"""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import GAIN, SLOPE, Linear


DETAIL = 8.0  # brings what differs within 4 x 4 pixels to the size of the rest: else blur is the last thing to be seen


@dataclass(frozen=True)
class DiscriminatorConfig:
    c_size: int                            # numbers in the condition
    channels: tuple = (64, 128, 192, 256)  # at 64, 32, 16 and 8 px for a picture of 256 px
    group: int = 4                         # pictures compared by the minibatch deviation; 0 leaves it out


class Discriminator(nn.Module):
    """picture: (N, 4, 256, 256) premultiplied RGBA in [0, 1], c: (N, c_size) -> (N, 8, 8) logits, higher is more drawn.

    sets: how many lie one behind the other in the batch, of equal size: pictures are only compared with those of their set.
    """

    def __init__(self, config: DiscriminatorConfig):
        super().__init__()
        self.config = config
        sizes = [4 + 64, *config.channels]
        self.layers = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=1, stride=1 if i == 0 else 2) for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
        )
        last = sizes[-1]
        self.mix = nn.Conv2d(last + (config.group > 0), last, 3, padding=1)
        for layer in (*self.layers, self.mix):
            nn.init.normal_(layer.weight, std=GAIN / math.sqrt(9 * layer.in_channels))
            nn.init.zeros_(layer.bias)
        self.embed = Linear(config.c_size, last)
        self.judge = nn.Conv2d(last, 1, 1)

    def forward(self, picture: Tensor, c: Tensor, dtype: torch.dtype = torch.float32, sets: int = 1) -> Tensor:
        coarse = F.avg_pool2d(picture, 4)                                            # (N, 4, 64, 64)
        detail = F.pixel_unshuffle(picture, 4) - coarse.repeat_interleave(16, dim=1)   # (N, 64, 64, 64)
        x = torch.cat([2 * coarse - 1, DETAIL * detail], dim=1)                      # (N, 68, 64, 64)
        x = x.to(dtype).contiguous(memory_format=torch.channels_last)
        for layer in self.layers:
            x = F.leaky_relu(_conv(layer, x), SLOPE)                                 # (N, C, R, R)
        if self.config.group:
            x = torch.cat([x, minibatch_deviation(x, self.config.group, sets)], dim=1)     # (N, C + 1, 8, 8)
        x = F.leaky_relu(_conv(self.mix, x), SLOPE).float()                          # (N, C, 8, 8)
        agreement = (x * self.embed(c)[:, :, None, None]).mean(1)                    # (N, 8, 8)
        return self.judge(x)[:, 0] + agreement


def minibatch_deviation(x: Tensor, group: int, sets: int = 1) -> Tensor:
    """How much pictures of a group differ, one number a group (Karras et al. 2018, section 3). (N, C, R, R) -> (N, 1, R, R)

    A group is neighbours within one set, at most `group` of them: as many whether a set comes alone or behind another.
    """
    n, _, height, width = x.shape
    group = math.gcd(n // sets, group)
    deviation = x.float().reshape(n // group, group, -1).var(dim=1, correction=0).add(1e-8).sqrt().mean(dim=1)  # (N / group,)
    return deviation.repeat_interleave(group).to(x.dtype)[:, None, None, None].expand(n, 1, height, width)


def _conv(layer: nn.Conv2d, x: Tensor) -> Tensor:
    return F.conv2d(x, layer.weight.to(x.dtype), layer.bias.to(x.dtype), layer.stride, layer.padding)
