"""Files that people send to the API: nobody loses one while it is needed, and none stays. By plain HTTP, so that a call can begin long after its upload."""
from __future__ import annotations

import datetime
import json
from pathlib import Path

import httpx
import pytest
from gradio import route_utils

PHOTO = (Path(__file__).parents[1] / "photos" / "p02.jpg").read_bytes()


@pytest.fixture(scope="module")
def page(studio, jobs, uploads):
    from avatar_studio.web import build, launch_options

    page = build(studio, jobs)
    page.launch(**launch_options(studio), server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
    yield page
    page.close()


@pytest.fixture(scope="module")
def http(page):
    with httpx.Client(base_url=f"{page.local_url}gradio_api/", timeout=120, trust_env=False) as client:
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


def on_disk(uploads: Path) -> list[Path]:
    return [path for path in uploads.rglob("*") if path.suffix == ".jpg"]


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
    one, other, third = (send(http) for _ in range(3))
    assert call(http, "selfie", one)[0] == "complete" and len(on_disk(uploads)) == 2
    assert call(http, "enlarge", other, 1, "none")[0] == "complete"
    assert call(http, "selfie", third)[0] == "complete" and on_disk(uploads) == []
    assert len([path for path in uploads.iterdir() if not list(path.glob("*"))]) == 0  # nor a folder that is named by what was in it


def test_a_photo_waits_for_minutes_for_its_call_but_not_for_ever(http, page, uploads, monkeypatch):
    waits, never_called = send(http), send(http)
    clean_up(page, monkeypatch, 9 * 60)
    assert call(http, "selfie", waits)[0] == "complete" and on_disk(uploads) == [Path(never_called)]
    clean_up(page, monkeypatch, 30 * 60)
    assert on_disk(uploads) == []
    for endpoint, more in (("selfie", ()), ("enlarge", (1, "none"))):
        ended, told = call(http, endpoint, never_called, *more)
        assert ended == "error" and "end it again" in told["error"]


def test_files_come_while_old_ones_are_looked_for(page, uploads):
    for files in page.temp_file_sets:
        files.update([str(uploads / f"{number}") for number in range(3)])
        for number, _ in enumerate(files):
            files.add(str(uploads / f"new{number}"))  # an error here would end Gradio's cleaning for good
