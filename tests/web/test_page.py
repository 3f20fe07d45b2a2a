"""The page as Gradio serves it."""
from __future__ import annotations

import httpx

from avatar_studio.web import page
from avatar_studio.web.server import WELCOME

from serving import serving


def test_gradio_keeps_few_visits_and_one_that_it_let_go_of_goes_on(studio, jobs, monkeypatch):
    monkeypatch.setattr(page, "MOST_SESSIONS", 3)
    with serving(studio, jobs) as blocks, httpx.Client(base_url=blocks.local_url, timeout=60, trust_env=False) as client:
        html = next(one["id"] for one in client.get("config").json()["components"] if one["type"] == "html")
        for visit in [*map(str, range(6)), "0"]:
            answer = client.post("gradio_api/component_server", json={"data": {}, "component_id": html, "fn_name": "open", "session_hash": visit}).json()
            assert answer["code"] == WELCOME.code and len(blocks.state_holder.session_data) <= 3
