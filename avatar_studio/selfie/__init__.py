"""Photo -> Avatar. read() finds the faces, measures one and decides what an avatar takes from it.

Nothing leaves the machine and nothing is written to disk. See decide.py for what each trait is read from.
"""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PIL import Image

from ..avatar import Avatar
from ..traits import BY_NAME, DEFAULTS
from .decide import decide
from .errors import SelfieError
from .faces import Face, find_faces, preload
from .measure import measure
from .photo import open_photo
from .portrait import Portrait, portrait

__all__ = ["Reading", "SelfieError", "open_photo", "preload", "read", "read_everyone"]


@dataclass(frozen=True)
class Reading:
    """What a photo says.

    values: trait -> value, only what is sure. confidence: 0 to 1 for every trait that was looked for.
    unsure: the traits that were looked for and stay at their default.
    faces: (left, top, right, bottom) of every face, in pixels of the picture that open_photo() gives, the largest and
    most central first. face: which of them was read.
    """

    values: dict[str, float | int | str]
    confidence: dict[str, float]
    unsure: tuple[str, ...]
    faces: tuple[tuple[int, int, int, int], ...]
    face: int

    def avatar(self, base: Avatar | None = None, keep_groups: Collection[str] = ()) -> Avatar:
        """`base` with what was read; what is unsure stands at its default, what a photo does not tell stays as it was.

        keep_groups: groups of traits.GROUPS that are not touched.
        """
        changes = {**{name: DEFAULTS[name] for name in self.unsure}, **self.values}
        return (base or Avatar()).edit(**{n: v for n, v in changes.items() if BY_NAME[n].group not in keep_groups})


def read(photo: Image.Image | bytes, face: int | None = None) -> Reading:
    """Read one face of a photo: a file's bytes, or a picture that open_photo() gave.

    face: which of Reading.faces; None is the first, the largest and most central. The same photo reads the same
    every time. Safe to call from several threads. Raises SelfieError.
    """
    picture = open_photo(photo) if isinstance(photo, bytes) else photo.convert("RGB")
    faces = find_faces(picture)
    index = 0 if face is None else face
    if not 0 <= index < len(faces):
        raise SelfieError("no_such_face")
    return _read(picture, faces, index)


def read_everyone(photo: Image.Image | bytes, most: int) -> list[Reading]:
    """Every face of a photo from left to right, at most the `most` most prominent. Raises SelfieError."""
    picture = open_photo(photo) if isinstance(photo, bytes) else photo.convert("RGB")
    faces = find_faces(picture)
    order = sorted(range(min(len(faces), most)), key=lambda index: faces[index].box[0])
    return [_read(picture, faces, index) for index in order]


def _read(picture: Image.Image, faces: list[Face], index: int) -> Reading:
    return reading(portrait(picture, faces[index], faces), faces, index)


def reading(seen: Portrait, faces: list[Face], index: int) -> Reading:
    """The Reading of the portrait of faces[index]."""
    values, confidence, unsure = decide(measure(seen))
    return Reading(values, confidence, unsure, tuple(face.box for face in faces), index)
