"""What a training can be told: the options that every network's has, their help, and the command line that gives them."""
from __future__ import annotations

import argparse
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import ClassVar

LEAST = {"minutes": 0.0, "batch": 1, "pool": 1, "painted": 1, "workers": 0, "pairs": 0, "cooldown": 0.0, "threads": 0,
         "features_every": 1, "adversarial_every": 1, "r1_every": 1}
FIXED = ("seed", "pool", "batch", "painted", "two_eyes", "start")  # a resumed run has those that it began with
NOT_KEPT = ("out", "resume")  # they are about a call, not about the run


class RunError(RuntimeError):
    """A run that cannot start or go on. The message is one sentence for a person."""


def option(default, help: str):
    """A field of options, with what --help says of it."""
    return field(default=default, metadata={"help": help})


@dataclass
class Common:
    """The options of every training. A network's own may give one another default; it keeps its help."""

    network: ClassVar[str]
    out: Path = option(Path("runs"), "folder of the run: its checkpoint, log, sheets and pictures to learn from")
    minutes: float = option(60.0, "minutes of training in all, so that a run of 60 that is resumed with 90 goes on for 30")
    resume: bool = option(False, "go on from the checkpoint in --out, with its options but for those that are given now")
    device: str = option("cpu", "what trains, such as cpu, cuda or cuda:1")
    batch: int = option(16, "pictures a step")
    pool: int = option(16384, "pictures on disk")
    muon_rate: float = option(0.02, "learning rate of the convolutions' matrices")
    adam_rate: float = option(1e-3, "learning rate of everything else")
    cooldown: float = option(0.6, "share of the minutes, at the end, over which the rates fall to 0")
    ema: float = option(0.995, "how much of the moving average, which is exported, each step leaves")
    checkpoint_minutes: float = option(3.0, "minutes between two checkpoints")
    report_minutes: float = option(5.0, "minutes between two lines of the log, each with a measurement")
    dtype: str = option("bfloat16", "type that the convolutions compute in, bfloat16 or float32, which GPUs need that are older than an RTX 30")
    threads: int = option(0, "threads of the trainer on a CPU; 0 leaves it to torch")
    nice: int = option(10, "how far the trainer steps back for others on a CPU")
    seed: int = option(0, "of the first weights and of what is drawn")


def add_arguments(parser: argparse.ArgumentParser, kind: type[Common]) -> None:
    """An argument for each option. What is not given is not there afterwards, so that a resumed run can keep its own."""
    helps = {one.name: one.metadata["help"] for base in reversed(kind.__mro__) if is_dataclass(base)
             for one in fields(base) if "help" in one.metadata}
    for one in fields(kind):
        how = {"action": argparse.BooleanOptionalAction} if isinstance(one.default, bool) else {"type": type(one.default)}
        default = "" if one.default is False or one.default == "" else f" (default {one.default})"
        parser.add_argument(_flag(one.name), default=argparse.SUPPRESS, help=helps[one.name] + default, **how)


def check(options: Common) -> None:
    """Raises RunError for options that no run can have."""
    for name, least in LEAST.items():
        if getattr(options, name, least) < least:
            raise RunError(f"{_flag(name)} must be at least {least:g}, not {getattr(options, name)}.")
    if options.dtype not in ("float32", "bfloat16"):  # float16 would need its losses scaled
        raise RunError(f"--dtype must be float32 or bfloat16, not {options.dtype}.")


def kept(options: Common) -> dict:
    """What a checkpoint holds of the options: name -> value."""
    return {one.name: getattr(options, one.name) for one in fields(options) if one.name not in NOT_KEPT}


def with_kept(kind: type[Common], given: dict, saved: dict) -> Common:
    """The options of a resumed run: what was given, else what its checkpoint holds, else the default."""
    known = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in saved["options"].items() if name in known} | given)


def compare(options: Common, saved: dict) -> str:
    """What differs from the options that a checkpoint holds, for a person; "" if nothing does.

    Raises RunError for an option that a run cannot change.
    """
    before, changed = saved["options"], []
    for name, value in kept(options).items():
        if name in FIXED and before.get(name, value) != value:
            raise RunError(f"The run in {options.out} was begun with {_flag(name)} {before[name]}, not {value}: resume it with the same, or use another --out.")
        if before.get(name, value) != value:
            changed.append(f"{_flag(name)} {value} (so far {before[name]})")
    return ", ".join(changed)


def command(options: Common) -> str:
    """The command line that gives these options, for the card."""
    words = [f"python -m avatar_studio.training {options.network}"]
    for one in fields(options):
        value, name = getattr(options, one.name), _flag(one.name)
        if value != one.default and one.name not in NOT_KEPT or one.name == "minutes":
            words.append(name if value is True else f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}")
    return " ".join(words)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
