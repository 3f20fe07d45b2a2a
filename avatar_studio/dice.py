"""Dice: random traits that look good together, from palettes made by eye."""
from __future__ import annotations

from collections.abc import Container, Mapping

import numpy as np

from . import traits as vocabulary
from .traits import BY_NAME, COLOUR_OF, COLOURS, PAINTED, TRAITS

# Each palette is a mood: hair, tips, eye, glasses, accent and clothes as (hue, saturation, lightness).
# Hair, eyes and clothes share a temperature; the accent is the one bold colour.
PALETTES: tuple[dict[str, tuple[int, float, float]], ...] = tuple(
    dict(zip(("hair", "tips", "eye", "glasses", "accent", "clothes"), row)) for row in (
        # natural hair
        ((24, .45, .22), (22, .6, .45), (25, .55, .38), (20, .3, .22), (352, .75, .62), (40, .75, .70)),
        ((18, .40, .14), (350, .6, .5), (22, .60, .30), (0, .0, .15), (8, .80, .60), (200, .45, .55)),
        ((230, .18, .15), (265, .5, .6), (215, .45, .38), (230, .2, .2), (345, .75, .66), (225, .45, .55)),
        ((28, .55, .36), (40, .7, .62), (95, .40, .42), (30, .5, .3), (150, .45, .50), (45, .65, .82)),
        ((38, .68, .62), (345, .7, .78), (205, .65, .50), (25, .45, .35), (210, .65, .62), (340, .60, .80)),
        ((44, .75, .76), (190, .6, .75), (190, .60, .45), (350, .45, .45), (335, .75, .70), (210, .50, .80)),
        ((14, .70, .42), (30, .85, .60), (145, .45, .40), (15, .5, .3), (165, .50, .45), (30, .40, .88)),
        ((8, .62, .30), (12, .7, .5), (30, .55, .40), (0, .3, .2), (45, .85, .60), (165, .35, .45)),
        ((30, .30, .46), (36, .5, .7), (210, .35, .45), (210, .2, .3), (20, .70, .62), (130, .30, .52)),
        ((215, .10, .72), (215, .2, .9), (205, .40, .45), (220, .25, .3), (250, .45, .65), (215, .30, .45)),
        ((30, .10, .88), (200, .4, .85), (270, .45, .55), (260, .2, .35), (275, .55, .70), (260, .35, .75)),
        ((20, .35, .10), (28, .6, .42), (20, .55, .25), (35, .6, .4), (45, .85, .58), (355, .60, .55)),
        ((260, .12, .11), (320, .7, .6), (25, .50, .28), (280, .2, .2), (165, .55, .55), (275, .35, .55)),
        # sweet and fantastic hair
        ((342, .72, .78), (275, .6, .8), (195, .65, .50), (340, .5, .45), (195, .65, .68), (350, .70, .90)),
        ((350, .80, .70), (45, .9, .75), (330, .60, .48), (0, .4, .4), (48, .90, .66), (0, .0, .95)),
        ((268, .50, .74), (330, .7, .82), (275, .55, .55), (270, .3, .4), (325, .70, .72), (255, .50, .86)),
        ((282, .42, .45), (320, .6, .7), (45, .75, .50), (285, .3, .25), (50, .85, .62), (265, .35, .35)),
        ((205, .65, .70), (175, .6, .8), (230, .55, .55), (210, .4, .4), (350, .75, .72), (45, .75, .88)),
        ((218, .55, .42), (195, .7, .7), (200, .70, .48), (220, .4, .25), (28, .90, .62), (210, .25, .92)),
        ((168, .45, .62), (150, .6, .8), (160, .55, .40), (170, .3, .3), (18, .85, .72), (48, .60, .88)),
        ((150, .38, .40), (90, .6, .65), (40, .70, .45), (150, .3, .2), (355, .70, .62), (90, .30, .75)),
        ((22, .90, .66), (350, .8, .75), (180, .55, .42), (20, .5, .35), (200, .65, .58), (190, .35, .85)),
        ((0, .65, .46), (340, .7, .65), (0, .55, .45), (0, .4, .2), (220, .30, .30), (220, .18, .28)),
        ((190, .30, .84), (210, .6, .78), (215, .70, .60), (200, .3, .45), (190, .65, .62), (225, .45, .70)),
        ((318, .55, .55), (195, .7, .7), (175, .60, .45), (310, .4, .3), (180, .60, .60), (300, .25, .25)),
        ((52, .80, .72), (150, .6, .72), (100, .55, .42), (45, .5, .4), (130, .50, .58), (195, .60, .72)),
    )
)

