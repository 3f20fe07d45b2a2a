"""Whose photos, jobs and models are whose: two people who talk to the server by plain HTTP, past the page."""
from __future__ import annotations

import pytest

from avatar_studio.avatar import Avatar

from .conftest import PHOTOS, is_one_sentence, sent

PHOTO = sent((PHOTOS / "p02.jpg").read_bytes())


@pytest.fixture(scope="module")
def ask(http):
    """ask(function, data) -> what a function of the page answers to a request that anyone can make."""
    html = next(one["id"] for one in http.get("config").json()["components"] if one["type"] == "html")

    def post(function: str, data: dict) -> dict:
        body = {"data": data, "component_id": html, "fn_name": function, "session_hash": "anyone"}
        return http.post("gradio_api/component_server", json=body).json()
    return post


def test_nobody_reads_ends_or_fetches_the_job_of_another(http, ask, jobs):
    mine = ask("learn_model", {"kind": "face", "name": "mine", "pictures": [PHOTO]})
    other = ask("learn_model", {"kind": "drawing", "name": "other", "pictures": [PHOTO]})
    for session in (other["session"], None, "", "x" * 43, mine["job"], {"$ne": None}):
        for function in ("learning_model", "learning", "stop"):
            assert is_one_sentence(ask(function, {"session": session, "job": mine["job"]})["error"])
    folder = jobs.store.folder / mine["job"]
    for path in [folder, *folder.iterdir(), jobs.store.base / "jobs.sqlite"]:
        for way in ("gradio_api/file=", "file=", "static/", "gradio_api/stream/"):
            assert http.get(f"{way}{path}").status_code in (400, 403, 404, 422)
    assert ask("learning_model", mine)["state"] in ("queued", "reading", "tuning")
    for one in (mine, other):
        assert ask("stop", one) == {} and is_one_sentence(ask("learning_model", one)["error"])


def test_a_model_is_not_given_away_and_only_its_file_deletes_it(ask, studio, model_file):
    model = ask("open_model", {"file": sent(model_file(2))})["model"]
    avatar = Avatar(model=model["id"])
    drawn = ask("open", {"code": avatar.code})  # who has the link sees the avatar
    assert drawn["avatar"]["model"] == model["id"] and set(drawn) == {"avatar", "code", "image"}
    for key in ("", model["id"], "0" * 64):
        ask("forget_model", {"id": model["id"], "key": key})
    assert model["id"] in studio.models
    ask("forget_model", model)
    assert model["id"] not in studio.models and ask("open", {"code": avatar.code})["missing"] == model["id"]


def test_twenty_photos_and_the_largest_model_pass_the_limit_of_a_request(ask):
    answer = ask("learn_model", {"kind": "face", "name": "x", "pictures": [PHOTO] * 20})
    assert answer["job"] and ask("stop", answer) == {}
    assert "model" in ask("open_model", {"file": sent(bytes(6 * 2**20))})["error"]["en"]  # refused for what it is, not for its size
