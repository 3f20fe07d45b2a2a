"""Files that people send to the API: nobody loses one while it is needed, and none stays. By plain HTTP, so that a call can begin long after its upload."""
from __future__ import annotations

import datetime
import json
import os
import socket
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from gradio import route_utils

from avatar_studio.web import uploads as files

from .conftest import PHOTOS

PHOTO = (PHOTOS / "p02.jpg").read_bytes()


@pytest.fixture(scope="module")
def http(served):
    with httpx.Client(base_url=f"{served.local_url}gradio_api/", timeout=120, trust_env=False) as client:
        yield client


def send(http, data: bytes = PHOTO, name: str = "me.jpg") -> str:
    """Upload a file; returns where the server says that it is."""
    return http.post("upload", files={"files": (name, data)}).json()[0]


def call(http, endpoint: str, *data) -> tuple[str, object]:
    """("complete", what an endpoint answers), or ("error", its sentence)."""
    event = http.post(f"call/{endpoint}", json={"data": [file(one) if isinstance(one, str) and one.startswith("/") else one for one in data]}).json()["event_id"]
    lines = http.get(f"call/{endpoint}/{event}").text.splitlines()
    return lines[-3].removeprefix("event: "), json.loads(lines[-2].removeprefix("data: "))


def file(path: str) -> dict:
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def on_disk(uploads: Path, name: str = "*.jpg") -> list[Path]:
    return [path for path in uploads.rglob(name) if path.is_file()]


def clean_up(page, monkeypatch, seconds: float) -> None:
    """As Gradio does from time to time, but so many seconds from now."""
    class Later(datetime.datetime):
        @classmethod
        def now(cls):
            return datetime.datetime.now() + datetime.timedelta(seconds=seconds)

    with monkeypatch.context() as patch:
        patch.setattr(route_utils, "datetime", Later)
        route_utils.delete_files_created_by_app(page, page.delete_cache[1])


def test_each_of_two_calls_with_the_same_photo_has_it_and_none_stays(http, uploads):
    before = set(uploads.iterdir())
    one, other, third = (send(http) for _ in range(3))
    assert call(http, "selfie", one)[0] == "complete" and len(on_disk(uploads)) == 2
    assert call(http, "enlarge", other, 1, "none")[0] == "complete"
    assert call(http, "selfie", third)[0] == "complete" and on_disk(uploads) == []
    assert all(list(path.glob("*")) for path in set(uploads.iterdir()) - before)  # nor a folder that is named by what was in it


def test_a_photo_waits_for_minutes_for_its_call_but_not_for_ever(http, served, uploads, monkeypatch):
    waits, never_called = send(http), send(http)
    clean_up(served, monkeypatch, 9 * 60)
    assert call(http, "selfie", waits)[0] == "complete" and on_disk(uploads) == [Path(never_called)]
    clean_up(served, monkeypatch, 30 * 60)
    assert on_disk(uploads) == []
    for endpoint, more in (("selfie", ()), ("enlarge", (1, "none"))):
        ended, told = call(http, endpoint, never_called, *more)
        assert ended == "error" and "end it again" in told["error"]


def test_a_file_that_cannot_be_deleted_keeps_no_other_one(tmp_path, monkeypatch):
    for name in ("one.jpg", "held.jpg", "other.jpg"):
        (tmp_path / name).write_bytes(PHOTO)

    def remove(path):
        if path.endswith("held.jpg"):
            raise PermissionError(13, "is being used by another process", path)
        Path(path).unlink()

    monkeypatch.setattr(files.os, "remove", remove)
    waiting = files.Files(tmp_path)
    assert len(list(waiting)) == 3 == len(on_disk(tmp_path))
    monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: time.time() + 30 * 60))
    assert list(waiting) == [] and [path.name for path in on_disk(tmp_path)] == ["held.jpg"]


