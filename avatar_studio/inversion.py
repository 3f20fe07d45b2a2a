"""From a picture of an avatar, without its code, back to an Avatar that can be edited.

The encoder reads the picture. What it read is then moved until the generator paints the picture: a few steps down the
gradient of the difference, as in Zhu et al. 2016 (arXiv:1609.03552), with a choice as shares of its options at first. At last
the two are compared: a picture that is none of our avatars comes out quite another.
"""
from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageOps
from torch import Tensor
from torch.nn import functional as F

from .avatar import BACKGROUNDS, SIZES, Avatar, latent
from .background import paint
from .exports.packs import STICKER, STICKER_BORDER
from .exports.pictures import flat
from .models.encoder import SIZE, Encoder
from .pixels import to_tensor
from .studio import Studio
from .traits import BY_NAME, COLOURS, TRAITS, condition_columns, set_colour, skin_rgb
from .two_eyes import LEFT_EYE, in_halves
from .weights import load_encoder

STEPS = 30     # down the gradient; in the first half of them choices are shares
RATE = 0.08    # of Adam, for the numbers
BOLD = 6       # times as much for the logits of choices
LOOKS = 10     # steps after which the background is looked at anew
ALIKE = 0.025  # distance up to which a picture is one of our avatars, see distance
HOPELESS = 0.1  # distance of what the encoder read beyond which no step is taken to find out
SQUARE = 1.03  # the longer side of an avatar's picture over the shorter one, at most
PLAIN = 0.03   # mean error, each cut at 0.1 of 1, up to which what stands behind an avatar is one of BACKGROUNDS
EMPTY = 0.02   # distance of a picture from its background up to which nothing stands before it
TURNED = 20    # degrees that the other eye's hue is turned at least, if the eyes are to have two colours

# Where each trait and each painted colour stands in the generator's condition, which the encoder gives back.
_AT = {name: k for k, name in enumerate(condition_columns())}
CHOICES = {trait.name: slice(_AT[f"{trait.name}={trait.names[0]}"], _AT[f"{trait.name}={trait.names[-1]}"] + 1) for trait in TRAITS if trait.kind == "choice"}
SLIDERS = {trait.name: _AT[trait.name] for trait in TRAITS if trait.name in _AT}
PAINTS = {name[:-2]: slice(at, at + 3) for name, at in _AT.items() if name.endswith(".r")}
NUMBERS = [*SLIDERS.values(), *(k for columns in PAINTS.values() for k in range(columns.start, columns.stop))]  # all but the choices


def invert(studio: Studio, picture: Image.Image) -> Avatar:
    """The avatar that looks most like a picture: its traits, its background if that is one of ours, and the nearest size.

    picture: an avatar as Avatar Studio draws it, of any size, RGBA or not, whole; any other picture gives some avatar too.
    """
    return inverted(studio, picture)[0]


def recognised(studio: Studio, picture: Image.Image) -> Avatar | None:
    """invert, if the picture is one of our avatars or stickers, else None: a photo, another's drawing. Most photos take one drawing to tell.

    An avatar on a background that is none of ours is not recognised.
    """
    if not might_be(picture):
        return None
    if is_sticker(picture):
        avatar, away = inverted(studio, inside_rim(picture), sure=True)
        avatar = replace(avatar, background=BACKGROUNDS[0], size=STICKER)
    else:
        avatar, away = inverted(studio, picture, sure=True)
    return avatar if away <= ALIKE else None


def might_be(picture: Image.Image) -> bool:
    """Whether a picture has the form of an avatar's."""
    return max(picture.size) <= SQUARE * min(picture.size)


def is_sticker(picture: Image.Image) -> bool:
    """Whether a picture has the clear margin of our stickers: one colour along the lower edge, where other avatars have shoulders."""
    lowest = np.asarray(flat(picture).resize((64, 64), Image.Resampling.BOX))[-1]           # (64, 3), half of a sticker's margin high
    return bool(np.ptp(lowest, axis=0).max() < 10)


