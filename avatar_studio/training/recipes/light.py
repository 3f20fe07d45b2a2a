"""Recipes of things with light in or on them: stained glass, neon, clay, a sticker."""
from __future__ import annotations

import cv2
import numpy as np

from .tools import FACE, SCREEN, X, Y, Picture, blur, luma, mix, move, posterise, saturate, step


def glass(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Coloured panes in lead, lit from behind."""
    pane = saturate(blur(mix(picture.unlined, picture.flat, 0.2), 2.0), 1.6)
    calm = 1 - picture.busy
    joint = step(SCREEN["lead"], 0.35, 0.75) * (1 - step(blur(picture.busy, 3), 0.2, 0.5)) * (1 - step(FACE, 0, 0.6))
    edge = np.maximum(picture.lines * (0.55 + 0.45 * calm), step(picture.borders, 0.5, 1.0) * (0.4 + 0.6 * calm))
    lead = np.maximum(cv2.dilate(edge, np.ones((2, 2), np.uint8)), cv2.dilate(1.3 * picture.rim, np.ones((3, 3), np.uint8)))
    lead = np.clip(np.maximum(step(blur(lead, 0.7), 0.3, 0.75), joint), 0, 1)
    middle = np.clip(1 - 1.7 * blur(lead, 5), 0, 1)  # panes are brighter away from their leads
    sun = np.exp(-((X - 108) ** 2 + (Y - 92) ** 2) / (2 * 85**2))
    through = 0.80 + 0.34 * middle + 0.20 * sun + 0.20 * SCREEN["cell"] * calm * (1 - FACE) + 0.10 * SCREEN["drift"] + 0.04 * SCREEN["grain"]
    colour = pane * through[..., None]
    colour = mix(colour, 1, (0.16 * sun * middle * calm) * (0.3 + 0.7 * luma(pane)))
    colour = mix(colour, np.clip(saturate(picture.colour, 1.4) + 0.9 * picture.detail, 0, 1), 0.72 * picture.busy)
    shine = np.clip(blur(lead, 0.8) - blur(move(lead, 1.5, 1.5), 0.8), 0, 1)  # the lead's upper left side
    metal = np.float32([0.09, 0.09, 0.11]) + 0.42 * shine[..., None]
    return mix(colour, metal, lead * (1 - 0.3 * picture.busy)), picture.alpha


def neon(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Glowing tubes along the edges in the colours beside them, over the same colours at night."""
    own = mix(picture.unlined, picture.flat, 0.3)
    fill = blur(own, 1.2) ** 1.6 * 0.75 * np.float32([1.05, 0.82, 1.12]) + np.float32([0.015, 0.01, 0.05])
    fill = mix(fill, saturate(picture.colour, 1.2) * np.float32([0.88, 0.78, 0.92]) + picture.detail, 0.6 * picture.busy)
    grey = luma(own)[..., None]
    tint = own - grey + 0.06 * np.float32([0.2, -0.7, 1.0])  # what is grey glows violet
    tint = tint / (np.abs(tint).max(-1, keepdims=True) + 0.02)
    tint = blur(np.clip(0.62 + 0.62 * tint, 0.08, 1).astype(np.float32), 4)
    edge = np.maximum(step(picture.lines, 0.2, 0.8), 0.8 * step(picture.borders, 0.45, 1.0)) * (1 - 0.45 * picture.busy)
    tube = np.maximum(edge * picture.alpha, 1.25 * picture.rim)
    tube = np.clip(tube, 0, 1)
    core = step(blur(tube, 0.5), 0.3, 0.9)
    near, far = blur(tube[..., None] * tint, 2.5), blur(tube[..., None] * tint, 8)
    light = 1.7 * core[..., None] * (0.75 * tint + 0.3) + 0.95 * near + 0.75 * far
    bright = 1 - (1 - np.clip(fill, 0, 1)) * np.exp(-1.25 * light * (1 - 0.45 * picture.busy[..., None]))
    halo = np.clip(1.3 * near.max(-1) + 1.5 * far.max(-1), 0, 1) * 0.9
    alpha = np.maximum(picture.alpha, halo * (1 - picture.alpha))
    outside = np.clip((near + far) / np.maximum((near + far).max(-1, keepdims=True), 1e-4), 0, 1)
    return mix(outside, bright, picture.alpha), alpha


def clay(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Rounded pieces pressed together, lit from the upper left (Blinn 1977 for the highlight)."""
    body = mix(blur(picture.unlined, 1.0), picture.colour, 0.12 + 0.68 * picture.busy)
    groove = np.clip(np.maximum(picture.lines, 0.8 * picture.borders), 0, 1)
    # Beyond the canvas the clay goes on: the bust is cut there, not rounded.
    wide = cv2.copyMakeBorder((picture.alpha > 0.5).astype(np.uint8), 0, 24, 0, 0, cv2.BORDER_REPLICATE)
    far = cv2.distanceTransform(cv2.copyMakeBorder(wide, 1, 0, 1, 1, cv2.BORDER_CONSTANT, value=0), cv2.DIST_L2, 5)[1:257, 1:257]
    puff = 24 * np.sqrt(1 - (1 - np.clip(far / 26, 0, 1)) ** 2)
    piece = -3.2 * blur(groove, 1.6) * (1 - 0.6 * picture.busy) - 6.5 * blur(groove, 5) * (1 - 0.7 * picture.busy)
    bumps = 0.55 * SCREEN["drift"] + 0.28 * SCREEN["blot"] + 0.10 * np.sin(far * 1.5 + 3 * SCREEN["cloud"])
    height = blur(puff + piece, 1.2) + blur(bumps, 0.8) * (1 - 0.7 * picture.busy)
    dx, dy = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / 8)
    normal = np.dstack([-dx, -dy, np.ones_like(dx)])
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    towards = np.float32([-0.45, -0.60, 0.66])
    half = towards + np.float32([0, 0, 1])
    lambert = np.clip(normal @ towards, 0, 1)
    shine = np.clip(normal @ (half / np.linalg.norm(half)), 0, 1) ** 26
    shade = 0.40 + 0.88 * lambert
    crease = 1 - 0.28 * blur(groove, 2.2) * (1 - 0.5 * picture.busy)
    colour = saturate(body, 1.12) * (shade * crease)[..., None]
    colour = mix(colour, colour * np.float32([0.86, 0.8, 0.95]), 0.6 * (1 - lambert))
    colour = colour + (0.20 * shine)[..., None] * (0.5 + 0.5 * body)
    colour = colour + picture.detail * 0.35 * picture.busy[..., None]
    return colour, step(blur(picture.alpha, 1.1), 0.3, 0.75)


def sticker(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Bold flats with a gloss on them, cut out of white vinyl with a rim to spare."""
    base = posterise(mix(picture.flat, picture.unlined, 0.4), 6, soft=0.35)
    base = np.clip(saturate(base, 1.4) * 1.05, 0, 1)
    base = mix(base, np.clip(saturate(picture.colour, 1.3) + 0.8 * picture.detail, 0, 1), 0.8 * picture.busy)
    line = np.maximum(step(picture.lines, 0.3, 0.85), picture.rim)
    base = mix(base, base * 0.16, 0.85 * np.clip(line, 0, 1) * (1 - 0.4 * picture.busy))
    deep = blur(cv2.erode(picture.alpha, np.ones((9, 9), np.uint8), borderType=cv2.BORDER_REPLICATE), 3)
    # One window's light, bent round the head: bright above a curve, with a sharp lower edge.
    curve = Y - 0.0032 * (X - 118) ** 2
    gloss = step(curve, 82, 66) * (0.09 + 0.24 * step(curve, 10, 80)) + 0.13 * step(np.abs(X + 0.55 * Y - 250), 13, 9)
    base = mix(base, 1, gloss * deep * (1 - 0.75 * picture.busy))
    base = base * (1 - 0.16 * step(SCREEN["height"], -0.3, -1.1))[..., None]
    cut = cv2.dilate(picture.alpha, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (17, 17)))
    cut = step(blur(cut, 2.2), 0.42, 0.62)
    vinyl = mix((0.82, 0.83, 0.87), (1, 1, 1), step(blur(cut, 1.2), 0.72, 0.96))  # a thin grey where it was cut
    shadow = 0.30 * blur(move(cut, -2.5, -4), 3.0)
    colour = mix(vinyl, base, picture.alpha)
    alpha = cut + (1 - cut) * shadow
    return mix((0.10, 0.09, 0.16), colour, cut / np.maximum(alpha, 1e-3)), alpha
