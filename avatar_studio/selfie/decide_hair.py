"""Measurements -> traits of hair and of what covers it; see decide.py."""
from __future__ import annotations

import math

import numpy as np

from .lab import linear, of_linear
from .rules import SURE, both_sides, colour, covered, facing, far, rule, scale, step


@rule
def hair(m):
    """The style from how far the hair falls beside and below the face. The colour of the surest hair above the chin, of its
    dark parts where it is cropped and the skin shines through, of the brows where it is only a bare hairline."""
    darker = step(m["skin"][0] - m["hair_deep"][0], 8, 15)  # hair, however thin, has strands that are darker than the skin
    bald = (1 - darker) * step(m["crown_contrast"], 20, 14) * step(m["crown"], 0.65, 0.58) * step(m["hair_cheek_less"], 0.3, 0.1)
    whole = step(m["crown_seen"], 0.55, 0.8)  # where the photo ends at the forehead nobody knows what is above it
    bald *= whole
    long = hair_length(m)
    curly = step(m["curl"], 0.24, 0.32) * step(m["hair_wide"], 1.3, 1.45)  # curls stand out; cropped hair is rough too
    hat = worn_hat(m)
    if hat > 0.5:  # the hat taught what hair is, so what hangs below it is told by not being skin
        long = max(long, step(m["below_hat"], 0.5, 0.8) + step(m["below_hat"], 0.85, 1.05))
    veil = hijab(m)
    if veil > 0.5:
        return {"hair_back": ("hijab", veil), **colour("hair", np.array(m["cover"]), veil), "fringe": ("none", veil),
                "headwear": ("none", veil)}
    if bald > 0.5 and hat < 0.5:
        style, sure = "bald", bald
    elif long < 0.5:
        knot, tail = (part * (1 - hat) * whole for part in tied_back(m))
        style = "buzz" if whole > 0.5 and m["crown"] < 0.4 and m["crown_contrast"] < 35 else "curly" if curly > 0.6 else "short"
        style = "bun" if knot > 0.5 else "ponytail" if tail > 0.5 else style
        sure = 0.5 + 0.8 * abs((long if style not in ("bun", "ponytail") else max(knot, tail)) - 0.5)
        sure = sure if whole > 0.5 else min(sure, 0.55)
    elif long < 1.5:
        round_curls = "afro" if m["hair_wide"] > 1.7 and m["crown"] > 1.2 else "curly" if m["curl"] > 0.45 else "shaggy"  # the last is wavy
        style, sure = round_curls if curly > 0.5 else "bob", 0.65
    else:
        style, sure = ("long_wavy" if m["curl"] > 0.16 else "long_straight"), 0.7
    sure *= both_sides(m)
    length = (2.5 * m["hair_cheek"] - 0.8, m["hair_fall"] - 0.6, m["hair_fall"] / 2 - 1.0)[round(long)]  # short: how much of the ears it covers
    kind = "beanie" if m["cover_low"] > 0.6 else "cap"  # a knitted hat comes down over the ears
    found = {"hair_back": (style, sure), "headwear": (kind if hat > 0.5 else "none", max(hat, 1 - hat))}
    if style not in ("bun", "ponytail"):  # how long it is, untied, nobody sees
        found |= {"hair_length": (float(np.clip(length, -0.8, 0.8)), 0.9 * sure * (whole if long < 0.5 else 1)),
                  "hair_volume": (scale(m["hair_top"], 0.7, 1.2, 1.8), 0.6 * whole)}
    if hat > 0.5:
        found |= colour("accent", np.array(m["cover"]), hat)
    unseen = step(m["crown_contrast"], 14, 8) * step(m["crown"], 0.8, 0.65)  # thin, and the skin's colour: a bare hairline
    if style != "bald":
        seen = 0.85 * (step(m["below_hat"], 0.2, 0.5) if hat > 0.5 else 1 - 0.7 * unseen)
        if hat < 0.5 and seen < SURE:
            found |= colour("hair", painted(*even_light(m, "brow")), 0.55 * step(m["brow_contrast"], 15, 25))
        else:
            found |= colour("hair", hair_colour(m, hat > 0.5), seen)
    return found | fringe(m, style, long, curly > 0.6, hat)


