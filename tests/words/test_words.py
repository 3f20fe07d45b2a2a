from __future__ import annotations

import pytest

from avatar_studio.avatar import Avatar
from avatar_studio.traits import BY_NAME
from avatar_studio.words import MAX_LENGTH, WordsError, read
from benchmarks.words import AVATARS, lines, measure, sentences


def changed(sentence: str, **traits) -> dict:
    """What a sentence changes on an avatar with these traits."""
    before = Avatar(traits)
    after = read(sentence, before).avatar
    return {name: value for name, value in after.traits.items() if value != before.traits[name]}


@pytest.mark.parametrize("sentence", ["a girl with long pink twin tails, green eyes and round glasses, smiling", "戴圆框眼镜、粉色双马尾、绿眼睛、微笑的女孩",
                                      "戴圓框眼鏡、粉色雙馬尾、綠眼睛、微笑的女孩", "pnk twintails, gren eyes, round glases, smilling"])
def test_a_description_gives_that_avatar(sentence):
    traits = read(sentence).avatar.traits
    assert traits["hair_back"] == "twin_tails" and traits["glasses"] == "round" and traits["mouth_smile"] > 0.5
    assert traits["hair_hue"] > 330 and 100 < traits["eye_hue"] < 160


@pytest.mark.parametrize("sentence", ["make her hair shorter and blue", "头发短一点，换成蓝色"])
def test_an_edit_leaves_the_rest(sentence):
    found = changed(sentence, hair_length=0.5, glasses="round", freckles=0.7)
    assert set(found) == {"hair_hue", "hair_saturation", "hair_lightness", "hair_length"} and found["hair_length"] < 0.4
    assert 200 < found["hair_hue"] < 240


def test_no_takes_off_what_follows_and_nothing_else():
    worn = {"glasses": "sun", "headwear": "cap", "earrings": "hoop", "beard": "full"}
    assert changed("no glasses", **worn) == {"glasses": "none"}
    assert changed("不戴眼镜和帽子", **worn) == {"glasses": "none", "headwear": "none"}
    assert changed("take his cap off", **worn) == {"headwear": "none"}
    assert changed("without earrings or beard, but green eyes", **worn).keys() == {"earrings", "beard", "eye_hue", "eye_saturation", "eye_lightness"}
    assert changed("no bow", **worn) == {}  # a cap is no bow


def test_degrees_are_ordered():
    smiles = [read(f"{degree} smile", Avatar({"mouth_smile": 0.0})).avatar.traits["mouth_smile"] for degree in ("a faint", "a", "a very big")]
    assert smiles == sorted(smiles) and len(set(smiles)) == 3
    lengths = [read(words, Avatar()).avatar.traits["hair_length"] for words in ("头发长一点", "头发更长", "头发长很多")]
    assert 0 < lengths[0] < lengths[1] <= lengths[2]


def test_colours_by_name_by_hex_and_in_shades():
    assert read("hair #3366ff").avatar.traits["hair_hue"] == 225
    assert read("rebeccapurple eyes").avatar.traits["eye_hue"] == 270  # a CSS name
    dark, plain, light = (read(f"{shade} green hair").avatar.traits["hair_lightness"] for shade in ("dark", "", "light"))
    assert dark < plain < light
    two = read("one green eye and one blue eye").avatar.traits
    assert 100 < two["eye_hue"] < 160 and 60 < two["eye_shift"] < 120


@pytest.mark.parametrize("sentence", ["make the left eye darker", "左眼深一点"])
def test_of_one_eye_both_are_made_darker(sentence):
    (trait, value), = changed(sentence, eye_shift=90).items()
    assert trait == "eye_lightness" and value < Avatar().traits[trait]


def test_a_modifier_goes_to_its_own_head():
    found = read("blue eyes and pink hair, a red bow").avatar.traits
    assert 200 < found["eye_hue"] < 240 and found["hair_hue"] > 330 and found["accent_hue"] == 0
    found = read("头发是粉色的，眼睛蓝色").avatar.traits
    assert found["hair_hue"] > 330 and 200 < found["eye_hue"] < 240


