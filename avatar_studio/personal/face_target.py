"""What a personal model learns to paint: the base's own drawing of a person, reshaped, tinted and dressed by their photos.

Tuning on the photos themselves gives smeared ghosts of photos. So nothing of a photo is pasted but broad colours: the drawing
keeps the artist's lines, eyes and mouth; the photos say how far its hair reaches in every direction, where the forehead ends,
which parts of the hair are lighter or redder, and what is worn (docs/personal.md).

    photo -> portrait -> laid onto the avatar's canvas (Seen) -> what all photos agree on -> target
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage

from ..avatar import Avatar
from ..latent import styles
from ..models.generator import Generator
from ..selfie.clothes import bare
from ..selfie.faces import CHIN
from ..selfie.hair import CLOTHES, HAIR, SKIN
from ..selfie.lab import from_lab, lab
from ..selfie.portrait import UNIT, Portrait
from ..pixels import settle
from .face_clothes import dressed
from .tuning import tuning_dtype

N = 256                       # edge of the canvas in pixels
TOP, EYES, NECK = 50, 147, 212  # rows of the canvas: a bald head's top, the eyes, where the neck meets the clothes
CENTRE = 128.0, 132.0         # column and row of the head's middle, from which all directions run
ANGLES = np.linspace(-np.pi, np.pi, 180, endpoint=False)  # 0 is up, positive to the right
RADII = np.arange(8, 150)
SIDEWAYS, UPWARDS = np.radians(125), np.radians(60)  # hair is reshaped this far from upright, its front edge this far
CRUMB = 0.05                  # of the largest piece of hair
CROWN = 0.87                  # the skull above the eyes, as a part of what lies below them: so the middle one of many people has hair as high as their avatar
FLANK = 1.35                  # hair that stands off is drawn narrower, or it would leave the canvas
SHOULDERS, CHEST = 2.6, 2.4   # as many times narrower and lower than the face is the little body
RESHAPE = 0.85                # how much of what the photos say of a radius is believed
TINTED, HUES_APART = 0.8, 15.0  # and of a colour; from about how far in Lab's a and b it is no more that of the same hair
SHINE = 0.3                   # of lightness from place to place: most of it is the photo's light, and not the hair's
BALD = {"hair_back": "bald", "fringe": "none", "side_locks": 0.0, "ahoge": 0.0}


@dataclass(frozen=True)
class Seen:
    """A photo on the avatar's canvas, or several as one. All float32 of (N, N) in [0, 1], but the two Labs of (N, N, 3).

    inside: where the photo reaches. hair, head: what is hair, what is head (with its hair, without the neck). colours: Lab.
    cloth: where the clothes are seen, on a canvas of their own, with their colours. trust: a number, how well it is seen.
    """

    inside: np.ndarray
    hair: np.ndarray
    head: np.ndarray
    colours: np.ndarray
    cloth: np.ndarray
    cloth_colours: np.ndarray
    trust: np.ndarray


def see(p: Portrait, traits: dict) -> Seen:
    """A portrait on the canvas, its face where the face of an avatar with these traits is."""
    chin = 203 + 5 * traits["chin_length"]
    head, body = _places(p, 75 + 6 * traits["face_width"], chin)
    inside = _sample(p.view.inside, head)
    hair = _sample(_blur(p.classes[..., HAIR], 1.5), head)
    skin = _blur(_sample(_blur(p.classes[..., SKIN], 1.5), head), 1) > 0.5
    solid = _blur(hair, 1) > 0.5
    labels, _ = ndimage.label(solid | skin)
    own = labels == labels[int(CENTRE[1]), int(CENTRE[0])]
    solid = ndimage.binary_opening(solid & own, iterations=2)
    whole = solid | own & skin & (np.arange(N)[:, None] < chin)
    whole = ndimage.binary_closing(np.pad(whole, 20), iterations=6)[20:-20, 20:-20]
    cloth = p.view.inside & (p.classes[..., CLOTHES] > 0.4) & ~bare(p)
    trust = 1 / (1 + (p.turned / 0.35) ** 2) * (0.1 + float(inside[TOP:int(chin), 30:-30].mean()))
    return Seen(inside, solid.astype(np.float32), whole.astype(np.float32), _sample(p.lab, head), _sample(cloth, body), _sample(p.lab, body),
                np.float32(trust))


def agree(seen: Sequence[Seen]) -> Seen:
    """What all photos of a person say together: shapes and colours by trust, clothes from the photo that shows most of them."""
    if len(seen) == 1:
        return seen[0]
    weight = np.stack([one.inside * one.trust for one in seen])                            # (K, N, N)
    def mean(name, by):
        values = np.stack([getattr(one, name) for one in seen])
        by = by[..., None] if values.ndim == 4 else by
        return ((values * by).sum(0) / (by.sum(0) + 1e-6)).astype(np.float32)
    of_hair = weight * np.stack([one.hair for one in seen])
    dressed = max(seen, key=lambda one: float(one.cloth.mean()) * float(one.trust))
    return Seen(np.max([one.inside for one in seen], 0), mean("hair", weight), mean("head", weight), mean("colours", of_hair),
                dressed.cloth, dressed.cloth_colours, np.float32(sum(one.trust for one in seen)))


@torch.inference_mode()
def draw(generator: Generator, avatars: Sequence[Avatar]) -> np.ndarray:
    """Premultiplied and legal pictures, float32 (M, N, N, 4)."""
    pictures = generator.paint(styles(generator, avatars), dtype=tuning_dtype(generator.w_avg.device))
    return settle(pictures).permute(0, 2, 3, 1).cpu().numpy()


def target(generator: Generator, avatar: Avatar, seen: Seen, shares: Sequence[float] = (1.0,)) -> tuple[np.ndarray, np.ndarray]:
    """(the avatar as the base draws it (N, N, 4), and as the photos want it (len(shares), N, N, 4)), premultiplied float32.

    avatar: the person's, as the selfie reader has it, without play. shares: how much of what the photos say, 0 to 1: outlines
    that move half of the way, and not two outlines at once.
    """
    bare = avatar.edit(**BALD)
    plain = {"hair_tips": 0.0, "hair_highlights": 0.0}
    hair_tints, cloth_tints = ([{f"{what}_lightness": light, f"{what}_saturation": 0.0} for light in (0.04, 0.95)] for what in ("hair", "clothes"))
    full, bald, black_hair, white_hair, black_brows, white_brows, black_cloth, white_cloth, grey_cloth = draw(generator, [
        avatar, bare, *(who.edit(**plain, **tint) for who in (avatar, bare) for tint in hair_tints), *(bare.edit(**tint) for tint in cloth_tints),
        bare.edit(clothes_lightness=0.5, clothes_saturation=0.0)])
    # what follows a colour's slider is what has that colour: the generator tells its own parts
    brows = ((white_brows - black_brows)[..., :3].mean(-1) / 0.35).clip(0, 1)  # and the beard: of the hair's colour too, but they stay where they are
    fringe = ndimage.binary_closing(np.abs(full - bald).max(-1) > 0.12, iterations=5)
    hair = ((white_hair - black_hair)[..., :3].mean(-1) / 0.35).clip(0, 1) * (1 - brows * ~fringe)
    cloth = ((white_cloth - black_cloth)[..., :3].mean(-1) / 0.5).clip(0, 1) * (np.arange(N)[:, None] > NECK - 7)

    free = avatar.traits["headwear"] == "none"  # a hat sits on the hair as it is drawn
    wanted = []
    for share in shares:
        layer, coat, behind = _tinted(*_reshaped(full, bald, hair, cloth, seen, share * free), seen, share)
        picture = bald + (1 - bald[..., 3:]) * behind
        picture = picture * (1 - coat) + layer
        picture[..., :3] = dressed(picture[..., :3], grey_cloth[..., :3].mean(-1), cloth, share * cloth * (1 - coat[..., 0]), seen.cloth > 0.5, seen.cloth_colours)
        wanted.append(np.minimum(picture, picture[..., 3:]).clip(0, 1))
    return full, np.stack(wanted)


def _reshaped(full, bald, hair, cloth, seen: Seen, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The drawn hair, lines and all, with the outline that the photos have: premultiplied (N, N, 4), its cover and the hair
    proper (N, N, 1), and how far the hair reaches behind the head (N, N, 1)."""
    cover = (np.abs(full - bald).max(-1) * 8 - 0.3).clip(0, 1) * (ndimage.grey_dilation(hair, size=(7, 7)) > 0.3)
    cover = np.maximum(cover, hair) * (1 - cloth)
    where = _grid((full[..., 3] > 0.5) & (cloth < 0.3), hair > 0.4, seen, share)
    whole = ndimage.binary_fill_holes(ndimage.binary_closing(np.pad(cover > 0.5, 12), iterations=8))[12:-12, 12:-12]  # with the ears' places
    whole = ndimage.binary_erosion(whole, iterations=2) & (full[..., 3] > 0.5)  # but not between spikes
    moved = _sample(np.concatenate([full * cover[..., None], np.stack([cover, hair, whole], -1)], -1), where)
    return moved[..., :4], moved[..., 4:5], moved[..., 5:6], moved[..., 6:]


