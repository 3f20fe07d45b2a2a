"""The stylizer: a picture and a style in, the picture in that style out. One network for all styles.

Conditional instance normalisation (Dumoulin et al. 2017, arXiv:1610.07629): the convolutions belong to all styles, and a
style is nothing but the scale and the shift of each channel after each normalisation. So two styles are blended by mixing
two vectors, and a new one is learned by fitting a vector. Nearly all of the work is done at 64 px, as the generator does.

    picture, 256 -> unshuffle -> 64: conv, blocks of two convs, conv -> shuffle -> 256 \\
                                                the picture and the screens at 256 ----- head -> added to the picture

The screens are fixed pictures of paper, canvas, strokes and dots that the head paints its textures with: they are crisp
without being invented anew for every picture, and stand still while the picture under them moves.
"""
from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import GAIN, Convolution, per_channel, shuffle, unshuffle

SIZE = 256  # edge of the pictures in pixels
STEP = 4    # edge of the square of pixels that is one place of the trunk
LIMITS = {"presets": 256, "channels": 256, "blocks": 16, "fine": 64, "head": 64, "screens": 64}


@dataclass(frozen=True)
class StylizerConfig:
    presets: int = 13     # styles in the file, in the order of styles.PRESETS
    channels: int = 96    # at 64 px
    blocks: int = 3       # of two convolutions each, at 64 px
    fine: int = 12        # channels of the features at 256 px
    head: int = 32        # channels inside the head
    screens: int = 16     # fixed textures at 256 px

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of each layer that a style scales and shifts, in order: the trunk's, the shuffled, the textures, the head's."""
        return (*(self.channels,) * (1 + 2 * self.blocks), STEP**2 * self.fine, self.head, self.head)

    @property
    def style_size(self) -> int:
        """Numbers in a style: a scale and a shift for each channel of each layer."""
        return 2 * sum(self.widths)

    def to_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict) -> StylizerConfig:
        """The config that to_dict gave. Raises ValueError for one of a network that would take far more memory than any of ours."""
        config = StylizerConfig(**values)
        if not all(isinstance(value, int) and 0 < value <= LIMITS[name] for name, value in asdict(config).items()):
            raise ValueError("This config asks for too large a network.")
        return config


class Stylizer(nn.Module):
    """pictures: premultiplied RGBA (N, 4, 256, 256) in [0, 1], styles: (N, style_size) -> the same kind of pictures

    presets: (config.presets, style_size), a style a row. screens: (1, config.screens, 256, 256).
    The convolutions run in `dtype`, in their weights' own type where it is None; the sum with the picture is always float32.
    """

    def __init__(self, config: StylizerConfig = StylizerConfig()):
        super().__init__()
        self.config, self.dtype = config, None
        n = config.channels
        self.stem = Convolution(4 * STEP**2, n, GAIN)
        self.blocks = nn.ModuleList(Convolution(n, n, GAIN) for _ in range(2 * config.blocks))
        self.up = Convolution(n, STEP**2 * config.fine, GAIN)
        self.head = Convolution(config.fine + 4, config.head, GAIN)
        self.texture = Convolution(config.screens, config.head, GAIN)
        self.last = Convolution(config.head, 4, 0.0)  # at first nothing is added: the picture stays as it is
        # Different from the start: styles that begin alike take long to part.
        start = torch.cat([torch.ones(config.style_size // 2), torch.zeros(config.style_size // 2)])
        self.presets = nn.Parameter(start + 0.4 * torch.randn(config.presets, config.style_size))
        self.register_buffer("screens", torch.zeros(1, config.screens, SIZE, SIZE))
        self.textured = None

    def freeze(self, dtype: torch.dtype) -> Stylizer:
        """Compute in dtype from now on, with weights that will not be trained any more; only styles can be."""
        self.dtype = dtype
        self.requires_grad_(False)
        for layer in (self.stem, *self.blocks, self.up, self.head, self.texture, self.last):
            layer.to(dtype)
        self.textured = self._textures()
        return self

    def forward(self, pictures: Tensor, styles: Tensor) -> Tensor:
        return legal(self.paint(pictures, styles))

    def paint(self, pictures: Tensor, styles: Tensor) -> Tensor:
        """As forward, but about [0, 1] only: what training compares, since a cut value has no gradient that brings it back."""
        norms = self.norms(styles)
        picture = pictures.to(self.dtype or self.stem.weight.dtype).contiguous(memory_format=torch.channels_last)      # (N, 4, 256, 256)
        x = self.features(picture, norms)                                                    # (N, channels, 64, 64)
        x = shuffle(F.relu(normalise(self.up(x), *norms[-3])), STEP)                         # (N, fine, 256, 256)
        texture = self._textures() if self.textured is None else self.textured               # (1, head, 256, 256)
        scale, shift = norms[-2]
        texture = F.relu(torch.addcmul(per_channel(shift, x), texture, per_channel(scale, x)))
        x = self.head(torch.cat([x, picture], 1)) + texture                                  # (N, head, 256, 256)
        return pictures.float() + self.last(F.relu(normalise(x, *norms[-1]))).float()

    def norms(self, styles: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Styles (N, style_size) -> a (scale, shift) a layer, (N, its channels) each."""
        scales, shifts = styles.float().chunk(2, dim=1)
        return list(zip(scales.split(self.config.widths, 1), shifts.split(self.config.widths, 1)))

    def features(self, picture: Tensor, norms: list[tuple[Tensor, Tensor]]) -> Tensor:
        """What the trunk makes of a picture: (N, 4, 256, 256) -> (N, channels, 64, 64)"""
        x = F.relu(normalise(self.stem(unshuffle(picture, STEP)), *norms[0]))
        for i in range(0, len(self.blocks), 2):
            y = F.relu(normalise(self.blocks[i](x), *norms[1 + i]))
            x = x + normalise(self.blocks[i + 1](y), *norms[2 + i])
        return x

    def _textures(self) -> Tensor:
        """The screens' part of the head, which no picture and no style changes: (1, head, 256, 256)"""
        return self.texture(self.screens.to(self.dtype or self.stem.weight.dtype).contiguous(memory_format=torch.channels_last))


