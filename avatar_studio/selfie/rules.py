"""What the rules of decide.py and decide_hair.py are made of."""
from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from .. import traits
from .lab import from_lab

SURE = 0.5  # a confidence below it leaves a trait at its default
Rule = Callable[[Mapping], dict[str, tuple[object, float]]]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    RULES.append(function)
    return function


def scale(value: float, low: float, middle: float, high: float) -> float:
    """low, middle and high of a measurement at -0.8, 0 and 0.8 of a slider that goes from -1 to 1."""
    return float(np.interp(value, (low, middle, high), (-0.8, 0.0, 0.8)))


def step(value: float, no: float, yes: float) -> float:
    """A probability: 0 at `no`, 1 at `yes`, straight between. NaN, a thing that could not be seen, is one half."""
    return 0.5 if math.isnan(value) else float(np.clip((value - no) / (yes - no), 0, 1))


def far(a: np.ndarray, b: np.ndarray) -> float:
    """How different two Lab colours are (CIE 1976); NaN where one was not seen."""
    return float(np.linalg.norm(a - b))


def facing(m: Mapping) -> float:
    """How far shapes can be trusted: a face turned away by more than about 45 degrees shows half of itself."""
    return 1.0 - step(m["turned"], 0.5, 1.0)


def both_sides(m: Mapping) -> float:
    """Whether both sides of the head can be seen at all: in profile the nose's outline looks like a frame's bridge, and the
    hair of one side like a mane."""
    return 1.0 - step(m["turned"], 0.75, 1.05)


def covered(m: Mapping) -> float:
    """Whether something hides the mouth: lips and chin of one colour, which is not the forehead's, are a mask."""
    alike = step(float(np.linalg.norm(m["lips"] - m["chin"])), 5, 2)
    return alike * step(float(np.linalg.norm((m["chin"] - m["forehead"])[1:])), 5, 9)


def colour(name: str, value: np.ndarray, sure: float, lightest: float = 0.95, darkest: float = 0.06) -> dict:
    """The three traits of a measured Lab colour."""
    if np.isnan(value).any():
        return {part: (traits.DEFAULTS[part], 0.0) for part in traits.parts(name)}
    hue, saturation, lightness = traits.hsl(*srgb(value))
    return {part: (v, sure) for part, v in zip(traits.parts(name), (hue, saturation, float(np.clip(lightness, darkest, lightest))))}


def srgb(value: np.ndarray) -> tuple[float, float, float]:
    """Lab -> sRGB in [0, 1], clipped."""
    return tuple(map(float, from_lab(value)))
