"""Pictures in the styles of avatars: how strongly, blended, true to dark skin, and with whole rims.

    plain -> stylizer -> true, blocks (pixels.py) -> mixed with plain by its strength -> laid over what the styles paint around the figure
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import torch
from torch import Tensor

from .avatar import Avatar
from .models.stylizer import Stylizer
from .pixels import blocks, over, true, within
from .styles import PRESETS

PIXEL = ("pixel",)     # the style of blocks
CHALKY = ("watercolour", "pencil", "chalk", "oil")  # styles that scratch or dust their paper's white into what is dark
RIMMED = ("pop", "neon", "sticker")  # styles that paint something around the figure: a shadow, a halo, a rim
RIM_SOONER = 3         # times: so soon the rim of a style is whole, before the rest of it: half a white rim is a grey one on a dark ground


def in_style(stylizer: Stylizer, plain: Tensor, avatars: Sequence[Avatar], style: Callable[[str], Tensor]) -> Tensor:
    """Premultiplied and legal pictures (N, 4, 256, 256), each in its avatar's style. style: a name -> (style_size,)."""
    styles = torch.stack([torch.lerp(style(avatar.style), style(avatar.second_style), avatar.blend) if avatar.blend else style(avatar.style) for avatar in avatars])
    strength, preset, chalky, pixel = (torch.tensor(column, device=plain.device).view(-1, 1, 1, 1) for column in zip(
        *((avatar.strength, *(style_share(avatar, names) for names in (PRESETS, CHALKY, PIXEL))) for avatar in avatars)))
    whole = blocks(true(plain, stylizer(plain, styles), preset, chalky), pixel)
    styled = torch.lerp(plain, whole, strength)
    for k, avatar in enumerate(avatars):
        if rim_share(avatar, RIMMED) and (avatar.blend or avatar.strength < 1):
            one = slice(k, k + 1)
            figure = torch.lerp(plain[one], within(whole[one], blocks(plain[one], pixel[one])), strength[one])
            styled[one] = over(figure, _rims(stylizer, plain[one], avatar, style))
    return styled


def _rims(stylizer: Stylizer, plain: Tensor, avatar: Avatar, style: Callable[[str], Tensor]) -> Tensor:
    """What an avatar's styles paint around its figure (1, 4, 256, 256), each by itself, where the network would tear the blend of both; the second's lies over the first's."""
    rims = torch.zeros_like(plain)
    for name in dict.fromkeys((avatar.style, avatar.second_style)):
        if name in RIMMED and (share := rim_share(avatar, (name,))):
            rims = over(stylizer(plain, style(name)[None]) * share, rims)
    return rims


def style_share(avatar: Avatar, names: Collection[str]) -> float:
    """How much of an avatar's style these are, 0 to 1: a blend may be of one of them and another."""
    return (1 - avatar.blend) * (avatar.style in names) + avatar.blend * (avatar.second_style in names)


def rim_share(avatar: Avatar, names: Collection[str]) -> float:
    """How much of what these styles paint around the figure is there, 0 to 1."""
    return min(1.0, RIM_SOONER * avatar.strength * style_share(avatar, names))
