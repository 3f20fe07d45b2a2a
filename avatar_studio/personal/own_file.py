"""What the small files of people's own share, styles and models: safetensors with a name and the hash of what they belong to,
checked as hostile when they come back."""
from __future__ import annotations

import functools
import hashlib
import json
import unicodedata

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from ..weights import sha256, verified
from .errors import JobError

MAX_NAME = 40
JOINER = "\u200d"  # the one invisible character that names may have: it holds emoji together


@functools.cache
def weights_hash(name: str) -> str:
    """The SHA-256 of a file of weights/, which own files belong to. Raises WeightsError."""
    return sha256(verified(name))


def file_hash(data: bytes) -> str:
    """The SHA-256 of an own file, which only who has it knows. Its first eight digits are in every link to an avatar that needs it."""
    return hashlib.sha256(data).hexdigest()


def clean_name(name: object) -> str:
    """The name without space around it. Raises JobError if it is none: 1 to MAX_NAME characters, no control characters."""
    name = unicodedata.normalize("NFC", name).strip() if isinstance(name, str) else ""
    if not 0 < len(name) <= MAX_NAME or any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and c != JOINER for c in name):
        raise JobError("style_name", most=MAX_NAME)
    return name


def parse(data: bytes, most: int, keys: set[str], error: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of an uploaded file of at most `most` bytes with exactly these keys. Raises JobError(error)."""
    if not 8 < len(data) <= most:
        raise JobError(error)
    try:
        tensors = load(data)
        length = int.from_bytes(data[:8], "little")
        metadata = json.loads(data[8:8 + length])["__metadata__"]  # load() has checked the length and that these are strings
        found = set(metadata)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError):
        raise JobError(error) from None
    if found != keys:
        raise JobError(error)
    return tensors, metadata


def is_usable(value: Tensor, largest: float) -> bool:
    """Whether a tensor has numbers, all of them finite and none larger than that."""
    return value.numel() > 0 and bool(torch.isfinite(value).all()) and value.abs().max().item() <= largest
