"""Minds that change within a sentence: "shorter, no wait, longer", "a crown, no, not a crown, a flower", "Blue hoodie? No. Keep it as it was."

What is taken back is left out, and what is said in its place stands there, so that the rest of the reader sees one plain wish.
"""
from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from .matching import BREAKS, Token

THROUGH = (*BREAKS, "skip", "is", "also", "only", "instead", "of", "scratch", "and", "colour", "as")   # what may stand between a correction and what is right


def corrected(tokens: list[Token]) -> list[Token]:
    """The tokens without what is taken back."""
    tokens = marked(aged(tokens))
    while (at := next((i for i, token in enumerate(tokens) if token.word.grammar == "scratch"), None)) is not None:
        tokens = taken_back(tokens, at)
    return tokens


def marked(tokens: list[Token]) -> list[Token]:
    """With every "no" that takes a word back as a "scratch": one between commas, one before "not", one between two of a kind; and 不是粉色卫衣，是白色的."""
    almost, made = False, []
    for at in [i for i, token in enumerate(tokens) if token.word.grammar in ("no", "not") and not token.head]:
        if (old := other_look(tokens, at)) is not None:
            new = next(i for i in range(old + 1, len(tokens)) if tokens[i].modifier)
            moved = replace(tokens[new], start=tokens[old].start, end=tokens[old].end)
            return marked([moved if i == old else token for i, token in enumerate(tokens) if i not in (at, new)])
    for i, token in enumerate(tokens):
        kind = token.role
        if kind == "almost":  # "I was going to say blue but brown is better"
            almost, token = True, token.as_grammar("skip")
        elif almost and kind in ("but", "scratch", "stop"):
            almost, token = False, token.as_grammar("scratch")
        elif kind in ("no", "not") and takes_back(tokens, i):
            token = token.as_grammar("scratch")
        made.append(token)
    return made


def other_look(tokens: list[Token], at: int) -> int | None:
    """Where the look is that a "not" denies, if another one is wished for after it: 不是粉色卫衣，是白色的; not a pink hoodie, a white one."""
    piece = list(takewhile(lambda i: tokens[i].word.grammar not in BREAKS, range(at + 1, len(tokens))))
    looks = [i for i in piece if tokens[i].modifier]
    if len(looks) != 1 or not any(tokens[i].head for i in piece if i > looks[0]):
        return None
    rest = [one for one in takewhile(lambda one: one.word.grammar not in BREAKS, tokens[piece[-1] + 2:]) if one.significant]
    return looks[0] if len(rest) == 1 and alike(tokens[looks[0]], rest[0]) and rest[0].modifier else None


def takes_back(tokens: list[Token], at: int) -> bool:
    before = next((one for one in reversed(tokens[:at]) if one.word.grammar != "skip" or one.head), None)
    after = next((one for one in tokens[at + 1:] if one.word.grammar != "skip" or one.head), None)
    if before is None or after is None:
        return False
    kinds = [one.role for one in (before, after)]
    said = any(one.significant for one in tokens[:at])
    if not said or tokens[at].word.grammar != "no":
        return False
    if kinds[1] in ("not", "no", "scratch") and kinds[0] not in ("no", "not"):
        return True
    if kinds[0] in (*BREAKS, "or", "but") and kinds[1] in BREAKS:  # but not "hat: no, glasses: yes"
        return replaced(tokens, at)[0] is not None or keeps_all(tokens, at)
    return kinds == ["", ""] and before.modifier and after.modifier and alike(before, after) and before.colour is not None


