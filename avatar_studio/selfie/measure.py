"""A portrait -> numbers. What they mean for an avatar is decided in decide.py.

Lengths are in distances between the eyes, angles in radians, colours Lab. What could not be seen is NaN.
"""
from __future__ import annotations

import numpy as np
from scipy import ndimage

from .clothes import main_colour, worn
from .faces import CHIN, FOREHEAD, LEFT_CHEEK, LEFT_EYE, LEFT_IRIS, OVAL, RIGHT_CHEEK, RIGHT_EYE, RIGHT_IRIS
from .hair import CLOTHES, SKIN
from .hair_shape import hair
from .portrait import SIZE, UNIT, Portrait, middle, share

LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
MOUTH = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
CHIN_SKIN = (204, 201, 200, 421, 424, 369, 396, 175, 171, 140)
BEARD = {
    "chin": CHIN_SKIN,
    "upper_lip": (97, 2, 326, 391, 393, 267, 0, 37, 167, 165),
    "jaw_left": (192, 214, 210, 169, 135, 138, 213),
    "jaw_right": (416, 434, 430, 394, 364, 367, 433),
}
BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
FRECKLED = ((117, 118, 119, 100, 142, 203, 205, 50), (346, 347, 348, 329, 371, 423, 425, 280), (193, 417, 465, 343, 437, 198, 217, 174))
LIT = (LEFT_CHEEK, RIGHT_CHEEK, (107, 336, 337, 151, 108))  # the cheeks and between the brows; a nose shines


def measure(p: Portrait) -> dict[str, float | np.ndarray]:
    """All measurements by name. Lengths in units, angles in radians, colours as Lab (3,)."""
    return {**shapes(p), **colours(p), **light(p), **freckles(p), **brows(p), **glasses(p), **beard(p), **hair(p), **below(p)}


def shapes(p: Portrait) -> dict[str, float]:
    """What the mesh alone tells."""
    f = p.front
    height = distance(f, FOREHEAD, CHIN)
    eyes = [(33, 133, 159, 145), (263, 362, 386, 374)]  # outer corner, inner corner, upper lid, lower lid
    opened = [distance(f, up, low) / distance(f, out, inn) for out, inn, up, low in eyes]
    tilt = [np.arctan2(f[inn, 1] - f[out, 1], abs(f[inn, 0] - f[out, 0])) for out, inn, _, _ in eyes]
    brow_rise = [np.arctan2(f[i, 1] - f[o, 1], abs(f[i, 0] - f[o, 0])) for o, i in ((105, 107), (334, 336))]
    corners = f[[61, 291], 1].mean()
    mouth_width = distance(f, 61, 291)
    return {
        "face_width": distance(f, 234, 454) / height,
        "jaw_width": distance(f, 172, 397) / distance(f, 234, 454),
        "chin_length": distance(f, 17, CHIN) / height,
        "eye_size": np.mean([distance(f, out, inn) for out, inn, _, _ in eyes]),
        "eye_spacing": distance(f, 133, 362),
        "eye_tilt": float(np.mean(tilt)),
        "eye_open_left": opened[0],
        "eye_open_right": opened[1],
        "brow_angle": float(np.mean(brow_rise)),
        "brow_height": float((f[[159, 386], 1] - f[[52, 282], 1]).mean()),
        "nose_width": distance(f, 129, 358),
        "mouth_width": mouth_width,
        "mouth_open": distance(f, 13, 14) / mouth_width,
        "smile_corner": float((f[[13, 14], 1].mean() - corners) / mouth_width),
        "smile_wide": mouth_width / distance(f, 129, 358),
        "cheek_rise": float(np.mean([distance(f, 61, 33), distance(f, 291, 263)]) / height),
        "turned": p.turned,
    }


def distance(points: np.ndarray, a: int, b: int) -> float:
    return float(np.linalg.norm(points[a] - points[b]))


