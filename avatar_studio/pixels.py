"""Pictures as tensors, as bytes and as pictures: what the networks paint is made legal and true, sized and laid on its background."""
from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from .avatar import Avatar
from .background import paint
from .models.stylizer import legal

CUT = 2.8    # times the alpha's twice blurred edge, so that the outline is about one pixel wide again
CRISP = 0.36  # how much of what a 3 x 3 blur takes away is added

CRISPER = 0.05  # the same, once more, of a picture that is to be enlarged (docs/training.md, at 512 px)

LUMA = (0.299, 0.587, 0.114)
DARK, LIGHT = 0.35, 0.8  # luma: a place is dark, and is not dark any more
KEPT = 0.8   # how much of a dark place's own colour comes back from under a style
SCRATCH = 0.6  # how much of the light that dry colour scratches into a dark place is taken away
PLACE = 8    # pixels: edge of the places whose colour is compared; a style's textures are finer
BLOCK = 4    # pixels: edge of the blocks of pixel art, as its recipe paints them


def settle(pictures: Tensor) -> Tensor:
    """The generator's premultiplied RGBA (N, 4, H, W), about [0, 1] -> the same, legal: no colour above its alpha.

    Its edges are a little soft, as a mean error leaves them, so they are sharpened: the picture less its own blur, added.
    Its silhouette trembles from pixel to pixel, so it is drawn anew: the blurred alpha, cut about one pixel wide at its half.
    What it says of a place that is hardly there counts for nothing; such a place takes its neighbours' colour.
    """
    x = pictures.float()
    blur = _blurred(x)
    alpha = (_blurred(blur[:, 3:]) * CUT).add_(0.5 - 0.5 * CUT).clamp_(0, 1)         # (N, 1, H, W)
    crisp = (x * (1 + CRISP)).sub_(blur, alpha=CRISP)
    there = (x[:, 3:] > 0.5).float()                                                 # (torch.where takes ten times as long)
    source = crisp.sub_(blur).mul_(there).add_(blur)                                 # (N, 4, H, W)
    colour = (source[:, :3] * (alpha / source[:, 3:].clamp(min=0.05))).clamp_(min=0)  # (N, 3, H, W)
    return torch.cat([torch.minimum(colour, alpha), alpha], dim=1)


def crisper(pictures: Tensor, share: float = 1.0) -> Tensor:
    """Premultiplied and legal RGBA (N, 4, H, W) -> the same with its edges inside the outline a little crisper, before it is enlarged.

    The artist's edges are one pixel wide at 512 px too; an enlarged picture's are wider. share: 1 all of CRISPER, 0 none.
    """
    colour, alpha = pictures[:, :3], pictures[:, 3:]
    return torch.cat([torch.minimum(torch.lerp(_blurred(colour), colour, 1 + share * CRISPER).clamp_(min=0), alpha), alpha], 1)


def true(pictures: Tensor, styled: Tensor, share: Tensor, chalky: Tensor) -> Tensor:
    """Styled pictures whose dark places have more of the colour that they had before.

    The presets lay light washes, dust or night over all, under which deep skin would turn grey or red and its features drown.
    pictures, styled: premultiplied and legal RGBA (N, 4, 256, 256). share: (N, 1, 1, 1), of KEPT; chalky: the same, of SCRATCH.
    """
    alpha, wide = pictures[:, 3:], lambda places: F.interpolate(places, scale_factor=PLACE, mode="bilinear")  # noqa: E731
    was, there, became = F.avg_pool2d(torch.cat([pictures, styled[:, :3] * alpha], 1), PLACE).split([3, 1, 3], 1)   # (N, 3 or 1, 32, 32)
    luma = (was * was.new_tensor(LUMA).view(3, 1, 1)).sum(1, keepdim=True) / there.clamp(min=0.05)
    deep = ((LIGHT - luma) / (LIGHT - DARK)).clamp(0, 1)
    colour = styled[:, :3] + alpha * wide((was - became) * (KEPT * share * deep))
    if chalky.any():
        more = colour - pictures[:, :3]
        light = (more - wide(F.avg_pool2d(more, PLACE))).clamp_(min=0)               # finer than a place: white hatching, dust
        colour = colour - alpha * light * wide(SCRATCH * chalky * deep)
    return legal(torch.cat([colour, styled[:, 3:]], 1))


