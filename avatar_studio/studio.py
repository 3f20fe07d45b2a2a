"""From an Avatar to a picture: the generator, the size, the background. Nothing else draws one."""
from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from .avatar import BACKGROUNDS, MIX_SIZE, Avatar, AvatarError
from .background import paint
from .exports.pictures import encode
from .latent import even_shares, load_directions, styles
from .weights import load_generator

MAX_BATCH = 16
CLEAR, SOLID = 0.06, 0.96  # alpha up to which a place is taken for clear, and from which for solid
CRISP = 0.5                # how much of what a 3 x 3 blur takes away is added
WARM_UP = 2  # pictures drawn at the start, after which one takes as long as any later one


class Studio:
    """Draws avatars. One forward runs at a time; a Studio is shared between threads.

    weights: a safetensors file, None for the one that came with the program.
    device: "cpu", "cuda", "cuda:1", ...; None takes the GPU if there is one.
    Raises WeightsError if the weights cannot be used.
    """

    def __init__(self, weights: Path | None = None, device: str | None = None):
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.dtype = fast_dtype(self.device)
        self.generator = load_generator(weights).to(self.device).freeze(self.dtype)
        self.directions = load_directions(self.generator.config.w_size)
        self.lock = threading.Lock()
        for _ in range(WARM_UP):
            self.draw(Avatar())

    def draw(self, avatar: Avatar) -> Image.Image:
        """RGBA, avatar.size square, with straight alpha and the avatar's background behind it."""
        return self.draw_many([avatar])[0]

    def draw_many(self, avatars: Iterable[Avatar]) -> list[Image.Image]:
        """One picture an avatar, drawn MAX_BATCH at a time."""
        avatars = list(avatars)
        pictures = []
        for first in range(0, len(avatars), MAX_BATCH):
            some = avatars[first:first + MAX_BATCH]
            pictures += [finish(paint, avatar) for paint, avatar in zip(self._generate(some), some)]
        return pictures

    def morph(self, avatar: Avatar, steps: int) -> list[Avatar]:
        """The way from an avatar to its partner: `steps` avatars, both ends too, each as different from the next as any other.

        Raises AvatarError if it has no partner.
        """
        if avatar.partner is None:
            raise AvatarError("Choose a second avatar to mix with first.")
        ends = [replace(avatar, mix=(share,) * MIX_SIZE) for share in (0.0, 1.0)]
        with self.lock, torch.inference_mode():
            start, end = styles(self.generator, ends, self.directions)
            shares = even_shares(lambda ws: settle(self._paint(ws)), start, end, steps)
        return [replace(avatar, mix=(share,) * MIX_SIZE) for share in shares]

    def draw_bytes(self, avatar: Avatar, format: str = "webp", quality: int = 90) -> bytes:
        """The picture as a file that carries the avatar's code: format as in exports.pictures, a WebP at the least effort."""
        return encode(self.draw(avatar), avatar, format, quality, effort=0)

    def draw_quick(self, avatar: Avatar) -> bytes:
        """The picture at the generator's own size as a JPEG, for a slider that is being dragged: a tenth of the time of a WebP.

        A transparent avatar's alpha follows below as a second, grey picture: 256 x 512 pixels instead of 256 x 256.
        """
        premultiplied = self._generate([avatar])[0]                                      # (256, 256, 4)
        picture = finish(premultiplied, replace(avatar, size=premultiplied.shape[0]))
        frame = picture.convert("RGB")  # straight colours; black where it is clear, much like the outlines that end there
        if avatar.background == BACKGROUNDS[0]:
            frame = ImageOps.expand(frame, (0, 0, 0, picture.height))
            frame.paste(picture.getchannel("A"), (0, picture.height))
        buffer = io.BytesIO()
        frame.save(buffer, "JPEG", quality=84)
        return buffer.getvalue()

    def _generate(self, avatars: list[Avatar]) -> np.ndarray:
        """uint8 (N, 256, 256, 4), premultiplied alpha."""
        with self.lock, torch.inference_mode():
            return to_bytes(self._paint(styles(self.generator, avatars, self.directions)))

    def _paint(self, ws: Tensor) -> Tensor:
        """ws: (N, num_ws, w_size) -> (N, 4, 256, 256), MAX_BATCH at a time."""
        return torch.cat([self.generator.paint(some, dtype=self.dtype) for some in ws.split(MAX_BATCH)])


def settle(pictures: Tensor) -> Tensor:
    """The generator's premultiplied RGBA (N, 4, H, W), about [0, 1] -> the same, legal: no colour above its alpha.

    Its edges are a little soft, as a mean error leaves them, so they are sharpened: the picture less its own blur, added.
    Its alpha is never quite 0 or 1: what is nearly clear becomes clear, and what is nearly solid, solid.
    """
    x = pictures.float()
    x = (x + CRISP * (x - _blurred(_blurred(x, 2), 3))).clamp(0, 1)
    alpha = ((x[:, 3:] - CLEAR) / (SOLID - CLEAR)).clamp(0, 1)                       # (N, 1, H, W)
    colour = x[:, :3] * (alpha / x[:, 3:].clamp(min=CLEAR))                          # (N, 3, H, W)
    return torch.cat([torch.minimum(colour, alpha), alpha], dim=1)


def _blurred(x: Tensor, axis: int) -> Tensor:
    """The mean of three neighbours along an axis; the edges are their own neighbours. (avg_pool2d takes five times as long.)"""
    n = x.shape[axis]
    wide = torch.cat([x.narrow(axis, 0, 1), x, x.narrow(axis, n - 1, 1)], axis)
    return (wide.narrow(axis, 0, n) + wide.narrow(axis, 1, n) + wide.narrow(axis, 2, n)) / 3


def to_bytes(pictures: Tensor) -> np.ndarray:
    """Premultiplied RGBA (N, 4, H, W), about [0, 1] -> uint8 (N, H, W, 4)."""
    return (settle(pictures).permute(0, 2, 3, 1) * 255).round().byte().cpu().numpy()


def finish(premultiplied: np.ndarray, avatar: Avatar) -> Image.Image:
    """The generator's picture, uint8 (H, W, 4), in the avatar's size (Lanczos) on its background."""
    picture = Image.fromarray(premultiplied, "RGBa").convert("RGBA")
    if picture.width != avatar.size:
        picture = picture.resize((avatar.size, avatar.size), Image.Resampling.LANCZOS)  # Pillow premultiplies RGBA itself
    behind = paint(avatar.background, avatar.background_colour, avatar.size)
    return Image.alpha_composite(behind, picture) if behind else picture


def fast_dtype(device: torch.device) -> torch.dtype:
    """The type that convolutions run fastest in: half precision where the hardware has it, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    if device.type == "cpu" and torch.cpu._is_amx_tile_supported():
        return torch.bfloat16
    return torch.float32
