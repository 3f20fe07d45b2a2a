"""How much: shades before a colour, and degrees (very, a bit, more) beside what they are about."""
from __future__ import annotations

from itertools import takewhile

from .lexicon import Word
from .matching import BREAKS, Token

SEPARATORS = (*BREAKS, "and", "or", "has", "wears")
STRENGTH = {"strong": (1.6, 0), "weak": (0.5, 0), "more": (1.0, 1), "less": (1.0, -1), "muchless": (1.6, -1), "toomuch": (1.0, -1), "still": (1.0, -1), "too": (1.0, -1), "slightly": (0.5, 1), "most": (1.6, 0)}
SHADES = {"dark": (1.0, 0.55, 0.0), "mid": (1.0, 1.0, 0.0), "light": (0.95, 0.6, 0.3), "pastel": (0.7, 0.35, 0.65), "bright": (1.3, 1.0, 0.05)}
# shade: (times the saturation, times the lightness, plus this much lightness)


def shade(tokens: list[Token]) -> list[Token]:
    """A shade right before a colour is one colour with it."""
    kept: list[Token] = []
    for token, after in zip(tokens, [*tokens[1:], None]):
        before = kept[-1] if kept else None
        if token.colour and before and before.word.shade and not before.head and before.direction == 0 and before.end == token.start:
            kept.pop()
            hue, saturation, lightness = token.colour
            times, scale, plus = SHADES[before.word.shade]
            token.colour = hue, min(1.0, saturation * times), min(1.0, lightness * scale + plus)
            token.start = before.start
        if token.colour and before and before.word.grammar == "of" and not (after and after.head):
            spent = len(list(takewhile(lambda one: one.word.grammar == "of" or one.word.degree == "slightly", reversed(kept))))
            if len(kept) > spent and kept[-1 - spent].head == "mood":
                del kept[-1 - spent:]  # 沉稳点的黑色 is a colour
        kept.append(token)
    return kept


def grade(tokens: list[Token], strange: set[int]) -> list[Token]:
    """Degrees go to the modifier or head that follows, or, at an end, to the one before; those of a word that nobody knows to nothing."""
    kept: list[Token] = []
    waiting: list[Token] = []

    def give(token: Token) -> None:
        for degree in waiting:
            if degree.word.degree == "still" and token.colour:
                continue  # "the eyes are still green"
            factor, direction = STRENGTH[degree.word.degree]
            token.strength *= factor
            if direction:
                token.direction = direction if not token.direction else token.direction * direction
            token.degrees += (degree.word.degree,)
        waiting.clear()

    for token in tokens:
        word = token.word
        pure = word.degree and not (token.significant or word.people)
        clause = takewhile(lambda one: one.word.grammar not in BREAKS, reversed(kept))
        last = next((one for one in clause if one.significant), None)
        if pure and (token.start - 1 if word.degree == "slightly" else token.end) in strange:
            continue
        if pure and word.degree == "slightly":
            if last and (not waiting) and kept[-1] is last:
                waiting.append(token)
                give(last)
            else:
                waiting.append(token)
        elif pure:
            waiting.append(token)
        elif token.significant:
            give(token)
            kept.append(token)
        else:
            if ditto(waiting, kept):
                kept.append(Token(Word(grammar="ditto"), waiting[-1].start, waiting[-1].end))
            if word.grammar in ("comma", "stop", "and", "has") and waiting and last:
                waiting[:] = [one for one in waiting if one.word.degree != "too"]
                give(last)
            elif word.grammar in BREAKS:
                give_back(waiting, kept)
                waiting.clear()  # "she looks too cute, make her fierce"
            kept.append(token)
    if ditto(waiting, kept):
        kept.append(Token(Word(grammar="ditto"), waiting[-1].start, waiting[-1].end))
    lately = list(takewhile(lambda one: one.word.grammar not in SEPARATORS, reversed(kept)))
    last = next((one for one in lately if one.significant), None)
    waiting[:] = [one for one in waiting if one.word.degree != "too"]  # "her hair too"
    if not last:
        give_back(waiting, kept)
    verb = next((one for one in lately[lately.index(last) + 1:] if one.significant), None) if last and last.word.part else None
    if waiting and last:
        give(verb if verb and verb.modifier and verb.word.looks else last)  # "close the mouth a bit more"
    return kept


def give_back(waiting: list[Token], kept: list[Token]) -> None:
    """"The smile is odd, tone it down", 这笑太假了，收一收: a comparison alone is about the last thing that was said, if that has none."""
    last = next((one for one in reversed(kept) if one.significant), None)
    alone = [one for one in waiting if one.word.degree in ("more", "less", "muchless")]
    if last and alone and not last.direction and last.word.thing:
        strength, last.direction = STRENGTH[alone[-1].word.degree]
        last.strength *= strength


def ditto(waiting: list[Token], kept: list[Token]) -> bool:
    """Whether a "too" stands at the end of a part alone: "the nose smaller, the ears too"."""
    clause = list(takewhile(lambda one: one.word.grammar not in SEPARATORS, reversed(kept)))
    return bool(waiting) and waiting[-1].word.degree == "too" and any(one.word.part for one in clause) and not any(one.modifier or one.direction for one in clause)
