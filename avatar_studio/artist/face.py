"""The head: its shape and colours, ears, nose, mouth, blush, freckles, age lines."""
from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import skia

from .. import traits as vocabulary
from .colours import Colour, ink, mix, shade, warm
from .pen import Pen
from .shapes import dab, leaf, oval, path

EYE_Y, NOSE_Y, MOUTH_Y = 147.0, 170.0, 183.0
FRECKLES = ((12, 167, 1.6), (20, 171, 2.1), (27, 165, 1.7), (29, 173.5, 1.9), (37, 169, 2.2), (44, 174.5, 1.8), (50, 168, 1.7))  # x, y, radius


def lifted(hair: Colour) -> Colour:
    """Dark hair, a little lighter and plum, so that even black hair shows its form; fair hair as it is."""
    r, g, b = hair
    return mix(hair, (0.16, 0.13, 0.17), 0.22 * max(0.0, 1 - (0.3 * r + 0.59 * g + 0.11 * b) / 0.35))


@lru_cache(maxsize=1024)
def _ramps(tone: float) -> tuple[Colour, Colour, Colour]:
    return tuple(vocabulary.skin_rgb(tone, undertone) for undertone in (-1, 0, 1))


def skin(tone: float, undertone: float) -> Colour:
    """As vocabulary.skin_rgb(), remembering each tone."""
    cool, neutral, warm_ = _ramps(tone)
    return mix(neutral, warm_ if undertone > 0 else cool, abs(undertone))


@dataclass
class Head:
    """Where things are and what colour they have, worked out once a picture.

    t: full traits; z: standard normal numbers, one meaning each (see the artist's __init__).
    """

    t: dict
    z: list[float]

    def __post_init__(self):
        t = self.t
        self.width = 75 + 6 * t["face_width"]  # half the width at the cheeks
        self.jaw = 33 + 11 * t["jaw_width"]  # reach of the chin's curve
        self.chin = 203 + 5 * t["chin_length"]
        self.cheek = 142.0
        self.skin: Colour = skin(t["skin_tone"], t["skin_undertone"])
        self.hair: Colour = lifted(vocabulary.rgb(t, "hair"))
        self.tips: Colour = mix(self.hair, vocabulary.rgb(t, "tips"), t["hair_tips"])
        self.accent: Colour = vocabulary.rgb(t, "accent")
        self.clothes: Colour = vocabulary.rgb(t, "clothes")
        self.style: str = t["hair_back"]
        self.hat: bool = t["headwear"] in vocabulary.HATS
        self.front = None  # the front hair's shape, kept by fringe.front

    @cached_property
    def outline(self) -> skia.Path:
        """The face: one smooth curve, its tangent level at the chin, so that no chin has a kink."""
        w, c, chin = self.width, self.cheek, self.chin
        right = [(w * 0.68, 48, w, 84, w, c), (w, c + 0.58 * (chin - c), self.jaw + 8, chin, 0, chin)]
        left = [(-self.jaw - 8, chin, -w, c + 0.58 * (chin - c), -w, c), (-w, 84, -w * 0.68, 48, 0, 48)]
        return path((0, 48), *right, *left)

    @property
    def shadow(self) -> Colour:
        """Skin in shade: redder and deeper, as light through skin is."""
        r, g, b = self.skin
        return (r * 0.86, g * 0.72, b * 0.72)

    @property
    def glow(self) -> Colour:
        """Skin in the light: warmer, so that dark skin shines instead of greying."""
        r, g, b = self.skin
        deep = self.t["skin_tone"] ** 2  # golden on deep skin
        return (min(1.0, r * 1.14 + 0.07 + 0.10 * deep), min(1.0, g * 1.14 + 0.05 + 0.05 * deep), min(1.0, b * 1.10 + 0.04))

    @property
    def blush(self) -> Colour:
        """Rose on pale skin, deep warm red on dark skin, so that it glows on both."""
        return mix((1.0, 0.42, 0.44), (0.80, 0.17, 0.17), min(1, self.t["skin_tone"] * 1.15))

    def lean(self, which: int) -> float:
        """One number of z, within [-2, 2]."""
        return min(2.0, max(-2.0, self.z[which]))

    def wave(self, i: float, which: int, turn: float = 0.55) -> float:
        """Smooth variation in [-1, 1] of the i-th thing of a row, steered by one number of z: how far it goes for each unit of that."""
        return math.sin(i * 2.4 + self.z[which] * turn)


