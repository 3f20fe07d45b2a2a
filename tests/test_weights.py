from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from avatar_studio import weights
from avatar_studio.models.generator import Generator, GeneratorConfig
from avatar_studio.traits import CONDITION_SIZE
from avatar_studio.weights import FOLDER, WeightsError, condition_layout, load_encoder, load_generator, sha256, verified

SMALL = GeneratorConfig(CONDITION_SIZE, mapping_size=8, mapping_layers=1, blocks=((8, (4,)), (16, (4,))), fine_channels=4)


@pytest.fixture
def folder(tmp_path):
    """A folder like weights/, with a small generator."""
    metadata = {"config": json.dumps(SMALL.to_dict()), "layout": json.dumps(condition_layout())}
    save_file({name: value.half() for name, value in Generator(SMALL).state_dict().items()}, tmp_path / "generator.safetensors", metadata)
    (tmp_path / "manifest.json").write_text(json.dumps({"generator.safetensors": {"sha256": sha256(tmp_path / "generator.safetensors")}}))
    return tmp_path


def one_sentence(function, *arguments):
    with pytest.raises(WeightsError) as error:
        function(*arguments)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)
    return str(error.value)


def test_the_weights_that_ship_are_whole_small_and_of_these_traits():
    assert verified("generator.safetensors").stat().st_size <= 16 * 10**6
    generator = load_generator()
    assert generator.config.c_size == CONDITION_SIZE and generator.config.resolution == 256
    assert not any(p.requires_grad for p in generator.parameters())
    assert (FOLDER / "generator.md").exists()


def test_a_file_that_fits_its_manifest_loads(folder):
    generator = load_generator(verified("generator.safetensors", folder))
    assert generator.config == SMALL and generator(torch.zeros(1, 16), torch.zeros(1, CONDITION_SIZE)).shape == (1, 4, 64, 64)


def test_a_missing_file_says_what_to_do(folder):
    (folder / "generator.safetensors").unlink()
    assert "is missing" in one_sentence(verified, "generator.safetensors", folder)
    assert "There is no" in one_sentence(load_generator, folder / "generator.safetensors")


def test_one_changed_byte_is_found(folder):
    path = folder / "generator.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert "damaged" in one_sentence(verified, path.name, folder)


def test_a_file_that_nobody_listed_is_refused(folder):
    (folder / "manifest.json").write_text("{}")
    assert "does not list" in one_sentence(verified, "generator.safetensors", folder)
    (folder / "manifest.json").write_text("[")
    assert "does not list" in one_sentence(verified, "generator.safetensors", folder)


def test_foreign_files_are_refused(folder):
    path = folder / "mine.safetensors"
    torch.save({"a": torch.ones(2)}, path)                  # a pickle by another name
    assert "not a generator" in one_sentence(load_generator, path)
    path.write_bytes((folder / "generator.safetensors").read_bytes()[:5000])
    assert "not a generator" in one_sentence(load_generator, path)
    save_file({"a": torch.ones(2)}, path)                   # no description
    assert "not a generator" in one_sentence(load_generator, path)
    metadata = {"config": json.dumps({**SMALL.to_dict(), "surprise": 1}), "layout": json.dumps(condition_layout())}
    save_file({"a": torch.ones(2)}, path, metadata)
    assert "not a generator" in one_sentence(load_generator, path)
    tensors = load_file(folder / "generator.safetensors")
    tensors["w_avg"] = torch.ones(3)
    save_file(tensors, path, {"config": json.dumps(SMALL.to_dict()), "layout": json.dumps(condition_layout())})
    assert "does not hold" in one_sentence(load_generator, path)


def test_a_config_cannot_ask_for_all_memory(folder):
    path = folder / "mine.safetensors"
    for demand in ({"mapping_size": 10**9}, {"mapping_layers": 10**6}, {"fine_channels": -1}, {"blocks": [[8, [64] * 1000]]}, {"blocks": [[10**6, [8]]]}):
        save_file({"a": torch.ones(2)}, path, {"config": json.dumps({**SMALL.to_dict(), **demand}), "layout": json.dumps(condition_layout())})
        assert "not a generator" in one_sentence(load_generator, path)
    save_file({"a": torch.ones(2)}, path, {"config": json.dumps(SMALL.to_dict()), "layout": json.dumps(condition_layout())})
    assert "does not hold" in one_sentence(load_generator, path)


@pytest.mark.parametrize("demand", [
    {"blocks": [[1024, [1024]]]}, {"blocks": [[8, [1024] * 30]]}, {"blocks": [[256, [512]]]}, {"blocks": [[64, [1024]]], "fine_channels": 1024},  # gigabytes
    {"blocks": []}, {"blocks": [[8, []]]}, {"blocks": [[8, [4]], [32, [4]]]}, {"blocks": 8}, {"blocks": [[8.0, [4]]]}, {"blocks": [["8", [4]]]},
    {"mapping_size": 8.5}, {"mapping_layers": 1.0}, {"fine_channels": float("inf")}, {"c_size": float(CONDITION_SIZE)}, {"z_size": None}])
def test_a_description_that_is_none_is_refused(folder, demand):
    path = folder / "mine.safetensors"
    save_file({"a": torch.ones(2)}, path, {"config": json.dumps({**SMALL.to_dict(), **demand}), "layout": json.dumps(condition_layout())})
    assert "not a generator" in one_sentence(load_generator, path)


@pytest.mark.parametrize("config", ["[" * 100_000, "{}", "[]", "5", "null", "1" * 5000])
def test_metadata_that_is_no_description_is_refused(folder, config):
    path = folder / "mine.safetensors"
    save_file({"a": torch.ones(2)}, path, {"config": config, "layout": json.dumps(condition_layout())})
    for load in (load_generator, load_encoder):
        assert "is not a" in one_sentence(load, path)


def test_weights_of_other_traits_are_refused(folder, monkeypatch):
    monkeypatch.setattr(weights, "condition_layout", lambda: ["a trait from tomorrow"])
    assert "another version of the traits" in one_sentence(load_generator, folder / "generator.safetensors")