def fringe(m, style: str, long: float, curly: bool, hat: float) -> dict:
    """Hair on the forehead; where there is none, the place of the parting."""
    some, both = step(m["fringe"], 0.12, 0.28) * (1 - hat), both_sides(m)
    if style in ("bald", "buzz"):
        return {"fringe": ("none", 0.9 * both)}
    if some > 0.5:
        if abs(m["fringe_side"]) > 0.12:  # it falls away from the parting
            return {"fringe": ("side", some * both), "fringe_sweep": (float(-np.sign(m["fringe_side"])) * 0.7, 0.6)}
        return {"fringe": ("curly" if curly else "choppy", some * both)}
    if long > 0.5:
        clear = step(m["parting_deep"], 0.05, 0.12) * facing(m) * (1 - hat)
        return {"fringe": ("parted", 0.7 * both), "fringe_sweep": (float(np.clip(1.8 * m["parting"], -0.8, 0.8)), 0.9 * clear)}
    return {"fringe": ("none", 0.7 * both)}


# Natural hair as it is painted, Lab. Dark hair is told by how much colour the light brings out in it.
HAIR = {"black": (15, 2, 2), "dark_brown": (25, 6, 9), "brown": (34, 11, 15), "dark_blond": (56, 9, 30), "blond": (76, 4, 38),
        "red": (46, 30, 40), "grey": (62, 4, 4)}
LIGHT = np.array([0.2126, 0.7152, 0.0722])  # of linear red, green and blue (ITU-R BT.709)


def even_light(m, *names: str) -> list[np.ndarray]:
    """Measured colours as in the light of day: brighter by what the photo's highlights lack, and without most of the cast
    that the cheeks show. Skin lies on one narrow line from rosy to tan, so what it has too much of is mostly the lamp's
    (red over green and blue over green in linear light; a von Kries adaptation)."""
    gain = np.full(3, float(np.clip((80 + 16) / (m["scene"] + 16), 1.0, 2.2)) ** 3)
    skin = np.maximum(linear(m["skin"]), 1e-4)
    if not np.isnan(skin).any() and covered(m) < 0.5:
        cast = np.exp([0.4 * (math.log(skin[0] / skin[1]) - 0.6), 0.0, 0.7 * (math.log(skin[2] / skin[1]) + 0.33)])
        gain /= cast * (LIGHT / cast).sum()  # the light stays as bright
    return [of_linear(np.maximum(linear(m[name]), 0) * gain) for name in names]


def hair_colour(m, hat: bool) -> np.ndarray:
    """The measured colour as it is painted.

    Half the hair's mean, half its lit strands, as an eye sees it. Where hair is cropped or has the skin's own colour,
    skin shines through and only its darkest strands tell."""
    measured, lit, deep, beside, skin = even_light(m, "hair", "hair_lit", "hair_deep", "beside", "skin")
    shine = step(math.hypot(*lit[1:]), 8, 4) * step(measured[0], 30, 20)  # a lamp's, on dark hair, has no colour
    if hat:
        measured = beside
    elif measured[0] > 25 and m["crown"] < 0.65 and hair_length(m) < 0.5:
        measured = deep * (0.7, 1, 1)
    elif m["crown_contrast"] < 12:
        measured = deep
    elif measured[0] > 30 or np.linalg.norm(lit - skin) > 20 and (measured[0] > 9 or lit[0] > 34):  # or skin between dark strands
        measured = measured + (0.5 - 0.5 * shine) * (lit - measured)
    return painted(measured)


