"""A sentence as what it says: tokens, the parts that they are about, and the effects that follow.

The reading goes in four steps: match the longest phrases of the lexicon, and make plain what two of them say together (exceptions.py,
blends.py); cut the sentence into segments at commas, verbs and the like; give each modifier (a colour, a look) its head (a part, a thing), which follows it in "blue eyes" and precedes
it in "the eyes are blue"; and let "no" and its kin reach as far as they do.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

from .binding import bind, is_of_a_look, shared
from .blends import blend
from .corrections import corrected
from .degrees import grade, shade
from .exceptions import plain
from .lexicon import Effect, Word, lexicon, units, written
from .matching import BREAKS, Token, match, phrases, spelled
from .saying import Said, alike, covered, of_head, of_modifier
from .segments import cut, negate, spread
from .writing import plain_text

NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+")  # a capital within a sentence: no misspelling
SIDES = {"左": "left_eye", "left": "left_eye", "右": "right_eye", "right": "right_eye"}
EYES = frozenset(["eye", "iris", "眼", "瞳", "眸"])


def parse(sentence: str, worn: Mapping) -> tuple[list[Said], list[Said], list[str]]:
    """What a sentence says, what its people imply softly, and the words that were not understood.

    worn: the traits as they are; "no hat and scarf" goes on over "and" only where there is something to take off.
    """
    words = lexicon()
    sentence = plain_text(sentence)
    names = {name.lower() for name in NAME.findall(sentence)}
    text = spelled(units(sentence), words, names)
    tokens, unknown = match(text, words)
    strange = {start for start, _ in unknown} | {unit for token in tokens if token.word.grammar in ("nothing", "roots") for unit in range(token.start, token.end)}
    tokens = [token.as_grammar("skip") if denies_nothing(tokens[i:], strange) else token for i, token in enumerate(tokens)]
    tokens = grade(blend(plain(corrected(shade(halves(tokens, text)))), strange), strange)
    segments = cut(tokens)
    for i, segment in enumerate(segments):
        held = any(one.opened == "has" and not one.tokens for one in segments[i + 1:i + 2])
        opening = not any(token.significant for token in segment.tokens) and any(one.opened in ("has", "wears") and one.tokens for one in segments[i + 1:i + 2])
        alone = opening or held and segment.heads  # "I do not want a hat"; 八字胡去掉，络腮胡留着
        negate(segment, segments[i - 1] if i and not alone else None, worn)
        spread(segments[:i + 1], worn)
    for i in range(1, len(segments)) if any(token.negated and token.word.part for token in tokens) else ():
        for token, _, head in bind(segments, i, words, strange):
            if head and head.word.part and head.negated and token.direction > 0 and not token.negated and head not in segments[i].tokens:
                head.negated = False  # "I do not like the ears, make them smaller"
    said = alike(tokens, words)
    same = [one.token for one in said]
    for i, segment in enumerate(segments):
        for token in segment.heads:
            said += [] if token in same or is_of_a_look(token, segment) else of_head(token)
    for i in range(len(segments)):
        for token, part, head in shared(bind(segments, i, words, strange), segments, i, words):
            if part == "earrings" and token.colour and covered(tokens):
                continue  # they share their colour with what is on the head
            found = of_modifier(token, part, words)
            if token.negated and token.colour and any(one.effect.op == ":" and one.effect.trait == part for one in said):
                continue  # "red tips instead of the blue"
            if token.direction or token.negated and token.colour:  # "the blush lighter" does not put it on first, nor "the tips not blue"
                moved = {one.effect.trait for one in found}
                said = [one for one in said if one.token is not head or one.effect.op != "+" or one.effect.trait not in moved]
            said += found
    people = young([Said(effect, 1.0, 0, False, token) for token in meant(tokens) for effect in token.word.people])
    sides = [token.word.part for token in tokens if token.word.part in ("left_eye", "right_eye")]
    if len(sides) == 1:  # the eye that winks
        said = [replace(one, effect=Effect("wink", "=", (sides[0][:-4],))) if one.effect.trait == "wink" else one for one in said]
    said = first_of_two(sorted(said, key=lambda one: one.token.start), tokens)
    unknown += [(token.start, token.end) for token in tokens
                if token.word.grammar == "nothing" or token.modifier and not (token.used or token.negated or token.word.grammar)]
    return said, people, phrases(sorted(unknown), written(sentence))


def halves(tokens: list[Token], text: list[str]) -> list[Token]:
    """The left one of two is an eye, but not where hair is spoken of and no eyes: 头发左边是黑的，右边是白的. Of eyes, 左蓝右红 are the left one and the right one."""
    if any(unit in EYES for unit in text):
        sides = [i for i, token in enumerate(tokens[:-1]) if token.word.grammar == "half" and text[token.start] in SIDES and tokens[i + 1].colour]
        if len(sides) != 2:
            return tokens
        return [painted(token, tokens[i + 1], SIDES[text[token.start]]) if i in sides else token for i, token in enumerate(tokens) if i - 1 not in sides]
    if not any(token.head == "hair" for token in tokens):
        return tokens
    return [token.as_grammar("half") if token.word.part in ("left_eye", "right_eye") else token for token in tokens]


def painted(token: Token, colour: Token, part: str) -> Token:
    return replace(token, word=Word(thing=(part, (Effect(part, ":", colour.colour),))), end=colour.end)


def denies_nothing(tokens: list[Token], strange: set[int]) -> bool:
    """Whether the first of these is a "not" before a word that nobody knows, and nothing more: 别瞅我."""
    rest = takewhile(lambda one: one.word.grammar not in BREAKS, tokens[1:])
    return tokens[0].word.grammar == "not" and tokens[0].end in strange and not any(one.significant or one.word.grammar for one in rest if one.word.grammar != "skip")


def meant(tokens: list[Token]) -> list[Token]:
    """Those that are not somebody who says something: "my dad thinks it is great"."""
    return [token for token, after in zip(tokens, [*tokens[1:], None]) if after is None or after.word.grammar != "says"]


def young(people: list[Said]) -> list[Said]:
    """What people imply; who was young then is not old: 爷爷年轻的时候."""
    ages = [one for one in people if one.effect.trait == "lines"]
    if not any(one.effect.op == "<" for one in ages):
        return people
    old = [one.token for one in ages if one.effect.op == ">"]
    return [one for one in people if one.token not in old or one.effect.trait not in ("lines", "hair")]


def first_of_two(said: list[Said], tokens: list[Token]) -> list[Said]:
    """Of "a navy and white top" the first colour, of "blue to green" the last; eyes may have both."""
    between = {(one.end, two.start): link.word.grammar for one, link, two in zip(tokens, tokens[1:], tokens[2:])}
    gone = []
    for one, other in zip(said, said[1:]):
        if one.effect.op == other.effect.op == ":" and one.effect.trait == other.effect.trait:
            link = between.get((one.token.end, other.token.start))
            gone += [one] if link == "is" else [other] if link == "and" and one.effect.trait != "eye" else []
    return [one for one in said if not any(one is each for each in gone)]
