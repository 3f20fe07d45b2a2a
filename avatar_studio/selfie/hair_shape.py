"""How far the hair of a portrait reaches, how it moves, and its colour."""
from __future__ import annotations

import numpy as np
from scipy import ndimage

from .faces import CHIN, FOREHEAD, OVAL
from .hair import BACKGROUND, HAIR, SKIN
from .portrait import SIZE, UNIT, Portrait, middle, share


# Strips beside the face and below it: from and to, in units below the chin.
STRIPS = {"cheek": (-1.2, -0.6), "jaw": (-0.5, 0.0), "neck": (0.1, 0.6)}
BESIDE = (-0.3, 1.6)  # from and to, in units outwards of the face's edge


def hair(p: Portrait) -> dict[str, float | np.ndarray]:
    """Where the hair reaches, how it moves, and its colour. Lengths in distances between the eyes, colours Lab."""
    belief = p.classes[..., HAIR] * p.view.inside
    mask = belief > 0.5
    ys, xs = np.ogrid[:SIZE, :SIZE]
    oval = p.area(OVAL)
    # The hairline is half skin: 0.2 units away from the face hair is hair. A quarter of the size tells that as well.
    away = (ndimage.distance_transform_edt(~oval[::4, ::4]) > 0.2 * UNIT / 4).repeat(4, 0).repeat(4, 1)
    top, chin = p.points[FOREHEAD, 1], p.points[CHIN, 1]
    left, right = p.points[234, 0], p.points[454, 0]
    centre, half_width = (left + right) / 2, max((right - left) / 2, 1.0)
    found = {}

    over_forehead = mask & (np.abs(xs - centre) < 0.5 * half_width) & (ys < top + 0.3 * UNIT)
    crown = p.view.inside[max(int(top - 0.8 * UNIT), 0):max(int(top), 1), max(int(centre - half_width / 2), 0):max(int(centre + half_width / 2), 1)]
    found["crown_seen"] = _mean(crown)  # many selfies end at the forehead
    found["crown"] = share(over_forehead, UNIT) * UNIT / half_width  # mean thickness
    rows = np.flatnonzero(mask.any(1))
    found["hair_top"] = float(top - rows[0]) / UNIT if len(rows) else 0.0  # above the hairline
    head = mask & (ys < chin)
    found["hair_wide"] = float(np.ptp(np.percentile(np.nonzero(head)[1], (2, 98)))) / (2 * half_width) if head.any() else 0.0

    beyond = np.maximum(left - xs, xs - right) / UNIT
    for name, (low, high) in STRIPS.items():
        strip = (ys >= chin + low * UNIT) & (ys < chin + high * UNIT) & (beyond > BESIDE[0]) & (beyond < BESIDE[1]) & p.view.inside
        sides = [strip & (xs < centre), strip & (xs > centre)]
        # A photo that ends at the forehead often ends at the cheeks too: then what it shows of the strip tells.
        areas = [(share(mask & side, UNIT), share(side, UNIT)) for side in sides]
        wide = BESIDE[1] - BESIDE[0]
        widths = [hairy / (seen / wide if found["crown_seen"] < 0.7 else high - low) for hairy, seen in areas if seen > 0.1]
        found[f"hair_{name}"] = max(widths, default=np.nan)  # the mean width of the fuller side
        found[f"hair_{name}_less"] = min(widths, default=np.nan)

    above_ears = mask & (np.abs(xs - centre) < 1.8 * half_width) & (ys < top + 0.3 * UNIT)
    found["knot"] = _narrow_top(above_ears.sum(1) / (2 * half_width)) / UNIT
    found["tail"] = max(_behind_ear(p, mask, beyond, side, ys) for side in (xs < centre, xs >= centre))

    brows = p.points[[105, 334, 107, 336], 1].min()
    forehead = oval & (ys < brows - 0.05 * UNIT) & (np.abs(xs - centre) < 0.75 * half_width)
    found["fringe"] = _mean(belief[forehead])  # the part of the forehead that is hair
    found["fringe_side"] = _mean(belief[forehead & (xs > centre)]) - _mean(belief[forehead & (xs < centre)])

    found["parting"], found["parting_deep"] = _parting(p, (left + right) / 2 + np.arange(-0.75, 0.75, 0.01) * half_width, brows, half_width)

    sure = (belief > 0.8) & away
    if share(sure, UNIT) < 0.1:
        sure = belief > 0.6
    above = sure & (ys < chin)
    if found["crown_seen"] < 0.7:  # then a collar or a scarf would outweigh it; they reach no higher than the mouth
        above &= ys < p.points[13, 1]
    surest = above if share(above, UNIT) > 0.1 else sure
    found["hair"] = middle(p.lab[surest], 20, 75)
    found |= _shades(p.lab[surest])
    found |= _reach(mask, p, top, chin, centre, half_width)
    found |= _cover(p, mask, top, brows, centre, half_width)
    skin = middle(p.lab[oval & (p.classes[..., SKIN] > 0.5) & (ys < p.points[1, 1])], 30, 80)
    crown = middle(p.lab[over_forehead & away], 20, 75)
    found["crown_contrast"] = float(np.linalg.norm(crown - skin))
    found["curl"] = _curl(p.lab[..., 0], sure)
    return found


