"""A model's file comes back as it was saved, nothing else comes in by it, and its likeness is a share of its difference."""
from __future__ import annotations

import json
import struct

import pytest
import torch
from safetensors.torch import load, save

from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.latent import styles
from avatar_studio.personal.errors import JobError
from avatar_studio.personal.model_file import GENERATOR, LARGEST, MAX_BYTES, apply, model_id, read_model, write_model
from avatar_studio.personal.own_file import weights_hash
from avatar_studio.weights import load_generator

WEIGHT, BIAS = "synthesis.to_rgba.weight", "synthesis.layers.5.style.bias"
CODE = Avatar(seed=7).code


@pytest.fixture(scope="module")
def generator():
    return load_generator()


@pytest.fixture(scope="module")
def difference(generator):
    noise = torch.Generator().manual_seed(0)
    own = dict(generator.named_parameters())
    return {key: 0.05 * torch.randn(own[key].shape, generator=noise) for key in (WEIGHT, BIAS)}


@pytest.fixture(scope="module")
def fine(difference):
    return {key: value.half() for key, value in difference.items()}, {"name": "Me", "base": weights_hash(GENERATOR), "avatar": CODE, "kind": "face"}


def key_of(data: bytes, generator) -> str:
    with pytest.raises(JobError) as error:
        read_model(data, generator)
    assert str(error.value).endswith(".") and error.value.sentences["zh"].endswith("。")
    return error.value.key


def test_a_model_comes_back(generator, difference):
    data = write_model("  Mei 小美 ", difference, CODE, "drawing")
    model = read_model(data, generator)
    assert (model.name, model.avatar_code, model.kind, model.id) == ("Mei 小美", CODE, "drawing", model_id(data)) and len(model.id) == 11
    assert {key: value.dtype for key, value in model.difference.items()} == {WEIGHT: torch.float32, BIAS: torch.float32}
    assert all(torch.allclose(model.difference[key], difference[key], atol=2e-4) for key in difference)
    assert write_model("Other", difference, CODE) != data


def test_likeness_is_a_share_of_the_difference(generator, difference):
    model = read_model(write_model("Me", difference, CODE), generator)
    ws = styles(generator, [Avatar(seed=seed) for seed in range(2)])
    with torch.inference_mode():
        base, none, half, whole = (g.paint(ws) for g in (generator, *(apply(generator, model, share) for share in (0.0, 0.5, 1.0))))
    assert torch.equal(none, base)
    assert 0.001 < (half - base).abs().mean() < (whole - base).abs().mean()


def test_a_frozen_base_stays_as_it_is_and_its_copy_can_be_frozen(generator, difference):
    model = read_model(write_model("Me", difference, CODE), generator)
    frozen = load_generator().freeze(torch.float32)
    ws = styles(frozen, [Avatar()])
    with torch.inference_mode():
        before = frozen.paint(ws)
        tuned = apply(frozen, model, 1.0)
        slow = tuned.paint(ws)
        quick = tuned.freeze(torch.float32).paint(ws)
        assert torch.allclose(slow, quick, atol=1e-3) and torch.equal(frozen.paint(ws), before) and not torch.allclose(slow, before, atol=1e-2)
    assert tuned.mapping.layers[0].weight is frozen.mapping.layers[0].weight  # what does not differ is shared


def with_header(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + body


@pytest.mark.parametrize("data", [
    b"", b"x", b"\x80\x04\x95pickle", bytes(MAX_BYTES + 1), bytes(100), struct.pack("<Q", 2**63) + b"{}", struct.pack("<Q", 90) + b"{}",
    with_header(b"{}"), with_header(b"[" * 50_000), with_header(b'{"a":' * 20_000), with_header(b'{"__metadata__":5}'),
    with_header(json.dumps({"__metadata__": {"name": "a"}, BIAS: {"dtype": "F16", "shape": [2**62, 4], "data_offsets": [0, 4]}}).encode(), bytes(4)),
], ids=range(12))
def test_what_is_no_file_of_ours_is_refused(generator, data):
    assert key_of(data, generator) == "model_file"


@pytest.mark.parametrize("change", [
    lambda t, m: m.pop("avatar"), lambda t, m: m.update(extra="x"), lambda t, m: m.update(avatar="Anonsense"), lambda t, m: m.update(avatar="A" * 5000), lambda t, m: m.update(kind="style"), lambda t, m: m.pop("kind"),
    lambda t, m: t.update(other=t[BIAS].clone()), lambda t, m: t.update({"mapping.layers.0.bias": torch.zeros(256).half()}),
    lambda t, m: t.update({"w_avg": torch.zeros(405).half()}), lambda t, m: t.update({BIAS: t[BIAS][:-1].clone()}),
    lambda t, m: t.update({BIAS: t[BIAS][None].clone()}), lambda t, m: t.update({BIAS: t[BIAS].float()}), lambda t, m: t.update({BIAS: t[BIAS].long()}),
    lambda t, m: t.update({BIAS: torch.full_like(t[BIAS], torch.nan)}), lambda t, m: t.update({BIAS: torch.full_like(t[BIAS], torch.inf)}),
    lambda t, m: t.update({BIAS: torch.full_like(t[BIAS], 2 * LARGEST)}),
], ids=range(16))
def test_a_file_that_does_not_fit_the_generator_is_refused(generator, fine, change):
    tensors, metadata = dict(fine[0]), dict(fine[1])
    change(tensors, metadata)
    assert key_of(save(tensors, metadata), generator) == "model_file"


def test_a_model_of_another_generator_or_with_a_name_that_is_none_is_refused(generator, fine):
    tensors, metadata = fine
    assert key_of(save(tensors, metadata | {"base": "ab" * 32}), generator) == "model_base"
    assert key_of(save(tensors, metadata | {"name": "\u202eevil"}), generator) == "style_name"


def test_random_damage_never_gets_further_than_a_sentence(generator, fine):
    whole, noise = save(*fine), torch.Generator().manual_seed(3)
    for _ in range(300):
        data = bytearray(whole)
        for place in torch.randint(600, (3,), generator=noise).tolist():
            data[place] = int(torch.randint(256, (1,), generator=noise))
        try:
            model = read_model(bytes(data), generator)
        except JobError:
            continue
        assert all(torch.isfinite(value).all() for value in model.difference.values())


def test_what_is_no_difference_is_not_written(generator, difference):
    for wrong in ({BIAS: torch.full((192,), torch.nan)}, {BIAS: torch.full((192,), 100.0)}, {"mapping.layers.0.bias": torch.ones(256)},
                  {BIAS: torch.ones(MAX_BYTES)}):
        with pytest.raises(ValueError):
            write_model("Me", wrong, CODE)
    with pytest.raises(AvatarError):
        write_model("Me", difference, "no code")
    assert load(write_model("Me", {BIAS: torch.zeros(192), WEIGHT: difference[WEIGHT]}, CODE)).keys() == {WEIGHT}
