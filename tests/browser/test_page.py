"""What a person does at the page, done with a real browser."""
from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from avatar_studio.avatar import Avatar, AvatarError, decode
from avatar_studio.exports.marks import avatar_from
from avatar_studio.exports.pictures import to_png
from avatar_studio.traits import BY_NAME, DEFAULTS, GROUPS, TRAITS
from avatar_studio.web.server import WELCOME

from serving import serving

from .acts import drag, frame, picture
from .conftest import PHOTOS, settled


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean absolute difference of two pictures on white, in 0..255."""
    def flat(image):
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        return np.asarray(white.convert("RGB"), dtype=np.float32)
    return float(np.abs(flat(one) - flat(other)).mean())


def values(page) -> dict:
    """Every slider and choice of the page as it stands."""
    found = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.studio [id^=trait-]'),"
        " ...document.querySelectorAll('.studio [name^=choice-]:checked')].map(e => [e.id.slice(6) || e.name.slice(7), e.value]))")
    return {name: value if BY_NAME[name].kind == "choice" else float(value) for name, value in found.items() if name in BY_NAME}


def test_an_avatar_is_there_and_every_trait_has_its_control(visit):
    page = visit()
    assert picture(page).size == (512, 512)
    assert decode(settled(page)) == WELCOME
    assert values(page) == pytest.approx(dict(WELCOME.traits))
    assert page.locator("[role=tab]").count() == len(GROUPS) + 5
    assert page.locator("footer:not(.foot):visible").count() == 0


def test_the_picture_changes_while_a_slider_is_dragged_and_ends_at_the_last_state(visit, studio):
    page = visit()
    before, first = picture(page), settled(page)
    page.click("#tab-mouth")
    drag(page, "mouth_smile", 0.0)
    page.wait_for_selector("[data-part=frame][data-shown]:visible")  # quick pictures while the button is down
    quick = frame(page)
    assert quick.size == (256, 256) and quick.getpixel((2, 2))[3] < 16  # and clear where the avatar is
    page.mouse.up()
    avatar = decode(settled(page, after=first))
    assert avatar.traits["mouth_smile"] == -1.0
    final = picture(page)
    assert page.locator("[data-part=frame]").is_hidden()
    assert difference(before, final) > 0.05 and difference(quick.resize(final.size), final) < 4.0
    drawn = studio.draw(Avatar(avatar.traits, avatar.seed, avatar.background, avatar.background_colour, 512))
    assert difference(final, drawn) < 2.0  # WebP's own loss


def test_a_hasty_drag_never_leaves_an_older_picture(visit, studio):
    page = visit()
    first = settled(page)
    page.click("#tab-face")
    for target in (1.0, 0.0, 0.75):
        drag(page, "skin_tone", target, steps=40)
        page.mouse.up()
    avatar = decode(settled(page, after=first))
    assert avatar.traits["skin_tone"] == pytest.approx(float(page.input_value("#trait-skin_tone")))
    drawn = studio.draw(Avatar(avatar.traits, avatar.seed, size=512))
    assert difference(picture(page), drawn) < 2.0


def test_a_lost_connection_is_told_and_the_last_state_is_drawn_when_it_is_back(visit):
    page = visit()
    first = settled(page)
    page.context.set_offline(True)
    drag(page, "skin_tone", 1.0)
    page.mouse.up()
    page.wait_for_selector(".toast.error")
    page.context.set_offline(False)
    assert decode(settled(page, after=first)).traits["skin_tone"] == 1.0
    visit.troubles[:] = [trouble for trouble in visit.troubles if "ERR_INTERNET_DISCONNECTED" not in trouble]


def test_the_keyboard_moves_a_slider_and_the_tabs(visit):
    page = visit()
    first = settled(page)
    page.focus("#tab-face")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#tab-hair", "aria-selected") == "true"
    page.focus("#trait-hair_length")
    page.keyboard.press("ArrowRight")
    assert decode(settled(page, after=first)).traits["hair_length"] == pytest.approx(0.02)


def test_the_dice_rolls_another_avatar_and_a_lock_keeps_its_group(visit):
    page = visit()
    first = settled(page)
    page.click("[data-part=dice]")
    second = settled(page, after=first)
    page.click("#tab-eyes")
    page.click("[data-lock=eyes]")
    page.click("[data-part=dice]")
    third = settled(page, after=second)
    two, three = decode(second), decode(third)
    assert all(two.traits[trait.name] == three.traits[trait.name] for trait in TRAITS if trait.group == "eyes")
    assert any(two.traits[trait.name] != three.traits[trait.name] for trait in TRAITS if trait.group == "hair")
    assert values(page) == pytest.approx(dict(three.traits))


def test_undo_and_redo_by_button_and_by_key(visit):
    page = visit()
    codes = [settled(page)]
    assert page.is_disabled("[data-part=undo]")
    for _ in range(2):
        page.click("[data-part=dice]")
        codes.append(settled(page, after=codes[-1]))
    page.click("[data-part=undo]")
    assert settled(page, after=codes[2]) == codes[1]
    page.keyboard.press("Control+z")
    assert settled(page, after=codes[1]) == codes[0]
    page.keyboard.press("Control+Shift+Z")
    assert settled(page, after=codes[0]) == codes[1]
    page.click("[data-part=redo]")
    assert settled(page, after=codes[1]) == codes[2]
    assert page.is_disabled("[data-part=redo]")


def test_thumbnails_show_this_avatar_with_the_one_change(visit):
    page = visit()
    first = settled(page)
    page.click("#tab-glasses")
    page.wait_for_selector("[data-trait=glasses][data-drawn]")
    sources = page.eval_on_selector_all("[data-trait=glasses] .choice img", "images => images.map(i => i.src)")
    assert len(set(sources)) == len(BY_NAME["glasses"].choices)
    page.click("[data-trait=glasses] .choice >> nth=1")
    assert decode(settled(page, after=first)).traits["glasses"] == BY_NAME["glasses"].names[1]
    assert page.is_visible("[data-trait=glasses_colour] .swatches")  # the frame's colour matters now


def test_a_swatch_and_a_background_change_the_avatar(visit):
    page = visit()
    first = settled(page)
    page.click("#tab-hair")
    page.click("[data-trait=hair_colour] .swatch >> nth=5")
    second = settled(page, after=first)
    assert decode(second).traits["hair_hue"] != decode(first).traits["hair_hue"]
    page.click("#tab-background")
    page.click("[data-trait=background_colour] .swatch >> nth=2")
    third = decode(settled(page, after=second))
    assert third.background == "plain" and third.background_colour == "#e3f4dc"
    assert picture(page).getpixel((2, 2))[3] == 255


def test_a_photo_moves_the_sliders(visit):
    page = visit()
    first = settled(page)
    page.set_input_files("[data-part=file]", PHOTOS / "p02.jpg")
    avatar = decode(settled(page, after=first))
    moved = [name for name, value in avatar.traits.items() if value != DEFAULTS[name]]
    assert len(moved) >= 8
    assert values(page) == pytest.approx(dict(avatar.traits))
    assert "now has" in page.inner_text("[data-part=photo-status]")
    assert page.is_visible("[data-part=photo-canvas]")
    page.click("[data-part=undo]")
    assert settled(page, after=avatar.code) == first


def test_an_example_photo_reads_too(visit):
    page = visit()
    first = settled(page)
    page.click("[data-example='1']")
    assert settled(page, after=first) != first


def test_several_faces_are_offered(visit, side_by_side):
    page = visit()
    first = settled(page)
    page.set_input_files("[data-part=file]", {"name": "two.jpg", "mimeType": "image/jpeg", "buffer": side_by_side("p02.jpg", "p02.jpg")})
    settled(page, after=first)
    assert page.locator("[data-part=faces] .face").count() == 2
    other = page.locator("[data-part=faces] .face[aria-pressed=false]")
    name = other.get_attribute("aria-label")
    other.click()
    page.wait_for_selector(f"[data-part=faces] .face[aria-label='{name}'][aria-pressed=true]")


@pytest.mark.parametrize("name,content", [("letter.jpg", b"Dear reader, this is no picture."), ("cut.jpg", None)])
def test_a_bad_file_gives_one_sentence_and_keeps_the_avatar(visit, name, content):
    page = visit()
    first = settled(page)
    content = content or (PHOTOS / "p02.jpg").read_bytes()[:3000]
    page.set_input_files("[data-part=file]", {"name": name, "mimeType": "image/jpeg", "buffer": content})
    page.wait_for_selector("[data-part=photo][data-state=failed]")
    assert page.inner_text("[data-part=photo-status]").endswith(".")
    assert settled(page) == first


def test_the_camera_is_opened_and_what_it_sees_is_read(visit):
    page = visit(permissions=["camera"])
    first = settled(page)
    page.click("[data-part=camera]")
    page.wait_for_selector("[data-part=photo][data-state=camera]")
    page.click("[data-part=snap]")  # the browser's test camera shows a pattern without a face
    page.wait_for_selector("[data-part=photo][data-state=failed]")
    assert "face" in page.inner_text("[data-part=photo-status]")
    assert settled(page) == first


@pytest.mark.parametrize("size", [256, 1024])
def test_the_download_is_a_transparent_png_with_the_code_inside(visit, size):
    page = visit()
    first = settled(page)
    page.click("[data-part=dice]")
    code = settled(page, after=first)
    page.click("[data-part=save-menu] summary")
    page.check(f"[name=save-size][value='{size}']", force=True)
    with page.expect_download() as download:
        page.click("[data-part=save]")
    data = download.value.path().read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG" and image.mode == "RGBA" and image.size == (size, size)
        lowest, highest = image.getextrema()[3]
        assert image.getpixel((0, 0))[3] < 16 and lowest == 0 and highest > 240
    saved = avatar_from(data)
    assert dict(saved.traits) == dict(decode(code).traits)


def test_a_saved_picture_opens_its_avatar_again(visit, studio):
    page = visit()
    first = settled(page)
    avatar = Avatar({"hair_hue": 210, "glasses": "round"}, seed=7)
    page.set_input_files("[data-part=file]", {"name": "avatar.png", "mimeType": "image/png", "buffer": to_png(studio.draw(avatar), avatar)})
    assert decode(settled(page, after=first)).traits == avatar.traits


def test_a_link_opens_the_same_avatar_elsewhere(visit):
    here = visit(permissions=["clipboard-read", "clipboard-write"])
    first = settled(here)
    here.click("[data-part=dice]")
    code = settled(here, after=first)
    here.click("[data-part=link]")
    here.wait_for_selector(".toast")
    link = here.evaluate("navigator.clipboard.readText()")
    there = visit("?" + link.partition("?")[2])
    assert settled(there) == code
    assert difference(picture(here), picture(there)) == 0


def test_a_corrupt_link_gives_one_sentence_and_the_default_avatar(visit):
    good = Avatar(seed=5).code
    page = visit(f"?a={good[:-4]}")
    assert decode(settled(page)) == WELCOME
    with pytest.raises(AvatarError) as refusal:
        decode(good[:-4])
    assert page.inner_text(".toast") == str(refusal.value)
    assert "a=" not in page.url.partition("?")[2]


@pytest.mark.parametrize("locale", ["zh", "zh-HK"])
def test_a_chinese_browser_gets_chinese(visit, locale):
    page = visit(locale=locale)
    assert page.inner_text("[data-part=dice]") == "随机一个"
    assert page.inner_text("#tab-hair") == GROUPS["hair"][1]


def test_the_language_switch_changes_every_word_and_is_remembered(visit):
    page = visit()
    page.click("[data-language=zh]")
    words = page.inner_text(".studio").replace("English", "")
    assert re.findall(r"[A-Za-z]{4,}", words) == []
    page.reload()
    settled(page)
    assert page.inner_text("h1") == "头像工坊"
    page.click("[data-language=en]")
    assert re.findall(r"[\u4e00-\u9fff]+", page.inner_text(".studio").replace("中文", "")) == []


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_on_the_smallest_phone_no_control_sticks_out_of_any_tab(visit, language):
    page = visit(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True, locale=language)
    out = """() => [...document.querySelectorAll('.studio button, .studio input, .studio .card, .studio canvas')].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width && !e.closest('.tabs') && (box.right > 320.5 || box.left < -0.5) }).map(e => e.outerHTML.slice(0, 80))"""
    for tab in page.locator("[role=tab]").all():
        tab.click()
        assert page.evaluate(out) == [], tab.get_attribute("id")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_on_a_phone_the_preview_stays_in_view_and_nothing_scrolls_sideways(visit):
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.click("#tab-hair")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("() => window.scrollY > 200")
    box = page.locator("[data-part=preview]").bounding_box()
    assert 0 <= box["y"] < 60 and box["height"] > 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.eval_on_selector_all(".studio button:not(.swatch):not(.face)", "all => all.filter(b => b.offsetHeight && b.offsetHeight < 40).length")
    assert small == 0


def test_dark_mode_is_dark(visit):
    page = visit(color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", ground)[:3])) < 200
    assert sum(map(int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.querySelector('.studio h2')).color"))[:3])) > 600


def test_a_person_who_wants_less_motion_gets_none(visit):
    page = visit(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('.studio .button')).transitionProperty") == "none"


def test_every_control_has_a_name_for_a_screen_reader(visit):
    page = visit()
    nameless = page.evaluate(
        "() => [...document.querySelectorAll('.studio button, .studio input, .studio summary')].filter(e =>"
        " !(e.getAttribute('aria-label') || e.innerText || e.textContent.trim() || [...(e.labels ?? [])].some(l => l.textContent.trim()))).map(e => e.outerHTML)")
    assert nameless == []


def test_every_swatch_is_called_by_a_colour_in_words(visit):
    page = visit()
    names = "selector => [...document.querySelectorAll(selector)].map(e => e.getAttribute('aria-label'))"
    assert page.evaluate(names, "[data-trait=background_colour] .swatch")[:7] == [
        "very light pink", "very light yellow", "very light green", "very light teal", "very light blue", "very light purple", "white"]
    assert page.evaluate(names, "[data-trait=hair_colour] .swatch")[:5] == ["dark brown", "very dark brown", "brown", "yellow", "light yellow"]
    assert all(re.fullmatch(r"[A-Za-z, ]+\d?( of 9, from pale to deep)?", name) for name in page.evaluate(names, ".swatch"))
    for colour in page.evaluate("() => [...document.querySelectorAll('.swatches')].map(e => [...e.querySelectorAll('.swatch')].map(e => e.ariaLabel))"):
        assert len(set(colour)) == len(colour)
    page.click("[data-language=zh]")
    assert "白色" in page.evaluate(names, "[data-trait=background_colour] .swatch")
    assert all(re.search(r"[\u4e00-\u9fff]", name) and not re.search(r"[A-Za-z]", name) for name in page.evaluate(names, ".swatch"))


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_the_note_on_privacy_names_the_button_as_it_is_called(visit, locale):
    page = visit(locale=locale)
    assert page.text_content("[data-part=photo-clear]") in page.inner_text("[data-part=photo] .private")


def test_the_foot_links_the_notice_of_who_runs_the_studio(visit, browser, studio, jobs):
    assert visit().is_hidden("[data-part=notice]")
    address = 'https://example.org/privacy?a=1&b="><b>'
    with serving(studio, jobs, address) as served:
        page = browser.new_page(locale="zh-CN")
        page.goto(served.local_url)
        page.wait_for_selector("[data-part=notice]:visible")
        assert page.get_attribute("[data-part=notice]", "href") == address and page.inner_text("[data-part=notice]") == "隐私与联系方式" and page.locator(".foot b").count() == 0
        page.close()
