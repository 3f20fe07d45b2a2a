"""What a person does with a photo at the page, done with a real browser."""
from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import ExifTags, Image, features

from avatar_studio.avatar import Avatar, decode
from avatar_studio.exports.marks import png_info
from avatar_studio.exports.pictures import encode, to_png
from avatar_studio.personal.files import as_png
from avatar_studio.personal.kinds import KINDS

from .acts import RECORDED, calls
from .conftest import PHOTOS, settled


def sent(page, name: str = "p01.jpg") -> str:
    """Send a photo and give the code of the avatar that came of it."""
    first = settled(page)
    page.set_input_files("[data-part=file]", PHOTOS / name)
    return settled(page, after=first)


def test_what_was_read_stands_as_chips_that_open_their_control(visit):
    page = visit()
    avatar = decode(sent(page))
    assert avatar.traits["glasses"] != "none"
    chip = page.locator("[data-chip=glasses]")
    assert avatar.traits["glasses"] in chip.inner_text().lower()
    chip.click()
    assert page.get_attribute("#tab-glasses", "aria-selected") == "true"
    page.wait_for_selector("#panel-glasses [data-trait=glasses] input:focus")
    page.click("#panel-glasses .choice:has(input[value=none])")
    page.wait_for_selector("[data-chip=glasses]", state="detached")  # that is not what the photo shows
    page.click("[data-part=undo]")
    page.wait_for_selector("[data-chip=glasses]")


def test_what_is_said_of_a_photo_goes_with_its_avatar_and_comes_back_with_it(visit):
    page = visit()
    read = sent(page)
    assert "what the photo shows" in page.inner_text("[data-part=photo-status]")
    page.click("[data-part=dice]")
    rolled = settled(page, after=read)
    assert page.locator("[data-part=chips] .chip").count() == 0 and page.inner_text("[data-part=photo-status]") == ""
    page.click("[data-part=undo]")
    assert settled(page, after=rolled) == read
    assert page.locator("[data-part=chips] .chip").count() > 3 and "what the photo shows" in page.inner_text("[data-part=photo-status]")


def test_what_is_said_of_a_saved_picture_goes_with_its_avatar_and_comes_back_with_it(visit, studio):
    page, avatar = visit(), Avatar({"glasses": "round"}, seed=7)
    first = settled(page)
    page.set_input_files("[data-part=file]", {"name": "saved.png", "mimeType": "image/png", "buffer": to_png(studio.draw(avatar), avatar)})
    opened = settled(page, after=first)
    assert decode(opened) == avatar and "was made here" in page.inner_text("[data-part=photo-status]")
    page.click("[data-part=dice]")
    rolled = settled(page, after=opened)
    assert page.inner_text("[data-part=photo-status]") == ""
    page.click("[data-part=undo]")
    assert settled(page, after=rolled) == opened and "was made here" in page.inner_text("[data-part=photo-status]")


def test_what_could_not_be_seen_is_a_dashed_chip(visit):
    page = visit()
    sent(page)
    assert "unsure" in page.get_attribute("[data-chip=hair_colour]", "class")  # the admiral's cap hides it
    assert "Hair" in page.inner_text("[data-part=photo-status]")


def test_chips_speak_the_language_of_the_page(visit):
    page = visit()
    sent(page)
    page.click("[data-language=zh]")
    assert "眼镜" in page.inner_text("[data-chip=glasses]")


def test_a_kept_group_is_not_changed_by_a_photo(visit):
    page = visit()
    before = decode(settled(page)).traits
    page.click("#tab-glasses")
    page.click("[data-lock=glasses]")
    after = decode(sent(page)).traits
    assert after["glasses"] == before["glasses"] and after["skin_tone"] != before["skin_tone"]
    assert page.locator("[data-chip=glasses]").count() == 0


def test_the_photo_can_be_cleared_and_the_avatar_stays(visit):
    page = visit()
    code = sent(page)
    page.click("[data-part=photo-clear]")
    page.wait_for_selector("[data-part=photo][data-state=idle]")
    assert page.evaluate("document.querySelector('[data-part=photo-canvas]').width") == 0
    assert page.locator("[data-chip]").count() == 0
    assert settled(page) == code


def test_a_picture_on_the_clipboard_is_read(visit):
    page = visit()
    first = settled(page)
    page.evaluate("""bytes => {
        const clipboard = new DataTransfer();
        clipboard.items.add(new File([new Uint8Array(bytes)], "pasted.jpg", { type: "image/jpeg" }));
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true }));
    }""", list((PHOTOS / "p02.jpg").read_bytes()))
    assert decode(settled(page, after=first)).traits["mouth_smile"] > 0.5


