"""What the generator is paid for: painting what the artist painted, and looking drawn."""
from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def premultiply(rgba: Tensor) -> Tensor:
    """uint8 (N, H, W, 4) straight RGBA -> float32 (N, 4, H, W) premultiplied, in [0, 1], channels_last."""
    x = rgba.permute(0, 3, 1, 2).float() / 255
    return torch.cat([x[:, :3] * x[:, 3:], x[:, 3:]], dim=1).contiguous(memory_format=torch.channels_last)


def place_weights(weight: Tensor, size: int, power: float = 1.0) -> Tensor:
    """uint8 (N, h, w) part map -> float32 (N, 1, size, size) with mean 1 in each picture.

    power: 1 takes the map as it is, which favours small parts; 0 makes every place alike.
    """
    x = (weight[:, None].float() + 1e-3) ** power
    x = x / x.mean(dim=(2, 3), keepdim=True)
    return F.interpolate(x, size=(size, size))


def paired_loss(made: Tensor, drawn: Tensor, weight: Tensor) -> Tensor:
    """Weighted L1 of the pixels, of their differences to the next pixel (edges), and of 8 x 8 means (colours at large).

    made, drawn: (N, 4, H, W), weight: (N, 1, H, W) -> scalar
    """
    error = made.float() - drawn                                              # (N, 4, H, W)
    pixels = (error.abs().mean(1, keepdim=True) * weight).mean()
    across = (error[..., 1:] - error[..., :-1]).abs().mean(1, keepdim=True)   # (N, 1, H, W - 1)
    down = (error[..., 1:, :] - error[..., :-1, :]).abs().mean(1, keepdim=True)
    edges = (across * weight[..., 1:]).mean() + (down * weight[..., 1:, :]).mean()
    large = (F.avg_pool2d(error, 8).abs() * F.avg_pool2d(weight, 8)).mean()
    return pixels + edges + large


def effect_loss(made: Tensor, drawn: Tensor) -> Tensor:
    """How much of what one trait changes is not painted: 0 all of it is, 1 nothing; each pair counts the same, however small the change.

    One below 1, of a few faint pixels, is taken for 1, or whatever else is painted in between would count for a hundred; its gradient is made as
    long as the others' (as_long). What is seen at all, data.draw_pairs decides.

    A weighted L1 alone pays next to nothing for freckles or lips, and less than nothing for a blur of them.
    made, drawn: (2 M, 4, H, W), of M pairs that differ in one trait, a pair's two side by side -> scalar
    """
    missing, change = (x[1::2] - x[::2] for x in (made.float() - drawn, drawn))                # (M, 4, H, W)
    change = change.square().sum((1, 2, 3))
    return (missing.square().sum((1, 2, 3)) / change.clamp(min=1.0))[change > 0].sum() / len(change)


def generator_loss(fake_logits: Tensor) -> Tensor:
    """Non-saturating loss of the generator (Goodfellow et al. 2014, section 3)."""
    return F.softplus(-fake_logits).mean()


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def r1_penalty(real_logits: Tensor, real: Tensor) -> Tensor:
    """Mean over the batch of |d logits / d picture|^2 (Mescheder et al. 2018, eq. 9), without its gamma / 2."""
    gradient, = torch.autograd.grad(real_logits.sum(), real, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()


def psnr(made: Tensor, drawn: Tensor) -> float:
    """Peak signal-to-noise ratio in dB over all of two batches of premultiplied RGBA, made clamped to [0, 1]."""
    error = (made.float().clamp(0, 1) - drawn).square().mean().item()
    return 10 * math.log10(1 / max(error, 1e-10))


def gradient_energy(pictures: Tensor) -> Tensor:
    """How sharp each picture is: the mean square of the differences of neighbouring pixels. (N, C, H, W) -> (N,)"""
    across, down = pictures[..., 1:] - pictures[..., :-1], pictures[..., 1:, :] - pictures[..., :-1, :]
    return across.square().mean((1, 2, 3)) + down.square().mean((1, 2, 3))


def as_long(push: Tensor, gradient: Tensor) -> Tensor:
    """A gradient made as long, picture by picture, as another: (N, C, H, W) each."""
    length = lambda x: x.square().sum(dim=(1, 2, 3), keepdim=True).sqrt() + 1e-12  # noqa: E731
    return push * (length(gradient) / length(push))
