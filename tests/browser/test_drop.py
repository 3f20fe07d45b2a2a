"""Files and words that are dropped or pasted, with a real browser: each goes to what it was dropped on."""
from __future__ import annotations

from avatar_studio.avatar import decode
from avatar_studio.personal.style_file import write_style

from .conftest import PHOTOS, settled


def drop(page, selector: str, *files, text: str = "") -> None:
    """Drag files, or a text, over the middle of an element and let go."""
    page.locator(selector).scroll_into_view_if_needed()
    box, mouse = page.locator(selector).bounding_box(), page.context.new_cdp_session(page)
    items = [{"mimeType": "text/plain", "data": text}] if text else []
    for kind in ("dragEnter", "dragOver", "drop"):
        mouse.send("Input.dispatchDragEvent", {"type": kind, "x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2,
                                               "data": {"items": items, "files": [str(file) for file in files], "dragOperationsMask": 1}})


def paste(page, target: str, text: str | None = None, picture: bytes | None = None) -> bool:
    """Paste into an element. True when the browser is left to do it."""
    return page.eval_on_selector(target, """(target, [text, bytes]) => {
        const clipboardData = new DataTransfer();
        if (text) clipboardData.setData("text/plain", text);
        if (bytes) clipboardData.items.add(new File([new Uint8Array(bytes)], "pasted.jpg", { type: "image/jpeg" }));
        return target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }""", [text, list(picture) if picture else None])


def state(page) -> str:
    return page.get_attribute("[data-part=photo]", "data-state")


def test_a_photo_dropped_anywhere_else_is_read(visit):
    page = visit()
    first = settled(page)
    drop(page, "#tab-hair", PHOTOS / "p02.jpg")
    assert decode(settled(page, after=first)).traits["mouth_smile"] > 0.5


def test_a_file_dropped_on_a_button_that_opens_one_is_that_buttons(visit, studio, tmp_path):
    file = tmp_path / "chalk.safetensors"
    file.write_bytes(write_style("Chalk", studio.presets["chalk"]))
    page = visit()
    first = settled(page)
    page.click("#tab-style")
    drop(page, ".file:has([data-part=own-file])", file)
    assert decode(settled(page, after=first)).style.startswith("own-") and state(page) == "idle"
    page.click("#tab-mine")
    drop(page, ".file:has([data-part=mine-photos])", PHOTOS / "p01.jpg", PHOTOS / "p02.jpg")
    page.wait_for_selector("[data-part=mine-chosen] .picture >> nth=1")
    assert state(page) == "idle"


def test_a_photo_dropped_on_its_own_button_is_read_once(visit):
    page = visit()
    first = settled(page)
    drop(page, ".file:has([data-part=file])", PHOTOS / "p02.jpg")
    settled(page, after=first)
    page.click("[data-part=undo]")
    settled(page)
    assert page.is_disabled("[data-part=undo]")


def test_words_dropped_on_a_line_of_text_are_written_there(visit):
    page = visit()
    drop(page, "[data-part=sentence]", text="blue hair")
    assert page.input_value("[data-part=sentence]") == "blue hair"


def test_a_photo_dropped_on_a_line_of_text_is_read_and_the_page_stays(visit):
    page = visit()
    first = settled(page)
    drop(page, "[data-part=sentence]", PHOTOS / "p02.jpg")
    settled(page, after=first)
    assert page.input_value("[data-part=sentence]") == ""


def test_words_that_bring_their_picture_along_are_pasted_as_words(visit):
    page = visit()
    photo = (PHOTOS / "p02.jpg").read_bytes()  # as a table's cells or a page's selection do
    assert paste(page, "[data-part=sentence]", "blue hair", photo) and state(page) == "idle"
    first = settled(page)
    paste(page, "[data-part=sentence]", picture=photo)  # a picture alone cannot be written
    settled(page, after=first)
