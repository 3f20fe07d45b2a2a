"""The kind of job that learns a person, with the real networks and photos, for a few steps."""
from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image

from avatar_studio import selfie
from avatar_studio.avatar import decode
from avatar_studio.latent import styles
from avatar_studio.personal import face_job
from avatar_studio.personal.model_file import MAX_BYTES, TOLD, apply, read_model
from avatar_studio.selfie import SelfieError
from avatar_studio.weights import load_generator

from .conftest import PHOTOS
from .told import Told

STEPS = 5


def photo(name: str) -> Image.Image:
    return selfie.open_photo((PHOTOS / name).read_bytes())


@pytest.fixture(scope="module")
def job():
    """A job on a photo with a face and one without, each step a slice."""
    return Told.of(face_job.run, [Image.new("RGB", (300, 300), "white"), photo("p02.jpg")], {"name": "Eileen"}, {}, STEPS, slice_seconds=0)


def test_a_person_is_learned(job):
    generator = load_generator()
    data = job.result[face_job.RESULT]
    model = read_model(data, generator)
    assert model.name == "Eileen" and len(data) < MAX_BYTES / 2
    assert json.loads(job.result[TOLD]) == {"faceless": 1}
    assert len(job.states) == STEPS + 1 and job.shares == sorted(job.shares) and job.shares[-1] == 1
    assert job.losses[-1]["you"] < 0.99 * job.losses[0]["you"] and all(np.isfinite(list(losses.values())).all() for losses in job.losses)
    assert {preview.mode for preview in job.previews} == {"RGBA"} and job.previews[-1].size == (512, 512)
    avatar = decode(model.avatar_code)
    assert avatar.traits["hair_back"] != "bald" and avatar.is_plain
    ws = styles(generator, [avatar])
    change = torch.from_numpy(job.states[0]["changes"][-1]).float().permute(2, 0, 1)
    with torch.inference_mode():
        moved = apply(generator, model, 1.0).paint(ws)[0] - generator.paint(ws)[0]
    assert torch.nn.functional.cosine_similarity(moved.flatten(), change.flatten(), 0) > 0.2  # it went where the photo is


def test_a_job_goes_on_from_any_slice(job):
    rest = Told.of(face_job.run, [], {"name": "Eileen"}, job.states[3], STEPS, slice_seconds=0)  # the photos are needed no more
    generator = load_generator()
    a, b = (read_model(one.result[face_job.RESULT], generator) for one in (job, rest))
    assert len(rest.losses) == STEPS - 3 and a.avatar_code == b.avatar_code
    for name, value in a.difference.items():  # threads add in any order, so nearly
        assert (value - b.difference[name]).norm() < 0.2 * value.norm() + 1e-3, name


def test_photos_without_a_face_are_told():
    with pytest.raises(SelfieError) as error:
        next(face_job.run([Image.new("RGB", (300, 300), "white")] * 2, {"name": "Nobody"}, Told(), {}))
    assert error.value.key == "no_face"


def test_several_readings_make_one_avatar():
    def reading(**values):
        return selfie.Reading(values, dict.fromkeys(values, 0.8), (), (), 0)

    red, blue = ({"hair_hue": hue, "hair_saturation": 1.0, "hair_lightness": 0.5} for hue in (0, 240))
    one = face_job.together([reading(hair_back="bob", eye_size=0.5, **red), reading(hair_back="bob", eye_size=-0.1), reading(hair_back="short", **blue)])
    assert one.traits["hair_back"] == "bob" and one.traits["eye_size"] == pytest.approx(0.2, abs=0.02)
    assert one.traits["hair_hue"] == 300 and one.traits["freckles"] == 0  # between the two; what nobody saw is at its default
