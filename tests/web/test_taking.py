"""Taking away, as the page asks for it."""
from __future__ import annotations

import base64
import io
import json
import threading
import zipfile

import numpy as np
import pytest
from PIL import Image

from avatar_studio.exports.marks import avatar_from
from avatar_studio.web import taking
from avatar_studio.web.server import WELCOME, plain
from avatar_studio.web.taking import MOST, Busy, Packs

from .conftest import PHOTOS


def file_of(answer: dict) -> bytes:
    return base64.b64decode(answer["file"].partition(",")[2])


def fetched(call, request: dict) -> dict:
    """What a pack's job gives in the end."""
    job = call("pack", request)["job"]
    while True:
        answer = call("packed", {"job": job})
        if "file" in answer or "error" in answer:
            assert call("packed", {"job": job}) == answer  # should the first answer be lost on its way
            return answer
        assert 0 <= answer["done"] <= answer["total"]


@pytest.mark.parametrize("format,mode", [("png", "RGBA"), ("webp", "RGBA"), ("jpeg", "RGB")])
def test_save_in_each_format(call, format, mode):
    answer = call("save", {"avatar": plain(WELCOME), "size": 256, "format": format, "label": "en"})
    data = file_of(answer)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == format.upper() and picture.mode == mode and picture.size == (256, 256)
    assert avatar_from(data).traits == WELCOME.traits and answer["name"] == f"avatar-256.{format}"


def test_the_label_is_seen_if_it_is_wanted(call):
    bare, labelled = (np.asarray(Image.open(io.BytesIO(file_of(call("save", {"avatar": plain(WELCOME), "size": 256, "label": label}))))).astype(int) for label in (False, "zh"))
    rows, columns = np.nonzero((bare != labelled).any(-1))
    assert len(rows) and rows.min() > 200 and columns.min() > 180


@pytest.mark.parametrize("format", ["png", "webp", "jpeg"])
def test_with_a_provider_the_label_is_seen_whatever_the_page_wants(call, format, offered):
    request = {"avatar": plain(WELCOME), "size": 256, "format": format}
    bare = file_of(call("save", {**request, "label": False}))
    with offered() as name:
        labelled = [file_of(call("save", {**request, "label": label})) for label in (False, "en", "zh", None)]
    assert len(set(labelled)) == 1 and json.dumps(name)[1:-1].encode() in labelled[0]
    one, other = (np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int) for data in (bare, labelled[0]))
    rows, columns = np.nonzero(np.abs(one - other).max(-1) > 60)
    assert len(rows) > 300 and rows.min() > 210 and columns.min() > 170


def test_save_on_an_own_picture(call):
    photo = base64.b64encode((PHOTOS / "p02.jpg").read_bytes()).decode()
    with Image.open(io.BytesIO(file_of(call("save", {"avatar": plain(WELCOME), "size": 256, "behind": photo})))) as picture:
        assert picture.getchannel("A").getextrema() == (255, 255)


@pytest.mark.parametrize("request_", [{"format": "exe"}, {"format": ["png"]}, {"behind": "no base64!"}, {"behind": 5}, {"behind": base64.b64encode(b"text").decode()}])
def test_save_refuses_what_is_none_in_one_sentence(call, request_):
    error = call("save", {"avatar": {}, "size": 256, **request_})["error"]
    assert error["en"].endswith(".") and error["zh"].endswith("。")


def test_a_pack_and_an_animation_are_made_beside_the_page(call):
    tuber = fetched(call, {"avatar": plain(WELCOME), "pack": "pngtuber"})
    assert tuber["name"] == "avatar-pngtuber.zip"
    with zipfile.ZipFile(io.BytesIO(file_of(tuber))) as archive:
        assert set(archive.namelist()) == {"idle.png", "blink.png", "talk.png", "talk-blink.png"}
    blink = fetched(call, {"avatar": plain(WELCOME), "pack": "blink", "format": "gif"})
    with Image.open(io.BytesIO(file_of(blink))) as moving:
        assert moving.format == "GIF" and moving.n_frames > 3 and moving.size == (512, 512)


