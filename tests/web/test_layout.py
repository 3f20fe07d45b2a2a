from __future__ import annotations

import json

from avatar_studio.traits import BY_NAME, COLOURS, GROUPS, MOOT, TRAITS
from avatar_studio.web.layout import FOLDED, LOOK, editor


def test_the_layout_names_only_what_is_in_the_vocabulary():
    known = set(BY_NAME) | {f"{colour}_colour" for colour in COLOURS}
    assert FOLDED <= known and set(MOOT) <= known and set(LOOK) <= set(GROUPS)
    for name, situations in MOOT.items():
        assert all(BY_NAME[trait].clean(value) == value for situation in situations for trait, among in situation.items() for value in among), name


def test_the_editor_holds_every_trait_and_is_json():
    data = json.loads(json.dumps(editor(), allow_nan=False))
    assert [trait["name"] for trait in data["traits"]] == [trait.name for trait in TRAITS]
    assert {trait.get("colour") for trait in data["traits"]} - {None} == set(COLOURS)
    assert sum("colour" in trait for trait in data["traits"]) == 3 * len(COLOURS)


def test_swatches_are_colours_that_differ():
    for name, colour in editor()["colours"].items():
        swatches = [tuple(swatch) for swatch in colour["swatches"]]
        assert 6 <= len(swatches) == len(set(swatches)) and colour["en"].isascii() and not colour["zh"].isascii(), name
        for hue, saturation, lightness in swatches:
            assert BY_NAME[f"{name}_hue"].clean(hue) == hue and 0 <= saturation <= 1 and 0 <= lightness <= 1
