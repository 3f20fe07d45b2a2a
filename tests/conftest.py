from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

PHOTOS = Path(__file__).parent / "photos"


@pytest.fixture(scope="session")
def studio():
    from avatar_studio.studio import Studio

    return Studio()


@pytest.fixture
def clock(monkeypatch):
    """clock(module, now) -> from now on a module's time.monotonic() is now(). Its own alone: who serves a page in this process sleeps by the true one."""
    def put(module, now: Callable[[], float]) -> None:
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=now))
    return put


@pytest.fixture(scope="module")
def offered():
    """with offered() as name: somebody of that name offers the studio to the public in China."""
    from avatar_studio.exports.marks import provide

    @contextlib.contextmanager
    def offer(name: str = """北京'示例"<&>公司 😀""") -> Iterator[str]:
        provide(name)
        try:
            yield name
        finally:
            provide("")
    return offer


@pytest.fixture
def provider(offered):
    """Its name, for as long as a test takes."""
    with offered() as name:
        yield name


@pytest.fixture
def gpu():
    """The device of a GPU; where there is none, of one that is pretended."""
    import torch

    from pretended_gpu import pretended_gpu

    with pretended_gpu():
        yield torch.device("cuda")


@pytest.fixture(scope="session")
def jobs():
    """The page's background jobs, in a folder that ends with the tests."""
    from avatar_studio.personal.jobs import Jobs
    from avatar_studio.personal.kinds import KINDS

    jobs = Jobs(KINDS)
    yield jobs
    jobs.close()


@pytest.fixture(scope="session")
def served(studio, jobs):
    """The page, for who asks it over the network."""
    from serving import serving

    with serving(studio, jobs) as page:
        yield page


@pytest.fixture(scope="session")
def side_by_side():
    """side_by_side(name, name) -> a JPEG of two of the photos, the first on the left."""
    def put(left: str, right: str) -> bytes:
        with Image.open(PHOTOS / left) as one, Image.open(PHOTOS / right) as other:
            both = Image.new("RGB", (one.width + other.width, max(one.height, other.height)))
            both.paste(one, (0, 0))
            both.paste(other, (one.width, 0))
        buffer = io.BytesIO()
        both.save(buffer, "JPEG", quality=92)
        return buffer.getvalue()
    return put


@pytest.fixture(scope="session")
def model_file():
    """model_file(seed, name="Ann", kind="face") -> the file of a personal model that nobody had to learn: the base, pushed at random, with visible effect."""
    import torch

    from avatar_studio.avatar import Avatar
    from avatar_studio.personal.model_file import write_model
    from avatar_studio.weights import load_generator

    styles = {key: value for key, value in load_generator().named_parameters() if key.startswith("synthesis.layers.") and key.endswith("style.bias")}

    @functools.cache  # the order of a file's metadata is not always the same, and with it its hash
    def make(seed: int, name: str = "Ann", kind: str = "face") -> bytes:
        random = torch.Generator().manual_seed(seed)
        difference = {key: 0.25 * torch.randn(value.shape, generator=random) for key, value in styles.items()}
        return write_model(name, difference, Avatar({"hair_back": "bob", "mouth_smile": 1.0}, 3).code, kind)
    return make