@pytest.mark.parametrize("request_", [{}, {"pack": "virus"}, {"pack": ["stickers"]}, {"pack": "blink", "format": "mp4"}, {"pack": "morph"}])
def test_an_unknown_pack_gets_one_sentence(call, request_):
    assert call("pack", {"avatar": {}, **request_})["error"]["en"].endswith(".")


@pytest.mark.parametrize("job", [None, "", "nope", 5, ["a"]])
def test_an_unknown_job_gets_one_sentence(call, job):
    assert call("packed", {"job": job})["error"]["en"].endswith(".")


@pytest.mark.parametrize("format", ["webp", "jpeg"])
def test_a_saved_picture_of_any_format_opens_its_avatar(call, format):
    saved = call("save", {"avatar": plain(WELCOME), "size": 256, "format": format})
    answer = call("selfie", {"avatar": {}, "photo": saved["file"].partition(",")[2]})
    assert answer["reopened"] and answer["avatar"]["traits"] == dict(WELCOME.traits)


class Clock:
    """The clock of taking.py, which stands until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(taking, "time", clock)
    return clock


def made(packs: Packs, size: int = 0) -> str:
    """A pack of so many bytes, once it and all that waited before it are made."""
    key = packs.start(lambda progress: ("made.zip", bytes(size)))
    while not packs.look(key).ended:
        pass
    return key


def test_too_many_jobs_are_refused_and_one_that_fails_is_told():
    packs, go = Packs(), threading.Event()

    def wait(progress):
        go.wait(60)
        raise RuntimeError("no")

    keys = [packs.start(wait) for _ in range(MOST)]
    with pytest.raises(Busy):
        packs.start(wait)
    go.set()
    while not packs.look(keys[-1]).ended:
        pass
    for _ in range(MOST):
        made(packs)  # what is over, fetched or not, keeps nobody out
    assert packs.look(keys[0]).failed


def test_one_address_cannot_keep_all_others_from_their_packs():
    packs, go = Packs(), threading.Event()

    def wait(progress):
        go.wait(60)
        return "made.zip", b""

    for _ in range(taking.MOST_OF_A_CALLER):
        packs.start(wait, "8.8.8.8")
    with pytest.raises(Busy):
        packs.start(wait, "8.8.8.8")
    keys = [packs.start(wait, caller) for caller in ("1.1.1.1", "", "")]
    go.set()
    while not packs.look(keys[-1]).ended:
        pass
    packs.start(wait, "8.8.8.8")


def test_what_waits_is_never_forgotten_and_what_is_made_waits_for_ten_minutes(clock):
    packs, go = Packs(), threading.Event()
    first = packs.start(lambda progress: go.wait(60) and ("first.png", b"1"))
    second = packs.start(lambda progress: ("second.png", b"2"))
    clock.now += 2 * taking.KEEP_SECONDS  # a long queue
    third = packs.start(lambda progress: ("third.png", b"3"))
    go.set()
    made(packs)
    clock.now += taking.KEEP_SECONDS - 1
    assert [packs.look(key).result[1] for key in (first, second)] == [b"1", b"2"]
    clock.now += 2
    assert packs.look(third) is None


def test_a_fetched_file_is_there_once_more_for_five_minutes(clock):
    packs = Packs()
    key = made(packs, 3)
    for _ in range(3):
        assert packs.look(key).result == ("made.zip", bytes(3))
        clock.now += taking.AGAIN_SECONDS / 3
    clock.now += 1
    assert packs.look(key) is None


def test_files_that_nobody_fetches_take_only_so_much_memory(monkeypatch):
    monkeypatch.setattr(taking, "MOST_BYTES", 1000)
    packs = Packs()
    keys = [made(packs, 400) for _ in range(4)]
    assert [packs.look(key) is not None for key in keys] == [False, False, True, True]
    large = made(packs, 2000)
    assert packs.look(large).result and not any(packs.look(key) for key in keys)
