"""The portrait: a face turned upright and brought to one size, in which everything is measured.

The eyes are level and UNIT pixels apart. Lengths are told in that unit; shapes come from the mesh turned to the front.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from scipy import ndimage

from .faces import CHIN, FOREHEAD, LEFT_EYE, OVAL, RIGHT_EYE, Face, View, person_mask, polygon, view
from .hair import classes
from .lab import lab, to_linear, to_srgb

UNIT = 64  # pixels between the eyes in the portrait
SIZE = 576  # a side of the portrait
EYES_AT = (0.5, 0.4)  # where the middle of the eyes stands in it
WHITE = 0.75  # linear light of a photo's highlights
COARSE = 2  # hair is looked for at half size
DARK = 58.0  # Lab's L of highlights: a photo in which they are no lighter was taken in the dark
WINDOW = 38.0  # so much lighter than all of a person is only what shines behind him
GOOD = 74.0  # what a dark photo's highlights, or those of a face against a window, are brought to
MOST = 40.0  # times as bright: beyond it there is only noise


@dataclass(frozen=True)
class Portrait:
    """What is measured: `view` of the photo, the mesh in its pixels, the mesh seen from the front in units with the
    eyes' middle at (0, 0), each pixel's colour, and the classes of hair.py at full size."""

    view: View
    points: np.ndarray  # (478, 3) pixels
    front: np.ndarray  # (478, 2) units
    turned: float  # radians between the face and the camera
    lab: np.ndarray  # (SIZE, SIZE, 3)
    classes: np.ndarray  # (SIZE, SIZE, 4)
    source_unit: float  # the photo's own pixels between the eyes

    @property
    def face(self) -> tuple[slice, slice]:
        """The rows and columns of the face and a little around it."""
        (left, top), (right, bottom) = self.points[:, :2].min(0).astype(int) - 16, self.points[:, :2].max(0).astype(int) + 16
        return slice(max(top, 0), max(bottom, 1)), slice(max(left, 0), max(right, 1))

    def area(self, indices) -> np.ndarray:
        """bool (SIZE, SIZE): inside the outline of these points of the mesh, and inside the photo."""
        return polygon(self.points[list(indices)], SIZE) & self.view.inside


def portrait(photo: Image.Image, face: Face, faces: Sequence[Face] = ()) -> Portrait:
    """The portrait of a face that find_faces() found in this photo, without what belongs to the other faces."""
    left, right = face.points[list(LEFT_EYE)].mean(0), face.points[list(RIGHT_EYE)].mean(0)
    unit = float(np.linalg.norm(right - left))  # in three dimensions: a head that is turned is not smaller
    across = (right - left)[:2]
    across = across / max(np.hypot(*across), 1e-6)
    seen = view(photo, ((left + right) / 2)[:2], across * unit / UNIT, SIZE, EYES_AT)
    points = seen.from_photo(face.points)
    seen = in_good_light(seen, polygon(points[list(OVAL)], SIZE))
    front, turned = _front(points)

    step = COARSE
    small = np.asarray(Image.fromarray(seen.rgb).reduce(step))
    others = [seen.from_photo(other.points) for other in faces if other is not face]
    inside = seen.inside[::step, ::step] & _own(points / step, [other / step for other in others], SIZE // step)
    small = in_daylight(small, seen.inside[::step, ::step])
    belief = classes(small, inside, points / step, person_mask(edge_continued(small, seen.inside[::step, ::step])), UNIT / step)
    full = belief.repeat(step, 0).repeat(step, 1)
    return Portrait(seen, points, front, turned, lab(seen.rgb), full, unit)


def _own(points: np.ndarray, others: list[np.ndarray], size: int) -> np.ndarray:
    """bool (size, size): the pixels that are nearer to this head than to any other, each by its own size. A head's middle
    lies half its width behind the face, so beside it where the face is turned."""
    ys, xs = np.mgrid[:size, :size]
    def distance(mesh):
        across, down = mesh[454] - mesh[234], mesh[CHIN] - mesh[FOREHEAD]
        width, height = np.linalg.norm(across), np.linalg.norm(down)
        back = np.cross(across, down) / (width * height)
        x, y, _ = (mesh.min(0) + mesh.max(0)) / 2 + 0.5 * width * back
        return np.hypot((xs - x) / width, (ys - y) / height)
    own = distance(points)
    return np.logical_and.reduce([own <= distance(other) for other in others] or [np.ones((size, size), bool)])


def in_good_light(seen: View, oval: np.ndarray) -> View:
    """A view of a photo that was taken in the dark or against a window, exposed for the face, bool (SIZE, SIZE): there
    everybody's skin and hair are as good as black. A photo in ordinary light stays as it is."""
    lightness = lab(seen.rgb)[..., 0]
    scene, face = (float(np.percentile(lightness[part], 97)) if part.any() else GOOD for part in (seen.inside, oval & seen.inside))
    white = scene if scene < DARK else face if scene - face > WINDOW and scene - _lightest(seen, lightness) > WINDOW else GOOD
    if white == GOOD:
        return seen
    gain = min(((GOOD + 16) / (white + 16)) ** 3, MOST)  # L + 16 grows as the cube root of light
    table = np.round(255 * to_srgb(to_linear(np.arange(256)) * gain)).astype(np.uint8)
    return replace(seen, rgb=table[seen.rgb])


