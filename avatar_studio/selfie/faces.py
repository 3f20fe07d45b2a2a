"""Photo -> faces: MediaPipe's detectors, its 478-point mesh and its person mask, all with the models in its wheel."""
from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import numpy as np
from PIL import Image, ImageDraw

from .errors import SelfieError

# MediaPipe's graphs keep state, and so does the list of loaded modules while it is imported: one thread at a time.
_LOCK = threading.RLock()

# Points of the mesh (mediapipe/modules/face_geometry/data/canonical_face_model_uv_visualization.png).
# Left and right are the picture's, not the person's.
OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
LEFT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
RIGHT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
LEFT_IRIS, RIGHT_IRIS = 468, 473
FOREHEAD, CHIN = 10, 152
LEFT_CHEEK, RIGHT_CHEEK = (117, 118, 101, 36, 205, 187, 123), (346, 347, 330, 266, 425, 411, 352)

UPRIGHT = 0.8  # a detector's score that only a face the right way up has; upside down it reaches 0.75
SELFIE = 0.25  # a face this wide, as a part of the photo's shorter edge, is a selfie's
DETECT_SIZE = 400  # pixels: the detectors look at 128 and 192, and take only every so many pixels of what is larger
MESH_SIZE = 320  # pixels: the square that a face is turned into before its mesh is taken


@dataclass(frozen=True)
class Face:
    """One face. box: (left, top, right, bottom) in the photo's pixels. points: float32 (478, 3) in the photo's
    pixels, z (towards the camera is negative) in the same unit."""

    box: tuple[int, int, int, int]
    points: np.ndarray


@dataclass(frozen=True)
class View:
    """A part of a photo, turned and scaled. rgb: uint8 (size, size, 3). inside: bool (size, size), where the photo is.
    to_photo: float64 (2, 3), takes (x, y, 1) of the view to the photo."""

    rgb: np.ndarray
    inside: np.ndarray
    to_photo: np.ndarray

    def from_photo(self, points: np.ndarray) -> np.ndarray:
        """Points (n, 2 or 3) of the photo in this view; z is scaled like x and y."""
        linear, shift = self.to_photo[:, :2], self.to_photo[:, 2]
        moved = (points[:, :2] - shift) @ np.linalg.inv(linear).T
        return np.column_stack([moved, points[:, 2:] / np.sqrt(abs(np.linalg.det(linear)))])


def view(photo: Image.Image, centre, right, size: int, at=(0.5, 0.5)) -> View:
    """The square of size x size pixels whose x axis points along `right`, a vector of the photo that is one pixel of
    the view long, and in which the photo's point `centre` stands at the fraction `at`."""
    dx, dy = map(float, right)
    linear = np.array([[dx, -dy], [dy, dx]])
    shift = np.asarray(centre, float) - linear @ (np.asarray(at) * size)
    to_photo = np.column_stack([linear, shift])
    step = max(int(np.hypot(dx, dy)), 1)  # bilinear sampling would alias below half size: average blocks first
    corners = np.array([(0, 0), (size, 0), (0, size), (size, size)]) @ linear.T + shift
    low = (np.floor(corners.min(0)).astype(int) - 2).clip(0) // step * step  # only the part that is seen
    high = np.minimum(np.ceil(corners.max(0)).astype(int) + 2, photo.size).clip(low + 1)
    part = photo.crop((*map(int, low), *map(int, high)))
    small = part.reduce(step) if step > 1 else part
    a, b, c, d, e, f = np.column_stack([linear, shift - low]).ravel() / step
    rgba = small.convert("RGBA").transform((size, size), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR)
    pixels = np.asarray(rgba)
    return View(np.ascontiguousarray(pixels[..., :3]), pixels[..., 3] > 250, to_photo)


def polygon(points: np.ndarray, size: int) -> np.ndarray:
    """bool (size, size): inside the outline of points (n, 2) or more columns, as (x, y) in pixels."""
    mask = Image.new("1", (size, size))
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in points[:, :2]], fill=1)
    return np.asarray(mask)


def find_faces(photo: Image.Image) -> list[Face]:
    """Every face in an RGB photo, the largest and most central first. Raises SelfieError no_face or no_reader."""
    best: tuple[float, list[Face]] = (0.0, [])
    with _LOCK:
        for turn in (0, 90, 270, 180):  # a photo that lies on its side has no EXIF to say so, now and then
            candidates = _candidates(photo, turn)
            meshes = [(score, _mesh(photo, *place)) for *place, score in candidates]
            score = max((score for score, face in meshes if face), default=0.0)
            best = max(best, (score, [face for _, face in meshes if face]), key=lambda found: found[0])
            if score > UPRIGHT:
                break
    if not best[1]:
        raise SelfieError("no_face")
    return sorted(_distinct(best[1]), key=lambda face: -_prominence(face, photo.size))


def person_mask(rgb: np.ndarray) -> np.ndarray:
    """float32 (height, width): the probability that a pixel belongs to a person, for uint8 (height, width, 3)."""
    with _LOCK:
        return np.array(_models().person.process(rgb).segmentation_mask)


def preload() -> None:
    """Load the models now (about a second) instead of with the first photo. Raises SelfieError no_reader."""
    with _LOCK:
        _models()