def test_what_an_upload_leaves_that_breaks_off_or_goes_wrong_is_gone_in_time(http, served, uploads, monkeypatch):
    form = b'--XX\r\nContent-Disposition: form-data; name="files"; filename="me.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + PHOTO
    with socket.create_connection((http.base_url.host, http.base_url.port)) as connection:
        connection.sendall(b"POST /gradio_api/upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=XX\r\nContent-Length: %d\r\n\r\n" % (len(form) + 5_000_000) + form)
        while not any(path.is_file() and path.stat().st_size == len(PHOTO) for path in uploads.rglob("*")):
            pass  # until all of it has come
    for field, name in (("other", "me.jpg"), ("files", "")):
        http.post("upload", files={field: (name, PHOTO)}, headers={"Connection": "close"})  # as the server does after an error
    assert len(on_disk(uploads, "*")) >= 2
    clean_up(served, monkeypatch, 30 * 60)
    assert on_disk(uploads, "*") == []


def test_files_come_while_old_ones_are_looked_for(served, uploads):
    (uploads / "0").write_bytes(b"0")
    for number, _ in enumerate(served.upload_file_set):
        if number < 3:
            (uploads / f"new{number}").write_bytes(b"1")  # an error here would end Gradio's cleaning for good
    for path in on_disk(uploads, "*"):
        path.unlink()


def test_only_so_many_files_wait_at_a_time(http, uploads, monkeypatch):
    waits = send(http)
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    refused = http.post("upload", files={"files": ("me.jpg", PHOTO)})
    assert refused.status_code == 413 and "try again" in refused.text and on_disk(uploads) == [Path(waits)]
    assert call(http, "draw", "")[0] == "complete"
    assert call(http, "selfie", waits)[0] == "complete"  # what is there is taken
    monkeypatch.undo()
    assert call(http, "selfie", send(http))[0] == "complete"


def test_who_fetches_nothing_keeps_nobody_waiting(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_MADE_BYTES", 2 * files.LEAST_BYTES)
    waiting, upload = files.Files(tmp_path), tmp_path / "me.jpg"
    upload.write_bytes(PHOTO)
    made = []
    for number in range(4):
        made.append(Path(waiting.give("avatar.png", b"")))
        os.utime(made[-1], (0, time.time() - 100 + number))
    assert [path.exists() for path in made] == [False, True, True, True] and upload.exists()  # the newest beside what may wait


def test_what_was_fetched_can_be_fetched_again_for_a_minute(http, served, uploads, monkeypatch):
    made = [call(http, "draw", "")[1][0]["path"] for _ in range(3)]
    fetched, in_part, asked = made
    address = f"file={fetched}"
    for _ in range(2):
        assert http.get(address).content == Path(fetched).read_bytes()
    assert http.get(f"file={in_part}", headers={"Range": "bytes=0-9"}).status_code == 206 and http.head(f"file={asked}").status_code == 200
    for seconds, there in ((files.AGAIN_SECONDS - 5, True), (files.AGAIN_SECONDS + 5, False)):
        monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: time.time() + seconds))
        clean_up(served, monkeypatch, seconds)
        assert [Path(path).exists() for path in made] == [there, True, True] and http.get(address).status_code == (200 if there else 403)


def test_what_is_asked_for_again_and_again_is_one_file(tmp_path):
    waiting = files.Files(tmp_path)
    path = Path(waiting.give("model", b"1", "key"))
    os.utime(path, (0, 0))
    assert waiting.give("model", b"1", "key") == str(path) and len(on_disk(tmp_path, "*")) == 1 and list(waiting) == [str(path)]
    waiting.take_back("key")
    assert on_disk(tmp_path, "*") == []


def test_no_file_is_fetched_from_another_machine(http):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        for path in (f"http://127.0.0.1:{elsewhere.getsockname()[1]}/me.jpg", "http://192.0.2.1/me.jpg", "https://192.0.2.1/me.jpg"):
            ended, told = call(http, "selfie", file(path))
            assert ended == "error" and "Upload the file itself" in told["error"]


def test_a_refusal_is_not_for_the_log(http, capfd):
    for endpoint, data in (("draw", ("a secret", {}, 256, "", "", None)), ("words", ("", "")), ("random", (-1,)), ("learned", ("a secret", "x")), ("selfie", (None,))):
        assert call(http, endpoint, *data)[0] == "error"
    told = capfd.readouterr()
    assert "Traceback" not in told.err + told.out and "a secret" not in told.err + told.out
