from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from avatar_studio.devices import fast_dtype
from avatar_studio.models.upscaler import TILE, Upscaler, UpscalerConfig, tiled
from avatar_studio.training.losses import gradient_energy, psnr
from avatar_studio.weights import WeightsError, load_upscaler, verified


@pytest.fixture(scope="module")
def upscaler():
    return load_upscaler()


@pytest.fixture(scope="module")
def picture(studio):
    """A generated avatar, premultiplied (1, 4, 256, 256)."""
    from avatar_studio.avatar import Avatar

    drawn = studio.draw(Avatar({"hair_back": "long_wavy", "glasses": "round"}, seed=3)).convert("RGBa")
    return torch.from_numpy(np.array(drawn)).permute(2, 0, 1)[None].float() / 255


@pytest.fixture(scope="module")
def part(picture):
    """Its eyes and glasses: (1, 4, 72, 96)."""
    return picture[:, :, 100:172, 80:176]


def shrunk(picture, edge):
    small = Image.fromarray((picture[0].permute(1, 2, 0) * 255).round().byte().numpy(), "RGBX").resize((edge, edge), Image.Resampling.BICUBIC)
    small = torch.from_numpy(np.array(small)).permute(2, 0, 1)[None].float() / 255
    return torch.cat([small[:, :3].minimum(small[:, 3:]), small[:, 3:]], 1)


def lanczos(picture, scale):
    small = Image.fromarray((picture[0].permute(1, 2, 0) * 255).round().byte().numpy(), "RGBX")
    large = small.resize((scale * small.width, scale * small.height), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.array(large)).permute(2, 0, 1)[None].float() / 255


@pytest.mark.parametrize("scale", [2, 4])
def test_the_picture_is_larger_and_legal(upscaler, part, scale):
    made = upscaler(part, scale)
    assert made.shape == (1, 4, 72 * scale, 96 * scale) and made.dtype == torch.float32
    assert made.min() >= 0 and made.max() <= 1 and (made[:, :3] <= made[:, 3:]).all()


def test_it_is_the_same_picture(upscaler, part):
    for scale in (2, 4):
        back = torch.nn.functional.avg_pool2d(upscaler(part, scale), scale)
        assert (back - part).abs().mean() < 3 / 255  # only crisper


def test_it_finds_more_of_a_shrunk_picture_than_lanczos(upscaler, picture):
    for scale in (2, 4):
        small = shrunk(picture, 256 // scale)
        assert psnr(upscaler(small, scale), picture) > psnr(lanczos(small, scale), picture) + 1


def test_what_it_enlarges_is_crisper(upscaler, part):
    assert gradient_energy(upscaler(part, 4)) > 1.1 * gradient_energy(lanczos(part, 4))


def test_even_places_stay_what_they_are(upscaler):
    for colour in ((0, 0, 0, 0), (1, 1, 1, 1), (0.8, 0.5, 0.3, 1), (0.1, 0.2, 0.05, 0.5), (0.2, 0.1, 0.25, 0.25)):
        even = torch.tensor(colour)[None, :, None, None].expand(1, 4, 48, 48)
        for scale in (2, 4):
            middle = upscaler(even, scale)[:, :, 15 * scale:-15 * scale, 15 * scale:-15 * scale]
            assert (middle - torch.tensor(colour)[None, :, None, None]).abs().max() < 0.2 / 255


def test_a_picture_does_not_depend_on_its_neighbours_in_the_batch(upscaler, part):
    torch.testing.assert_close(upscaler(torch.cat([part, part.flip(3)]), 2)[:1], upscaler(part, 2), rtol=0, atol=1e-4)


def test_what_is_drawn_is_what_was_trained(upscaler, part):
    features = upscaler.features(part, torch.float32)
    for scale in (2, 4):
        trained = torch.nn.functional.pixel_shuffle(upscaler.paint(features[scale], part, scale).permute(0, 3, 4, 1, 2).flatten(1, 2), scale).clamp(0, 1)
        trained = torch.cat([torch.minimum(trained[:, :3], trained[:, 3:]), trained[:, 3:]], 1)
        torch.testing.assert_close(upscaler(part, scale), trained, rtol=0, atol=1e-6)


def test_tiles_leave_no_seams(upscaler, part):
    for scale in (2, 4):
        torch.testing.assert_close(tiled(upscaler, part, scale, tile=50), upscaler(part, scale), rtol=0, atol=1e-4)


def test_a_large_picture_is_enlarged_in_tiles(upscaler, picture, monkeypatch):
    wide = picture[:, :, 120:136].repeat(1, 1, 1, 3)                                      # (1, 4, 16, 768)
    assert wide.shape[-1] > TILE
    made = upscaler(wide, 2)
    monkeypatch.setattr("avatar_studio.models.upscaler.TILE", 1000)
    torch.testing.assert_close(made, upscaler(wide, 2), rtol=0, atol=1e-4)


def test_bfloat16_gives_the_same_picture(upscaler, part):
    assert (load_upscaler().freeze(torch.bfloat16)(part, 4) - upscaler(part, 4)).abs().mean() < 1 / 255


def test_a_gpu_gives_the_same_picture(upscaler, part, gpu):
    on_gpu = load_upscaler().to(gpu).freeze(fast_dtype(gpu))(part.to(gpu), 4).cpu()
    assert (on_gpu - upscaler(part, 4)).abs().mean() < 2 / 255


def test_another_scale_is_refused(upscaler, picture):
    with pytest.raises(ValueError, match="2 or 4"):
        upscaler(picture, 3)


def test_it_is_small_enough_to_ship(upscaler):
    assert sum(p.numel() for p in upscaler.parameters()) <= 1_500_000
    assert verified("upscaler.safetensors").stat().st_size <= 8 * 10**6


def test_its_config_survives_json():
    config = UpscalerConfig(16, 3, 2)
    assert UpscalerConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize("demand", [{"channels": 10**9}, {"layers": 10**6}, {"channels": 0}, {"channels": 1.5}, {"layers": "8"}, {"early": 9}, {"surprise": 1}])
def test_a_file_cannot_ask_for_all_memory(tmp_path, demand):
    path = tmp_path / "mine.safetensors"
    save_file({"a": torch.ones(2)}, path, {"config": json.dumps({**UpscalerConfig().to_dict(), **demand})})
    with pytest.raises(WeightsError, match="not an upscaler"):
        load_upscaler(path)


def test_a_new_network_repeats_the_pixels(picture):
    made = Upscaler(UpscalerConfig(8, 2, 1))(picture[:, :, :32, :32], 2)
    torch.testing.assert_close(made, picture[:, :, :32, :32].repeat_interleave(2, 2).repeat_interleave(2, 3))
