import itertools

import numpy as np
import pytest

pytest.importorskip("skia", reason="drawing needs requirements-train.txt")

from avatar_studio import dice, traits
from avatar_studio.artist import draw, draw_weighted
from avatar_studio.avatar import Z_SIZE, latent
from avatar_studio.traits import BY_NAME, DEFAULTS, HATS, MOOT, TRAITS, is_moot

STILL = np.zeros(Z_SIZE, np.float32)
# Some traits only show beside others: a beard's length needs a beard.
SHOWN_WITH = {
    "beard_length": {"beard": "full"}, "hair_tips": {"hair_back": "long_wavy"}, "tips_hue": {"hair_tips": 1.0, "hair_back": "long_wavy"},
    "tips_saturation": {"hair_tips": 1.0, "hair_back": "long_wavy"}, "tips_lightness": {"hair_tips": 1.0, "hair_back": "long_wavy"},
    "glasses_hue": {"glasses": "round"}, "glasses_saturation": {"glasses": "round"}, "glasses_lightness": {"glasses": "round"},
    "accent_hue": {"headwear": "bow"}, "accent_saturation": {"headwear": "bow"}, "accent_lightness": {"headwear": "bow"}, "ears": {"hair_back": "ponytail"},
}


def visible(picture):
    """Premultiplied floats: what an eye can see."""
    picture = picture.astype(np.float32)
    return picture * (picture[..., 3:] / 255)


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.name)
def test_every_trait_can_be_seen(trait):
    base = {**DEFAULTS, **SHOWN_WITH.get(trait.name, {})}
    options = trait.names if trait.kind == "choice" else (0, 180) if trait.kind == "angle" else (trait.low, trait.high)
    pictures = [visible(draw({**base, trait.name: option}, STILL)) for option in options]
    for k, picture in enumerate(pictures):
        for other in pictures[:k]:
            assert (np.abs(picture - other).max(-1) > 10).sum() > 12


SHORN = {**DEFAULTS, "hair_back": "buzz", "fringe": "none", "side_locks": 0.0, "hair_lightness": 0.1, "skin_tone": 0.1, "blush": 0.0}


def ink(rows, columns, **traits):
    """How dark each place of a part of the picture is, in which no hair hangs."""
    return np.clip(450 - draw({**SHORN, **traits}, STILL).astype(float)[slice(*rows), slice(*columns), :3].sum(-1), 0, None)


def height(rows, columns, **traits):
    """How high what is dark there lies on the mean."""
    dark = ink(rows, columns, **traits).sum(1)
    return -(dark * np.arange(len(dark))).sum() / dark.sum()


def size(back, **traits):
    return (draw({**SHORN, "hair_back": back, **traits}, STILL)[..., 3] > 127).sum()


WAYS = {  # a slider, and what of the picture grows with it
    "mouth_smile": lambda x: height((172, 198), (108, 120), mouth_smile=x) - height((172, 198), (122, 134), mouth_smile=x),  # the corners rise
    "brow_angle": lambda x: height((95, 128), (72, 84), brow_angle=x) - height((95, 128), (98, 108), brow_angle=x),          # the outer ends do
    "brow_height": lambda x: height((95, 128), (72, 108), brow_height=x),
    "eye_tilt": lambda x: height((120, 175), (70, 82), eye_tilt=x, eye_openness=0.0, eye_smile=0.5) - height((120, 175), (98, 110), eye_tilt=x, eye_openness=0.0, eye_smile=0.5),
    **{name: lambda x, name=name: size("bald", **{name: x}) for name in ("face_width", "jaw_width", "chin_length", "ear_size")},
    **{name: lambda x, name=name: size("bob", **{name: x}) for name in ("hair_length", "hair_volume")},
}


@pytest.mark.parametrize("name", WAYS)
def test_a_slider_goes_the_way_of_its_name(name):
    low, middle, high = (WAYS[name](x) for x in (-1.0, 0.0, 1.0))
    assert low < middle < high