@pytest.mark.parametrize("sentence", ["hair and eyes both blue", "blue hair and eyes", "头发和眼睛都是蓝色"])
def test_two_parts_share_a_colour(sentence):
    found = read(sentence).avatar.traits
    assert 200 < found["hair_hue"] < 240 and found["hair_hue"] == found["eye_hue"] and found["hair_lightness"] == found["eye_lightness"]


def test_what_is_taken_off_does_not_hold_up_what_comes():
    assert changed("lose the pigtails, her hair long", hair_back="twin_tails")["hair_back"] == "long_straight"
    assert changed("take off the bow and put on headphones", headwear="bow") == {"headwear": "headphones"}


def test_people_imply_only_what_is_not_said():
    grey = read("an old man").avatar.traits
    assert grey["hair_saturation"] < 0.1 and grey["lines"] > 0.5
    assert read("an old man with red hair").avatar.traits["hair_saturation"] > 0.5
    assert read("a girl with a beard").avatar.traits["beard"] != "none"


def test_short_hair_is_cut_as_people_of_that_kind_wear_it():
    assert read("a man with short hair", Avatar()).avatar.traits["hair_back"] == "short" == read("短发男生", Avatar()).avatar.traits["hair_back"]
    assert read("a girl with short hair", Avatar()).avatar.traits["hair_back"] == "bob"  # what she wears is short already
    assert changed("a boy with short hair", hair_back="curly").get("hair_back") is None
    assert read("a man with long hair", Avatar()).avatar.traits["hair_back"] == "long_straight"
    assert "hair_back" not in changed("a man with green eyes", hair_back="twin_tails")


@pytest.mark.parametrize("sentence,style", [
    ("as a watercolor painting", "watercolour"), ("pixel art girl with pink hair", "pixel"), ("in stained glass style, blue eyes", "glass"), ("make it a comic", "comic"),
    ("水彩风格的女孩", "watercolour"), ("换成像素风", "pixel"), ("浮世绘画风，戴圆框眼镜", "ukiyoe"), ("neon green hair", "none"), ("no style", "none"),
])
def test_a_style_is_said_too(sentence, style):
    reading = read(sentence, Avatar(style="oil") if sentence == "no style" else Avatar())
    assert reading.avatar.style == style and reading.unknown == () and ("style" in reading.understood) == (style != "none" or sentence == "no style")


def test_the_background_is_an_avatars_too():
    reading = read("on a pink background", Avatar())
    assert reading.avatar.background == "plain" and reading.avatar.background_colour != Avatar().background_colour
    assert read("transparent background", reading.avatar).avatar.background == "transparent"
    painted = read("on a #3366cc background", Avatar(background="dots")).avatar
    assert (painted.background, painted.background_colour) == ("dots", "#3366cc")


def test_what_is_not_understood_is_said_and_changes_nothing():
    reading = read("a knight riding a dragon")
    assert reading.avatar == Avatar() and reading.understood == () and "dragon" in " ".join(reading.unknown)
    assert "宇宙飞船" in "".join(read("宇宙飞船").unknown)


@pytest.mark.parametrize("sentence, lost", [("a bit darker", "darker"), ("make it lighter", "lighter"), ("brighter!", "brighter"), ("深一点", "深")])
def test_a_shade_of_nothing_is_not_understood(sentence, lost):
    reading = read(sentence)
    assert reading.avatar == Avatar() and reading.unknown == (lost,)
    assert read("the hair a bit darker").avatar.traits["hair_lightness"] < Avatar().traits["hair_lightness"]


def test_a_braided_beard_leaves_the_hair():
    reading = read("a braided beard")
    assert reading.avatar.traits["beard"] == "full" and reading.avatar.traits["hair_back"] == Avatar().traits["hair_back"]


def test_every_choice_can_be_said_in_both_languages():
    for trait in BY_NAME.values():
        for choice in trait.choices:
            for words in (f"{choice.en} {trait.en}", f"{choice.zh}{trait.zh}"):
                other = next(name for name in trait.names if name != choice.name)
                after = read(words, Avatar({trait.name: other})).avatar
                assert after.traits[trait.name] == choice.name or choice.name == "none", words