def _narrow_top(widths: np.ndarray) -> int:
    """How many rows of hair, widths in head widths, are narrow before one is as wide as most of the head: a knot's."""
    seen, broad = np.flatnonzero(widths > 0.1), np.flatnonzero(widths > 0.62)
    return int((broad if len(broad) else seen[-1:])[0] - seen[0]) if len(seen) else 0


def _behind_ear(p: Portrait, mask, beyond, side, ys) -> float:
    """The square units of hair between mouth and chin that lie behind an ear whose place is skin."""
    eyes, mouth = p.points[[33, 263], 1].mean(), p.points[13, 1]
    ear = side & (beyond > 0) & (beyond < 0.25) & (ys > eyes) & (ys < (eyes + mouth) / 2) & p.view.inside
    behind = mask & side & (beyond > 0.2) & (beyond < 1.0) & (ys > (eyes + mouth) / 2) & (ys < p.points[CHIN, 1])
    bare = np.clip((_mean(p.classes[..., SKIN][ear]) - 0.4) / 0.15, 0, 1)
    return float(bare) * share(behind, UNIT)


def _parting(p: Portrait, columns: np.ndarray, brows: float, half_width: float) -> tuple[float, float]:
    """Where the hairline is highest, in half face widths right of the forehead's middle, and how far it falls on both sides of
    that, in units: hair that is parted falls from there."""
    columns, above = columns.astype(int).clip(0, SIZE - 1), max(int(brows - 0.1 * UNIT), 1)
    bare = p.classes[:above, columns, SKIN][::-1] > 0.5  # from the brows upwards
    height = np.where(bare.all(0), above, (~bare).argmax(0)) / UNIT
    height = ndimage.gaussian_filter1d(ndimage.median_filter(height, 15), 5)
    at, aside = int(height.argmax()), np.arange(len(height))
    falls = [height[at] - height[near].mean() for near in (np.abs(aside - at + 37) < 12, np.abs(aside - at - 37) < 12) if near.sum() > 5]
    return float(columns[at] - p.points[FOREHEAD, 0]) / half_width, float(min(falls)) if len(falls) == 2 else 0.0


def _shades(colours: np.ndarray) -> dict[str, float | np.ndarray]:
    """The hair's dark and lit parts: what is brown in the light looks black in the shade."""
    if len(colours) < 12:
        return {"hair_lit": np.full(3, np.nan), "hair_deep": np.full(3, np.nan)}
    return {"hair_lit": middle(colours, 80, 95), "hair_deep": middle(colours, 5, 30)}


def _reach(mask, p: Portrait, top, chin, centre, half_width) -> dict[str, float]:
    """How far the hair falls below the chin, and how far the photo reaches.

    Hair that lies on shoulders is told from clothes by its colour, that of the hair beside the face, and by hanging
    together with it: on dark clothes dark hair falls too far, which only tells where hair hangs beside the face.
    """
    step = 4
    ys, xs = np.mgrid[:SIZE:step, :SIZE:step]
    hair, colours = mask[::step, ::step], p.lab[::step, ::step]
    beside = hair & (ys > top) & (ys < chin)
    falls = [0.0]
    if beside.sum() > 20:
        centre_colour, spread = np.median(colours[beside], 0), colours[beside].std(0) + (3, 1.5, 1.5)
        alike = (((colours - centre_colour) / spread) ** 2).sum(-1) < 6
        person = (p.classes[::step, ::step, BACKGROUND] < 0.5) & p.view.inside[::step, ::step]
        for side in (xs < centre - 0.5 * half_width, xs > centre + 0.5 * half_width):
            strands = ndimage.binary_propagation(hair & side & (ys > top), mask=(hair | alike & person & (ys > chin)) & side)
            rows = strands.sum(1) * step / UNIT > 0.12  # thinner is a wisp
            low = int(chin) // step
            gap = np.flatnonzero(~rows[low:])
            falls.append((gap[0] if len(gap) else len(rows) - low) * step / UNIT)
    visible = np.flatnonzero(p.view.inside.any(1))
    return {"hair_fall": max(falls), "photo_below": float(visible[-1] - chin) / UNIT if len(visible) else 0.0}


