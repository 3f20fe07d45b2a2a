from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from PIL import Image, ImageDraw

from avatar_studio import inversion
from avatar_studio import studio as module
from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.studio import Studio, StyleMissing
from avatar_studio.styles import PRESETS
from avatar_studio.traits import set_colour
from avatar_studio.weights import WeightsError, load_encoder


def pixels(picture):
    return np.asarray(picture, dtype=float)


def test_an_avatar_is_a_figure_on_nothing(studio):
    picture = studio.draw(Avatar())
    alpha = pixels(picture)[..., 3]
    assert picture.mode == "RGBA" and picture.size == (256, 256)
    assert alpha[:24, :24].max() < 40 and alpha[90:180, 100:156].min() > 200


def test_the_same_avatar_is_always_the_same_picture(studio):
    np.testing.assert_array_equal(pixels(studio.draw(Avatar(seed=5))), pixels(studio.draw(Avatar(seed=5))))


@pytest.mark.parametrize("size", [512, 1024])
def test_larger_is_the_same_picture(studio, size):
    large = studio.draw(Avatar(size=size))
    assert large.size == (size, size)
    difference = pixels(large.reduce(size // 256).convert("RGBa")) - pixels(studio.draw(Avatar()).convert("RGBa"))
    assert np.abs(difference).mean() < 2


def test_the_background_is_behind_the_figure(studio):
    plain = pixels(studio.draw(Avatar(background="plain", background_colour="#3366cc")))
    assert (plain[..., 3] == 255).all() and np.abs(plain[4:20, 4:20, :3] - (0x33, 0x66, 0xCC)).mean() < 12
    alone = pixels(studio.draw(Avatar()))
    inside = alone[..., 3] == 255
    np.testing.assert_allclose(plain[inside], alone[inside], atol=1)


def test_traits_reach_the_picture(studio):
    def colour(name, red, green, blue, box):
        left, top, right, bottom = box
        return pixels(studio.draw(Avatar(set_colour(name, red, green, blue))))[top:bottom, left:right, :3].mean(axis=(0, 1))

    crown, chest = (108, 30, 148, 60), (108, 236, 148, 252)
    assert np.argmax(colour("hair", 0.85, 0.1, 0.1, crown)) == 0 and np.argmax(colour("hair", 0.1, 0.1, 0.85, crown)) == 2
    assert np.argmax(colour("clothes", 0.1, 0.7, 0.1, chest)) == 1 and np.argmax(colour("clothes", 0.8, 0.1, 0.1, chest)) == 0


def test_one_by_one_and_all_at_once_are_the_same(studio):
    avatars = [Avatar(seed=seed) for seed in range(18)]  # more than a batch
    together = studio.draw_many(avatars)
    assert len(together) == 18
    for index in (0, 17):
        assert np.abs(pixels(together[index]) - pixels(studio.draw(avatars[index]))).mean() < 1
    assert studio.draw_many([]) == []


def test_threads_share_a_studio(studio):
    avatars = [Avatar(seed=seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for threaded, avatar in zip(threads.map(studio.draw, avatars), avatars):
            np.testing.assert_array_equal(pixels(threaded), pixels(studio.draw(avatar)))


def test_one_forward_runs_at_a_time(studio):
    """Whatever it is for: two at once would take twice the memory, and a GPU twice the time."""
    taken = []

    def look(network, given):
        taken.append(studio.lock.free == 0)

    networks = studio.generator.mapping, studio.stylizer, studio.upscaler, load_encoder().to(studio.device).freeze(studio.dtype)
    with mock.patch.object(inversion, "_encoder", lambda *of: networks[-1]):
        hooks = [network.register_forward_pre_hook(look) for network in networks]
        avatar = Avatar(partner=Avatar(seed=1), style="ink", size=512)
        picture = studio.draw(avatar)
        studio.morph(avatar, 3), studio.draw_quick(avatar), studio.restyle(picture, avatar), studio.enlarge(picture.reduce(8), 2)
        inversion.read(studio, inversion.opened(picture))
    for hook in hooks:
        hook.remove()
    assert len(taken) == 8 and all(taken)  # of one face the picture, the frame and the large one are painted once


def test_a_slider_has_its_turn_among_thumbnails(studio, monkeypatch):
    held, paint = [], studio._paint
    monkeypatch.setattr(studio, "_paint", lambda generator, ws: (held.append((len(ws), studio.lock.free)), paint(generator, ws))[1])
    studio.draw_many([Avatar(seed=seed) for seed in range(100, 106)])
    assert sum(count for count, _ in held) == 6 and {free for _, free in held} == {0}
    assert studio.device.type == "cuda" or max(count for count, _ in held) <= module.FEW


def test_a_face_is_painted_once_for_its_styles_backgrounds_and_sizes_and_every_picture_is_right(studio, monkeypatch):
    face = Avatar({"eye_shift": 120, "glasses": "round"}, seed=200)
    variants = [face, replace(face, style="neon"), replace(face, style="ink", strength=0.5), replace(face, background="dots"), replace(face, size=512), replace(face, size=512, super_resolution=False)]
    wanted = []
    for avatar in variants:
        studio.painted.clear()
        wanted.append(pixels(studio.draw(avatar)))
    studio.painted.clear()
    painted, paint = [], studio._paint
    monkeypatch.setattr(studio, "_paint", lambda generator, ws: (painted.append(len(ws)), paint(generator, ws))[1])
    for avatar, right in zip(variants, wanted):
        np.testing.assert_array_equal(pixels(studio.draw(avatar)), right)
    assert painted == [2]  # both eyes' halves
    for other in (replace(face, seed=201), face.edit(glasses="none"), replace(face, truncation=0.5)):
        assert (pixels(studio.draw(other)) != wanted[0]).any()
    for seed in range(300, 320):
        studio.draw(Avatar(seed=seed))
    assert len(studio.painted) == module.MOST_PAINTED


def test_a_missing_file_is_an_error_in_one_sentence(tmp_path):
    with pytest.raises(WeightsError, match="There is no weights file"):
        Studio(tmp_path / "none.safetensors")


def test_styles_of_many_do_not_mix(studio):
    avatars = [Avatar(seed=3), Avatar(seed=3, style="ink"), Avatar(seed=3), Avatar(seed=3, style="oil", strength=0.5)]
    for one, many in zip(avatars, studio.draw_many(avatars)):
        assert np.abs(pixels(studio.draw(one).convert("RGBa")) - pixels(many.convert("RGBa"))).mean() < 0.6


def test_somebodys_own_style_works_once_it_is_there(studio):
    name = "own-00c0ffee"
    with pytest.raises(StyleMissing, match="own style.*open that style's file first.*[.]$") as error:
        studio.draw(Avatar(style=name))
    assert error.value.style == name and isinstance(error.value, AvatarError)
    assert studio.keep_style(name, studio.presets["glass"], "file")
    assert studio.keep_style(name, studio.presets["ink"], "file")  # nobody puts another one in its place
    assert not studio.keep_style(name, studio.presets["ink"], "another")
    studio.forget(name, "another")
    drawn = {style: pixels(studio.draw(Avatar({"hair_lightness": 0.9}, style=style)).convert("RGBa")) for style in (name, "glass", "ink")}
    assert np.abs(drawn[name] - drawn["glass"]).mean() < 2 < np.abs(drawn[name] - drawn["ink"]).mean()
    studio.forget(name)
    with pytest.raises(StyleMissing):
        studio.draw(Avatar(style=name))


def test_an_own_style_is_forgotten_after_a_day_and_brought_again_stays_another(studio, clock):
    kept, day = Avatar(style="own-00c0ffee"), module.KEEP_SECONDS
    began = time.monotonic()
    now = began
    clock(module, lambda: now)
    studio.keep_style(kept.style, studio.presets["glass"], "file")
    now = began + day - 60
    studio.draw(kept)
    studio.keep_style(kept.style, studio.presets["glass"], "file")
    now = began + day + 60
    studio.draw(kept)
    now = began + 2 * day
    with pytest.raises(StyleMissing):
        studio.restyle(Image.new("RGBA", (64, 64), "red"), kept)
    assert kept.style not in studio.own_styles


def test_of_too_many_own_styles_the_one_that_was_used_least_lately_goes(studio, monkeypatch):
    monkeypatch.setattr(module, "MOST_OWN_STYLES", 2)
    names = [f"own-0000000{k}" for k in range(3)]
    for name in names[:2]:
        studio.keep_style(name, studio.presets["ink"], "file")
    studio.draw(Avatar(style=names[0]))
    studio.keep_style(names[2], studio.presets["ink"], "file")
    assert list(studio.own_styles) == [names[0], names[2]]
    for name in names:
        studio.forget(name)


def test_super_resolution_is_crisper_than_stretching(studio):
    def energy(picture):
        x = pixels(picture.convert("RGBa"))
        return np.square(np.diff(x, axis=0)).mean() + np.square(np.diff(x, axis=1)).mean()

    for size in (512, 1024):
        sharp, plain = (studio.draw(Avatar({"glasses": "round"}, 3, size=size, super_resolution=way)) for way in (True, False))
        assert sharp.size == plain.size == (size, size) and energy(sharp) > 1.15 * energy(plain)
        assert np.abs(pixels(sharp.convert("RGBa")) - pixels(plain.convert("RGBa"))).mean() < 4  # the same picture


def test_any_picture_is_restyled_and_enlarged(studio):
    drawing = Image.new("RGBA", (300, 200))
    ImageDraw.Draw(drawing).ellipse((100, 50, 200, 150), fill=(200, 60, 60, 255))
    restyled = studio.restyle(drawing, Avatar(style="pixel"))
    assert restyled.size == (256, 256) and restyled.getpixel((128, 60))[3] == 0 and restyled.getpixel((128, 128))[3] > 200  # it stands in the middle
    enlarged = studio.enlarge(drawing, 4)
    assert enlarged.size == (1200, 800) and enlarged.getpixel((8, 8))[3] == 0
    assert np.abs(np.subtract(enlarged.getpixel((600, 400)), (200, 60, 60, 255))).max() < 8
    veil = studio.enlarge(Image.new("RGBA", (40, 40), (200, 60, 60, 128)), 2)
    assert np.abs(np.subtract(veil.getpixel((40, 40)), (200, 60, 60, 128))).max() < 8


def test_a_preset_that_the_stylizer_was_not_trained_for_is_told_at_the_start(monkeypatch):
    monkeypatch.setattr(module, "PRESETS", {**PRESETS, "sepia": ("Sepia", "怀旧")})
    with pytest.raises(WeightsError, match="13 presets and styles.py 14: train it anew"):
        Studio()
