"""Personal models in the Studio: which generator paints whom, and how long it is kept."""
from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from avatar_studio import studio as module
from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.personal.adopt import adopt
from avatar_studio.studio import ModelMissing

PERSON = Avatar({"hair_back": "bob"}, seed=3)


def pixels(picture):
    return np.asarray(picture.convert("RGBa"), dtype=float)


def apart(one, other):
    return np.abs(pixels(one) - pixels(other)).mean()


@pytest.fixture
def mine(studio, model_file):
    model = adopt(studio, model_file(1)).id
    yield model
    for name in list(studio.models):
        studio.forget(name)


def test_a_model_that_is_not_here_is_told_and_named(studio):
    with pytest.raises(ModelMissing, match="open that model's file first.*[.]$") as error:
        studio.draw(Avatar(model="me-0000dead"))
    assert error.value.model == "me-0000dead" and isinstance(error.value, AvatarError)


def test_a_model_paints_differently_and_likeness_says_how_much(studio, mine):
    base = studio.draw(PERSON)
    none, half, whole = (studio.draw(replace(PERSON, model=mine, likeness=likeness)) for likeness in (0.0, 0.5, 1.0))
    assert apart(base, none) == 0 and 1 < apart(base, half) < apart(base, whole)
    assert apart(base, studio.draw(PERSON)) == 0  # the base is as it was


def test_models_of_many_do_not_mix(studio, mine, model_file):
    other = adopt(studio, model_file(2)).id
    avatars = [PERSON, replace(PERSON, model=mine), replace(PERSON, model=other), PERSON, replace(PERSON, model=mine, likeness=0.5, style="ink"), replace(PERSON, model=mine)]
    alone = [studio.draw(avatar) for avatar in avatars]
    for one, many in zip(alone, studio.draw_many(avatars)):
        assert apart(one, many) < 0.6
    assert apart(alone[1], alone[2]) > 1


def test_a_model_works_with_styles_sizes_mixing_and_the_quick_picture(studio, mine):
    partner = Avatar({"glasses": "round"}, 5)
    for about in ({"style": "oil"}, {"size": 512}, {"partner": partner, "mix": (0.5, 0.5, 0.5)}, {"truncation": 0.5}):
        with_it, without = (studio.draw(replace(PERSON, model=model, **about)) for model in (mine, ""))
        assert with_it.size == without.size and apart(with_it, without) > 1
    assert studio.draw_quick(replace(PERSON, model=mine)) != studio.draw_quick(PERSON)
    way = studio.morph(replace(PERSON, model=mine, partner=partner), 3)
    assert [one.model for one in way] == [mine] * 3 and [one.mix[0] for one in way][::2] == [0.0, 1.0]


def test_a_slider_of_likeness_keeps_few_generators(studio, mine):
    pictures = {round(k / 100 * module.STEPS): studio.draw(replace(PERSON, model=mine, likeness=k / 100)) for k in range(0, 101, 2)}
    assert len(studio.tuned) <= module.MOST_TUNED and len(pictures) == module.STEPS + 1
    assert apart(studio.draw(replace(PERSON, model=mine, likeness=0.5)), pictures[10]) == 0


def test_traits_move_a_personal_model_too_and_its_generator_is_made_once(studio, mine):
    studio.draw(replace(PERSON, model=mine))
    made = []
    kept = studio.models[mine]
    studio.models[mine] = replace(kept, what=lambda *arguments: made.append(arguments) or kept.what(*arguments))
    first, second = (studio.draw(replace(PERSON, model=mine).edit(mouth_smile=smile)) for smile in (-1.0, 1.0))
    assert apart(first, second) > 0.1 and made == []


def test_a_model_goes_when_it_is_deleted_when_its_day_is_over_and_when_there_are_too_many(studio, mine, model_file, monkeypatch, clock):
    studio.draw(replace(PERSON, model=mine))
    studio.forget(mine)
    assert mine not in studio.models and not any(name == mine for name, _ in studio.tuned) and not any(avatar.model == mine for avatar in studio.painted)
    with pytest.raises(ModelMissing):
        studio.draw(replace(PERSON, model=mine))
    adopt(studio, model_file(1))
    studio.draw(replace(PERSON, model=mine))
    now = time.monotonic()
    clock(module, lambda: now + module.KEEP_SECONDS + 60)
    studio.forget_old()  # nobody draws
    assert not studio.models and not studio.tuned and not any(avatar.model for avatar in studio.painted)
    monkeypatch.undo()
    monkeypatch.setattr(module, "MOST_MODELS", 2)
    names = [adopt(studio, model_file(seed)).id for seed in (1, 2)]
    studio.draw(replace(PERSON, model=names[0]))  # used last
    third = adopt(studio, model_file(3)).id
    assert list(studio.models) == [names[0], third]


def test_a_model_that_is_here_is_not_replaced(studio, mine):
    before = studio.draw(replace(PERSON, model=mine))
    file = studio.models[mine].file
    assert studio.keep_model(mine, lambda generator, likeness: 1 / 0, file)
    assert not studio.keep_model(mine, lambda generator, likeness: 1 / 0, "0" * 64)  # it only has the same name
    studio.forget(mine, "0" * 64)
    assert apart(before, studio.draw(replace(PERSON, model=mine))) == 0


def test_a_gpu_draws_what_the_processor_draws(gpu, model_file):
    partner, style = Avatar({"glasses": "round"}, 5), "own-00000000"
    pictures = []
    for device in (torch.device("cpu"), gpu):
        studio = module.Studio(device=device)
        mine = adopt(studio, model_file(1)).id
        assert studio.keep_style(style, studio.presets["chalk"].cpu(), "file")
        pictures.append(studio.draw_many([
            PERSON, replace(PERSON, size=512), PERSON.edit(eye_shift=120), replace(PERSON, style="ink"), replace(PERSON, style=style, second_style="oil", blend=0.4),
            replace(PERSON, model=mine, likeness=0.5), replace(PERSON, model=mine), replace(PERSON, partner=partner, mix=(0.5, 0.2, 1.0), truncation=0.6, explore=(1, 0, 0, -1, 0, 0))]))
        pictures[-1] += [studio.draw(studio.morph(replace(PERSON, partner=partner), 3)[2]), studio.restyle(pictures[-1][0], replace(PERSON, style="neon")),
                         studio.enlarge(pictures[-1][0].crop((60, 60, 124, 100)), 4)]
    assert all(apart(one, other) < 2 for one, other in zip(*pictures))
