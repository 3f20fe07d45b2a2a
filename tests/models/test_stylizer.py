"""The stylizer's shapes, its styles and its gradients; how its pictures look is judged on the weights that came with the program."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from avatar_studio.avatar import Avatar
from avatar_studio.devices import fast_dtype
from avatar_studio.models.stylizer import Stylizer, StylizerConfig, legal, normalise
from avatar_studio.styles import PRESETS
from avatar_studio.weights import load_stylizer

SMALL = StylizerConfig(presets=3, channels=16, blocks=1, fine=4, head=8, screens=2)


@pytest.fixture(scope="module")
def stylizer():
    return load_stylizer()


@pytest.fixture(scope="module")
def quick():
    return load_stylizer().freeze(torch.bfloat16)


@pytest.fixture(scope="module")
def faces(studio):
    """Premultiplied (4, 4, 256, 256): skin from fair to dark, one with glasses."""
    avatars = [Avatar({"skin_tone": tone, "glasses": glasses}) for tone, glasses in ((0.05, "none"), (0.35, "round"), (0.7, "none"), (0.97, "none"))]
    with torch.inference_mode():
        return studio._generate(avatars).float().cpu().clone()


def test_config_is_kept_and_checked():
    assert StylizerConfig.from_dict(SMALL.to_dict()) == SMALL
    for wrong in ({"channels": 10**6}, {"blocks": 0}, {"head": 2.5}, {"channels": 512}, {"presets": -1}):
        with pytest.raises(ValueError):
            StylizerConfig.from_dict({**SMALL.to_dict(), **wrong})
    with pytest.raises(TypeError):
        StylizerConfig.from_dict({**SMALL.to_dict(), "more": 1})


def test_an_untrained_one_leaves_the_picture_as_it_is():
    network = Stylizer(SMALL)
    pictures = legal(torch.rand(2, 4, 256, 256))
    made = network(pictures, torch.randn(2, SMALL.style_size))
    assert made.shape == pictures.shape and torch.equal(made, pictures)


def test_what_comes_out_is_legal_whatever_the_style():
    network = Stylizer(SMALL)
    torch.nn.init.normal_(network.last.weight, std=0.3)
    for styles in (torch.randn(2, SMALL.style_size) * 9, torch.zeros(2, SMALL.style_size)):
        made = network(legal(torch.rand(2, 4, 256, 256)), styles)
        assert made.min() >= 0 and made.max() <= 1 and (made[:, :3] <= made[:, 3:] + 1e-6).all()


def test_one_picture_at_a_time_is_the_same_as_many_and_frozen_as_free():
    torch.manual_seed(0)
    network = Stylizer(SMALL)
    network.screens.uniform_(-1, 1)
    torch.nn.init.normal_(network.last.weight, std=0.1)
    pictures, styles = legal(torch.rand(3, 4, 256, 256)), torch.randn(3, SMALL.style_size)
    together = network(pictures, styles).detach()
    with torch.inference_mode():
        alone = torch.cat([network(p[None], s[None]) for p, s in zip(pictures, styles)])
        frozen = network.freeze(torch.float32)(pictures, styles)
    assert torch.allclose(together, alone, atol=1e-3) and torch.allclose(together, frozen, atol=1e-3)


def test_the_normalisation_has_the_gradients_of_the_formula():
    x, scale, shift = (torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in ((2, 3, 5, 4), (2, 3), (2, 3)))

    def plain(x, scale, shift):
        return F.instance_norm(x, eps=1e-3) * scale[:, :, None, None] + shift[:, :, None, None]

    weight = torch.randn(2, 3, 5, 4, dtype=torch.float64)
    ours, theirs = normalise(x, scale, shift), plain(x, scale, shift)
    assert torch.allclose(ours, theirs)
    for a, b in zip(*(torch.autograd.grad((y * weight).sum(), (x, scale, shift)) for y in (ours, theirs))):
        assert torch.allclose(a, b, atol=1e-5)


def test_each_preset_is_a_style_of_its_own(quick, faces):
    assert quick.config.presets == len(PRESETS) and quick.presets.shape == (len(PRESETS), quick.config.style_size)
    with torch.inference_mode():
        made = [quick(faces[:1], row[None]) for row in quick.presets]
    for i, one in enumerate(made):
        assert (one - faces[:1]).abs().mean() > 0.01, f"{list(PRESETS)[i]} changes nothing"
        assert all((one - other).abs().mean() > 0.008 for other in made[:i])


def test_skin_stays_in_order_and_itself(quick, faces):
    """In every preset the fairest cheek is the lightest and the darkest the darkest, and none is far from what it was."""
    cheek = lambda x: x[:, :3, 172:186, 112:144].mean((2, 3)) @ torch.tensor([0.299, 0.587, 0.114])  # noqa: E731
    before = cheek(faces)
    assert (before.diff() < 0).all()
    with torch.inference_mode():
        for name, row in zip(PRESETS, quick.presets):
            after = cheek(quick(faces, row.expand(len(faces), -1)))
            assert (after.diff() < 0).all(), f"{name} mixes skin tones up"
            assert (after - before).abs().max() < 0.3, f"{name} changes a skin tone"


def test_what_is_clear_stays_clear_but_for_rims_and_glows(quick, faces):
    from scipy.ndimage import binary_dilation

    far = ~binary_dilation(faces[0, 3].numpy() > 0.02, iterations=28)
    assert far.sum() > 2000
    with torch.inference_mode():
        for name, row in zip(PRESETS, quick.presets):
            assert quick(faces[:1], row[None])[0, 3].numpy()[far].mean() < 0.01, f"{name} leaves specks on clear ground"


def test_halfway_between_two_presets_lies_between_them(stylizer, faces):
    first, second = stylizer.presets[list(PRESETS).index("watercolour")], stylizer.presets[list(PRESETS).index("neon")]
    with torch.inference_mode():
        a, middle, b = (stylizer(faces[:1], torch.lerp(first, second, share)[None]) for share in (0.0, 0.5, 1.0))
    whole = (a - b).abs().mean()
    assert (a - middle).abs().mean() < whole and (b - middle).abs().mean() < whole


def test_bfloat16_gives_the_same_picture(stylizer, quick, faces):
    with torch.inference_mode():
        for row in stylizer.presets[::3]:
            assert (stylizer(faces[:1], row[None]) - quick(faces[:1], row[None])).abs().mean() < 2 / 255


def test_a_gpu_gives_the_same_pictures(stylizer, faces, gpu):
    on_gpu, styles = load_stylizer().to(gpu).freeze(fast_dtype(gpu)), stylizer.presets[:len(faces)]
    with torch.inference_mode():
        assert (on_gpu(faces.to(gpu), styles.to(gpu)).cpu() - stylizer(faces, styles)).abs().mean() < 2 / 255


def test_textures_stand_still_on_the_canvas(stylizer, faces):
    """Two faces in chalk have the same grain where both are hair or skin: it is the canvas's, not the picture's."""
    row = stylizer.presets[list(PRESETS).index("chalk")]
    with torch.inference_mode():
        made = stylizer(faces[[0, 2]], row.expand(2, -1)).numpy()[:, :3, 165:195, 100:156].mean(1)
    a, b = (x - np.asarray(torch.nn.functional.avg_pool2d(torch.from_numpy(x)[None, None], 7, 1, 3)[0, 0]) for x in made)
    assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.4