def taken_back(tokens: list[Token], at: int) -> list[Token]:
    """Without the "scratch" at a place and what it takes back."""
    left, right = tokens[:at], tokens[at + 1:]
    while left and left[-1].word.grammar in BREAKS and left[-1].word.grammar != "stop":
        left = left[:-1]
    end = next((i for i, one in enumerate(right) if one.word.grammar in BREAKS and any(each.significant for each in right[:i])), len(right))
    if any(one.word.grammar == "keep" for one in right[:end]):
        return without(left, [one.head for one in right[:end] if one.head]) + [tokens[at].as_grammar("stop")] + right
    if left and not any(one.significant or one.word.grammar in ("no", "not", "remove", "keep") for one in right):  # "add freckles, scratch that"
        return without_last(left) + right
    old, new = replaced(tokens, at)
    comma = [tokens[at].as_grammar("comma")]
    if old is None:
        return left + comma + right
    denied = [i for i in range(at + 1, new) if tokens[i].word.grammar in ("no", "not")]
    if denied:  # "no, not a crown, a flower"
        rest = tokens[new + 1:]
        return [one for i, one in enumerate(left) if i != old] + (rest if rest[:1] and rest[0].word.grammar in BREAKS else comma + rest)
    one, other = tokens[old], tokens[new]
    if one.head and other.modifier:  # "a pink bow, no, blue clips"
        first = old - len(list(takewhile(lambda each: each.modifier or each.word.grammar == "skip", reversed(left[:old]))))
        return left[:first] + left[old + 1:] + comma + right
    moved = replace(other, start=one.start, end=one.end)
    degrees = list(takewhile(lambda each: each.word.degree, reversed(tokens[at + 1:new])))
    return left[:old] + degrees + [moved] + left[old + 1:] + (comma if tokens[new + 1:] and tokens[new + 1].word.grammar not in BREAKS else []) + tokens[new + 1:]


def replaced(tokens: list[Token], at: int) -> tuple[int | None, int]:
    """Where that is which is taken back, and what stands in its place."""
    new = next((i for i in range(at + 1, len(tokens)) if tokens[i].significant), len(tokens))
    between = tokens[at + 1:new]
    if new == len(tokens) or not all(one.word.grammar in (*THROUGH, "no", "not", "has") or one.word.degree for one in between):
        return None, new
    head = next((i for i in range(new, len(tokens)) if not tokens[i].modifier), new)  # of what describes a thing, that thing
    like = head if head < len(tokens) and tokens[head].head and tokens[head - 1].end == tokens[head].start else new
    old = next((i for i in range(at - 1, -1, -1) if alike(tokens[i], tokens[like])), None)
    if old is None and at and alike(tokens[at - 1], tokens[new]):
        old = at - 1  # "blue, no, gray eyes"
    return old, new


def alike(one: Token, other: Token) -> bool:
    """Whether two tokens are of a kind, so that one can stand for the other."""
    if one.head or other.head:
        traits = [{effect.trait for effect in each.word.thing[1] if effect.op == "="} if each.word.thing else set() for each in (one, other)]
        return bool(traits[0] & traits[1]) or bool(one.word.part) and one.word.part == other.word.part
    if one.colour or other.colour:
        return bool(one.colour and other.colour)
    return bool((one.word.looks.keys() & other.word.looks.keys()) - {"*"})


def keeps_all(tokens: list[Token], at: int) -> bool:
    """Whether what follows leaves all as it was."""
    rest = list(takewhile(lambda one: one.word.grammar not in BREAKS, tokens[at + 2:]))
    return any(one.word.grammar == "keep" for one in rest) and not any(one.significant for one in rest)


def without_last(tokens: list[Token]) -> list[Token]:
    """The tokens up to the last comma or full stop."""
    return tokens[:next((i + 1 for i in reversed(range(len(tokens))) if tokens[i].word.grammar in BREAKS), 0)]


def without(tokens: list[Token], heads: list[str]) -> list[Token]:
    """The tokens without what they say of these parts; without the last sentence if none is named."""
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        pieces[-1].append(token)
        if token.word.grammar in (*BREAKS, "and") and not token.head:
            pieces.append([])
    if heads:
        return [one for piece in pieces if not any(one.head in heads for one in piece) for one in piece]
    said = [i for i, piece in enumerate(pieces) if any(one.significant for one in piece)]
    first = next((i + 1 for i in reversed(range(said[-1] if said else 0)) if pieces[i] and pieces[i][-1].word.grammar == "stop"), 0)
    return [one for piece in pieces[:first] for one in piece]


def aged(tokens: list[Token]) -> list[Token]:
    """Without who is "not that old" or 太显老, and without the old that was said before."""
    for i, token in enumerate(tokens):
        if not token.word.people or token.significant:
            continue
        near = list(takewhile(lambda one: one.word.grammar in ("skip", "not", "no") and not one.head or one.word.degree, reversed(tokens[:i])))
        if any(one.word.grammar in ("no", "not") or one.word.degree in ("less", "toomuch", "too") for one in near):
            traits = {effect.trait for effect in token.word.people if effect.op == ">"} or {"lashes"}
            gone = {id(one) for one in tokens[:i + 1] if traits & {effect.trait for effect in one.word.people}} | {id(one) for one in near}
            return aged([one for one in tokens if id(one) not in gone])
    return tokens