# How often an option is rolled, relative to 1 for every other option of its trait.
WEIGHTS: dict[str, dict[str, float]] = {
    "ears": {"round": 12},
    "hair_back": {"bald": 0.4, "buzz": 0.6, "short": 2, "spiky": 1.2, "bob": 1.6, "long_straight": 1.4, "long_wavy": 1.4, "hijab": 0.6},
    "fringe": {"none": 0.7, "hero": 0.7},
    "wink": {"none": 16},
    "pupil": {"round": 30},
    "catchlight": {"classic": 2},
    "nose": {"dot": 2, "button": 1.5, "none": 0.7},
    "mouth": {"plain": 4, "cat": 1.4, "fang": 0.5, "tongue": 0.5},
    "beard": {"none": 22},
    "moustache": {"none": 30},
    "glasses": {"none": 9, "round": 1.6, "sun": 0.5},
    "headwear": {"none": 9},
    "earrings": {"none": 5},
    "clothes": {"hoodie": 1.5},
    "motif": {"none": 4},
    "art": {"soft": 3},
}

PATTERNED = ("curly", "afro", "braids", "locs", "spiky", "hijab")  # backs of hair that explore() draws more often: what is fine is learned last

# Sliders of a roll: (mean, spread, chance to leave the default at all).
SLIDERS: dict[str, tuple[float, float, float]] = {
    "freckles": (0.6, 0.25, 0.12), "hair_highlights": (0.6, 0.25, 0.2), "hair_tips": (0.8, 0.2, 0.15),
    "side_locks": (0.4, 0.3, 1.0), "ahoge": (0.6, 0.3, 0.25), "eye_openness": (0.85, 0.12, 1.0), "eye_smile": (0.35, 0.25, 1.0),
    "lashes": (0.45, 0.3, 1.0), "blush": (0.55, 0.25, 1.0), "mouth_smile": (0.6, 0.3, 1.0), "mouth_open": (0.5, 0.3, 0.4),
    "lips": (0.5, 0.3, 0.25), "beard_length": (0.4, 0.3, 1.0), "brow_angle": (0.0, 0.35, 1.0), "eye_tilt": (0.0, 0.35, 1.0),
    "gaze_x": (0.0, 0.4, 0.4), "gaze_y": (0.0, 0.3, 0.3), "lines": (0.5, 0.25, 0.01),
}

