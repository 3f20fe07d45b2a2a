"""A face in a photo -> numbers. What they mean for an avatar is decided in decide.py.

Everything is measured in the portrait: the photo turned so that the eyes are level and scaled so that they are UNIT
pixels apart. Lengths are in that unit; shapes come from the mesh turned to the front; colours are Lab.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from .faces import CHIN, FOREHEAD, LEFT_EYE, LEFT_IRIS, OVAL, RIGHT_EYE, RIGHT_IRIS, Face, View, person_mask, polygon, view
from .hair import CLOTHES, HAIR, SKIN, classes
from .lab import lab, lab_of_linear, to_linear

UNIT = 64  # pixels between the eyes in the portrait
SIZE = 576  # a side of the portrait
EYES_AT = (0.5, 0.4)  # where the middle of the eyes stands in it
COARSE = 2  # hair is looked for at half size

LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
MOUTH = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
LEFT_BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
RIGHT_BROW = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)
LEFT_CHEEK, RIGHT_CHEEK = (117, 118, 101, 36, 205, 187, 123), (346, 347, 330, 266, 425, 411, 352)


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

    def area(self, indices) -> np.ndarray:
        """bool (SIZE, SIZE): inside the outline of these points of the mesh, and inside the photo."""
        return polygon(self.points[list(indices)], SIZE) & self.view.inside


def portrait(photo: Image.Image, face: Face) -> Portrait:
    """The portrait of a face that find_faces() found in this photo."""
    left, right = face.points[list(LEFT_EYE)].mean(0), face.points[list(RIGHT_EYE)].mean(0)
    unit = float(np.linalg.norm(right - left))  # in three dimensions: a head that is turned is not smaller
    across = (right - left)[:2]
    across = across / max(np.hypot(*across), 1e-6)
    seen = view(photo, ((left + right) / 2)[:2], across * unit / UNIT, SIZE, EYES_AT)
    points = seen.from_photo(face.points)
    front, turned = _front(points)

    step = COARSE
    small = np.asarray(Image.fromarray(seen.rgb).reduce(step))
    inside = seen.inside[::step, ::step]
    belief = classes(small, inside, points / step, person_mask(small), UNIT / step)
    full = np.kron(belief, np.ones((step, step, 1), np.float32))
    return Portrait(seen, points, front, turned, lab(seen.rgb), full, unit)


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


def measure(p: Portrait) -> dict[str, float | np.ndarray]:
    """All measurements by name. Lengths in units, angles in radians, colours as Lab (3,)."""
    return {**shapes(p), **colours(p), **brows(p), **glasses(p), **beard(p), **hair(p)}


def shapes(p: Portrait) -> dict[str, float]:
    """What the mesh alone tells."""
    f = p.front
    height = _distance(f, FOREHEAD, CHIN)
    eyes = [(33, 133, 159, 145), (263, 362, 386, 374)]  # outer corner, inner corner, upper lid, lower lid
    opened = [_distance(f, up, low) / _distance(f, out, inn) for out, inn, up, low in eyes]
    tilt = [np.arctan2(f[inn, 1] - f[out, 1], abs(f[inn, 0] - f[out, 0])) for out, inn, _, _ in eyes]
    brow_rise = [np.arctan2(f[i, 1] - f[o, 1], abs(f[i, 0] - f[o, 0])) for o, i in ((105, 107), (334, 336))]
    corners, lips = f[[61, 291], 1].mean(), f[[0, 17], 1].mean()
    mouth_width = _distance(f, 61, 291)
    return {
        "mouth_covered": 0.0,
        "face_height": height,
        "face_width": _distance(f, 234, 454) / height,
        "jaw_width": _distance(f, 172, 397) / _distance(f, 234, 454),
        "chin_length": _distance(f, 17, CHIN) / height,
        "eye_size": np.mean([_distance(f, out, inn) for out, inn, _, _ in eyes]),
        "eye_spacing": _distance(f, 133, 362),
        "eye_tilt": float(np.mean(tilt)),
        "eye_open_left": opened[0],
        "eye_open_right": opened[1],
        "brow_angle": float(np.mean(brow_rise)),
        "brow_height": float((f[[159, 386], 1] - f[[52, 282], 1]).mean()),
        "nose_width": _distance(f, 129, 358),
        "mouth_width": mouth_width,
        "mouth_open": _distance(f, 13, 14) / mouth_width,
        "smile_lift": float((lips - corners) / mouth_width),
        "smile_corner": float((f[[13, 14], 1].mean() - corners) / mouth_width),
        "smile_wide": mouth_width / _distance(f, 129, 358),
        "cheek_rise": float(np.mean([_distance(f, 61, 33), _distance(f, 291, 263)]) / height),
        "turned": p.turned,
        "source_unit": p.source_unit,
    }


def _distance(points: np.ndarray, a: int, b: int) -> float:
    return float(np.linalg.norm(points[a] - points[b]))


def colours(p: Portrait) -> dict:
    """Skin, whites of the eyes, lips, irises and clothes."""
    cheeks = p.area(LEFT_CHEEK) | p.area(RIGHT_CHEEK)
    skin = _middle(p.lab[cheeks], 30, 80)
    brow_line = p.points[[105, 334, 107, 336], 1].min()
    forehead = p.area(OVAL) & (np.arange(SIZE)[:, None] < brow_line - 0.1 * UNIT) & (p.classes[..., SKIN] > 0.5)
    found = {"skin": skin, "forehead": _middle(p.lab[forehead], 30, 80), "forehead_share": _share(forehead, UNIT),
             "lips": _middle(p.lab[p.area(LIPS) & ~p.area(MOUTH)], 25, 75)}
    whites, irises, weights = [], [], []
    for eye, iris in ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS)):
        centre = p.points[iris, :2]
        radius = np.linalg.norm(p.points[iris + 1:iris + 5, :2] - centre, axis=1).mean()
        ys, xs = np.mgrid[:SIZE, :SIZE]
        ring = np.hypot(xs - centre[0], ys - centre[1]) / radius
        opening = p.area(eye)
        whites.append(p.lab[opening & (ring > 1.25)])
        band = opening & (ring > 0.45) & (ring < 0.9)
        irises.append(p.lab[band])
        weights.append(int(band.sum()))
    white = np.concatenate(whites)
    bright = white[white[:, 0] >= np.percentile(white[:, 0], 70)] if len(white) else white
    found["white"] = _middle(bright, 0, 100)
    iris = np.concatenate(irises)
    found["iris"] = _middle(iris[iris[:, 0] < 80], 30, 80) if len(iris) else np.full(3, np.nan)
    found["iris_pixels"] = sum(weights) * (p.source_unit / UNIT) ** 2
    below = p.points[CHIN, 1] + 0.7 * UNIT
    clothes = (p.classes[..., CLOTHES] > 0.6) & p.view.inside & (np.arange(SIZE)[:, None] > below)
    found["clothes"] = _middle(p.lab[clothes], 20, 80)
    found["clothes_share"] = _share(clothes, UNIT)
    found["scene"] = float(np.percentile(p.lab[p.view.inside][:, 0], 97))
    return found


def _middle(colours: np.ndarray, low: float, high: float) -> np.ndarray:
    """The mean Lab of the pixels whose lightness lies between two percentiles; NaN when there are too few."""
    if len(colours) < 12:
        return np.full(3, np.nan)
    lightness = colours[:, 0]
    kept = (lightness >= np.percentile(lightness, low)) & (lightness <= np.percentile(lightness, high))
    return colours[kept].mean(0)


def _share(mask: np.ndarray, unit: float) -> float:
    """An area in square units."""
    return float(mask.sum()) / unit ** 2


def brows(p: Portrait) -> dict[str, float]:
    """The dark band of each brow, looked for in columns between its ends: its height and its contrast to the skin."""
    thick, contrast = [], []
    for outer, middle, inner in ((70, 105, 107), (300, 334, 336)):
        xs = np.linspace(p.points[outer, 0], p.points[inner, 0], 9)[2:-1].astype(int)
        ys = np.interp(xs, *zip(*sorted((p.points[i, 0], p.points[i, 1]) for i in (outer, middle, inner))))
        for x, y in zip(xs, ys.astype(int)):
            column = p.lab[max(y - 14, 0):y + 20, min(max(x, 0), SIZE - 1), 0]
            if len(column) < 34:
                continue
            skin, dark = np.percentile(column, 75), np.percentile(column, 8)
            thick.append(float((column < (skin + dark) / 2).sum()) / UNIT)
            contrast.append(float(skin - dark))
    if not thick:
        return {"brow_thick": 0.16, "brow_contrast": 0.0}
    return {"brow_thick": float(np.median(thick)), "brow_contrast": float(np.median(contrast))}


def glasses(p: Portrait) -> dict[str, float]:
    """Edges where a frame runs and skin has none: across the nose between the eyes, under the eyes, at the temples."""
    light = ndimage.gaussian_filter(p.lab[..., 0], 1.0)
    dy, dx = ndimage.sobel(light, 0) / 8, ndimage.sobel(light, 1) / 8
    contrast = max(float(p.lab[..., 0][p.area(OVAL)].std()), 4.0)

    def energy(edge, area):
        values = np.abs(edge[area & p.view.inside])
        return float(np.percentile(values, 90)) / contrast if len(values) else 0.0

    def box(cx, cy, w, h):
        mask = np.zeros((SIZE, SIZE), bool)
        x0, x1, y0, y1 = (int(round(v)) for v in (cx - w / 2, cx + w / 2, cy - h / 2, cy + h / 2))
        mask[max(y0, 0):max(y1, 0), max(x0, 0):max(x1, 0)] = True
        return mask

    bridge = p.points[168, :2]
    found = {"bridge_edge": energy(dy, box(bridge[0], bridge[1] + 0.08 * UNIT, 0.16 * UNIT, 0.5 * UNIT))}
    under, temples, lens = [], [], []
    for eye, outer, brow in ((LEFT_EYE, 33, 105), (RIGHT_EYE, 263, 334)):
        centre = p.points[list(eye), :2].mean(0)
        side = np.sign(p.points[outer, 0] - centre[0])
        under.append(energy(dy, box(centre[0], centre[1] + 0.42 * UNIT, 0.5 * UNIT, 0.36 * UNIT)))
        temples.append(energy(dx, box(p.points[outer, 0] + side * 0.16 * UNIT, centre[1] + 0.1 * UNIT, 0.26 * UNIT, 0.3 * UNIT)))
        lens.append(_middle(p.lab[box(centre[0], centre[1] + 0.2 * UNIT, 0.6 * UNIT, 0.3 * UNIT) & p.view.inside], 0, 100)[0])
    found["under_edge"], found["temple_edge"] = float(np.min(under)), float(np.min(temples))
    found["lens_light"] = float(np.nanmean(lens))
    frame = box(bridge[0], bridge[1] + 0.08 * UNIT, 0.16 * UNIT, 0.5 * UNIT) & p.view.inside
    strong = frame & (np.abs(dy) >= np.percentile(np.abs(dy[frame]), 85)) if frame.any() else frame
    found["frame"] = _middle(p.lab[strong], 0, 40)
    return found


def beard(p: Portrait) -> dict[str, float]:
    """How much darker than the cheeks the chin, the jaw, the upper lip and the cheeks' lower part are."""
    skin = _middle(p.lab[p.area(LEFT_CHEEK) | p.area(RIGHT_CHEEK)], 20, 80)
    areas = {
        "chin": (204, 201, 200, 421, 424, 369, 396, 175, 171, 140),
        "jaw_left": (192, 214, 210, 169, 135, 138, 213),
        "jaw_right": (416, 434, 430, 394, 364, 367, 433),
        "upper_lip": (97, 2, 326, 391, 393, 267, 0, 37, 167, 165),
        "soul_patch": (181, 84, 17, 314, 405, 421, 200, 201),
    }
    found = {}
    light = p.lab[..., 0]
    rough = np.abs(light - ndimage.gaussian_filter(light, 2.0))
    for name, indices in areas.items():
        area = p.area(indices)
        middle = _middle(p.lab[area], 10, 70)
        found[f"{name}_dark"] = float(skin[0] - middle[0])
        found[f"{name}_chroma"] = float(np.hypot(*skin[1:]) - np.hypot(*middle[1:]))
        found[f"{name}_rough"] = float(rough[area].mean()) if area.any() else np.nan
    return found