def draw_neck(pen: Pen, head: Head):
    neck = path((-15, 190), (-15, 214, -24, 222, -34, 226), (34, 226), (24, 222, 15, 214, 15, 190))
    with pen.part("face"):
        pen.blend(neck, 198, 226, (head.shadow, mix(head.shadow, head.skin, 0.6)), outline=ink(head.skin), form=False)


def draw_ears(pen: Pen, head: Head):
    if head.style == "hijab":
        return
    size = 1 + 0.22 * head.t["ear_size"]
    for side in (-1, 1):
        with pen.part("face"), pen.at(side * (head.width - 3), 150, scale=(side * size, size)):
            if head.t["ears"] == "elf":
                shape = path((-4, -16), (8, -22, 24, -34, 36, -36), (34, -20, 22, 6, 6, 16), (-4, 16))
                inner = path((4, -10), (14, -16, 22, -24, 29, -29), (26, -16, 18, 0, 7, 7))
            else:
                shape = path((-4, -15), (4, -22, 18, -20, 17, -4), (16, 8, 10, 17, 2, 16), (-4, 15))
                inner = path((2, -8), (7, -13, 12, -10, 11, -3), (10, 3, 7, 7, 3, 7))
            pen.fill(shape, mix(head.skin, head.shadow, 0.25), outline=ink(head.skin))
            pen.fill(inner, mix(head.shadow, head.blush, 0.25), 0.75)


def draw_face(pen: Pen, head: Head):
    t, w = head.t, head.width
    with pen.part("face"):
        with pen.form(head.outline, 120, head.chin, (head.skin, head.skin, mix(head.skin, head.shadow, 0.32)), (0, 0.72, 1), outline=ink(head.skin), strokes=False):  # a rounded cheek: light above, a soft rim below
            pen.glow(0, 118, w * 0.8, 46, head.glow, 0.6)
            if pen.painterly:  # broad strokes: warm light on brow and cheek, rose shade along the jaw
                pen.clump(dab(-w * 0.88, 140, -w * 0.80, 176, -34, 196, 12), warm(head.skin, 0.6), 0.34)
                pen.glow(w * 0.74, 186, 30, 26, head.shadow, 0.55)
    with pen.part("face"):
        if t["blush"] > 0:
            for side in (-1, 1):
                x = side * (43 + 5 * t["eye_spacing"])
                pen.glow(x, 174, 19, 11.5, head.blush, (0.75 - (0.30 if pen.flat else 0.18) * t["skin_tone"]) * t["blush"], patch=True)
                if t["skin_tone"] > 0.45:  # the light that a deep cheek catches
                    pen.glow(x - 3, 167, 11, 5, head.glow, min(1.0, (t["skin_tone"] - 0.45) * 2) * 0.7)
                if t["blush"] > 0.55:  # the illustrator's little strokes
                    alpha = (t["blush"] - 0.55) * 1.3
                    for k in (-1, 0, 1):
                        pen.line(path((x + 5 * k - 1.5, 177), (x + 5 * k + 1.5, 171.5), close=False), shade(head.blush, 0.25), 1.5, alpha)
    if t["freckles"] > 0:
        with pen.part("freckles"):
            dark = shade(mix(head.skin, head.blush, 0.25), 0.55)
            for side in (-1, 1):
                for k, (x, y, r) in enumerate(FRECKLES):
                    r = (r + 0.2 * head.wave(k + side, 2)) * (0.85 + 0.4 * t["freckles"])
                    pen.fill(oval(side * x, y, r, r * 0.9), dark, 1.4 * t["freckles"])


