"""Many people at one studio."""
from __future__ import annotations

import threading

import httpx
import pytest

from avatar_studio.web import crowd
from avatar_studio.web.server import WELCOME, Server

from serving import serving

PUPILS = 45  # more than Gradio has threads


@pytest.fixture
def crowded(studio, jobs, monkeypatch):
    """(ask(name, data), begun: a semaphore released by each photo that is looked at, go: an event that all of them wait for)"""
    begun, go = threading.Semaphore(0), threading.Event()

    def selfie(self, data):
        begun.release()
        assert go.wait(60)
        return {"read": data["pupil"]}

    monkeypatch.setattr(Server, "selfie", selfie)
    with serving(studio, jobs) as blocks, httpx.Client(base_url=blocks.local_url, timeout=60, trust_env=False, limits=httpx.Limits(max_connections=None)) as client:
        html = next(one["id"] for one in client.get("config").json()["components"] if one["type"] == "html")

        def ask(name: str, data: dict, **options):
            return client.post("gradio_api/component_server", json={"data": data, "component_id": html, "fn_name": name, "session_hash": "anyone"}, **options).json()

        yield ask, begun, go
        go.set()


def test_a_class_that_sends_its_photos_keeps_nobody_from_opening_the_page(crowded):
    (ask, begun, go), answers = crowded, []
    pupils = [threading.Thread(target=lambda number: answers.append((number, ask("selfie", {"pupil": number}))), args=(number,)) for number in range(PUPILS)]
    for pupil in pupils:
        pupil.start()
    for _ in range(crowd.AT_ONCE):
        assert begun.acquire(timeout=60)
    assert ask("open", {})["code"] == WELCOME.code
    go.set()
    for pupil in pupils:
        pupil.join()
    assert sorted(number for number, _ in answers) == list(range(PUPILS)) and all(answer == {"read": number} for number, answer in answers)


def test_a_photo_is_not_looked_at_for_who_is_gone(crowded):
    ask, begun, go = crowded
    staying = [threading.Thread(target=ask, args=("selfie", {"pupil": 1})) for _ in range(crowd.AT_ONCE)]
    for pupil in staying:
        pupil.start()
    for _ in staying:
        assert begun.acquire(timeout=60)
    with pytest.raises(httpx.ReadTimeout):
        ask("selfie", {"pupil": 2}, timeout=1)
    go.set()
    for pupil in staying:
        pupil.join()
    assert ask("selfie", {"pupil": 3}) == {"read": 3}
    assert begun.acquire(timeout=60) and not begun.acquire(blocking=False)  # that one's, and no other
