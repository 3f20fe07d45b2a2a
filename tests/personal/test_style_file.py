"""A style's file comes back as it was saved, and nothing else comes in by it."""
from __future__ import annotations

import json
import struct

import pytest
import torch
from safetensors.torch import save

from avatar_studio.personal.errors import JobError
from avatar_studio.personal.own_file import clean_name
from avatar_studio.personal.style_file import MAX_BYTES, read_style, style_id, write_style
from avatar_studio.styles import is_style

SIZE, BASE = 64, "ab" * 32
STYLE = torch.linspace(-2, 2, SIZE)
FINE = {"name": "Mine", "base": BASE}


def key_of(data: bytes) -> str:
    with pytest.raises(JobError) as error:
        read_style(data, SIZE, BASE)
    assert str(error.value).endswith(".") and error.value.sentences["zh"].endswith("。")
    return error.value.key


def with_header(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + body


def test_a_style_comes_back():
    data = write_style("  Grandma’s chalk 粉笔 👩‍🎨 ", STYLE, BASE)
    name, style = read_style(data, SIZE, BASE)
    assert name == "Grandma’s chalk 粉笔 👩‍🎨" and style.dtype == torch.float32 and torch.allclose(style, STYLE, atol=2e-3)
    assert is_style(style_id(data)) and style_id(data) != style_id(write_style("Other", STYLE, BASE))


@pytest.mark.parametrize("name", ["", "  ", "a" * 41, "a\nb", "a\0b", "\u202eevil", "a\u2028b", "\u200b", None, 5])
def test_a_name_that_cannot_be_shown_is_refused(name):
    with pytest.raises(JobError) as error:
        clean_name(name)
    assert error.value.key == "style_name"
    if isinstance(name, str):
        assert key_of(save({"style": STYLE}, {**FINE, "name": name})) == "style_name"


@pytest.mark.parametrize("data", [
    b"", b"x", b"\x80\x04\x95pickle", bytes(MAX_BYTES + 1), bytes(100), struct.pack("<Q", 2**63) + b"{}", struct.pack("<Q", 90) + b"{}",
    with_header(b"{}"), with_header(b"[" * 50_000), with_header(b'{"a":' * 20_000), with_header(b'{"__metadata__":5}'),
    with_header(b'{"__metadata__":{"name":"a","base":["b"]}}'),
    with_header(json.dumps({"__metadata__": FINE, "style": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 4]}}).encode(), bytes(4)),
    with_header(json.dumps({"__metadata__": FINE, "style": {"dtype": "F32", "shape": [SIZE], "data_offsets": [4, 4 + 4 * SIZE]}}).encode(), bytes(4 + 4 * SIZE)),
    with_header(json.dumps({"__metadata__": FINE, "style": {"dtype": "F32", "shape": [SIZE], "data_offsets": [0, 4 * SIZE]}}).encode(), bytes(9)),
    save({"style": STYLE}), save({"style": STYLE}, {"base": BASE}), save({"style": STYLE}, {**FINE, "extra": "x"}), save({"other": STYLE}, FINE),
    save({"style": STYLE, "more": STYLE.clone()}, FINE), save({"style": STYLE.double()}, FINE), save({"style": STYLE.long()}, FINE),
    save({"style": torch.full((SIZE,), torch.nan)}, FINE), save({"style": torch.full((SIZE,), torch.inf)}, FINE),
    save({"style": torch.full((SIZE,), 1e30)}, FINE), save({"style": STYLE}, FINE)[:-1],
], ids=range(26))
def test_what_no_studio_saved_is_refused(data):
    assert key_of(data) == "style_file"


def test_a_style_of_another_stylizer_is_refused():
    assert key_of(write_style("Mine", STYLE, "cd" * 32)) == "style_base"
    assert key_of(save({"style": STYLE[:-1].clone()}, FINE)) == "style_base"
    assert key_of(save({"style": STYLE.reshape(8, 8)}, FINE)) == "style_base"


def test_random_damage_never_gets_further_than_a_sentence():
    whole = bytearray(write_style("Mine", STYLE, BASE))
    noise = torch.Generator().manual_seed(3)
    for _ in range(500):
        data = bytearray(whole)
        for place in torch.randint(len(data), (3,), generator=noise).tolist():
            data[place] = int(torch.randint(256, (1,), generator=noise))
        try:
            name, style = read_style(bytes(data), SIZE, BASE)
        except JobError:
            continue
        assert clean_name(name) == name and style.shape == (SIZE,) and torch.isfinite(style).all()


def test_what_is_no_style_is_not_written():
    for style in (torch.full((SIZE,), torch.nan), torch.full((SIZE,), 1e6), torch.zeros(2, 2), torch.zeros(0), torch.zeros(MAX_BYTES)):
        with pytest.raises(ValueError):
            write_style("Mine", style, BASE)