@pytest.mark.parametrize("sentence", ["", "   ", None, 7, ["hair"], "x" * (MAX_LENGTH + 1)])
def test_what_is_no_sentence_gets_one_sentence(sentence):
    with pytest.raises(WordsError) as error:
        read(sentence)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("sentence", ["<script>alert(1)</script>", "😀" * 100, "\0\n\t", "no " * 160, "not not not no", "的" * 400, "#zzzzzz hair", "很很很", ",,,;;;",
                                      "very", "no", "and and or", "__class__", "头" * 499])
def test_odd_input_is_survived(sentence):
    try:
        assert isinstance(read(sentence).avatar, Avatar)
    except WordsError:
        assert not sentence.strip()


def test_the_sentences_of_the_benchmark_are_read():
    found = measure(sentences())
    assert found["of what is said, right (%)"] >= 97 and found["of what is not said, changed (%)"] <= 0.5
    later = measure([(*line.split("\t"), True) for line in lines("words-later.tsv")])
    assert later["of what is said, right (%)"] >= 95 and later["of what is not said, changed (%)"] <= 1
    edges = measure([(*line.split("\t"), True) for line in lines("words-edges.tsv")])
    assert edges["of what is said, right (%)"] >= 98 and edges["of what is not said, changed (%)"] <= 0.5
    assert len(AVATARS) == 3


@pytest.mark.parametrize("sentence", ["don't take off the glasses", "do not take her glasses off", "without removing the glasses", "眼镜不要摘", "别摘眼镜"])
def test_what_must_not_be_taken_off_stays(sentence):
    assert changed(sentence, glasses="cat_eye") == {}
    assert changed(f"{sentence}, blue hair", glasses="cat_eye").keys() == {"hair_hue", "hair_saturation", "hair_lightness"}
    assert changed("take off the glasses", glasses="cat_eye") == {"glasses": "none"} == changed("摘掉眼镜", glasses="cat_eye")


@pytest.mark.parametrize(("sentence", "lost"), [
    ("brown hair, blue jeans", "blue jeans"), ("brown hair with a gold necklace", "gold necklace"), ("棕色头发，蓝色牛仔裤", "蓝色牛仔裤")])
def test_the_colour_of_a_thing_that_nobody_knows_paints_nothing_else(sentence, lost):
    reading = read(sentence)
    assert 10 < reading.avatar.traits["hair_hue"] < 40 and reading.unknown == (lost,)
    assert reading.avatar.traits["clothes_hue"] == Avatar().traits["clothes_hue"]


@pytest.mark.parametrize("sentence", ["he wears a watch", "a punk", "natural look", "undo it", "god of thunder", "a clown"])
def test_ordinary_words_are_not_mended_into_others(sentence):
    assert changed(sentence) == {}


@pytest.mark.parametrize(("sentence", "darker"), [("dark skinned", True), ("fair-skinned", False), ("much paler", False), ("黑一点", True), ("皮肤白一点", False)])
def test_words_for_skin_change_the_skin_alone(sentence, darker):
    found = changed(sentence, skin_tone=0.4)
    assert found.keys() == {"skin_tone"} and (found["skin_tone"] > 0.4) == darker


def test_a_mood_goes_the_way_that_was_said_however_far_it_is_there_already():
    for more in ("happier", "very happy", "更开心一点"):
        assert "mouth_smile" not in changed(more, mouth_smile=1.0) and changed(more, mouth_smile=0.2)["mouth_smile"] > 0.3
    for less in ("less happy", "not too happy", "不要那么开心"):
        assert changed(less, mouth_smile=0.9)["mouth_smile"] < 0.6
    assert changed("less angry", brow_angle=1.0, mouth_smile=-0.8) == {"brow_angle": 0.6, "mouth_smile": -0.4}


@pytest.mark.parametrize(("sentence", "trait", "up"), [
    ("眼睛小点", "eye_size", False), ("嘴巴小点", "mouth_width", False), ("左眼大一点", "eye_size", True), ("瘦一点", "face_width", False),
    ("slimmer", "face_width", False), ("older", "lines", True), ("年纪大一点", "lines", True), ("less hair", "hair_volume", False)])
def test_small_changes_go_to_the_part_that_was_meant(sentence, trait, up):
    found = changed(sentence, lines=0.4, nose="button")
    assert found.keys() == {trait} and (found[trait] > {"lines": 0.4}.get(trait, 0.0)) == up


