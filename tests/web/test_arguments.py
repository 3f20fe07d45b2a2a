"""What a program hears that sends an endpoint something else than it takes, and what the log does not."""
from __future__ import annotations

import json
import sys
from types import ModuleType

import pytest
from gradio_client import Client

SECRET = "a secret sentence"
FILE = {"path": SECRET, "meta": {"_type": "gradio.FileData"}}


@pytest.fixture
def call(http):
    """call(endpoint, body) -> (how it ended, what was answered), by plain HTTP."""
    def make(endpoint: str, body: dict) -> tuple[str, object]:
        answer = http.post(f"gradio_api/call/{endpoint}", json=body)
        if answer.status_code != 200:
            return "refused", answer.json()["detail"]
        lines = http.get(f"gradio_api/call/{endpoint}/{answer.json()['event_id']}").text.splitlines()
        return lines[-3].removeprefix("event: "), json.loads(lines[-2].removeprefix("data: "))
    return make


@pytest.mark.parametrize("endpoint,body,told", [
    ("draw", {"data": [SECRET, {}]}, "not an avatar code"), ("words", {"data": []}, "Write a few words"), ("enlarge", {"data": []}, "Send a picture"),
    ("v2/draw", {"size": "512", "code": SECRET}, "size must be a number"), ("v2/enlarge", {"photo": None, "scale": [SECRET]}, "scale must be a number"),
    ("v2/selfie", {"photo": SECRET}, "photo must be one file: handle_file"), ("v2/selfie", {"photo": [FILE]}, "photo must be one file: handle_file"),
    ("v2/learn_face", {"photos": FILE}, "photos must be a list of files, each handle_file"), ("v2/learn_face", {"photos": [SECRET]}, "photos must be a list of files, each handle_file"),
    ("v2/selfie", {"photo": FILE}, "What was sent to /selfie cannot be read"), ("v2/export", {"what": SECRET}, "blink, talk, look, nod, sway (webp, gif, apng)"),
])
def test_what_does_not_fit_is_told_to_who_sent_it_and_not_to_the_log(call, capfd, endpoint, body, told):
    ended, answer = call(endpoint, body)
    logged = capfd.readouterr()
    assert ended == "error" and told in answer["error"]
    assert SECRET not in logged.out + logged.err and "Traceback" not in logged.err


@pytest.mark.parametrize("endpoint,body", [("v2/words", {"code": SECRET}), ("v2/words", {"sentence": "blue hair", SECRET: 1}), ("v2/nowhere", {SECRET: 1}), ("nowhere", {"data": [SECRET]})])
def test_a_name_that_there_is_not_is_told_too(call, capfd, endpoint, body):
    ended, answer = call(endpoint, body)
    logged = capfd.readouterr()
    assert ended == "refused" and f"/{endpoint.removeprefix('v2/')} takes this" in answer and "/gradio_api/info" in answer
    assert SECRET not in logged.out + logged.err and "Traceback" not in logged.err


@pytest.mark.parametrize("path", ["gradio_api/call/draw", "gradio_api/call/v2/draw", "gradio_api/queue/join"])
@pytest.mark.parametrize("body", ['{"data": NaN, "fn_index": NaN}', '{"data": "\\ud800"}', '[]', '{'])
def test_a_body_of_another_form_is_refused_without_sending_it_back(http, capfd, path, body):
    answer = http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422) and answer.json()["detail"].isascii() and "Traceback" not in capfd.readouterr().err


def test_a_python_program_hears_it_as_well(served):
    with pytest.raises(Exception, match="photo must be one file"):
        Client(served.local_url, verbose=False).predict("me.jpg", api_name="/selfie")


def test_what_is_left_out_at_the_end_has_its_default(call):
    """As of an endpoint to which something was added since the program was written."""
    for endpoint, data in (("draw", []), ("draw", ["", {"glasses": "round"}]), ("words", ["blue hair"]), ("random", [])):
        assert call(endpoint, {"data": data})[0] == "complete"


def test_null_is_as_good_as_empty(call):
    assert call("v2/draw", {"code": None, "traits": None, "style": None, "model": None, "likeness": None})[0] == "complete"


def test_each_endpoint_describes_itself(http):
    endpoints = http.get("gradio_api/info").json()["named_endpoints"]
    assert all(len(one["description"]) > 10 for one in endpoints.values()) and "watercolour" in endpoints["/draw"]["description"]


def test_a_call_is_answered_while_the_reader_of_photos_is_loaded(call, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", ModuleType("matplotlib"))  # as selfie.faces does meanwhile
    assert call("v2/random", {"seed": 1})[0] == "complete"
