"""The kind of job that learns a style for everybody, with the real generator, for a few steps."""
from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image

from avatar_studio.latent import styles
from avatar_studio.personal import drawing_fit, drawing_job, files, jobs
from avatar_studio.personal.drawing_look import Look, dress, find_look
from avatar_studio.personal.errors import JobError
from avatar_studio.personal.kinds import KINDS
from avatar_studio.personal.model_file import MAX_BYTES, RESULT, TOLD, apply, read_model
from avatar_studio.personal.tuning import base_generator, tuning_dtype
from avatar_studio.pixels import settle
from avatar_studio.weights import load_generator

from .drawings import hatched, shapes
from .told import Told

STEPS = 6


@pytest.fixture(scope="module")
def job():
    """A job on two drawings, each step a slice."""
    return Told.of(drawing_job.run, [shapes(0), shapes(1)], {"name": "Storybook"}, {}, STEPS, slice_seconds=0)


def test_a_style_is_learned(job):
    generator = load_generator()
    model = read_model(job.result[RESULT], generator)
    assert (model.name, model.kind) == ("Storybook", "drawing") and len(job.result[RESULT]) < MAX_BYTES and json.loads(job.result[TOLD]) == {"copies": False}
    assert len(job.states) == STEPS + 1 and job.shares == sorted(job.shares) and job.shares[-1] == 1
    assert all(np.isfinite(list(losses.values())).all() for losses in job.losses)
    assert {preview.mode for preview in job.previews} == {"RGBA"} and job.previews[-1].size == (512, 512)
    ws = styles(generator, drawing_fit.anybody(np.random.default_rng(8), 3))
    with torch.inference_mode():
        plain, made = (settle(one.paint(ws)) for one in (generator, apply(generator, model, 1.0)))
        wanted = dress(Look.of(job.states[0], plain.device), plain)
    assert torch.nn.functional.cosine_similarity((made - plain)[:, :3].flatten(), (wanted - plain)[:, :3].flatten(), 0) > 0.2  # it went where the drawings are
    assert (made - plain)[:, 3].abs().mean() < 0.02                                                                         # and outlines stay


def test_a_job_goes_on_from_any_slice(job):
    rest = Told.of(drawing_job.run, [shapes(0), shapes(1)], {"name": "Storybook"}, job.states[3], STEPS, slice_seconds=0)
    generator = load_generator()
    a, b = (read_model(one.result[RESULT], generator) for one in (job, rest))
    assert len(rest.losses) == STEPS - 3
    for name, value in a.difference.items():  # threads add in any order, so nearly
        assert (value - b.difference[name]).norm() < 0.3 * value.norm() + 1e-3, name


def test_nothing_is_learned_of_blank_paper_and_it_is_left_out_beside_a_drawing(monkeypatch):
    blank = [Image.new("RGB", (300, 400), "#f4efe6"), Image.new("RGBA", (64, 64))]
    with pytest.raises(JobError) as error:
        Told.of(drawing_job.run, blank, {"name": "Storybook"}, {}, STEPS)
    assert error.value.key == "blank"
    looked = []
    monkeypatch.setattr(drawing_job, "find_look", lambda plain, seen: looked.append(len(seen)) or find_look(plain, seen))
    next(drawing_job.run([blank[0], hatched(0), blank[1]], {"name": "Storybook"}, lambda *_, **__: None, {}))
    assert looked == [1]


def test_a_gpu_learns_too(gpu, monkeypatch):
    monkeypatch.setattr(drawing_job, "base_generator", lambda: load_generator().to(gpu).freeze(tuning_dtype(gpu)))
    for name in ("SAMPLE", "MANY"):  # fewer take less time
        monkeypatch.setattr(drawing_job, name, 2)
    learned = Told.of(drawing_job.run, [shapes(0)], {"name": "Storybook"}, {}, 2, slice_seconds=0)
    assert read_model(learned.result[RESULT], load_generator()).difference


def test_the_same_step_teaches_the_same_and_a_part_of_it_at_less_likeness(job):
    base = base_generator()
    fit = drawing_fit.Fit(base, Look.of(job.states[0], base.w_avg.device))
    (ws, wanted), again = fit.batch(4), fit.batch(4)
    assert all(torch.allclose(a, b) for a, b in zip((ws, wanted), again)) and torch.equal(ws[0], ws[-1])
    with torch.inference_mode():
        plain = settle(base.paint(ws, dtype=fit.dtype)).float()
    assert torch.allclose(wanted[-1] - plain[-1], drawing_fit.SHARES[0] * (wanted[0] - plain[0]), atol=0.02)
    assert (wanted[:, 3] - plain[:, 3]).abs().mean() < 0.003  # not quite the same: bfloat16 in batches of another size


def test_a_drawing_that_is_painted_again_is_told_of():
    random = torch.Generator().manual_seed(0)
    before, others = (torch.nn.functional.interpolate(torch.rand(6, 3, 8, 8, generator=random), size=(256, 256)) for _ in range(2))
    solid = lambda x: torch.cat([x, torch.ones(len(x), 1, 256, 256)], 1)  # noqa: E731
    drawing = solid(others[:1])
    assert drawing_job.copied(torch.cat([solid(before[:5]), drawing * 0.98]), solid(before), drawing)
    assert not drawing_job.copied(solid(before) * 0.9, solid(before), drawing)
    assert not drawing_job.copied(drawing, drawing, drawing)  # it was one of the base's own avatars


def test_avatars_that_become_alike_are_less_diverse_and_pale_ones_are_not():
    pictures = torch.cat([torch.rand(6, 3, 256, 256, generator=torch.Generator().manual_seed(1)).round(), torch.ones(6, 1, 256, 256)], 1)
    pictures = torch.nn.functional.interpolate(torch.nn.functional.avg_pool2d(pictures, 32), scale_factor=32)
    pale, alike = pictures.clone(), pictures.clone()
    pale[:, :3] = 0.6 + 0.4 * pale[:, :3]
    alike[:, :3] = alike[:, :3] * 0.3 + alike[:1, :3] * 0.7
    assert drawing_job.spread(pale) == pytest.approx(drawing_job.spread(pictures), rel=0.02)
    assert drawing_job.spread(alike) < 0.7 * drawing_job.spread(pictures)


def test_clear_places_of_a_drawing_reach_the_job(tmp_path):
    clear = files.as_png(Image.new("RGBA", (700, 20), (200, 10, 10, 0)))
    for kind, expected in (("drawing", (512, (0, 0, 0, 0))), ("face", (700, (255, 255, 255)))):
        names = files.write_pictures(tmp_path / kind, [jobs._reduced(clear, KINDS[kind])])
        picture, = files.read_pictures(tmp_path / kind, names)
        assert (picture.width, picture.getpixel((0, 0))) == expected
