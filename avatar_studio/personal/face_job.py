"""The kind of job that learns a person from 1 to 20 photos: a personal model, see face_target.py, face_fit.py, model_file.py."""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from .. import selfie
from ..avatar import Avatar, decode
from ..latent import styles
from ..selfie import Reading, SelfieError
from ..selfie.faces import find_faces
from ..selfie.portrait import portrait
from ..pixels import to_picture
from ..traits import BY_NAME, COLOURS, rgb, set_colour
from . import face_fit, face_target
from .model_file import RESULT, TOLD, write_model
from .tuning import SLICE, base_generator, tiles, tune

READING = 0.1     # share of the whole job that the photos take
SEEDS = 8         # that are tried for the pivot
VOLUME_STEPS = 0.4, 0.4, 0.2, 0.1  # by which its hair's volume is moved, of 2 from end to end


def run(pictures, options, report, state, steps=face_fit.STEPS, slice_seconds=SLICE):
    """See worker.py. options: {"name"}. Photos without a face are left out; SelfieError if none has one."""
    generator = base_generator()
    if not state:
        avatar, changes, faceless = read(pictures, generator, report)
        state = {"avatar": np.frombuffer(avatar.code.encode(), np.uint8), "changes": changes.astype(np.float16), "faceless": np.array(faceless)}
        yield state
    avatar = decode(state["avatar"].tobytes().decode())
    fit = face_fit.Fit(generator, avatar, state["changes"].astype(np.float32), steps=steps)
    yield from tune(fit, state, report, READING, lambda: preview(fit), slice_seconds)
    return {RESULT: write_model(options["name"], {name: value.detach() for name, value in fit.difference.items()}, avatar.code),
            TOLD: json.dumps({"faceless": int(state.get("faceless", 0))}).encode()}


def read(pictures: Sequence[Image.Image], generator, report) -> tuple[Avatar, np.ndarray, int]:
    """The pivot, which is the person's avatar, what the photos add to its picture, for each of face_fit.SHARES: premultiplied
    float32 (len(SHARES), N, N, 4), and how many photos show no face."""
    readings, seen = [], []
    for k, photo in enumerate(pictures):
        try:
            faces = find_faces(photo)
        except SelfieError as error:
            if error.key != "no_face":
                raise
            continue
        finally:
            report(READING * (k + 0.5) / len(pictures), reading=True)
        view = portrait(photo, faces[0], faces)
        readings.append(selfie.reading(view, faces, 0))
        seen.append(face_target.see(view, readings[-1].avatar().traits))
        if len(seen) == 1:
            report(READING * (k + 1) / len(pictures), preview=_drawn(generator, readings[0].avatar()), reading=True)
    if not seen:
        raise SelfieError("no_face")
    report(READING, reading=True)
    everything = face_target.agree(seen)
    avatar = nearest(generator, together(readings), everything)
    base, wanted = face_target.target(generator, avatar, everything, face_fit.SHARES)
    return avatar, wanted - base, len(pictures) - len(seen)


def together(readings: Sequence[Reading]) -> Avatar:
    """One avatar of all readings of a person: each trait as most of them have it, by how sure they are."""
    found = {}
    for name in {name for one in readings for name in one.values}:
        sure = [(one.values[name], one.confidence[name]) for one in readings if name in one.values]
        if BY_NAME[name].kind == "choice":
            votes = Counter()
            for value, confidence in sure:
                votes[value] += confidence
            found[name] = votes.most_common(1)[0][0]
        elif BY_NAME[name].kind == "slider":
            values, weights = np.array(sure, float).T
            found[name] = float(np.average(values, weights=weights))
    for colour in COLOURS:  # a mean of hues means nothing
        sure = [(rgb(one.avatar().traits, colour), one.confidence[f"{colour}_hue"]) for one in readings if f"{colour}_hue" in one.values]
        if sure:
            found |= set_colour(colour, *np.average([value for value, _ in sure], axis=0, weights=[weight for _, weight in sure]))
    return Avatar(found)


def nearest(generator, avatar: Avatar, seen: face_target.Seen) -> Avatar:
    """The avatar whose outline is nearest to the photos': of a few seeds, and then, in steps, of fuller or flatter hair.

    Not of longer or shorter hair: its end hangs where photos show shoulders, and is better read than fitted (docs/personal.md).
    """
    def best(avatars):
        solid = face_target.draw(generator, avatars)[..., 3]                                          # (M, N, N)
        apart = (np.abs(solid - seen.head) * seen.inside)[:, :face_target.NECK - 20].mean((1, 2))
        return avatars[int(apart.argmin())]

    avatar = best([Avatar(avatar.traits, seed) for seed in range(SEEDS)])
    if avatar.traits["headwear"] == "none":
        for step in VOLUME_STEPS:
            avatar = best([avatar, *(avatar.edit(hair_volume=avatar.traits["hair_volume"] + way * step) for way in (-1, 1))])
    return avatar


@torch.inference_mode()
def preview(fit: face_fit.Fit) -> Image.Image:
    """RGBA, 512 square: the base's picture and the copy's; below, the copy's laughing and winking."""
    me = fit.avatar
    ws = styles(fit.base, [me, me.edit(mouth_smile=1.0, mouth_open=0.7), me.edit(wink="left", mouth_smile=0.8)])
    return tiles(torch.cat([fit.plain, fit.paint(ws)]))


def _drawn(generator, avatar: Avatar) -> Image.Image:
    picture = face_target.draw(generator, [avatar])
    return to_picture(torch.from_numpy(picture).permute(0, 3, 1, 2))
