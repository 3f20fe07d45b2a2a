"""`python app.py` as a person runs it."""
from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import httpx
import pytest

import app
from avatar_studio.selfie import open_photo
from avatar_studio.web.taking import MOST

ROOT = Path(__file__).parents[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_command_serves_the_page_on_this_machine_only(free_port):
    environment = {name: value for name, value in os.environ.items() if name != "SPACE_ID"}
    environment |= {"GRADIO_SERVER_NAME": "", "GRADIO_SERVER_PORT": "", "GRADIO_ROOT_PATH": "studio/"}  # as settings are that nobody filled in, or without care
    command = [sys.executable, "-u", "app.py", "--port", str(free_port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in process.stdout:  # ends with the process, if it fails
            if "Running on local URL" in line:
                break
        assert f"127.0.0.1:{free_port}" in line
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/", timeout=20) as answer:
            page = answer.read().decode()
    finally:
        process.kill()
        process.wait()
    assert answer.status == 200 and "Avatar Studio" in page


def test_a_stopped_page_waits_for_no_pack_and_leaves_nothing_behind(free_port, tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    (tmp_path / "gradio").write_text("the folder that Gradio of another user has")
    process = subprocess.Popen([sys.executable, "-u", "app.py", "--port", str(free_port)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert any("Running on local URL" in line for line in process.stdout)
        with httpx.Client(base_url=f"http://127.0.0.1:{free_port}", timeout=60, trust_env=False) as client:
            html = next(one["id"] for one in client.get("config").json()["components"] if one["type"] == "html")

            def ask(function: str, data: dict) -> dict:
                return client.post("gradio_api/component_server", json={"data": data, "component_id": html, "fn_name": function, "session_hash": "anyone"}).json()

            photo = (ROOT / "tests" / "photos" / "p02.jpg").read_bytes()
            assert Path(client.post("gradio_api/upload", files={"files": ("me.jpg", photo)}).json()[0]).is_relative_to(tmp_path)  # for a call that never comes
            photo = base64.b64encode(photo).decode()
            assert "job" in ask("learn_model", {"kind": "face", "name": "Ann", "pictures": [photo]})
            assert all("job" in ask("pack", {"avatar": {}, "pack": "everything"}) for _ in range(MOST))  # minutes of work
        assert list(tmp_path.rglob("*.png"))
        process.terminate()
        process.communicate(timeout=60)
        assert process.returncode == 0 and [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["gradio"]
    finally:
        process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="only there can the memory of a process be looked at")
def test_what_is_read_of_a_photo_leaves_nothing_of_it_in_memory(free_port):
    process = subprocess.Popen([sys.executable, "-u", "app.py", "--port", str(free_port)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert any("Running on local URL" in line for line in process.stdout)
        with httpx.Client(base_url=f"http://127.0.0.1:{free_port}", timeout=60, trust_env=False) as client:
            html = next(one["id"] for one in client.get("config").json()["components"] if one["type"] == "html")

            def ask(function: str, data: dict) -> dict:
                return client.post("gradio_api/component_server", json={"data": {"avatar": {}, **data}, "component_id": html, "fn_name": function, "session_hash": "anyone"}).json()

            first, photo = ((ROOT / "tests" / "photos" / name).read_bytes() for name in ("p01.jpg", "p02.jpg"))
            ask("selfie", {"photo": base64.b64encode(first).decode()})  # all models are loaded now
            sent = base64.b64encode(photo).decode()
            shown = open_photo(photo).convert("RGBA").tobytes()  # as Pillow has it
            middles = [data[len(data) // 2:][:100] for data in (photo, sent.encode(), shown)]
            answers = [ask("selfie", {"photo": sent}), ask("everyone", {"photo": sent}), ask("enlarge", {"picture": sent, "scale": 2}), ask("save", {"size": 256, "behind": sent})]
            assert not any("error" in answer for answer in answers) and not any(middle in memory_of(process.pid) for middle in middles)
            path = client.post("gradio_api/upload", files={"files": ("me.jpg", photo)}).json()[0]
            call = client.post("gradio_api/call/selfie", json={"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}]}).json()["event_id"]
            assert "code" in client.get(f"gradio_api/call/selfie/{call}").text and not any(middle in memory_of(process.pid) for middle in middles)
    finally:
        process.kill()
        process.wait()


def memory_of(process: int) -> bytes:
    """All that it can write to."""
    parts = []
    with open(f"/proc/{process}/maps") as places, open(f"/proc/{process}/mem", "rb", 0) as memory:
        for place in places:
            if " rw" in place and not place.rstrip().endswith("]") or "[heap]" in place:
                start, end = (int(address, 16) for address in place.split()[0].split("-"))
                with contextlib.suppress(OSError):  # it is gone meanwhile
                    memory.seek(start)
                    parts.append(memory.read(end - start))
    return b"".join(parts)


STRUCK = """
import os, runpy, signal, sys, threading, time, weakref

class Object: pass

def strike(seconds, sleep=time.sleep):
    if threading.current_thread() is threading.main_thread():
        time.sleep = sleep
        held = Object()
        reference = weakref.ref(held, lambda _: os.kill(os.getpid(), signal.SIGTERM))
        del held  # what the handler raises here is lost
    sleep(seconds)

def launched(line):
    if "Running on local URL" in line:
        time.sleep = strike
    return written(line)

written, sys.stdout.write = sys.stdout.write, launched
sys.argv = ["app.py", "--port", sys.argv[1]]
runpy.run_path("app.py", run_name="__main__")
"""


def test_a_signal_to_stop_is_heard_whatever_it_interrupts(free_port):
    process = subprocess.Popen([sys.executable, "-u", "-c", STRUCK, str(free_port)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert process.wait(timeout=90) == 0
    finally:
        process.kill()


@pytest.mark.parametrize("option,value,told", [("--port", "many", "from 1 to 65535"), ("--port", "99999", "from 1 to 65535"), ("--host", "a host", "port 7860"), ("--host", "192.0.2.1", "Choose others")])
def test_where_nothing_can_listen_one_sentence_says_so(option, value, told):
    environment = {**os.environ, "GRADIO_SERVER_PORT": "7860"}
    ended = subprocess.run([sys.executable, "app.py", option, value], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode and told in ended.stderr and "Traceback" not in ended.stderr


def test_nor_where_another_server_listens(free_port):
    with socket.create_server(("127.0.0.1", free_port)):
        ended = subprocess.run([sys.executable, "app.py", "--port", str(free_port)], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1 and ended.stderr.startswith("Avatar Studio cannot start. It cannot listen at 127.0.0.1") and ended.stderr.count("\n") == 1


@pytest.mark.parametrize("environment,shown", [({}, "127.0.0.1"), ({"SPACE_ID": "ann/studio"}, "0.0.0.0"), ({"SPACE_ID": "ann/studio", "GRADIO_SERVER_NAME": "::1"}, "[::1]")])
def test_it_listens_on_this_machine_but_for_a_space_whose_visitors_come_from_elsewhere(monkeypatch, environment, shown):
    def taken(host, port):
        raise OSError("taken")

    for name in ("SPACE_ID", "GRADIO_SERVER_NAME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(app, "check_address", taken)
    monkeypatch.setattr(sys, "argv", ["app.py", "--port", "7999"])
    with pytest.raises(SystemExit) as told:
        app.main()
    assert f"It cannot listen at {shown}, port 7999" in str(told.value)


@pytest.mark.parametrize("given,path", [("", ""), ("/", ""), ("studio", "/studio"), ("/studio/", "/studio"), ("https://example.org/studio/", "https://example.org/studio")])
def test_behind_a_proxy_the_page_knows_its_path(monkeypatch, given, path):
    monkeypatch.setenv("GRADIO_ROOT_PATH", given)
    assert app.root_path() == path


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//example.org", "https:", "privacy.html", "data:text/html,x"])
def test_the_notice_is_an_address_of_the_web(address):
    assert app.notice("https://example.org/privacy?a=1&b=2") == "https://example.org/privacy?a=1&b=2"
    with pytest.raises(app.argparse.ArgumentTypeError, match="https://"):
        app.notice(address)


def test_the_environment_names_who_offers_the_page_to_the_public_in_china(free_port):
    environment = {**os.environ, "AVATAR_STUDIO_PROVIDER": "北京示例"}  # as a Space has it
    process = subprocess.Popen([sys.executable, "-u", "app.py", "--port", str(free_port)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert any("Running on local URL" in line for line in process.stdout)
        picture = httpx.get(f"http://127.0.0.1:{free_port}/card.jpeg", timeout=60, trust_env=False).content
    finally:
        process.kill()
        process.wait()
    assert json.dumps("北京示例")[1:-1].encode() in picture


def test_a_provider_s_name_is_one_short_line():
    assert app.provider(" 北京\n示例 ") == "北京 示例" and app.provider("") == ""
    with pytest.raises(app.argparse.ArgumentTypeError, match="at most 100 letters"):
        app.provider("x" * 101)


def test_help_names_the_options():
    shown = subprocess.run([sys.executable, "app.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(option in shown for option in ("--host", "--port", "--jobs", "--notice", "--provider"))
