"""The page, served by this process on a free port."""
from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from unittest import mock

import gradio as gr


@contextlib.contextmanager
def serving(studio, jobs, notice: str | None = None) -> Iterator[gr.Blocks]:
    """The page around a Studio; local_url is where it is. What it says in the environment, where uploads go, is said no more when it ends."""
    from avatar_studio.web import build, launch_options

    with mock.patch.dict(os.environ):
        page = build(studio, jobs, notice)
        page.launch(**launch_options(studio), server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
        try:
            yield page
        finally:
            page.close()
