"""A stand-in for the kind of job that learns a face: it looks at its photos, waits at a gate, and gives a model that was made before."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .kinds import knock

SLICES = 3


def run(pictures, options, report, state):
    """options: {"name", "file": path of the model's file, "gate": port}. See kinds.Gate."""
    for done in range(int(state.get("done", 0)), SLICES):
        report((done + 0.5) / SLICES, {"pixels": 1 / (1 + done), "features": 3 / (2 + done)}, pictures[0].resize((256, 256)).convert("RGBA"))
        if "gate" in options:
            knock(options["gate"], slice=done, photos=len(pictures), size=pictures[0].size)
        yield {"done": np.array(done + 1)}
    return {"model.safetensors": Path(options["file"]).read_bytes()}
