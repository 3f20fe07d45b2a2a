"""A quick kind of job for the tests, and the gate by which a test holds one in the middle of a slice."""
from __future__ import annotations

import hashlib
import io
import json
import os
import socket

import numpy as np
from PIL import Image


def chain(pictures, options, report, state):
    """Hashes the pictures once a slice, each time onto what it had: a slice too few or too many gives another result."""
    slices, value = options.get("slices", 4), state.get("value", np.zeros(32, np.uint8)).tobytes()
    for done in range(int(state.get("done", 0)), slices):
        report((done + 0.5) / slices, {"loss": 1 / (1 + done)}, Image.new("RGBA", (8, 8), (done, 0, 0, 255)))
        if "gate" in options:
            knock(options["gate"], name=options.get("name"), slice=done)
        while options.get("polite"):
            report(0.5)
        if "fail" in options:
            from avatar_studio.selfie import SelfieError  # only here: it takes half a second

            raise SelfieError("no_face") if options["fail"] == "no_face" else RuntimeError(options["fail"])
        if options.get("die"):
            os._exit(1)
        value = link(value, done, pictures)
        yield {"value": np.frombuffer(value, np.uint8), "done": np.array(done + 1)}
    return {"chain.txt": value.hex().encode()}


def link(value: bytes, slice: int, pictures) -> bytes:
    return hashlib.sha256(value + bytes([slice]) + b"".join(picture.tobytes() for picture in pictures)).digest()


def expected(slices: int, *colours) -> dict[str, bytes]:
    """The result of chain() on upload(colour) for each colour."""
    value = bytes(32)
    for slice in range(slices):
        value = link(value, slice, [Image.new("RGB", (8, 8), colour) for colour in colours])
    return {"chain.txt": value.hex().encode()}


def upload(colour) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(buffer, "PNG")
    return buffer.getvalue()


def knock(port: int, **news) -> None:
    """Tell the gate where this process is, and wait until it is let through."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(json.dumps({"pid": os.getpid(), "nice": os.nice(0) if hasattr(os, "nice") else 0, **news}).encode() + b"\n")
        connection.recv(1)


class Gate:
    """Where jobs with the option {"gate": gate.port} wait."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(60)
        self.port = self.listener.getsockname()[1]
        self.held: list[Held] = []  # what nobody opens stays shut until the end

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *_) -> None:
        for held in self.held:
            held.open()
        self.listener.close()

    def next(self) -> Held:
        connection, _ = self.listener.accept()
        self.held.append(Held(connection))
        return self.held[-1]


class Held:
    """A job that waits. news: what it told; open() lets it go on."""

    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.news = json.loads(connection.makefile().readline())

    def open(self) -> None:
        self.connection.close()
