"""What the encoder learns from: avatars drawn by the artist and painted by the generator, as people would bring them back."""
from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..avatar import BACKGROUNDS
from ..background import paint
from ..devices import fast_dtype
from ..pixels import premultiplied, to_straight
from ..two_eyes import in_halves
from ..weights import load_generator
from .data import SIZE, Pool, draw_pairs, open_pool, painter
from .generator import named

CHUNK = 16  # pictures that the generator paints at a time
LAYOUT = {"painted": ((SIZE, SIZE, 4), np.uint8), "done": ((), np.uint8)}  # see data.open_pool; straight alpha


def generate(c: np.ndarray, z: np.ndarray) -> np.ndarray:
    """What Studio shows of conditions (N, CONDITION_SIZE) and z (N, Z_SIZE), with straight alpha: uint8 (N, 256, 256, 4)."""
    generator, dtype = load_generator(), fast_dtype(torch.device("cpu"))
    with torch.inference_mode():
        return np.concatenate([to_straight(in_halves(lambda c, z: generator(z, c, dtype=dtype), torch.from_numpy(cc), torch.from_numpy(zz)))
                               for cc, zz in zip(np.array_split(c, -(-len(c) // CHUNK)), np.array_split(z, -(-len(z) // CHUNK)))])


def fill(folder: Path, pool: Pool, count: int, progress: Callable[[int], object] = lambda n: None) -> np.ndarray:
    """The generator's pictures of a pool's first `count` conditions and z, uint8 (count, 256, 256, 4), in a pool of their own.

    progress(n) is called after each n. An interrupted one goes on where it stopped.
    """
    arrays = open_pool(folder, count, LAYOUT, {**pool.drawn_with, "generator": painter()})
    for first in range(0, count, 8 * CHUNK):
        part = slice(first, min(first + 8 * CHUNK, count))
        if not arrays["done"][part].all():
            arrays["painted"][part] = generate(pool.arrays["c"][part], pool.arrays["z"][part])
            arrays["done"][part] = 1
        progress(part.stop - part.start)
    return arrays["painted"]


def worn(rng: np.random.Generator, rgba: np.ndarray) -> np.ndarray:
    """A picture uint8 (256, 256, 4) as it may come back: moved a little, on a background, at another size, compressed.

    Returns premultiplied uint8 (256, 256, 4).
    """
    picture = Image.fromarray(rgba)
    if rng.random() < 0.4:
        scale, (x, y) = rng.uniform(0.94, 1.06), rng.uniform(-8, 8, 2)
        corner = SIZE / 2 * (1 - scale)
        picture = picture.convert("RGBa").transform((SIZE, SIZE), Image.Transform.AFFINE, (scale, 0, corner + x, 0, scale, corner + y),
                                                    Image.Resampling.BILINEAR).convert("RGBA")
    opaque = rng.random() < 0.5
    if opaque:
        colour = rng.integers(0, 256, 3) if rng.random() < 0.5 else rng.integers(190, 256, 3) if rng.random() < 0.7 else np.full(3, 255)
        light = paint(BACKGROUNDS[rng.integers(1, len(BACKGROUNDS))], "#000000", SIZE).getchannel(0)
        behind = Image.composite(Image.new("RGBA", (SIZE, SIZE), "white"), Image.new("RGBA", (SIZE, SIZE), tuple(map(int, colour))), light)
        picture = Image.alpha_composite(behind, picture)
    if rng.random() < 0.4:
        edge = int(rng.integers(96, SIZE))
        small = picture.resize((edge, edge), Image.Resampling.BOX)
        picture = small.resize((SIZE, SIZE), Image.Resampling.BICUBIC if rng.random() < 0.7 else Image.Resampling.NEAREST)
    if rng.random() < (0.5 if opaque else 0.2):
        picture = _compressed(picture, "JPEG" if opaque and rng.random() < 0.8 else "WEBP", int(rng.integers(40, 96)))
    return np.asarray(picture.convert("RGBA").convert("RGBa"))


def _compressed(picture: Image.Image, format: str, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    (picture.convert("RGB") if format == "JPEG" else picture).save(buffer, format, quality=quality, **({"method": 0} if format == "WEBP" else {}))
    return Image.open(buffer)


def batch(arrays: dict[str, np.ndarray], painted: np.ndarray, seed: int, step: int, size: int, pairs: int = 0) -> dict[str, np.ndarray]:
    """The pictures of a step, a function of (seed, step): premultiplied uint8 rgba (size + 2 pairs, 256, 256, 4), and c.

    The first half of size is the artist's, the rest the generator's; a quarter of these is as it left Avatar Studio. Behind them come
    pairs of new drawings that differ in one slider or choice, a pair's two side by side.
    """
    rng = np.random.default_rng([seed, step])
    first = size - size // 2
    slots = np.concatenate([rng.integers(len(arrays["rgba"]), size=first), rng.integers(len(painted), size=size - first)])
    pictures = [arrays["rgba"][slot] if k < first else painted[slot] for k, slot in enumerate(slots)]
    rgba = np.stack([premultiplied(x) if rng.random() < 0.25 else worn(rng, x) for x in pictures])
    c = arrays["c"][slots]
    if pairs:
        drawn = draw_pairs(rng, pairs, named(""))
        rgba, c = np.concatenate([rgba, [premultiplied(x) for x in drawn["rgba"]]]), np.concatenate([c, drawn["c"]])
    return {"rgba": rgba, "c": c}
