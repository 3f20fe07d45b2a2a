"""Measurements -> traits: for each trait what it is read from, how, and how sure that is.

A rule takes the measurements of measure.py and gives {trait: (value, confidence)}. A confidence below SURE leaves the
trait at its default and names it as unsure. Where a number has no natural scale it is placed among the faces the
rules were tuned on (44 photographs of adults and children): their middle stands at the slider's middle.
Nothing here asks for gender or age. The rules of hair stand in decide_hair.py, what rules are made of in rules.py.
"""
from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from .. import traits
from . import decide_hair  # noqa: F401  its rules stand in RULES
from .lab import lab
from .rules import RULES, SURE, both_sides, colour, covered, facing, far, rule, scale, step


GREY = 0.5  # Lab's chroma of skin: in colour it has at least 2, overexposed a little less


def decide(m: Mapping) -> tuple[dict, dict[str, float], tuple[str, ...]]:
    """(values of the traits that are sure, confidence of every trait looked for, the unsure ones)."""
    found: dict[str, tuple[object, float]] = {}
    for each in RULES:
        found.update(each(m))
    for name, (value, _) in found.items():
        if isinstance(value, float) and not math.isfinite(value):  # what it is read from could not be seen
            found[name] = (traits.DEFAULTS[name], 0.0)
    if math.hypot(*m["skin"][1:]) < GREY:  # a black-and-white photo tells no hue
        found |= {name: (value, 0.0) for name, (value, _) in found.items() if name.endswith("_hue") or name == "skin_undertone"}
    confidence = {name: float(np.clip(np.nan_to_num(c), 0, 1)) for name, (_, c) in found.items()}
    values = {name: traits.BY_NAME[name].clean(v) for name, (v, _) in found.items() if confidence[name] >= SURE}
    return values, confidence, tuple(name for name in found if name not in values)


# --- shapes ---------------------------------------------------------------------------------------------------------

# trait: (measurement, its value at -0.8, 0 and 0.8): the 5th, 50th and 95th percentile of the tuning photographs.
SHAPES = {
    "face_width": ("face_width", 0.770, 0.838, 0.900),  # the face's width / its height
    "jaw_width": ("jaw_width", 0.755, 0.805, 0.845),  # between the jaw's corners / between the cheekbones
    "chin_length": ("chin_length", 0.150, 0.205, 0.250),  # lower lip to chin / face height
    "eye_size": ("eye_size", 0.405, 0.437, 0.470),  # corner to corner
    "eye_spacing": ("eye_spacing", 0.505, 0.543, 0.582),  # inner corner to inner corner
    "eye_tilt": ("eye_tilt", -0.010, 0.060, 0.130),  # outer corners above the inner ones, radians
    "brow_height": ("brow_height", 0.160, 0.220, 0.330),  # above the upper lid
    "nose_size": ("nose_width", 0.590, 0.671, 0.800),  # nostril to nostril
    "mouth_width": ("mouth_width", 0.700, 0.860, 1.140),  # corner to corner
}


@rule
def shapes(m):
    return {trait: (scale(m[name], *places), 0.9 * facing(m)) for trait, (name, *places) in SHAPES.items()}


@rule
def eyes(m):
    """Openness: lid to lid / corner to corner. One closed eye beside an open one winks, and so does the avatar's on the same side of the picture; low lids over a smile smile."""
    left, right = m["eye_open_left"], m["eye_open_right"]
    openness = float(np.interp(max(left, right), (0.08, 0.16, 0.31, 0.48), (0.0, 0.35, 0.85, 1.0)))
    wink = "none"
    if max(left, right) > 0.2 and min(left, right) < 0.1:
        wink = "right" if left < right else "left"  # measured from the picture's left, named from the person's
    squint = step(max(left, right), 0.30, 0.20) * step(m["smile_corner"], 0.0, 0.08)
    return {"eye_openness": (openness, 0.9 * facing(m)), "wink": (wink, 0.8 * facing(m)),
            "eye_smile": (0.2 + 0.6 * squint, 0.7 * facing(m))}


@rule
def brows(m):
    """Thickness: the height of the dark band; angle: how the brow climbs outwards, so a fierce one climbs."""
    seen = step(m["brow_contrast"], 4, 12)
    return {"brow_thickness": (scale(m["brow_thick"], 0.10, 0.16, 0.24), seen * facing(m)),
            "brow_angle": (scale(m["brow_angle"], -0.02, 0.08, 0.19), 0.8 * facing(m))}