def test_left_and_right_are_the_persons_own():
    """The left eye, which is on the right of the picture, winks and has the other colour."""
    right, left = (ink((130, 165), columns, wink="left").sum() for columns in ((60, 124), (132, 196)))
    assert right > 1.5 * left
    picture = draw({**SHORN, "eye_hue": 0, "eye_saturation": 0.9, "eye_shift": 240}, STILL)[130:165].astype(int)
    red = picture[..., 0] - picture[..., 2] > 80
    blue = picture[..., 2] - picture[..., 0] > 80
    assert red[:, 60:124].sum() > 100 > 10 * red[:, 132:196].sum() and blue[:, 132:196].sum() > 100 > 10 * blue[:, 60:124].sum()


@pytest.mark.parametrize("control", MOOT)
def test_a_control_hides_exactly_while_it_has_no_effect(control):
    """In each of its situations with all their values, however else the avatar is; and not once one of the traits that make a situation is otherwise."""
    name, rng = control.replace("_colour", "_lightness"), np.random.default_rng(7)
    others = [(DEFAULTS, STILL), *((dice.roll(rng), latent(seed)) for seed in range(3))]
    for situation in MOOT[control]:
        for k, values in enumerate(itertools.product(*situation.values())):
            moot = dict(zip(situation, values))
            assert not changes({**others[k % len(others)][0], **moot}, others[k % len(others)][1], name), moot
        first = {trait: among[0] for trait, among in situation.items()}
        for trait, among in situation.items():
            for other in (one for one in BY_NAME[trait].names or (1.0,) if one not in among):
                shown = {**DEFAULTS, **SHOWN_WITH.get(name, {}), **first, trait: other}
                assert is_moot(control, shown) or changes(shown, STILL, name), {trait: other}


def changes(traits, z, name):
    """Whether anything of the picture moves with one of its traits: a choice, an angle or a slider."""
    one = BY_NAME[name]
    first, *others = (draw({**traits, name: value}, z) for value in (one.names or (one.low, one.high if one.kind == "slider" else 180)))
    return any(not np.array_equal(first, other) for other in others)


@pytest.mark.parametrize("trait", [t for t in TRAITS if t.kind == "slider"], ids=lambda trait: trait.name)
def test_a_slider_moves_without_a_jump(trait):
    base = {**DEFAULTS, **SHOWN_WITH.get(trait.name, {})}
    frames = [visible(draw({**base, trait.name: value}, STILL, 128)) for value in np.linspace(trait.low, trait.high, 26)]
    steps = [np.abs(a - b).mean() for a, b in zip(frames, frames[1:])]
    assert max(steps) < 2.5


@pytest.mark.parametrize("style", ["curly", "afro"])
@pytest.mark.parametrize("fringe", ["none", "hero", "parted", "curtain", "side", "choppy"])
@pytest.mark.parametrize("name", ["side_locks", "fringe_length", "face_width"])
def test_curls_along_an_edge_glide_with_a_slider_and_none_appears_between_others(style, fringe, name):
    assert unevenness({**DEFAULTS, "hair_back": style, "fringe": fringe}, name) < 2.5


@pytest.mark.parametrize("style", ["long_wavy", "short"])
@pytest.mark.parametrize("art", BY_NAME["art"].names)
def test_dyed_tips_come_in_slowly(style, art):
    assert unevenness({**DEFAULTS, "hair_back": style, "art": art}, "hair_tips") < 4


@pytest.mark.parametrize("kind", BY_NAME["moustache"].names[1:])
def test_a_moustache_shows_how_long_it_is(kind):
    small, large = ((np.abs(visible(draw({**DEFAULTS, "moustache": kind, "beard_length": length}, STILL)) - visible(draw(DEFAULTS, STILL))).max(-1) > 10).sum() for length in (0.0, 1.0))
    assert large > 1.4 * small


