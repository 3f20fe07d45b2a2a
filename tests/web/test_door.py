"""Which of Gradio's routes are open, and whose requests are counted together."""
from __future__ import annotations

import pytest

from avatar_studio.web.door import address


@pytest.mark.parametrize("peer,forwarded,caller", [
    ("127.0.0.1", "", ""), ("::1", "", ""), ("testclient", "", ""), ("", "", ""),                      # who can tell
    ("10.0.0.7", "8.8.8.8, 10.0.0.3", "8.8.8.8"), ("127.0.0.1", "8.8.8.8", "8.8.8.8"),  # behind a proxy
    ("8.8.8.8", "1.1.1.1", "8.8.8.8"), ("192.168.1.5", "", "192.168.1.5"), ("10.0.0.7", "nonsense", "10.0.0.7"),
    ("10.0.0.7", "6.6.6.6, 8.8.8.8", "8.8.8.8"), ("10.0.0.7", "6.6.6.6, 8.8.8.8, 10.0.0.3, 172.17.0.1", "8.8.8.8"), ("127.0.0.1", "6.6.6.6,8.8.8.8,127.0.0.1", "8.8.8.8"),  # who asks may invent the first
    ("127.0.0.1", "unknown, 8.8.8.8", "8.8.8.8"), ("unknown", "8.8.8.8, unknown", "8.8.8.8"), ("127.0.0.1", "8.8.8.8:4711", "8.8.8.8"),
    ("::1", "[2606:4700:1:2::3]:4711", "2606:4700:1:2::/64"), ("::1", "2606:4700:1:2::3", "2606:4700:1:2::/64"), ("::ffff:8.8.8.8", "1.1.1.1", "8.8.8.8"),
    ("127.0.0.1", "192.168.1.5", "192.168.1.5"), ("172.17.0.1", "192.168.1.5", "172.17.0.1"), ("127.0.0.1", "127.0.0.1", ""),  # nobody is from outside
    ("2606:4700:1:2:3:4:5:6", "", "2606:4700:1:2::/64"), ("2606:4700:1:2:ffff::", "", "2606:4700:1:2::/64"),  # of which one home has many
])
def test_a_person_is_known_by_the_address_that_a_proxy_tells_or_by_the_own(peer, forwarded, caller):
    assert address(peer, forwarded) == caller


@pytest.mark.parametrize("path", ["gradio_api/file=http://192.0.2.1/", "gradio_api/file=https://example.org/a.png", "gradio_api/file=/etc/passwd", "gradio_api/file=weights/manifest.json",
                                  "gradio_api/file=../app.py", "gradio_api/proxy=http://192.0.2.1/", "monitoring", "monitoring/summary", "docs", "openapi.json", "login", "gradio_api/runs",
                                  "gradio_api/vibe-code/", "gradio_api/deep_link", "gradio_api/profiling/summary", "gradio_api/stream/a/b/c/playlist.m3u8", "gradio_api/custom_component/a/client/b/c.js",
                                  f"static/{'A' * 3000}", f"assets/{'A' * 3000}", "gradio_api/heartbeat/%00", "pwa_icon/0", "pwa_icon/2000"])
def test_what_neither_page_nor_program_needs_is_not_there(http, path):
    answer = http.get(path)
    assert answer.status_code == 404 and answer.text == "There is nothing here."


@pytest.mark.parametrize("path", ["gradio_api/process_recording", "gradio_api/run/draw", "gradio_api/api/draw", "gradio_api/vibe-edit", "gradio_api/stream/x"])
def test_nor_can_anything_be_sent_there(http, path, uploads):
    before = set(uploads.rglob("*"))
    assert http.post(path, files={"video": ("v.mp4", b"V" * 100_000)}).status_code == 404 and set(uploads.rglob("*")) == before


def test_a_function_of_the_page_takes_no_form_whose_files_would_stay(http):
    assert http.post("gradio_api/component_server", files={"f": ("a.jpg", b"x")}, data={"component_id": "1"}).status_code == 404


def test_what_the_page_loads_is_there(http):
    for path in ("", "config", "theme.css", "favicon.ico", "manifest.json", "pwa_icon/192", "pwa_icon/512", "gradio_api/info", "gradio_api/startup-events", "gradio_api/app_id", "gradio_api/queue/status"):
        assert http.get(path).status_code == 200


def test_a_call_is_refused_when_a_hundred_wait(http, monkeypatch):
    from gradio.queueing import Queue

    monkeypatch.setattr(Queue, "__len__", lambda queue: 100)
    answer = http.post("gradio_api/call/random", json={"data": [1]})
    assert answer.status_code == 503 and "full" in answer.json()["detail"]


def test_who_has_twenty_calls_waiting_is_told_to_fetch_them_and_others_go_on(http, served, monkeypatch):
    def post(*addresses: str):
        return http.post("gradio_api/call/random", json={"data": [1]}, headers=[("X-Forwarded-For", one) for one in addresses])

    with monkeypatch.context() as patch:
        patch.setattr(served._queue, "get_events", lambda: None)  # nobody has their turn
        answers = [post("8.8.8.8") for _ in range(20)]
        refused = post("6.6.6.6", "8.8.8.8")
        assert refused.status_code == 429 and "20 calls" in refused.json()["detail"]
        answers += [post("1.1.1.1"), *(post("") for _ in range(21))]  # another, and this machine itself
        assert http.post("frame", json={"avatar": {"traits": {}}}, headers={"X-Forwarded-For": "8.8.8.8"}).status_code == 200
    for answer in answers:
        assert "event: complete" in http.get(f"gradio_api/call/random/{answer.json()['event_id']}").text
    assert post("8.8.8.8").status_code == 200


def test_an_answer_is_fetched_once_and_what_never_was_called_has_none(http, caplog):
    for name in ("random", "v2/random"):
        event = http.post(f"gradio_api/call/{name}", json={"data": [1]} if name == "random" else {"seed": 1}).json()["event_id"]
        assert "event: complete" in http.get(f"gradio_api/call/{name}/{event}").text
        for gone in (event, "0" * 32):
            answer = http.get(f"gradio_api/call/{name}/{gone}")
            assert answer.status_code == 404 and answer.text == "No such answer is waiting. Each comes once: call again."
    assert not caplog.records
