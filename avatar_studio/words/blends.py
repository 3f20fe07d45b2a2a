"""Two colours of hair said together: "black hair fading to red", "half black half white hair", 黑发渐变红色.

An avatar has no split dye: the first colour is the hair's and the second its tips', which is what a fade looks like too.
"""
from __future__ import annotations

from dataclasses import replace

from .lexicon import Effect, Word
from .matching import Token

# Of the lexicon's grammar, "fade" leads to a second colour (fading to), "goes" comes before the first (fades from), "blend" says that there are two
# (two-tone), and "half" says where one of them is.
BETWEEN = ("fade", "goes", "blend", "half", "skip", "also", "of", "colour", "is", "has", "from", "and", "comma")  # what may stand between two colours of hair
LEFT = tuple(kind for kind in BETWEEN if kind != "and")
RIGHT = ("fade", "goes", "blend", "half", "skip", "also", "of", "colour")
SPENT = ("fade", "goes", "blend", "half", "from", "roots")   # what has done its work when two colours are found
LEFT_OVER = {"roots": "nothing", "goes": "from"}  # what else it is: an avatar has no roots of another colour; "goes from long to short"


def blend(tokens: list[Token], strange: set[int]) -> list[Token]:
    """The tokens, with two colours of hair as what paints the hair and its tips. strange: the units that nobody knows."""
    paints = [i for i, token in enumerate(tokens) if is_paint(token)]
    made: dict[int, Token] = {}
    spent: set[int] = set()
    for at, other in zip(paints, [*paints[1:], None]):
        left = around(tokens, at, -1, LEFT)
        if at in made:
            continue
        if other is not None and is_pair(tokens, left, at, other, strange):
            made |= {at: painting(tokens[at], "hair"), other: painting(tokens[other], "tips")}
            spent |= {i for i in range(at + 1, other) if not tokens[i].head and not is_look(tokens[i])}
            spent |= {i for i in (*left, *around(tokens, other, 1, RIGHT)) if tokens[i].word.grammar in SPENT and not tokens[i].head}
        elif is_of_tips(tokens, left, at, strange):
            made[at] = painting(tokens[at], "tips")
    kept = [made.get(i, token) for i, token in enumerate(tokens) if i not in spent]
    return [replace(token, word=replace(token.word, grammar=LEFT_OVER[token.word.grammar])) if token.word.grammar in LEFT_OVER else token for token in kept]


def is_pair(tokens: list[Token], left: list[int], at: int, other: int, strange: set[int]) -> bool:
    """Whether two neighbouring colours are both the hair's. left: what stands before the first, the nearest first."""
    right = around(tokens, other, 1, RIGHT)
    between = range(at + 1, other)
    start = left[-1] if left else at
    if not all(passes(tokens[i], BETWEEN) for i in between) or is_taken(tokens, other, right, strange):
        return False
    near = [tokens[i] for i in (*left, at, *between, other, *right)]
    kinds, within = [one.word.grammar for one in near], [tokens[i].word.grammar or "head" for i in between]
    hair, tips = any(is_hair(one) for one in near), any(one.head == "tips" for one in near)
    fresh = not (left and start and is_paint(tokens[start - 1]))  # hair that has no colour yet
    named = hair or "blend" in kinds or not any(one.head for one in tokens)
    attributive = next((is_hair(tokens[i]) for i in right if tokens[i].head), is_hair(tokens[other]))
    linked = [kind for kind in within if kind not in ("skip", "of")]
    if attributive and "comma" in linked and linked[-1] not in ("fade", "half"):
        return False  # "blue ombre, black hair"
    if kinds.count("half") + tips > 1 or {"fade", "goes", "blend"} & set(kinds):
        return named or tips and "half" in kinds
    if "roots" in kinds:
        return tips and fresh
    opened = at == 0 or tokens[at - 1].word.grammar == "has" or at > 1 and tokens[at - 1].word.grammar == "skip" and tokens[at - 2].word.grammar == "has"
    return hair and (linked == ["and"] and (attributive or fresh and not tips) or linked == ["is"] and attributive and opened)  # "with black to red hair"


def is_of_tips(tokens: list[Token], left: list[int], at: int, strange: set[int]) -> bool:
    """Whether a colour is that of the hair's tips alone: "her hair fades to blue", "hair blue at the ends", 头发末端蓝色."""
    right = around(tokens, at, 1, RIGHT)
    end = right[-1] + 1 if right else at + 1
    before = [tokens[i].head or tokens[i].word.grammar for i in left if tokens[i].head or tokens[i].word.grammar == "fade"]
    after = [tokens[i].head for i in right if tokens[i].head]
    if is_taken(tokens, at, right, strange) or after[:1] == ["hair"] or end < len(tokens) and is_paint(tokens[end]):
        return False
    return before[:2] in (["fade", "hair"], ["tips", "hair"]) or before[:3] == ["fade", "tips", "hair"] or before[:1] in (["hair"], ["fade"]) and after[:1] == ["tips"]


def is_taken(tokens: list[Token], at: int, right: list[int], strange: set[int]) -> bool:
    """Whether a colour is that of another thing which follows: red eyes, a white shirt."""
    end = right[-1] + 1 if right else at + 1
    return tokens[at].end in strange or end < len(tokens) and (bool(tokens[end].head) or tokens[end].word.grammar == "nothing")


def around(tokens: list[Token], at: int, step: int, kinds: tuple[str, ...]) -> list[int]:
    """What stands before (step -1) or after (1) a token and may be about the same hair, the nearest first."""
    found = []
    while 0 <= at + step < len(tokens) and passes(tokens[at + step], kinds) and not is_paint(tokens[at + step]):
        at += step
        found.append(at)
    return found


def passes(token: Token, kinds: tuple[str, ...]) -> bool:
    return is_hair(token) or token.head == "tips" or token.word.grammar == "blend" or is_look(token) or not token.head and (token.word.grammar in (*kinds, "roots") or bool(token.word.degree))


def is_look(token: Token) -> bool:
    """How hair is, but for its colour: long, curly."""
    return token.modifier and not token.colour and "hair" in token.word.looks and token.word.grammar not in SPENT


def is_hair(token: Token) -> bool:
    return token.head == "hair" and not (token.word.thing and any(effect.trait == "hair_highlights" for effect in token.word.thing[1]))


def is_paint(token: Token) -> bool:
    """A colour, or a thing that is nothing but hair of a colour: blonde hair."""
    return token.modifier and bool(token.colour) or token.head == "hair" and bool(token.word.thing) and all(effect.op == ":" for effect in token.word.thing[1])


def painting(token: Token, part: str) -> Token:
    """A colour as that of the hair, or of its tips, which are dyed then."""
    paint = Effect(part, ":", tuple(token.colour) if token.colour else token.word.thing[1][0].values)
    return replace(token, word=Word(thing=(part, (paint,) if part == "hair" else (paint, Effect("hair_tips", "+")))), colour=None)

