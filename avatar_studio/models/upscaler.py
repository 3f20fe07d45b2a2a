"""The upscaler: an RGBA picture at twice or four times its size, with the crisp edges of a drawing.

A compact network after SRVGG, the small one of Real-ESRGAN (Wang et al. 2021, arXiv:2107.10833): a plain trunk of
convolutions at the input's size, and for each scale a head whose channels are shuffled to pixels (Shi et al. 2016,
arXiv:1609.05158); twice as large needs only half of the trunk. What a head paints is added to the input's own pixel, so even places stay exactly what they were.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import GAIN, SLOPE, Convolution

SCALES = (2, 4)
TILE = 512  # pixels of the input's edge that are enlarged in one piece: 48 channels of it take 25 MB in bfloat16


@dataclass(frozen=True)
class UpscalerConfig:
    channels: int = 48
    layers: int = 8  # convolutions of the trunk
    early: int = 3   # of which so many come before what is painted twice as large, with one more convolution of its own

    def to_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict) -> UpscalerConfig:
        """The config that to_dict gave. Raises ValueError for one of a network that would take far more memory than any of ours."""
        config = UpscalerConfig(**values)
        if not all(isinstance(size, int) and size > 0 for size in asdict(config).values()) or config.channels > 256 or not config.early <= config.layers <= 32:
            raise ValueError("This config asks for too large a network.")
        return config


class Upscaler(nn.Module):
    """pictures: (N, 4, H, W), premultiplied RGBA in [0, 1], scale: 2 or 4 -> (N, 4, scale * H, scale * W), the same

    The convolutions run in the type that freeze was given, float32 without it; the sum with the input is always float32.
    Called it gives no gradients, and works in place; training goes through features and paint.
    """

    def __init__(self, config: UpscalerConfig = UpscalerConfig()):
        super().__init__()
        self.config = config
        widths = [4] + [config.channels] * config.layers
        self.trunk = nn.ModuleList(Convolution(a, b, GAIN) for a, b in zip(widths, widths[1:]))
        self.twice = Convolution(config.channels, config.channels, GAIN)
        # At first nothing is added: the pixels are repeated.
        self.heads = nn.ModuleDict({str(scale): Convolution(config.channels, 4 * scale**2, 0.0) for scale in SCALES})
        self.dtype = torch.float32

    @property
    def reach(self) -> int:
        """How many pixels away in the input what is there can still change a pixel, at most."""
        return max(self.config.layers, self.config.early + 1) + 1

    def freeze(self, dtype: torch.dtype) -> Upscaler:
        """Compute in dtype from now on, with weights that will not be trained any more."""
        self.dtype = dtype
        return self.to(dtype).requires_grad_(False)

    @torch.no_grad()
    def forward(self, pictures: Tensor, scale: int) -> Tensor:
        """Pictures larger than TILE are enlarged in tiles. Raises ValueError for another scale than 2 and 4."""
        if scale not in SCALES:
            raise ValueError(f"The scale must be 2 or 4, not {scale}.")
        if max(pictures.shape[2:]) > TILE:
            return tiled(self, pictures, scale)
        n, _, height, width = pictures.shape
        order = torch.arange(4 * scale**2, device=pictures.device).view(4, -1).t().reshape(-1)   # (dy, dx, channel), as the picture lies in memory
        x = self.heads[str(scale)](self.features(pictures, self.dtype, (scale,))[scale], order=order).permute(0, 2, 3, 1)
        x = x.reshape(n, height, width, scale, 4 * scale).transpose(2, 3)                        # (N, y, dy, x, (dx, channel))
        x = x.to(torch.float32, memory_format=torch.contiguous_format, copy=True).view(n, height, scale, width, scale, 4)
        x.add_(pictures.float().permute(0, 2, 3, 1)[:, :, None, :, None]).clamp_(0, 1)
        torch.minimum(x[..., :3], x[..., 3:], out=x[..., :3])                                    # no colour above its alpha
        return x.view(n, scale * height, scale * width, 4).permute(0, 3, 1, 2)

    def features(self, pictures: Tensor, dtype: torch.dtype, scales: Sequence[int] = SCALES) -> dict[int, Tensor]:
        """What each scale is painted from: (N, channels, H, W) in dtype."""
        x, found = pictures.to(dtype).contiguous(memory_format=torch.channels_last), {}
        for number, layer in enumerate(self.trunk, 1):
            x = F.leaky_relu_(layer(x), SLOPE)
            if number == self.config.early and 2 in scales:
                found[2] = F.leaky_relu_(self.twice(x), SLOPE)
                if 4 not in scales:
                    return found
        return {**found, 4: x}

    def paint(self, features: Tensor, pictures: Tensor, scale: int) -> Tensor:
        """The pixels that each pixel of the input becomes, about [0, 1]: float32 (N, H, W, 4, scale * scale). What training needs, in the order of F.pixel_shuffle."""
        x = self.heads[str(scale)](features).permute(0, 2, 3, 1).float()                 # (N, H, W, 4 scale^2)
        return x.reshape(*x.shape[:3], 4, scale * scale) + pictures.float().permute(0, 2, 3, 1)[..., None]


def tiled(upscaler: Upscaler, pictures: Tensor, scale: int, tile: int = TILE) -> Tensor:
    """What the upscaler gives, tile by tile: each is enlarged with all around it that it depends on, so there are no seams.

    tile: edge of a tile with its surroundings, in pixels of the input, more than twice upscaler.reach and at most TILE.
    """
    n, _, height, width = pictures.shape
    reach = upscaler.reach
    step = tile - 2 * reach
    whole = torch.empty((n, 4, scale * height, scale * width), device=pictures.device, memory_format=torch.channels_last)
    for top in range(0, height, step):
        for left in range(0, width, step):
            bottom, right = min(height, top + step), min(width, left + step)
            y, x = max(0, top - reach), max(0, left - reach)
            part = upscaler(pictures[:, :, y:bottom + reach, x:right + reach], scale)
            whole[:, :, scale * top:scale * bottom, scale * left:scale * right] = part[
                :, :, scale * (top - y):scale * (bottom - y), scale * (left - x):scale * (right - x)]
    return whole
