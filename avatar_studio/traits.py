"""The one vocabulary: every trait of an avatar, with its range, default, place on the page and labels.

A trait is a slider (a number), an angle (a hue in whole degrees) or a choice (one of named options).
Three traits that end in _hue, _saturation and _lightness make a colour (HSL as in CSS Color 4, section 7).
The artist, the generator, the page, the selfie reader and the tests all read this file.
"""
from __future__ import annotations

import colorsys
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

LEVELS = 101  # positions of a slider: values live on this grid, so that a code restores them exactly


class TraitError(ValueError):
    """A trait that does not exist, or a value that is none. The message is one sentence for a person."""


def is_finite(value: float) -> bool:
    """Whether a number is none of NaN and infinity, nor a whole number that no float can hold, as JSON may carry one."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


@dataclass(frozen=True)
class Choice:
    name: str
    en: str
    zh: str


@dataclass(frozen=True)
class Trait:
    name: str
    kind: str  # "slider", "angle" or "choice"
    group: str  # a key of GROUPS
    en: str
    zh: str
    default: float | int | str
    low: float = 0.0
    high: float = 1.0
    choices: tuple[Choice, ...] = ()
    since: int = 1  # the first code version that carries this trait; see avatar.py

    def clean(self, value) -> float | int | str:
        """The nearest legal value: clamped to the range and put on the grid.

        Raises TraitError for an unknown choice, a non-number, NaN or infinity.
        """
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.names:
                raise TraitError(f"{self.name} must be one of: {', '.join(self.names)}.")
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise TraitError(f"{self.name} must be a number.")
        if not is_finite(value):
            raise TraitError(f"{self.name} must be a finite number.")
        if self.kind == "angle":
            return int(round(value)) % 360
        return self.at(self.level(value))

    def level(self, value: float) -> int:
        """The grid position of a slider's value, 0 to LEVELS - 1."""
        return round((min(max(float(value), self.low), self.high) - self.low) / (self.high - self.low) * (LEVELS - 1))

    def at(self, level: int) -> float:
        """The value at a grid position."""
        return round(self.low + (self.high - self.low) * level / (LEVELS - 1), 4)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(choice.name for choice in self.choices)


GROUPS: dict[str, tuple[str, str]] = {
    "face": ("Face", "脸部"),
    "hair": ("Hair", "头发"),
    "fringe": ("Fringe", "刘海"),
    "eyes": ("Eyes", "眼睛"),
    "brows": ("Brows & nose", "眉毛和鼻子"),
    "mouth": ("Mouth", "嘴巴"),
    "beard": ("Beard", "胡子"),
    "glasses": ("Glasses", "眼镜"),
    "headwear": ("Headwear & earrings", "头饰和耳环"),
    "clothes": ("Clothes", "衣服"),
    "art": ("Drawing style", "画法"),
}


def _slider(name, group, en, zh, default=0.0, low=-1.0, high=1.0):
    return Trait(name, "slider", group, en, zh, default, low, high)


def _choice(name, group, en, zh, *options):
    choices = tuple(Choice(*option) for option in options)
    return Trait(name, "choice", group, en, zh, choices[0].name, choices=choices)


def _since(version, *traits):
    return tuple(replace(trait, since=version) for trait in traits)


def _colour(name, group, en, zh, hue, saturation, lightness):
    return (
        Trait(f"{name}_hue", "angle", group, f"{en} hue", f"{zh}色相", hue, 0, 359),
        _slider(f"{name}_saturation", group, f"{en} saturation", f"{zh}饱和度", saturation, 0.0),
        _slider(f"{name}_lightness", group, f"{en} lightness", f"{zh}亮度", lightness, 0.0),
    )


