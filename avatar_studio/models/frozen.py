"""The synthesis for weights that no longer change, on a CPU: the same picture in about two thirds of the time.

What Synthesis works out at every call is worked out once: oneDNN gets each weight in the layout that it computes in, the
channels of the shuffled layer lie so that the shuffle moves whole runs, and the bilinear enlargements are two small products.
Leaky ReLU keeps positive factors, so demodulation moves behind it, and bias and activation become part of the convolution.
"""
from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .layers import GAIN, SLOPE, shuffle

# Whether several pictures are painted in one pass. With AMX that is half as fast again; elsewhere one picture already fills the cores,
# and weights that are packed for one would be packed anew at every call: half as fast.
TOGETHER = torch.cpu._is_amx_tile_supported()


def can_freeze() -> bool:
    """Whether this build of torch has oneDNN with the calls that keep a weight in its own layout (x86 and some ARM builds do)."""
    calls = torch.ops.mkldnn
    return torch.backends.mkldnn.is_available() and hasattr(calls, "_convolution_pointwise") and hasattr(calls, "_reorder_convolution_weight")


class FrozenSynthesis:
    """ws: (N, num_ws, w_size) -> (N, 4, resolution, resolution) in float32, as Synthesis gives it."""

    def __init__(self, synthesis, dtype: torch.dtype):
        self.dtype = dtype
        self.start = synthesis.start.permute(0, 3, 1, 2)
        self.shuffled = len(synthesis.layers) - 2
        self.layers, self.energy, edge = [], [], self.start.shape[-1]
        for i, layer in enumerate(synthesis.layers):
            energy, weight, bias = layer.prepare(torch.float32)
            edge *= 2 if layer.up else 1
            if i == self.shuffled:  # from (channel, dy, dx) to (dy, dx, channel)
                order = torch.arange(len(weight)).view(-1, 4).t().reshape(-1)
                energy, weight, bias = energy[order], weight[order], bias[:, order]
            spatial = bias.to(dtype).contiguous(memory_format=torch.channels_last) if bias.shape[-1] > 1 else None
            self.energy.append(energy.t().contiguous())                                      # (in, out)
            self.layers.append((layer.up, _pack(weight, edge, dtype), bias.flatten() if spatial is None else torch.zeros(len(weight)), spatial))
            edge *= 2 if i == self.shuffled else 1
        styles = [layer.style for layer in synthesis.layers] + [synthesis.rgba_style]
        self.style = torch.cat([style.weight for style in styles]), torch.cat([style.bias for style in styles])
        self.ins, self.outs = [style.out_features for style in styles], [energy.shape[1] for energy in self.energy]
        self.bias = torch.cat([bias for _, _, bias, _ in self.layers])
        order = torch.arange(16).view(-1, 4).t().reshape(-1)
        self.to_rgba = _pack(synthesis.to_rgba.weight[order], edge, dtype), synthesis.to_rgba.bias[order]
        self.skips = {int(i): skip.weight.flatten(1).t().to(dtype) for i, skip in synthesis.skips.items()}  # (C, 4) each
        self.enlarge = {}  # (edge, times) -> the matrix that enlarges rows

    def __call__(self, ws: Tensor) -> Tensor:
        if len(ws) > 1 and not TOGETHER:
            return torch.cat([self(w[None]) for w in ws])
        first, scales, afters, biases = self._modulation(ws)
        x, coarse = (self.start * first[:, :, None, None]).to(self.dtype), None
        for i, ((up, weight, _, spatial), scale, after, bias) in enumerate(zip(self.layers, scales, afters, biases)):
            if up:
                x = F.interpolate(x, scale_factor=2)
            if len(x) == 1 and spatial is None:
                x = _convolve(x, weight, bias[0], activate=True).mul_(_spread(scale * after))
            else:
                x = torch.addcmul(_spread(bias * scale) if spatial is None else spatial, _convolve(x, weight), _spread(scale))
                x = F.leaky_relu_(x, SLOPE).mul_(_spread(after))
            if i in self.skips:
                paint = (x.permute(0, 2, 3, 1) @ self.skips[i]).permute(0, 3, 1, 2).float().contiguous()  # (N, 4, R, R)
                coarse = paint if coarse is None else paint + self._enlarge(coarse, 2)
            if i == self.shuffled:
                x = shuffle(x, 2)                                                            # (N, fine, 2 R, 2 R)
        weight, bias = self.to_rgba
        x = shuffle(_convolve(x, weight).float().add_(_spread(bias[None])), 2)                # (N, 4, 256, 256)
        return x + self._enlarge(coarse, 4).contiguous(memory_format=torch.channels_last)

    def _modulation(self, ws: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor], list[Tensor]]:
        """The first layer's style, and for each layer, in dtype and (N, out) each: demodulation, next layer's style, bias before demodulation."""
        weight, bias = self.style
        if ws.stride(1) == 0:  # one w for all layers
            styles = F.linear(ws[:, 0], weight, bias).split(self.ins, 1)
        else:
            parts = zip((*ws.unbind(1), ws[:, -1]), weight.split(self.ins), bias.split(self.ins))
            styles = [F.linear(w, *part) for w, *part in parts]
        energies = [style.square() @ energy for style, energy in zip(styles, self.energy)]
        scale = torch.rsqrt(torch.cat(energies, 1) + 1e-8) * GAIN                           # (N, all outs)
        after = torch.cat([style.repeat(1, 4) if i == self.shuffled else style for i, style in enumerate(styles[1:])], 1)
        return styles[0], *(list(values.to(self.dtype).split(self.outs, 1)) for values in (scale, after, self.bias / scale))

    def _enlarge(self, x: Tensor, times: int) -> Tensor:
        """Bilinear, as F.interpolate does it. (N, C, R, R) -> (N, C, times R, times R)"""
        edge = x.shape[-1]
        if (edge, times) not in self.enlarge:
            rows = F.interpolate(torch.eye(edge)[None, None], size=(times * edge, edge), mode="bilinear")[0, 0]
            self.enlarge[edge, times] = rows                                             # (times R, R)
        rows = self.enlarge[edge, times]
        return rows @ x @ rows.t()


def _spread(values: Tensor) -> Tensor:
    return values[:, :, None, None]


def _pack(weight: Tensor, edge: int, dtype: torch.dtype) -> Tensor:
    """A 3x3 convolution's weight in the layout that oneDNN chooses for pictures of this edge."""
    weight = weight.to(dtype).contiguous(memory_format=torch.channels_last)
    return torch.ops.mkldnn._reorder_convolution_weight(weight, [1, 1], [1, 1], [1, 1], 1, [1, weight.shape[1], edge, edge])


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None = None, activate: bool = False) -> Tensor:
    after = ("leaky_relu", [SLOPE]) if activate else ("none", [])
    return torch.ops.mkldnn._convolution_pointwise(x, weight, bias, [1, 1], [1, 1], [1, 1], 1, *after, "")
