"""A personal model as a small file: how its generator differs from the base, checked as hostile when it comes back.

The difference is added to the base's own tensors, so that any share of it can be added: `likeness`, 0 to 1. What a person's
w differs by needs no tensor of its own, for style = W w + b: an offset of w is an offset of b.
"""
from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from safetensors.torch import save
from torch import Tensor, nn

from ..avatar import AvatarError, decode
from ..models.generator import Generator
from .errors import JobError
from .own_file import clean_name, file_hash, is_usable, parse, weights_hash

MAX_BYTES = 6 * 2**20
GENERATOR = "generator.safetensors"
RESULT = "model.safetensors"  # what a job calls it
TOLD = "told.json"            # beside it, what a job has to say of it: {"copies": whether it paints a given drawing again}
LARGEST = 16.0      # of the numbers of a difference; those that were learned stay below 1
TUNED = "synthesis."  # only what paints is tuned: what traits mean stays the base's
METADATA = {"name", "base", "avatar", "kind"}
KINDS = ("face", "drawing")  # of jobs that a model comes from: a person's own, or one for everybody in a style


@dataclass(frozen=True)
class Model:
    """name: what its person called it. id: what an Avatar calls it. difference: float32 tensors by the names of the
    generator's. avatar_code: the person's own avatar, which is to be drawn with it. kind: one of KINDS."""

    name: str
    id: str
    difference: dict[str, Tensor]
    avatar_code: str
    kind: str = KINDS[0]


def model_id(data: bytes) -> str:
    """What an Avatar calls the model of a file."""
    return f"me-{file_hash(data)[:8]}"


def write_model(name: str, difference: dict[str, Tensor], avatar_code: str, kind: str = KINDS[0]) -> bytes:
    """The file of a model, in float16.

    difference: from the generator in weights/, by the names of its tensors, finite; what is 0 everywhere is left out. avatar_code: of the person's own avatar. kind: one of KINDS.
    Raises JobError for a name that is none, AvatarError for a code that is none.
    """
    decode(avatar_code)
    tensors = {key: value.detach().cpu().half().contiguous() for key, value in difference.items()}
    tensors = {key: value for key, value in tensors.items() if value.any()}
    if not all(key.startswith(TUNED) and is_usable(value, LARGEST) for key, value in tensors.items()):
        raise ValueError("a difference has finite numbers for the synthesis's own tensors")
    data = save(tensors, {"name": clean_name(name), "base": weights_hash(GENERATOR), "avatar": avatar_code, "kind": kind})
    if len(data) > MAX_BYTES:
        raise ValueError(f"a difference of {len(data)} bytes is larger than its file may be")
    return data


def read_model(data: bytes, generator: Generator) -> Model:
    """The model in a file that a person uploaded. Raises JobError for anything but what write_model gives for this generator."""
    tensors, metadata = parse(data, MAX_BYTES, METADATA, "model_file")
    try:
        decode(metadata["avatar"])
    except AvatarError:
        raise JobError("model_file") from None
    if metadata["kind"] not in KINDS:
        raise JobError("model_file")
    own = dict(generator.named_parameters())
    if metadata["base"] != weights_hash(GENERATOR):
        raise JobError("model_base")
    for key, value in tensors.items():
        if not key.startswith(TUNED) or key not in own or own[key].shape != value.shape or value.dtype != torch.float16 or not is_usable(value, LARGEST):
            raise JobError("model_file")
    return Model(clean_name(metadata["name"]), model_id(data), {key: value.float() for key, value in tensors.items()}, metadata["avatar"], metadata["kind"])


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
