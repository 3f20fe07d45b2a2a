import base64
import pickle
from dataclasses import replace

import numpy as np
import pytest

from avatar_studio import avatar as module
from avatar_studio import dice
from avatar_studio.avatar import Avatar, AvatarError, decode, latent
from avatar_studio.traits import DEFAULTS, TRAITS, Trait

# Written by versions 1 to 3: the default avatar, one with some traits moved, one with latent play, and one in styles.
OLDER = {
    "AAQAAAAAH_x9gKPGTJkyAyAACy1AyZAAFKjRgMnh4AzYLIAMmTKqeAoABkyZAZSwDIAACgAG4eMgr0uCAC-ZPgIb8": Avatar(),
    "AAQAB4kAdVd5hKPGTJkyAyAJZC1AyZAAFKjRgMnh4AzYLIAMmTKqeAoABkyZAZGQDIAACgBG4eMgr0uCAC-ZPgI3d": Avatar(
        {"hair_back": "afro", "mouth_smile": -0.5, "glasses": "sun", "hair_hue": 200}, 123456, "dots", "#aabbcc", 512),
    "AAgAAAE0ggQGCKPGTJkyAyAACy1AyZAAFKjRgMnh4AzYLIAMmTKqeAoABkyZAZZADIAACgAW4eMgr0uCAC-ZPgAlsgE-mcQAH0PofQ-iAAAAElHjJkyZAZAEhZagZMgAClRowGTw8AZsFkAGTJlVPAUAAyZMgMpYBkAABQADcPGQV6XBABfMnwAMmQAZDI-g0zg": Avatar(
        {"glasses": "round", "gaze_x": 0.5, "mouth_smile": 1.0}, 77, "rays", "#102030", 1024, truncation=0.5, explore=(0.25, -1.0),
        partner=Avatar({"hair_back": "afro"}, 9), mix=(0.1, 0.2, 1.0)),
    "AAwAAAE0ggQGCKPGTJkyAyAACy1AyZAAFKjRgMnh4AzYLIAMmTKqeAoABkyZAZSwDIAACgAW4eMgr0uCAC-ZPgAZMgAyz6_gH-JVY-sIx": Avatar(
        {"glasses": "round"}, 77, "rays", "#102030", 1024, style="neon", strength=0.25, second_style="own-00ff12ab", blend=0.125, super_resolution=False),
}

# Written by version 4, the one of today: what people keep must open though traits are added, so a trait must come with a version of its own.
TODAYS = {
    "ABAAAAAAH_x9gKPGTJkyAyAACy1AyZAAFKjRgMnh4AzYLIAMmTKqeAoABkyZAZSwDIAACgAG4eMgr0uCAC-ZPgAZMgADpdA": Avatar(),
    "ABAAAAE0ggQGCKPGTJkyAyAACy1AyZAAFKjRgMnh4AzYLIAMmTKqeAoABkyZAZSwDIAACgAW4eMgr0uCAC-ZPgAZMmQS_oQD_EqucQKwU": Avatar(
        {"glasses": "round", "lines": 0.5}, 77, "rays", "#102030", 1024, style="neon", model="me-00ff12ab", likeness=0.625),
}


@pytest.mark.parametrize("code", TODAYS)
def test_codes_that_people_keep_today_open(code):
    assert decode(code) == TODAYS[code]


def some(count):
    rng = np.random.default_rng(5)
    for _ in range(count):
        yield Avatar(dice.explore(rng), int(rng.integers(2**32)), str(rng.choice(module.BACKGROUNDS)), f"#{rng.integers(2**24):06x}", int(rng.choice(module.SIZES)))


def test_codes_round_trip_exactly_and_are_safe_in_a_link():
    for avatar in some(300):
        assert decode(avatar.code) == avatar
        assert len(avatar.code) < 120 and all(c.isascii() and (c.isalnum() or c in "-_") for c in avatar.code)
    assert decode(f"  {avatar.code}\n") == avatar


@pytest.mark.parametrize("style", [
    {"style": "oil"}, {"style": "ink", "strength": 0.0}, {"style": "neon", "strength": 0.25, "second_style": "own-00ff12ab", "blend": 0.125},
    {"style": "own-ffffffff", "strength": 1.0}, {"super_resolution": False, "size": 1024},
])
def test_a_code_keeps_the_style(style):
    avatar = Avatar({"glasses": "round"}, 7, **style)
    assert decode(avatar.code) == avatar and all(getattr(avatar, name) == value for name, value in style.items())


