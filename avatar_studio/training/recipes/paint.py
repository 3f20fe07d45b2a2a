"""Recipes of things painted and drawn by hand: watercolour, ink, pencil, chalk, oil."""
from __future__ import annotations

import cv2
import numpy as np

from .tools import FACE, SCREEN, X, Y, Picture, blur, luma, mix, move, saturate, step


def watercolour(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Thin washes whose density varies as pigment settles: colour = wash ** density (Bousseau et al. 2006, section 3)."""
    right, down = 2.6 * SCREEN["drift"] + 1.2 * SCREEN["blot"], 2.6 * SCREEN["cloud"] + 1.2 * np.roll(SCREEN["blot"], 90, 1)
    calm = 1 - 0.85 * blur(picture.busy, 3)
    wash = move(mix(picture.flat, picture.unlined, 0.6), right * calm, down * calm)
    wash = mix(saturate(blur(wash, 0.8), 1.35), (1, 1, 1), 0.13)
    alpha = move(picture.alpha, 0.9 * right, 0.9 * down)
    alpha = step(blur(alpha, 0.9), 0.25, 0.8)
    dried = np.clip(alpha - blur(alpha, 3.5), 0, 1) * 2 + np.clip(move(picture.borders, right * calm, down * calm) - 0.3, 0, 1) * 0.5
    flow = 0.75 * SCREEN["cloud"] + 0.30 * SCREEN["blot"] + 0.22 * SCREEN["grain"]
    density = 1 + flow * step(luma(wash), 0.0, 0.9) * calm + 0.9 * dried  # dark washes are thick: they hardly run
    colour = np.clip(wash, 0.03, 1) ** np.clip(density, 0.35, 2.4)[..., None]
    colour = colour * (1 - 0.6 * picture.lines[..., None] * (1 - mix(picture.unlined, 0.1, 0.4)))
    colour = colour + picture.detail * (0.35 + 0.75 * picture.busy[..., None])
    colour = colour + 0.035 * SCREEN["grain"][..., None]
    return colour, alpha * 0.97


def ink(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Black pen lines over a light, loose wash of the picture's own colours, with hatching in its shadows."""
    wash = saturate(blur(picture.unlined, 1.6), 1.2)
    wash = mix(wash, (1, 0.99, 0.96), 0.06 + 0.26 * luma(wash))
    wash = move(wash, 2 + 2 * SCREEN["drift"], 1 + 2 * SCREEN["cloud"])
    bare = step(SCREEN["cloud"] + 0.35 * SCREEN["blot"] + 0.6 * step(luma(wash), 0.5, 0.9), 0.55, 0.75)  # where the brush left paper
    wash = mix(wash, (0.99, 0.98, 0.95), 0.6 * bare * (1 - FACE) * step(luma(wash), 0.3, 0.7))
    wash = wash * (1 + 0.09 * SCREEN["cloud"] + 0.03 * SCREEN["grain"])[..., None]
    shade = step(blur(picture.light, 9) - blur(picture.unlined @ np.float32([0.3, 0.6, 0.1]), 1.5), 0.015, 0.12)
    dark = step(0.42 - blur(picture.light, 2), 0, 0.4)
    ground = np.clip(0.75 * shade + 0.45 * dark, 0, 1) * (1 - 0.9 * picture.busy)
    hatching = step(SCREEN["hatch"] + 0.25 * SCREEN["grain"], 0.95 - 1.1 * ground, 1.35 - 1.1 * ground) * step(ground, 0.1, 0.3)
    wobble = move(np.maximum(picture.lines, 0.8 * step(picture.borders, 0.35, 0.9)), 0.7 * SCREEN["drift"], 0.7 * SCREEN["blot"])
    pressure = 0.85 + 0.3 * SCREEN["cloud"]
    line = np.clip(np.maximum(1.25 * step(wobble, 0.15, 0.75) * pressure, 1.3 * picture.rim), 0, 1)
    colour = mix(wash, (0.13, 0.12, 0.17), 0.55 * hatching)
    colour = mix(colour, (0.07, 0.06, 0.11), line)
    colour = mix(colour, np.clip(picture.colour + picture.detail, 0, 1), 0.62 * picture.busy * (1 - 0.6 * line))
    return colour, picture.alpha


def pencil(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Strokes in one direction over all of it and in another over its darker parts, with the paper between them."""
    pigment = saturate(mix(picture.unlined, picture.flat, 0.3), 1.3) * 0.93
    dark = 1 - luma(pigment)
    first = step(SCREEN["stroke"] + 0.35 * SCREEN["speckle"] + 1.5 * dark + 0.35, -0.8, 1.2)
    second = step(SCREEN["cross"] + 0.35 * SCREEN["speckle"] + 1.6 * dark - 0.6, -0.3, 1.2)
    paper = np.float32([0.985, 0.975, 0.95]) + 0.012 * SCREEN["grain"][..., None]
    cover = np.clip(0.16 + 0.22 * dark + 0.80 * first, 0, 1)
    cover = cover + (1 - cover) * 0.7 * picture.busy
    colour = mix(paper, pigment, cover)
    colour = colour * mix(1, mix(pigment, 1, 0.25), 0.42 * second * (1 - 0.5 * FACE))
    line = np.maximum(picture.lines, 0.8 * picture.rim) * (0.78 + 0.45 * SCREEN["speckle"] + 0.25 * SCREEN["stroke"])
    colour = mix(colour, pigment * 0.28, np.clip(line, 0, 1) * 0.9)
    colour = colour + picture.detail * (0.2 + 0.8 * picture.busy[..., None])
    edge = step(picture.alpha + 0.22 * SCREEN["speckle"] * (picture.alpha < 0.98), 0.3, 0.75)
    return colour, edge


def chalk(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Soft sticks over a rough, toned ground: the ground's hollows stay bare, and fingers have smudged the rest."""
    pigment = blur(mix(picture.unlined, picture.flat, 0.4), 1.2)
    pigment = mix(saturate(pigment, 1.15), (1, 0.98, 0.94), 0.16)
    tooth = SCREEN["grain"] + 0.8 * SCREEN["speckle"] + 0.15 * SCREEN["canvas"]
    rubbed = 0.15 + 0.3 * SCREEN["cloud"] + 1.1 * SCREEN["stroke"]
    cover = step(tooth + rubbed, -1.2, 1.0)
    ground = pigment * 0.80 + np.float32([0.01, 0.005, 0.02])
    colour = mix(ground, pigment, 0.22 + 0.78 * np.maximum(cover, 0.75 * picture.busy))
    glow = step(luma(pigment) - blur(luma(pigment), 8), 0.01, 0.12) * step(tooth + 0.5 * SCREEN["stroke"], -0.1, 0.6)
    dust = step(0.6 * tooth + SCREEN["stroke"], 0.35, 1.1) * (0.25 + 0.5 * luma(pigment)) * (1 - 0.8 * picture.busy)
    colour = mix(colour, mix(pigment, (1, 0.98, 0.94), 0.6), np.maximum(0.5 * glow, 0.55 * dust))
    line = np.maximum(blur(picture.lines, 0.7), 0.55 * picture.rim) * step(tooth + 0.75, 0, 0.6)
    colour = mix(colour, pigment * 0.32, 0.72 * line)
    colour = colour + picture.detail * 0.75 * picture.busy[..., None]
    soft = blur(picture.alpha, 1.6)
    edge = step(soft + 0.3 * tooth * (1 - (2 * soft - 1) ** 2), 0.35, 0.75)
    return colour, edge


def oil(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Strokes that follow the forms, thick enough to catch the light. Kuwahara's filter makes the dabs (Kuwahara 1976)."""
    calm = 1 - 0.8 * picture.busy
    dabs = _kuwahara(mix(picture.unlined, picture.colour, 0.55), 3)
    along = _along(picture.light, SCREEN["grain"] + 0.5 * SCREEN["blot"]) * (1 - 0.65 * FACE)
    dabs = move(dabs, 2.2 * along * calm, 2.2 * np.roll(along, 31, 0) * calm)
    dabs = mix(dabs, picture.colour, 0.75 * picture.busy)
    dabs = saturate(dabs, 1.2)
    dx, dy = cv2.Sobel(along, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(along, cv2.CV_32F, 0, 1, scale=1 / 8)
    relief = np.clip(-(dx + dy) * 1.1, -0.5, 0.5) * (1 - 0.55 * picture.busy)
    colour = dabs * (1 + 0.16 * along * calm)[..., None] * (1 + 0.025 * SCREEN["canvas"])[..., None]
    colour = colour + (np.clip(relief, 0, 1) * 0.34)[..., None] - (np.clip(-relief, 0, 1) * 0.42)[..., None] * (0.35 + 0.65 * dabs)
    colour = mix(colour, dabs * 0.35, 0.5 * picture.lines)
    alpha = step(blur(move(picture.alpha, 1.5 * along, 1.5 * np.roll(along, 31, 0)), 0.7), 0.25, 0.75)
    return colour, alpha


def _kuwahara(x: np.ndarray, radius: int) -> np.ndarray:
    """Each place takes the mean of that quarter of its neighbourhood which varies least. (H, W, 3)"""
    size, best, least = radius + 1, None, None
    for anchor in ((0, 0), (radius, 0), (0, radius), (radius, radius)):
        mean = cv2.blur(x, (size, size), anchor=anchor, borderType=cv2.BORDER_REPLICATE)
        square = cv2.blur(x * x, (size, size), anchor=anchor, borderType=cv2.BORDER_REPLICATE)
        spread = (square - mean * mean).sum(-1)
        if best is None:
            best, least = mean, spread
        else:
            nearer = spread < least
            best, least = np.where(nearer[..., None], mean, best), np.minimum(spread, least)
    return cv2.GaussianBlur(best, (0, 0), 0.6)


def _along(light: np.ndarray, noise: np.ndarray, reach: int = 7) -> np.ndarray:
    """Noise smeared along the picture's forms (line integral convolution, Cabral and Leedom 1993), about [-1, 1]."""
    x = blur(light, 1.5)
    dx, dy = cv2.Sobel(x, cv2.CV_32F, 1, 0), cv2.Sobel(x, cv2.CV_32F, 0, 1)
    xx, xy, yy = blur(dx * dx, 7) + 3e-4, blur(dx * dy, 7) + 6e-4, blur(dy * dy, 7) + 3e-4  # where nothing points, a slant
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2  # of the structure tensor's smaller eigenvector
    u, v = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
    total = noise.copy()
    for sign in (1, -1):
        px, py, ux, uy = X.copy(), Y.copy(), sign * u, sign * v
        for _ in range(reach):
            px, py = px + ux, py + uy
            total += cv2.remap(noise, px, py, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            nu, nv = (cv2.remap(f, px, py, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE) for f in (u, v))
            same = np.where(nu * ux + nv * uy < 0, np.float32(-1), np.float32(1))
            ux, uy = nu * same, nv * same
    return np.clip(total / total.std() / 2, -1, 1)
