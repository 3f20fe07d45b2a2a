"""Pictures to learn from: a pool on disk that the artist fills, and redraws in part as training goes.

The pool is four memory-mapped arrays and a stamp for each picture: 0 while it is unfinished, else the number of the pass it
was drawn for, plus one. A picture is drawn from (seed, slot, stamp) alone, so a pool that was killed half-way is completed
to what it would have been.
"""
from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from pathlib import Path

import numpy as np

from .. import dice
from ..avatar import Z_SIZE
from ..process import step_back
from ..traits import BY_NAME, CONDITION_SIZE, Trait, condition

SIZE = 256
WEIGHT_SIZE = 64  # edge of the artist's part map
HELD_OUT = 128    # pictures that are never trained on
CHUNK = 64        # pictures a worker draws at a time
LAYOUT = {        # name -> (shape of one, dtype)
    "rgba": ((SIZE, SIZE, 4), np.uint8),                    # straight alpha
    "weight": ((WEIGHT_SIZE, WEIGHT_SIZE), np.uint8),       # how much each place matters, see artist.draw_weighted
    "c": ((CONDITION_SIZE,), np.float32),
    "z": ((Z_SIZE,), np.float32),
    "stamp": ((), np.int32),
}


class PoolError(RuntimeError):
    """A pool of pictures that does not fit this code. The message says what to do."""


def draw_one(rng: np.random.Generator, two_eyes: float = 0.0) -> dict[str, np.ndarray]:
    """One picture of traits from dice.roll or, as often, dice.explore, with what it was drawn from (see LAYOUT).

    two_eyes: how often the eyes differ in colour. Not for the generator, which learns their mean first: two_eyes.in_halves paints those.
    """
    from ..artist import draw_weighted  # needs the training extra, so not at the top

    traits = dice.roll(rng) if rng.random() < 0.5 else dice.explore(rng)
    traits["eye_shift"] = int(rng.integers(360)) if two_eyes and rng.random() < two_eyes else 0
    z = rng.standard_normal(Z_SIZE).astype(np.float32)
    rgba, weight = draw_weighted(traits, z, SIZE)
    return {"rgba": rgba, "weight": weight, "c": condition(traits), "z": z}


