"""What the stylizer learns from: avatars, and the same avatars as each preset's recipe draws them, in a pool on disk."""
from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

from .. import dice
from ..avatar import Z_SIZE
from ..styles import PRESETS
from ..traits import condition
from .data import artist, code_hash, draw_one, end_with_parent, open_pool, painter

SIZE = 256
CHUNK = 8  # avatars a worker makes at a time, an even number: half of them are generated
LAYOUT = {  # name -> (shape of one, dtype); straight alpha
    "plain": ((SIZE, SIZE, 4), np.uint8),
    "styled": ((len(PRESETS), SIZE, SIZE, 4), np.uint8),  # in the order of styles.PRESETS
    "done": ((), np.uint8),
}


def fill(folder: Path, count: int, seed: int, workers: int, progress: Callable[[int], object] = lambda n: None) -> dict[str, np.ndarray]:
    """The arrays of a pool with every picture in it; progress(n) is called after each n. workers: 0 draws in this process."""
    arrays = open_pool(folder, count, LAYOUT, {"artist": artist(), "generator": painter(),
                                               "recipe": code_hash(Path(__file__).parent / "recipes"), "seed": seed})
    slots = np.flatnonzero(arrays["done"] == 0)
    chunks = [(str(folder), count, slots[i:i + CHUNK], seed) for i in range(0, len(slots), CHUNK)]
    if workers == 0:
        for chunk in chunks:
            progress(_fill_slots(*chunk))
        return arrays
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), end_with_parent) as pool:
        for job in as_completed([pool.submit(_fill_slots, *chunk) for chunk in chunks]):
            progress(job.result())
    return arrays


def avatars(slots: np.ndarray, seed: int) -> Iterator[tuple[int, np.ndarray]]:
    """Each slot's plain avatar, uint8 (256, 256, 4): of an even slot the artist's, of an odd one the generator's."""
    for slot in slots[slots % 2 == 0]:
        yield slot, draw_one(np.random.default_rng([seed, int(slot)]))["rgba"]
    if (odd := slots[slots % 2 == 1]).size:
        yield from zip(odd, _generate(odd, seed))


def _generate(slots: np.ndarray, seed: int) -> np.ndarray:
    """What Studio hands to the stylizer, with straight alpha: uint8 (N, 256, 256, 4)."""
    import torch

    from ..pixels import to_straight
    from ..two_eyes import in_halves
    from ..weights import load_generator

    rolls = [np.random.default_rng([seed, int(slot)]) for slot in slots]
    c = np.stack([condition(dice.roll(rng) if rng.random() < 0.5 else dice.explore(rng)) for rng in rolls])
    z = np.stack([rng.standard_normal(Z_SIZE).astype(np.float32) for rng in rolls])
    generator = load_generator()
    with torch.inference_mode():
        return to_straight(in_halves(lambda c, z: generator(z, c), torch.from_numpy(c), torch.from_numpy(z)))


def _fill_slots(folder: str, count: int, slots: np.ndarray, seed: int) -> int:
    import cv2
    import torch

    from .recipes import Picture, render  # needs OpenCV, which the selfie reader brings

    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    arrays = open_pool(Path(folder), count, LAYOUT)
    for slot, rgba in avatars(slots, seed):
        picture = Picture.of(rgba)
        arrays["plain"][slot] = rgba
        for i, name in enumerate(PRESETS):
            arrays["styled"][slot, i] = render(name, picture)
        arrays["done"][slot] = 1
    return len(slots)


def batch(arrays: dict[str, np.ndarray], seed: int, step: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pictures of a step, a function of (seed, step): plain (size, 256, 256, 4), styled (the same), presets' numbers (size,).

    The presets take turns, so that each has its share of every few steps.
    """
    count = len(arrays["plain"])
    rng = np.random.default_rng([seed, step])
    slots = rng.integers(count, size=size)
    presets = (step * size + np.arange(size)) % len(PRESETS)
    return arrays["plain"][slots], arrays["styled"][slots, presets], presets
