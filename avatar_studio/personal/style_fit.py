"""A style of one's own: the scales and shifts of the stylizer fitted to one picture, with nothing but the stylizer itself.

What a style looks like is compared as distributions: small patches of the picture that was made and of the reference, at
three sizes, projected onto random directions and sorted, must have the same values (sliced Wasserstein distance of patches,
Elnekave and Weiss 2022, arXiv:2203.11862). That needs no feature network, which the running app does not have.
"""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ..models.stylizer import SIZE, Stylizer, legal
from ..pixels import LUMA

PATCH = 7                 # edge of a patch in pixels
SCALES = (1, 2, 4)        # a patch of the picture, and of the picture shrunk so many times
POSITIONS = 1536          # patches a picture, scale and step
DIRECTIONS = 48           # that they are projected onto, new ones each step
RATE = 0.05               # of Adam
STYLE, CONTENT, FACE, ALPHA, HOME, VARIATION = 2.0, 1.5, 2.0, 2.0, 0.02, 0.15  # strengths of the losses


def fit_style(
    stylizer: Stylizer, reference: Image.Image, contents: Tensor, steps: int = 120,
    progress: Callable[[int, int, Tensor], object] = lambda step, steps, preview: None, seed: int = 0,
) -> Tensor:
    """The style, float32 (style_size,), that makes avatars look as if they were made like the reference.

    reference: any picture, of any size that is fit to hold in memory; where it is clear it says nothing.
    contents: premultiplied RGBA (N, 4, 256, 256) in [0, 1], a few different avatars; two of them are used in each step.
    progress(step, steps, preview) is called after each step with the first of its pictures, (4, 256, 256); what it raises ends the fit.
    Runs on the device of contents, in stylizer's own type. Begins with the preset that is nearest.
    """
    device = contents.device
    random = torch.Generator().manual_seed(seed)
    wanted, solid = _opened(reference, device)
    places = [_solid(solid, scale) for scale in SCALES]
    start = nearest_preset(stylizer, reference, contents[:1], seed)
    style = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([style], betas=(0.9, 0.95))
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 10) * min(1.0, 2 * (1 - step / steps))  # down to 0 over the second half
        plain = contents[torch.arange(2 * step, 2 * step + min(2, len(contents))) % len(contents)]
        with torch.enable_grad():
            painted = stylizer.paint(plain, style.expand(len(plain), -1))
            made = legal(painted)
            loss = STYLE * style_distance(made, plain[:, 3:], wanted, places, random) + _kept(made, plain)
            loss = loss + HOME * (style - start).square().mean() + (painted - made.detach()).abs().mean()
            loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        progress(step + 1, steps, made[0].detach())
    return style.detach()


@torch.no_grad()
def nearest_preset(stylizer: Stylizer, reference: Image.Image, contents: Tensor, seed: int = 0) -> Tensor:
    """The preset, (style_size,), whose pictures are most like the reference. contents: (N, 4, 256, 256)"""
    wanted, solid = _opened(reference, contents.device)
    places = [_solid(solid, scale) for scale in SCALES]
    found = [style_distance(stylizer(contents, row.float().expand(len(contents), -1)), contents[:, 3:], wanted, places,
                            torch.Generator().manual_seed(seed)).item() for row in stylizer.presets]
    return stylizer.presets[int(np.argmin(found))].float().clone()