class _Normalise(torch.autograd.Function):
    """See normalise. The gradient of group_norm takes several times as long on channels_last as this one."""

    @staticmethod
    def forward(context, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        n, c, height, width = x.shape
        packed = x if x.is_cpu else x.contiguous()  # a GPU takes no channels_last here, and before torch 2.14 says so by an error
        normal, _, spread = torch.native_group_norm(packed, None, None, n, c, height * width, c, 1e-3)
        context.save_for_backward(normal, spread, scale)
        return torch.addcmul(per_channel(shift, x), normal, per_channel(scale, x))

    @staticmethod
    def backward(context, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        normal, spread, scale = context.saved_tensors
        by_shift, by_scale = _sums(gradient), _sums(gradient * normal)                       # (N, C) each
        factor, pixels = scale * spread.float(), normal.shape[2] * normal.shape[3]
        x = gradient * per_channel(factor, gradient) - per_channel(factor * by_shift / pixels, gradient)
        x = torch.addcmul(x, normal, per_channel(-factor * by_scale / pixels, gradient))
        return x, by_scale, by_shift


def normalise(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Conditional instance normalisation (Dumoulin et al. 2017, eq. 5). x: (N, C, H, W), scale and shift: (N, C)"""
    if len(x) == 1 and not torch.is_grad_enabled():
        return F.group_norm(x, x.shape[1], scale[0].to(x.dtype), shift[0].to(x.dtype), eps=1e-3)  # a group a channel, in one pass
    return _Normalise.apply(x, scale, shift)


def _sums(x: Tensor) -> Tensor:
    """(N, C, H, W) -> float32 (N, C), as a product with ones: the quickest sum over channels_last on a CPU."""
    rows = x.permute(0, 2, 3, 1).flatten(1, 2)                                               # (N, H * W, C)
    return torch.bmm(torch.ones(len(x), 1, rows.shape[1], dtype=x.dtype, device=x.device), rows)[:, 0].float()


def legal(pictures: Tensor) -> Tensor:
    """Premultiplied RGBA (N, 4, H, W) cut to [0, 1], and its colours to its alpha."""
    alpha = pictures[:, 3:].clamp(0, 1)
    return torch.cat([torch.minimum(pictures[:, :3].clamp(min=0), alpha), alpha], 1)
