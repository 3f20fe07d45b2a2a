"""Pictures to learn from: a pool on disk that the artist fills, and redraws in part as training goes.

The pool is four memory-mapped arrays and a stamp for each picture: 0 while it is unfinished, else the number of the pass it
was drawn for, plus one. A picture is drawn from (seed, slot, stamp) alone, so a pool that was killed while it was filled is
completed to what it would have been. One that was killed while it was redrawn need not be: what was waiting to be drawn anew
is forgotten, and a picture that was being drawn becomes the first pass's again.
"""
from __future__ import annotations

import hashlib
import inspect
import json
import math
import multiprocessing
import os
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from pathlib import Path

import numpy as np

from .. import dice
from .. import traits as vocabulary
from ..avatar import Z_SIZE
from ..process import step_back
from ..traits import BY_NAME, CONDITION_SIZE, TRAITS, Trait, condition

CODE = Path(__file__).parents[1]
SIZE = 256
WEIGHT_SIZE = 64  # edge of the artist's part map
HELD_OUT = 128    # pictures that are never trained on
CHUNK = 64        # pictures a worker draws at a time
AHEAD = 4         # chunks a worker that wait to be drawn anew: what comes then is left as it is
MOST_TRIES = 300  # people on whom a trait may fail to show before it is taken for one that never does
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

    Of people on whom it shows: no beard's length without a beard, no gaze of closed eyes, no motif under a scarf. Raises PoolError if it never does.
    """
    drawn = []
    for _ in range(count):
        trait = BY_NAME[names[rng.integers(len(names))]]
        shown = (pair for _ in range(MOST_TRIES) if _differ(pair := _draw_pair(rng, trait)))
        if not (found := next(shown, None)):
            raise PoolError(f"The artist never shows {trait.name}: draw it in avatar_studio/artist, or leave it out of --pairs-of.")
        drawn += found
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
    one, other = (drawn["rgba"].astype(np.int16) for drawn in pair)
    return int((np.abs(one - other).max(-1) >= 16).sum()) >= 20


def held_out(count: int = HELD_OUT, two_eyes: float = 0.0) -> dict[str, np.ndarray]:
    """The fixed pictures that every run is measured on: name -> (count, ...)."""
    drawn = [draw_one(np.random.default_rng([77, i]), two_eyes) for i in range(count)]
    return {name: np.stack([one[name] for one in drawn]) for name in drawn[0]}


def artist() -> str:
    """A hash of what says what is drawn for a seed: the artist's code, the dice's, draw_one, and the traits but for their labels."""
    numbers = [(trait.name, trait.kind, trait.names, trait.low, trait.high, trait.default) for trait in TRAITS]
    said = repr((numbers, vocabulary.LEVELS, vocabulary._SKIN.tolist(), sorted(vocabulary.PAINTED)))
    said += "".join(map(inspect.getsource, (draw_one, Trait.clean, Trait.level, Trait.at, vocabulary.clean, vocabulary.parts,
                                            vocabulary.rgb, vocabulary.skin_rgb, vocabulary.condition)))
    return code_hash(CODE / "artist", CODE / "dice.py") + hashlib.sha256(said.encode()).hexdigest()


def painter() -> str:
    """A hash of what says what Studio shows of the generator: its weights, and the code that settles its pictures and joins two eyes."""
    from ..weights import listed  # brings torch, which a worker that draws needs not load

    return listed("generator.safetensors") + code_hash(CODE / "pixels.py", CODE / "two_eyes.py")


def code_hash(*paths: Path) -> str:
    """A hash of Python files and of those in folders."""
    files = [file for path in paths for file in (sorted(path.glob("*.py")) if path.is_dir() else [path])]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def open_pool(folder: Path, count: int, layout: dict[str, tuple[tuple, type]] = LAYOUT, drawn_with: dict | None = None) -> dict[str, np.ndarray]:
    """The memory-mapped arrays of a pool, made if missing. layout: name -> (shape of one, dtype), last what tells the finished ones.

    drawn_with: all that its pictures follow from, by name: written beside them and compared. Who only looks at a pool leaves it out.
    Raises PoolError for a pool of another size, condition or drawn_with, or if there is no room to fill it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if drawn_with is not None:
        _compare(folder, layout, drawn_with)
        _make_sure_of_room(folder, count, layout)
    arrays = {}
    for name, (shape, dtype) in layout.items():
        path = folder / f"{name}.npy"
        if not path.exists():
            np.lib.format.open_memmap(path, "w+", dtype, (count, *shape)).flush()
        arrays[name] = np.lib.format.open_memmap(path, "r+")
        if arrays[name].shape != (count, *shape):
            raise PoolError(f"{path} has shape {arrays[name].shape}, not {(count, *shape)}: delete {folder} to draw it anew.")
    return arrays