def hair(p: Portrait) -> dict:
    """Where the hair reaches, how it moves, and its colour."""
    belief = p.classes[..., HAIR] * p.view.inside
    mask = belief > 0.5
    ys, xs = np.mgrid[:SIZE, :SIZE]
    oval = p.area(OVAL)
    away = ndimage.distance_transform_edt(~oval) > 0.2 * UNIT  # the hairline is half skin
    top, chin = p.points[FOREHEAD], p.points[CHIN]
    left, right = p.points[234, 0], p.points[454, 0]
    middle, wide = (left + right) / 2, (right - left) / 2
    column = (np.abs(xs - middle) < 0.5 * wide) & (ys < top[1] + 0.3 * UNIT)
    found = {"crown": _share(mask & column, UNIT) * UNIT / wide}  # mean thickness over the forehead, in units
    rows = np.flatnonzero(mask.any(1))
    found["hair_top"] = float(top[1] - rows[0]) / UNIT if len(rows) else 0.0
    found["hair_area"] = _share(mask & ~oval, UNIT)

    def beside(low, high, near=-0.3, far=1.6):
        """The part of both sides' strip between two heights (units below the chin) that is hair, of what is seen."""
        strip = (ys >= chin[1] + low * UNIT) & (ys < chin[1] + high * UNIT) & p.view.inside
        beyond = np.maximum(left - xs, xs - right) / UNIT
        strip &= (beyond > near) & (beyond < far)
        sides = [strip & (xs < middle), strip & (xs > middle)]
        return [float(mask[s].sum()) / (UNIT ** 2 * (high - low)) if s.sum() > 0.1 * UNIT ** 2 else np.nan for s in sides]

    for name, low, high in (("cheek", -1.2, -0.6), ("jaw", -0.5, 0.0), ("neck", 0.1, 0.6), ("shoulder", 0.7, 1.3), ("chest", 1.4, 2.2)):
        sides = beside(low, high)
        found[f"hair_{name}"] = float(np.nanmax(sides)) if not np.all(np.isnan(sides)) else np.nan
        found[f"hair_{name}_less"] = float(np.nanmin(sides)) if not np.all(np.isnan(sides)) else np.nan
    head = mask & (ys < chin[1])
    found["hair_wide"] = float(np.percentile(xs[head], 98) - np.percentile(xs[head], 2)) / (2 * wide) if head.any() else 0.0

    brow_line = p.points[[105, 334, 107, 336], 1].min()
    forehead = oval & (ys < brow_line - 0.05 * UNIT) & (np.abs(xs - middle) < 0.75 * wide)
    found["fringe"] = float(belief[forehead].mean()) if forehead.any() else np.nan
    low_forehead = forehead & (ys > (top[1] + brow_line) / 2)
    found["fringe_low"] = float(belief[low_forehead].mean()) if low_forehead.any() else np.nan
    half = [belief[forehead & (xs < middle)].mean(), belief[forehead & (xs > middle)].mean()] if forehead.any() else [0, 0]
    found["fringe_side"] = float(half[1] - half[0])

    sure = (belief > 0.8) & away
    if sure.sum() < 0.1 * UNIT ** 2:
        sure = belief > 0.6
    above = sure & (ys < chin[1])
    found["hair"] = _middle(p.lab[above if above.sum() > 0.1 * UNIT ** 2 else sure], 20, 75)
    found["crown_colour"] = _middle(p.lab[mask & column & away], 20, 75)
    skin = p.lab[p.area(OVAL) & (p.classes[..., SKIN] > 0.5) & (ys < p.points[1, 1])]
    forehead = _middle(skin, 30, 80)
    found["crown_contrast"] = float(np.linalg.norm(found["crown_colour"] - forehead))
    found["hair_spread"] = float(p.lab[..., 0][sure].std()) if sure.any() else 0.0
    found["curl"] = _curl(p.lab[..., 0], sure)
    return found


def _curl(light: np.ndarray, mask: np.ndarray) -> float:
    """1 - the mean coherence of the structure tensor in the hair: straight strands all run one way, curls do not."""
    if mask.sum() < 200:
        return np.nan
    smooth = ndimage.gaussian_filter(light, 1.0)
    dy, dx = ndimage.sobel(smooth, 0), ndimage.sobel(smooth, 1)
    a, b, c = (ndimage.gaussian_filter(v, 4.0) for v in (dx * dx, dx * dy, dy * dy))
    energy = (a + c)[mask]
    coherence = (np.sqrt((a - c) ** 2 + 4 * b * b) / (a + c + 1e-6))[mask]
    return float(1 - (coherence * energy).sum() / (energy.sum() + 1e-6))
