"""Trains the generator: first to paint what the artist painted, then also to look drawn.

Read top to bottom: the options, the state that a checkpoint keeps, one step, the loop.
"""
from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

from ..avatar import Z_SIZE
from ..models.discriminator import Discriminator, DiscriminatorConfig
from ..models.generator import Generator, GeneratorConfig
from ..models.layers import StyledConv
from ..pixels import settle
from ..traits import CONDITION_SIZE, PAINTED, TRAITS
from ..weights import condition_layout
from . import losses
from .data import Pool, draw_pairs, held_out
from .features import Features, Gist, gist_push, push
from .losses import as_long
from .options import Common, option
from .run import RunError, RunState, begin, contact_sheet, loop, rate, set_rates, write_line
from .start import begin_with


@dataclass
class Options(Common):
    network: ClassVar[str] = "generator"
    out: Path = Path("runs/generator")
    batch: int = option(16, "pictures of the pool a step and process")
    adam_rate: float = 1.5e-3
    cooldown: float = 0.25
    ema: float = 0.999
    start: str = option("", "a generator's weights file to begin with, of these traits or fewer, or several with commas between them: their mean, in which one named twice counts twice; without it everything begins anew")
    workers: int = option(2, "processes that draw")
    part_power: float = option(1.0, "power of the part map; less than 1 gives hair and cloth their turn once the faces are sharp")
    looked_at_from: float = option(0.65, "share of the minutes after which the judge and the frozen networks begin to look at the pictures")
    adversarial: float = option(0.2, "strength of the judge's gradient, as a share of the paired one's in each picture; 0 trains without")
    adversarial_every: int = option(2, "steps a step of it: it is the small force, and costs as much as the large one")
    features: float = option(1.0, "strength of the gradient of what a feature network sees, likewise; in the other steps, on a crop")
    gist: float = option(30.0, "strength of the gradient of what others make of whole pictures, likewise; in half of those other steps")
    gist_by: str = option("1,2", "which those are, in turn, with commas: sizes of EfficientNet-Lite, 0 to 2")
    pairs: int = option(2, "pairs more a step, newly drawn, whose two pictures differ in one trait; 0 trains without")
    pairs_of: str = option("", "the traits of which one differs, with commas, as often as they are named; without it all sliders and choices")
    effect: float = option(2.0, "strength of the gradient of what a trait should change in a pair, likewise")
    discriminator_rate: float = option(2e-4, "learning rate of the judge")
    r1: float = option(1.0, "gamma of the penalty on the judge's slope (R1)")
    r1_every: int = option(16, "adversarial steps a penalty")
    compile: bool = option(False, "compile the elementwise passes (needs a C++ compiler; a minute at the start)")


class State(RunState):
    """All that training changes, in one place: what a checkpoint holds."""

    PARTS = ("generator", "average", "discriminator", "muon", "adam", "judge")
    NUMBERS = ("step", "pictures", "minutes")

    def __init__(self, options: Options, config: GeneratorConfig):
        super().__init__()
        device = torch.device(options.device)
        torch.manual_seed(options.seed)
        self.generator = Generator(config).to(device)
        self.discriminator = Discriminator(DiscriminatorConfig(config.c_size)).to(device)
        self.others = self.optimize([layer.weight for layer in self.generator.synthesis.layers], options)
        self.judge = torch.optim.AdamW(
            self.discriminator.parameters(), lr=options.discriminator_rate, betas=(0.0, 0.99), weight_decay=0.0, fused=True)
        self.features = Features(getattr(torch, options.dtype)).to(device) if options.features else None
        self.gists = [Gist(getattr(torch, options.dtype), size).to(device) for size in gist_sizes(options)]
        self.pictures = 0    # that it has been shown

    def save(self, path: Path, options: Options) -> None:
        super().save(path, options, layout=condition_layout(), seed=options.seed, rng=torch.get_rng_state())

    def fits(self, saved: dict) -> bool:
        return saved.get("layout") == condition_layout() and GeneratorConfig.from_dict(saved["config"]) == self.generator.config

    def restore(self, saved: dict) -> None:
        shapes = {name: value.shape for name, value in self.discriminator.state_dict().items()}
        same = shapes == {name: value.shape for name, value in saved["discriminator"].items()}
        # a discriminator of an older shape begins anew: it learns fast
        super().restore(saved, [name for name in self.PARTS if same or name not in ("discriminator", "judge")])
        torch.set_rng_state(saved["rng"])