def inside_rim(sticker: Image.Image) -> Image.Image:
    """A sticker's picture without the margin, on white, on which its white rim is not seen; whatever plain ground the sticker lies on."""
    edge = 320                                                                              # the picture in it is a little larger than SIZE
    whole, border = flat(sticker).resize((edge, edge), Image.Resampling.LANCZOS), round(STICKER_BORDER * edge)
    ImageDraw.floodfill(whole, (0, 0), (255, 255, 255), thresh=60)                          # as far as the rim
    return whole.crop((border, border, edge - border, edge - border))


def inverted(studio: Studio, picture: Image.Image, sure: bool = False) -> tuple[Avatar, float]:
    """What invert gives, and the distance of its picture from the picture.

    sure: to be told only of our avatars; of anything else what is known when it is clear that it is none, and distance 1.
    """
    seen = opened(picture)
    c = read(studio, seen)
    best = _compared(studio, seen, c)
    if sure and (best[1] > HOPELESS or (best[0].background == BACKGROUNDS[0] and seen[0, 3].mean() > 0.99)):
        return best[0], 1.0
    best = min(best, _compared(studio, seen, _refined(studio, seen, c, 3 * ALIKE if sure else 1.0)), key=lambda one: one[1])
    return replace(best[0], size=min(SIZES, key=lambda edge: abs(edge - max(picture.size)))), best[1]


def distance(a: Tensor, b: Tensor) -> float:
    """How unlike two pictures are, (1, 4, 256, 256) premultiplied, by their means over 4 x 4 pixels: 0, the same, to 1."""
    return (F.avg_pool2d(a, 4) - F.avg_pool2d(b, 4)).abs().mean().item()


def opened(picture: Image.Image) -> Tensor:
    """The whole picture in the middle of a square, as the encoder takes it: premultiplied, (1, 4, 256, 256)."""
    return to_tensor(ImageOps.pad(picture.convert("RGBA"), (SIZE, SIZE), Image.Resampling.LANCZOS, color=(0, 0, 0, 0)))


def read(studio: Studio, pictures: Tensor) -> Tensor:
    """What the encoder reads of a picture (1, 4, 256, 256): (c_size,), see models.encoder."""
    with studio.lock, torch.no_grad():
        return _encoder(studio.device, studio.dtype)(pictures.to(studio.device))[0].float().cpu()


def _compared(studio: Studio, seen: Tensor, c: Tensor) -> tuple[Avatar, float]:
    """The avatar of a condition on the background of a picture, and its distance from the picture; 1 if nothing stands there."""
    avatar = Avatar(traits_of(c))
    drawn = to_tensor(studio.draw(avatar))
    background, ground = _ground(seen, drawn)
    if distance(seen, ground) < EMPTY and background["background"] != BACKGROUNDS[0] or seen[0, 3].max() < 0.5:
        return replace(avatar, **background), 1.0
    return replace(avatar, **background), distance(seen, drawn + (1 - drawn[:, 3:]) * ground)


def _refined(studio: Studio, seen: Tensor, c: Tensor, hopeless: float) -> Tensor:
    """A condition, (c_size,) with logits for the choices as the encoder gives it, moved until the generator paints the picture.

    hopeless: the distance beyond which, after LOOKS steps, it is left as it is.
    """
    seen, z = seen.to(studio.device), torch.from_numpy(latent(0))[None].to(studio.device)
    c, two_eyes = c.to(studio.device), traits_of(c)["eye_shift"]
    paint = lambda c: studio.generator.synthesis(studio.generator.styles(z.expand(len(c), -1), c), dtype=studio.dtype)  # noqa: E731
    numbers, logits = c[NUMBERS].clamp(-1, 1).requires_grad_(), [c[columns].clone().requires_grad_() for columns in CHOICES.values()]
    optimizer = torch.optim.Adam([{"params": [numbers]}, {"params": logits}], betas=(0.9, 0.95))
    order = torch.tensor([k for columns in CHOICES.values() for k in range(columns.start, columns.stop)] + NUMBERS).argsort().to(studio.device)
    for step in range(STEPS):
        rate = RATE * min(1.0, 2 * (1 - step / STEPS))                                       # down to 0 over the second half
        for group, factor in zip(optimizer.param_groups, (1, BOLD)):
            group["lr"] = rate * factor
        shares = [x.softmax(0) if 2 * step < STEPS else F.one_hot(x.argmax(), len(x)).float() for x in logits]
        whole = torch.cat([*shares, numbers])[order][None]                                   # (1, c_size)
        with studio.lock:
            made = in_halves(paint, whole if two_eyes else whole[:, LEFT_EYE])
            if step % LOOKS == 0:
                ground = _ground(seen.cpu(), made.detach().cpu())[1].to(studio.device)
            error = made + (1 - made[:, 3:]) * ground - seen
            (error.abs().mean() + F.avg_pool2d(error, 4).abs().mean()).backward()
        if step == LOOKS and distance(error.detach(), torch.zeros_like(seen)) > hopeless:
            break
        optimizer.step()
        optimizer.zero_grad()
        numbers.data.clamp_(-1, 1)
    whole = torch.cat([*logits, numbers]).detach()[order].cpu()
    return whole if two_eyes else whole[LEFT_EYE]