@pytest.mark.parametrize("model", [{"model": "me-00c0ffee"}, {"model": "me-ffffffff", "likeness": 0.0}, {"model": "me-00000000", "likeness": 0.625, "style": "oil", "strength": 0.5}])
def test_a_code_keeps_the_personal_model(model):
    avatar = Avatar({"glasses": "round"}, 7, **model)
    assert decode(avatar.code) == avatar and all(getattr(avatar, name) == value for name, value in model.items())
    assert avatar.plain == avatar and pickle.loads(pickle.dumps(avatar)) == avatar and len(avatar.code) < 120


def test_the_base_has_no_likeness_and_likeness_is_clamped():
    assert Avatar(likeness=0.25) == Avatar() and Avatar(model="me-00c0ffee", likeness=7).likeness == 1.0


@pytest.mark.parametrize("model", [{"model": "me-12"}, {"model": "me-0000DEAD"}, {"model": "own-0000dead"}, {"model": "../me-0000dead"}, {"model": "me-0000dead\n"}, {"model": None}, {"model": ["me-0000dead"]},
                                   {"likeness": "1"}, {"model": "me-0000dead", "likeness": float("nan")}, {"likeness": True}])
def test_an_impossible_model_is_refused(model):
    with pytest.raises(AvatarError, match=r"[.]$"):
        Avatar(**model)


def test_what_would_not_be_seen_of_a_style_is_not_kept():
    plain = Avatar()
    assert Avatar(strength=0.5, second_style="oil", blend=0.5) == plain
    assert Avatar(style="oil", second_style="oil", blend=0.5) == Avatar(style="oil", second_style="ink", blend=0.0) == Avatar(style="oil")
    assert Avatar(style="oil", truncation=0.5).plain == Avatar(style="oil")


@pytest.mark.parametrize("style", [{"style": "baroque"}, {"style": None}, {"style": ["oil"]}, {"style": "own-12"}, {"style": "own-GGGGGGGG"}, {"second_style": 3},
                                   {"strength": float("nan")}, {"style": "oil", "blend": "1"}, {"super_resolution": 1}])
def test_an_impossible_style_is_refused(style):
    with pytest.raises(AvatarError, match=r"[.]$"):
        Avatar(**style)


def test_any_damage_gives_a_sentence_and_never_another_avatar():
    code = next(some(1)).code
    for k in range(len(code)):
        for broken in (code[:k], code[:k] + ("B" if code[k] != "B" else "C") + code[k + 1:], code[:k] + "%" + code[k + 1:]):
            with pytest.raises(AvatarError, match=r"^[A-Z].*[.]$|copied whole|copy it again"):
                decode(broken)