@rule
def mouth(m):
    """Smile: the corners above the lips' middle, a wide mouth and high cheeks. Openness: inner lips' gap / width.

    A face at rest has its corners below the middle; on an avatar that looks cross, so it gets a calm, level mouth.
    """
    smile = (m["smile_corner"] - 0.02) / 0.055 + (m["smile_wide"] - 1.30) / 0.12 - (m["cheek_rise"] - 0.405) / 0.035
    opened = float(np.interp(m["mouth_open"], (0.04, 0.10, 0.35, 0.60), (0.0, 0.2, 0.7, 1.0)))
    sure = 0.95 * facing(m) * (1 - covered(m)) * (not np.isnan(m["lips"]).any())  # a photo may end above them
    tint = step(m["lips"][1] - m["skin"][1], 8, 30)
    return {"mouth_smile": (float(np.interp(smile, (-6, -4, -1.5, 0, 1.5, 4), (-0.8, -0.3, 0.0, 0.36, 0.65, 1.0))), sure),
            "mouth_open": (opened, sure), "lips": (tint, sure * 0.8)}


# --- colours --------------------------------------------------------------------------------------------------------

_TONES = np.linspace(0, 1, 41)
_UNDERTONES = np.linspace(-1, 1, 9)
_SKINS = np.array([[traits.skin_rgb(t, u) for u in _UNDERTONES] for t in _TONES])
_SKIN_LAB = lab(np.round(_SKINS * 255).astype(np.uint8))


@rule
def skin(m):
    """Tone from lightness where the face is lit; where that is not light skin, from the shaded side as well, so that a
    shine does not lighten a dark face. Undertone from the hue."""
    if np.isnan(m["lit"]).any():
        return {"skin_tone": (math.nan, 0.0), "skin_undertone": (math.nan, 0.0)}
    lit, shaded = m["lit"], m["shaded"]
    bright = exposure(m)  # L + 16, a and b grow as the cube root of light
    yellow = lit[2] * bright - 0.8 * lamp(m)
    golden = 0.4 * (max(yellow, 8) - 18)  # at one lightness in L, yellower skin is the darker one
    light, dark = ((part[0] + 16) * bright - 16 for part in (lit, shaded))
    light, mixed = light - golden, 0.6 * light + 0.4 * dark
    fair = step(light, 62, 70)
    lightness = fair * light + (1 - fair) * min(mixed, light)
    tone = float(np.interp(lightness, (25, 38, 50, 60, 72, 80, 90), (0.97, 0.85, 0.67, 0.57, 0.42, 0.25, 0.06)))
    row = _SKIN_LAB[round(tone * 40)]
    _, a, b = 0.5 * (lit + m["skin"]) if not np.isnan(m["skin"]).any() else lit
    hue, hues = math.atan2(b, max(a, 1e-3)), np.arctan2(row[:, 2], row[:, 1])
    undertone = float(np.interp(0.5 * (hue + 0.1) + 0.5 * hues[4], hues, _UNDERTONES))
    agree = 1 - step(lit[0] - shaded[0], 25, 50)
    return {"skin_tone": (tone, 0.6 + 0.3 * agree), "skin_undertone": (undertone, 0.55 + 0.2 * agree)}


def lamp(m) -> float:
    """How yellow (Lab's b, blue is negative) the light is, by the photo's highlights where they are not the face itself."""
    colour = m["scene_yellow"]
    return (max(colour - 8, 0.0) + min(colour + 5, 0.0)) * step(m["scene"] - m["lit"][0], 0, 4)


@rule
def freckles(m):
    """Small dark spots on the cheeks and the nose. A small, blurred or glittering face tells nothing: it is not asked."""
    spots = m["spots"] - 0.5 * m["glints"]
    seen, clear = step(spots, 4.5, 8), step(m["sharp"], 35, 65) * step(m["glints"] - m["spots"], 10, 2)
    if seen < 0.5:
        return {"freckles": (0.0, (1 - seen) * clear)} if clear > SURE else {}
    return {"freckles": (float(np.interp(spots, (6, 14, 30), (0.3, 0.5, 0.8))), seen * clear)}


def exposure(m) -> float:
    """What to multiply L + 16 by in a dim photo: its highlights should be white, and teeth in a wide smile too. A little dim
    is as often a scene without white, or shaded teeth: then nothing is brightened, so that brown skin stays brown."""
    scene, teeth = (float(np.clip((white + 16) / (seen + 16), 1.0, 2.2)) for white, seen in ((86, m["scene"]), (88, m["teeth"][0])))
    bright = scene ** (0.95 * step(scene, 1.1, 1.22))
    if m["scene"] < 85 and m["mouth_open"] > 0.1 and m["teeth"][0] > m["lit"][0]:
        bright = max(bright, teeth ** step(teeth, 1.15, 1.3))
    return bright


