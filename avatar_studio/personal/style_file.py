"""A person's own style as a small file: safetensors with one tensor, checked as hostile when it comes back."""
from __future__ import annotations

import functools
import hashlib
import json
import unicodedata

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from ..weights import sha256, verified
from .errors import JobError

MAX_BYTES = 200_000
MAX_NAME = 40
LARGEST = 1000.0  # of the numbers of a style; those that were learned are a few units
JOINER = "\u200d"  # the one invisible character that names may have: it holds emoji together


@functools.cache
def stylizer_hash() -> str:
    """The SHA-256 of weights/stylizer.safetensors, which the styles belong to. Raises WeightsError."""
    return sha256(verified("stylizer.safetensors"))


def clean_name(name: object) -> str:
    """The name without space around it. Raises JobError if it is none: 1 to MAX_NAME characters, no control characters."""
    name = unicodedata.normalize("NFC", name).strip() if isinstance(name, str) else ""
    if not 0 < len(name) <= MAX_NAME or any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and c != JOINER for c in name):
        raise JobError("style_name", most=MAX_NAME)
    return name


def style_id(data: bytes) -> str:
    """What an Avatar calls the style of a file: styles.OWN."""
    return f"own-{hashlib.sha256(data).hexdigest()[:8]}"


def write_style(name: str, style: Tensor, base: str | None = None) -> bytes:
    """The file of a style, in float16.

    style: (style_size,), finite. base: the SHA-256 of the stylizer it was learned for; None is the one in weights/.
    Raises JobError for a name that is none.
    """
    style = style.detach().cpu().half().contiguous()
    if style.dim() != 1 or not _is_usable(style):
        raise ValueError("a style is one row of finite numbers")
    data = save({"style": style}, {"name": clean_name(name), "base": base or stylizer_hash()})
    if len(data) > MAX_BYTES:
        raise ValueError(f"a style of {style.numel()} numbers is larger than its file may be")
    return data


def read_style(data: bytes, style_size: int, base: str | None = None) -> tuple[str, Tensor]:
    """(name, float32 (style_size,)) of a file that a person uploaded. Raises JobError for anything but what write_style gives."""
    if not 8 < len(data) <= MAX_BYTES:
        raise JobError("style_file")
    try:
        tensors = load(data)
        length = int.from_bytes(data[:8], "little")
        metadata = json.loads(data[8:8 + length])["__metadata__"]  # load() has checked the length and that these are strings
        name, made_for = metadata["name"], metadata["base"]
        style = tensors.pop("style")
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError):
        raise JobError("style_file") from None
    if tensors or set(metadata) != {"name", "base"} or style.dtype not in (torch.float16, torch.float32):
        raise JobError("style_file")
    if made_for != (base or stylizer_hash()) or style.shape != (style_size,):
        raise JobError("style_base")
    if not _is_usable(style):
        raise JobError("style_file")
    return clean_name(name), style.float().clone()


def _is_usable(style: Tensor) -> bool:
    return bool(torch.isfinite(style).all()) and style.abs().max().item() <= LARGEST if style.numel() else False
