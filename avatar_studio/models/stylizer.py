"""The stylizer: a picture and a style in, the picture in that style out. One network for all styles.

Conditional instance normalisation (Dumoulin et al. 2017, arXiv:1610.07629): the convolutions belong to all styles, and a
style is nothing but the scale and the shift of each channel after each normalisation. So two styles are blended by mixing
two vectors, and a new one is learned by fitting a vector. Nearly all of the work is done at 64 px, as the generator does.

    4 x 256 -> unshuffle -> 64 x 64 -> conv -> blocks of two convs -> conv -> shuffle -> 256 \\
                                              the picture and the screens at 256 ----------- head -> 4 x 256

The screens are fixed pictures of paper, canvas, strokes and dots that the head paints its textures with: they are crisp
without being invented anew for every picture, and stand still while the picture under them moves.
"""
from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SIZE = 256  # edge of the pictures in pixels


@dataclass(frozen=True)
class StylizerConfig:
    presets: int = 13     # styles in the file, in the order of styles.PRESETS
    channels: int = 128   # at 64 px
    blocks: int = 5       # of two convolutions each, at 64 px
    fine: int = 16        # channels of the features at 256 px
    head: int = 24        # channels inside the head
    screens: int = 16     # fixed textures at 256 px

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of each normalised layer, in order."""
        return (*(self.channels,) * (1 + 2 * self.blocks), self.fine, self.head)

    @property
    def style_size(self) -> int:
        """Numbers in a style: a scale and a shift for each channel of each normalised layer."""
        return 2 * sum(self.widths)

    def to_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict) -> StylizerConfig:
        """The config that to_dict gave. Raises ValueError for one of a network that would take far more memory than any of ours."""
        config = StylizerConfig(**{name: int(value) for name, value in values.items()})
        if not all(0 < value <= limit for value, limit in zip(asdict(config).values(), (256, 512, 16, 64, 64, 64))):
            raise ValueError("This config asks for too large a network.")
        return config


class Stylizer(nn.Module):
    """See the module. presets: (config.presets, config.style_size), a style a row; screens: (1, config.screens, 256, 256)."""

    def __init__(self, config: StylizerConfig = StylizerConfig()):
        super().__init__()
        self.config = config
        n = config.channels
        self.stem = _conv(4 * 16, n)
        self.blocks = nn.ModuleList(_conv(n, n) for _ in range(2 * config.blocks))
        self.up = _conv(n, 16 * config.fine)
        self.head = _conv(config.fine + 4 + config.screens, config.head)
        self.last = _conv(config.head, 4, bias=True)
        nn.init.zeros_(self.last.weight)  # it begins by leaving the picture as it is
        self.presets = nn.Parameter(torch.cat([torch.ones(config.presets, config.style_size // 2),
                                               torch.zeros(config.presets, config.style_size // 2)], 1))
        self.register_buffer("screens", torch.zeros(1, config.screens, SIZE, SIZE))

    def forward(self, pictures: Tensor, styles: Tensor, dtype: torch.dtype | None = None) -> Tensor:
        """pictures: premultiplied RGBA (N, 4, 256, 256) in [0, 1], styles: (N, style_size) -> the same kind of pictures, float32.

        dtype: of the convolutions; None takes that of the weights. Normalisation and the sum of the end are in float32.
        """
        dtype = dtype or self.stem.weight.dtype
        norms = self.norms(styles)
        picture = pictures.to(dtype).contiguous(memory_format=torch.channels_last)
        x = self._trunk(picture, norms)                                                      # (N, channels, 64, 64)
        scale, shift = norms[-2]
        x = F.pixel_shuffle(_convolve(self.up, x), 4)                                        # (N, fine, 256, 256)
        x = F.relu(normalise(x, scale, shift))
        screens = self.screens.to(dtype).expand(len(x), -1, -1, -1)
        x = torch.cat([x, picture, screens], 1).contiguous(memory_format=torch.channels_last)
        x = F.relu(normalise(_convolve(self.head, x), *norms[-1]))                           # (N, head, 256, 256)
        return legal(pictures.float() + _convolve(self.last, x).float())

    def norms(self, styles: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Styles (N, style_size) -> a (scale, shift) a normalised layer, (N, channels) each."""
        scales, shifts = styles.float().chunk(2, dim=1)
        return list(zip(scales.split(self.config.widths, 1), shifts.split(self.config.widths, 1)))

    def _trunk(self, picture: Tensor, norms: list[tuple[Tensor, Tensor]]) -> Tensor:
        """picture: (N, 4, 256, 256) -> (N, channels, 64, 64)"""
        x = F.pixel_unshuffle(picture, 4).contiguous(memory_format=torch.channels_last)
        x = F.relu(normalise(_convolve(self.stem, x), *norms[0]))
        for i in range(0, len(self.blocks), 2):
            y = F.relu(normalise(_convolve(self.blocks[i], x), *norms[1 + i]))
            x = x + normalise(_convolve(self.blocks[i + 1], y), *norms[2 + i])
        return x


def normalise(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Conditional instance normalisation (Dumoulin et al. 2017, eq. 5). x: (N, C, H, W), scale and shift: (N, C)"""
    variance, mean = torch.var_mean(x.float(), dim=(2, 3), correction=0)                     # (N, C) each
    scale = scale * torch.rsqrt(variance + 1e-3)
    shift = shift - mean * scale
    return torch.addcmul(shift.to(x.dtype)[:, :, None, None], x, scale.to(x.dtype)[:, :, None, None])


def legal(pictures: Tensor) -> Tensor:
    """Premultiplied RGBA (N, 4, H, W) cut to [0, 1], and its colours to its alpha. Gradients pass as if nothing had been cut."""
    with torch.no_grad():
        alpha = pictures[:, 3:].clamp(0, 1)
        cut = torch.cat([torch.minimum(pictures[:, :3].clamp(min=0), alpha), alpha], 1)
        cut -= pictures
    return pictures + cut


def _conv(before: int, after: int, bias: bool = False) -> nn.Conv2d:
    return nn.Conv2d(before, after, 3, padding=1, bias=bias).to(memory_format=torch.channels_last)


def _convolve(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """The layer in x's type."""
    return F.conv2d(x, layer.weight.to(x.dtype), None if layer.bias is None else layer.bias.to(x.dtype), padding=1)
