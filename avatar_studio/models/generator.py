"""The conditional generator: (z, c) -> w -> an RGBA picture.

A small StyleGAN2 (Karras et al. 2020, arXiv:1912.04958) for machines without a GPU: nearly all of the work stays at 64 px
and below, and two pixel shuffles (Shi et al. 2016, arXiv:1609.05158) make the rest. The picture has premultiplied alpha.

    const 8 -> 8 -> 16 16 -> 32 32 32 -> 64 64 64 64 -> shuffle -> 128 -> shuffle -> 256
"""
from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .frozen import FrozenSynthesis, can_freeze
from .layers import GAIN, MOST_NUMBERS, SLOPE, Linear, StyledConv, pixel_norm


@dataclass(frozen=True)
class GeneratorConfig:
    c_size: int                    # numbers in the condition (traits.CONDITION_SIZE)
    z_size: int = 16               # numbers in the latent (avatar.Z_SIZE)
    mapping_size: int = 256        # numbers out of the mapping's layers
    mapping_layers: int = 3
    # (edge in pixels, channels out of each convolution there); each edge is twice the one before
    blocks: tuple = ((8, (256,)), (16, (256, 256)), (32, (192, 192, 96)), (64, (96, 96, 96)))
    fine_channels: int = 32        # at twice the last block's edge
    spatial_bias: bool = True      # avatars stand still in the frame, so a bias at each place tells where things are

    @property
    def resolution(self) -> int:
        """Edge of the picture in pixels."""
        return 4 * self.blocks[-1][0]

    @property
    def w_size(self) -> int:
        """Numbers in a style w."""
        return self.mapping_size + self.c_size

    @property
    def numbers(self) -> int:
        """How many a network of this config holds, about: its weights, what its styles read, and what belongs to a place."""
        widths = [n for _, channels in self.blocks for n in channels]
        inputs, outputs = [widths[0], *widths, self.fine_channels], [*widths, 4 * self.fine_channels, self.fine_channels]
        places = [*self.blocks, self.blocks[0]]  # a bias at each place, and the start
        return (sum(a * (9 * b + self.w_size) for a, b in zip(inputs, outputs)) + sum(edge**2 * channels[0] for edge, channels in places)
                + self.mapping_layers * self.mapping_size**2)

    def to_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict) -> GeneratorConfig:
        """The config that to_dict gave. Raises ValueError for one of no network, or of one that would take far more memory than any of ours."""
        values = {name: value for name, value in values.items() if name != "noise"}  # files of before tell that they have none
        blocks = tuple((edge, tuple(channels)) for edge, channels in values["blocks"])
        config = GeneratorConfig(**{**values, "blocks": blocks})
        widths = [n for _, channels in blocks for n in channels]
        edges = [edge for edge, _ in blocks]
        sizes = (config.c_size, config.z_size, config.mapping_size, config.fine_channels, *widths, *edges)
        if not all(isinstance(size, int) and 0 < size <= 1024 for size in (*sizes, config.mapping_layers)):
            raise ValueError("This config has a size that is none.")
        if not blocks or not all(channels for _, channels in blocks) or any(b != 2 * a for a, b in zip(edges, edges[1:])):
            raise ValueError("This config has blocks that are none.")
        if len(widths) > 32 or config.mapping_layers > 16 or config.resolution > 1024 or config.numbers > MOST_NUMBERS:
            raise ValueError("This config asks for too large a network.")
        return config


class Mapping(nn.Module):
    """(z, c) -> w. z: (N, z_size), c: (N, c_size) -> (N, w_size)

    w ends with c itself, standardised, so that every layer's style can read every trait straight off: a plain StyleGAN
    mapping first had to learn not to lose the rare ones (docs/training.md).
    """

    def __init__(self, config: GeneratorConfig):
        super().__init__()
        sizes = [config.z_size + config.c_size] + [config.mapping_size] * config.mapping_layers
        self.layers = nn.ModuleList(Linear(a, b, gain=GAIN) for a, b in zip(sizes, sizes[1:]))
        self.register_buffer("c_mean", torch.zeros(config.c_size))
        self.register_buffer("c_scale", torch.ones(config.c_size))

    def standardise(self, c: Tensor) -> None:
        """Take the mean and the spread of the condition from a sample of it. c: (N, c_size)"""
        self.c_mean.copy_(c.mean(0))
        self.c_scale.copy_(1 / c.std(0).clamp(min=0.25))   # rare choices stand out, but not without bound

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        c = (c - self.c_mean) * self.c_scale               # (N, c_size)
        x = torch.cat([z, c], dim=1)                       # (N, z_size + c_size)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), SLOPE)              # (N, mapping_size)
        return torch.cat([pixel_norm(x), c], dim=1)        # (N, w_size)