def check_traits(run: Path, saved: dict) -> None:
    """Raises RunError if the traits of a run's checkpoint are not today's."""
    if saved.get("layout") != condition_layout() or saved["config"]["c_size"] != CONDITION_SIZE:
        raise RunError(f"{run} was trained for other traits than traits.py has now: start a new run with another --out.")


def compile_elementwise() -> None:
    """Make one pass over memory of each chain of elementwise steps: a third of a step's time on a CPU. Convolutions stay."""
    torch._dynamo.config.cache_size_limit = 64  # one entry a shape
    StyledConv.activate = staticmethod(torch.compile(StyledConv.activate, dynamic=False))
    losses.paired_loss = torch.compile(losses.paired_loss, dynamic=False)


def train(options: Options, config: GeneratorConfig | None = None) -> State:
    """Train for options.minutes and leave checkpoint.pt, log.jsonl and contact sheets in options.out."""
    device = torch.device(options.device)
    rank, ranks = _join(device)
    dtype = getattr(torch, options.dtype)
    checkpoint = begin(options)
    if options.pool < options.batch * ranks:
        raise RunError(f"--pool {options.pool} is less than the {options.batch * ranks} pictures of a step: draw more of them, or take a smaller --batch.")
    if options.compile:
        compile_elementwise()
    state = State(options, config or GeneratorConfig(CONDITION_SIZE, Z_SIZE))
    if options.resume:
        state.load(checkpoint, options)
    elif options.start:
        begin_with(options.start, state.generator, state.average)  # one that does not fit is told before hours of drawing
    names = named(options.pairs_of)
    pool = _open_pool(options, rank, ranks)
    if state.step == 0:
        sample = torch.from_numpy(pool.arrays["c"][:4096].copy()).to(device)
        for network in (state.generator, state.average):
            network.mapping.standardise(sample)
        if options.start:
            begin_with(options.start, state.generator, state.average)  # again, on top of the mean and spread of today's traits
    generator = DistributedDataParallel(state.generator) if ranks > 1 else state.generator
    discriminator = DistributedDataParallel(state.discriminator) if ranks > 1 else state.discriminator
    test = held_out() if rank == 0 else None

    def step(batch: dict[str, np.ndarray]) -> dict[str, Tensor]:
        found = one_step(state, options, generator, discriminator, {name: torch.from_numpy(value).to(device) for name, value in batch.items()}, dtype)
        if rank == 0:
            pool.step_done(state.step, options.batch, ranks)
        state.pictures += len(batch["c"]) * ranks
        return found

    def fetch(k: int) -> dict[str, np.ndarray]:
        batch = pool.batch(k, options.batch, rank, ranks)
        if not options.pairs:
            return batch
        pairs = draw_pairs(np.random.default_rng([options.seed, 5, k, rank]), options.pairs, names)
        return {name: np.concatenate([values, pairs[name]]) for name, values in batch.items()}

    loop(state, options, fetch, step,
         lambda recent, speed: report(state, options, test, recent, speed, dtype), lambda: state.save(checkpoint, options),
         ranks, rank == 0, lambda minutes: _agree(minutes, ranks))
    pool.close()
    return state


