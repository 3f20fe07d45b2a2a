"""How long a moved slider takes to become a picture, in a real browser: `python -m benchmarks.browser`.

One measurement is the time from a slider's input event to the first frame after the new picture is decoded. The slider
moves at random inside its range, as a person drags: all pictures are the quick ones.
"""
from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
SLIDERS = ("mouth_smile", "face_width", "eye_size", "skin_tone", "hair_hue")
MOVES = 40  # of each slider

# Runs in the page: move the slider, wait for the preview's next picture and the frame that shows it, return ms.
MOVE = """([name, share]) => new Promise((done) => {
  const slider = document.querySelector(`#trait-${name}`), preview = document.querySelector('[data-part=preview]');
  slider.value = Number(slider.min) + share * (slider.max - slider.min);
  const start = performance.now();
  new MutationObserver(async (_, observer) => {
    observer.disconnect();
    await preview.decode().catch(() => {});
    requestAnimationFrame(() => done(performance.now() - start));
  }).observe(preview, { attributeFilter: ['src'] });
  slider.dispatchEvent(new Event('input', { bubbles: true }));
})"""


def chromium_path() -> str | None:
    """The browser to drive: $CHROMIUM, or the system's chromium; None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def measure(address: str | None = None) -> dict[str, float]:
    """{"p50_ms", "p95_ms", "moves"} of slider to picture. Starts `python app.py` unless an address is given.

    Raises RuntimeError where there is no browser or the page does not start.
    """
    if chromium_path() is None:
        raise RuntimeError("No browser here: install chromium, or set CHROMIUM to the path of one.")
    if address:
        return _drive(address)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-u", "app.py", "--port", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if not any("Running on local URL" in line for line in process.stdout):
            raise RuntimeError("The page did not start: run python app.py to see why.")
        threading.Thread(target=process.stdout.read, daemon=True).start()
        return _drive(f"http://127.0.0.1:{port}/")
    finally:
        process.kill()
        process.wait()


def _drive(address: str) -> dict[str, float]:
    from playwright.sync_api import sync_playwright

    rng = np.random.default_rng(0)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en")
        page.goto(address)
        page.wait_for_selector("[data-part=root][data-state=settled]", timeout=60_000)
        moves = [(name, float(share)) for name in SLIDERS for share in rng.random(MOVES)]
        for move in moves[:5]:
            page.evaluate(MOVE, move)  # the first ones warm the server up
        times = [page.evaluate(MOVE, move) for move in moves]
        browser.close()
    return {"p50_ms": float(np.percentile(times, 50)), "p95_ms": float(np.percentile(times, 95)), "moves": len(times)}


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:2]), indent=2))
