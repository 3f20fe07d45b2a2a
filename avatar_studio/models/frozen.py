"""The synthesis for weights that no longer change, on a CPU: the same picture in about two thirds of the time.

What Synthesis works out at every call is worked out once: oneDNN gets each weight in the layout that it computes in, the
channels of the shuffled layer lie so that the shuffle moves whole runs, and the bilinear enlargements are two small products.
Leaky ReLU keeps positive factors, so demodulation moves behind it, and bias and activation become part of the convolution.
"""
from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .layers import GAIN, SLOPE


def can_freeze() -> bool:
    """Whether this build of torch has oneDNN with the calls that keep a weight in its own layout (x86 and some ARM builds do)."""
    calls = torch.ops.mkldnn
    return torch.backends.mkldnn.is_available() and hasattr(calls, "_convolution_pointwise") and hasattr(calls, "_reorder_convolution_weight")


class FrozenSynthesis:
    """ws: (N, num_ws, w_size) -> (N, 4, resolution, resolution) in float32, as Synthesis without noise gives it."""

    def __init__(self, synthesis, dtype: torch.dtype):
        self.dtype = dtype
        self.style = [layer.style for layer in synthesis.layers] + [synthesis.rgba_style]
        self.start = synthesis.start.permute(0, 3, 1, 2)
        self.shuffled = len(synthesis.layers) - 2
        self.layers, edge = [], self.start.shape[-1]
        for i, layer in enumerate(synthesis.layers):
            energy, weight, bias = layer.prepare(torch.float32)
            edge *= 2 if layer.up else 1
            if i == self.shuffled:  # from (channel, dy, dx) to (dy, dx, channel)
                order = torch.arange(len(weight)).view(-1, 4).t().reshape(-1)
                energy, weight, bias = energy[order], weight[order], bias[:, order]
            channelwise = bias.shape[-1] == 1
            bias = bias.flatten() if channelwise else bias.to(dtype).contiguous(memory_format=torch.channels_last)
            self.layers.append((layer.up, energy, _pack(weight, edge, dtype), bias, channelwise))
            edge *= 2 if i == self.shuffled else 1
        order = torch.arange(16).view(-1, 4).t().reshape(-1)
        self.to_rgba = _pack(synthesis.to_rgba.weight[order], edge, dtype), synthesis.to_rgba.bias[order].to(dtype)
        self.skips = {int(i): skip.weight.to(dtype) for i, skip in synthesis.skips.items()}
        self.enlarge = {}  # (edge, times) -> the matrix that enlarges rows

    def __call__(self, ws: Tensor) -> Tensor:
        styles = [style(w) for style, w in zip(self.style, (*ws.unbind(1), ws[:, -1]))]  # (N, in_channels) each
        x, coarse = (self.start * styles[0][:, :, None, None]).to(self.dtype), None
        for i, (up, energy, weight, bias, channelwise) in enumerate(self.layers):
            after = styles[i + 1] if i != self.shuffled else styles[i + 1].repeat(1, 4)
            scale = torch.rsqrt(styles[i].square() @ energy.t() + 1e-8) * GAIN           # (N, out)
            if up:
                x = F.interpolate(x, scale_factor=2)
            if len(x) == 1 and channelwise:
                x = _convolve(x, weight, (bias / scale[0]).to(self.dtype), activate=True).mul_(self._spread(scale * after))
            else:
                x = torch.addcmul(bias.to(self.dtype).view(1, -1, 1, 1) if channelwise else bias, _convolve(x, weight), self._spread(scale))
                x = F.leaky_relu_(x, SLOPE).mul_(self._spread(after))
            if i in self.skips:
                paint = F.conv2d(x, self.skips[i]).float().contiguous()                  # (N, 4, R, R)
                coarse = paint if coarse is None else paint + self._enlarge(coarse, 2)
            if i == self.shuffled:
                x = _shuffle(x)                                                          # (N, fine, 2 R, 2 R)
        x = _shuffle(_convolve(x, *self.to_rgba))                                        # (N, 4, 256, 256)
        return x + self._enlarge(coarse, 4).contiguous(memory_format=torch.channels_last)

    def _spread(self, values: Tensor) -> Tensor:
        return values.to(self.dtype)[:, :, None, None]

    def _enlarge(self, x: Tensor, times: int) -> Tensor:
        """Bilinear, as F.interpolate does it. (N, C, R, R) -> (N, C, times R, times R)"""
        edge = x.shape[-1]
        if (edge, times) not in self.enlarge:
            rows = F.interpolate(torch.eye(edge)[None, None], size=(times * edge, edge), mode="bilinear")[0, 0]
            self.enlarge[edge, times] = rows                                             # (times R, R)
        rows = self.enlarge[edge, times]
        return rows @ x @ rows.t()


def _shuffle(x: Tensor) -> Tensor:
    """Pixel shuffle of channels in the order (dy, dx, channel), which lie in whole runs. (N, 4 C, R, R) -> (N, C, 2 R, 2 R), channels_last"""
    n, channels, edge, _ = x.shape
    x = x.permute(0, 2, 3, 1).reshape(n, edge, edge, 2, 2, channels // 4).transpose(2, 3)
    return x.reshape(n, 2 * edge, 2 * edge, channels // 4).permute(0, 3, 1, 2)


def _pack(weight: Tensor, edge: int, dtype: torch.dtype) -> Tensor:
    """A 3x3 convolution's weight in the layout that oneDNN chooses for pictures of this edge."""
    weight = weight.to(dtype).contiguous(memory_format=torch.channels_last)
    return torch.ops.mkldnn._reorder_convolution_weight(weight, [1, 1], [1, 1], [1, 1], 1, [1, weight.shape[1], edge, edge])


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None = None, activate: bool = False) -> Tensor:
    after = ("leaky_relu", [SLOPE]) if activate else ("none", [])
    return torch.ops.mkldnn._convolution_pointwise(x, weight, bias, [1, 1], [1, 1], [1, 1], 1, *after, "")
