"""CIE Lab (D65, 2 degrees) of sRGB: the space in which colours of skin and hair are compared."""
from __future__ import annotations

import numpy as np

_TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375],  # IEC 61966-2-1
                    [0.2126729, 0.7151522, 0.0721750],
                    [0.0193339, 0.1191920, 0.9503041]], np.float32)
_WHITE = _TO_XYZ.sum(1)
_LINEAR = np.linspace(0, 1, 256)
_LINEAR = np.where(_LINEAR <= 0.04045, _LINEAR / 12.92, ((_LINEAR + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_linear(rgb: np.ndarray) -> np.ndarray:
    """uint8 sRGB -> linear light in [0, 1], float32."""
    return _LINEAR[rgb]


def to_srgb(linear: np.ndarray) -> np.ndarray:
    """Linear light -> sRGB in [0, 1], clipped."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def lab(rgb: np.ndarray) -> np.ndarray:
    """uint8 sRGB (..., 3) -> Lab (..., 3): L in [0, 100], a and b around [-100, 100]."""
    return of_linear(_LINEAR[rgb])


def from_lab(colour: np.ndarray) -> np.ndarray:
    """Lab (..., 3) -> sRGB in [0, 1], clipped to what can be shown."""
    return to_srgb(linear(colour))


def linear(colour: np.ndarray) -> np.ndarray:
    """Lab (..., 3) -> linear light, not clipped: a negative channel cannot be shown."""
    colour = np.asarray(colour, np.float64)
    y = (colour[..., 0] + 16) / 116
    f = np.stack([y + colour[..., 1] / 500, y, y - colour[..., 2] / 200], -1)
    xyz = np.where(f > 0.206893, f ** 3, (f - 16 / 116) / 7.787) * _WHITE
    return xyz @ np.linalg.inv(_TO_XYZ).T


def of_linear(light: np.ndarray) -> np.ndarray:
    """Linear light (..., 3) -> Lab."""
    xyz = light @ _TO_XYZ.T / _WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)