def test_the_eye_that_winks_is_the_one_that_was_said():
    assert changed("winking with her right eye") == {"wink": "right"} == changed("闭上右眼")
    assert changed("左眼蓝色，右眼绿色").keys() == {"eye_hue", "eye_saturation", "eye_lightness", "eye_shift"}


@pytest.mark.parametrize(("sentence", "right", "left"), [  # ranges of hue of the avatar's own right and left eye
    ("right eye blue, left eye green", (200, 240), (100, 160)), ("左眼绿色，右眼蓝色", (200, 240), (100, 160)), ("her left eye should be green", (30, 30), (100, 160)),
    ("right eye blue", (200, 240), (130, 130)), ("both eyes blue", (200, 240), (200, 240)), ("两只眼睛都要蓝色", (200, 240), (200, 240))])
def test_each_eye_has_its_own_colour(sentence, right, left):
    traits = read(sentence, Avatar({"eye_hue": 30, "eye_shift": 100})).avatar.traits
    assert right[0] <= traits["eye_hue"] <= right[1] and left[0] <= (traits["eye_hue"] + traits["eye_shift"]) % 360 <= left[1]


@pytest.mark.parametrize(("sentence", "part", "other"), [
    ("make her hair the same colour as her eyes", "hair", "eye"), ("头发跟眼睛一样颜色", "hair", "eye"), ("a bow to match her hair", "accent", "hair"),
    ("a matching bow beside red hair", "accent", "accent"), ("头发换成红色，眼睛同色", "eye", "hair"), ("red hair with a matching bow", "accent", "hair")])
def test_a_part_takes_the_colour_of_another(sentence, part, other):
    traits = read(sentence).avatar.traits
    assert all(traits[f"{part}_{piece}"] == traits[f"{other}_{piece}"] for piece in ("hue", "saturation", "lightness"))


@pytest.mark.parametrize(("sentence", "hair", "right", "left"), [  # hues; before: hair 20, right eye 30, left eye 130
    ("hair to match both eyes", 30, 30, 130), ("hair and left eye matching", 130, 30, 130), ("头发和左眼同色", 130, 30, 130),
    ("make her left eye the same colour as her hair", 20, 30, 20), ("左眼和头发一样颜色", 20, 30, 20), ("the right eye the same colour as the left eye", 20, 130, 130)])
def test_one_eye_gives_and_takes_a_colour(sentence, hair, right, left):
    traits = read(sentence, Avatar({"hair_hue": 20, "eye_hue": 30, "eye_shift": 100})).avatar.traits
    assert (traits["hair_hue"], traits["eye_hue"], (traits["eye_hue"] + traits["eye_shift"]) % 360) == (hair, right, left)


@pytest.mark.parametrize("sentence", ["make the left eye less blue", "左眼不要那么蓝", "make both eyes less blue", "make her eyes less blue"])
def test_less_of_a_colour_is_paler_and_not_that_colour(sentence):
    assert changed(sentence, eye_hue=25).keys() == {"eye_saturation"}


@pytest.mark.parametrize(("sentence", "changes"), [
    ("帽子、眼镜、胡子都不要", {"headwear": "none", "glasses": "none", "beard": "none", "moustache": "none"}),
    ("take off everything: hat, glasses, earrings", {"headwear": "none", "glasses": "none", "earrings": "none"}),
    ("glasses off, earrings on", {"glasses": "none"}), ("八字胡去掉，络腮胡留着", {"moustache": "none"}), ("the hat should go", {"headwear": "none"}),
    ("moustache only", {"beard": "none"}), ("衣服的条纹去掉", {"motif": "none"}), ("没有刘海的长发", {"fringe": "none", "hair_back": "long_straight", "hair_length": 0.6}), ("got contacts now", {"glasses": "none"}), ("剃了个光头", {"hair_back": "bald", "fringe": "none"})])
def test_what_goes_and_what_stays_in_a_list(sentence, changes):
    worn = {"glasses": "round", "headwear": "cap", "earrings": "hoop", "beard": "full", "moustache": "thick", "motif": "stripes"}
    assert changed(sentence, **worn) == changes