def _grid(drawn_head, drawn_hair, seen: Seen, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel of the reshaped hair comes from: (rows, columns), each (N, N).

    In every direction two radii, of the front edge of the hair and of the outline, go where the photos have them.
    """
    ends, fronts = _farthest(drawn_head), _nearest(drawn_hair)
    their_ends, their_fronts = _farthest(seen.head > 0.5), _nearest(_without_crumbs(seen.hair > 0.5))
    beyond = CENTRE[1] - np.cos(ANGLES) * np.nan_to_num(their_ends) * 1.05, CENTRE[0] + np.sin(ANGLES) * np.nan_to_num(their_ends) * 1.05
    around = np.abs(ANGLES) < SIDEWAYS
    known = (ndimage.map_coordinates(seen.inside, beyond, order=1) > 0.9) & around
    wider = 1 + share * (_believed(*_completed(their_ends / ends, known, around), 0.85, 1.2, 5) - 1)
    upper = (np.abs(ANGLES) < UPWARDS) & (fronts > 25) & (their_fronts > 25)
    higher = 1 + share * (_believed(their_fronts / fronts, upper, 0.85, 1.15, 5) - 1)

    ends = np.nan_to_num(ends, nan=100.0)
    fronts = np.minimum(np.where(np.isnan(fronts), 0.75 * ends, fronts), 0.85 * ends)
    ends, fronts = (ndimage.gaussian_filter1d(radius, 2.5, mode="wrap") for radius in (ends, fronts))
    new_ends = ends * wider
    new_fronts = np.minimum(fronts * higher, 0.85 * new_ends)

    rows, columns = np.mgrid[:N, :N] + 0.5
    radius = np.hypot(columns - CENTRE[0], rows - CENTRE[1])
    place = (np.arctan2(columns - CENTRE[0], CENTRE[1] - rows) + np.pi) / (2 * np.pi) * len(ANGLES)
    at = lambda values: ndimage.map_coordinates(values, [place.ravel()], order=1, mode="grid-wrap").reshape(N, N)  # noqa: E731
    front, end, new_front, new_end = map(at, (fronts, ends, new_fronts, new_ends))
    between = front + (radius - new_front) * (end - front) / (new_end - new_front)
    source = np.where(radius < new_front, radius * front / new_front, np.where(radius < new_end, between, radius - new_end + end))
    nearer = source / np.maximum(radius, 1e-3)
    return CENTRE[1] + (rows - CENTRE[1]) * nearer - 0.5, CENTRE[0] + (columns - CENTRE[0]) * nearer - 0.5


def _without_crumbs(mask: np.ndarray) -> np.ndarray:
    """A mask without its small pieces: brows are no front edge of hair."""
    parts, _ = ndimage.label(mask)
    sizes = np.bincount(parts.ravel())[1:]
    return np.isin(parts, 1 + np.flatnonzero(sizes > CRUMB * sizes.max(initial=0)))


def _completed(ratio: np.ndarray, known: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Radii's ratios in the wanted directions, and in which there are any: where a photo is cut, what is opposite, or else, at the
    crown, what lies between those beside it. The more is cut so, the nearer all are to 1: a crown of which only the sides are reshaped is a box."""
    known = known & ~np.isnan(ratio)
    if known.all() or not known.any():
        return ratio, known
    places = np.arange(len(ratio))
    ratio, known = np.where(known, ratio, ratio[-places]), known | known[-places]                    # ANGLES[-k] is -ANGLES[k]
    cut = (wanted & ~known).sum() / wanted.sum()                                                     # 0 to 1
    complete = np.where(known, ratio, np.interp(places, places[known], ratio[known]))
    return 1 + (complete - 1) * (1 - cut), known | wanted


def _believed(ratio: np.ndarray, known: np.ndarray, low: float, high: float, smooth: float) -> np.ndarray:
    """Radii's ratios, smoothed over the directions in which they are known, as far as they are believed; 1 elsewhere."""
    known = (known & ~np.isnan(ratio)).astype(float)
    change = (np.nan_to_num(ratio, nan=1.0).clip(0.7, 1.35) - 1) * known
    change, known = (ndimage.gaussian_filter1d(values, smooth, mode="wrap") for values in (change, known))
    return (1 + RESHAPE * change / (known + 0.15)).clip(low, high)


def _tinted(layer, cover, hair, whole, seen: Seen, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(hair, its cover, the hair behind the head), with the broad changes of colour that the photos' hair has from place to
    place, and most of the way to its usual one: as far as that is the hair that the reader saw."""
    sure = ndimage.binary_erosion((seen.hair > 0.5) & (seen.inside > 0.9), iterations=4).astype(np.float32)
    mine = hair[..., 0] > 0.5
    if sure.sum() < 200 or mine.sum() < 200:
        return layer, cover, _behind(layer, mine, whole)
    near = _blur(sure, 6)[..., None]
    middle = np.median(seen.colours[sure > 0], 0)
    change = (_blur(seen.colours * sure[..., None], 6) / (near + 1e-3) - middle) * near / (near + 0.1)
    change = change.clip(-14, 14) * (SHINE, 1, 1)
    drawn = lab((layer[..., :3] / np.maximum(layer[..., 3:], 1e-3) * 255).clip(0, 255).round().astype(np.uint8))
    usual = np.median(drawn[mine], 0)
    change *= (usual[0] / 45).clip(0.2, 1)  # colour in black hair looks like dirt
    lines = (drawn[..., :1] / max(usual[0], 8)).clip(0, 1)  # what is darker than the hair is drawn, and stays
    ours = np.exp(-np.square((middle - usual)[1:] / HUES_APART).sum())  # or it is a hat, a forehead, somebody's jacket
    tinted = from_lab(drawn + share * ours * (change + ((middle - usual) * TINTED).clip(-20, 20)) * lines) * layer[..., 3:]
    layer = np.concatenate([layer[..., :3] * (1 - hair) + tinted * hair, layer[..., 3:]], -1)
    return layer, cover, _behind(layer, mine, whole)


def _behind(layer, mine, whole) -> np.ndarray:
    """Hair where its whole shape is: the nearest hair's colour, darker as in a shade. -> premultiplied (N, N, 4)"""
    if not mine.any():
        return np.zeros_like(layer)
    rows, columns = ndimage.distance_transform_edt(~mine, return_distances=False, return_indices=True)
    colours = _blur(layer[rows, columns, :3], 2) * 0.85
    return np.concatenate([colours * whole, whole], -1)


def _places(p: Portrait, width: float, chin: float):
    """Where in the portrait each pixel of the canvas lies: (rows, columns) for the head, and for the clothes."""
    points = p.points
    middle, scale = (points[454, 0] + points[234, 0]) / 2, max((points[454, 0] - points[234, 0]) / 2, 1.0) / width
    eyes, theirs = points[[33, 133, 362, 263], 1].mean(), points[CHIN, 1]
    up, down = CROWN * (theirs - eyes) / (EYES - TOP), (theirs - eyes) / (chin - EYES)
    y, x = np.arange(N) + 0.5, np.arange(N) + 0.5 - CENTRE[0]
    rows = eyes + (y - EYES) * np.where(y < EYES, up, down)
    rows = np.where(y < TOP, eyes + (TOP - EYES) * up + (y - TOP) * (up + scale) / 2, rows)
    columns = middle + scale * np.sign(x) * (np.abs(x) + (FLANK - 1) * (np.abs(x) - width).clip(0))
    head = np.broadcast_to(rows[:, None], (N, N)), np.broadcast_to(columns, (N, N))
    body = theirs + 0.45 * UNIT + (y - NECK) * down * CHEST, middle + scale * SHOULDERS * x
    return head, (np.broadcast_to(body[0][:, None], (N, N)), np.broadcast_to(body[1], (N, N)))


def _along(mask: np.ndarray) -> np.ndarray:
    """bool (ANGLES, RADII): the mask along each direction."""
    rows = CENTRE[1] - np.cos(ANGLES)[:, None] * RADII - 0.5
    columns = CENTRE[0] + np.sin(ANGLES)[:, None] * RADII - 0.5
    return ndimage.map_coordinates(mask.astype(np.float32), (rows, columns), order=1) > 0.5


def _farthest(mask: np.ndarray) -> np.ndarray:
    """The radius at which each direction leaves the mask for the last time; NaN where it never meets it."""
    met = _along(mask)
    return np.where(met.any(1), RADII[met.shape[1] - 1 - met[:, ::-1].argmax(1)], np.nan)


def _nearest(mask: np.ndarray) -> np.ndarray:
    """The radius at which each direction first meets the mask; NaN where it never does."""
    met = _along(mask)
    return np.where(met.any(1), RADII[met.argmax(1)], np.nan)


def _blur(values: np.ndarray, sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(np.asarray(values, np.float32), (sigma, sigma) + (0,) * (values.ndim - 2))


def _sample(values: np.ndarray, where) -> np.ndarray:
    """(H, W) or (H, W, C) at (rows, columns), bilinear; 0 outside."""
    values = np.asarray(values, np.float32)
    if values.ndim == 2:
        return ndimage.map_coordinates(values, where, order=1)
    return np.stack([ndimage.map_coordinates(channel, where, order=1) for channel in np.moveaxis(values, -1, 0)], -1)