# New traits go to the end: raise avatar.VERSION by one, and that is their `since`. Give each a row in dice.SLIDERS or dice.WEIGHTS, or everybody
# is rolled with it. New choices go to the end of their trait (at most 32).
TRAITS: tuple[Trait, ...] = (
    _slider("skin_tone", "face", "Skin tone", "肤色深浅", 0.2, 0.0),
    _slider("skin_undertone", "face", "Skin undertone (cool to warm)", "肤色冷暖", 0.2),
    _slider("face_width", "face", "Face width", "脸宽"),
    _slider("jaw_width", "face", "Jaw width", "下颌宽度"),
    _slider("chin_length", "face", "Chin length", "下巴长度"),
    _slider("ear_size", "face", "Ear size", "耳朵大小"),
    _choice("ears", "face", "Ears", "耳朵", ("round", "Round", "圆耳"), ("elf", "Elf", "精灵耳")),
    _slider("blush", "face", "Blush", "腮红", 0.5, 0.0),
    _slider("freckles", "face", "Freckles", "雀斑", 0.0, 0.0),
    _choice(
        "hair_back", "hair", "Hair style", "发型",
        ("bob", "Bob", "波波头"), ("bald", "Bald", "光头"), ("buzz", "Buzz cut", "寸头"),
        ("short", "Short", "短发"), ("spiky", "Spiky", "刺猬头"), ("shaggy", "Shaggy", "碎发"),
        ("long_straight", "Long straight", "长直发"), ("long_wavy", "Long wavy", "长卷发"),
        ("curly", "Curly", "小卷发"), ("afro", "Afro", "爆炸头"), ("twin_tails", "Twin tails", "双马尾"),
        ("ponytail", "Ponytail", "马尾"), ("side_tail", "Side tail", "侧马尾"), ("bun", "Top bun", "丸子头"),
        ("space_buns", "Space buns", "双丸子头"), ("braids", "Braids", "麻花辫"), ("locs", "Locs", "脏辫"),
        ("hijab", "Hijab", "头巾"),
    ),
    *_colour("hair", "hair", "Hair", "头发", 22, 0.45, 0.32),
    _slider("hair_length", "hair", "Hair length", "头发长度"),
    _slider("hair_volume", "hair", "Hair volume", "发量"),
    _slider("hair_highlights", "hair", "Highlights", "挑染", 0.0, 0.0),
    _slider("hair_tips", "hair", "Dyed tips", "发尾染色", 0.0, 0.0),
    *_colour("tips", "hair", "Tips", "发尾", 330, 0.7, 0.7),
    _choice(
        "fringe", "fringe", "Fringe", "刘海",
        ("choppy", "Choppy", "碎刘海"), ("none", "Swept back", "无刘海"), ("blunt", "Blunt", "齐刘海"),
        ("side", "Side swept", "斜刘海"), ("parted", "Centre part", "中分"), ("curtain", "Curtain", "八字刘海"),
        ("wispy", "Wispy", "空气刘海"), ("spiky", "Spiky", "锯齿刘海"), ("curly", "Curly", "卷刘海"),
        ("hero", "One lock", "一缕刘海"),
    ),
    _slider("fringe_length", "fringe", "Fringe length", "刘海长度"),
    _slider("fringe_sweep", "fringe", "Fringe sweep", "刘海偏向", 0.2),
    _slider("side_locks", "fringe", "Side locks", "鬓发", 0.3, 0.0),
    _slider("ahoge", "fringe", "Antenna hair", "呆毛", 0.0, 0.0),
    *_colour("eye", "eyes", "Eye", "眼睛", 205, 0.65, 0.5),
    Trait("eye_shift", "angle", "eyes", "Other eye's hue shift", "异色瞳", 0, 0, 359),
    _slider("eye_size", "eyes", "Eye size", "眼睛大小"),
    _slider("eye_spacing", "eyes", "Eye spacing", "眼距"),
    _slider("eye_tilt", "eyes", "Eye tilt", "眼角倾斜"),
    _slider("eye_openness", "eyes", "Eye openness", "睁眼程度", 0.85, 0.0),
    _slider("eye_smile", "eyes", "Smiling eyes", "笑眼", 0.3, 0.0),
    _choice("wink", "eyes", "Wink", "单眼眨眼",
            ("none", "None", "无"), ("left", "Left", "左眼"), ("right", "Right", "右眼")),
    _slider("lashes", "eyes", "Lashes", "睫毛", 0.4, 0.0),
    _choice("pupil", "eyes", "Pupil", "瞳孔",
            ("round", "Round", "圆形"), ("star", "Star", "星星"), ("heart", "Heart", "爱心"), ("slit", "Cat", "猫瞳")),
    _choice("catchlight", "eyes", "Catchlights", "高光",
            ("classic", "Classic", "经典"), ("big", "Big", "大颗"), ("sparkle", "Sparkle", "闪亮")),
    _slider("brow_thickness", "brows", "Brow thickness", "眉毛粗细"),
    _slider("brow_angle", "brows", "Brow angle (worried to fierce)", "眉毛角度（担忧到凶狠）"),
    _slider("brow_height", "brows", "Brow height", "眉毛高度"),
    _choice("nose", "brows", "Nose", "鼻子",
            ("dot", "Dot", "小点"), ("button", "Button", "圆鼻"), ("line", "Line", "线条"), ("none", "None", "无")),
    _slider("nose_size", "brows", "Nose size", "鼻子大小"),
    _slider("mouth_smile", "mouth", "Smile (sad to happy)", "微笑（难过到开心）", 0.5),
    _slider("mouth_open", "mouth", "Mouth openness", "张嘴", 0.0, 0.0),
    _slider("mouth_width", "mouth", "Mouth width", "嘴宽"),
    _choice("mouth", "mouth", "Mouth style", "嘴型",
            ("plain", "Plain", "普通"), ("cat", "Cat", "猫嘴"), ("fang", "Little fang", "小虎牙"), ("tongue", "Tongue out", "吐舌")),
    _slider("lips", "mouth", "Lip tint", "唇色", 0.0, 0.0),
    _choice("beard", "beard", "Beard", "胡须",
            ("none", "None", "无"), ("stubble", "Stubble", "胡茬"), ("goatee", "Goatee", "山羊胡"), ("full", "Full beard", "络腮胡")),
    _slider("beard_length", "beard", "Beard length", "胡须长度", 0.4, 0.0),
    _choice("moustache", "beard", "Moustache", "上唇胡",
            ("none", "None", "无"), ("thin", "Thin", "细胡子"), ("thick", "Thick", "浓胡子"), ("curled", "Curled", "翘胡子")),
    _choice("glasses", "glasses", "Glasses", "眼镜",
            ("none", "None", "无"), ("round", "Round", "圆框"), ("square", "Square", "方框"),
            ("cat_eye", "Cat-eye", "猫眼"), ("sun", "Sunglasses", "墨镜")),
    *_colour("glasses", "glasses", "Frame", "镜框", 220, 0.3, 0.25),
    _choice(
        "headwear", "headwear", "Headwear", "头饰",
        ("none", "None", "无"), ("cat_ears", "Cat ears", "猫耳"), ("bunny_ears", "Bunny ears", "兔耳"),
        ("bow", "Bow", "蝴蝶结"), ("flower", "Flower", "花朵"), ("clips", "Hair clips", "发卡"),
        ("headband", "Headband", "发箍"), ("cap", "Cap", "棒球帽"), ("beanie", "Beanie", "毛线帽"),
        ("headphones", "Headphones", "耳机"), ("crown", "Crown", "皇冠"), ("witch_hat", "Witch hat", "巫师帽"),
    ),
    *_colour("accent", "headwear", "Accessory", "饰品", 350, 0.75, 0.65),
    _choice("earrings", "headwear", "Earrings", "耳环",
            ("none", "None", "无"), ("stud", "Studs", "耳钉"), ("hoop", "Hoops", "耳圈"), ("drop", "Drops", "耳坠")),
    _choice(
        "clothes", "clothes", "Clothes", "衣服",
        ("tee", "T-shirt", "T恤"), ("v_neck", "V-neck", "V领"), ("shirt", "Collared shirt", "衬衫"),
        ("hoodie", "Hoodie", "卫衣"), ("sailor", "Sailor", "水手服"), ("turtleneck", "Turtleneck", "高领"),
        ("overalls", "Overalls", "背带裤"), ("jacket", "Jacket", "外套"),
    ),
    *_colour("clothes", "clothes", "Clothes", "衣服", 190, 0.5, 0.62),
    _choice("motif", "clothes", "Motif", "图案",
            ("none", "None", "无"), ("stripes", "Stripes", "条纹"), ("heart", "Heart", "爱心"), ("star", "Star", "星星"), ("dots", "Dots", "波点")),
    *_since(
        2,
        _choice("art", "art", "Drawing style", "画法",
                ("soft", "Soft shading", "柔和上色"), ("flat", "Flat and bold", "扁平粗线"), ("painterly", "Painterly", "厚涂")),
        _slider("gaze_x", "eyes", "Look left or right", "视线左右"),
        _slider("gaze_y", "eyes", "Look up or down", "视线上下"),
        _slider("lines", "face", "Age lines", "皱纹", 0.0, 0.0),
    ),
)