def draw_lines(pen: Pen, head: Head):
    """What years of laughing leave: bags under the eyes, crow's feet, smile lines, a line on the chin."""
    age = head.t["lines"]
    if age == 0:
        return
    size, x = 1 + 0.2 * head.t["eye_size"], 37 + 4.5 * head.t["eye_spacing"]
    dark = mix(shade(head.skin, 0.8), head.shadow, 0.25)

    def wrinkle(shape: skia.Path, strength: float):
        pen.fill(shape, dark, strength * age, mark=False)
        pen.note(shape, 6)

    with pen.part("lines"):
        for s in (-1, 1):
            with pen.at(s * x, EYE_Y, scale=(s, 1)):
                y = 24 * size + 5
                pen.glow(0, y + 1, 15, 6, head.shadow, 0.75 * age, mark=False)
                wrinkle(leaf(-15, y - 3, -2, y + 6, 13, y - 1, 1.5), 0.85)
                for rise, reach in ((-5, 9), (1, 10), (7, 8)):
                    wrinkle(leaf(20 * size + 3, 4 + rise * 0.4, 20 * size + 7, 4 + rise, 20 * size + 3 + reach, 3 + rise * 1.5, 1.2), 0.75)
            wrinkle(leaf(s * 13, NOSE_Y + 1, s * 21, NOSE_Y + 5, s * 23, MOUTH_Y + 5, 1.7), 0.95)
        wrinkle(leaf(-7, 197, 0, 194.5, 7, 197, 1.4), 0.6)
        for k, y in enumerate((101, 109)):
            wrinkle(leaf(-24 + 3 * k, y + 2, 0, y - 3, 24 - 3 * k, y + 2, 1.4), 0.6)


def draw_nose(pen: Pen, head: Head):
    t = head.t
    size = 1 + 0.45 * t["nose_size"]
    dark = shade(mix(head.skin, head.blush, 0.3), 0.55)
    with pen.part("nose"), pen.at(0.5 * head.z[8] * 0.5, NOSE_Y, scale=size):
        if t["nose"] == "dot":
            pen.fill(oval(0, 0, 2.8, 2.1), dark, 0.95)
        elif t["nose"] == "button":
            pen.glow(0, -1, 9, 7, head.blush, 0.4, patch=True)
            pen.line(path((-4.2, 0.6), (-2, 3.6, 2, 3.6, 4.2, 0.6), close=False), dark, 2.0)
            pen.fill(oval(-0.6, -2.6, 2.2, 1.4), head.glow, 0.8)
        elif t["nose"] == "line":
            pen.line(path((-1.6, -7), (1.4, -2, 4.2, 1.6), (2.2, 2.9, -0.8, 2.6), close=False), dark, 1.9)


def draw_mouth(pen: Pen, head: Head):
    t = head.t
    half = (11 + 4 * t["mouth_width"]) * (1 + 0.15 * max(0, t["mouth_smile"]))
    curve = 6.5 * t["mouth_smile"]  # how far the corners stand above the middle
    opened = t["mouth_open"]
    line = mix(ink(head.skin), (0.45, 0.10, 0.12), 0.45)
    lip = mix(mix(head.blush, (0.85, 0.16, 0.30), 0.6), head.skin, 0.15 - 0.10 * t["skin_tone"])
    with pen.part("mouth"), pen.at(0.8 * head.lean(11), MOUTH_Y):
        if opened < 0.06:
            _draw_closed_mouth(pen, t, half, curve, line, lip)
        else:
            _draw_open_mouth(pen, t, half, curve, opened, line, lip)


