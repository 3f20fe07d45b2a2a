"""A personal model as a small file: how its generator differs from the base, checked as hostile when it comes back.

The difference is added to the base's own tensors, so that any share of it can be added: `likeness`, 0 to 1. What a person's
w differs by needs no tensor of its own, for style = W w + b: an offset of w is an offset of b.
"""
from __future__ import annotations

import copy
import functools
import hashlib
import json
from dataclasses import dataclass

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from ..avatar import AvatarError, decode
from ..models.generator import Generator
from ..weights import sha256, verified
from .errors import JobError
from .style_file import clean_name

MAX_BYTES = 6 * 2**20
LARGEST = 16.0      # of the numbers of a difference; those that were learned stay below 1
TUNED = "synthesis."  # only what paints is tuned: what traits mean stays the base's
METADATA = {"name", "base", "avatar"}


@dataclass(frozen=True)
class Model:
    """name: what its person called it. id: what an Avatar calls it. difference: float32 tensors by the names of the
    generator's. avatar_code: the person's own avatar, which is to be drawn with it."""

    name: str
    id: str
    difference: dict[str, Tensor]
    avatar_code: str


@functools.cache
def generator_hash() -> str:
    """The SHA-256 of weights/generator.safetensors, which the models belong to. Raises WeightsError."""
    return sha256(verified("generator.safetensors"))


def model_id(data: bytes) -> str:
    """What an Avatar calls the model of a file."""
    return f"me-{hashlib.sha256(data).hexdigest()[:8]}"


def write_model(name: str, base: str | None, difference: dict[str, Tensor], avatar_code: str) -> bytes:
    """The file of a model, in float16.

    base: the SHA-256 of the generator that it was learned for; None is the one in weights/. difference: by the names of its
    tensors, finite; what is 0 everywhere is left out. avatar_code: of the person's own avatar.
    Raises JobError for a name that is none, AvatarError for a code that is none.
    """
    decode(avatar_code)
    tensors = {key: value.detach().cpu().half().contiguous() for key, value in difference.items()}
    tensors = {key: value for key, value in tensors.items() if value.any()}
    if not all(key.startswith(TUNED) and _is_usable(value) for key, value in tensors.items()):
        raise ValueError("a difference has finite numbers for the synthesis's own tensors")
    data = save(tensors, {"name": clean_name(name), "base": base or generator_hash(), "avatar": avatar_code})
    if len(data) > MAX_BYTES:
        raise ValueError(f"a difference of {len(data)} bytes is larger than its file may be")
    return data


def read_model(data: bytes, generator: Generator, base: str | None = None) -> Model:
    """The model in a file that a person uploaded. Raises JobError for anything but what write_model gives for this generator."""
    if not 8 < len(data) <= MAX_BYTES:
        raise JobError("model_file")
    try:
        tensors = load(data)
        length = int.from_bytes(data[:8], "little")
        metadata = json.loads(data[8:8 + length])["__metadata__"]  # load() has checked the length and that these are strings
        if set(metadata) != METADATA:
            raise JobError("model_file")
        name, code = metadata["name"], metadata["avatar"]
        decode(code)
    except (SafetensorError, AvatarError, ValueError, KeyError, TypeError, RuntimeError):
        raise JobError("model_file") from None
    own = dict(generator.named_parameters())
    if metadata["base"] != (base or generator_hash()):
        raise JobError("model_base")
    for key, value in tensors.items():
        if not key.startswith(TUNED) or key not in own or own[key].shape != value.shape or value.dtype != torch.float16 or not _is_usable(value):
            raise JobError("model_file")
    return Model(clean_name(name), model_id(data), {key: value.float() for key, value in tensors.items()}, code)


def apply(generator: Generator, model: Model, likeness: float) -> Generator:
    """A generator that paints with so much of the model's difference: 0 is the base's own pictures, 1 all of it.

    The copy is not frozen and shares with the base every tensor that does not differ: it takes as much memory as the
    difference does. The base stays as it is, and may be frozen itself.
    """
    memo: dict[int, object] = {id(value): value for value in (*generator.parameters(), *generator.buffers())}
    memo[id(generator.frozen)] = None
    for layer in generator.synthesis.layers:
        memo[id(layer.prepared)] = None
    own = dict(generator.named_parameters())
    for key, value in model.difference.items() if likeness else ():
        memo[id(own[key])] = nn.Parameter(own[key].detach() + likeness * value.to(own[key]), requires_grad=False)
    return copy.deepcopy(generator, memo)


def _is_usable(value: Tensor) -> bool:
    return value.numel() > 0 and bool(torch.isfinite(value).all()) and value.abs().max().item() <= LARGEST