def test_everyone_on_a_photo_comes_on_one_picture(visit, side_by_side):
    page = visit()
    first = settled(page)
    page.set_input_files("[data-part=file]", {"name": "both.jpg", "mimeType": "image/jpeg", "buffer": side_by_side("p02.jpg", "p01.jpg")})
    settled(page, after=first)
    assert page.inner_text("[data-part=photo-status]").startswith("Several faces were found")
    page.click("[data-part=everyone]")
    page.wait_for_selector("[data-part=group] img")
    assert page.inner_text("[data-part=group] button") == "Download all 2"
    with page.expect_download() as download:
        page.click("[data-part=group] button")
    with Image.open(download.value.path()) as image:
        assert image.format == "PNG" and image.size == (512, 256) and "AIGC" in image.text


def test_who_is_left_out_of_the_picture_of_everyone_is_said(visit, side_by_side):
    page = visit()
    calls(page, "everyone", lambda route: route.fulfill(json={"png": page.get_attribute("[data-part=preview]", "src"), "count": 1}))
    first = settled(page)
    page.set_input_files("[data-part=file]", {"name": "both.jpg", "mimeType": "image/jpeg", "buffer": side_by_side("p02.jpg", "p01.jpg")})
    settled(page, after=first)
    page.click("[data-part=everyone]")
    page.wait_for_selector("[data-part=group] button:has-text('Download the 1 most prominent of 2')")


def test_of_much_that_could_not_be_seen_a_few_are_named_first_those_with_a_chip(visit):
    page = visit()
    unsure = ["jaw_width", "chin_length", "mouth_width", "nose_size", "eye_spacing", "glasses"]

    def unsurely(route):
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "unsure": unsure})

    calls(page, "selfie", unsurely)
    sent(page)
    assert "Not sure about: Glasses, Jaw width, Chin length, Mouth width and 2 more." in page.inner_text("[data-part=photo-status]")


def test_no_camera_is_opened_while_a_photo_is_read(visit):
    page = visit(permissions=["camera"])
    first, slow = settled(page), []
    page.evaluate(RECORDED)
    calls(page, "selfie", slow.append)
    page.focus("[data-part=camera]")
    with page.expect_request(lambda request: '"selfie"' in (request.post_data or "")):
        page.set_input_files("[data-part=file]", PHOTOS / "p01.jpg")
    page.keyboard.press("Enter")
    slow[0].continue_()
    settled(page, after=first)
    page.wait_for_selector("[data-part=photo][data-state=done]")
    page.wait_for_function("() => window.cameras.every(camera => camera.readyState === 'ended')")
    assert page.evaluate("window.asked") == 0
    page.wait_for_selector("[data-part=camera]:focus")  # the keyboard is where it was


