"""Finding, verifying and loading the files in weights/: safetensors only, each with its sha256 in manifest.json."""
from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open

from .files import write_whole
from .models.encoder import Encoder, EncoderConfig
from .models.generator import Generator, GeneratorConfig
from .models.stylizer import Stylizer, StylizerConfig
from .models.upscaler import Upscaler, UpscalerConfig
from .traits import CONDITION_SIZE, TRAITS

Config = TypeVar("Config")
FOLDER = Path(__file__).resolve().parent.parent / "weights"


class WeightsError(RuntimeError):
    """A weights file that is missing, damaged or made for something else. The message is one sentence for a person."""


def condition_layout() -> list[str]:
    """What a network's condition vector means, in order: it fits the traits of today only if this is the same."""
    return [f"{trait.name}: {'|'.join(trait.names) or trait.kind}" for trait in TRAITS]


def sha256(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()


def verified(name: str, folder: Path = FOLDER) -> Path:
    """The path of a file of weights/ whose sha256 is the one in manifest.json.

    Raises WeightsError if the file or its line in the manifest is missing, or if they differ.
    """
    path = folder / name
    if not path.exists():
        raise WeightsError(f"The weights file {name} is missing: copy it into the folder weights, or make it with "
                           "python -m avatar_studio.training.")
    if sha256(path) != listed(name, folder):
        raise WeightsError(f"The weights file {name} is damaged (its SHA-256 is not the one in manifest.json): fetch it anew.")
    return path


def listed(name: str, folder: Path = FOLDER) -> str:
    """The sha256 of a file of weights/ as manifest.json has it. Raises WeightsError if it has none."""
    try:
        return json.loads((folder / "manifest.json").read_text())[name]["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise WeightsError(f"weights/manifest.json does not list {name}: fetch both anew.") from None


def enlist(path: Path) -> None:
    """Write a weights file's line into the manifest.json beside it."""
    manifest = path.parent / "manifest.json"
    listed = json.loads(manifest.read_text()) if manifest.exists() else {}
    listed[path.name] = {"sha256": sha256(path), "bytes": path.stat().st_size}
    write_whole(manifest, (json.dumps(dict(sorted(listed.items())), indent=2) + "\n").encode())


def read_network(path: Path, config: type[Config], what: str) -> tuple[dict[str, torch.Tensor], Config, dict[str, Any]]:
    """(float32 tensors, config, the rest of its metadata, each read as JSON) of a file that holds `what`, "a generator".

    Raises WeightsError if it is none, or if its config is not one that config.from_dict takes.
    """
    if not path.exists():
        raise WeightsError(f"There is no weights file called {path.name}.")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = {name: json.loads(value) for name, value in (file.metadata() or {}).items()}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}
        return tensors, config.from_dict(metadata.pop("config")), metadata
    except (SafetensorError, OSError, LookupError, ValueError, TypeError, AttributeError, RecursionError):  # whatever a foreign description leads to
        raise WeightsError(f"{path.name} is not {what} of Avatar Studio: choose a safetensors file that it exported.") from None


def fill(network: torch.nn.Module, tensors: dict[str, torch.Tensor], path: Path) -> torch.nn.Module:
    """The network with a file's tensors, in eval mode and without gradients. Raises WeightsError if they do not fit."""
    try:
        network.load_state_dict(tensors, assign=True)
    except RuntimeError:
        raise WeightsError(f"{path.name} does not hold the tensors that its own description promises: fetch it anew.") from None
    return network.eval().requires_grad_(False)


def load_generator(path: Path | None = None) -> Generator:
    """The generator of a safetensors file in float32, in eval mode and without gradients.

    path: None takes weights/generator.safetensors and verifies it; another file is opened as it is.
    Raises WeightsError for a missing, damaged or foreign file, or one made for other traits.
    """
    return _load("a generator", Generator, GeneratorConfig, path)


def load_encoder(path: Path | None = None) -> Encoder:
    """The encoder of a file, as load_generator."""
    return _load("an encoder", Encoder, EncoderConfig, path)


def load_upscaler(path: Path | None = None) -> Upscaler:
    """The upscaler of a file, as load_generator."""
    return _load("an upscaler", Upscaler, UpscalerConfig, path)


def load_stylizer(path: Path | None = None) -> Stylizer:
    """The stylizer of a file, as load_generator."""
    return _load("a stylizer", Stylizer, StylizerConfig, path)


def _load(what: str, network: type[torch.nn.Module], config: type[Config], path: Path | None) -> torch.nn.Module:
    path = verified(f"{what.split()[1]}.safetensors") if path is None else Path(path)
    tensors, found, metadata = read_network(path, config, what)
    if hasattr(found, "c_size") and (metadata.get("layout") != condition_layout() or found.c_size != CONDITION_SIZE):  # it reads or writes a condition
        raise WeightsError(f"{path.name} was made for another version of the traits: use the weights that came with this one.")
    return fill(network(found), tensors, path)  # not on the meta device: drawing random numbers there imports the whole of torch._dynamo
