"""What is compressed on its way, and what is not."""
from __future__ import annotations

import re

import pytest

from avatar_studio.web.server import WELCOME, plain


def sent(http, method: str, path: str, **what) -> tuple[str | None, int]:
    """(how it is encoded, its bytes on the line)"""
    with http.stream(method, path, headers={"Accept-Encoding": "gzip"}, **what) as answer:
        return answer.headers.get("content-encoding"), len(b"".join(answer.iter_raw()))


@pytest.mark.parametrize("path", ["", "config", "gradio_api/info"])
def test_the_page_travels_small(http, path):
    encoding, size = sent(http, "GET", path)
    assert encoding == "gzip" and size < 0.4 * len(http.get(path).content)


def test_pictures_in_an_answer_travel_smaller(http):
    html = next(one["id"] for one in http.get("config").json()["components"] if one["type"] == "html")
    body = {"data": {}, "component_id": html, "fn_name": "open", "session_hash": "anyone"}
    encoding, size = sent(http, "POST", "gradio_api/component_server", json=body)
    assert encoding == "gzip" and size < 0.8 * len(http.post("gradio_api/component_server", json=body).content)


def test_who_cannot_unpack_it_gets_it_as_it_is(http):
    answer = http.get("", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers and "</html>" in answer.text


def test_pictures_and_streams_are_left_alone(http):
    assert sent(http, "POST", "frame", json={"avatar": plain(WELCOME)})[0] is None
    event = http.post("gradio_api/call/random", json={"data": [1]}).json()["event_id"]
    assert sent(http, "GET", f"gradio_api/call/random/{event}")[0] is None


def test_a_browser_keeps_files_whose_names_change_with_them(http):
    asset = re.search(r"assets/[^\"]+\.js", http.get("").text)[0]
    assert "immutable" in http.get(asset).headers["cache-control"]
    assert "immutable" not in http.get("assets/nothing.js").headers.get("cache-control", "") and "immutable" not in http.get("").headers.get("cache-control", "")