def painted(measured: np.ndarray) -> np.ndarray:
    """Halfway from a measured Lab to the natural colour that a person would call it; dyed hair as it is."""
    name = hair_name(measured)
    return measured if name is None else (measured + HAIR[name]) / 2


def hair_name(colour: np.ndarray) -> str | None:
    """A key of HAIR for a measured Lab, or None for a colour that hair has not by nature."""
    lightness, a, b = colour
    chroma = math.hypot(a, b)
    if chroma > 14 and (b < 0 or a < -6 or a > 2 * b):
        return None
    if lightness < 14.5 or chroma < 5.4 and lightness < 32:
        return "black"
    if a > 8 and b > 2 and (a > 1.2 * b or chroma > 26 and a > 0.7 * b):
        return "red"
    if lightness > 36 and chroma < 10:
        return "grey"
    return "dark_brown" if lightness < 26 else "brown" if lightness < 40 else "dark_blond" if lightness < 54 else "blond"


def hair_length(m) -> float:
    """0 short, 1 to the jaw or neck, 2 to the shoulders or longer. Hair beside both cheeks, or much of it on one side
    where the wind or the head's turn has taken it, is not short; it is long where it lies on the neck and falls on, or
    out of the photo."""
    beside = max(step(m["hair_cheek_less"], 0.14, 0.32), step(m["hair_cheek"], 0.35, 0.5) * step(m["hair_neck"], 0.2, 0.3) *
                 step(m["hair_jaw"], 1.6, 1.4))
    out_of_photo = step(m["photo_below"] - m["hair_fall"], 0.3, 0.1) * step(m["hair_fall"], 0.3, 0.6)
    falls = max(step(m["hair_fall"], 1.2, 1.8), out_of_photo)
    return beside * (1 + step(m["hair_neck"], 0.25, 0.38) * falls)


def tied_back(m) -> tuple[float, float]:
    """Whether hair that is not beside the face is a knot on the head, far above it or narrower than the head, or a tail: it
    fills the space behind an ear that is bare. Or, less surely, a tail that the head hides: the strands of each place run one
    way, off a bare forehead; in cropped hair they do not, unless it is too thin or the photo too small to see them."""
    high = max(step(m["hair_top"], 1.5, 1.8), step(m["hair_top"], 1.25, 1.45) * step(m["knot"], 0.25, 0.4))
    sleek = step(m["curl"], 0.14, 0.08) * step(m["fringe"], 0.1, 0.05) * step(m["crown_contrast"], 35, 50) * step(m["sharp"], 40, 60)
    return high * step(m["hair_jaw"], 0.4, 0.2), max(step(m["tail"], 0.36, 0.52), 0.7 * sleek)


def worn_hat(m) -> float:
    """A strong, even edge above the brows, over which stands more of another colour than beside the face. A dark cap
    on dark hair can pass for hair."""
    other = 0.7 if math.isnan(m["cover_beside"]) else step(m["cover_beside"], 10, 25)
    return step(m["cover_edge"], 5, 8) * step(m["cover_bent"], 0.12, 0.06) * step(m["cover_share"], 0.6, 0.8) * other


def hijab(m) -> float:
    """One cloth with an even edge from above the brows, past both cheeks, to under the chin, where else is skin. Folds
    differ in lightness more than in colour. Dark hair around a full beard is uneven."""
    cloth = [far(m["cover"] * (0.4, 1, 1), m[part] * (0.4, 1, 1)) for part in ("under_chin", "neck")]
    bare = float(np.min([far(m[part], m["skin"]) for part in ("under_chin", "neck")]))
    return (step(float(np.max(cloth)), 14, 8) * step(bare, 12, 17) * step(m["hair_cheek_less"], 0.3, 0.6) * step(m["chin_dark"], 25, 15)
            * step(m["cover_bent"], 0.1, 0.05) * step(m["cover_share"], 0.6, 0.8) * step(m["cover_edge"], 2.5, 4.5))