@pytest.mark.parametrize("kind", BY_NAME["moustache"].names[1:])
@pytest.mark.parametrize("length", [0.0, 1.0])
def test_a_moustache_parts_under_the_nose_where_lips_would_be_fullest(kind, length):
    base = {**DEFAULTS, "nose": "none", "beard_length": length}
    worn = np.abs(visible(draw({**base, "moustache": kind}, STILL, 1024)) - visible(draw(base, STILL, 1024))).max(-1) > 24
    top, low = (lambda x: np.nonzero(worn[:, x])[0].min()), (lambda x: np.nonzero(worn[:, x])[0].max())  # noqa: E731
    first, last = np.nonzero(worn.any(0))[0][[0, -1]]
    for lobe in ((512 + first) // 2, (512 + last) // 2):
        assert low(lobe) > low(512) + 5
    for tip in (first + 6, last - 6):
        assert top(tip) < top(512) if kind == "curled" else top(tip) > top(512)


def test_teeth_show_in_a_laugh_and_not_in_an_o():
    def teeth(**mouth):
        return (draw({**SHORN, "mouth_open": 0.8, **mouth}, STILL, 1024)[696:800, 440:584, :3].min(-1) > 240).sum()
    assert teeth(mouth_smile=0.8) > 500 > 0 == teeth(mouth_smile=-0.8)
    assert 0 < teeth(mouth_smile=-0.1) < teeth(mouth_smile=0.8)
    assert teeth(mouth_smile=0.8, mouth_open=0.2) < teeth(mouth_smile=0.8)


@pytest.mark.parametrize("hat", HATS)
@pytest.mark.parametrize("style", sorted(set(BY_NAME["hair_back"].names) - {"hijab"}))
def test_no_hair_comes_through_a_hat(hat, style):
    green = {**DEFAULTS, "hair_hue": 120, "hair_saturation": 0.9, "hair_lightness": 0.4, "accent_hue": 0, "headwear": hat, "hair_back": style}
    for volume in (-1.0, 0.0, 1.0):
        red, other, _, alpha = np.moveaxis(draw({**green, "hair_volume": volume}, STILL)[:60].astype(int), -1, 0)
        assert ((other > red + 30) & (alpha > 127)).sum() == 0


@pytest.mark.parametrize("pupil", ["star", "heart"])
def test_a_big_catchlight_does_not_hide_the_pupil(pupil):
    def shape(catchlight):
        eye = {**SHORN, "catchlight": catchlight, "eye_hue": 240, "eye_saturation": 0.9}
        plain, drawn = (draw({**eye, "pupil": name}, STILL, 512).astype(int) for name in ("round", pupil))
        return (np.abs(plain - drawn).max(-1) > 24) & (drawn[..., 0] > drawn[..., 2] + 40) & (drawn[..., 0] > 200)
    classic, big = shape("classic"), shape("big")
    assert classic.sum() > 300 and (classic & big).sum() > 0.95 * classic.sum()


def test_spectacles_leave_a_shut_eye_dark_on_deep_skin():
    base = {**SHORN, "skin_tone": 1.0, "eye_openness": 0.0, "eye_smile": 1.0}
    bare, worn = (draw({**base, "glasses": glasses}, STILL)[158:164, 82:100, :3].astype(float).mean() for glasses in ("none", "round"))
    assert 0 <= worn - bare < 10


@pytest.mark.parametrize("cut", BY_NAME["clothes"].names)
@pytest.mark.parametrize("kind", BY_NAME["motif"].names[1:])
def test_every_motif_shows_on_every_cloth(cut, kind):
    plain, printed = (visible(draw({**DEFAULTS, "clothes": cut, "motif": motif}, STILL)) for motif in ("none", kind))
    assert (np.abs(plain - printed).max(-1) > 32).sum() > 60


@pytest.mark.parametrize("cut", BY_NAME["clothes"].names)
def test_a_heart_is_sewn_on_whole_and_no_fold_crosses_it(cut):
    plain, sewn = (visible(draw({**DEFAULTS, "clothes": cut, "motif": motif}, STILL, 1024)) for motif in ("none", "heart"))
    changed = sewn[np.abs(plain - sewn).max(-1) > 24].round()
    pink = changed[(changed[:, 0] > 200) & (changed[:, 1] < 160)]
    assert np.unique(pink, axis=0, return_counts=True)[1].max() > 700  # of one flat colour


def test_a_little_fang_is_a_white_tooth():
    plain, fang = (visible(draw({**DEFAULTS, "mouth": mouth}, STILL, 1024)) for mouth in ("plain", "fang"))
    changed = fang[np.abs(plain - fang).max(-1) > 24]
    assert (changed.min(-1) > 240).sum() > 130 and (changed.min(-1) > 240).mean() > 0.3


@pytest.mark.parametrize("style", ["short", "curly"])
def test_a_short_cut_bares_the_ears_and_covers_them_without_a_jump(style):
    base = {**DEFAULTS, "hair_back": style, "side_locks": 0.0}
    skin = np.array(traits.skin_rgb(base["skin_tone"], base["skin_undertone"])) * 255
    bare, covered = ([np.linalg.norm(draw({**base, "hair_length": length}, STILL)[142:160, x, :3] - skin, axis=-1).mean() for x in (44, 211)] for length in (-1.0, 1.0))
    assert max(bare) < 70 < 100 < min(covered)
    assert unevenness(base, "hair_length") < 4  # curls move more while they shorten than while they hang


def unevenness(base: dict, name: str) -> float:
    """Of a slider in 32 steps over its range: the largest change of the picture over the median one."""
    trait = BY_NAME[name]
    frames = [visible(draw({**base, name: value}, STILL, 128)) for value in np.linspace(trait.low, trait.high, 33)]
    steps = [np.abs(a - b).mean() for a, b in zip(frames, frames[1:])]
    return max(steps) / np.median(steps)


def test_the_picture_is_a_pure_function_and_z_varies_it_a_little():
    traits_ = dice.roll(np.random.default_rng(3))
    a, b, c = draw(traits_, latent(1)), draw(traits_, latent(1)), draw(traits_, latent(2))
    assert np.array_equal(a, b)
    assert 0.1 < np.abs(visible(a) - visible(c)).mean() < 12


def test_head_and_hair_fill_the_frame_on_a_transparent_ground():
    rng = np.random.default_rng(0)
    for _ in range(12):
        alpha = draw({**dice.roll(rng), "headwear": "none"}, STILL)[..., 3]
        rows = np.nonzero(alpha.max(1))[0]
        assert alpha[0, 0] == 0 and alpha[0, -1] == 0
        assert rows[0] < 60 and 0.3 < (alpha > 127).mean() < 0.85


@pytest.mark.parametrize("worn", [{"headwear": "witch_hat"}, {"headwear": "crown"}, {"headwear": "bunny_ears"}, {"hair_back": "bun", "hair_length": 1}, {"hair_back": "spiky"}, {"ahoge": 1}])
def test_nothing_on_a_head_is_cut_off_by_the_frame(worn):
    for k, z in enumerate(np.random.default_rng(0).standard_normal((12, Z_SIZE)).astype(np.float32)):
        alpha = draw({**DEFAULTS, "hair_volume": k / 5.5 - 1, **worn}, z)[..., 3]
        assert alpha[0].max() < 20 and alpha[:200, [0, -1]].max() < 20


@pytest.mark.parametrize("style", BY_NAME["hair_back"].names)
def test_each_hair_style_has_its_own_silhouette(style):
    shape = lambda name: draw({"hair_back": name}, STILL, 128)[..., 3] > 127  # noqa: E731
    mine = shape(style)
    for other in set(BY_NAME["hair_back"].names) - {style}:
        assert (mine ^ shape(other)).sum() > 60, other


def test_skin_on_the_cheek_is_the_skin_that_was_asked_for():
    for tone in (0.0, 0.5, 1.0):
        cool, warm = (draw({"skin_tone": tone, "skin_undertone": undertone, "blush": 0.0}, STILL)[160, 128, :3] / 255 for undertone in (-1.0, 1.0))
        assert max(np.abs(cool - traits.skin_rgb(tone, -1.0)).max(), np.abs(warm - traits.skin_rgb(tone, 1.0)).max()) < 0.12
        assert cool[2] > warm[2] + 0.02


def test_any_size_shows_the_same_picture():
    small, large = draw({}, STILL, 256), draw({}, STILL, 512)
    shrunk = large.reshape(256, 2, 256, 2, 4).astype(np.float32).mean((1, 3))
    assert np.abs(shrunk[..., 3] - small[..., 3]).mean() < 1.5


def test_small_parts_weigh_more_than_large_ones():
    picture, weights = draw_weighted({"mouth_open": 0.0}, STILL)
    assert weights.shape == (64, 64) and weights.dtype == np.uint8 and weights.min() == 10
    mouth, clothes, corner = int(weights[46, 32]), int(weights[61, 20]), int(weights[2, 2])
    assert mouth > 1.5 * clothes and clothes > corner == 10
    assert np.array_equal(picture, draw({"mouth_open": 0.0}, STILL))


def changed(a, b, more_than=8):
    """(top, bottom, left, right) in units of 256 of where two pictures of that size differ."""
    rows, columns = np.nonzero(np.abs(visible(a) - visible(b)).max(-1) > more_than)
    return rows.min(), rows.max(), columns.min(), columns.max()


@pytest.mark.parametrize("art", BY_NAME["art"].names)
def test_the_gaze_moves_the_irises_inside_the_eyes_and_nothing_else(art):
    at = lambda x, y: draw({"art": art, "gaze_x": x, "gaze_y": y, "eye_hue": 120, "catchlight": "classic"}, STILL)  # noqa: E731
    dark = lambda picture: np.nonzero(picture[130:165, 66:120, :3].sum(-1) < 260)  # noqa: E731
    left, right, up, down = at(-1, 0), at(1, 0), at(0, 1), at(0, -1)
    assert dark(right)[1].mean() - dark(left)[1].mean() > 3
    assert dark(down)[0].mean() > dark(up)[0].mean()
    for a, b in ((left, right), (up, down)):
        top, bottom, first, last = changed(a, b)
        assert 115 < top and bottom < 178 and 60 < first and last < 196
        assert not np.abs(visible(a) - visible(b))[:, 118:138].max() > 8  # nothing between the eyes


def test_age_lines_grow_on_the_face_and_leave_the_rest_alone():
    young, older, old = (draw({"lines": lines, "fringe": "none", "headwear": "none"}, STILL) for lines in (0.0, 0.5, 1.0))
    assert np.array_equal(young, draw({"fringe": "none"}, STILL))
    some, more = (np.abs(visible(young) - visible(p)).sum() for p in (older, old))
    assert 0 < some < more
    top, bottom, left, right = changed(young, old)
    assert top > 90 and bottom < 203 and left > 50 and right < 206
    assert np.array_equal(young[..., 3], old[..., 3])
    _, weights = draw_weighted({"lines": 1.0}, STILL)
    _, without = draw_weighted({}, STILL)
    assert (weights > without + 10).sum() > 20


def test_one_face_by_three_artists():
    """Another art direction is another picture of the same person: the silhouette stays, the handling does not."""
    for person in ({}, {"hair_back": "afro", "skin_tone": 0.9}, {"hair_back": "long_wavy", "headwear": "bow"}, {"hair_back": "bun", "hair_lightness": 0.8}, {"hair_back": "short"}):
        soft, flat, painterly = (draw({**DEFAULTS, **person, "art": art}, STILL) for art in ("soft", "flat", "painterly"))
        for a, b in ((soft, flat), (soft, painterly), (flat, painterly)):
            assert np.abs(visible(a) - visible(b)).mean() > 4
            assert ((a[..., 3] > 127) ^ (b[..., 3] > 127)).mean() < 0.03
        edge = lambda picture: (visible(picture)[..., :3].sum(-1) < 190)[picture[..., 3] > 200].mean()  # noqa: E731
        assert edge(flat) > edge(painterly)  # bold ink against none
        assert evenness(flat) > 1.2 * evenness(painterly)  # plain colours against turned forms


def evenness(picture):
    """The share of a picture that its 12 most frequent colours cover."""
    counts = np.unique(picture[picture[..., 3] == 255][:, :3] // 4, axis=0, return_counts=True)[1]
    return np.sort(counts)[-12:].sum() / counts.sum()