def one_step(state: State, options: Options, generator, discriminator, batch: dict[str, Tensor], dtype) -> dict[str, Tensor]:
    """One step of the generator and, when its time has come, of the discriminator. Returns the losses by name.

    generator and discriminator are the networks as called: those of state, or what DistributedDataParallel made of them.
    """
    factor = rate(options, state.step, state.minutes)
    for optimizer, base in ((state.muon, options.muon_rate), (state.adam, options.adam_rate), (state.judge, options.discriminator_rate)):
        set_rates(optimizer, [base * factor])
    c, z = batch["c"], batch["z"]                                         # (N, c_size), (N, z_size)
    drawn = losses.premultiply(batch["rgba"])                             # (N, 4, 256, 256)
    weight = losses.place_weights(batch["weight"], drawn.shape[-1], options.part_power)       # (N, 1, 256, 256)
    looked_at = state.minutes >= options.looked_at_from * options.minutes
    adversarial = looked_at and options.adversarial > 0 and state.step % options.adversarial_every == 0

    made = generator(z, c, dtype=dtype)                                   # (N, 4, 256, 256)
    loss = losses.paired_loss(made, drawn, weight)
    gradient, = torch.autograd.grad(loss, made)                           # (N, 4, 256, 256)
    found = {"paired": loss.detach()}
    if options.pairs:
        painted = made[-2 * options.pairs:].detach().requires_grad_()
        missing = losses.effect_loss(painted, drawn[-2 * options.pairs:])
        pull, = torch.autograd.grad(missing, painted)
        gradient[-2 * options.pairs:] += options.effect * as_long(pull, gradient[-2 * options.pairs:])
        found["effect"] = missing.detach()
    painted = made.detach().float().requires_grad_()
    shown = settle(painted)                                               # what is looked at: (N, 4, 256, 256)
    strength, pull = 0.0, None
    if adversarial:
        judged = losses.generator_loss(state.discriminator(shown, c, dtype=dtype))
        strength, (pull,) = options.adversarial, torch.autograd.grad(judged, shown, retain_graph=True)
        found["generator"] = judged.detach()
    elif looked_at and state.gists and state.step // options.adversarial_every % 2:
        turn = state.step // (2 * options.adversarial_every) % len(state.gists)
        strength, (told, pull) = options.gist, gist_push(state.gists[turn], shown, drawn)
        found |= {name: value.detach() for name, value in told.items()}
    elif looked_at and state.features is not None:
        strength, (told, pull) = options.features, push(state.features, shown, drawn, _crop(made.shape[-1]))
        found |= {name: value.detach() for name, value in told.items()}
    if pull is not None:
        pull, = torch.autograd.grad(shown, painted, pull)
        gradient = gradient + strength * as_long(pull, gradient)
    made.backward(gradient)
    state.update(options, state.others)
    with torch.no_grad():
        state.generator.w_avg.lerp_(state.generator.mapping(z, c).mean(0), 0.01)
        state.average.w_avg.copy_(state.generator.w_avg)

    if adversarial:
        found |= _judge_step(state, options, discriminator, shown.detach(), drawn, c, dtype)
    return found


def named(traits: str) -> tuple[str, ...]:
    """The traits that pairs may differ in. Raises RunError for one that is none."""
    every = tuple(trait.name for trait in TRAITS if trait.kind in ("slider", "choice") and trait.name not in PAINTED)
    chosen = tuple(filter(None, traits.split(","))) or every
    if unknown := [name for name in chosen if name not in every]:
        raise RunError(f"--pairs-of knows no slider or choice called {unknown[0]!r}.")
    return chosen


def gist_sizes(options: Options) -> list[int]:
    """The sizes of the networks that are asked for the gist. Raises RunError for one that there is none of."""
    chosen = options.gist_by.split(",") if options.gist else []
    if unknown := [size for size in chosen if size not in ("0", "1", "2")]:
        raise RunError(f"--gist-by takes 0, 1 and 2 with commas, not {unknown[0]!r}.")
    return [int(size) for size in chosen]


