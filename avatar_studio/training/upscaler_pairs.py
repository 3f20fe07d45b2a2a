"""What the upscaler learns from: small crops and what they should become.

A pool holds avatars as the artist draws them at 256 and at 1024 pixels and as the generator paints them, all as bytes of
premultiplied RGBA. A pair is cut from one of them in one of six ways:

- drawn: the artist's picture at 256 becomes the one at 1024;
- painted: the generator's picture becomes the artist's, where the two agree;
- soft: the artist's picture, blurred and sharpened about as the generator's is, becomes the one at 1024;
- shrunk: a whole picture at 64 becomes the one at 256 that it was made of, the generator's or the artist's;
- halved: a generator's picture at 128 becomes the one at 256 that it was made of;
- uploaded: a picture on a ground, shrunk in some way, perhaps blurred, saved as JPEG or WebP, becomes what it was.
"""
from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor
from torch.nn import functional as F

from .. import dice
from ..avatar import Z_SIZE
from ..devices import fast_dtype
from ..pixels import premultiplied, settle, to_bytes
from ..traits import condition
from ..two_eyes import in_halves
from ..weights import load_generator
from .data import artist, painter

CROP, LARGE, SMALL = 64, 1024, 256
KINDS = {"drawn": 0.32, "painted": 0.18, "soft": 0.08, "shrunk": 0.22, "halved": 0.08, "uploaded": 0.12}  # share of each
FADED = 0.15  # share of pairs that are made half transparent
FILTERS = (Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
LAYOUT = {  # name -> (shape of one, dtype)
    "large": ((LARGE, LARGE, 4), np.uint8),
    "small": ((SMALL, SMALL, 4), np.uint8),
    "painted": ((SMALL, SMALL, 4), np.uint8),
    "done": ((), np.uint8),
}
AGREE = 0.045  # mean difference of two slightly blurred pictures up to which they show the same


def drawn_with(seed: int) -> dict:
    """What the pictures of a pool follow from, see data.open_pool."""
    return {"artist": artist(), "generator": painter(), "seed": seed}


def fill(arrays: dict[str, np.ndarray], seed: int, progress=None) -> None:
    """Draw and paint every unfinished picture, each a function of (seed, its number); progress(1) is called after each."""
    generator = None
    for number in np.flatnonzero(arrays["done"] == 0):
        generator = generator or load_generator().freeze(fast_dtype(torch.device("cpu")))
        for name, picture in avatar(np.random.default_rng([41, seed, number]), generator).items():
            arrays[name][number] = picture
        arrays["done"][number] = 1
        if progress:
            progress(1)


@torch.inference_mode()
def avatar(rng: np.random.Generator, generator) -> dict[str, np.ndarray]:
    """One avatar three times, see LAYOUT: traits from dice.roll or, as often, dice.explore. uint8 (edge, edge, 4)."""
    from ..artist import draw  # needs the training extra

    traits = dice.roll(rng) if rng.random() < 0.5 else dice.explore(rng)
    z = rng.standard_normal(Z_SIZE).astype(np.float32)
    dtype = fast_dtype(torch.device("cpu"))
    made = in_halves(lambda c, z: generator(z, c, dtype=dtype), torch.from_numpy(condition(traits)[None]), torch.from_numpy(z[None]))
    return {"large": premultiplied(draw(traits, z, LARGE)), "small": premultiplied(draw(traits, z, SMALL)), "painted": to_bytes(made)[0]}


def pair(rng: np.random.Generator, arrays: dict[str, np.ndarray], kind: str | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """(crop (64, 64, 4), what it becomes (256, 256, 4), where that is known (64, 64), whether its finest detail is known).

    uint8, and the third float32 in [0, 1]. Where the target is unknown the picture itself, as large as it is, is the best guess.
    """
    kind = kind or rng.choice(list(KINDS), p=list(KINDS.values()))
    number = rng.integers(len(arrays["done"]))
    large, small, painted = (arrays[name][number] for name in ("large", "small", "painted"))
    known = np.ones((CROP, CROP), np.float32)
    if kind == "shrunk":
        whole = painted if rng.random() < 0.5 else small
        return *_turned(rng, shrink(whole, CROP, FILTERS[rng.integers(4)]), whole, known), True
    if kind == "halved":
        half = shrink(painted, SMALL // 2, FILTERS[rng.integers(4)])
        y, x = _place(rng, half)
        target = painted[2 * y:2 * (y + CROP), 2 * x:2 * (x + CROP)].repeat(2, 0).repeat(2, 1)
        return *_turned(rng, _cut(half, y, x), target, known), False

    y, x = _place(rng, small)
    target = _cut(large, 4 * y, 4 * x, 4 * CROP)
    if kind == "painted":
        crop = _cut(painted, y, x)
        known = agreement(crop, _cut(small, y, x))
    elif kind == "soft":
        crop = soften(_cut(small, y, x), 0.4 + 0.5 * rng.random())
    elif kind == "uploaded":
        target = _on_ground(target, np.append(rng.integers(0, 256, 3), 255)) if rng.random() < 0.8 else target
        crop = spoil(rng, target)
    else:
        crop = _cut(small, y, x)
    return *_turned(rng, crop, target, known), True


def batch(rng: np.random.Generator, arrays: dict[str, np.ndarray], size: int) -> tuple[Tensor, ...]:
    """(crops (N, 4, 64, 64) in [0, 1], targets uint8 (N, 64, 64, 4, 16), known (N, 64, 64), finest (N,), white (N,)).

    white: 1 for a picture whose colours are compared on white, 0 for one on black. All but the targets are float32. The targets are
    gathered as Upscaler.paint paints: the 16 pixels that each pixel of the crop becomes.
    """
    crops, targets, known, finest = zip(*(pair(rng, arrays) for _ in range(size)))
    return to_float(np.stack(crops)), torch.from_numpy(gather(np.stack(targets))), torch.from_numpy(np.stack(known)), torch.tensor(finest).float(), torch.from_numpy((rng.random(size) < 0.6).astype(np.float32))


def gather(targets: np.ndarray) -> np.ndarray:
    """(N, 4 H, 4 W, C) -> (N, H, W, C, 16)"""
    n, height, width, channels = targets.shape
    return targets.reshape(n, height // 4, 4, width // 4, 4, channels).transpose(0, 1, 3, 5, 2, 4).reshape(n, height // 4, width // 4, channels, 16)


def to_float(pictures: np.ndarray) -> Tensor:
    """uint8 (N, H, W, 4) -> float32 (N, 4, H, W) in [0, 1], channels_last."""
    return (torch.from_numpy(pictures.astype(np.float32)) / 255).permute(0, 3, 1, 2)


def agreement(painted: np.ndarray, small: np.ndarray) -> np.ndarray:
    """Where the generator painted what the artist drew: (H, W) float32, 1 where it surely did, 0 where it surely did not.

    Both are blurred first, so that a soft line agrees with a crisp one, but a moved one does not.
    """
    a, b = to_float(painted[None]), to_float(small[None])
    mean = lambda x: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)  # noqa: E731
    error = mean(mean((a - b).contiguous())).abs().mean(1, keepdim=True)
    return (2 - mean(F.max_pool2d(error, 5, 1, 2)) / AGREE).clamp(0, 1)[0, 0].numpy()


def soften(crop: np.ndarray, radius: float) -> np.ndarray:
    """What the generator's mean error and Studio's sharpening make of a crisp picture, about: uint8 (H, W, 4)."""
    soft = np.asarray(Image.fromarray(crop, "RGBX").filter(ImageFilter.GaussianBlur(radius)))  # RGBX: four channels, as they are
    return to_bytes(settle(to_float(soft[None])))[0]


def shrink(picture: np.ndarray, edge: int, method: Image.Resampling) -> np.ndarray:
    """uint8 (H, W, 4) premultiplied -> (edge, edge, 4)."""
    small = np.asarray(Image.fromarray(picture, "RGBX").resize((edge, edge), method))
    return np.minimum(small, small[..., 3:])


def spoil(rng: np.random.Generator, picture: np.ndarray) -> np.ndarray:
    """What a picture four times as large looks like after the ways that pictures go: shrunk, blurred a little, compressed."""
    small = shrink(picture, CROP, FILTERS[rng.integers(4)])
    if rng.random() < 0.3:
        small = np.asarray(Image.fromarray(small, "RGBX").filter(ImageFilter.GaussianBlur(0.6 * rng.random())))
    way = rng.integers(3)
    if way and small[..., 3].min() == 255:
        file = io.BytesIO()
        Image.fromarray(small[..., :3]).save(file, ("JPEG", "WEBP")[way - 1], quality=int(rng.integers(80, 98)))
        small = np.dstack([np.asarray(Image.open(file).convert("RGB")), small[..., 3]])
    return small


def _on_ground(picture: np.ndarray, colour: np.ndarray) -> np.ndarray:
    clear = 255 - picture[..., 3:].astype(np.uint16)
    return (picture + (clear * colour + 127) // 255).astype(np.uint8)


def _place(rng: np.random.Generator, picture: np.ndarray) -> tuple[int, int]:
    """Top and left of the livelier of two random crops: an empty corner teaches nothing."""
    places = rng.integers(0, picture.shape[0] - CROP + 1, (2, 2))
    return tuple(max(places, key=lambda place: _cut(picture, *place)[::4, ::4].std()))


def _cut(picture: np.ndarray, y: int, x: int, size: int = CROP) -> np.ndarray:
    return picture[y:y + size, x:x + size]


def _turned(rng: np.random.Generator, *pictures: np.ndarray) -> list[np.ndarray]:
    """All in one of the eight ways that a square can lie, and, of colours, now and then with the channels swapped, or faded: glass and shadows are half there."""
    quarters, mirror, swap = rng.integers(4), rng.random() < 0.5, rng.random() < 0.25
    order = [*rng.permutation(3), 3]
    there = rng.uniform(0.1, 1.0) if rng.random() < FADED else 1.0
    turned = []
    for picture in pictures:
        picture = np.rot90(picture, quarters)
        picture = picture[:, ::-1] if mirror else picture
        if picture.ndim == 3:
            picture = picture[..., order] if swap else picture
            picture = (picture * there).round().astype(np.uint8) if there < 1 else picture
        turned.append(np.ascontiguousarray(picture))
    return turned
