"""A page whose models are learned by jobs that wait at a gate, for the tests of the tab Mine."""
from __future__ import annotations

from dataclasses import replace

import pytest

from avatar_studio.personal.jobs import Jobs, Kind
from avatar_studio.personal.kinds import KINDS
from serving import serving
from tests.personal.kinds import Gate

from ..conftest import PHOTOS

ANN = "[data-part=mine-list] [data-model^=me-]"


@pytest.fixture(scope="module")
def gate():
    with Gate() as gate:
        yield gate


@pytest.fixture(scope="module")
def address(studio, model_file, gate, tmp_path_factory):
    """A page whose jobs wait at a gate and give a model that was made before."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "face").write_bytes(model_file(1))
    (folder / "drawing").write_bytes(model_file(2, "Ink", "drawing"))

    def stand_in(kind: str, **more) -> Kind:
        return replace(KINDS[kind], entry="tests.personal.faces:run",
                       check=lambda options: {**KINDS[kind].check(options), "file": str(folder / kind), "gate": gate.port, **more})

    yield from served_with(studio, {"face": stand_in("face", told={"faceless": 2}), "drawing": stand_in("drawing", told={"copies": True})})


def served_with(studio, kinds: dict[str, Kind], runner=None):
    """The address of a page whose models are learned by these kinds of jobs."""
    jobs = Jobs(kinds, runner=runner)
    with serving(studio, jobs) as page:
        yield page.local_url
    jobs.close()


@pytest.fixture(autouse=True)
def forget(studio):
    yield
    for model in list(studio.models):
        studio.forget(model)


def start(page, name: str, *photos: str) -> None:
    page.click("#tab-mine")
    page.set_input_files("[data-part=mine-photos]", [str(PHOTOS / photo) for photo in photos])
    page.wait_for_function("count => document.querySelectorAll('[data-part=mine-chosen] img').length === count", arg=len(photos))
    page.fill("[data-part=mine-name]", name)
    page.click("[data-part=mine-start]")