def _cover(p: Portrait, mask, top, brows, centre, half_width) -> dict[str, float]:
    """What may be a hat: how the colour over the forehead differs from the hair's beside the face, how strong and how
    even the edge is at which it begins, and how much of the crown it covers. beside: the hair that hangs below it."""
    ys, xs = np.ogrid[:SIZE, :SIZE]
    person = p.classes[..., BACKGROUND] < 0.5
    across = np.abs(xs - centre) / half_width
    over = person & mask & (ys < top - 0.1 * UNIT) & (ys > top - 0.8 * UNIT) & (across < 0.8)
    beside = person & (ys > brows + 0.2 * UNIT) & (ys < p.points[CHIN, 1]) & (across > 1.03) & (across < 1.6) & p.view.inside
    skin = middle(p.lab[p.area(OVAL) & (p.classes[..., SKIN] > 0.5)], 20, 80)
    unlike_skin = beside.copy()
    unlike_skin[beside] = np.linalg.norm(p.lab[beside] - skin, axis=-1) > 18
    hanging = middle(p.lab[unlike_skin], 40, 95)
    beside &= p.classes[..., SKIN] < 0.5
    temples = person & (ys > brows) & (ys < brows + 0.3 * UNIT) & (across > 1.0) & (across < 1.25) & p.view.inside
    crown, sides = middle(p.lab[over], 20, 80), middle(p.lab[beside & (ys > brows + 0.5 * UNIT)], 20, 80)  # not a hat's own sides
    edge = np.zeros((SIZE, SIZE), np.float32)
    seen = slice(max(int(top - UNIT), 0), max(int(brows + 0.2 * UNIT), 1))  # the rows that are asked about
    steps = (ndimage.sobel(ndimage.gaussian_filter(p.lab[seen][..., channel], 1.5), 0) / 8 for channel in range(3))
    edge[seen] = np.sqrt(sum(each ** 2 for each in steps))  # teal wool is as light as a forehead
    band = p.area(OVAL) & (ys < brows - 0.05 * UNIT) | over & (ys > top - 0.35 * UNIT)
    columns = np.where(band & (across < 0.7), edge, 0.0)
    strongest = columns.max(0)[(columns > 0).any(0)]
    rows = columns.argmax(0)[(columns > 0).any(0)]
    along = np.arange(len(rows))
    bent = np.abs(np.polyval(np.polyfit(along, rows, 2), along) - rows) / UNIT if len(rows) > 20 else np.array([np.nan])
    return {
        "cover": crown, "beside": hanging, "below_hat": share(unlike_skin, UNIT),
        "cover_beside": float(np.linalg.norm(crown - sides)) if share(beside & (ys > brows + 0.5 * UNIT), UNIT) > 0.15 else np.nan,
        "cover_edge": float(np.median(strongest)) if len(strongest) else np.nan,
        "cover_bent": float(np.median(bent)),
        "cover_low": _mean(np.linalg.norm((p.lab[temples] - crown) * (0.5, 1, 1), axis=-1) < 12),  # the part of the temples it hides
        "cover_share": share(over, UNIT) * UNIT ** 2 / max((1.6 * half_width) * 0.7 * UNIT, 1),
    }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else 0.0


def _curl(light: np.ndarray, mask: np.ndarray) -> float:
    """1 - the mean coherence of the structure tensor in the hair: straight strands all run one way, curls do not."""
    if mask.sum() < 200:
        return np.nan
    rows, columns = np.nonzero(mask)
    part = (slice(max(rows.min() - 16, 0), rows.max() + 17), slice(max(columns.min() - 16, 0), columns.max() + 17))
    light, mask = light[part], mask[part]
    smooth = ndimage.gaussian_filter(light, 1.0)
    dy, dx = ndimage.sobel(smooth, 0), ndimage.sobel(smooth, 1)
    a, b, c = (ndimage.gaussian_filter(v, 4.0) for v in (dx * dx, dx * dy, dy * dy))
    energy = (a + c)[mask]
    coherence = (np.sqrt((a - c) ** 2 + 4 * b * b) / (a + c + 1e-6))[mask]
    return float(1 - (coherence * energy).sum() / (energy.sum() + 1e-6))