def _crop(edge: int) -> Callable[[Tensor], Tensor]:
    """A quarter of pictures (N, C, edge, edge), at a random place: all of them would cost more than the generator's own step."""
    y, x = torch.randint(edge // 2 + 1, (2,)).tolist()
    return lambda pictures: pictures[..., y:y + edge // 2, x:x + edge // 2]


def _judge_step(state: State, options: Options, discriminator, made: Tensor, drawn: Tensor, c: Tensor, dtype) -> dict[str, Tensor]:
    """One step of the discriminator, with R1 now and then (lazy regularisation, Karras et al. 2020, section 3.1)."""
    penalise = state.step // options.adversarial_every % options.r1_every == 0
    drawn = drawn.detach().requires_grad_(penalise)
    logits = discriminator(torch.cat([drawn, made]), torch.cat([c, c]), dtype=torch.float32 if penalise else dtype, sets=2)
    real, fake = logits.chunk(2)                                          # (N, 8, 8) each
    loss = losses.discriminator_loss(real, fake)
    found = {"discriminator": loss.detach()}
    if penalise:
        penalty = losses.r1_penalty(real.mean((1, 2)), drawn)
        loss = loss + options.r1 / 2 * options.r1_every * penalty
        found["r1"] = penalty.detach()
    loss.backward()
    if all(torch.isfinite(p.grad).all() for p in discriminator.parameters()):
        state.judge.step()
    state.judge.zero_grad(set_to_none=True)
    return found


@torch.no_grad()
def report(state: State, options: Options, test: dict[str, np.ndarray], recent: dict[str, list[Tensor]], speed: float, dtype) -> None:
    """Append a line to log.jsonl and write a contact sheet of the first held-out pictures: drawn above, generated below."""
    device = next(state.average.parameters()).device
    tensors = {name: torch.from_numpy(value).to(device) for name, value in test.items()}
    made = torch.cat([state.average(z, c, dtype=dtype).float() for z, c in zip(tensors["z"].split(16), tensors["c"].split(16))])
    drawn = losses.premultiply(tensors["rgba"])
    weight = losses.place_weights(tensors["weight"], drawn.shape[-1])
    write_line(state, options, recent, speed, {
        "psnr": round(losses.psnr(made, drawn), 3), "held_out_paired": round(losses.paired_loss(made, drawn, weight).item(), 5),
        "sharpness": round((losses.gradient_energy(made).sum() / losses.gradient_energy(drawn).sum()).item(), 3)})
    rows = [x[first:first + 10] for first in (0, 10) for x in (drawn, made)]
    contact_sheet(rows).save(options.out / f"sheet-{state.minutes:06.1f}.png")


def _open_pool(options: Options, rank: int, ranks: int) -> Pool:
    """The pool of pictures, filled by the first process while the others wait."""
    pool = Pool(options.out / "pool", options.pool, options.workers if rank == 0 else 0, options.seed) if rank == 0 else None
    if rank == 0:
        with tqdm(total=int((pool.arrays["stamp"] == 0).sum()), unit="picture", desc="drawing") as bar:
            pool.fill(bar.update)
    if ranks > 1:
        dist.barrier()
    return pool or Pool(options.out / "pool", options.pool, 0, options.seed)


def _join(device: torch.device) -> tuple[int, int]:
    """(rank, ranks) under torchrun, (0, 1) without it. On a GPU each trains on that of its own number."""
    if "RANK" not in os.environ:
        return 0, 1
    on_gpu = device.type == "cuda" and torch.cuda.is_available()
    if not dist.is_initialized():
        dist.init_process_group("nccl" if on_gpu else "gloo")
    if on_gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    return dist.get_rank(), dist.get_world_size()


def _agree(minutes: float, ranks: int) -> float:
    """The first process's clock, so that all stop at the same step."""
    if ranks == 1:
        return minutes
    clock = torch.tensor([minutes], dtype=torch.float64)
    if dist.get_backend() == "nccl":
        clock = clock.cuda()
    dist.broadcast(clock, 0)
    return clock.item()
