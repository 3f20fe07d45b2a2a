from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def call(studio, jobs):
    """call(name, data) -> what the page's function of that name answers."""
    from avatar_studio.web.server import Server

    functions = {function.__name__: function for function in Server(studio, jobs).functions()}
    return lambda name, data: functions[name](data)


@pytest.fixture(scope="session")
def uploads(jobs):
    """The folder that the server keeps files in while it needs them."""
    return jobs.store.uploads
