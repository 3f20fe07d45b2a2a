"""A page on something like a ZeroGPU Space: `spaces` as it is there, but for the GPU itself and for the service that lends it, which is played here."""
from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

TOKEN = "e30.e30.e30"  # a person's, which the Space's proxy puts into each request


class Lender(BaseHTTPRequestHandler):
    """The service: what it was asked is in calls."""

    calls: list[tuple[str, dict[str, str]]] = []

    def do_POST(self):
        address = urlparse(self.path)
        self.calls.append((address.path, {name: values[0] for name, values in parse_qs(address.query).items()}))
        answer = json.dumps({"idle": False, "nvidiaIndex": 0, "nvidiaUUID": "none", "allowToken": "once"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def main() -> None:
    lender = ThreadingHTTPServer(("127.0.0.1", 0), Lender)
    threading.Thread(target=lender.serve_forever, daemon=True).start()
    os.environ |= {"SPACES_ZERO_GPU": "true", "SPACES_ZERO_DEVICE_API_URL": f"http://127.0.0.1:{lender.server_port}"}
    import spaces  # noqa: F401
    import spaces.zero.torch

    spaces.zero.torch.init = spaces.zero.torch.move = lambda *_, **__: None  # what needs a GPU: taking hold of it
    import gradio as gr
    import httpx

    import app
    from avatar_studio.avatar import Avatar
    from avatar_studio.personal.jobs import Jobs, new_session
    from avatar_studio.personal.zero_runner import ZeroRunner
    from avatar_studio.web.exchange import answering
    from avatar_studio.web.learning import Learning
    from tests.personal.kinds import Gate, expected, upload
    from tests.personal.serve import KINDS

    runner, gate = app.runner(None), Gate()
    assert isinstance(runner, ZeroRunner)
    runner.patience = 1e6
    studio = app.load_studio()
    assert studio.device.type == "cpu" and studio.draw(Avatar()).getextrema()[3] == (0, 255)  # though spaces says that there is a GPU
    jobs = Jobs(KINDS, runner=runner)
    with gr.Blocks() as page:
        gr.HTML(server_functions=[answering(Learning(jobs).lend)])
    _, url, _ = page.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as http:
        html = next(one["id"] for one in http.get("config").json()["components"] if one["type"] == "html")
        session = new_session()
        job = jobs.submit(session, "chain", [upload("red")], {"gate": gate.port})
        gate.next().open()
        jobs.wait(session, job, lambda status: jobs.runner.waiting is not None)

        body = {"data": {"session": session, "job": job}, "component_id": html, "fn_name": "lend", "session_hash": "anyone"}
        answer = threading.Thread(target=lambda: http.post("gradio_api/component_server", json=body, headers={"X-IP-Token": TOKEN}))
        answer.start()
        workers = set()
        for _ in range(3):
            held = gate.next()
            workers.add(held.news["pid"])
            held.open()
        answer.join()
        assert jobs.wait(session, job).state == "done" and jobs.result(session, job) == expected(4, "red")
    page.close()
    jobs.close()
    calls = dict(Lender.calls)
    assert calls["/schedule"]["token"] == TOKEN, calls
    assert workers == {int(calls["/allow"]["pid"])} and os.getpid() not in workers, calls  # a process that may have the GPU, and one for all
    assert calls["/release"]["fail"] == "false", calls


if __name__ == "__main__":
    main()
