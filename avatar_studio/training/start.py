"""Beginning a run with a network that was trained before, for these traits or for fewer of them."""
from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from ..models.generator import GeneratorConfig
from ..traits import COLOURS, PAINTED
from ..weights import WeightsError, condition_layout, read_network


def begin_with(files: str, *networks) -> None:
    """Load the weights of a generator's file into networks of today's traits; traits that it does not know start unheard.

    files: one, or several with commas between them, whose mean it is ("Model soups", Wortsman et al. 2022): what a leg at
    high rates learned without its noise. One that is named twice counts twice.
    Raises WeightsError for a file that is no generator, or one of another shape or of traits that there are no more.
    """
    states = []
    for name in files.split(","):
        _begin_from(Path(name), *networks)
        states.append([{name: value.clone() for name, value in network.state_dict().items()} for network in networks])
    for network, *of_files in zip(networks, *states):
        network.load_state_dict({name: torch.stack([state[name] for state in of_files]).mean(0) for name in of_files[0]})


def _begin_from(path: Path, *networks) -> None:
    tensors, config, metadata = read_network(path, GeneratorConfig, "a generator")
    try:
        before, today = _numbers(metadata["layout"]), _numbers(condition_layout())
        at = torch.tensor([today.index(number) for number in before])  # where each of its numbers stands in today's condition
        for network in networks:
            _begin_one(network, tensors, config, at, len(today))
    except (LookupError, ValueError, TypeError, AttributeError, RuntimeError):  # torch raises the last
        raise WeightsError(f"{path.name} holds a network of another shape or of other traits: choose another --start, or leave it out.") from None


def _begin_one(network, tensors: dict[str, Tensor], config: GeneratorConfig, at: Tensor, numbers: int) -> None:
    """Load a file's weights into a network. numbers: of today's condition, in which those of the file stand at `at`."""
    state = {name: value.cpu() for name, value in network.state_dict().items()}
    if state.keys() != tensors.keys():
        raise ValueError("Not the same tensors.")
    ahead = {"mapping.layers.0.weight": config.z_size, "w_avg": config.mapping_size}
    for name, value in tensors.items():
        if name in ("mapping.c_mean", "mapping.c_scale"):
            state[name][at] = value  # new numbers keep the mean and spread that the network has for them
        elif name in ahead or name.endswith(("style.weight", "rgba_style.weight")):
            state[name] = _widened(value, at, ahead.get(name, config.mapping_size), numbers)
        else:
            state[name] = value
    network.load_state_dict(state)


def _widened(value: Tensor, at: Tensor, ahead: int, numbers: int) -> Tensor:
    """The last axis, `ahead` numbers and then the old condition's, made as wide as today's condition; what is new is 0."""
    wide = value.new_zeros((*value.shape[:-1], ahead + numbers))
    wide[..., :ahead] = value[..., :ahead]
    wide[..., ahead + at] = value[..., ahead:]
    return wide


def _numbers(layout: list[str]) -> list[str]:
    """A name for each number of the condition that condition() makes of these traits, in its order."""
    numbers = []
    for line in layout:
        name, _, kind = line.partition(": ")
        if kind not in ("slider", "angle"):
            numbers += [f"{name} {choice}" for choice in kind.split("|")]
        elif kind == "slider" and name not in PAINTED:
            numbers.append(name)
    return numbers + [f"{colour} {channel}" for colour in ("skin", "other eye", *COLOURS) for channel in "rgb"]
