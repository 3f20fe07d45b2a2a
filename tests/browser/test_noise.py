"""A browser that hides who one is: it answers noise when a page looks at what it drew, as Tor's and LibreWolf do."""
from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from .acts import drag, stored
from .conftest import PHOTOS, settled

NOISE = """const look = CanvasRenderingContext2D.prototype.getImageData;
CanvasRenderingContext2D.prototype.getImageData = function (...box) {
    const seen = look.apply(this, box);
    for (let at = 0; at < seen.data.length; at += 65536) crypto.getRandomValues(seen.data.subarray(at, at + 65536));
    return seen;
};
for (const name of ['toBlob', 'toDataURL']) {
    const give = HTMLCanvasElement.prototype[name];
    HTMLCanvasElement.prototype[name] = function (...wanted) {
        const noise = new ImageData(this.width, this.height);
        crypto.getRandomValues(noise.data.subarray(0, 65536));
        const canvas = Object.assign(document.createElement('canvas'), { width: this.width, height: this.height });
        canvas.getContext('2d').putImageData(noise, 0, 0);
        return give.apply(canvas, wanted);
    };
}"""


A_LITTLE = """const look = CanvasRenderingContext2D.prototype.getImageData;
CanvasRenderingContext2D.prototype.getImageData = function (...box) { const seen = look.apply(this, box); seen.data.forEach((value, place) => { seen.data[place] = value ^ 1; }); return seen; };"""


def test_a_little_noise_changes_nothing(visit):
    page = visit(script=A_LITTLE)
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    picture = stored(page, "favourites")[0]["picture"]
    assert len(picture) < 20_000 < len(page.get_attribute("[data-part=preview]", "src"))
    with Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2]))) as small:
        assert small.size == (112, 112)


@pytest.fixture
def page(visit):
    return visit(script=NOISE)


def seen(page) -> np.ndarray:
    """The preview's middle as it is on the screen; around it the page's own ground shines through what is clear."""
    return np.asarray(Image.open(io.BytesIO(page.locator("[data-part=preview]").screenshot())).convert("RGB"), float)[20:-20, 20:-70]


def test_a_dragged_picture_is_the_avatar(page):
    first = settled(page)
    before = seen(page)
    page.click("#tab-mouth")
    drag(page, "mouth_smile", 0.05)
    page.wait_for_selector("[data-part=frame]:not([hidden])")
    dragged = seen(page)
    page.mouse.up()
    settled(page, after=first)
    assert np.abs(dragged - seen(page)).mean() < 6 < np.abs(dragged - before).max()


def test_a_favourite_is_pictured(page):
    page.click("[data-part=heart]")
    page.wait_for_selector("[data-part=heart][aria-pressed=true]")
    assert stored(page, "favourites")[0]["picture"] == page.get_attribute("[data-part=preview]", "src")


def test_a_large_photo_travels_as_it_is_and_is_read(page):
    first = settled(page)
    with Image.open(PHOTOS / "p02.jpg") as photo:
        file = io.BytesIO()
        photo.resize((4000, 4000 * photo.height // photo.width)).save(file, "JPEG", quality=98)
    assert len(file.getvalue()) > 1.5 * 2**20
    with page.expect_request(lambda request: '"selfie"' in (request.post_data or "")) as request:
        page.set_input_files("[data-part=file]", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()})
    settled(page, after=first)
    with Image.open(io.BytesIO(base64.b64decode(json.loads(request.value.post_data)["data"]["photo"]))) as sent:
        assert sent.width == 4000
    page.wait_for_selector("[data-part=chips] .chip")


def test_the_camera_button_opens_the_systems_own(page):
    with page.expect_file_chooser():
        page.click("[data-part=camera]")