# How a face leans: how often, what is then rolled more or less often (factors on WEIGHTS), and sliders that move.
LEANINGS: tuple[tuple[float, dict[str, dict[str, float]], dict[str, float]], ...] = (
    (0.42, {  # girlish
        "hair_back": {"bald": 0.1, "buzz": 0.1, "short": 0.4, "spiky": 0.2, "shaggy": 0.5, "twin_tails": 1.5, "braids": 1.5, "bun": 1.5, "hijab": 1.6},
        "beard": {"stubble": 0, "goatee": 0, "full": 0}, "moustache": {"thin": 0, "thick": 0, "curled": 0}, "earrings": {"none": 0.6},
        "headwear": {"cap": 0.5, "bow": 1.6, "flower": 1.6}, "clothes": {"sailor": 1.6}, "fringe": {"none": 0.7},
    }, {"lashes": 0.2, "brow_thickness": -0.35, "jaw_width": -0.25, "eye_size": 0.15, "side_locks": 0.1}),
    (0.35, {  # boyish
        "hair_back": {"short": 3, "spiky": 3, "shaggy": 2.5, "buzz": 3, "curly": 1.5, "locs": 1.5, "bob": 0.15, "long_straight": 0.25, "long_wavy": 0.15, "twin_tails": 0,
                      "side_tail": 0, "space_buns": 0, "braids": 0.2, "bun": 0.4, "ponytail": 0.3, "hijab": 0},
        "fringe": {"blunt": 0.3, "curtain": 0.5, "spiky": 2, "side": 1.5, "none": 1.5}, "beard": {"none": 0.3}, "moustache": {"none": 0.5},
        "headwear": {"bow": 0, "flower": 0, "clips": 0.3, "headband": 0.1, "cap": 2.5, "beanie": 2, "headphones": 2}, "earrings": {"none": 2, "drop": 0, "hoop": 0.3},
        "clothes": {"sailor": 0.3, "jacket": 1.6}, "catchlight": {"sparkle": 0.4}, "motif": {"heart": 0.3},
    }, {"lashes": -0.4, "brow_thickness": 0.4, "jaw_width": 0.35, "eye_size": -0.2, "blush": -0.2, "lips": -1.0, "side_locks": -0.15, "hair_length": -0.3}),
    (0.23, {"beard": {"none": 3}, "moustache": {"none": 3}}, {}),  # neither
)

# What is seldom meant together: (a trait, some of its choices, traits that are then at their default).
APART: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("hair_back", ("hijab",), ("headwear", "beard", "moustache")),
    ("hair_back", ("braids",), ("beard", "moustache")),
    ("headwear", ("bow", "flower"), ("beard", "moustache")),
    ("earrings", ("drop",), ("beard", "moustache")),
    ("beard", BY_NAME["beard"].names[1:], ("lips",)),
    ("moustache", BY_NAME["moustache"].names[1:], ("lips",)),
)

NATURAL = (8, 46)  # hues in degrees of brown, blond and red hair, which a neighbour's keeps: a little further on it would be olive
DYED = 0.3         # saturation from which any other hue is no hair's own
SMALL = {"moustache": BY_NAME["moustache"].names[1:], "beard": ("goatee",)}  # which in pink or red look like lips or a tongue


def roll(rng: np.random.Generator, keep: Mapping = {}) -> dict:
    """A full set of traits that look good together; the traits in `keep` stay as they are given."""
    traits: dict = {}
    shares = [share for share, _, _ in LEANINGS]
    _, factors, shifts = LEANINGS[rng.choice(len(LEANINGS), p=shares)]
    palette = PALETTES[rng.integers(len(PALETTES))]
    for colour, (hue, saturation, lightness) in palette.items():
        traits[f"{colour}_hue"] = (hue + rng.normal(0, 5)) % 360
        traits[f"{colour}_saturation"] = saturation * rng.normal(1, 0.07)
        traits[f"{colour}_lightness"] = lightness + rng.normal(0, 0.025)
    for trait in TRAITS:
        if trait.kind == "choice":
            traits[trait.name] = _pick(rng, trait, factors.get(trait.name, {}))
        elif trait.name not in traits and trait.kind == "slider":
            mean, spread, chance = SLIDERS.get(trait.name, (trait.default, 0.4, 1.0))
            traits[trait.name] = rng.normal(mean, spread) if rng.random() < chance else trait.default
            traits[trait.name] += shifts.get(trait.name, 0.0)
    traits["skin_tone"] = rng.beta(1.1, 1.4)
    if traits["hair_saturation"] < 0.25 and traits["hair_lightness"] > 0.6 and rng.random() < 0.35:  # grey or white hair: often an old face
        traits["lines"] = rng.normal(0.6, 0.25)
    if rng.random() < 0.1:  # eyes closed in a happy arc
        traits |= {"eye_openness": 0.0, "eye_smile": 1.0}
    if rng.random() < 0.04:
        traits["eye_shift"] = rng.integers(90, 270)
    return vocabulary.clean(_apart({**traits, **keep}, keep))


