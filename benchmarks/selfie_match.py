"""A forced choice by machine: which of all photos does an avatar's picture show?

A neutral describer looks at regions of the photo (placed by MediaPipe's mesh) and of the avatar's picture (placed by the
layout in which all avatars are drawn) and notes their colours and how much of them the person covers; and it takes a few
lengths, of the photo from the mesh, of the drawing from its outlines (the mesh cannot read a drawing). It knows no traits.
Each number is compared with the same number of the others of its own kind, photos with photos and avatars with avatars,
because a drawing is lighter and larger-eyed than a photo; then the nearest photo is chosen. The mesh is the reader's own,
so this tells whether what was seen shows in the drawing, not whether it was seen right.
"""
from __future__ import annotations

import warnings

import numpy as np
from PIL import Image
from scipy import ndimage

from avatar_studio.selfie.faces import CHIN, FOREHEAD
from avatar_studio.selfie.hair import BACKGROUND
from avatar_studio.selfie.lab import lab
from avatar_studio.selfie.measure import brows, shapes
from avatar_studio.selfie.portrait import UNIT, Portrait

# region: boxes (left, top, right, bottom) in an avatar of 256 pixels; and in a portrait, across in half face widths from
# the middle, down in eye distances from an anchor.
REGIONS = {
    "top": ([(112, 28, 144, 44)], "forehead", [(-0.4, -0.9, 0.4, -0.5)]),
    "crown": ([(100, 48, 156, 74)], "forehead", [(-0.5, -0.45, 0.5, -0.15)]),
    "forehead": ([(104, 86, 152, 104)], "forehead", [(-0.5, 0.1, 0.5, 0.4)]),
    "brows": ([(80, 108, 104, 118), (152, 108, 176, 118)], "brows", [(-0.7, -0.12, -0.2, 0.12), (0.2, -0.12, 0.7, 0.12)]),
    "bridge": ([(121, 136, 135, 148)], "eyes", [(-0.1, -0.15, 0.1, 0.2)]),
    "irises": ([(80, 134, 98, 160), (154, 134, 172, 160)], "irises", [(-0.08, -0.06, 0.08, 0.06)]),
    "under the eyes": ([(80, 163, 100, 172), (156, 163, 176, 172)], "eyes", [(-0.7, 0.25, -0.3, 0.5), (0.3, 0.25, 0.7, 0.5)]),
    "upper lip": ([(110, 174, 146, 178)], "mouth", [(-0.25, -0.28, 0.25, -0.16)]),
    "mouth": ([(116, 180, 140, 192)], "mouth", [(-0.22, -0.05, 0.22, 0.12)]),
    "chin": ([(114, 196, 142, 204)], "chin", [(-0.2, -0.35, 0.2, -0.1)]),
    "jaw": ([(76, 186, 92, 194), (164, 186, 180, 194)], "chin", [(-0.75, -0.6, -0.5, -0.3), (0.5, -0.6, 0.75, -0.3)]),
    "temples": ([(46, 96, 62, 124), (194, 96, 210, 124)], "eyes", [(-1.25, -0.5, -1.02, -0.1), (1.02, -0.5, 1.25, -0.1)]),
    "beside the cheeks": ([(42, 156, 58, 184), (198, 156, 214, 184)], "eyes", [(-1.4, 0.3, -1.08, 0.9), (1.08, 0.3, 1.4, 0.9)]),
    "beside the neck": ([(44, 206, 72, 220), (184, 206, 212, 220)], "chin", [(-1.3, 0.0, -0.7, 0.45), (0.7, 0.0, 1.3, 0.45)]),
    "on the shoulders": ([(44, 228, 68, 244), (188, 228, 212, 244)], "chin", [(-1.3, 0.8, -0.7, 1.3), (0.7, 0.8, 1.3, 1.3)]),
    "outside the hair": ([(24, 110, 40, 170), (216, 110, 232, 170)], "eyes", [(-1.9, -0.4, -1.45, 0.7), (1.45, -0.4, 1.9, 0.7)]),
    "chest": ([(112, 234, 144, 252)], "chin", [(-0.4, 1.2, 0.4, 1.8)]),
}
LENGTHS = ("face_width", "jaw_width", "chin_length", "eye_open", "eye_size", "eye_spacing", "brow_angle", "brow_height",
           "brow_thick", "mouth_open", "mouth_width", "smile_corner")


