"""The words of a sentence: spelling mended, and the longest phrases of the lexicon found in them."""
from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from ..traits import hsl
from .lexicon import FILE, Lexicon, Word, singular

SIGNS = {",": "comma", "，": "comma", "、": "and", ";": "stop", "；": "stop", ".": "stop", "。": "stop", "!": "stop", "！": "stop",
         "?": "stop", "？": "stop", ":": "comma", "：": "comma", "/": "and", "(": "comma", ")": "comma"}


@dataclass
class Token:
    """A matched phrase. start, end: its units."""

    word: Word
    start: int
    end: int
    colour: tuple[float, float, float] | None = None
    strength: float = 1.0
    direction: int = 0          # 1 more, -1 less, 0 no comparison
    degrees: tuple[str, ...] = ()   # the degrees that stand beside it
    negated: bool = False
    kept: bool = False          # it must not be taken away
    used: bool = False

    @property
    def head(self) -> str:
        """The part that it is about, or ""."""
        return self.word.thing[0] if self.word.thing else self.word.part

    @property
    def modifier(self) -> bool:
        return not self.head and bool(self.word.looks or self.colour or self.word.shade)


def spelled(text: list[str], words: Lexicon, names: Collection[str] = ()) -> list[str]:
    """English words that the lexicon does not have, replaced by one that is a slip of the pen away; not the names."""
    return [singular(correct(unit, words)) if unit.isascii() and unit.isalpha() and unit not in words.english and unit not in names else unit for unit in text]


def correct(unit: str, words: Lexicon) -> str:
    """The lexicon's nearest word: one slip away for 3 to 7 letters, two for longer ones, the first letter kept; else the unit."""
    most = 0 if len(unit) < 3 or unit in ordinary() else 1 if len(unit) < 8 else 2
    letters = set(unit)  # a slip changes two letters at most
    near = [(slips(unit, word), -len(word), word) for word in words.spelling.get(unit[0], ())
            if most and abs(len(word) - len(unit)) <= most and len(letters.symmetric_difference(word)) <= 2 * most]
    best = min(near, default=(9, 0, ""))
    return best[2] if best[0] <= most else unit


def slips(one: str, other: str) -> int:
    """Edit distance with neighbours swapped as one slip (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


@lru_cache(maxsize=1)
def ordinary() -> frozenset[str]:
    """English words that are meant as they are written, though one of the lexicon is a slip away (ordinary.txt)."""
    lines = FILE.with_name("ordinary.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def match(text: list[str], words: Lexicon) -> tuple[list[Token], list[tuple[int, int]]]:
    """The longest phrases from left to right, and the spans of units that are in none."""
    tokens, unknown, at = [], [], 0
    while at < len(text):
        token = longest(text, at, words) or near(text, at, words)
        if token is None:
            sign = SIGNS.get(text[at])
            if sign:
                token = Token(Word(grammar=sign), at, at + 1)
            elif text[at].startswith("#") and len(text[at]) in (4, 7):
                token = Token(Word(), at, at + 1, colour=hex_colour(text[at]))
        if token:
            tokens.append(token)
            at = token.end
        else:
            if text[at].isalnum():
                unknown.append((at, at + 1))
            at += 1
    return tokens, unknown


def longest(text: list[str], at: int, words: Lexicon) -> Token | None:
    for length in range(min(words.longest, len(text) - at), 0, -1):
        key = tuple(text[at:at + length])
        word = words.index.get(key) or (words.index.get(("".join(key),)) if length == 2 and all(joins(unit, words) for unit in key) else None)
        if word and words.homonyms.get(key, frozenset()).intersection(text):
            word = Word(grammar="nothing")
        if word:
            return Token(word, at, at + length, word.colour, direction=int(word.more))
    return None


def joins(unit: str, words: Lexicon) -> bool:
    """Whether a word may be half of one that was written apart: twin tails, but not "hair less bright"."""
    word = words.index.get((unit,))
    return len(unit) > 2 and not (word and word.degree)


def near(text: list[str], at: int, words: Lexicon) -> Token | None:
    """A Chinese phrase of three characters or more of which one is none that the lexicon knows: a slip of the input method.

    Not where the others are a phrase without it (打红色领带 is no 粉红色), or small words only (裹着头 is no 低着头).
    """
    for length in range(min(5, len(text) - at), 2, -1):
        some = text[at:at + length]
        strange = [i for i, unit in enumerate(some) if unit not in words.characters]
        if len(strange) == 1 and tuple(some[:strange[0]] + some[strange[0] + 1:]) not in words.index and all(unit.isalnum() and not unit.isascii() for unit in some):
            i = strange[0]
            if all(small(unit, words) for unit in some[:i] + some[i + 1:]):
                continue
            for key in words.chinese.get(length, ()):
                if key[:i] == tuple(some[:i]) and key[i + 1:] == tuple(some[i + 1:]):
                    word = words.index[key]
                    return Token(word, at, at + length, word.colour, direction=int(word.more))
    return None


def small(unit: str, words: Lexicon) -> bool:
    """Whether a character alone is nothing but grammar."""
    word = words.index.get((unit,))
    return word is not None and bool(word.grammar) and word == Word(grammar=word.grammar)


def hex_colour(code: str) -> tuple[float, float, float]:
    """Hue, saturation and lightness of #rgb or #rrggbb."""
    digits = code[1:] if len(code) == 7 else "".join(2 * digit for digit in code[1:])
    return hsl(*(int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)))


def phrases(spans: list[tuple[int, int]], text: list[str]) -> list[str]:
    """Neighbouring units as one phrase each."""
    joined: list[list[int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [re.sub(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])", "", " ".join(text[start:end])) for start, end in joined]
