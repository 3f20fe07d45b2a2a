"""A style fitted to one picture takes over its palette, and leaves the face where it was."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from avatar_studio.devices import fast_dtype
from avatar_studio.personal.style_fit import face_place, fit_style
from avatar_studio.personal.style_job import example_avatars
from avatar_studio.weights import load_stylizer


@pytest.fixture(scope="module")
def stylizer():
    return load_stylizer().freeze(torch.bfloat16)


@pytest.fixture(scope="module")
def contents():
    return example_avatars().cpu()


def stripes() -> Image.Image:
    """Deep blue and gold, in bands."""
    y, x = np.mgrid[:300, :400]
    gold = np.sin((x + y) / 6)[..., None] > 0.2
    return Image.fromarray(np.where(gold, (235, 180, 40), (20, 40, 110)).astype(np.uint8))


def test_a_style_takes_over_the_palette(stylizer, contents):
    seen = []
    style = fit_style(stylizer, stripes(), contents, steps=24, progress=lambda step, steps, preview: seen.append((step, steps, preview.shape)))
    assert style.shape == (stylizer.config.style_size,) and style.isfinite().all()
    assert seen == [(i + 1, 24, (4, 256, 256)) for i in range(24)]

    palette = torch.tensor([[235, 180, 40], [20, 40, 110]]) / 255
    away = lambda x: torch.cdist(x[:, :3].permute(0, 2, 3, 1)[x[:, 3] > 0.95], palette).min(1).values.mean()  # noqa: E731
    with torch.inference_mode():
        made = stylizer(contents, style.expand(len(contents), -1))
    assert away(made) < 0.9 * away(contents)
    light = lambda x: x[0, :3].mean(0)[100:200, 70:190].flatten()  # noqa: E731
    assert np.corrcoef(light(made).numpy(), light(contents).numpy())[0, 1] > 0.7


def test_the_same_picture_gives_the_same_style_and_cancelling_ends_it(stylizer, contents):
    pale = Image.new("RGB", (400, 300), (250, 220, 225))
    styles = [fit_style(stylizer, reference, contents[:1], steps=2) for reference in (stripes(), stripes(), pale)]
    with torch.inference_mode():
        first, second, other = (stylizer(contents[:1], style[None]).float() for style in styles)
    away = lambda x: (x - first).abs().mean()  # noqa: E731
    assert away(second) < 0.1 * away(other)  # threads add in any order, so no number need be quite the same

    def cancel(step, steps, preview):
        raise InterruptedError
    with pytest.raises(InterruptedError):
        fit_style(stylizer, stripes(), contents[:2], steps=2, progress=cancel)


def test_a_gpu_fits_too(contents, gpu):
    style = fit_style(load_stylizer().to(gpu).freeze(fast_dtype(gpu)), stripes(), contents[:1].to(gpu), steps=1)
    assert style.device.type == "cuda" and style.isfinite().all()


def test_any_picture_is_a_reference(stylizer, contents):
    for picture in (Image.new("L", (3, 900), 128), Image.new("RGBA", (50, 50), (0, 0, 0, 0)), Image.new("P", (16, 16))):
        assert fit_style(stylizer, picture, contents[:1], steps=1).isfinite().all()


def test_the_face_stands_where_the_recipes_of_the_presets_have_it():
    tools = pytest.importorskip("avatar_studio.training.recipes.tools", reason="the recipes need requirements-train.txt", exc_type=ImportError)
    np.testing.assert_allclose(face_place(torch.device("cpu"))[0, 0].numpy(), tools.FACE, atol=1e-4)