@pytest.mark.parametrize("sentence", [
    "take off hat and glasses", "take off the hat, glasses and earrings", "remove her glasses, earrings, and hat please", "帽子、眼镜全部去掉",
    "帽子、眼镜、耳环都不要", "去掉帽子、眼镜和耳环", "hat, bow and glasses off"])
def test_what_is_to_go_is_not_put_on_where_it_is_not(sentence):
    assert changed(sentence) == {}
    assert changed(sentence, headwear="cap", glasses="round").items() >= {"headwear": "none", "glasses": "none"}.items()


@pytest.mark.parametrize(("sentence", "trait", "value"), [
    ("加点雀斑", "freckles", 0.38), ("a few freckles", "freckles", 0.38), ("medium brown hair", "skin_tone", 0.2), ("medium skin", "skin_tone", 0.5), ("中等肤色", "skin_tone", 0.5),
    ("medium length hair", "hair_length", 0.0), ("头发不长不短", "hair_length", 0.0), ("w/o glasses", "glasses", "none"), ("red/black hair", "hair_tips", 0.75),
    ("strawberry blonde hair", "hair_hue", 20), ("black framed glasses", "glasses_lightness", 0.1)])
def test_what_people_often_write(sentence, trait, value):
    reading = read(sentence, Avatar({"skin_tone": 0.2, "hair_length": 0.8, "glasses": "none", "freckles": 0.0}))
    assert reading.avatar.traits[trait] == value and not reading.unknown


@pytest.mark.parametrize(("sentence", "more"), [("make it cuter", {"eye_size", "blush"}), ("可爱一点", {"eye_size", "blush"}), ("更漂亮", {"lashes", "lips"}), ("more masculine", {"brow_thickness"})])
def test_cuter_and_its_kin_move_what_makes_a_face_so(sentence, more):
    found = changed(sentence)
    assert {name for name in found if found[name] > Avatar().traits[name]} == more


@pytest.mark.parametrize("sentence", ["no hat, and glasses", "take off the hat, add glasses", "帽子去掉，戴眼镜"])
def test_what_comes_after_what_goes_is_put_on(sentence):
    assert changed(sentence, headwear="cap") == {"headwear": "none", "glasses": "round"}


@pytest.mark.parametrize(("sentence", "style"), [
    ("straight long hair", "long_straight"), ("一头直直的长发", "long_straight"), ("long curly hair", "long_wavy"), ("剪个齐肩短发", "bob"), ("hair tied back", "ponytail"), ("双马尾", "twin_tails")])
def test_two_words_for_hair_are_both_meant(sentence, style):
    assert read(sentence, Avatar({"hair_back": "bob"})).avatar.traits["hair_back"] == style


@pytest.mark.parametrize(("sentence", "parts"), [
    ("she is dressed in black", {"clothes"}), ("穿一身黑", {"clothes"}), ("black shirt, the trousers are red", {"clothes"}), ("衣服要黑的，裤子要红的", {"clothes"}), ("黑色的帽子，白色的口罩", {"accent"}),
    ("a navy and white top", {"clothes"}), ("a cup of coffee", set()), ("a blue eyed blonde", {"eye", "hair"}), ("a fluffy jacket", set()),
    ("bow and clothes red", {"accent", "clothes"}), ("she has a hat and her eyes are green", {"eye"}), ("eyes: blue -> green", {"eye"}), ("gold hoops, a red bow", {"accent"}),
    ("给她戴皇冠，金色的，耳环换成耳坠", {"accent"})])
def test_a_colour_goes_to_nothing_else(sentence, parts):
    found = changed(sentence)
    assert {name.removesuffix("_hue") for name in found if name.endswith("_hue")} == parts and "eye_shift" not in found and "hair_volume" not in found


@pytest.mark.parametrize(("sentence", "trait", "value"), [
    ("nurse scrubs", "clothes", "v_neck"), ("my specs: aviators", "glasses", "sun"), ("她是羊毛卷", "hair_back", "curly"), ("锅盖头", "hair_back", "bob"), ("a mohawk", "hair_back", "spiky"),
    ("stars in his eyes", "pupil", "star"), ("wink with the right eye", "wink", "right"), ("close her left eye", "wink", "left"), ("a star instead of the stripes", "motif", "star"),
    ("丹凤眼", "eye_tilt", 0.6), ("不要露牙", "mouth_open", 0.0), ("unshaven", "beard", "stubble"), ("胡子没刮", "beard", "stubble"),
    ("a hijab, no hair showing", "hair_back", "hijab"), ("别两个发卡", "headwear", "clips")])