@pytest.mark.parametrize("code", ["", "A", "hello", None, 7, "A" * 5000, "Aé", "AAAA"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(AvatarError):
        decode(code)


@pytest.mark.parametrize("code", OLDER)
def test_an_older_code_still_opens_and_looks_the_same(code):
    opened = decode(code)
    version = base64.urlsafe_b64decode(code[1:5])[0]
    assert opened == OLDER[code] and opened.model == "" and 1 <= version < module.VERSION
    assert all(opened.traits[trait.name] == DEFAULTS[trait.name] for trait in TRAITS if trait.since > version)
    assert opened.code != code and decode(opened.code) == opened


def test_an_older_code_opens_with_the_new_trait_at_its_default(monkeypatch):
    partner = Avatar({"glasses": "sun"}, 9)
    old = replace(next(some(1)), partner=partner, mix=(0.1, 0.2, 0.3))
    wings = Trait("wings", "slider", "face", "Wings", "翅膀", 0.25, 0.0, 1.0, since=module.VERSION + 1)
    code = old.code
    monkeypatch.setattr(module, "VERSION", module.VERSION + 1)
    monkeypatch.setattr(module, "TRAITS", (*TRAITS, wings))
    monkeypatch.setattr(module.vocabulary, "DEFAULTS", {**module.vocabulary.DEFAULTS, "wings": 0.25})
    monkeypatch.setattr(module.vocabulary, "BY_NAME", {**module.vocabulary.BY_NAME, "wings": wings})
    assert decode(code).traits == {**old.traits, "wings": 0.25} and decode(code).partner.traits == {**partner.traits, "wings": 0.25}
    flying = old.edit(wings=0.75)
    assert decode(flying.code) == flying
    from_the_future = flying.code
    monkeypatch.undo()
    with pytest.raises(AvatarError, match="newer Avatar Studio"):
        decode(from_the_future)


def playful(rng, base):
    """An avatar with some of the latent play, each part present or not."""
    play = {}
    if rng.random() < 0.5:
        play["truncation"] = rng.uniform(0, 1.5)
    if rng.random() < 0.5:
        play["explore"] = list(rng.uniform(-1, 1, rng.integers(1, module.EXPLORE_SIZE + 1)))
    if rng.random() < 0.5:
        play |= {"partner": Avatar(dice.roll(rng), int(rng.integers(2**32))), "mix": list(rng.uniform(0, 1, 3))}
    return replace(base, **play)


def test_latent_play_round_trips_and_costs_nothing_when_unused():
    rng = np.random.default_rng(6)
    for avatar in some(200):
        played = playful(rng, avatar)
        assert decode(played.code) == played and decode(played.code).code == played.code
        assert played.plain == avatar and pickle.loads(pickle.dumps(played)) == played
        assert len(avatar.code) < 110 and len(played.code) < 220
        if played != avatar:
            assert len(played.code) > len(avatar.code)


def test_latent_play_is_clamped_and_a_partner_is_plain():
    partner = Avatar({"glasses": "sun"}, 3, "dots", size=512, truncation=0.2)
    avatar = Avatar(truncation=9, explore=[-5, 0.12345], partner=partner, mix=(2, -1, 0.5))
    assert avatar.truncation == module.MAX_TRUNCATION and avatar.explore == (-1.0, 0.123, 0.0, 0.0, 0.0, 0.0)
    assert avatar.mix == (1.0, 0.0, 0.5) and avatar.partner == Avatar(partner.traits, 3)
    alone = Avatar(mix=(1, 1, 1))
    assert alone.mix == (0.0, 0.0, 0.0) and alone == Avatar()


def test_any_damage_to_a_playful_code_gives_a_sentence():
    code = Avatar(truncation=0.5, explore=(0.5,), partner=Avatar(seed=3), mix=(0.1, 0.2, 0.3)).code
    for k in range(0, len(code), 3):
        for broken in (code[:k], code[:k] + ("B" if code[k] != "B" else "C") + code[k + 1:]):
            with pytest.raises(AvatarError):
                decode(broken)


@pytest.mark.parametrize("bad", [
    {"truncation": "1"}, {"truncation": float("nan")}, {"truncation": None}, {"truncation": True}, {"explore": 1}, {"explore": [0] * 7},
    {"explore": ["1"]}, {"explore": [float("inf")]}, {"explore": "000"}, {"partner": "A"}, {"partner": {}},
    {"partner": Avatar(), "mix": 1}, {"mix": [0, 0, 0, 0]}, {"mix": [None]},
    {"seed": -1}, {"seed": 2**32}, {"seed": 1.5}, {"seed": True}, {"background": "lava"}, {"background_colour": "red"},
    {"background_colour": "#ff00zz"}, {"size": 300}, {"size": 10**9}, {"size": "256"},
    {"truncation": 10**400}, {"explore": [-10**400]}, {"likeness": 10**400}, {"traits": {"blush": 10**400}}, {"traits": {"hair_hue": -10**400}},
    {"truncation": np.complex64(1)}, {"traits": {"blush": np.complex64(1)}}, {"traits": {"wings": 1}}, {"traits": {"mouth_open": float("nan")}},
])
def test_an_impossible_avatar_cannot_exist(bad):
    with pytest.raises(AvatarError, match=r"[.]$"):
        Avatar(**bad)


def test_a_size_is_a_whole_number():
    assert isinstance(Avatar(size=512.0).size, int) and Avatar(size=512.0) == Avatar(size=np.int64(512)) == Avatar(size=512)


def test_an_avatar_is_a_value():
    avatar = next(some(1))
    with pytest.raises(TypeError):
        avatar.traits["mouth_smile"] = 1.0
    assert pickle.loads(pickle.dumps(avatar)) == avatar and hash(avatar) == hash(decode(avatar.code))
    assert avatar.edit(mouth_smile=-1).traits["mouth_smile"] == -1.0 and avatar.edit(mouth_smile=-1).seed == avatar.seed


def test_a_seed_always_gives_the_same_z():
    assert np.array_equal(latent(7), latent(7)) and not np.array_equal(latent(7), latent(8))
    many = np.stack([latent(seed) for seed in range(2000)])
    assert abs(many.mean()) < 0.02 and abs(many.std() - 1) < 0.02
