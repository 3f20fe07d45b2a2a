"""The page in a real browser: how long a moved slider takes to become a picture, and pictures of the page for the docs.

    python -m benchmarks.browser                          slider to picture, p50 and p95
    python -m benchmarks.browser --learning FILES         the same while a model of a face is learned from these photos, and how long that takes
    python -m benchmarks.browser --screenshots docs/pictures      needs a Chinese font, such as Debian's fonts-noto-cjk

One measurement is the time from a slider's input event to the first frame after the new picture is decoded. The slider
jumps at random inside its range, at a random moment between two frames of the screen, as a hand does: an event that always
came right after a frame would make every time a whole number of frames. The pictures are the quick ones of a dragged slider.
"""
from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
SLIDERS = ("mouth_smile", "face_width", "eye_size", "skin_tone", "hair_hue")
MOVES = 40  # of each slider
SETTLED = "[data-part=root][data-state=settled]"

# Runs in the page: wait for `pause` ms after a frame, move the slider, wait until its picture stands in the page and for the
# frame that shows it, return ms.
MOVE = """([name, share, pause]) => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
  const slider = document.querySelector(`#trait-${name}`), frame = document.querySelector('[data-part=frame]');
  slider.value = Number(slider.min) + share * (slider.max - slider.min);
  const start = performance.now();
  new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => done(performance.now() - start));
  }).observe(frame, { attributeFilter: ['data-shown'] });
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}, pause)))"""
FRAME_MS = 1000 / 60

# name: (width, height, language, colour scheme, tab that is open)
SCREENS = {"page": (1280, 800, "en", "light", "hair"), "page-dark": (1280, 800, "en", "dark", "eyes"),
           "page-chinese": (1280, 800, "zh", "light", "headwear"), "page-phone": (390, 844, "en", "light", "glasses"),
           "page-style": (1280, 900, "en", "light", "style")}


def chromium_path() -> str | None:
    """The browser to drive: $CHROMIUM, or the system's chromium; None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The address of a page that `python app.py` serves meanwhile, and its process's number. Raises RuntimeError if it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-u", "app.py", "--port", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if not any("Running on local URL" in line for line in process.stdout):
            raise RuntimeError("The page did not start: run python app.py to see why.")
        threading.Thread(target=process.stdout.read, daemon=True).start()  # so that a full pipe never stops it
        yield f"http://127.0.0.1:{port}/", process.pid
    finally:
        process.kill()
        process.wait()


@contextmanager
def chromium():
    """A headless Chromium, driven by Playwright. Raises RuntimeError where there is none."""
    from playwright.sync_api import sync_playwright

    if chromium_path() is None:
        raise RuntimeError("No browser here: install chromium, or set CHROMIUM to the path of one.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def learning(address: str, photos: Sequence[Path]) -> Callable[[], str]:
    """Start to learn a face in the server at this address, wait until it tunes; returns what tells the job's state."""
    from gradio_client import Client, handle_file

    client = Client(address, verbose=False)
    job = client.predict([handle_file(photo) for photo in photos], "Benchmark", "", api_name="/learn_face")
    state = lambda: client.predict(job["session"], job["job"], api_name="/learned")[0]["state"]  # noqa: E731
    while state() in ("queued", "reading"):
        time.sleep(0.2)
    return state


def measure(photos: Sequence[Path] = ()) -> dict[str, float]:
    """{"p50_ms", "p95_ms", "moves"} of slider to picture in a page that is started for it.

    With photos, while a model is learned from them, and "job_s", how long that takes in all. Raises RuntimeError if it ends too soon.
    """
    rng = np.random.default_rng(0)
    moves = [(name, float(share), float(pause * FRAME_MS)) for name in SLIDERS for share, pause in rng.random((MOVES, 2))]
    with served() as (address, _), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en")
        page.goto(address)
        page.wait_for_selector(SETTLED, timeout=60_000)
        for move in moves[:5]:
            page.evaluate(MOVE, move)  # the first ones warm the server up
        start = time.monotonic()
        state = learning(address, photos) if photos else None
        times = [page.evaluate(MOVE, move) for move in moves]
        if photos and state() != "tuning":
            raise RuntimeError("The job ended before the slider was measured.")
        while photos and state() == "tuning":
            time.sleep(0.5)
        job = {"job_s": time.monotonic() - start} if photos else {}
    return {"p50_ms": float(np.percentile(times, 50)), "p95_ms": float(np.percentile(times, 95)), "moves": len(times), **job}


def screenshots(folder: Path, code: str = "") -> list[Path]:
    """PNGs of the page in `folder`, one for each of SCREENS, showing the avatar of `code` or the default one."""
    made = []
    with served() as (address, _), chromium() as browser:
        for name, (width, height, language, scheme, tab) in SCREENS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, locale=language, color_scheme=scheme)
            page.goto(f"{address}?a={code}" if code else address)
            page.wait_for_selector(SETTLED, timeout=60_000)
            page.click(f"#tab-{tab}")
            page.wait_for_selector(f"#panel-{tab} [data-drawn]", timeout=60_000)
            made.append(folder / f"{name}.png")
            page.screenshot(path=made[-1])
            page.close()
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER", help="take pictures of the page instead")
    parser.add_argument("--learning", type=Path, nargs="+", default=(), metavar="PHOTO", help="of one person: measure while a model is learned from them")
    parser.add_argument("--code", default="", help="the avatar in the pictures")
    chosen = parser.parse_args()
    if chosen.screenshots:
        print(*screenshots(chosen.screenshots, chosen.code), sep="\n")
    else:
        print(json.dumps(measure(chosen.learning), indent=2))
