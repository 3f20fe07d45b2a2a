"""What a person does at the page and sees of it, and what becomes of the page's calls, in the tests of several tabs."""
from __future__ import annotations

import base64
import io
import json

from PIL import Image

from avatar_studio.traits import BY_NAME

CALLS = "**/component_server/"
RECORDED = """() => {
    window.asked = 0;
    window.cameras = [];
    window.allowed = Promise.resolve();
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        window.asked += 1;
        const stream = await ask(wanted);
        await window.allowed;
        window.cameras.push(...stream.getTracks());
        return stream;
    };
}"""  # the cameras that are asked for, and those that were opened
REACHED = """node => { const box = node.getBoundingClientRect(), reached = (y) => node.contains(document.elementFromPoint(box.left + box.width / 2, y));
    return box.top >= 0 && box.bottom < innerHeight + 1 && reached(box.top + 3) && reached(box.bottom - 3); }"""  # wholly in sight, and nothing over it


def picture(page) -> Image.Image:
    """The picture that the preview shows now."""
    source = page.get_attribute("[data-part=preview]", "src")
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("RGBA")


def frame(page) -> Image.Image:
    """What lies over the preview while something is dragged."""
    source = page.eval_on_selector("[data-part=frame]", "canvas => canvas.toDataURL()")
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("RGBA")


def drag(page, trait: str, to: float, steps: int = 25):
    """Drag a trait's slider with the mouse to a share of its width."""
    slider = page.locator(f"#trait-{trait}")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    share = (float(slider.input_value()) - BY_NAME[trait].low) / (BY_NAME[trait].high - BY_NAME[trait].low)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 12 + share * (box["width"] - 24), y)
    page.mouse.down()
    page.mouse.move(box["x"] + 12 + to * (box["width"] - 24), y, steps=steps)


def resized(page, width: int, height: int) -> None:
    """Give the page's window another size, and the page its time to follow."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("new Promise(then => requestAnimationFrame(() => requestAnimationFrame(then)))")


def point(page, across: float, down: float) -> None:
    """Move the pointer to a place of the picture, in shares of it."""
    box = page.locator("[data-part=preview]").bounding_box()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])


def play(page):
    page.click("#tab-play")
    page.wait_for_selector("[data-part=neighbours] .picture >> nth=7")


def move(page, slider: str, value: float) -> None:
    """Put a slider somewhere, as a person's drag ends."""
    page.eval_on_selector(f"#{slider}", "(input, value) => { input.value = value; for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind)); }", value)


def stored(page, name: str) -> list:
    return json.loads(page.evaluate(f"localStorage.getItem('avatar-studio-{name}')") or "[]")


def calls(page, name: str, answer) -> None:
    """Have answer(route) take the calls of one of the server's functions."""
    page.route(CALLS, lambda route: answer(route) if json.loads(route.request.post_data)["fn_name"] == name else route.fallback())


def lost(visit) -> None:
    """The browser's own words about requests that a test let go astray."""
    visit.troubles[:] = [trouble for trouble in visit.troubles if "ERR_FAILED" not in trouble]
