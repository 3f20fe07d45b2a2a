"""A generator so small that a test can train it, and a process that does, for the tests to kill."""
from __future__ import annotations

import sys
from pathlib import Path

from avatar_studio.avatar import Z_SIZE
from avatar_studio.models.generator import GeneratorConfig
from avatar_studio.traits import CONDITION_SIZE
from avatar_studio.training.generator import Options, train

CONFIG = GeneratorConfig(CONDITION_SIZE, Z_SIZE, mapping_size=32, mapping_layers=2,
                         blocks=((8, (24,)), (16, (24,)), (32, (16,)), (64, (8,))), fine_channels=4)


def options(out: Path, **changes) -> Options:
    return Options(**{"out": Path(out), "pool": 64, "batch": 4, "pairs": 0, "workers": 1, "dtype": "float32", "threads": 1, "minutes": 0.2,
                      "features": 0.0, "gist": 0.0, "checkpoint_minutes": 0.02, "report_minutes": 0.05, **changes})


if __name__ == "__main__":
    train(options(Path(sys.argv[1]), minutes=60.0, resume="--resume" in sys.argv), CONFIG)
