from __future__ import annotations

from pathlib import Path

import pytest

from avatar_studio.personal.jobs import Jobs

from .kinds import Gate
from .serve import KINDS

PHOTOS = Path(__file__).parents[1] / "photos"


@pytest.fixture
def gate():
    with Gate() as gate:
        yield gate


@pytest.fixture
def start(tmp_path):
    """start(...) -> Jobs in a folder of the test's own; all are closed at its end."""
    started = []

    def make(base=tmp_path / "base", **options) -> Jobs:
        started.append(Jobs(KINDS, base, **options))
        return started[-1]

    yield make
    for jobs in started:
        jobs.close()
