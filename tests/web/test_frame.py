"""The quick picture of a dragged slider, asked for as the page's script does."""
from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from avatar_studio.avatar import BACKGROUNDS
from avatar_studio.web.frame import frame_route

from .conftest import image_of, is_one_sentence


@pytest.fixture(scope="module")
def ask(studio):
    """ask(body) -> the response of the route."""
    client = TestClient(Starlette(routes=[frame_route(studio)]))
    return lambda body: client.post("/frame", content=body if isinstance(body, (str, bytes)) else json.dumps(body))


def picture(response) -> Image.Image:
    assert response.status_code == 200 and response.headers["content-type"] == "image/jpeg"
    return Image.open(io.BytesIO(response.content)).convert("RGB")


def test_a_frame_is_the_picture_with_its_alpha_below(ask, call):
    frame = picture(ask({"avatar": {}}))
    assert frame.size == (256, 512)
    colours, alpha = np.asarray(frame.crop((0, 0, 256, 256)), np.float32), np.asarray(frame.crop((0, 256, 256, 512)).convert("L"), np.float32)
    wanted = np.asarray(image_of(call("draw", {"avatar": {}})["image"]).resize((256, 256)), np.float32)
    assert np.abs(alpha - wanted[..., 3]).mean() < 4
    assert np.abs((colours - wanted[..., :3]) * wanted[..., 3:] / 255).mean() < 6


def test_a_frame_on_a_background_has_no_alpha(ask):
    assert picture(ask({"avatar": {"background": BACKGROUNDS[1]}})).size == (256, 256)


@pytest.mark.parametrize("change", [{"traits": {"mouth_smile": 0.0}}, {"style": "neon", "strength": 0.9}])
def test_a_frame_follows_the_slider_and_the_style(ask, change):
    plain, changed = (np.asarray(picture(ask({"avatar": avatar})), float) for avatar in ({}, change))
    assert np.abs(plain - changed).max() > 50


@pytest.mark.parametrize("body", ["", "{", b"\xff\xfe", "[]", "7", "null", "[" * 100_000, {}, {"avatar": None}, {"avatar": {"traits": {"nose_job": 1}}},
                                  '{"avatar": {"traits": {"mouth_smile": NaN}}}', {"avatar": {"style": "baroque"}}, {"avatar": {"partner": {"partner": {}}}}])
def test_what_is_no_avatar_gets_one_sentence(ask, body):
    response = ask(body)
    assert response.status_code == 400 and is_one_sentence(response.json()["error"])