BY_NAME: Mapping[str, Trait] = {trait.name: trait for trait in TRAITS}
DEFAULTS: Mapping[str, float | int | str] = {trait.name: trait.clean(trait.default) for trait in TRAITS}
COLOURS: tuple[str, ...] = tuple(t.name.removesuffix("_hue") for t in TRAITS if t.name.endswith("_hue"))


def parts(colour: str) -> tuple[str, str, str]:
    """The names of the three traits that make a colour."""
    return f"{colour}_hue", f"{colour}_saturation", f"{colour}_lightness"


COLOUR_OF: Mapping[str, str] = {name: colour for colour in COLOURS for name in parts(colour)}

# Sliders that only ever show as a colour.
PAINTED: frozenset[str] = frozenset(["skin_tone", "skin_undertone", *(name for name in COLOUR_OF if BY_NAME[name].kind == "slider")])


def _but(trait: str, *names: str) -> tuple[str, ...]:
    """A trait's other choices."""
    return tuple(name for name in BY_NAME[trait].names if name not in names)


Situation = Mapping[str, tuple[float | str, ...]]
HATS = ("cap", "beanie", "witch_hat")  # they press the hair down; other headwear leaves it as it is
_NO_HAIR: Situation = {"hair_back": ("bald", "buzz", "hijab")}  # none that hangs, at least
_COVERED: Situation = {"hair_back": ("hijab",)}