def colours(p: Portrait) -> dict[str, float | np.ndarray]:
    """Skin (cheeks, forehead, chin), lips, irises and clothes, and the photo's highlights."""
    ys, xs = np.ogrid[:SIZE, :SIZE]
    brow_line = p.points[[105, 334, 107, 336], 1].min()
    forehead = p.area(OVAL) & (ys < brow_line - 0.1 * UNIT) & (p.classes[..., SKIN] > 0.5)
    clothes = worn(p)
    irises = np.zeros((SIZE, SIZE), bool)
    for eye, iris in ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS)):
        x, y = p.points[iris, :2]
        radius = np.linalg.norm(p.points[iris + 1:iris + 5, :2] - (x, y), axis=1).mean()
        ring = ((xs - x) ** 2 + (ys - y) ** 2) / max(radius, 1.0) ** 2
        irises |= p.area(eye) & (ring > 0.45 ** 2) & (ring < 0.9 ** 2) & (p.lab[..., 0] < 80)  # not the pupil, not a catchlight
    return {
        "skin": middle(p.lab[p.area(LEFT_CHEEK) | p.area(RIGHT_CHEEK)], 30, 80),
        "forehead": middle(p.lab[forehead], 30, 80),
        "chin": middle(p.lab[p.area(CHIN_SKIN)], 30, 80),
        "lips": middle(p.lab[p.area(LIPS) & ~p.area(MOUTH)], 25, 75),
        "iris": middle(p.lab[irises], 30, 80),
        "iris_pixels": float(irises.sum()) * (p.source_unit / UNIT) ** 2,  # of the photo itself
        "clothes": main_colour(p.lab[clothes]),
        "clothes_share": share(clothes, UNIT),
        **highlights(p.lab[::2, ::2][p.view.inside[::2, ::2]]),
    }


def highlights(colours: np.ndarray) -> dict[str, float]:
    """The lightness of the photo's highlights, and how yellow they are (Lab's b), of its colours (n, 3)."""
    low, scene, high = np.percentile(colours[:, 0], (94, 97, 99.5))
    return {"scene": float(scene), "scene_yellow": float(colours[(colours[:, 0] >= low) & (colours[:, 0] <= high), 2].mean())}


def light(p: Portrait) -> dict[str, float | np.ndarray]:
    """What tells the light from the skin: the face's lit side and its shaded side, and the brightest part of the mouth."""
    *cheeks, brow = [middle(p.lab[p.area(part)], 30, 80) for part in LIT]
    lightness = [cheek[0] for cheek in cheeks if not np.isnan(cheek[0])]
    if lightness and not np.isnan(brow[0]) and brow[0] > max(lightness) + 2:  # unevenly bright, it shines: the cheeks tell
        shine = np.clip((p.lab[p.area(LIT[2])][:, 0].std() - 5) / 3, 0, 1)
        brow[0] -= shine * (brow[0] - max(lightness) - 2)
    cheeks.append(brow)
    parts = sorted((part for part in cheeks if not np.isnan(part).any()), key=lambda part: -part[0]) or [np.full(3, np.nan)]
    return {
        "teeth": middle(p.lab[p.area(MOUTH)], 75, 97),
        "lit": parts[0],
        "shaded": parts[-1],
    }


def brows(p: Portrait) -> dict[str, float | np.ndarray]:
    """The dark band of each brow, looked for in columns between its ends: its height, and its contrast in L; its colour."""
    thick, contrast = [], []
    for ends in ((70, 105, 107), (300, 334, 336)):
        places = sorted((p.points[i, 0], p.points[i, 1]) for i in ends)
        for x in np.linspace(places[0][0], places[2][0], 9)[2:-2]:
            y = int(np.interp(x, *zip(*places)))
            column = p.lab[max(y - 14, 0):y + 20, int(np.clip(x, 0, SIZE - 1)), 0]
            if len(column) < 34:
                continue
            skin, dark = np.percentile(column, 75), np.percentile(column, 8)
            thick.append(float((column < (skin + dark) / 2).sum()) / UNIT)
            contrast.append(float(skin - dark))
    colour = middle(p.lab[p.area(BROWS[0]) | p.area(BROWS[1])], 5, 35)
    if not thick:
        return {"brow_thick": np.nan, "brow_contrast": 0.0, "brow": colour}
    return {"brow_thick": float(np.median(thick)), "brow_contrast": float(np.median(contrast)), "brow": colour}


