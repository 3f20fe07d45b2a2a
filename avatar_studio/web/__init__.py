"""The page: a Gradio app around one live editor. build() makes it, launch_options() says how to launch it."""
from __future__ import annotations

from .page import build, launch_options, prepare

__all__ = ["build", "launch_options", "prepare"]