def blocks(pictures: Tensor, share: Tensor) -> Tensor:
    """Premultiplied and legal RGBA (N, 4, H, W) in BLOCKs of one colour each, wholly there or wholly clear. share: (N, 1, 1, 1), 0 as it was to 1."""
    if not share.any():
        return pictures
    mean = F.avg_pool2d(pictures, BLOCK)
    there = (mean[:, 3:] > 0.5).float()
    square = torch.cat([mean[:, :3] / mean[:, 3:].clamp(min=0.5) * there, there], 1)
    return torch.lerp(pictures, F.interpolate(square, scale_factor=BLOCK), share)


def over(upper: Tensor, lower: Tensor) -> Tensor:
    """Two premultiplied RGBA pictures (..., 4, H, W), one before the other (Porter and Duff 1984, over)."""
    return upper + lower * (1 - upper[..., 3:, :, :])


def within(pictures: Tensor, forms: Tensor) -> Tensor:
    """Premultiplied pictures (N, 4, H, W) as far as others of that form reach: what stands around these is taken away."""
    return pictures * (forms[:, 3:] / pictures[:, 3:].clamp(min=1e-3)).clamp(max=1)


def _blurred(x: Tensor) -> Tensor:
    """The mean of 3 x 3 pixels."""
    return _three(_three(x, 2), 3).div_(9)


def _three(x: Tensor, axis: int) -> Tensor:
    """The sum of three neighbours along an axis; the edges are their own neighbours. (avg_pool2d takes five times as long.)"""
    n = x.shape[axis]
    total = x.clone()
    for to, of in ((1, 0), (0, 1)):                                                  # from the one before, from the one behind
        total.narrow(axis, to, n - 1).add_(x.narrow(axis, of, n - 1))
    total.narrow(axis, 0, 1).add_(x.narrow(axis, 0, 1))
    total.narrow(axis, n - 1, 1).add_(x.narrow(axis, n - 1, 1))
    return total


def to_bytes(pictures: Tensor) -> np.ndarray:
    """Premultiplied and legal RGBA (N, 4, H, W) in [0, 1] -> uint8 (N, H, W, 4)."""
    return (pictures.permute(0, 2, 3, 1) * 255).round().byte().cpu().numpy()


def to_straight(pictures: Tensor) -> np.ndarray:
    """The same with straight alpha, each rounded but once."""
    x = pictures.permute(0, 2, 3, 1).cpu().numpy()
    straight = np.divide(x[..., :3], x[..., 3:], out=np.zeros_like(x[..., :3]), where=x[..., 3:] > 0)
    return (np.concatenate([straight, x[..., 3:]], -1).clip(0, 1) * 255).round().astype(np.uint8)


def premultiplied(rgba: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 4) with straight alpha -> premultiplied."""
    return np.array(Image.fromarray(rgba).convert("RGBa"))


def to_tensor(picture: Image.Image) -> Tensor:
    """An RGBA picture -> premultiplied (1, 4, H, W) in [0, 1]."""
    return torch.from_numpy(np.array(picture.convert("RGBa"))).permute(2, 0, 1)[None].float() / 255


def to_picture(pictures: Tensor) -> Image.Image:
    """Premultiplied and legal RGBA (1, 4, H, W) in [0, 1] -> a picture with straight alpha."""
    return Image.fromarray(to_bytes(pictures)[0], "RGBa").convert("RGBA")


def squared(picture: Image.Image, edge: int = 256) -> Image.Image:
    """The whole picture in the middle of a clear square of that edge."""
    small = picture.convert("RGBA").resize([max(1, round(side * edge / max(picture.size))) for side in picture.size], Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (edge, edge))
    square.paste(small, ((edge - small.width) // 2, (edge - small.height) // 2))
    return square


def finish(premultiplied: np.ndarray, avatar: Avatar) -> Image.Image:
    """A premultiplied picture, uint8 (H, W, 4), in the avatar's size (by Lanczos, if it does not have it yet) on its background."""
    picture = Image.fromarray(premultiplied, "RGBa").convert("RGBA")
    if picture.width != avatar.size:
        picture = picture.resize((avatar.size, avatar.size), Image.Resampling.LANCZOS)  # Pillow premultiplies RGBA itself
    behind = paint(avatar.background, avatar.background_colour, avatar.size)
    return Image.alpha_composite(behind, picture) if behind else picture
