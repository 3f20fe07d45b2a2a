"""The colour rules of an illustrator: shade, light, ink. A colour is sRGB, each channel in [0, 1]."""
from __future__ import annotations

from collections.abc import Sequence

Colour = tuple[float, float, float]
WHITE: Colour = (1.0, 1.0, 1.0)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """a at t = 0, b at t = 1."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def shade(colour: Colour, amount: float) -> Colour:
    """Darker, and turned to a warm plum as shadows in illustrations are, never towards grey."""
    r, g, b = colour
    return mix(colour, (r * 0.52 + 0.03, g * 0.38, b * 0.50 + 0.05), amount)


def light(colour: Colour, amount: float) -> Colour:
    """Lighter, and a little warmer."""
    return mix(colour, (1.0, 0.98, 0.93), amount)


def ink(colour: Colour) -> Colour:
    """The outline of a fill: a deep tint of it, never black."""
    r, g, b = colour
    return (r * 0.42 + 0.06, g * 0.32 + 0.02, b * 0.40 + 0.06)


def vivid(colour: Colour, amount: float) -> Colour:
    """More saturated; greys stay grey."""
    r, g, b = colour
    grey, gain = 0.3 * r + 0.59 * g + 0.11 * b, 1 + amount
    return _bounded(grey + (r - grey) * gain), _bounded(grey + (g - grey) * gain), _bounded(grey + (b - grey) * gain)


def _bounded(value: float) -> float:
    return 0.0 if value < 0 else 1.0 if value > 1 else value


def strand(colour: Colour, amount: float = 0.75) -> Colour:
    """A line within hair: darker than it, or lighter where darker could not be seen."""
    r, g, b = colour
    return light(colour, 0.26) if 0.3 * r + 0.59 * g + 0.11 * b < 0.16 else shade(colour, amount)


def warm(colour: Colour, amount: float) -> Colour:
    """A painter's light: lighter, richer and more golden, never chalky."""
    lift = min(0.45, 0.14 + 1.0 * (0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]))  # black gleams, it does not turn grey
    return mix(colour, mix(vivid(light(colour, lift), 0.55), (1.0, 0.84, 0.58), 0.5 * lift), amount)


def cool(colour: Colour, amount: float) -> Colour:
    """A painter's shade: deeper and turned to violet."""
    return mix(colour, mix(vivid(shade(colour, 0.9), 0.25), (0.24, 0.17, 0.46), 0.26), amount)


def middle(colours: Sequence[Colour]) -> Colour:
    """The colour half way, which stands for all of them."""
    half = len(colours) // 2
    return colours[half] if len(colours) % 2 else mix(colours[half - 1], colours[half], 0.5)


def lit(colours: Sequence[Colour]) -> list[Colour]:
    """A painter's colours from the light to the shade."""
    return [warm(colours[0], 0.42), *colours[1:-1], cool(colours[-1], 0.62)]