def _draw_closed_mouth(pen: Pen, t: dict, half: float, curve: float, line: Colour, lip: Colour):
    top = -curve * 0.55
    if t["mouth"] == "cat":
        shape = path((-half, top - 1.5), (-half * 0.72, top + 6.5, -half * 0.1, top + 6.5, 0, top), (half * 0.1, top + 6.5, half * 0.72, top + 6.5, half, top - 1.5), close=False)
    else:
        shape = path((-half, top), (-half * 0.5, curve * 0.75, half * 0.5, curve * 0.75, half, top), close=False)
    if t["lips"] > 0 and t["mouth"] == "cat":
        pen.line(shape, lip, 6.0, 0.9 * t["lips"])
    elif t["lips"] > 0:
        middle = curve * 0.42
        lips = path((-half * 0.7, top * 0.4 + middle * 0.4), (-half * 0.3, middle - 5.6, -2, middle - 4.2, 0, middle - 2.8), (2, middle - 4.2, half * 0.3, middle - 5.6, half * 0.7, top * 0.4 + middle * 0.4),
                    (half * 0.35, middle + 7.2, -half * 0.35, middle + 7.2, -half * 0.7, top * 0.4 + middle * 0.4))
        pen.fill(lips, lip, 0.95 * t["lips"])
        pen.fill(leaf(-half * 0.32, middle + 2.2, 0, middle + 4.4, half * 0.28, middle + 2.2, 0.9), (1, 0.9, 0.88), 0.7 * t["lips"])
    if t["mouth"] == "tongue":
        tongue = path((-4.6, curve * 0.42), (-5.2, curve * 0.42 + 9.5, 5.2, curve * 0.42 + 9.5, 4.6, curve * 0.42))
        pen.fill(tongue, (0.97, 0.50, 0.54), outline=(0.66, 0.20, 0.26), width=1.7)
    if t["mouth"] == "fang":
        x, y = half * 0.45, curve * 0.30
        pen.fill(path((x - 3.9, y - 0.4), (x + 3.9, y - 1.4), (x + 0.3, y + 7.2)), (1, 1, 1), outline=line, width=1.0)
    pen.line(shape, line, 2.4)


def _draw_open_mouth(pen: Pen, t: dict, half: float, curve: float, opened: float, line: Colour, lip: Colour):
    depth = 3 + 14 * opened
    # happy: a flat top and a deep bowl; sad: an arch. In between: an oval.
    happy = 0.5 + 0.5 * t["mouth_smile"]
    half *= 0.62 + 0.38 * happy
    top, low = -2.5 - 4.5 * (1 - happy), depth * (0.55 + 0.45 * happy)
    corner = -2.5 * happy + 2.0 * (1 - happy)
    if t["mouth"] == "cat":
        upper = [(-half * 0.7, corner + 3.5, -half * 0.12, corner + 4, 0, corner), (half * 0.12, corner + 4, half * 0.7, corner + 3.5, half, corner)]
    else:
        upper = [(-half * 0.5, top + happy * 3.2, half * 0.5, top + happy * 3.2, half, corner)]
    shape = path((-half, corner), *upper, (half * 0.92, low * 0.95, half * 0.45, low * 1.15, 0, low * 1.15), (-half * 0.45, low * 1.15, -half * 0.92, low * 0.95, -half, corner))
    if t["lips"] > 0:
        pen.line(shape, lip, 6.6, 0.9 * t["lips"])
    pen.fill(shape, (0.48, 0.10, 0.14))
    with pen.inside(shape):
        out = 3.5 if t["mouth"] == "tongue" else 0
        pen.fill(oval(0, low * 1.12 - out, half * 0.62, low * 0.55 + 1.0), (0.96, 0.47, 0.49))
        # Teeth hang from the upper lip, come out as the mouth opens, and stay in while it says O.
        bared = min(1.0, max(0.0, (opened - 0.15) / 0.3)) * min(1.0, max(0.0, t["mouth_smile"] + 0.5) / 0.6)
        if bared > 0 and t["mouth"] == "plain":
            roof = 0.25 * corner + 0.75 * (top + happy * 3.2)  # the lip's middle
            edge = roof + 0.32 * bared * (low * 0.86 - roof)
            pen.fill(path((-half, corner - 9), (half, corner - 9), (half, 0.3 * corner + 0.7 * edge), (half * 0.6, edge, 0, edge), (-half * 0.6, edge, -half, 0.3 * corner + 0.7 * edge)), (1, 0.99, 0.97))
    pen.line(shape, line, 2.1)
    if t["mouth"] == "fang":
        x = half * 0.5
        pen.fill(path((x - 3.6, corner + 0.4), (x + 3.6, corner - 0.2), (x + 0.2, corner + 6.6)), (1, 1, 1), outline=line, width=0.9)
