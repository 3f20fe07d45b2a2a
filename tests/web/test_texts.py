from __future__ import annotations

import re
from pathlib import Path

import avatar_studio.web
from avatar_studio.avatar import BACKGROUNDS
from avatar_studio.web.texts import TEXTS, both, text

STATIC = Path(avatar_studio.web.__file__).parent / "static"


def test_every_text_is_in_both_languages_and_fills_in_the_same():
    for key, (english, chinese) in TEXTS.items():
        assert english and re.search(r"[\u4e00-\u9fff：]", chinese), key
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", chinese)), key


def test_every_text_the_page_asks_for_is_in_the_table_and_none_lies_idle():
    source = "\n".join(path.read_text(encoding="utf-8") for pattern in ("*.js", "*.html") for path in STATIC.glob(pattern))
    source += "\n".join(path.read_text(encoding="utf-8") for path in STATIC.parent.glob("*.py") if path.name != "texts.py")
    asked = set(re.findall(r'data-t(?:-\w+)?="(\w+)"', source)) | set(re.findall(r'\b(?:t|hint|section|button|fileButton|textField|tickBox|saying\("\w+",)[( ]"(\w+)"', source))
    assert asked <= set(TEXTS)
    idle = [key for key in TEXTS if f'"{key}"' not in source and not key.startswith("background_")]
    assert idle == []
    assert {f"background_{name}" for name in BACKGROUNDS} <= set(TEXTS)


def test_text_and_both_agree():
    assert both("title") == {"en": text("title", "en"), "zh": text("title", "zh")}