def test_what_people_call_things(sentence, trait, value):
    assert read(sentence, Avatar({"motif": "stripes" if trait == "motif" else "none", "mouth_open": 0.5})).avatar.traits[trait] == value


@pytest.mark.parametrize(("sentence", "trait", "up"), [
    ("less serious", "mouth_smile", True), ("别笑得那么开心", "mouth_smile", False), ("笑得含蓄些", "mouth_smile", False), ("gutted", "mouth_smile", False), ("高冷", "mouth_smile", False),
    ("close the mouth a bit more", "mouth_open", False), ("no big nose", "nose_size", False), ("chop a bit off the hair", "hair_length", False), ("fuller beard", "beard_length", True),
    ("her hair is too short", "hair_length", True), ("looks nothing like me, the beard is longer", "beard_length", True)])
def test_the_way_that_was_said(sentence, trait, up):
    before = {"mouth_smile": 0.0 if up else 0.9, "mouth_open": 0.8, "beard": "full", "nose_size": 0.6}
    after = read(sentence, Avatar(before)).avatar.traits[trait]
    assert (after > Avatar(before).traits[trait]) == up and after != Avatar(before).traits[trait]
    assert read(sentence, Avatar(before)).avatar.traits["nose"] != "none"


@pytest.mark.parametrize(("sentence", "old"), [("a 34 year old woman", False), ("45岁的大叔", False), ("a 72 yr old lady", True), ("75岁", True)])
def test_an_age_in_years_is_old_or_not(sentence, old):
    assert (read(sentence).avatar.traits["lines"] > 0.5) == old


@pytest.mark.parametrize("sentence", ["happy birthday", "surprise me", "她是大学生", "make the eyes more wolflike", "a rock star", "换一个", "high heels", "make the scar bigger", "翅膀大一点",
                                      "her backpack is too big", "make the photo darker", "necklace longer"])
def test_what_says_nothing_of_an_avatar_changes_nothing(sentence):
    assert changed(sentence) == {}


@pytest.mark.parametrize(("sentence", "gone"), [
    ("take the stripes off her top", {"motif": "none"}), ("remove the stripes from her top", {"motif": "none"}), ("take the bow off her head and the glasses off her nose", {"headwear": "none", "glasses": "none"}),
    ("bow, glasses: all gone", {"headwear": "none", "glasses": "none"}), ("蝴蝶结、眼镜，一个不留", {"headwear": "none", "glasses": "none"}), ("给她戴耳钉，条纹也去了", {"earrings": "stud", "motif": "none"}),
    ("眼镜收起来", {"glasses": "none"}), ("戴耳钉，口罩不要", {"earrings": "stud"}), ("衣服款式不用换", {}), ("instead of a bow put a crown on her", {"headwear": "crown"}),
    ("instead of the bow a flower and ear studs", {"headwear": "flower", "earrings": "stud"})])
def test_what_goes_is_what_was_named_to_go(sentence, gone):
    assert changed(sentence, motif="stripes", headwear="bow", glasses="round", clothes="sailor") == gone


@pytest.mark.parametrize("sentence", ["a bigger nose, and so are the ears", "nose bigger and so are the ears", "the nose bigger. ears too", "鼻子大一点，耳朵也是", "鼻子大一点，耳朵也一样", "nose bigger, ears as well"])
def test_what_was_said_of_one_part_is_said_of_another(sentence):
    found = changed(sentence)
    assert set(found) == {"nose_size", "ear_size"} and min(found.values()) > 0


@pytest.mark.parametrize(("sentence", "left"), [("sweep her bangs to the left", True), ("刘海往左边梳", True), ("刘海偏右", False), ("hair parted on the left", False)])
def test_a_fringe_goes_to_a_side_of_the_picture(sentence, left):
    assert (changed(sentence, fringe="side", fringe_sweep=0.0)["fringe_sweep"] > 0) == left  # positive sweeps to the left
    assert "gaze_x" not in changed(sentence)