def draw_pairs(rng: np.random.Generator, count: int, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Pairs of pictures that differ in one trait, chosen from names: name -> (2 count, ...), a pair's two side by side (see LAYOUT, no stamp).

    Of people on whom it shows: no beard's length without a beard, no gaze of closed eyes, no motif under a scarf.
    """
    drawn = []
    for _ in range(count):
        trait, pair = BY_NAME[names[rng.integers(len(names))]], ()
        while not _differ(pair):
            pair = _draw_pair(rng, trait)
        drawn += pair
    return {name: np.stack([one[name] for one in drawn]) for name in LAYOUT if name != "stamp"}


def _draw_pair(rng: np.random.Generator, trait: Trait) -> list[dict[str, np.ndarray]]:
    """One person, drawn with two values of a trait."""
    from ..artist import draw_weighted

    traits, z = {**dice.roll(rng), "eye_shift": 0}, rng.standard_normal(Z_SIZE).astype(np.float32)
    if trait.kind == "choice":
        values = rng.choice(trait.names, 2, replace=False)
    else:
        values = rng.permutation([trait.low, rng.uniform(0.5 * (trait.low + trait.high), trait.high)])
    drawn = []
    for value in values:
        one = {**traits, trait.name: trait.clean(value.item())}
        rgba, weight = draw_weighted(one, z, SIZE)
        drawn.append({"rgba": rgba, "weight": weight, "c": condition(one), "z": z})
    return drawn


def _differ(pair: Sequence[dict[str, np.ndarray]]) -> bool:
    """Whether one sees it: at least 20 pixels change by a sixteenth or more."""
    if not pair:
        return False
    one, other = (drawn["rgba"].astype(np.int16) for drawn in pair)
    return int((np.abs(one - other).max(-1) >= 16).sum()) >= 20


def held_out(count: int = HELD_OUT, two_eyes: float = 0.0) -> dict[str, np.ndarray]:
    """The fixed pictures that every run is measured on: name -> (count, ...)."""
    drawn = [draw_one(np.random.default_rng([77, i]), two_eyes) for i in range(count)]
    return {name: np.stack([one[name] for one in drawn]) for name in drawn[0]}


def open_pool(folder: Path, count: int, layout: dict[str, tuple[tuple, type]] = LAYOUT) -> dict[str, np.ndarray]:
    """The memory-mapped arrays of a pool, made if missing. layout: name -> (shape of one, dtype).

    Raises PoolError for a pool of another size or condition.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for name, (shape, dtype) in layout.items():
        path = folder / f"{name}.npy"
        if not path.exists():
            np.lib.format.open_memmap(path, "w+", dtype, (count, *shape)).flush()
        arrays[name] = np.lib.format.open_memmap(path, "r+")
        if arrays[name].shape != (count, *shape):
            raise PoolError(f"{path} has shape {arrays[name].shape}, not {(count, *shape)}: delete {folder} to draw it anew.")
    return arrays


class Pool:
    """count pictures in folder, drawn and redrawn by `workers` low-priority processes. two_eyes: as in draw_one.

    With 0 workers they are drawn in this process, and none is drawn anew.

    Iteration order is a new permutation each pass; the first `redraw` share of each is drawn anew once it has been seen.
    """

    def __init__(self, folder: Path, count: int, workers: int, seed: int = 0, redraw: float = 0.25, two_eyes: float = 0.0):
        self.folder, self.count, self.seed, self.redraw, self.two_eyes = Path(folder), count, seed, redraw, two_eyes
        self.arrays = open_pool(self.folder, count)
        self.workers = ProcessPoolExecutor(
            workers, multiprocessing.get_context("spawn"), _start_worker, (str(self.folder), count)
        ) if workers else None
        self.pending: list[Future] = []

    def fill(self, progress=None) -> None:
        """Draw every unfinished picture; progress(n) is called after each chunk of n."""
        missing = np.flatnonzero(self.arrays["stamp"] == 0)
        if self.workers:
            drawn = (job.result() for job in self._redraw(missing, stamp=1))
        else:
            drawn = (_draw_slots(slots, self.seed, 1, self.two_eyes, self.arrays) for slots in _chunks(missing))
        for count in drawn:
            if progress:
                progress(count)

    def batch(self, step: int, size: int, rank: int = 0, ranks: int = 1) -> dict[str, np.ndarray]:
        """The pictures of a step: name -> (size, ...), copied. A function of (seed, step) and what the pool holds."""
        steps = self.count // (size * ranks)
        number, position = divmod(step, steps)
        order = np.random.default_rng([self.seed, number]).permutation(self.count)
        chosen = order[(position * ranks + rank) * size:][:size]
        return {name: array[chosen] for name, array in self.arrays.items() if name != "stamp"}

    def step_done(self, step: int, size: int, ranks: int = 1) -> None:
        """Have the pictures that were just seen drawn anew, if they are in the share that this pass redraws."""
        if self.workers is None:
            return
        steps = self.count // (size * ranks)
        number, position = divmod(step, steps)
        every = max(1, CHUNK // (size * ranks))  # steps a chunk
        if (position + 1) % every or (position + 1) * size * ranks > self.redraw * self.count:
            return
        order = np.random.default_rng([self.seed, number]).permutation(self.count)
        seen = order[(position + 1 - every) * size * ranks:(position + 1) * size * ranks]
        self.pending = [job for job in self.pending if not _finished(job)]
        self.pending += self._redraw(seen, stamp=number + 2)

    def _redraw(self, slots: np.ndarray, stamp: int) -> list[Future]:
        return [self.workers.submit(_draw_slots, chunk, self.seed, stamp, self.two_eyes) for chunk in _chunks(slots)]

    def close(self) -> None:
        """Finish what is being drawn and end the workers."""
        wait(self.pending)
        if self.workers:
            self.workers.shutdown()


def _chunks(slots: np.ndarray) -> list[np.ndarray]:
    return [slots[i:i + CHUNK] for i in range(0, len(slots), CHUNK)]


def _finished(job: Future) -> bool:
    return job.done() and job.result() >= 0  # result() raises what the worker raised


_arrays: dict[str, np.ndarray] = {}  # of the pool that a worker draws for


def _start_worker(folder: str, count: int) -> None:
    step_back(15)
    _arrays.update(open_pool(Path(folder), count))
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """A killed trainer leaves its workers waiting for ever; this ends them."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _draw_slots(slots: np.ndarray, seed: int, stamp: int, two_eyes: float, arrays: dict[str, np.ndarray] = _arrays) -> int:
    for slot in slots:
        one = draw_one(np.random.default_rng([seed, int(slot), stamp]), two_eyes)
        arrays["stamp"][slot] = 0
        for name, value in one.items():
            arrays[name][slot] = value
        arrays["stamp"][slot] = stamp
    return len(slots)
