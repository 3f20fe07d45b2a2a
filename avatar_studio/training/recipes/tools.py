"""What the recipes share: a picture taken apart, filters, lines, and the screens by name."""
from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from .screens import NAMES, SIZE, make_screens

SCREEN = dict(zip(NAMES, make_screens()))  # name -> (256, 256) in [-1, 1]
Y, X = np.mgrid[:SIZE, :SIZE].astype(np.float32)
# Where an avatar's eyes, nose and mouth are, all of which stand still on the canvas; elsewhere and in other pictures it only favours.
FACE = np.clip(1.6 - ((X - 127) / 66) ** 4 - ((Y - 152) / 52) ** 4, 0, 1)


@dataclass
class Picture:
    """An RGBA picture of 256 px taken apart, float32 in [0, 1]."""

    colour: np.ndarray  # (256, 256, 3), straight, carried on beyond the silhouette so that no filter meets an edge there
    alpha: np.ndarray   # (256, 256)

    @staticmethod
    def of(rgba: np.ndarray) -> Picture:
        """uint8 (256, 256, 4), straight alpha."""
        values = rgba.astype(np.float32) / 255
        return Picture(carried_on(values[..., :3], values[..., 3]), values[..., 3])

    @cached_property
    def light(self) -> np.ndarray:
        """Luma (256, 256)."""
        return luma(self.colour)

    @cached_property
    def flat(self) -> np.ndarray:
        """Colours without shading's small steps and without hairlines (256, 256, 3)."""
        x = cv2.medianBlur((self.colour * 255).astype(np.uint8), 5)
        return cv2.bilateralFilter(x, 7, 30, 4).astype(np.float32) / 255

    @cached_property
    def unlined(self) -> np.ndarray:
        """Colours with the thin dark lines, the outline too, filled by what is beside them (256, 256, 3)."""
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
        x = carried_on(self.colour, cv2.erode(self.alpha, disc, borderType=cv2.BORDER_REPLICATE))
        return blur(mix(cv2.morphologyEx(x, cv2.MORPH_CLOSE, disc), self.colour, 0.5 * self.busy), 0.8)

    @cached_property
    def lines(self) -> np.ndarray:
        """Where it is darker than around it: drawn lines, lashes, pupils' rims (256, 256) in [0, 1]."""
        return thinned(step(blur(self.light, 3.2) - blur(self.light, 0.7), 0.02, 0.13))

    @cached_property
    def borders(self) -> np.ndarray:
        """Where one colour meets another (256, 256) in [0, 1], about three pixels wide."""
        x = blur(self.flat, 1.0)
        dx, dy = cv2.Sobel(x, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(x, cv2.CV_32F, 0, 1, scale=1 / 8)
        return thinned(step(np.sqrt((dx**2 + dy**2).max(-1)), 0.03, 0.13))

    @cached_property
    def rim(self) -> np.ndarray:
        """The silhouette's inner edge (256, 256) in [0, 1], about three pixels wide."""
        inner = cv2.erode(self.alpha, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE)
        return np.clip((self.alpha - blur(inner, 1.2)) * 1.6, 0, 1)

    @cached_property
    def busy(self) -> np.ndarray:
        """Where small things are that must stay readable, eyes above all (256, 256) in [0, 1]."""
        return step(blur(np.abs(self.light - blur(self.light, 3)), 5), 0.025, 0.06) * (0.35 + 0.65 * FACE) * (self.alpha > 0.5)

    @cached_property
    def detail(self) -> np.ndarray:
        """What a blur of two pixels takes away (256, 256, 3), about 0."""
        return self.colour - blur(self.colour, 2)


def carried_on(colour: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Colours (256, 256, 3) kept where weight (256, 256) is 1, and drawn on from there to everywhere else."""
    found, filled = colour * weight[..., None], weight.copy()
    for sigma in (1, 3, 9, 40):  # from near to far
        near = blur(weight, sigma)
        missing = (1 - filled) * np.clip(near * 8, 0, 1)
        found = found + missing[..., None] * blur(colour * weight[..., None], sigma) / (near[..., None] + 1e-5)
        filled = filled + missing
    return np.clip(found / np.maximum(filled, 1e-3)[..., None], 0, 1)


def blur(x: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian; the edges are their own neighbours."""
    if sigma > 6:  # of a quarter of the size: the same picture, sooner
        small = cv2.resize(x, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        return cv2.resize(cv2.GaussianBlur(small, (0, 0), sigma / 4, borderType=cv2.BORDER_REPLICATE), x.shape[1::-1])
    return cv2.GaussianBlur(x, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)


def step(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """Smoothstep: 0 below low, 1 above high."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def luma(colour: np.ndarray) -> np.ndarray:
    return colour @ np.float32([0.299, 0.587, 0.114])


def mix(a, b, share: np.ndarray | float) -> np.ndarray:
    """a where share is 0, b where it is 1. Colours (256, 256, 3) or (3,), share (256, 256) or a number."""
    share = np.asarray(share, np.float32)[..., None] if np.ndim(share) else np.float32(share)
    return np.float32(a) + (np.float32(b) - np.float32(a)) * share


def saturate(colour: np.ndarray, factor: float) -> np.ndarray:
    """Colours moved from (or to) the grey of their own luma, which stays."""
    grey = luma(colour)[..., None]
    return np.clip(grey + (colour - grey) * factor, 0, 1)


def move(x: np.ndarray, right, down) -> np.ndarray:
    """What lies at (x + right, y + down), bilinear. right, down: (256, 256) or numbers, in pixels."""
    return cv2.remap(x, X + np.float32(right), Y + np.float32(down), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def thinned(line: np.ndarray) -> np.ndarray:
    """Lines (256, 256) in [0, 1], fainter where they crowd: a small thing must not become a blot of ink."""
    return line * (1 - 0.75 * step(blur(line, 4), 0.38, 0.72))


def posterise(colour: np.ndarray, levels: int, soft: float = 0.25) -> np.ndarray:
    """Luma in so many steps, with hue and saturation kept; soft: share of a step over which it changes."""
    light = luma(colour)
    scaled = light * levels
    base = np.floor(scaled)
    stepped = (base + step(scaled - base, 0.5 - soft, 0.5 + soft)) / levels
    return np.clip(colour * (stepped / np.maximum(light, 0.02))[..., None], 0, 1)
