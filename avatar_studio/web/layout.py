"""What the editor shows: the vocabulary of traits.py with its place, order and palettes on the page, as plain data."""
from __future__ import annotations

import colorsys

from ..avatar import BACKGROUNDS, MAX_TRUNCATION, SIZES
from ..dice import PALETTES
from ..exports import animations, packs, pictures
from ..exports.brought import SCALES
from ..latent import TURNS
from ..personal.jobs import MOST_PICTURES
from ..personal.kinds import KINDS
from ..personal.own_file import MAX_NAME
from ..selfie.photo import EDGE, FORMATS
from ..styles import PRESETS
from ..traits import BY_NAME, COLOUR_OF, COLOURS, GROUPS, MOOT, TRAITS, skin_rgb
from ..words import MAX_LENGTH
from .texts import TEXTS

BACKGROUND, STYLE, MODEL = "background", "style", "model"  # the page's choices that are no traits

# Less used ones, folded away under "More". A colour's three traits stand as one: NAME_colour.
FOLDED = {"chin_length", "ear_size", "ears", "hair_highlights", "hair_tips", "tips_colour", "ahoge", "eye_spacing", "eye_tilt",
          "eye_shift", "catchlight", "brow_height", "nose_size", "mouth_width", "lips"}

# Where a group's thumbnails look: enlargement and centre in percent of the picture. The others show all of it.
LOOK = {"face": (1.4, 50, 60), "fringe": (1.5, 50, 36), "eyes": (2.0, 50, 60), "brows": (2.0, 50, 58), "mouth": (2.9, 50, 71),
        "beard": (2.3, 50, 74), "glasses": (1.9, 50, 60), "clothes": (1.8, 50, 100), "art": (3.0, 33, 56)}
PEEK = {"headwear": (2.2, 52, 0)}  # where a group's tab looks, if elsewhere: hats want all of a thumbnail, and no two tabs should look alike

BACKDROPS = ("#ffe3ec", "#ffeecf", "#e3f4dc", "#d8f0ee", "#dce9ff", "#e9e0ff", "#ffffff", "#f3d9c7", "#ffc2d4", "#ffd58a",
             "#9fd8cb", "#8fb8ff", "#b79cff", "#4a4063")


# What the server refuses beyond, so that the page need not ask. edge, edges: pixels to which it reduces a photo that is read, and what is learned from.
LIMITS = {"pictures": MOST_PICTURES, "name": MAX_NAME, "sentence": MAX_LENGTH, "scales": SCALES, "types": [f"image/{format.lower()}" for format in FORMATS],
          "edge": EDGE, "edges": {name: kind.edge for name, kind in KINDS.items()}}


def editor() -> dict:
    """All that the page's script needs to build the editor; JSON-able."""
    return {
        "groups": [_group(name, en, zh) for name, (en, zh) in GROUPS.items()],
        "traits": [_trait(trait) for trait in TRAITS],
        "colours": {name: {"swatches": _swatches(name), "en": _stem(name, 0), "zh": _stem(name, 1)} for name in COLOURS},
        "folded": sorted(FOLDED),
        "moot": MOOT,
        "skin": [[_hex(skin_rgb(tone / 8, undertone)) for tone in range(9)] for undertone in (-1, 0, 1)],
        "backgrounds": BACKGROUNDS,
        "styles": [{"name": name, "en": en, "zh": zh} for name, (en, zh) in PRESETS.items()],
        "backdrops": BACKDROPS,
        "sizes": SIZES,
        "formats": list(pictures.FORMATS),
        "packs": [{"name": name, "en": en, "zh": zh} for name, (en, zh, *_) in packs.PACKS.items()],
        "moves": [{"name": name, "en": en, "zh": zh} for name, (en, zh) in animations.KINDS.items()],
        "moving_formats": list(animations.FORMATS),
        "truncation": MAX_TRUNCATION,
        "turns": TURNS,
        "limits": LIMITS,
        "texts": TEXTS,
    }


def _group(name: str, en: str, zh: str) -> dict:
    look = LOOK.get(name, (1, 50, 50))
    return {"name": name, "en": en, "zh": zh, "look": look, "peek": PEEK.get(name, look)}


def _trait(trait) -> dict:
    data = {"name": trait.name, "kind": trait.kind, "group": trait.group, "en": trait.en, "zh": trait.zh,
            "default": trait.clean(trait.default), "low": trait.low, "high": trait.high}
    if trait.kind == "choice":
        data["choices"] = [{"name": choice.name, "en": choice.en, "zh": choice.zh} for choice in trait.choices]
    if trait.name in COLOUR_OF:
        data |= {"colour": COLOUR_OF[trait.name], "part": trait.name.rpartition("_")[2]}
    return data


def _stem(colour: str, language: int) -> str:
    """A colour's own name: "Hair hue" and "头发色相" are two names of the trait hair_hue, "Hair" and "头发" of the colour."""
    trait = BY_NAME[f"{colour}_hue"]
    return (trait.en.removesuffix(" hue"), trait.zh.removesuffix("色相"))[language]


def _swatches(colour: str, most: int = 14, apart: float = 0.2) -> list[tuple[int, float, float]]:
    """(hue, saturation, lightness) from the dice's palettes, less those that look alike, pale after deep."""
    kept: list[tuple[int, float, float]] = []
    for palette in PALETTES:
        hue, saturation, lightness = palette[colour]
        if all(sum(abs(a - b) for a, b in zip(_rgb(palette[colour]), _rgb(other))) > apart for other in kept):
            kept.append((hue, saturation, lightness))
    return kept[:most]


def _rgb(hsl: tuple[float, float, float]) -> tuple[float, float, float]:
    return colorsys.hls_to_rgb(hsl[0] / 360, hsl[2], hsl[1])


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in rgb)