@rule
def eye_colour(m):
    """The iris, lightened: in a photograph it lies in the lids' shadow. Needs a few pixels of the photo."""
    sure = step(m["iris_pixels"], 0, 10) * step(max(m["eye_open_left"], m["eye_open_right"]), 0.12, 0.22)
    iris = np.array(m["iris"], float)
    if not np.isnan(iris).any():
        red = m["skin"][1]
        if iris[0] > 26 and red > 9 and iris[1] < min(5, 0.3 * red):  # no brown: what is yellow is the light, as on the skin
            iris[1:] = min(iris[1], 0) - 3, iris[2] - 0.9 * max(m["skin"][2], 0)
        elif iris[2] < 0:  # blue; what red is in it is the lids'
            iris[1] = min(iris[1], 0)
        iris[1:] *= max(1.0, 18 / max(math.hypot(*iris[1:]), 3.0))
        iris[0] = np.interp(iris[0], (5, 20, 45, 70), (28, 36, 52, 70))
    return colour("eye", iris, sure)


@rule
def clothes(m):
    """The colour, and the cut as far as the chest tells it: a jacket is open over something of another colour, a deep
    neckline shows skin, a plain top is all one colour. A jacket's colour is that of its sides."""
    seen = 0.9 * step(m["clothes_share"], 0.0, 0.15)
    sides, skin = (m["chest_left"] + m["chest_right"]) / 2, far(m["chest"], m["neck"])
    alike, inner = far(m["chest_left"], m["chest_right"]), min(far(m["chest"], m[side]) for side in ("chest_left", "chest_right"))
    jacket = step(alike, 14, 9) * step(inner, 20, 26) * step(skin, 18, 26)
    bare = step(skin, 18, 12) * step(far(m["neck"], m["skin"]), 24, 18) * step(far(m["chest"], m["clothes"]), 18, 26)
    plain = step(inner, 14, 8) * step(alike, 20, 14) * step(far(m["chest"], m["skin"]), 14, 20)
    cut, sure = max((("jacket", jacket), ("v_neck", bare), ("tee", 0.8 * plain)), key=lambda found: found[1])
    found = colour("clothes", sides if jacket > 0.5 else m["clothes"], seen, lightest=0.97)
    return found | ({"clothes": (cut, seen * sure)} if seen * sure > SURE else {})  # most cuts are none of the three: they are not asked about


# --- beard, glasses -------------------------------------------------------------------------------------------------

@rule
def beard(m):
    """Dark or rough skin on the upper lip and the chin, beside the cheeks' own. Who has a beard seldom paints the lashes."""
    bright = exposure(m)  # in dim light all differences in L are small
    m = {**m, **{name: value * bright for name, value in m.items() if name.endswith(("_dark", "_rough"))}}
    lip = max(step(m["upper_lip_dark"], 22, 33), step(m["upper_lip_rough"], 3.0, 3.8))
    chin = max(step(m["chin_dark"], 12, 22), step(m["chin_rough"], 1.4, 2.2))
    shaded = step(max(m["upper_lip_dark"], m["chin_dark"]), 0, 3)  # wrinkles are rough as well, but not darker
    lip, chin = min(lip, shaded), min(chin, shaded)
    sure_none, any_beard = 1 - min(lip, chin), min(lip, chin)
    sure = max(any_beard, sure_none) * (1 - covered(m)) * facing(m)
    if any_beard < 0.5:
        return {"beard": ("none", sure), "moustache": ("none", sure)}
    jaw = min(step(m["jaw_left_dark"], 10, 30), step(m["jaw_right_dark"], 10, 30))
    dark = float(np.nanmax((m["chin_dark"], m["upper_lip_dark"], 0.0)))
    grey = min(step(m["hair"][0], 42, 52), step(m["chin_rough"], 3.4, 4.2))  # a grey beard is hardly darker than the skin, but far rougher
    kind = "full" if grey > 0.5 else "stubble" if dark < 25 else "full" if jaw > 0.5 else "goatee"
    thick = 15 if kind == "full" else 30  # a thin line over a full beard, or over stubble, is worn by few
    moustache = "thick" if m["upper_lip_dark"] > thick else "thin" if m["upper_lip_dark"] > 15 and kind == "goatee" else "none"
    length = float(np.interp(m["chin_rough"], (1.5, 5), (-0.3, 0.9)) if kind == "stubble" else np.interp(dark, (15, 50), (0.1, 0.7)))
    return {"beard": (kind, sure), "moustache": (moustache, sure), "beard_length": (length, 0.55 * sure + 0.1), "lashes": (0.1, 0.9 * sure)}


@rule
def glasses(m):
    """A line across the bridge of the nose, with lines below the eyes; lenses darker than any shadow are sunglasses."""
    worn = step(m["bridge_edge"] + 0.4 * (m["under_edge"] - 0.12), 0.22, 0.34)
    sun = step(m["skin"][0] - m["lens_light"], 25, 35) * step(m["lens_light"], 40, 30)
    sure = max(worn, 1 - worn) * both_sides(m)
    if sun > 0.5 and worn > 0.2:
        return {"glasses": ("sun", sun), **colour("glasses", m["frame"], sun)}
    if worn < 0.5:
        return {"glasses": ("none", sure)}
    return {"glasses": ("square" if m["frame"][0] < 30 else "round", sure), **colour("glasses", m["frame"], sure)}
