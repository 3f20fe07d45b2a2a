"""The style presets: names and labels. The networks' side of each stands in weights/stylizer.safetensors, in this order."""
from __future__ import annotations

import re

NONE = "none"
# name: (English, Chinese). Codes number them: at most 60, append only.
PRESETS = {
    "watercolour": ("Watercolour", "水彩"),
    "ink": ("Ink sketch", "钢笔淡彩"),
    "pencil": ("Coloured pencil", "彩铅"),
    "chalk": ("Pastel chalk", "粉彩"),
    "oil": ("Oil paint", "油画"),
    "comic": ("Comic", "漫画网点"),
    "pop": ("Pop art", "波普"),
    "pixel": ("Pixel art", "像素"),
    "ukiyoe": ("Ukiyo-e print", "浮世绘"),
    "glass": ("Stained glass", "彩绘玻璃"),
    "neon": ("Neon", "霓虹"),
    "clay": ("Clay", "黏土"),
    "sticker": ("Sticker", "贴纸"),
}
NAMES = (NONE, *PRESETS)
OWN = re.compile("own-[0-9a-f]{8}")  # a style that a person had learned from a picture, by the head of its file's sha256


def is_style(name: object) -> bool:
    """Whether an Avatar can name this style: none, a preset or a person's own."""
    return isinstance(name, str) and (name in NAMES or OWN.fullmatch(name) is not None)
