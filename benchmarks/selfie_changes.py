"""The photos of benchmarks.selfie as they might have been taken: in other light, in the dark, before a window, very near, with a webcam."""
from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from avatar_studio.selfie.faces import find_faces, person_mask
from avatar_studio.selfie.lab import to_linear, to_srgb

Change = Callable[[Image.Image], Image.Image]


def lit(red: float, green: float, blue: float) -> Change:
    """Each channel's linear light times a factor."""
    return lambda picture: _picture(to_linear(np.asarray(picture)) * np.array((red, green, blue)))


def window(picture: Image.Image) -> Image.Image:
    """Whoever is there at a tenth of the light, before a white that is a little structured."""
    small = person_mask(np.asarray(picture.resize((256, 256))))
    mask = Image.fromarray(np.round(255 * small).astype(np.uint8)).resize(picture.size).filter(ImageFilter.GaussianBlur(picture.width / 150))
    person, light = np.asarray(mask)[..., None] / 255, to_linear(np.asarray(picture))
    return _picture(0.1 * light * person + (0.75 + 2 * light).clip(0, 1) * (1 - person))


def near(picture: Image.Image) -> Image.Image:
    """Only the face, from the forehead to the chin and from cheek to cheek."""
    left, top, right, bottom = find_faces(picture)[0].box
    across, down = right - left, bottom - top
    return picture.crop((max(left - across // 8, 0), max(top - down // 8, 0), min(right + across // 8, picture.width), min(bottom + down // 12, picture.height)))


def webcam(picture: Image.Image) -> Image.Image:
    """At most 320 x 240 pixels, a little blurred, a poor JPEG."""
    small = picture.copy()
    small.thumbnail((320, 240))
    data = io.BytesIO()
    small.filter(ImageFilter.GaussianBlur(1)).save(data, "JPEG", quality=45)
    return Image.open(data).convert("RGB")


def grey(picture: Image.Image) -> Image.Image:
    return picture.convert("L").convert("RGB")


def _picture(light: np.ndarray) -> Image.Image:
    return Image.fromarray(np.round(255 * to_srgb(light)).astype(np.uint8))


LIGHTS: dict[str, Change] = {"darker": lit(0.45, 0.45, 0.45), "brighter": lit(1.6, 1.6, 1.6), "warmer": lit(1.15, 1.0, 0.7), "cooler": lit(0.78, 1.0, 1.2)}
HARD: dict[str, Change] = {"dark": lit(0.15, 0.15, 0.15), "very dark": lit(0.04, 0.04, 0.04), "window": window, "near": near, "webcam": webcam, "grey": grey}
