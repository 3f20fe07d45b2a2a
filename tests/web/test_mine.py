"""The functions of the tab Mine called as anyone on the network can call them."""
from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from avatar_studio.avatar import Avatar, decode
from avatar_studio.personal import model_file as module
from avatar_studio.personal.store import Status
from avatar_studio.web.learning import progress

from .conftest import image_of, is_one_sentence, sent


@pytest.fixture(scope="module")
def photo():
    buffer = io.BytesIO()
    Image.effect_noise((48, 64), 90).convert("RGB").save(buffer, "JPEG")
    return sent(buffer.getvalue())


def drawn(answer) -> np.ndarray:
    return np.asarray(image_of(answer["image"]).convert("RGBa"), float)


def test_a_model_file_is_opened_worn_and_forgotten(call, studio, model_file):
    file = model_file(1)
    model = call("open_model", {"file": sent(file)})["model"]
    assert (model["name"], model["kind"]) == ("Ann", "face") and model["key"] == hashlib.sha256(file).hexdigest() and model["id"] == f"me-{model['key'][:8]}"
    assert image_of(model["picture"]).size == (160, 160)
    assert model["avatar"]["traits"]["hair_back"] == "bob" and model["avatar"]["model"] == model["id"] and model["avatar"]["likeness"] == 1.0
    me, chibi, between = (call("draw", {"avatar": {**model["avatar"], **about}}) for about in ({}, {"model": ""}, {"likeness": 0.5}))
    assert decode(me["code"]).model == model["id"] and decode(between["code"]).likeness == 0.5
    assert np.abs(drawn(me) - drawn(chibi)).mean() > np.abs(drawn(between) - drawn(chibi)).mean() > 0.5
    tile = call("options", {"avatar": model["avatar"], "trait": "model", "names": ["", model["id"]]})["images"]
    assert tile[0] != tile[1]
    for key in (None, "", 5, "0" * 64, [model["key"]]):  # only who has the file deletes it
        assert call("forget_model", {"id": model["id"], "key": key}) == {} and model["id"] in studio.models
    assert call("forget_model", model) == {} and model["id"] not in studio.models


def test_who_finds_a_file_of_the_same_short_name_gets_neither_the_key_nor_the_paint_of_the_others_model(call, studio, model_file, monkeypatch):
    monkeypatch.setattr(module, "model_id", lambda data: "me-00000000")  # as 2**32 tries would make it
    ann, mallory = model_file(1), model_file(2)
    mine = call("open_model", {"file": sent(ann)})["model"]
    assert is_one_sentence(call("open_model", {"file": sent(mallory)})["error"])
    call("forget_model", {"id": mine["id"], "key": hashlib.sha256(mallory).hexdigest()})
    assert call("open_model", {"file": sent(ann)})["model"]["picture"] == mine["picture"] and mine["id"] in studio.models
    assert call("forget_model", mine) == {} and mine["id"] not in studio.models


@pytest.mark.parametrize("function", ["draw", "open", "options", "save", "neighbours", "pack"])
def test_a_model_that_is_not_here_is_told_and_named(call, function):
    avatar = Avatar(model="me-0000dead")
    answer = call(function, {"avatar": {"model": avatar.model}, "code": avatar.code, "trait": "model", "names": [avatar.model], "size": 256, "strength": 0.5, "pack": "icons"})
    assert answer["missing"] == avatar.model and is_one_sentence(answer["error"]) and "Mine" in answer["error"]["en"]


@pytest.mark.parametrize("avatar", [{"model": "me-1"}, {"model": 5}, {"model": "../weights"}, {"model": "me-0000dead", "likeness": "1"}, {"likeness": float("nan")}])
def test_an_impossible_model_gets_one_sentence(call, avatar):
    answer = call("draw", {"avatar": avatar})
    assert is_one_sentence(answer["error"]) and "missing" not in answer


@pytest.mark.parametrize("file", [None, 3, "", "%", sent(b"PK\3\4"), sent(bytes(7 * 2**20))])
def test_a_file_that_is_no_model_gets_one_sentence(call, file):
    assert is_one_sentence(call("open_model", {"file": file})["error"])


@pytest.mark.parametrize("kind", ["face", "drawing"])
@pytest.mark.parametrize("data", [{}, {"name": "x", "pictures": "photo"}, {"name": "x", "pictures": []}, {"name": "", "pictures": ["photo"]}, {"name": "x", "pictures": [sent(b"no picture")]},
                                  {"name": "x", "pictures": [sent(b"%d" % k) for k in range(21)]}, {"name": "x", "pictures": ["photo"], "session": "short"}, {"name": "x", "pictures": ["photo", 5]}])
def test_what_cannot_be_learned_from_gets_one_sentence(call, photo, data, kind):
    if isinstance(data.get("pictures"), list):
        data = {**data, "pictures": [photo if one == "photo" else one for one in data["pictures"]]}
    assert is_one_sentence(call("learn_model", {"kind": kind, **data})["error"])


@pytest.mark.parametrize("kind", [None, "style", "chain", 5, ["face"], "__class__"])
def test_no_other_kind_of_job_is_begun(call, photo, kind):
    assert is_one_sentence(call("learn_model", {"kind": kind, "name": "x", "pictures": [photo]})["error"])


@pytest.mark.parametrize("data", [{}, {"session": "x", "job": "y"}, {"session": 3, "job": None}])
def test_nobody_elses_job_is_told(call, data):
    assert is_one_sentence(call("learning_model", data)["error"])


@pytest.mark.parametrize("kind", ["face", "drawing"])
def test_two_sessions_know_nothing_of_each_other(call, jobs, photo, kind):
    mine, other = (call("learn_model", {"kind": kind, "name": name, "pictures": [photo]}) for name in ("mine", "other"))
    assert mine["session"] != other["session"] and len(mine["session"]) >= 43
    for function in ("learning_model", "learning", "stop"):
        assert is_one_sentence(call(function, {"session": other["session"], "job": mine["job"]})["error"])
    assert is_one_sentence(call("learning", mine)["error"])  # it is no style
    told = call("learning_model", mine)
    assert told["kind"] == kind and told["state"] in ("queued", "reading", "tuning") and told["device"] in ("cpu", "gpu")
    folder = jobs.store.folder / mine["job"]
    assert folder.stat().st_mode & 0o777 == 0o700 and len(list(folder.glob("*.png"))) >= 1
    for one in (mine, other):
        assert call("stop", one) == {}
        assert is_one_sentence(call("learning_model", one)["error"])  # forgotten
    assert not list(folder.glob("[0-9a-f]*.png"))  # and so are the photos


def test_a_preview_travels_once(jobs, monkeypatch):
    png = io.BytesIO()
    Image.new("RGBA", (64, 64), "red").save(png, "PNG")
    status = Status("key", "face", "tuning", 0, 0.5, 9.0, {}, png.getvalue(), None, 0.0)
    monkeypatch.setattr(jobs, "status", lambda session, job: status)
    first = progress(jobs, {}, "face")
    assert image_of(first["preview"]).convert("RGB").getpixel((9, 9))[0] > 240
    again = progress(jobs, {"look": first["look"]}, "face")
    assert again["preview"] is None and again["look"] == first["look"] and again["share"] == 0.5
    assert progress(jobs, {"look": "another"}, "face")["preview"]