@functools.cache
def _encoder(device: torch.device, dtype: torch.dtype) -> Encoder:
    return load_encoder().to(device).freeze(dtype)


def traits_of(c: Tensor | np.ndarray) -> dict[str, float | int | str]:
    """The traits of a condition as the encoder gives it, (c_size,): the way back from traits.condition."""
    c = np.asarray(c, np.float64)
    values = {name: BY_NAME[name].names[int(c[columns].argmax())] for name, columns in CHOICES.items()}
    for name, column in SLIDERS.items():
        low, high = BY_NAME[name].low, BY_NAME[name].high
        values[name] = low + (high - low) * (c[column].clip(-1, 1) + 1) / 2
    rgb = {name: (c[columns].clip(-1, 1) + 1) / 2 for name, columns in PAINTS.items()}
    for colour in COLOURS:
        values |= set_colour(colour, *rgb[colour])
    other = set_colour("eye", *rgb["other_eye"])
    turned = (other["eye_hue"] - values["eye_hue"]) % 360
    vivid = min(values["eye_saturation"], other["eye_saturation"]) > 0.15                    # a grey has no hue
    values["eye_shift"] = turned if vivid and TURNED <= turned <= 360 - TURNED else 0
    tones, skins = _skins()
    values["skin_tone"], values["skin_undertone"] = tones[((skins - rgb["skin"]) ** 2).sum(1).argmin()]
    return {name: BY_NAME[name].clean(value) for name, value in values.items()}


@functools.cache
def _skins() -> tuple[list[tuple[float, float]], np.ndarray]:
    """Tones and undertones on a grid, and the sRGB of each, (N, 3)."""
    tones = [(tone, undertone) for tone in np.linspace(0, 1, 101) for undertone in np.linspace(-1, 1, 101)]
    return tones, np.array([skin_rgb(*tone) for tone in tones])


def _ground(seen: Tensor, drawn: Tensor) -> tuple[dict[str, str], Tensor]:
    """What stands behind the avatar of a picture: as arguments of Avatar, and as a picture (1, 4, 256, 256).

    drawn: that avatar on a clear ground. If it is none of BACKGROUNDS, the avatar has none, and the picture is what stands there.
    """
    near = F.max_pool2d(F.max_pool2d(drawn[:, 3:], (9, 1), 1, (4, 0)), (1, 9), 1, (0, 4))
    there = near[0, 0] < 0.02                                                                # not even near the avatar
    clear = {"background": BACKGROUNDS[0]}
    if not there.any() or seen[0, 3][there].mean() < 0.5:
        return clear, torch.zeros_like(seen)
    away, best, ground = PLAIN, clear, seen
    for name in BACKGROUNDS[1:]:
        # In colour x, a pixel that black paints p is x (1 - p) + p.
        p = to_tensor(paint(name, "#000000", SIZE))[:, :3]                                   # (1, 3, 256, 256)
        share = 1 - p[0, :, there]                                                           # (3, M)
        colour = ((seen[0, :3, there] - 1 + share) / share).median(1).values.clamp(0, 1)      # (3,), whatever some of them show
        painted = colour.view(3, 1, 1) * (1 - p) + p
        error = (painted - seen[:, :3])[0, :, there].abs().clamp(max=0.1).mean().item()
        if error < away:
            code = "#{:02x}{:02x}{:02x}".format(*(colour * 255).round().byte().tolist())
            away, best, ground = error, {"background": name, "background_colour": code}, torch.cat([painted, torch.ones_like(p[:, :1])], 1)
    return best, ground