def _candidates(photo: Image.Image, turn: int) -> list[tuple[np.ndarray, np.ndarray, float, float]]:
    """What may be a face, surest first: (eye centre, unit vector from the left eye to the right, width, score), in the
    photo's pixels."""
    turned = photo.rotate(turn, expand=True) if turn else photo
    found = []
    for left, top, tile in _tiles(turned):
        pixels = np.asarray(tile.reduce(max(max(tile.size) // DETECT_SIZE, 1)))
        for detector in (_models().near, _models().far):
            for detection in detector.process(pixels).detections or []:
                place = detection.location_data
                eyes = [np.array([left + k.x * tile.width, top + k.y * tile.height]) for k in place.relative_keypoints[:2]]
                found.append((*(_turn_back(eye, turn, photo.size) for eye in eyes),
                              place.relative_bounding_box.width * tile.width, detection.score[0]))
        if tile is turned and any(width > SELFIE * min(photo.size) for _, _, width, _ in found):
            break  # who stands far behind a selfie is not meant
    found.sort(key=lambda candidate: -candidate[3])
    kept = []
    for left_eye, right_eye, width, score in found:
        centre, across = (left_eye + right_eye) / 2, right_eye - left_eye
        if all(np.hypot(*(centre - other)) > 0.4 * max(width, size) for other, _, size, _ in kept):
            kept.append((centre, across / max(np.hypot(*across), 1e-6), width, score))
    return kept


def _tiles(photo: Image.Image):
    """The whole photo and, for the small faces of a group, six overlapping parts of it."""
    yield 0, 0, photo
    width, height = photo.size
    if max(width, height) < 600:
        return
    columns, rows = (3, 2) if width > height else (2, 3)
    w, h = max(int(width / columns * 1.3), 1), max(int(height / rows * 1.3), 1)  # a strip of a pixel has parts too
    for row in range(rows):
        for column in range(columns):
            left, top = (width - w) * column // (columns - 1), (height - h) * row // (rows - 1)
            yield left, top, photo.crop((left, top, left + w, top + h))


def _turn_back(point: np.ndarray, turn: int, size: tuple[int, int]) -> np.ndarray:
    """A point of the photo turned counterclockwise by `turn` degrees, in the photo as it was."""
    x, y = point
    width, height = size
    return np.array({0: (x, y), 90: (width - y, x), 180: (width - x, height - y), 270: (y, height - x)}[turn])


def _mesh(photo: Image.Image, eyes: np.ndarray, across: np.ndarray, width: float) -> Face | None:
    """The mesh of a candidate, or None where there is no face."""
    for zoom in (2.2, 3.0):
        crop = view(photo, eyes, across * width * zoom / MESH_SIZE, MESH_SIZE, at=(0.5, 0.42))
        result = _models().mesh.process(crop.rgb).multi_face_landmarks
        if result:
            points = np.array([(p.x, p.y, p.z) for p in result[0].landmark], np.float32) * MESH_SIZE
            if not _is_person(crop, points):
                continue
            scale = np.hypot(*crop.to_photo[:, 0])
            flat = points[:, :2] @ crop.to_photo[:, :2].T + crop.to_photo[:, 2]
            low, high = flat.min(0), flat.max(0)
            box = tuple(int(v) for v in (*np.floor(low.clip(0)), *np.ceil(np.minimum(high, photo.size))))
            return Face(box, np.column_stack([flat, points[:, 2] * scale]).astype(np.float32))
    return None


def _is_person(crop: View, points: np.ndarray) -> bool:
    """Whether the mask calls most of the face's oval a person: a face seen in a blurred building is none."""
    oval = polygon(points[list(OVAL), :2], MESH_SIZE)
    return oval.any() and person_mask(crop.rgb)[oval & crop.inside].mean() > 0.5


def _distinct(faces: list[Face]) -> list[Face]:
    kept: list[Face] = []
    for face in faces:
        if all(_overlap(face.box, other.box) < 0.3 for other in kept):
            kept.append(face)
    return kept


def _overlap(a, b) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return max(width, 0) * max(height, 0) / max(smaller, 1)


def _prominence(face: Face, size: tuple[int, int]) -> float:
    """Area, down to a half for a face at the left or right border."""
    left, top, right, bottom = face.box
    aside = abs((left + right) / size[0] - 1)
    return (right - left) * (bottom - top) * (1 - 0.5 * aside)


@dataclass(frozen=True)
class _Models:
    near: object
    far: object
    mesh: object
    person: object


@cache
def _models() -> _Models:
    try:
        solutions = _import_solutions()
        return _Models(
            near=solutions.face_detection.FaceDetection(0.4, model_selection=0),
            far=solutions.face_detection.FaceDetection(0.4, model_selection=1),
            mesh=solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True,
                                              min_detection_confidence=0.5, min_tracking_confidence=0.9),
            person=solutions.selfie_segmentation.SelfieSegmentation(model_selection=0),
        )
    except (ImportError, OSError, RuntimeError, ValueError):  # on Windows it cannot open its models in a folder with foreign letters
        raise SelfieError("no_reader") from None


def _import_solutions() -> ModuleType:
    """mediapipe.solutions without OpenCV and Matplotlib, which MediaPipe imports for its drawing helpers alone.

    Empty modules stand in for them while it is imported: OpenCV links libGL and libxcb, which slim containers lack,
    and the two cost a second and 60 MB.
    """
    absent = {name: ModuleType(name) for name in ("cv2", "matplotlib", "matplotlib.pyplot") if name not in sys.modules}
    sys.modules.update(absent)
    try:
        from mediapipe.python.solutions import face_detection, face_mesh, selfie_segmentation  # noqa: F401
        from mediapipe.python import solutions
    finally:
        for name in absent:
            del sys.modules[name]
    return solutions