def test_of_hair_the_left_side_is_no_eye():
    found = changed("头发左边是黑的，右边是白的")
    assert {name for name in found if name.startswith("eye")} == set() and found["hair_lightness"] < 0.2 < 0.8 < found["tips_lightness"]


@pytest.mark.parametrize(("sentence", "trait", "value"), [
    ("round glasess insted of square", "glasses", "round"), ("shave him but leave the stache", "beard", "none"), ("给他来个刘海，斜的", "fringe", "side"), ("几天没刮的那种胡茬", "beard", "stubble"),
    ("draw it flatter with bolder outlines", "art", "flat"), ("the moustache should curl up at the ends", "moustache", "curled"), ("白T，寸头", "clothes", "tee"), ("her skin is ghost-white", "skin_tone", 0.06)])
def test_what_visitors_wrote(sentence, trait, value):
    reading = read(sentence, Avatar({"glasses": "square", "beard": "full", "moustache": "thick", "fringe": "none", "clothes": "jacket"}))
    assert reading.avatar.traits[trait] == value and not reading.unknown


@pytest.mark.parametrize(("sentence", "trait", "up"), [
    ("why is his nose so big", "nose_size", False), ("鼻子怎么这么大", "nose_size", False), ("the eyes are so big, make them smaller", "eye_size", False), ("眼睛大得有点吓人，缩小点", "eye_size", False),
    ("the brows make him look angry", "brow_angle", False), ("眉毛看着好凶，温柔一点吧", "brow_angle", False), ("make him look angry", "brow_angle", True), ("he looks half asleep, wake him up", "eye_openness", True),
    ("能不能笑得再开心一点呀", "mouth_smile", True), ("嘴巴张太大了，收一点", "mouth_open", False), ("doesn't wear glasses, and honestly the happiest smile", "mouth_smile", True)])
def test_a_complaint_is_the_wish_that_follows_from_it(sentence, trait, up):
    before = Avatar({"mouth_smile": 0.3, "mouth_open": 0.5, "eye_openness": 0.6, "glasses": "round"})
    after = read(sentence, before).avatar
    assert (after.traits[trait] - before.traits[trait]) * (1 if up else -1) > 0


@pytest.mark.parametrize(("sentence", "found"), [
    ("why are her eyes two different colours? make both green", {"eye_shift": 0}), ("why does she have a bow", {"headwear": "none"}), ("take that thing off her head", {"headwear": "none"}), ("头上那个不要了", {"headwear": "none"}),
    ("what has she got on her head?? lose it", {"headwear": "none"}), ("tie it up in one ponytail instead of two", {"hair_back": "ponytail"}), ("no glasses, only a bow", {"glasses": "none"}),
    ("look off to the left, not straight at me", {"gaze_x": -0.8}), ("square glasses don't suit her, try round", {})])
def test_what_is_pointed_at_is_what_is_meant(sentence, found):
    after = changed(sentence, headwear="bow", eye_shift=120, hair_back="twin_tails", glasses="round")
    assert {name: value for name, value in after.items() if name not in ("eye_hue", "eye_saturation", "eye_lightness", "gaze_y", "hair_tips")} == found


@pytest.mark.parametrize("sentence", ["my boyfriend said it is great", "我男朋友看了说很好", "my old school friend", "老板说很好", "why not", "能不能"])
def test_somebody_who_is_only_spoken_of_changes_nothing(sentence):
    assert changed(sentence) == {}


@pytest.mark.parametrize(("sentence", "trait", "value"), [
    ("头发显得蓬松些", "hair_volume", 0.2), ("不要笑眼", "eye_smile", 0.0), ("鼻子画成一条线就好，别是个小点", "nose", "line"), ("瀏海往畫面右邊撥", "fringe_sweep", -0.7), ("gaze towards the left-hand side of the picture", "gaze_x", -0.8),
    ("巫师老爷爷", "headwear", "witch_hat"), ("这发型太老气", "lines", 0.0), ("Jacket's fine, but not that colour - bottle green", "clothes", "jacket"), ("a single loose lock over the forehead", "fringe", "hero")])
def test_what_people_in_the_street_wrote(sentence, trait, value):
    assert read(sentence, Avatar({"clothes": "jacket", "nose": "button", "eye_smile": 0.5})).avatar.traits[trait] == value
