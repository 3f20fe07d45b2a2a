"""`python -m benchmarks.speed [--json FILE]`: how long each part takes on this machine, with nothing else running on it."""
from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import statistics
import time
import urllib.request
from pathlib import Path

import torch
from PIL import Image

from avatar_studio.avatar import Avatar
from avatar_studio.devices import fast_dtype
from avatar_studio.exports.pictures import FORMATS, encode
from avatar_studio.process import cores, keep_memory
from avatar_studio.studio import Studio
from avatar_studio.training.run import machine

from .browser import measure, served

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "tests" / "photos" / "p02.jpg"
MEGAPIXELS = 12


def timed(function, repeats: int = 30, warm_up: int = 3) -> float:
    """The median time of a call in milliseconds."""
    times = []
    for i in range(warm_up + repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times[warm_up:])


def forward(studio: Studio) -> dict[str, float]:
    """The generator alone, in each type, for one picture and for sixteen."""
    found = {}
    for dtype in dict.fromkeys((studio.dtype, torch.float32)):
        studio.generator.freeze(dtype)
        for n in (1, 16):
            z = torch.randn(n, studio.generator.config.z_size, device=studio.device)
            c = torch.randn(n, studio.generator.config.c_size, device=studio.device)

            def run():
                studio.generator(z, c, dtype=dtype)
                if studio.device.type == "cuda":
                    torch.cuda.synchronize()

            with torch.inference_mode():
                found[f"forward, {str(dtype).removeprefix('torch.')}, batch {n} (ms)"] = timed(run, 30 if n == 1 else 6)
    studio.generator.freeze(studio.dtype)
    return found


def drawing(studio: Studio) -> dict[str, float]:
    """From an Avatar to a picture, and to a file. Each is a new face but for the last: one that was painted a moment ago is not painted again."""
    seeds = itertools.count()
    new = lambda **fields: Avatar(seed=next(seeds), **fields)  # noqa: E731
    found = {f"draw, {size} px (ms)": timed(lambda: studio.draw(new(size=size))) for size in (256, 512, 1024)}
    found["draw, 16 of 256 px (ms)"] = timed(lambda: studio.draw_many([new() for _ in range(16)]), 6)
    found["draw_quick, a frame of a drag (ms)"] = timed(lambda: studio.draw_quick(new()))
    found["draw_quick, in a style (ms)"] = timed(lambda: studio.draw_quick(new(style="watercolour")))
    for format in FORMATS:
        found[f"draw and encode, 256 px {format} (ms)"] = timed(lambda: encode(studio.draw(new()), Avatar(), format, effort=0))
    found["draw, 512 px of a face just drawn (ms)"] = timed(lambda: studio.draw(Avatar(size=512)))
    return found


def selfie() -> dict[str, float]:
    """A photo of 12 megapixels, as a camera gives it, to traits: the first, which loads the models, and any later one."""
    from avatar_studio.selfie import read
    from avatar_studio.selfie.photo import open_photo

    photo = Image.open(PHOTO).convert("RGB")
    factor = (MEGAPIXELS * 1e6 / (photo.width * photo.height)) ** 0.5
    buffer = io.BytesIO()
    photo.resize((round(photo.width * factor), round(photo.height * factor)), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    data = buffer.getvalue()
    start = time.perf_counter()
    read(open_photo(data))
    first = 1e3 * (time.perf_counter() - start)
    return {"selfie, 12 megapixels, first (ms)": first, "selfie, 12 megapixels (ms)": timed(lambda: read(open_photo(data)), 3, 0)}


def page() -> dict[str, float]:
    """From `python app.py` to a page that is served, and the memory that the process then holds."""
    start = time.perf_counter()
    with served() as (address, process):
        urllib.request.urlopen(address, timeout=30).read()
        found = {"cold start to a served page (s)": time.perf_counter() - start}
        return found | ({"resident memory of the page (MB)": kilobytes("VmRSS", process) / 1e3} if Path("/proc/self/status").exists() else {})


def kilobytes(field: str, process: int | str = "self") -> int:
    """What Linux tells of a process's memory, such as VmRSS."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field))


def load() -> str:
    """How many processes wanted a core in the last minute, on the mean; Windows does not count them."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def stolen() -> tuple[int, int]:
    """(time that other machines on the same host took from this one, all time), both in ticks since it was started."""
    stat = Path("/proc/stat")
    ticks = [int(number) for number in stat.read_text().split("\n")[0].split()[1:9]] if stat.exists() else [0] * 8
    return ticks[7], sum(ticks)


def browser() -> dict[str, float]:
    """From a moved slider to the new picture, in a real browser."""
    found = measure()
    return {f"slider to picture, {name} (ms)": found[f"{name}_ms"] for name in ("p50", "p95")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--device", help="cpu or cuda; the fastest if left out")
    options = parser.parse_args()
    taken, ticks = stolen()
    keep_memory()  # as the app does
    torch.set_num_threads(cores())

    start = time.perf_counter()
    studio = Studio(device=options.device)
    figures = {"load and warm up (s)": time.perf_counter() - start}
    print(f"{machine(studio.device)}, torch {torch.__version__}, {studio.device}, {fast_dtype(studio.device)}, load {load()}\n")
    for part in (lambda: forward(studio), lambda: drawing(studio), selfie, page, browser):
        try:
            found = part()
        except (RuntimeError, ImportError, OSError) as reason:  # a machine without a browser still has the other figures
            print(f"left out: {reason}")
            continue
        figures |= found
    if Path("/proc/self/status").exists():
        figures["peak memory of this benchmark (MB)"] = kilobytes("VmHWM") / 1e3
    now_taken, now_ticks = stolen()
    figures["time taken by other machines on this host (%)"] = 100 * (now_taken - taken) / max(1, now_ticks - ticks)
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:<{width}}  {value:10.1f}")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(studio.device), "torch": torch.__version__, "device": str(studio.device),
                                            "dtype": str(studio.dtype), "figures": {k: round(v, 2) for k, v in figures.items()}}, indent=2) + "\n")


if __name__ == "__main__":
    main()