def of_avatar(picture: Image.Image) -> np.ndarray:
    """float64 (numbers,) of a transparent avatar: mean Lab, spread of L and cover of each region, then LENGTHS."""
    pixels = np.asarray(picture.convert("RGBA").resize((256, 256), Image.Resampling.BOX))
    colours, cover = lab(pixels[..., :3]), pixels[..., 3] / 255
    looks = [_look(colours, cover, boxes) for boxes, _, _ in REGIONS.values()]
    lengths = _drawn_lengths(colours, cover)
    return np.array(sum(looks, []) + [lengths.get(name, np.nan) for name in LENGTHS])


def of_photo(p: Portrait) -> np.ndarray:
    """The same of a face in a photo; NaN where the photo ends."""
    points, half = p.points, max((p.points[454, 0] - p.points[234, 0]) / 2, 1.0)
    middle = (points[454, 0] + points[234, 0]) / 2
    heights = {"forehead": points[FOREHEAD, 1], "brows": points[[105, 334], 1].mean(), "eyes": points[[33, 263], 1].mean(),
               "mouth": points[[61, 291], 1].mean(), "chin": points[CHIN, 1]}
    colours = p.lab.copy()  # every photo's highlights are white, as a camera's exposure would have it
    colours[..., 0] = (colours[..., 0] + 16) * (100 + 16) / (np.percentile(colours[..., 0][p.view.inside], 97) + 16) - 16
    cover = np.where(p.view.inside, 1 - p.classes[..., BACKGROUND], np.nan)
    looks = []
    for _, anchor, boxes in REGIONS.values():
        if anchor == "irises":
            placed = [(x - 5, y - 4, x + 5, y + 4) for x, y in points[[468, 473], :2]]
        else:
            placed = [(middle + a * half, heights[anchor] + b * UNIT, middle + c * half, heights[anchor] + d * UNIT) for a, b, c, d in boxes]
        looks += _look(colours, cover, placed)
    lengths = {**shapes(p), **brows(p)}
    lengths["eye_open"] = (lengths["eye_open_left"] + lengths["eye_open_right"]) / 2
    return np.array(looks + [lengths[name] for name in LENGTHS])


def _drawn_lengths(colours: np.ndarray, cover: np.ndarray) -> dict[str, float]:
    """LENGTHS in pixels of an avatar of 256, by what stands out from the skin between nose and mouth."""
    skin = np.median(colours[158:171, 104:153].reshape(-1, 3), 0)
    apart, darker = np.linalg.norm(colours - skin, axis=-1), skin[0] - colours[..., 0]
    found = _drawn_mouth(_piece(apart > 26, (92, 173, 165, 198), (128, 182)))
    sides = []
    for flip in (slice(None), slice(None, None, -1)):
        eye = _piece(apart[:, flip] > 30, (58, 110, 122, 176), (90, 146))
        rows = [np.flatnonzero(row) for row in eye[140:156] if row.any()]
        inner, outer = (np.median([row[end] for row in rows]) if rows else np.nan for end in (-1, 0))
        opened = [np.ptp(np.flatnonzero(column)) for column in eye[:, 82:98].T if column.any()]
        brow = np.nonzero(_piece(darker[:, flip] > 22, (70, 94, 114, 122), (92, 112)))
        thin = len(brow[0]) < 420 and len(brow[0]) and np.ptp(brow[1]) > 14 and np.ptp(brow[0]) < 20  # else a fringe lies on it
        angle, height, thick = ((np.polyfit(brow[1], brow[0], 1)[0], -brow[0].mean(), len(brow[0]) / np.ptp(brow[1]))
                                if thin else (np.nan,) * 3)
        sides.append((np.median(opened) if opened else np.nan, inner - outer, 256 - 2 * inner, angle, height, thick))
    found |= zip(("eye_open", "eye_size", "eye_spacing", "brow_angle", "brow_height", "brow_thick"), _nanmean(sides))
    outline = (darker > 20) | (cover < 0.5)
    for name, rows in (("face_width", range(160, 172, 2)), ("jaw_width", range(186, 196, 2))):
        ends = [(np.flatnonzero(outline[y, :100]), np.flatnonzero(outline[y, 157:])) for y in rows]
        found[name] = _nanmean([[157 + right[0] - left[-1]] for left, right in ends if len(left) and len(right)] or [[np.nan]])[0]
    found["chin_length"] = float(darker[192:216, 122:135].mean(1).argmax())
    return found