# When a trait changes nothing of the picture, so that its control hides: in each of these situations, in which all the traits that are named
# have one of the values. NAME_colour stands for a colour's three traits.
MOOT: Mapping[str, tuple[Situation, ...]] = {
    "ear_size": (_COVERED,), "ears": (_COVERED,), "earrings": (_COVERED,),
    "hair_length": (_NO_HAIR,), "hair_volume": ({"hair_back": ("bald",), "headwear": _but("headwear", *HATS)},),  # a hat sits higher on it
    "hair_highlights": (_NO_HAIR,), "hair_tips": (_NO_HAIR,), "tips_colour": (_NO_HAIR, {"hair_tips": (0.0,)}),
    "fringe": (_NO_HAIR,), "fringe_length": (_NO_HAIR,), "fringe_sweep": (_NO_HAIR,), "side_locks": (_NO_HAIR,), "ahoge": (_NO_HAIR, {"headwear": HATS}),
    "eye_shift": ({"wink": ("left",)},), "nose_size": ({"nose": ("none",)},),
    "beard_length": ({"beard": ("none",), "moustache": ("none",)},), "glasses_colour": ({"glasses": ("none",)},),
    "accent_colour": ({"headwear": ("none",), "earrings": ("none",), "motif": ("none",),  # and nothing else is of this colour
                       "clothes": _but("clothes", "shirt", "sailor", "overalls"), "hair_back": _but("hair_back", "ponytail", "side_tail", "braids", "hijab")},),
}


def is_moot(control: str, values: Mapping) -> bool:
    """Whether a trait, or a colour as NAME_colour, changes nothing beside these values."""
    return any(all(values[trait] in among for trait, among in situation.items()) for situation in MOOT.get(control, ()))