def large(picture: Image.Image, **options) -> dict:
    """A picture as a file of many pixels and megabytes."""
    wide = np.asarray(picture.convert("RGB").resize((2600, 2600 * picture.height // picture.width))).astype(int)
    noisy = Image.fromarray((wide + np.random.default_rng(0).integers(-9, 10, wide.shape)).clip(0, 255).astype(np.uint8))
    file = io.BytesIO()
    noisy.save(file, **options)
    assert file.tell() > 1.5 * 2**20
    return {"name": f"large.{options['format']}", "mimeType": f"image/{options['format']}", "buffer": file.getvalue()}


@pytest.fixture
def travelled(visit):
    """travelled(file) -> (the page that sent it as a photo, the bytes that it sent)."""
    def send(file: dict):
        page = visit()
        first = settled(page)
        with page.expect_request(lambda request: '"selfie"' in (request.post_data or "")) as request:
            page.set_input_files("[data-part=file]", file)
        settled(page, after=first)
        return page, base64.b64decode(json.loads(request.value.post_data)["data"]["photo"])
    return send


def test_a_large_photo_is_reduced_before_it_travels(travelled):
    with Image.open(PHOTOS / "p02.jpg") as photo:
        page, sent = travelled(large(photo, format="jpeg", quality=93))
    with Image.open(io.BytesIO(sent)) as picture:
        assert max(picture.size) == 2000
    page.wait_for_selector("[data-part=chips] .chip")


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow writes no AVIF")
def test_a_photo_of_a_kind_that_only_the_browser_reads_travels_as_a_jpeg(travelled):
    file = io.BytesIO()
    with Image.open(PHOTOS / "p02.jpg") as photo:
        photo.save(file, "AVIF")
    page, sent = travelled({"name": "me.avif", "mimeType": "image/avif", "buffer": file.getvalue()})
    with Image.open(io.BytesIO(sent)) as picture:
        assert picture.format == "JPEG" and picture.size == photo.size
    page.wait_for_selector("[data-part=chips] .chip")


def test_a_large_picture_that_carries_an_avatar_travels_whole(travelled):
    avatar = Avatar({"hair_back": "afro"}, 9)
    file = large(Image.new("RGB", (64, 64), "pink"), format="png", pnginfo=png_info(avatar))
    page, sent = travelled(file)
    assert sent == file["buffer"] and settled(page) == avatar.code


def way_to_send(page, way: str, file: dict) -> bytes:
    """What the server gets of a file that a person gives there."""
    names = {"selfie": ("file", "photo"), "enlarge": ("enlarge-file", "picture"), "learn": ("own-picture", "picture"), "save": ("behind", "behind")}
    part, field = names[way]
    calls(page, way, lambda route: route.fulfill(json={"error": {"en": "No.", "zh": "不。"}}))
    with page.expect_request(lambda request: f'"{way}"' in (request.post_data or "")) as request:
        page.set_input_files(f"[data-part={part}]", file)
        if way == "save":
            page.click("[data-part=save-menu] summary")
            page.click("[data-part=save]")
    return base64.b64decode(json.loads(request.value.post_data)["data"][field])


@pytest.mark.parametrize("way", ["selfie", "enlarge", "save"])
def test_a_photo_travels_without_the_place_where_it_was_taken_and_its_picture_stays(visit, way):
    where, file = Image.Exif(), io.BytesIO()
    where.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    where[ExifTags.Base.Model], where[ExifTags.Base.Orientation] = "Ann's phone", 6
    with Image.open(PHOTOS / "p02.jpg") as photo:
        photo.save(file, "JPEG", quality=95, exif=where, icc_profile=b"Ann", comment=b"Ann", xmp=b"Ann", progressive=True, restart_marker_rows=1)
    whole = file.getvalue() + b"Ann's video"
    data = way_to_send(visit(), way, {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": whole})
    with Image.open(io.BytesIO(data)) as picture, Image.open(io.BytesIO(whole)) as photo:
        assert (np.asarray(picture) == np.asarray(photo)).all() and dict(picture.getexif()) == {ExifTags.Base.Orientation: 6}
    assert whole.count(b"Ann") == 5 and b"Ann" not in data


def test_of_a_picture_for_a_filter_only_a_small_one_travels(visit):
    with Image.open(PHOTOS / "p02.jpg") as photo:
        file = large(photo, format="jpeg", quality=95, comment=b"Ann")
    data = way_to_send(visit(), "learn", file)
    with Image.open(io.BytesIO(data)) as picture, Image.open(io.BytesIO(file["buffer"])) as whole:
        small = whole.convert("RGB").resize(picture.size)
        assert max(picture.size) == KINDS["style"].edge and np.abs(np.asarray(picture.convert("RGB")).astype(int) - np.asarray(small)).mean() < 3
    assert b"Ann" in file["buffer"] and b"Ann" not in data


def test_what_carries_an_avatar_or_is_clear_in_places_travels_whole(visit):
    page, avatar = visit(), Avatar({"hair_back": "afro"}, 9)
    picture = Image.new("RGBA", (64, 64), (255, 0, 0, 90))
    for way in ("selfie", "enlarge", "save"):
        for data in (encode(picture, avatar, "jpeg"), encode(picture, avatar, "webp"), as_png(picture)):
            assert way_to_send(page, way, {"name": "avatar", "mimeType": "image/any", "buffer": data}) == data, way
            if way == "save":
                page.click("[data-part=save-menu] summary")


def test_another_face_of_a_photo_is_read_of_the_same_bytes(visit, side_by_side):
    page, sent = visit(), []
    page.on("request", lambda request: sent.append(json.loads(request.post_data)["data"]["photo"]) if '"selfie"' in (request.post_data or "") else None)
    first = settled(page)
    page.set_input_files("[data-part=file]", {"name": "two.jpg", "mimeType": "image/jpeg", "buffer": side_by_side("p01.jpg", "p02.jpg")})
    first = settled(page, after=first)
    page.click("[data-part=faces] .face[aria-pressed=false]")
    settled(page, after=first)
    assert len(sent) == 2 and sent[0] == sent[1]


def test_reading_a_photo_can_be_cancelled_and_it_travels_no_further(visit):
    page = visit()
    first, slow = settled(page), []
    calls(page, "selfie", slow.append)
    with page.expect_request(lambda request: '"selfie"' in (request.post_data or "")):
        page.set_input_files("[data-part=file]", PHOTOS / "p01.jpg")
    page.focus("[data-part=camera-cancel]")
    with page.expect_event("requestfailed", lambda request: request == slow[0].request):
        page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=photo][data-state=idle]")
    page.wait_for_selector("[data-part=file]:focus")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert settled(page) == first and page.locator("[data-chip]").count() == 0


def test_a_chip_leads_to_its_control_at_once_if_less_motion_is_wanted(visit):
    page = visit(reduced_motion="reduce")
    sent(page)
    page.evaluate("() => { Element.prototype.scrollIntoView = ({ behavior }) => { window.moved = behavior; }; }")
    page.click("[data-chip=glasses]")
    page.wait_for_selector("#panel-glasses [data-trait=glasses] input:focus")
    assert page.evaluate("window.moved") == "auto" and page.locator(".found").count() == 0
