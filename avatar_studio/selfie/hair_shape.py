"""How far the hair of a portrait reaches, how it moves, and its colour."""
from __future__ import annotations

import numpy as np
from scipy import ndimage

from .faces import CHIN, FOREHEAD, OVAL
from .hair import HAIR, SKIN
from .portrait import SIZE, UNIT, Portrait, middle, share


# Strips beside the face and below it: from and to, in units below the chin.
STRIPS = {"cheek": (-1.2, -0.6), "jaw": (-0.5, 0.0), "neck": (0.1, 0.6), "shoulder": (0.7, 1.3)}


def hair(p: Portrait) -> dict[str, float | np.ndarray]:
    """Where the hair reaches, how it moves, and its colour. Lengths in distances between the eyes, colours Lab."""
    belief = p.classes[..., HAIR] * p.view.inside
    mask = belief > 0.5
    ys, xs = np.ogrid[:SIZE, :SIZE]
    oval = p.area(OVAL)
    # The hairline is half skin: 0.2 units away from the face hair is hair. A quarter of the size tells that as well.
    away = np.kron(ndimage.distance_transform_edt(~oval[::4, ::4]) > 0.2 * UNIT / 4, np.ones((4, 4), bool))
    top, chin = p.points[FOREHEAD, 1], p.points[CHIN, 1]
    left, right = p.points[234, 0], p.points[454, 0]
    centre, half_width = (left + right) / 2, max((right - left) / 2, 1.0)
    found = {}

    over_forehead = mask & (np.abs(xs - centre) < 0.5 * half_width) & (ys < top + 0.3 * UNIT)
    found["crown"] = share(over_forehead, UNIT) * UNIT / half_width  # mean thickness
    rows = np.flatnonzero(mask.any(1))
    found["hair_top"] = float(top - rows[0]) / UNIT if len(rows) else 0.0  # above the hairline
    head = mask & (ys < chin)
    found["hair_wide"] = float(np.ptp(np.percentile(np.nonzero(head)[1], (2, 98)))) / (2 * half_width) if head.any() else 0.0

    beyond = np.maximum(left - xs, xs - right) / UNIT
    for name, (low, high) in STRIPS.items():
        strip = (ys >= chin + low * UNIT) & (ys < chin + high * UNIT) & (beyond > -0.3) & (beyond < 1.6) & p.view.inside
        sides = [strip & (xs < centre), strip & (xs > centre)]
        widths = [share(mask & side, UNIT) / (high - low) for side in sides if share(side, UNIT) > 0.1]
        found[f"hair_{name}"] = max(widths, default=np.nan)  # the mean width of the fuller side
        found[f"hair_{name}_less"] = min(widths, default=np.nan)

    brows = p.points[[105, 334, 107, 336], 1].min()
    forehead = oval & (ys < brows - 0.05 * UNIT) & (np.abs(xs - centre) < 0.75 * half_width)
    found["fringe"] = _mean(belief[forehead])  # the part of the forehead that is hair
    found["fringe_side"] = _mean(belief[forehead & (xs > centre)]) - _mean(belief[forehead & (xs < centre)])

    sure = (belief > 0.8) & away
    if share(sure, UNIT) < 0.1:
        sure = belief > 0.6
    above = sure & (ys < chin)
    found["hair"] = middle(p.lab[above if share(above, UNIT) > 0.1 else sure], 20, 75)
    skin = middle(p.lab[oval & (p.classes[..., SKIN] > 0.5) & (ys < p.points[1, 1])], 30, 80)
    crown = middle(p.lab[over_forehead & away], 20, 75)
    found["crown_contrast"] = float(np.linalg.norm(crown - skin))
    found["curl"] = _curl(p.lab[..., 0], sure)
    return found


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else 0.0


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
