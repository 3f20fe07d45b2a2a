"""Eyes of two colours are painted as two halves: a small network learns the mean of both first."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from .avatar import Avatar
from .pixels import settle
from .traits import condition_columns


def sides(avatar: Avatar) -> list[Avatar]:
    """The avatar; or, if its eyes differ in colour, two of them: one with both eyes as its left (in the picture), one as its right."""
    partner = avatar.partner
    if not avatar.traits["eye_shift"] and not (partner and partner.traits["eye_shift"]):
        return [avatar]
    return [replace(_one_eyed(avatar, right), partner=partner and _one_eyed(partner, right)) for right in (False, True)]


def _one_eyed(avatar: Avatar, right: bool) -> Avatar:
    """The avatar with both eyes in the colour of its left (in the picture) or right one."""
    hue, shift = avatar.traits["eye_hue"], avatar.traits["eye_shift"]
    return avatar.edit(eye_hue=hue + shift if right else hue, eye_shift=0)


def in_halves(paint: Callable[..., Tensor], c: Tensor, *more: Tensor) -> Tensor:
    """What paint makes of conditions as Studio shows it, legal, those with eyes of two colours as two halves.

    c: (N, c_size), as traits.condition gives them; more: (N, ...) each; paint(c, *more) -> (N, 4, H, W).
    """
    made, two = paint(c[:, LEFT_EYE], *more), (c[:, LEFT_EYE] != c).any(1)
    if two.any():
        made[two] = joined(made[two], paint(c[two][:, RIGHT_EYE], *(values[two] for values in more)))
    return settle(made)


def _both(eye: str, other: str) -> list[int]:
    """The columns of a condition in which one eye's colour stands for the other's too."""
    columns = condition_columns()
    return [columns.index(name.replace(other, eye, 1) if name.startswith(f"{other}.") else name) for name in columns]


LEFT_EYE, RIGHT_EYE = _both("eye", "other_eye"), _both("other_eye", "eye")


def joined(left: Tensor, right: Tensor) -> Tensor:
    """The left half of one picture and the right half of the other; (..., H, W) each."""
    edge = left.shape[-1]
    share = torch.linspace(-edge / 32, edge / 32, edge, device=left.device).add(0.5).clamp(0, 1)  # from one to the other in a 16th of the edge
    return torch.lerp(left, right, share)