def clean(values: Mapping) -> dict[str, float | int | str]:
    """A full, legal set of traits: unnamed ones at their default, numbers clamped and put on the grid.

    Raises TraitError for an unknown name or an impossible value.
    """
    unknown = [str(name)[:40] for name in values if name not in BY_NAME]
    if unknown:
        raise TraitError(f"There is no trait called {unknown[0]!r}.")
    return {**DEFAULTS, **{name: BY_NAME[name].clean(value) for name, value in values.items()}}


def rgb(values: Mapping, colour: str, shift: float = 0.0) -> tuple[float, float, float]:
    """The sRGB value, each in [0, 1], of one of COLOURS, its hue turned by `shift` degrees."""
    hue, saturation, lightness = (values[name] for name in parts(colour))
    return colorsys.hls_to_rgb((hue + shift) % 360 / 360, lightness, saturation)


def hsl(red: float, green: float, blue: float) -> tuple[int, float, float]:
    """(hue in degrees, saturation, lightness) of an sRGB colour with channels in [0, 1]."""
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    return round(hue * 360) % 360, saturation, lightness


def set_colour(colour: str, red: float, green: float, blue: float) -> dict[str, float]:
    """The three trait values that paint `colour` (one of COLOURS) in this sRGB value."""
    return dict(zip(parts(colour), hsl(red, green, blue)))


# Skin from pale to deep by eye, in three undertones (cool, neutral, warm): sRGB at equal steps of skin_tone.
_SKIN = np.array([
    [(255, 232, 226), (252, 214, 203), (238, 187, 170), (214, 154, 134), (176, 115, 97), (134, 82, 70), (92, 55, 50)],
    [(255, 234, 220), (254, 217, 194), (241, 191, 158), (217, 158, 120), (178, 118, 84), (135, 84, 60), (92, 56, 44)],
    [(255, 237, 214), (254, 222, 184), (243, 197, 146), (219, 164, 107), (180, 124, 74), (137, 89, 53), (93, 60, 38)],
], dtype=np.float64) / 255


def skin_rgb(tone: float, undertone: float) -> tuple[float, float, float]:
    """The sRGB skin colour for a tone in [0, 1] (pale to deep) and an undertone in [-1, 1] (cool to warm)."""
    steps = np.linspace(0, 1, _SKIN.shape[1])
    ramps = [[np.interp(tone, steps, _SKIN[u, :, channel]) for channel in range(3)] for u in range(3)]
    return tuple(float(np.interp(undertone, (-1, 0, 1), [ramps[u][channel] for u in range(3)])) for channel in range(3))


def condition(values: Mapping) -> np.ndarray:
    """The generator's input c, float32 of shape (CONDITION_SIZE,), for a full set of traits.

    Sliders are scaled to [-1, 1], choices are one-hot, and colours (skin and both eyes too) stand as the sRGB
    values that the artist paints with, scaled to [-1, 1]: a hue angle converged far worse (docs/training.md).
    """
    c: list[float] = []
    for trait in TRAITS:
        if trait.kind == "choice":
            c += [float(values[trait.name] == name) for name in trait.names]
        elif trait.kind == "slider" and trait.name not in PAINTED:
            c.append(2 * (values[trait.name] - trait.low) / (trait.high - trait.low) - 1)
    colours = [skin_rgb(values["skin_tone"], values["skin_undertone"]), rgb(values, "eye", values["eye_shift"])]
    colours += [rgb(values, colour) for colour in COLOURS]
    return np.array(c + [2 * channel - 1 for colour in colours for channel in colour], dtype=np.float32)


def condition_columns() -> list[str]:
    """What each number of condition() says, in its order: NAME=CHOICE, NAME, or COLOUR.r, .g, .b."""
    found: list[str] = []
    for trait in TRAITS:
        if trait.kind == "choice":
            found += [f"{trait.name}={name}" for name in trait.names]
        elif trait.kind == "slider" and trait.name not in PAINTED:
            found.append(trait.name)
    return found + [f"{colour}.{channel}" for colour in ("skin", "other_eye", *COLOURS) for channel in "rgb"]


CONDITION_SIZE = len(condition(DEFAULTS))
