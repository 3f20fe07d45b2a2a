"""`python -m benchmarks.takeaway [--count 320]`: a table of people in batches against one at a time, and how long each pack takes."""
from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from avatar_studio import dice
from avatar_studio.avatar import Avatar
from avatar_studio.exports import animations, packs
from avatar_studio.exports.batch import draw_table
from avatar_studio.exports.pictures import to_png
from avatar_studio.process import cores, keep_memory
from avatar_studio.studio import Studio
from avatar_studio.web.server import WELCOME


def throughput(studio: Studio, count: int) -> dict[str, float]:
    """Avatars a second at 256 px, as PNG files, both ways."""
    rng = np.random.default_rng(0)
    people = [Avatar(dice.roll(rng), k) for k in range(count)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = people[:max(16, count // 4)]
        start = time.perf_counter()
        for k, avatar in enumerate(few):
            (folder / f"one-{k}.png").write_bytes(to_png(studio.draw(avatar), avatar))
        alone = len(few) / (time.perf_counter() - start)
        table = folder / "people.csv"
        table.write_text("code\n" + "".join(f"{avatar.code}\n" for avatar in people))
        each = Studio(each_core=True)  # as the command draws a table
        start = time.perf_counter()
        draw_table(each, table, folder / "out", quiet=True)
        together = count / (time.perf_counter() - start)
        torch.set_num_threads(cores())
    return {"one at a time (avatars/s)": alone, "a table (avatars/s)": together, "a table against one at a time": together / alone}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=320)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    keep_memory()  # as the app and the command do
    torch.set_num_threads(cores())
    studio = Studio()
    print(f"torch {torch.__version__}, {studio.device}, {torch.get_num_threads()} threads")
    figures = throughput(studio, options.count)
    for name in packs.PACKS:
        start = time.perf_counter()
        _, data = packs.pack(studio, WELCOME, name)
        figures |= {f"pack {name} (s)": time.perf_counter() - start, f"pack {name} (KB)": len(data) / 1024}
    moving = animations.frames(studio, replace(WELCOME, size=512), "blink")
    for format in animations.FORMATS:
        figures[f"a blink at 512 px as {format} (KB)"] = len(animations.encode(moving, WELCOME, format)) / 1024
    for name, value in figures.items():
        print(f"{name:<40}{value:10.2f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
