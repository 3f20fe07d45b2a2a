"""How far an avatar's picture is from a photo, in colours and geometry, for benchmarks.personal."""
from __future__ import annotations

import numpy as np
from PIL import Image

from avatar_studio.personal import face_target
from avatar_studio.selfie.lab import lab

PARTS = ("outline", "hair", "clothes")


def apart(picture: Image.Image, seen: face_target.Seen, worn: np.ndarray) -> dict[str, float]:
    """How far an avatar's picture is from a photo laid on its canvas: its outline in percent of the radius, its hair and its clothes in Lab.

    worn: the Lab colours (N, 3) of the clothes in the photo.
    """
    pixels = np.asarray(picture)
    blurred = face_target._blur(lab(pixels[..., :3]), 3)
    solid = pixels[..., 3] > 127
    rows = np.arange(256)[:, None]
    mine, theirs = (face_target._farthest(mask & (rows < 206)) for mask in (solid, seen.head > 0.5))
    ends = face_target.CENTRE[1] - np.cos(face_target.ANGLES) * np.nan_to_num(theirs), face_target.CENTRE[0] + np.sin(face_target.ANGLES) * np.nan_to_num(theirs)
    known = (seen.inside[tuple(np.clip(np.round(end), 0, 255).astype(int) for end in ends)] > 0.9) & (np.abs(face_target.ANGLES) < face_target.SIDEWAYS)
    known &= ~np.isnan(mine) & ~np.isnan(theirs)
    found = {"outline": float(100 * np.abs(mine[known] / theirs[known] - 1).mean())}
    hair = (seen.hair > 0.5) & (seen.inside > 0.9) & (rows < 120) & solid
    if hair.sum() > 200:
        found["hair"] = float(np.linalg.norm(blurred[hair] - face_target._blur(seen.colours, 3)[hair], axis=-1).mean())
    dressed = solid & (rows > 225) & (np.abs(np.arange(256) - 128) < 55)
    if len(worn) > 200:
        found["clothes"] = float(np.linalg.norm(palette(blurred[dressed]) - palette(worn), axis=-1).mean())
    return found


def palette(colours: np.ndarray) -> np.ndarray:
    """How much of each colour there is among Lab pixels (N, 3), wherever it is: quantiles of each channel, (50, 3)."""
    return np.quantile(colours, np.linspace(0.01, 0.99, 50), axis=0)


def nearer(before: list[dict[str, float]], after: list[dict[str, float]]) -> dict[str, tuple[float, float]]:
    """Each part's means before and after, and "all": the mean of the parts' ratios, 1 before."""
    found = {name: tuple(np.mean([one[name] for one in some if name in one]) for some in (before, after)) for name in PARTS}
    return found | {"all": (1.0, float(np.mean([mine / base for base, mine in found.values()])))}