class Synthesis(nn.Module):
    """One w a layer -> picture. ws: (N, num_ws, w_size) -> (N, 4, resolution, resolution) in float32

    The convolutions run in dtype whatever type the weights have; the styles stay in float32.
    """

    def __init__(self, config: GeneratorConfig):
        super().__init__()
        edge, channels = config.blocks[0][0], config.blocks[0][1][0]
        self.start = nn.Parameter(torch.randn(1, edge, edge, channels))
        layers, ends = [], {}
        for edge, widths in config.blocks:
            for i, width in enumerate(widths):
                up = i == 0 and edge != config.blocks[0][0]
                layers.append(StyledConv(channels, width, config.w_size, edge, up, config.spatial_bias and i == 0))
                channels = width
            ends[len(layers) - 1] = width
        fine = config.fine_channels
        layers.append(StyledConv(channels, 4 * fine, config.w_size, edge))           # shuffled to twice the edge
        layers.append(StyledConv(fine, fine, config.w_size, 2 * edge))
        self.layers = nn.ModuleList(layers)
        self.to_rgba = nn.Conv2d(fine, 16, 3, padding=1)                             # shuffled to four times the edge
        nn.init.normal_(self.to_rgba.weight, std=0.1 / (9 * fine) ** 0.5)
        nn.init.constant_(self.to_rgba.bias, 0.5)
        # What the last convolution's channels weigh in colours: not demodulated, so that w sets a colour's strength itself.
        self.rgba_style = Linear(config.w_size, fine, gain=0.0, bias=1.0)
        # Each block also paints, coarsely (the skip connections of StyleGAN2, section 4.1): colours at large are learned first.
        self.skips = nn.ModuleDict({str(i): nn.Conv2d(width, 4, 1, bias=False) for i, width in ends.items()})
        for skip in self.skips.values():
            nn.init.zeros_(skip.weight)

    def forward(self, ws: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        styles = [layer.style(w) for layer, w in zip(self.layers, ws.unbind(1))]     # (N, in_channels) each
        styles.append(self.rgba_style(ws[:, -1]))                                    # (N, fine)
        x = self.start.permute(0, 3, 1, 2) * styles[0][:, :, None, None]             # (N, C, 8, 8)
        x, coarse = x.to(dtype), None
        for i, layer in enumerate(self.layers):
            shuffled = i == len(self.layers) - 2
            after = styles[i + 1]
            if shuffled:
                after = after.repeat_interleave(4, dim=1)                            # as pixel_shuffle orders channels
            x = layer(x, styles[i], after)                                           # (N, C, R, R)
            if str(i) in self.skips:
                paint = F.conv2d(x, self.skips[str(i)].weight.to(dtype)).float()     # (N, 4, R, R)
                coarse = paint if coarse is None else paint + _enlarge(coarse, 2)
            if shuffled:
                x = F.pixel_shuffle(x, 2).contiguous(memory_format=torch.channels_last)  # (N, fine, 128, 128)
        x = F.conv2d(x, self.to_rgba.weight.to(dtype), padding=1).float()            # small numbers, so that bfloat16 rounds them finely:
        x = x + self.to_rgba.bias[:, None, None]                                     # the large ones are added in float32
        return F.pixel_shuffle(x, 2) + _enlarge(coarse, 4)                           # (N, 4, 256, 256)


def _enlarge(x: Tensor, times: int) -> Tensor:
    return F.interpolate(x, scale_factor=times, mode="bilinear")


class Generator(nn.Module):
    """z: (N, z_size) ~ N(0, I), c: (N, c_size) -> (N, 4, 256, 256), premultiplied RGBA, about [0, 1], not clamped.

    Styles are mixed by calling paint with a ws whose layers come from different mappings. w_avg is the mean of w over training, the
    centre of StyleGAN's truncation; latent.py has a better one.
    """

    def __init__(self, config: GeneratorConfig):
        super().__init__()
        self.config = config
        self.mapping = Mapping(config)
        self.synthesis = Synthesis(config)
        self.register_buffer("w_avg", torch.zeros(config.w_size))
        self.frozen: FrozenSynthesis | None = None

    @property
    def num_ws(self) -> int:
        return len(self.synthesis.layers)

    @torch.no_grad()
    def freeze(self, dtype: torch.dtype) -> Generator:
        """Prepare once what every picture in dtype needs, for weights that will not change or move any more."""
        if self.w_avg.device.type == "cpu" and can_freeze():
            self.frozen = FrozenSynthesis(self.synthesis, dtype)
        else:
            for layer in self.synthesis.layers:
                layer.prepared = layer.prepare(dtype)
        return self

    def paint(self, ws: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """The synthesis, by the quickest way that freeze prepared. ws: (N, num_ws, w_size) -> (N, 4, resolution, resolution)"""
        if self.frozen and self.frozen.dtype == dtype:
            return self.frozen(ws)
        return self.synthesis(ws, dtype)

    def styles(self, z: Tensor, c: Tensor) -> Tensor:
        """One w a layer, all alike: (N, num_ws, w_size)."""
        return self.mapping(z, c)[:, None].expand(-1, self.num_ws, -1)

    def forward(self, z: Tensor, c: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        return self.paint(self.styles(z, c), dtype)