def _drawn_mouth(mouth: np.ndarray) -> dict[str, float]:
    columns = np.flatnonzero(mouth.any(0))
    if not 4 < len(columns) < 72:
        return {}
    tops = np.where(mouth.any(0), mouth.argmax(0), np.nan)
    k = max(len(columns) // 8, 1)
    corners = np.median(np.concatenate([tops[columns[:k + 1]], tops[columns[-k - 1:]]]))
    return {"mouth_open": mouth[:, 120:137].sum(0).mean(), "mouth_width": np.ptp(columns),
            "smile_corner": np.nanmedian(tops[122:135]) - corners}


def _piece(mask: np.ndarray, box: tuple[int, int, int, int], near: tuple[int, int]) -> np.ndarray:
    """bool like mask: of what is true in a box (left, top, right, bottom), the connected piece nearest to (x, y)."""
    left, top, right, bottom = box
    inside = np.zeros_like(mask)
    inside[top:bottom, left:right] = mask[top:bottom, left:right]
    pieces, count = ndimage.label(inside, np.ones((3, 3)))
    if count == 0:
        return inside
    ys, xs = np.nonzero(inside)
    nearest = np.hypot(xs - near[0], ys - near[1]).argmin()
    return pieces == pieces[ys[nearest], xs[nearest]]


def _nanmean(rows) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a brow under a fringe
        return np.nanmean(np.array(rows, float), 0)


def _look(colours, cover, boxes) -> list[float]:
    parts = []
    for left, top, right, bottom in boxes:
        rows, columns = slice(max(int(top), 0), max(int(bottom), 0)), slice(max(int(left), 0), max(int(right), 0))
        parts.append((colours[rows, columns].reshape(-1, 3), cover[rows, columns].ravel()))
    seen, weight = np.concatenate([a for a, _ in parts]), np.concatenate([b for _, b in parts])
    inside = ~np.isnan(weight)
    if inside.sum() < 10:
        return [np.nan] * 5
    seen, weight = seen[inside], weight[inside]
    if weight.mean() < 0.1:
        return [np.nan, np.nan, np.nan, np.nan, float(weight.mean())]
    mean = np.average(seen, 0, weight)
    return [*mean, float(np.sqrt(np.average((seen[:, 0] - mean[0]) ** 2, 0, weight))), float(weight.mean())]


def ranks(avatars: np.ndarray, photos: np.ndarray, people: list[str]) -> np.ndarray:
    """int (n,): the place of each avatar's own photo among the photos of all people, 1 the first.

    Both (n, numbers), row for row; people: who is on each (another photo of the same person is no wrong choice). A number
    counts by how well it agrees between the avatars and the photos of everybody else (the square of their correlation),
    never by this person's own, and less the more others repeat it: one dark head makes many dark regions.
    """
    a, b = _standardised(avatars), _standardised(photos)
    places = []
    for i in range(len(a)):
        others = np.array([who != people[i] for who in people])
        weight = np.array([_agreement(a[others, d], b[others, d]) for d in range(a.shape[1])])
        weight /= np.sqrt(_repeats(a[others]) * _repeats(b[others]))
        apart = np.abs(a[i] - b)
        seen = np.where(np.isnan(apart), 0.0, weight)
        distance = np.nansum(apart * weight, 1) / np.maximum(seen.sum(1), 1e-9)
        places.append(1 + int((distance < distance[i])[others].sum()))
    return np.array(places)


def _agreement(a: np.ndarray, b: np.ndarray) -> float:
    known = ~np.isnan(a) & ~np.isnan(b)
    if known.sum() < 9 or min(a[known].std(), b[known].std()) < 1e-6:
        return 0.0
    return max(float(np.corrcoef(a[known], b[known])[0, 1]), 0.0) ** 2


def _repeats(looks: np.ndarray) -> np.ndarray:
    """How many numbers say the same as each: the sum of its squared correlations, itself included."""
    filled = np.nan_to_num(looks - _nanmean(looks))
    filled /= np.maximum(np.linalg.norm(filled, axis=0), 1e-9)
    return np.maximum(((filled.T @ filled) ** 2).sum(1), 1.0)


def _standardised(looks: np.ndarray) -> np.ndarray:
    """By the middle and the spread of each number, at most 2.5: a region that failed must not outvote the others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a region that nobody shows
        middle, spread = np.nanmedian(looks, 0), np.nanstd(looks, 0)
    return np.clip((looks - middle) / np.maximum(spread, 1e-3), -2.5, 2.5)
