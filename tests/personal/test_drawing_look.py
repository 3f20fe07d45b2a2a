"""What drawings have in common is found, and the base's pictures take it over and stay what they are."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from avatar_studio.devices import fast_dtype
from avatar_studio.latent import styles
from avatar_studio.personal.drawing_fit import anybody
from avatar_studio.personal.drawing_look import Look, _lines, _straight, _width, dress, find_look, grain, opened
from avatar_studio.pixels import settle
from avatar_studio.weights import load_generator

from .drawings import hatched, landscape, shapes

LIGHT = torch.tensor([0.299, 0.587, 0.114])


@pytest.fixture(scope="module")
def plain():
    dtype = fast_dtype(torch.device("cpu"))
    generator = load_generator().freeze(dtype)
    with torch.inference_mode():
        return settle(generator.paint(styles(generator, anybody(np.random.default_rng(3), 6)), dtype=dtype)).float()


def look_of(plain, *pictures) -> tuple[Look, torch.Tensor]:
    look = find_look(plain, torch.stack([opened(picture) for picture in pictures]))
    return look, dress(look, plain)


def colourfulness(pictures: torch.Tensor) -> float:
    colours = _straight(pictures)[:, :3]
    return ((colours.amax(1) - colours.amin(1)) * pictures[:, 3]).mean().item()


def test_paper_around_a_drawing_is_cut_away_and_a_painting_is_whole():
    drawing, painting = opened(shapes(0)), opened(landscape())
    assert drawing[3, 0, 0] == 0 and drawing[3, 128, 128] == 1 and 0.3 < drawing[3].mean() < 0.9
    assert painting[3, 128].min() > 0.99
    clear = shapes(0).convert("RGBA")
    clear.putalpha(Image.fromarray((opened(shapes(0))[3].numpy() * 255).astype(np.uint8)).resize(clear.size))
    assert opened(clear)[3, 0, 0] == 0


def test_lines_become_as_wide_and_of_the_colour_of_the_drawings(plain):
    look, made = look_of(plain, *(shapes(seed) for seed in range(4)))
    thin, _ = look_of(plain, *(shapes(seed, width=4) for seed in range(4)))
    assert look.width > thin.width >= 0
    assert torch.allclose(look.line, torch.tensor([0x30, 0x2A, 0x66]) / 255, atol=0.06)
    assert _width(_lines(_straight(made))) > 1.15 * _width(_lines(_straight(plain)))


def test_a_pencil_takes_the_colours_away_and_leaves_strokes(plain):
    look, made = look_of(plain, *(hatched(seed) for seed in range(3)))
    assert colourfulness(made) < 0.35 * colourfulness(plain)
    waves = torch.fft.fft2(look.grain[0, 0]).abs()[:128, :128]
    across = torch.fft.fft2(look.grain[0, 0]).abs()[:128, 128:].flip(1)
    assert look.grain.std() > 0.02 and waves.square().sum() > 2 * across.square().sum()  # they slant as they do


def test_flat_drawings_have_no_texture(plain):
    assert grain(torch.stack([opened(shapes(seed)) for seed in range(3)]), plain).std() < 0.005


def test_what_is_no_avatar_gives_its_tint_and_faces_stay_faces(plain):
    look, made = look_of(plain, landscape())
    assert look.width < 0 and not torch.allclose(made, plain, atol=0.05)
    cheek = lambda x: _straight(x)[:, :3, 165:175, 85:100].mean((2, 3))  # noqa: E731
    assert (cheek(made) - cheek(plain)).abs().mean() < 0.2
    light = lambda x: (x[:, :3] * LIGHT.view(1, 3, 1, 1)).sum(1).flatten(1)  # noqa: E731
    alike = [np.corrcoef(a, b)[0, 1] for a, b in zip(light(made).numpy(), light(plain).numpy())]
    assert min(alike) > 0.9


@pytest.mark.parametrize("pictures", [
    [Image.new("RGB", (64, 64), "white")], [Image.new("RGBA", (90, 30), (0, 0, 0, 0))], [Image.new("L", (3, 700), 7)],
    [Image.effect_noise((300, 300), 120).convert("RGB")], [Image.new("P", (1, 1))],
], ids=["paper", "clear", "a sliver", "noise", "a pixel"])
def test_any_picture_gives_a_look(plain, pictures):
    look, made = look_of(plain, *pictures)
    assert all(np.isfinite(values).all() for values in look.arrays().values())
    assert torch.equal(made[:, 3], plain[:, 3]) and (made[:, :3] <= made[:, 3:] + 1e-6).all() and made.min() >= 0
    assert (made - plain).abs().mean() < 0.25


def test_as_many_drawings_as_may_be_are_looked_at(plain):
    look, _ = look_of(plain, *[landscape()] * 20)
    assert look.grain.isfinite().all()


def test_a_look_is_kept_as_arrays(plain):
    look, made = look_of(plain[:2], shapes(1))
    assert torch.equal(dress(Look.of({**look.arrays(), "step": np.array(3)}, plain.device), plain[:2]), made)