def near(rng: np.random.Generator, traits: Mapping, strength: float, keep: Mapping = {}) -> dict:
    """A neighbour of a full set of traits: moved part of the way towards a fresh roll, so that it stays in good taste.

    strength: 0 (itself) to 1 (about a third of its choices are new); the traits in `keep` stay as they are given.
    """
    target = roll(rng)
    moved = dict(traits)
    for trait in TRAITS:
        if trait.kind == "choice":
            if rng.random() < 0.35 * strength and not (trait.name in ("beard", "moustache") and traits[trait.name] == "none"):  # who has none gets none
                moved[trait.name] = target[trait.name]
        elif trait.kind == "slider" and trait.name not in PAINTED and rng.random() < 0.6:
            moved[trait.name] += rng.uniform(0, strength) * (target[trait.name] - traits[trait.name])
    moved["skin_tone"] += rng.normal(0, 0.12 * strength)
    if rng.random() < 0.6 * strength**2:  # another palette whole, so that its colours still fit each other
        moved |= {name: target[name] for name in COLOUR_OF}
    else:
        turn = rng.normal(0, 25 * strength)  # of all together
        for colour in COLOURS:
            own = rng.normal(0, 10 * strength)
            if colour == "hair" and NATURAL[0] <= traits["hair_hue"] <= NATURAL[1]:
                moved["hair_hue"] = np.clip(traits["hair_hue"] + own, *NATURAL)
            else:
                moved[f"{colour}_hue"] += turn + own
            moved[f"{colour}_saturation"] *= rng.normal(1, 0.15 * strength)
            moved[f"{colour}_lightness"] += rng.normal(0, 0.08 * strength)
    moved |= keep
    return vocabulary.clean(_apart(moved, {*keep, *(name for name in traits if moved[name] == traits[name])}))


def explore(rng: np.random.Generator) -> dict:
    """Traits for training: every slider's whole range and every option are seen.

    Starts from a roll, of which about half of the traits are drawn anew, each by itself. So are about half of the hues,
    saturations and lightnesses of its palette, of which hardly any stays whole.
    """
    traits = roll(rng)
    for trait in TRAITS:
        if trait.kind == "choice":
            if trait.name == "art" or rng.random() < 0.5:
                traits[trait.name] = trait.names[rng.integers(len(trait.names))]
        elif trait.name == "eye_shift":
            traits[trait.name] = rng.integers(360) if rng.random() < 0.1 else 0
        elif rng.random() < 0.5:
            traits[trait.name] = rng.uniform(trait.low, trait.high)
    if rng.random() < 0.4:
        traits["hair_back"] = PATTERNED[rng.integers(len(PATTERNED))]
    # Eyes, mouths and noses are judged most; an always bearded, always winking sample would hide them.
    for name, share in {"wink": 0.5, "beard": 0.5, "moustache": 0.5, "glasses": 0.4, "headwear": 0.3}.items():
        if rng.random() < share:
            traits[name] = BY_NAME[name].default
    return vocabulary.clean(traits)


def _apart(traits: dict, stay: Container[str]) -> dict:
    """The traits without what stands in APART (the second of a pair gives way or, if it is to stay, the first; both, if both are to stay), nor a dyed moustache."""
    for name, choices, others in APART:
        for other in others:
            if traits[name] in choices and traits[other] != BY_NAME[other].default:
                loser = other if other not in stay else name
                if loser not in stay:
                    traits[loser] = BY_NAME[loser].default
    if traits["hair_saturation"] > DYED and not NATURAL[0] <= traits["hair_hue"] <= NATURAL[1]:
        for name, choices in SMALL.items():
            if traits[name] in choices and name not in stay:
                traits[name] = BY_NAME[name].default
    return traits


def _pick(rng: np.random.Generator, trait, factors: Mapping = {}) -> str:
    weights = np.array([WEIGHTS.get(trait.name, {}).get(name, 1.0) * factors.get(name, 1.0) for name in trait.names])
    return trait.names[rng.choice(len(weights), p=weights / weights.sum())]
