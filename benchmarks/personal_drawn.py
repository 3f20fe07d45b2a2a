"""People whom the artist drew, for benchmarks.personal: what is learned of them can be compared with the truth."""
from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image, ImageFilter

from avatar_studio import dice
from avatar_studio.artist import draw
from avatar_studio.avatar import Avatar, latent
from avatar_studio.devices import fast_dtype
from avatar_studio.latent import styles
from avatar_studio.models.generator import Generator
from avatar_studio.personal import face_fit, face_job, face_target
from avatar_studio.pixels import settle, to_picture
from avatar_studio.selfie.lab import lab

from .personal_apart import apart

DTYPE = fast_dtype(torch.device("cpu"))


def straight(rgba: np.ndarray) -> np.ndarray:
    return rgba.astype(np.float32) / 255


def photographed(traits: dict, z: np.ndarray, random: np.random.Generator | None) -> face_target.Seen:
    """A drawn person as a bad photo would show them: uneven light, blur, noise, JPEG; without random as they are. Where parts
    are, a reader would know."""
    picture = draw(traits, z)
    tell = lambda what, light: straight(draw({**traits, f"{what}_lightness": light, f"{what}_saturation": 0.0}, z))[..., :3].mean(-1)  # noqa: E731
    hair, cloth = ((tell(what, 0.95) - tell(what, 0.05) > 0.15).astype(np.float32) for what in ("hair", "clothes"))
    image = Image.fromarray(picture[..., :3])
    if random:
        light = np.linspace(*random.uniform(0.75, 1.15, 2), 256)[None, :, None]
        dim = straight(picture)[..., :3] * light + random.normal(0, 0.03, (256, 256, 3))
        buffer = io.BytesIO()
        Image.fromarray((dim.clip(0, 1) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.0)).save(buffer, "JPEG", quality=60)
        image = Image.open(buffer)
    colours = lab(np.asarray(image)).astype(np.float32)
    solid = (picture[..., 3] > 127).astype(np.float32)
    head = solid * (1 - cloth) * (np.arange(256)[:, None] < 206)
    return face_target.Seen(np.ones((256, 256), np.float32), hair, np.maximum(head, hair), colours, cloth, colours, np.float32(1.0))


def drawn_person(seed: int, generator: Generator) -> dict:
    """Mean error (of 255) to the artist's own pictures of a person with expressions that no photo showed: as read, of the pivot, after, and the
    least that can be: the base's, if nothing had been misread. And how far the picture is from the person in good light, as read and after."""
    random = np.random.default_rng([77, seed])
    truth = {**dice.roll(random), "headwear": "none"}
    z = latent(seed)
    mistaken = {name: truth[name] + random.uniform(-0.5, 0.5) for name in ("hair_length", "hair_volume")}
    mistaken |= {"hair_lightness": truth["hair_lightness"] + random.uniform(-0.1, 0.1), "hair_highlights": 0.0, "clothes": "tee", "motif": "none"}
    read = Avatar({**truth, **mistaken})
    seen = face_target.agree([photographed({**truth, "mouth_open": o}, z, random) for o in (0.0, 0.4, 0.8)])
    avatar = face_job.nearest(generator, read, seen)
    base, wanted = face_target.target(generator, avatar, seen, face_fit.SHARES)
    fit = face_fit.Fit(generator, avatar, wanted - base)
    while not fit.done:
        fit.advance()
    new = [{"mouth_smile": 1.0, "eye_smile": 0.8}, {"wink": "left", "mouth_open": 0.3}, {"gaze_x": 1.0, "mouth_smile": -0.5}]
    drawings = np.stack([straight(draw({**truth, **edit}, z)) for edit in new])
    drawings[..., :3] *= drawings[..., 3:]
    as_read, ws, rights = (styles(generator, [who.edit(**edit) for edit in ({}, *new)]) for who in (read, avatar, Avatar(truth, seed)))
    with torch.inference_mode():
        painted = {name: generator.paint(some, dtype=DTYPE) for name, some in (("as read", as_read), ("pivot", ws), ("least", rights))}
        painted["after"] = fit.paint(ws)
    right = photographed(truth, z, None)
    pictures = {f"apart {name}": painted[name][:1] for name in ("as read", "after")}
    found = {name: apart(to_picture(settle(made.float())), right, right.cloth_colours[right.cloth > 0.5]) for name, made in pictures.items()}
    return found | {name: float(np.abs(settle(made[1:].float()).permute(0, 2, 3, 1).numpy() - drawings).mean() * 255) for name, made in painted.items()}
