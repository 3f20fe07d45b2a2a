from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def call(studio, jobs):
    """call(name, data) -> what the page's function of that name answers."""
    from avatar_studio.web.server import Server

    functions = {function.__name__: function for function in Server(studio, jobs).functions()}
    return lambda name, data: functions[name](data)


@pytest.fixture(scope="module")
def uploads(tmp_path_factory):
    """The folder that the server keeps files in while it needs them."""
    folder = tmp_path_factory.mktemp("uploads")
    before = os.environ.get("GRADIO_TEMP_DIR")
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    yield folder
    os.environ.pop("GRADIO_TEMP_DIR") if before is None else os.environ.__setitem__("GRADIO_TEMP_DIR", before)
