"""The encoder: a picture of an avatar in, the generator's condition that it was drawn from out.

Nearly all avatars stand at the same place on the canvas, so the features are not averaged over the picture: each place of
the last, coarse map has its own weights. Like the upscaler it has no normalisation; a block begins as the identity instead
(its second convolution is zero, as in Zhang et al. 2019, arXiv:1901.09321).
"""
from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import GAIN, MOST_NUMBERS, SLOPE, Convolution, Linear, unshuffle

SIZE = 256  # edge of the pictures in pixels
STEP = 4    # edge of the square of pixels that is one place of what the first convolution reads


@dataclass(frozen=True)
class EncoderConfig:
    c_size: int                                  # numbers of the condition, see traits.condition
    channels: tuple[int, ...] = (96, 160, 256)   # at 32, 16, 8 px
    blocks: tuple[int, ...] = (2, 2, 0)          # of two convolutions each, at those sizes
    squeezed: int = 64                           # channels a place hands to the last layers
    hidden: int = 384

    @property
    def edge(self) -> int:
        """Of the last, coarse map, in places."""
        return SIZE // STEP // 2**len(self.channels)

    @property
    def numbers(self) -> int:
        """How many a network of this config holds, but for its biases."""
        widths = (4 * STEP**2, *self.channels)
        return (sum(9 * b * (a + 2 * b * count) for a, b, count in zip(widths, widths[1:], self.blocks))
                + self.squeezed * self.channels[-1] + self.hidden * (self.squeezed * self.edge**2 + self.c_size))

    def to_dict(self) -> dict:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @staticmethod
    def from_dict(values: dict) -> EncoderConfig:
        """The config that to_dict gave. Raises ValueError for one of a network that would take far more memory than any of ours."""
        config = EncoderConfig(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
        numbers = (config.c_size, *config.channels, config.squeezed, config.hidden)
        fits = 0 < len(config.channels) == len(config.blocks) <= 5 and all(isinstance(value, int) and 0 < value <= 1024 for value in numbers)
        fits = fits and all(isinstance(value, int) and 0 <= value <= 8 for value in config.blocks)
        if not fits or config.numbers > MOST_NUMBERS:
            raise ValueError("This config asks for too large a network.")
        return config


class Encoder(nn.Module):
    """pictures: premultiplied RGBA (N, 4, 256, 256) in [0, 1] -> float32 (N, c_size)

    Laid out as traits.condition: a number about [-1, 1] for each slider and each channel of each colour, and logits in
    place of a choice's ones and zeros. The convolutions run in `dtype`, in their weights' own type where it is None.
    """

    def __init__(self, config: EncoderConfig):
        super().__init__()
        self.config, self.dtype = config, None
        widths = (4 * STEP**2, *config.channels)
        self.down = nn.ModuleList(Convolution(a, b, GAIN) for a, b in zip(widths, widths[1:]))
        self.blocks = nn.ModuleList(nn.ModuleList(
            nn.ModuleList([Convolution(n, n, GAIN), Convolution(n, n, 0.0)]) for _ in range(count)
        ) for n, count in zip(config.channels, config.blocks))
        self.squeeze = Linear(config.channels[-1], config.squeezed, GAIN)
        self.hidden = Linear(config.squeezed * config.edge**2, config.hidden, GAIN)
        self.out = Linear(config.hidden, config.c_size, gain=0.1)

    def freeze(self, dtype: torch.dtype) -> Encoder:
        """Compute in dtype from now on, with weights that will not be trained any more."""
        self.dtype = dtype
        self.requires_grad_(False)
        for layer in self.modules():
            if isinstance(layer, Convolution):
                layer.to(dtype)
        return self

    def forward(self, pictures: Tensor) -> Tensor:
        x = pictures.to(self.dtype or self.down[0].weight.dtype).contiguous(memory_format=torch.channels_last)
        x = unshuffle(2 * x - 1, STEP)                                                       # (N, 64, 64, 64)
        for down, blocks in zip(self.down, self.blocks):
            x = F.leaky_relu(down(x, stride=2), SLOPE)                                       # (N, channels, half, half)
            for first, second in blocks:
                x = x + second(F.leaky_relu(first(x), SLOPE))
        x = F.leaky_relu(self.squeeze(x.permute(0, 2, 3, 1).float()), SLOPE)                 # (N, 8, 8, squeezed)
        return self.out(F.leaky_relu(self.hidden(x.flatten(1)), SLOPE))
