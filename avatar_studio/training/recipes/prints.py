"""Recipes of things printed or set: comic, pop, pixel, ukiyo-e."""
from __future__ import annotations

import cv2
import numpy as np

from .tools import FACE, SCREEN, Picture, blur, luma, mix, move, posterise, saturate, step


def comic(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Flat colours in few steps, halftone dots in the shadows, bold black lines."""
    base = saturate(posterise(mix(picture.unlined, picture.flat, 0.5), 5), 1.3)
    base = np.clip(base * 1.06, 0, 1)
    light = luma(picture.unlined)
    shade = np.clip(step(blur(light, 11) - blur(light, 1.5), 0.0, 0.14) * 0.75 + 0.35 * step(SCREEN["height"], 0.1, -0.7), 0, 1)
    shade = shade * (1 - picture.busy)
    dot = step(SCREEN["dots"], 0.9 - 1.1 * shade, 1.15 - 1.1 * shade) * step(shade, 0.08, 0.25)
    colour = mix(base, base * np.float32([0.55, 0.5, 0.62]), 0.85 * dot)
    shine = step(light - blur(light, 7), 0.05, 0.1) * (1 - picture.busy)
    colour = mix(colour, mix(base, 1, 0.55), shine)
    colour = mix(colour, np.clip(saturate(picture.colour, 1.25) + 0.8 * picture.detail, 0, 1), 0.8 * picture.busy)
    thin = 1 - 0.6 * picture.busy
    bold = np.maximum(cv2.dilate(picture.lines, np.ones((2, 2), np.uint8)) * thin, 0.6 * step(picture.borders, 0.6, 1.1) * thin)
    bold = np.maximum(step(blur(bold, 0.6), 0.3, 0.7), 1.4 * picture.rim)
    return mix(colour, (0.05, 0.04, 0.07), np.clip(bold, 0, 1)), picture.alpha


def pop(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Screen print of the sixties: loud flats that sit beside their lines, Ben-Day dots, a hard shadow."""
    base = posterise(mix(picture.unlined, picture.flat, 0.4), 3)
    light = luma(picture.unlined)
    chroma = base.max(-1) - base.min(-1)
    base = mix(saturate(base, 1.35), saturate(base, 2.1), step(chroma, 0.25, 0.6))
    base = mix(base, move(base, -3, -2), 1 - picture.busy)  # the plates are never quite in register
    tone = (0.42 + 1.1 * (blur(light, 14) - blur(light, 2))) * (1 - picture.busy)
    dot = step(SCREEN["dots"], 0.66 - tone * (1 - 0.35 * FACE), 0.96 - tone * (1 - 0.35 * FACE))
    ink = np.clip(saturate(base, 1.5) * np.float32([1.0, 0.72, 0.74]) * 0.88, 0, 1)
    colour = mix(np.clip(base * 1.08 + 0.03, 0, 1), ink, 0.9 * dot * (1 - picture.busy))
    colour = mix(colour, np.clip(saturate(picture.colour, 1.5) + picture.detail, 0, 1), 0.85 * picture.busy)
    line = cv2.dilate(np.maximum(picture.lines, 0.7 * step(picture.borders, 0.5, 1.0)), np.ones((3, 3), np.uint8))
    line = step(blur(line, 0.8), 0.45, 0.75) * (1 - 0.35 * picture.busy)
    outer = cv2.dilate(picture.alpha, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
    outer = step(blur(outer, 0.7), 0.3, 0.7)
    colour = mix((0.06, 0.03, 0.10), mix(colour, (0.06, 0.03, 0.10), line), picture.alpha)
    shadow = move(outer, -7, -6)
    colour = mix((0.99, 0.83, 0.10), colour, outer)
    return colour, np.maximum(outer, shadow)


def pixel(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Blocks of 4 x 4 pixels on a grid, few colours, a dark outline."""
    alpha = _shrink(picture.alpha)
    sharp = np.clip(picture.colour + 0.9 * picture.detail, 0, 1) * picture.alpha[..., None]
    colour = _shrink(sharp) / np.maximum(alpha, 0.02)[..., None]
    dark = _shrink(picture.lines)
    colour = mix(colour, colour * 0.45, step(dark, 0.25, 0.7) * 0.8)
    colour = saturate(np.clip(colour, 0, 1), 1.2)
    levels = 7
    light = luma(colour)[..., None]
    colour = np.clip(np.round(light * levels) / levels + np.round((colour - light) * 2 * levels) / (2 * levels), 0, 1)
    solid = (alpha > 0.5).astype(np.float32)
    inside = cv2.erode(solid, np.float32([[0, 1, 0], [1, 1, 1], [0, 1, 0]]).astype(np.uint8), borderType=cv2.BORDER_REPLICATE)
    colour = mix(colour, colour * 0.25 + np.float32([0.03, 0.02, 0.06]), solid - inside)
    return np.repeat(np.repeat(colour, 4, 0), 4, 1), np.repeat(np.repeat(solid, 4, 0), 4, 1)


def _shrink(x: np.ndarray) -> np.ndarray:
    return cv2.resize(x, (64, 64), interpolation=cv2.INTER_AREA)


def ukiyoe(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """A woodblock print: muted flats with the board's grain in them, bokashi gradations, indigo key lines."""
    flat = posterise(mix(picture.unlined, picture.flat, 0.4), 6, soft=0.5)
    muted = saturate(blur(flat, 0.8), 0.95) * np.float32([0.99, 0.95, 0.87])
    muted = muted + (0.05 + 0.05 * (1 - luma(muted)))[..., None] * np.float32([1, 0.85, 0.6])  # the paper's warmth shows through
    colour = muted * (1 + (0.08 * SCREEN["wood"] + 0.04 * SCREEN["grain"]) * (1 - 0.6 * picture.busy))[..., None]
    indigo = np.float32([0.16, 0.25, 0.45])
    colour = mix(colour, colour * 0.35 + indigo * 0.5, 0.55 * step(SCREEN["height"], -0.35, -1.05))
    colour = mix(colour, colour * np.float32([0.93, 0.72, 0.66]), 0.35 * step(SCREEN["height"], 0.45, 1.0))
    worn = step(SCREEN["grain"] + 0.7 * SCREEN["wood"] + 0.4 * SCREEN["cloud"], 0.95, 1.5) * (1 - picture.busy) * (1 - 0.6 * FACE)
    colour = mix(colour, (0.93, 0.88, 0.77), 0.3 * worn)
    colour = mix(colour, saturate(picture.colour, 0.8) * np.float32([0.98, 0.95, 0.9]) + 0.6 * picture.detail, 0.7 * picture.busy)
    key = np.maximum(np.maximum(picture.lines, 0.6 * step(picture.borders, 0.55, 1.05)) * (1 - 0.4 * picture.busy), 1.3 * picture.rim)
    key = step(key, 0.2, 0.8) * (0.95 + 0.12 * SCREEN["grain"])
    return mix(colour, (0.10, 0.13, 0.26), np.clip(key, 0, 1)), picture.alpha