def _compare(folder: Path, layout: dict, drawn_with: dict) -> None:
    """Raises PoolError if a pool that is there was drawn with something else; if there is none, writes down what it will be drawn with."""
    note = folder / "drawn-with.json"
    if not note.exists() and not any((folder / f"{name}.npy").exists() for name in layout):
        note.write_text(json.dumps(drawn_with) + "\n")
    try:
        before = json.loads(note.read_text())
        other = [name for name, value in drawn_with.items() if before.get(name) != value]
    except (OSError, ValueError, AttributeError):
        raise PoolError(f"{folder} does not say what it was drawn with: delete it to draw it anew.") from None
    if other:
        raise PoolError(f"{folder} was drawn with another {' and '.join(other)}: delete it to draw it anew.")


def _make_sure_of_room(folder: Path, count: int, layout: dict[str, tuple[tuple, type]]) -> None:
    """Raises PoolError if the disk is too full: memory-mapped files take their room as they are written, and a full disk kills who writes."""
    finished = folder / f"{[*layout][-1]}.npy"
    missing = int((np.load(finished, mmap_mode="r") == 0).sum()) if finished.exists() else count
    needed = missing * sum(math.prod(shape) * np.dtype(dtype).itemsize for shape, dtype in layout.values())
    if needed > (free := shutil.disk_usage(folder).free):
        raise PoolError(f"The pictures need {needed / 1e9:.1f} GB more in {folder}, where {free / 1e9:.1f} GB are free: make room, or choose another --out or a smaller --pool.")


class Pool:
    """count pictures in folder, drawn and redrawn by `workers` low-priority processes. two_eyes: as in draw_one.

    With 0 workers they are drawn in this process, and none is drawn anew.

    Iteration order is a new permutation each pass; the first `redraw` share of each is drawn anew once it has been seen, as far
    as the workers keep up: a GPU may see pictures faster than they draw.
    """

    def __init__(self, folder: Path, count: int, workers: int, seed: int = 0, redraw: float = 0.25, two_eyes: float = 0.0):
        self.folder, self.count, self.seed, self.redraw, self.two_eyes = Path(folder), count, seed, redraw, two_eyes
        self.drawn_with = {"artist": artist(), "seed": seed, "share of two-coloured eyes": two_eyes}
        self.arrays = open_pool(self.folder, count, drawn_with=self.drawn_with)
        self.workers = ProcessPoolExecutor(
            workers, multiprocessing.get_context("spawn"), _start_worker, (str(self.folder), count)
        ) if workers else None
        self.pending: list[Future] = []
        self.most_pending = AHEAD * workers

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
        """Have the pictures that were just seen drawn anew, if they are in the share that this pass redraws and the workers keep up."""
        if self.workers is None:
            return
        steps = self.count // (size * ranks)
        number, position = divmod(step, steps)
        every = max(1, CHUNK // (size * ranks))  # steps a chunk
        if (position + 1) % every or (position + 1) * size * ranks > self.redraw * self.count:
            return
        self.pending = [job for job in self.pending if not _finished(job)]
        if len(self.pending) >= self.most_pending:
            return
        order = np.random.default_rng([self.seed, number]).permutation(self.count)
        seen = order[(position + 1 - every) * size * ranks:(position + 1) * size * ranks]
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
    end_with_parent()


def end_with_parent() -> None:
    """Called in a worker: a killed trainer leaves its workers waiting for ever; this ends them."""
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
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
