from __future__ import annotations

import pytest

from avatar_studio.traits import BY_NAME, COLOURS
from avatar_studio.words.lexicon import VOCABULARY, LexiconError, effects, graded, lexicon, rows, units
from avatar_studio.words.matching import slips
from avatar_studio.words.saying import ONE_EYE


def test_every_row_can_be_read_and_names_what_is_there():
    words = lexicon()
    parts = {row[0] for section, row in rows() if section in ("parts", "things")}
    assert set(words.colours.values()) <= {*COLOURS, "background_colour", *ONE_EYE} and set(words.sliders.values()) <= set(BY_NAME)
    for key, word in words.index.items():
        assert set(word.looks) <= parts | {"*"}, key
        for effect in (*(word.thing[1] if word.thing else ()), *word.people, *(e for look in word.looks.values() for e in look)):
            assert effect.trait in VOCABULARY or effect.op == ":" and effect.trait in COLOURS or effect.trait == "*", key
            if effect.op == ":":
                assert words.index[tuple(effect.values)].colour, key


def test_english_and_chinese_are_both_there():
    for section in ("parts", "things", "colours", "shades", "people"):
        chinese = [row for kind, row in rows() if kind == section and any(ord(c) > 0x3400 for c in row[-1])]
        assert len(chinese) > 0.6 * sum(kind == section for kind, _ in rows()), section


def test_units_are_plain_singular_and_simplified():
    assert units("Glasses' LASHES, isn’t #FFF 雙馬尾") == ["glass", "lash", ",", "is", "not", "#fff", "双", "马", "尾"]


def test_comparatives_are_spelled():
    assert graded("big") == ["bigger", "biggest"] and graded("curly") == ["curlier", "curliest"] and graded("wide") == ["wider", "widest"]


def test_a_swap_is_one_slip():
    assert slips("hiar", "hair") == 1 and slips("glases", "glasses") == 1 and slips("bow", "crown") == 3


def test_a_wrong_row_says_so():
    with pytest.raises(LexiconError):
        effects("nose_job+")
    with pytest.raises(LexiconError):
        effects("hair_back")
