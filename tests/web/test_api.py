"""The named endpoints, used with gradio_client as another program would."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from avatar_studio.avatar import Avatar, decode
from avatar_studio.exports.marks import avatar_from
from avatar_studio.exports.pictures import to_png
from avatar_studio.personal.jobs import Jobs, new_session
from avatar_studio.personal.model_file import RESULT
from avatar_studio.personal.store import Status
from avatar_studio.studio import ModelMissing
from avatar_studio.traits import BY_NAME
from avatar_studio.web import api

from .conftest import PHOTOS


@pytest.fixture(scope="module")
def client(served, tmp_path_factory):
    return Client(served.local_url, verbose=False, download_files=str(tmp_path_factory.mktemp("downloads")))


def test_endpoints_are_there_with_their_docstrings(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert set(endpoints) == {"/draw", "/edit", "/traits", "/selfie", "/words", "/export", "/enlarge", "/random", "/learn_face", "/learn_drawings", "/learned", "/forget",
                              "/open_model"}


def test_draw_gives_a_png_file_of_a_code_and_of_traits(client):
    code = Avatar({"hair_hue": 200}, seed=4).code
    path = Path(client.predict(code=code, traits={"glasses": "round"}, size=512, api_name="/draw"))
    with Image.open(path) as image:
        assert image.format == "PNG" and image.size == (512, 512) and image.mode == "RGBA"
    avatar = avatar_from(path.read_bytes())
    assert avatar.traits["glasses"] == "round" and avatar.traits["hair_hue"] == 200 and avatar.seed == 4


@pytest.mark.parametrize("arguments,words", [
    ({"code": "nonsense"}, "not an avatar code"), ({"code": Avatar().code[:-2]}, "copy it again"), ({"traits": {"nope": 1}}, "no trait called 'nope'; /traits lists"),
    ({"traits": {"mouth_smile": "wide"}}, "must be a number"), ({"size": 100_000}, "size must be"), ({"traits": [1]}, "traits"),
])
def test_draw_says_what_is_wrong(client, arguments, words):
    with pytest.raises(Exception, match=words):
        client.predict(**arguments, api_name="/draw")


def test_an_edited_avatar_is_taken_further(client):
    look = {"background": "dots", "background_colour": "#ff0000", "style": "ink", "strength": 0.5, "second_style": "oil", "blend": 0.4, "seed": 9, "size": 512, "truncation": 0.7,
            "explore": [0.5], "super_resolution": False}
    answer = client.predict(code=Avatar({"hair_hue": 200}, seed=4).code, changes={"traits": {"glasses": "round"}, **look}, api_name="/edit")
    assert answer["code"] == Avatar({"hair_hue": 200, "glasses": "round"}, **look).code and answer["traits"]["glasses"] == "round"
    mixed = client.predict(code=answer["code"], changes={"partner": Avatar(seed=8).code, "mix": [0.5, 0, 1], "model": "me-0123abcd", "likeness": 0.5}, api_name="/edit")
    avatar = decode(mixed["code"])
    assert avatar.partner == Avatar(seed=8) and avatar.mix == (0.5, 0, 1) and (avatar.model, avatar.likeness) == ("me-0123abcd", 0.5) and avatar.blend == 0.4
    assert client.predict(code=mixed["code"], changes={"partner": None, "model": "base"}, api_name="/edit")["code"] == answer["code"]
    assert client.predict(api_name="/edit", code="")["code"] == Avatar().code


@pytest.mark.parametrize("changes,words", [
    ({"colour": "red"}, "no field called 'colour'; it has traits, seed, background, "), ({"traits": {"nope": 1}}, "no trait called 'nope'; /traits lists"), ([1], "must be an object"),
    ({"traits": [1]}, "must be an object"), ({"style": "baroque"}, "style must be"), ({"partner": "x"}, "not an avatar code"), ({"size": 300}, "size must be"),
])
def test_edit_says_what_is_wrong(client, changes, words):
    with pytest.raises(Exception, match=words):
        client.predict(code="", changes=changes, api_name="/edit")


def test_all_names_and_ranges_can_be_asked_for(client):
    told = client.predict(api_name="/traits")
    traits = {trait["name"]: trait for trait in told["traits"]}
    assert list(traits) == list(BY_NAME) and traits["hair_hue"] == {"name": "hair_hue", "label": "Hair hue", "group": "hair", "kind": "angle", "default": 22, "low": 0, "high": 359}
    assert "round" in traits["glasses"]["choices"] and "low" not in traits["glasses"]
    assert "dots" in told["backgrounds"] and "ink" in told["styles"] and told["sizes"] == [256, 512, 1024] and "jpeg" in told["formats"]
    assert "blink" in told["animations"] and "gif" in told["animation_formats"] and "stickers" in told["packs"]


def test_what_is_not_said_is_as_the_code_says(client):
    code = Avatar(seed=3, size=512).code
    made = {what: Path(client.predict(code=code, **about, api_name=endpoint)) for what, endpoint, about in (
        ("drawn", "/draw", {}), ("old", "/draw", {"size": 256}), ("picture", "/export", {}), ("blink", "/export", {"what": "blink"}), ("jpg", "/export", {"format": "jpg", "size": 0}))}
    shown = {what: (Image.open(path).format, Image.open(path).size[0]) for what, path in made.items()}
    assert shown == {"drawn": ("PNG", 512), "old": ("PNG", 256), "picture": ("PNG", 512), "blink": ("WEBP", 512), "jpg": ("JPEG", 512)}


def test_a_style_is_drawn_and_any_picture_enlarged(client):
    path = Path(client.predict(code=Avatar(seed=4).code, style="oil", api_name="/draw"))
    assert avatar_from(path.read_bytes()).style == "oil"
    enlarged = Path(client.predict(photo=handle_file(path), scale=4, api_name="/enlarge"))
    with Image.open(enlarged) as image:
        assert image.size == (1024, 1024) and image.mode == "RGBA" and "AIGC" in image.text
    assert avatar_from(enlarged.read_bytes()) == avatar_from(path.read_bytes())  # it can be opened again
    for arguments, words in (({"scale": 3}, "scale must be"), ({"style": "baroque"}, "style must be")):
        with pytest.raises(Exception, match=words):
            client.predict(photo=handle_file(path), **arguments, api_name="/enlarge")


def test_with_a_provider_whatever_a_program_is_given_shows_the_label_and_names_it(client, offered):
    def given() -> dict[str, Path]:
        drawn = Path(client.predict(code=Avatar(seed=4).code, api_name="/draw"))
        return {"draw": drawn, "enlarge": Path(client.predict(photo=handle_file(small), scale=2, api_name="/enlarge")),
                "picture": Path(client.predict(code=Avatar(seed=4).code, format="webp", api_name="/export")), "nod": Path(client.predict(code=Avatar(seed=4).code, what="nod", api_name="/export"))}

    small = Path(client.predict(code=Avatar(seed=4).code, api_name="/draw"))
    bare = given()
    with offered() as name:
        labelled = given()
    for what in bare:
        one, other = (np.asarray(Image.open(each[what]).convert("RGBA"), int) for each in (bare, labelled))
        assert (np.abs(one - other).max(-1) > 60)[-one.shape[0] // 8:, one.shape[1] * 2 // 3:].sum() > 300, what
        assert json.dumps(name)[1:-1].encode() in labelled[what].read_bytes(), what


def test_a_model_is_opened_and_drawn_with(client, tmp_path, model_file, uploads):
    (tmp_path / "ann.safetensors").write_bytes(model_file(1))
    opened = client.predict(model=handle_file(tmp_path / "ann.safetensors"), api_name="/open_model")
    assert opened["name"] == "Ann" and decode(opened["code"]).model == opened["model"] and not list(uploads.rglob("ann*"))
    me, half, base = (Path(client.predict(code=opened["code"], **about, api_name="/draw")) for about in ({}, {"likeness": 0.5}, {"model": "base"}))
    assert [(avatar_from(path.read_bytes()).model, avatar_from(path.read_bytes()).likeness) for path in (me, half, base)] == [(opened["model"], 1.0), (opened["model"], 0.5), ("", 1.0)]
    with Image.open(me) as one, Image.open(base) as other:
        assert one.tobytes() != other.tobytes()
    for arguments, words in (({"model": "me-0000dead"}, "that model's file"), ({"model": "../x"}, "personal one"), ({"code": Avatar(model="me-0000dead").code}, "that model's file")):
        with pytest.raises(Exception, match=words):
            client.predict(**arguments, api_name="/draw")
    with pytest.raises(Exception, match="model"):
        client.predict(model=handle_file(PHOTOS / "p02.jpg"), api_name="/open_model")


def test_a_face_or_a_style_is_learned_by_who_has_the_session_and_no_upload_stays(client, uploads, jobs):
    mine = client.predict(photos=[handle_file(PHOTOS / "p01.jpg"), handle_file(PHOTOS / "p02.jpg")], name="Ann", api_name="/learn_face")
    other = client.predict(photos=[handle_file(PHOTOS / "p02.jpg")] * 2, api_name="/learn_face")
    assert not [path for path in uploads.rglob("*.jpg")]
    answer, file = client.predict(**mine, api_name="/learned")
    assert answer["state"] in ("queued", "reading", "tuning") and file is None
    with pytest.raises(Exception, match="not yours"):
        client.predict(session=other["session"], job=mine["job"], api_name="/learned")
    with pytest.raises(Exception, match="session must be empty"):
        client.predict(photos=[handle_file(PHOTOS / "p02.jpg")], session="my-bot", api_name="/learn_face")
    assert "borrows" not in answer
    with pytest.raises(Exception, match="choose that many"):
        client.predict(photos=[], session=mine["session"], api_name="/learn_face")
    drawing = client.predict(drawings=[handle_file(PHOTOS / "p02.jpg")], api_name="/learn_drawings")
    assert client.predict(**drawing, api_name="/learned")[0]["kind"] == "drawing" and not [path for path in uploads.rglob("*.jpg")]
    for one in (mine, other, drawing):
        client.predict(**one, api_name="/forget")
        assert not list((jobs.store.folder / one["job"]).glob("*.png"))
        for endpoint in ("/learned", "/forget"):
            with pytest.raises(Exception, match="no such job"):
                client.predict(**one, api_name=endpoint)


def test_what_was_learned_is_one_file_however_often_it_is_asked_for_and_is_deleted_by_who_has_the_session(client, studio, jobs, uploads, model_file, monkeypatch):
    data, session, gone = model_file(2), new_session(), []
    monkeypatch.setattr(Jobs, "status", lambda self, *of: Status("j", "face", "done", 0, 1.0, None, {}, None, None, 0.0))
    monkeypatch.setattr(Jobs, "result", lambda self, *of: {RESULT: data})
    monkeypatch.setattr(Jobs, "delete", lambda self, *of: gone.append(of))
    answer, file = [client.predict(session=session, job="j", api_name="/learned") for _ in range(3)][-1]
    assert Path(file).read_bytes() == data and len(list(uploads.rglob(RESULT))) == 1
    client.predict(session=session, job="j", api_name="/forget")
    assert gone == [(session, "j")] and not list(uploads.rglob(RESULT))
    with pytest.raises(ModelMissing):
        studio.draw(decode(answer["code"]))


def test_random_with_a_seed_is_always_the_same(client):
    one, two = (client.predict(seed=12, api_name="/random") for _ in range(2))
    assert one == two and decode(one["code"]).seed == 12 and dict(decode(one["code"]).traits) == one["traits"]
    with pytest.raises(Exception, match="seed must be"):
        client.predict(seed=-1, api_name="/random")


def test_words_edit_an_avatar(client):
    answer = client.predict(sentence="不戴眼镜，粉色双马尾", code=Avatar({"glasses": "sun"}, seed=5).code, api_name="/words")
    avatar = decode(answer["code"])
    assert avatar.traits["glasses"] == "none" and avatar.traits["hair_back"] == "twin_tails" and avatar.seed == 5
    with pytest.raises(Exception, match="Write"):
        client.predict(sentence="", api_name="/words")


def test_export_makes_files_of_every_kind(client):
    code = Avatar(seed=3).code
    for arguments, start in (({"what": "picture", "format": "webp"}, b"RIFF"), ({"what": "blink", "format": "gif"}, b"GIF8"), ({"what": "model"}, b"glTF")):
        path = Path(client.predict(code=code, size=512, **arguments, api_name="/export"))
        assert path.read_bytes().startswith(start) and avatar_from(path.read_bytes()).seed == 3
        assert start == b"glTF" or Image.open(path).size == (512, 512)
    for arguments in ({"what": "virus"}, {"what": "picture", "format": "exe"}, {"what": "../../x"}):
        with pytest.raises(Exception, match="no such file"):
            client.predict(code=code, **arguments, api_name="/export")


def test_selfie_reads_the_face_that_is_asked_for_and_says_of_how_many(client, side_by_side, tmp_path):
    (tmp_path / "both.jpg").write_bytes(side_by_side("p02.jpg", "p01.jpg"))
    first, again, second = (client.predict(handle_file(tmp_path / "both.jpg"), face, api_name="/selfie") for face in (None, 0, 1))
    assert first == again and first["code"] != second["code"] and first["faces"] == second["faces"] == 2
    with pytest.raises(Exception, match="no such face"):
        client.predict(handle_file(tmp_path / "both.jpg"), 2, api_name="/selfie")


def test_selfie_reads_a_photo_and_leaves_no_file(client, uploads):
    answer = client.predict(photo=handle_file(PHOTOS / "p02.jpg"), api_name="/selfie")
    assert dict(decode(answer["code"]).traits) == answer["traits"] and isinstance(answer["unsure"], list)
    assert [path for path in uploads.rglob("*") if path.is_file() and path.suffix == ".jpg"] == []


def test_selfie_brings_an_avatar_back_with_its_code_or_without(client, studio, tmp_path, monkeypatch):
    avatar, seen = Avatar({"pupil": "star"}, 11), []
    (tmp_path / "saved.png").write_bytes(to_png(studio.draw(avatar), avatar))
    assert client.predict(photo=handle_file(tmp_path / "saved.png"), api_name="/selfie")["code"] == avatar.code
    monkeypatch.setattr(api, "recognised", lambda studio, picture: seen.append(picture.mode) or avatar)  # which has tests of its own
    studio.draw(avatar).save(tmp_path / "lost.png")
    assert client.predict(photo=handle_file(tmp_path / "lost.png"), api_name="/selfie")["code"] == avatar.code and seen == ["RGBA"]
    assert client.predict(photo=handle_file(PHOTOS / "p02.jpg"), face=0, api_name="/selfie")["faces"] == 1 and len(seen) == 1  # who names a face means a photo


def test_selfie_says_what_is_wrong_and_leaves_no_file(client, uploads, tmp_path):
    (tmp_path / "letter.jpg").write_text("Dear reader, this is no picture.")
    with pytest.raises(Exception, match="not a picture|picture"):
        client.predict(photo=handle_file(tmp_path / "letter.jpg"), api_name="/selfie")
    assert [path for path in uploads.rglob("letter*")] == []
