"""The words of a sentence: spelling mended, and the longest phrases of the lexicon found in them."""
from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from .lexicon import FILE, Effect, Lexicon, Word, css, singular

BREAKS = ("comma", "stop")
SIGNS = {",": "comma", "，": "comma", "、": "and", ";": "stop", "；": "stop", ".": "stop", "。": "stop", "!": "stop", "！": "stop",
         "?": "stop", "？": "stop", ":": "comma", "：": "comma", "/": "and", "(": "comma", ")": "comma"}

GLANCES = frozenset(["look", "looking", "glance", "glancing", "gaze", "gazing", "stare", "staring", "peer", "peering", "peek", "peeking"])
WHERE = {"left": ("gaze_x", -0.8), "right": ("gaze_x", 0.8), **dict.fromkeys(("up", "upward", "upwards"), ("gaze_y", 0.8)),
         **dict.fromkeys(("down", "downward", "downwards"), ("gaze_y", -0.8))}
DRAWN = re.compile(r"([a-z])\1{2,}")


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
    used: bool = False          # of a modifier: it has found what it is about

    @property
    def head(self) -> str:
        """The part that it is about, or ""."""
        return self.word.thing[0] if self.word.thing else self.word.part

    @property
    def modifier(self) -> bool:
        return not self.head and bool(self.word.looks or self.colour or self.word.shade)

    @property
    def significant(self) -> bool:
        """Whether it says something of an avatar."""
        return bool(self.head) or self.modifier

    @property
    def role(self) -> str:
        """What it does for the others, if that is all that it does."""
        return "" if self.significant else self.word.grammar

    def as_grammar(self, kind: str) -> Token:
        return replace(self, word=Word(grammar=kind))


def spelled(text: list[str], words: Lexicon, names: Collection[str] = ()) -> list[str]:
    """English words that the lexicon does not have, replaced by one that is a slip of the pen away; not the names."""
    return [(words.spellings.get(unit) if unit not in words.english else "") or (unit if not (unit.isascii() and unit.isalpha()) or unit in words.english or unit in names else singular(mended(unit, words)))
            for unit in text]


def mended(unit: str, words: Lexicon) -> str:
    """An English word as it was meant: without drawn out letters (sooo), with its vowels (prpl), or without a slip of the pen."""
    if DRAWN.search(unit):
        short = next((one for one in (singular(DRAWN.sub(r"\1\1", unit)), singular(DRAWN.sub(r"\1", unit))) if one in words.english), "")
        return short or correct(DRAWN.sub(r"\1", unit), words)
    return words.vowelless.get(unit) or correct(unit, words)


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
        token = glance(text, at, words) or longest(text, at, words) or near(text, at, words)
        if token is None:
            sign = SIGNS.get(text[at])
            if sign:
                token = Token(Word(grammar=sign), at, at + 1)
            elif text[at].startswith("#") and len(text[at]) in (4, 7):
                token = Token(Word(), at, at + 1, colour=css(text[at]))
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


def glance(text: list[str], at: int, words: Lexicon) -> Token | None:
    """Where somebody looks: left or right, and up or down as well, wherever it is said behind the verb: "look at the screen, so to the left"."""
    verb = at + 2 if text[at] in ("make", "makes", "making") and text[at + 2:at + 3] == ["look"] else at
    if text[verb] not in GLANCES:
        return None
    found, last = {}, at
    for i in range(verb + 1, min(verb + 12, len(text))):
        word = words.index.get((text[i],))
        if text[i] in SIGNS and text[i + 1:i + 2] != ["so"] or word and (word.part or word.thing or word.colour or word.grammar in ("has", "wears")) or text[i] in GLANCES:
            break
        if text[i] in WHERE and text[i + 1:i + 2] != ["at"]:
            trait, value = WHERE[text[i]]
            found.setdefault(trait, value)
            last = i
    if "gaze_x" not in found:
        return None
    return Token(Word(thing=("gaze", tuple(Effect(trait, "=", (value,)) for trait, value in found.items()))), at, last + 1)


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


def phrases(spans: list[tuple[int, int]], text: list[str]) -> list[str]:
    """Neighbouring units as one phrase each."""
    joined: list[list[int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [re.sub(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])", "", " ".join(text[start:end])) for start, end in joined]
