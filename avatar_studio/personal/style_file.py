"""A person's own style as a small file: safetensors with one tensor, checked as hostile when it comes back."""
from __future__ import annotations

import torch
from safetensors.torch import save
from torch import Tensor

from .errors import JobError
from .own_file import clean_name, file_hash, is_usable, parse, weights_hash

MAX_BYTES = 200_000
LARGEST = 1000.0  # of the numbers of a style; those that were learned are a few units
STYLIZER = "stylizer.safetensors"
RESULT = "style.safetensors"  # what a job calls it


def style_id(data: bytes) -> str:
    """What an Avatar calls the style of a file: styles.OWN."""
    return f"own-{file_hash(data)[:8]}"


def write_style(name: str, style: Tensor, base: str | None = None) -> bytes:
    """The file of a style, in float16.

    style: (style_size,), finite. base: the SHA-256 of the stylizer it was learned for; None is the one in weights/.
    Raises JobError for a name that is none.
    """
    style = style.detach().cpu().half().contiguous()
    if style.dim() != 1 or not is_usable(style, LARGEST):
        raise ValueError("a style is one row of finite numbers")
    data = save({"style": style}, {"name": clean_name(name), "base": base or weights_hash(STYLIZER)})
    if len(data) > MAX_BYTES:
        raise ValueError(f"a style of {style.numel()} numbers is larger than its file may be")
    return data


def read_style(data: bytes, style_size: int, base: str | None = None) -> tuple[str, Tensor]:
    """(name, float32 (style_size,)) of a file that a person uploaded. Raises JobError for anything but what write_style gives."""
    tensors, metadata = parse(data, MAX_BYTES, {"name", "base"}, "style_file")
    style = tensors.get("style")
    if len(tensors) != 1 or style is None or style.dtype not in (torch.float16, torch.float32):
        raise JobError("style_file")
    if metadata["base"] != (base or weights_hash(STYLIZER)) or style.shape != (style_size,):
        raise JobError("style_base")
    if not is_usable(style, LARGEST):
        raise JobError("style_file")
    return clean_name(metadata["name"]), style.float().clone()