def _lightest(seen: View, lightness: np.ndarray) -> float:
    """The lightest thing on a person: of somebody with dark skin the eyes, teeth or clothes are light; against a window nothing is."""
    person = seen.inside & (person_mask(edge_continued(seen.rgb, seen.inside)) > 0.7)
    return float(np.percentile(lightness[person], 99)) if person.any() else 100.0


def in_daylight(rgb: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """A dim photo, uint8 (n, n, 3), as bright as its highlights should be: in the dark, hair looks like what is behind it."""
    light = to_linear(rgb)
    scene = float(np.percentile(light[inside].max(-1), 97)) if inside.any() else 1.0
    gain = float(np.clip(WHITE / max(scene, 1e-3), 1.0, 8.0))
    bright = to_srgb(light * gain)
    level = float(bright[inside].mean()) if inside.any() else 1.0
    lift = float(np.clip(np.log(0.4) / np.log(np.clip(level, 1e-3, 0.99)), 0.4, 1.0))  # and its shadows lifted
    return np.round(255 * bright ** lift).astype(np.uint8)


def edge_continued(rgb: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The view, uint8 (n, n, 3), where the photo's edge goes on past it: the mask's network takes a black corner for a border of something."""
    if inside.all():
        return rgb
    inner = ndimage.binary_erosion(inside[::2, ::2])  # the rim is mixed with black
    ys, xs = ndimage.distance_transform_edt(~inner, return_distances=False, return_indices=True)
    far = ~inner.repeat(2, 0).repeat(2, 1)
    return np.where(far[..., None], rgb[2 * ys, 2 * xs].repeat(2, 0).repeat(2, 1), rgb)


def _front(points: np.ndarray) -> tuple[np.ndarray, float]:
    """The mesh turned to face the camera, in units, and the angle by which it was turned."""
    centred = points - (points[list(LEFT_EYE)].mean(0) + points[list(RIGHT_EYE)].mean(0)) / 2
    x = centred[263] - centred[33]
    x /= np.linalg.norm(x)
    y = centred[CHIN] - centred[FOREHEAD]
    y -= x * (x @ y)
    y /= np.linalg.norm(y)
    turned = float(np.arccos(np.clip(np.cross(x, y)[2], -1, 1)))
    return np.column_stack([centred @ x, centred @ y]) / UNIT, turned


def middle(colours: np.ndarray, low: float, high: float) -> np.ndarray:
    """The mean Lab of the pixels whose lightness lies between two percentiles; NaN when there are too few."""
    if len(colours) < 12:
        return np.full(3, np.nan)
    lightness = colours[:, 0]
    kept = (lightness >= np.percentile(lightness, low)) & (lightness <= np.percentile(lightness, high))
    return colours[kept].mean(0)


def share(mask: np.ndarray, unit: float) -> float:
    """An area in square units."""
    return float(mask.sum()) / unit ** 2