def style_distance(made: Tensor, alpha: Tensor, wanted: Tensor, places: list[Tensor], random: torch.Generator) -> Tensor:
    """Sliced Wasserstein distance of the patches of made (N, 4, H, W) where alpha (N, 1, H, W) is solid, to those of wanted.

    wanted: (1, 3, h, w), places: for each scale the (y, x) of its solid patches' corners, (M, 2).
    """
    total = made.new_zeros(())
    colour = made[:, :3] + (1 - made[:, 3:]) * 0.5  # hardly ever seen: patches are taken where it is solid
    for scale, there in zip(SCALES, places):
        a, b = F.avg_pool2d(colour, scale), F.avg_pool2d(wanted, scale)
        here = torch.cat([_solid(one[None], scale) for one in alpha])
        count = [len(_solid(one[None], scale)) for one in alpha]
        owner = torch.repeat_interleave(torch.arange(len(made)), torch.tensor(count)).to(made.device)
        if not len(here):  # nothing but clear pixels
            continue
        taken = torch.randint(len(here), (POSITIONS,), generator=random).to(made.device)
        other = torch.randint(len(there), (POSITIONS,), generator=random).to(made.device)
        mine = _patches(a, owner[taken], here[taken])
        theirs = _patches(b, torch.zeros_like(other), there[other])
        directions = torch.randn(3 * PATCH**2, DIRECTIONS, generator=random).to(made.device)
        single = torch.zeros(PATCH**2, 3, DIRECTIONS, device=made.device)  # half of them see one pixel's colour only
        single[PATCH**2 // 2] = torch.randn(3, DIRECTIONS, generator=random).to(made.device) * PATCH
        directions = torch.cat([directions, single.flatten(0, 1)], 1)
        directions = directions / directions.norm(dim=0)
        total = total + ((mine @ directions).sort(0).values - (theirs @ directions).sort(0).values).abs().mean()
    return total


def _kept(made: Tensor, plain: Tensor) -> Tensor:
    """What a style must leave: the forms, the face's own most of all and its colour at large, the silhouette, calm areas."""
    prior = face_place(made.device)
    light = lambda x: (x[:, :3] * x.new_tensor(LUMA).view(3, 1, 1)).sum(1, keepdim=True)  # noqa: E731
    a, b = F.avg_pool2d(light(made), 2), F.avg_pool2d(light(plain), 2)                       # (N, 1, 128, 128)
    small = F.avg_pool2d(prior, 2)
    forms = sum(((a.diff(dim=d) - b.diff(dim=d)).abs() * (0.5 + FACE * small.narrow(d, 1, a.shape[d] - 1))).mean() for d in (2, 3))
    tone = (F.avg_pool2d(made[:, :3] - plain[:, :3], 16).abs() * F.avg_pool2d(prior, 16)).mean()
    silhouette = (made[:, 3:] - plain[:, 3:]).abs().mean()
    calm = made.diff(dim=2).abs().mean() + made.diff(dim=3).abs().mean()
    return CONTENT * forms + FACE * tone + ALPHA * silhouette + VARIATION * calm


def face_place(device: torch.device) -> Tensor:
    """Where an avatar's face stands on the canvas: (1, 1, 256, 256) in [0, 1]"""
    y, x = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    return (1.6 - ((x - 127) / 66) ** 4 - ((y - 152) / 52) ** 4).clamp(0, 1)[None, None].to(device)


def _opened(reference: Image.Image, device: torch.device) -> tuple[Tensor, Tensor]:
    """(colours (1, 3, h, w), alpha (1, 1, h, w)) in [0, 1], with as many pixels as the pictures that are made."""
    factor = SIZE / (reference.width * reference.height) ** 0.5
    size = [max(4 * PATCH, round(factor * edge)) for edge in reference.size]
    values = np.asarray(reference.convert("RGBA").resize(size, Image.Resampling.LANCZOS), np.float32) / 255
    x = torch.from_numpy(values.copy()).permute(2, 0, 1)[None].to(device)
    alpha = x[:, 3:] if (x[:, 3:] > 0.9).float().mean() > 0.05 else torch.ones_like(x[:, 3:])
    return x[:, :3], alpha


def _solid(alpha: Tensor, scale: int) -> Tensor:
    """The (y, x) of the upper left corners of the patches that are solid nearly everywhere: (1, 1, H, W) -> int64 (M, 2)"""
    return (F.avg_pool2d(F.avg_pool2d(alpha, scale), PATCH, 1)[0, 0] > 0.9).nonzero()


def _patches(pictures: Tensor, owner: Tensor, corner: Tensor) -> Tensor:
    """pictures: (N, 3, H, W), owner: (M,), corner: (M, 2) -> (M, PATCH * PATCH * 3)"""
    inside = torch.arange(PATCH, device=pictures.device)
    y = corner[:, 0, None, None] + inside[:, None]                                           # (M, PATCH, 1)
    x = corner[:, 1, None, None] + inside                                                    # (M, 1, PATCH)
    return pictures.permute(0, 2, 3, 1)[owner[:, None, None], y, x].flatten(1)
