"""Runs a job in this process and keeps what it reports."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np


class Told:
    """What a job reported, and the states that its slices left. result: its files by name, None while it is not done."""

    def __init__(self):
        self.shares, self.losses, self.previews, self.states, self.result = [], [], [], [], None

    def __call__(self, share, losses=None, preview=None, reading=False):
        self.shares.append(share)
        self.losses += [losses] if losses else []
        self.previews += [preview] if preview else []

    @classmethod
    def of(cls, run: Callable, pictures: list, *arguments, **settings) -> Told:
        """A whole job: run as of a kind of job, its arguments but for the report, which is put third."""
        told = cls()
        slices = run(pictures, arguments[0], told, *arguments[1:], **settings)
        while told.result is None:
            try:
                told.states.append({name: np.array(value) for name, value in next(slices).items()})
            except StopIteration as end:
                told.result = end.value
        return told
