from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from avatar_studio.models.generator import Generator
from avatar_studio.training.start import begin_with
from avatar_studio.traits import BY_NAME, TRAITS
from avatar_studio.weights import WeightsError, condition_layout

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from .tiny import CONFIG


@pytest.fixture
def earlier(tmp_path):
    """A network that does not know the trait `motif` yet, nor the last kind of clothes: (its file, it, what it does not hear)."""
    layout = [line.removesuffix(f"|{BY_NAME['clothes'].names[-1]}") for line in condition_layout() if not line.startswith("motif:")]
    numbers = [(trait.name, name) for trait in TRAITS for name in (trait.names or ("",)) if trait.kind == "choice"]
    unheard = [("clothes", BY_NAME["clothes"].names[-1]), *(pair for pair in numbers if pair[0] == "motif")]
    torch.manual_seed(0)
    network = Generator(replace(CONFIG, c_size=CONFIG.c_size - len(unheard)))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    path = tmp_path / "earlier.safetensors"
    save_file(network.state_dict(), path, {"config": json.dumps(network.config.to_dict()), "layout": json.dumps(layout)})
    return path, network, unheard


def places(unheard) -> list[int]:
    """Where these choices stand in today's condition: choices and plain sliders in order, one number each."""
    from avatar_studio.traits import DEFAULTS, condition

    found = []
    for trait, name in unheard:
        other = next(n for n in BY_NAME[trait].names if n != name)
        with_it, without = (condition({**DEFAULTS, trait: value}) for value in (name, other))
        found.append(int((with_it - without).argmax()))
    return found


def test_a_network_of_fewer_traits_goes_on_where_it_was(earlier):
    path, network, unheard = earlier
    today = Generator(CONFIG)
    begin_with(str(path), today)
    torch.manual_seed(1)
    z, c = torch.randn(2, CONFIG.z_size), torch.randn(2, CONFIG.c_size)
    heard = [i for i in range(CONFIG.c_size) if i not in places(unheard)]
    torch.testing.assert_close(today(z, c), network(z, c[:, heard]), rtol=1e-4, atol=1e-5)
    assert today.w_avg.shape == (CONFIG.w_size,)


def test_of_several_files_a_run_begins_with_the_mean(earlier, tmp_path):
    path, network, _ = earlier
    other, today, alone = tmp_path / "other.safetensors", Generator(CONFIG), Generator(CONFIG)
    torch.manual_seed(2)
    save_file(Generator(CONFIG).state_dict(), other, {"config": json.dumps(CONFIG.to_dict()), "layout": json.dumps(condition_layout())})
    begin_with(f"{path},{other},{other}", today)
    one, two = ((begin_with(str(file), alone), {name: value.clone() for name, value in alone.state_dict().items()})[1] for file in (path, other))
    for name, value in today.state_dict().items():
        torch.testing.assert_close(value, (one[name] + 2 * two[name]) / 3, rtol=1e-5, atol=1e-6)


def test_a_run_on_a_gpu_begins_so_too(earlier, gpu):
    today = [Generator(CONFIG).to(device) for device in ("cpu", gpu)]
    for network in today:
        begin_with(str(earlier[0]), network)
    for one, other in zip(*(network.state_dict().values() for network in today)):
        torch.testing.assert_close(one, other.cpu())


def test_a_file_that_is_no_generator_is_refused(tmp_path):
    (tmp_path / "other.safetensors").write_bytes(b"not this")
    with pytest.raises(WeightsError, match="not a generator"):
        begin_with(str(tmp_path / "other.safetensors"), Generator(CONFIG))


@pytest.mark.parametrize("change", [{"mapping_size": 16}, {"mapping_layers": 1}, {"z_size": 8}, {"fine_channels": 8}])
def test_one_of_another_shape_is_refused(tmp_path, change):
    other = Generator(replace(CONFIG, **change))
    path = tmp_path / "other.safetensors"
    save_file(other.state_dict(), path, {"config": json.dumps(other.config.to_dict()), "layout": json.dumps(condition_layout())})
    with pytest.raises(WeightsError, match="another shape"):
        begin_with(str(path), Generator(CONFIG))


@pytest.mark.parametrize("layout", [None, 5, ["wings: none|two", *condition_layout()], condition_layout()[:-1]])
def test_one_of_traits_that_there_are_no_more_is_refused(tmp_path, layout):
    path = tmp_path / "other.safetensors"
    save_file(Generator(CONFIG).state_dict(), path, {"config": json.dumps(CONFIG.to_dict()), **({"layout": json.dumps(layout)} if layout else {})})
    with pytest.raises(WeightsError, match="other traits"):
        begin_with(str(path), Generator(CONFIG))
