"""The page: a Gradio app around one live editor. build() makes it, LAUNCH holds its launch options."""
from __future__ import annotations

from .page import LAUNCH, build, prepare

__all__ = ["LAUNCH", "build", "prepare"]