def freckles(p: Portrait) -> dict[str, float]:
    """Small, round, dark spots in a square unit of the upper cheeks and the bridge of the nose, where no beard grows (the
    differences of Gaussians of Lowe 2004, section 3); and light ones, which only noise and shine make. sharp: the
    photo's own pixels between the eyes."""
    light = p.lab[p.face][..., 0]
    area = np.logical_or.reduce([p.area(part) for part in FRECKLED])[p.face]
    spots = ndimage.gaussian_filter(light, 1.8) - ndimage.gaussian_filter(light, 1.0)
    yy, xx, xy = (ndimage.gaussian_filter(light, 1.4, order=order) for order in ((2, 0), (0, 2), (1, 1)))
    bend = yy * xx - xy ** 2  # a line bends one way only
    dark = (spots == ndimage.maximum_filter(spots, 5)) & (spots > 2.4) & (bend > 0) & ((yy + xx) ** 2 < 6.25 * bend)
    bright = (spots == ndimage.minimum_filter(spots, 5)) & (spots < -2.4)
    dark, bright = (float((each & area).sum()) / max(share(area, UNIT), 0.1) for each in (dark, bright))
    return {"spots": dark, "glints": bright, "sharp": p.source_unit}


def glasses(p: Portrait) -> dict[str, float | np.ndarray]:
    """Level edges where a frame runs and skin has none: across the bridge of the nose and under both eyes, as parts
    of the face's own contrast. lens_light is the lightness around the eyes, frame the colour on the bridge's edge."""
    light = p.lab[..., 0]
    edge = np.zeros_like(light)
    edge[p.face] = np.abs(ndimage.sobel(ndimage.gaussian_filter(light[p.face], 1.0), 0)) / 8
    contrast = max(float(light[p.area(OVAL)].std()), 4.0)

    def box(x, y, width, height):
        """bool (SIZE, SIZE): a box around a point, its sides in units, as far as the photo reaches."""
        ys, xs = np.ogrid[:SIZE, :SIZE]
        return (np.abs(xs - x) <= width * UNIT / 2) & (np.abs(ys - y) <= height * UNIT / 2) & p.view.inside

    def strongest(area):
        return float(np.percentile(edge[area], 90)) / contrast if area.any() else 0.0

    x, y = p.points[168, :2]
    bridge = box(x, y + 0.08 * UNIT, 0.16, 0.5)
    eyes = [p.points[list(eye), :2].mean(0) for eye in (LEFT_EYE, RIGHT_EYE)]
    lenses = np.logical_or(*(box(x, y + 0.2 * UNIT, 0.6, 0.3) for x, y in eyes))
    line = bridge & (edge >= np.percentile(edge[bridge], 85)) if bridge.any() else bridge
    return {
        "bridge_edge": strongest(bridge),
        "under_edge": min(strongest(box(x, y + 0.42 * UNIT, 0.5, 0.36)) for x, y in eyes),
        "lens_light": float(light[lenses].mean()) if lenses.any() else np.nan,
        "frame": middle(p.lab[line], 0, 40),
    }


def beard(p: Portrait) -> dict[str, float]:
    """How much darker than the cheeks (in L) and how rough (mean detail in L) the skin is where beards grow."""
    light = p.lab[p.face][..., 0]
    skin = middle(p.lab[p.area(LEFT_CHEEK) | p.area(RIGHT_CHEEK)], 20, 80)[0]
    detail = np.abs(light - ndimage.gaussian_filter(light, 2.0))
    found = {}
    for name, indices in BEARD.items():
        area = p.area(indices)
        found[f"{name}_dark"] = float(skin - middle(p.lab[area], 10, 70)[0])
        found[f"{name}_rough"] = float(detail[area[p.face]].mean()) if area.any() else np.nan
    return found


def below(p: Portrait) -> dict[str, np.ndarray]:
    """Colours under the face: close under the chin, on the neck, in the middle of the chest and on its two sides."""
    ys, xs = np.ogrid[:SIZE, :SIZE]
    left, right = p.points[234, 0], p.points[454, 0]
    across, down = (xs - (left + right) / 2) / max((right - left) / 2, 1.0), (ys - p.points[CHIN, 1]) / UNIT
    clothes = p.classes[..., CLOTHES] > 0.4

    def patch(x0, x1, y0, y1):  # across in half face widths from the middle, down in units from the chin
        return (across > x0) & (across < x1) & (down > y0) & (down < y1) & p.view.inside

    return {
        "under_chin": middle(p.lab[patch(-0.25, 0.25, 0.12, 0.4)], 15, 85),
        "neck": middle(p.lab[patch(-0.25, 0.25, 0.4, 0.75)], 15, 85),
        "chest": middle(p.lab[patch(-0.2, 0.2, 1.0, 1.6)], 20, 80),
        "chest_left": middle(p.lab[patch(-1.5, -0.8, 1.2, 2.0) & clothes], 20, 80),
        "chest_right": middle(p.lab[patch(0.8, 1.5, 1.2, 2.0) & clothes], 20, 80),
    }
