"""One thing out of several: "anything but a bow", "blue or green eyes", "glasses or no glasses", 除了眼镜什么都可以.

These words are turned into the plain ones that the rest of the reader knows: no, keep, or nothing at all.
"""
from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from .lexicon import Word
from .matching import BREAKS, Token

NOS = ("no", "not", "remove", "except")
INERT = ("skip", "of", "also", "colour")


def plain(tokens: list[Token]) -> list[Token]:
    """The tokens without "except", "any ... but", "whether", "remove everything else", and an "or" between two of a kind."""
    tokens = [token.as_grammar(resolved(tokens, i)) if token.word.grammar in ("but", "whether", "makes", "held") else token for i, token in enumerate(tokens)]
    for at in [i for i, token in enumerate(tokens) if token.word.grammar == "beyond"][::-1]:
        tokens = prefixed(tokens, at)
    tokens = without_rest(tokens)
    while (at := next((i for i, token in enumerate(tokens) if token.word.grammar == "except"), None)) is not None:
        tokens = without_except(tokens, at)
    for at in [i for i, token in enumerate(tokens) if token.word.grammar == "or"][::-1]:
        tokens = first_of_two(tokens, at)
    return tokens


def resolved(tokens: list[Token], at: int) -> str:
    """What a "but", a "whether", a "makes" or a 留着 is: "any hat but a cap" excepts one; 有没有眼镜都行 leaves it as it is."""
    if tokens[at].word.grammar == "whether":
        return "keep" if any(one.word.grammar in ("any", "all") for one in tokens[at:]) else "skip"
    if tokens[at].word.grammar == "makes":  # "the brows make him look angry" is no wish
        return "why" if any(one.head for one in takewhile(lambda one: one.word.grammar not in BREAKS, reversed(tokens[:at]))) else "skip"
    if tokens[at].word.grammar == "held":  # 雀斑留着, but 留着胡子
        alone = at + 1 == len(tokens) or tokens[at + 1].word.grammar in BREAKS
        thing = tokens[at - 1].word.thing if at else None
        chosen = thing and all(effect.op in "=~" for effect in thing[1])  # what is kept by being chosen again
        return "keep" if alone and at and tokens[at - 1].head and not chosen else "has"
    for token in reversed(tokens[:at]):
        if token.word.grammar == "any":
            return "except"
        if not (token.significant or token.word.grammar in INERT):
            break
    return "stop"


def prefixed(tokens: list[Token], at: int) -> list[Token]:
    """蝴蝶结以外的 as 除了蝴蝶结."""
    start = piece(tokens, at)[0]
    listed = takewhile(lambda i: tokens[i].significant or tokens[i].word.grammar == "and", range(at - 1, start - 1, -1))
    first = min(listed, default=at)
    opening = Token(Word(grammar="except"), tokens[at].start, tokens[at].start)
    return [*tokens[:first], opening, *tokens[first:at], tokens[at].as_grammar("all"), *tokens[at + 1:]]


def without_rest(tokens: list[Token]) -> list[Token]:
    """"Only the bow, remove everything else" takes nothing off that is named."""
    gone: set[int] = set()
    if any(token.word.grammar == "except" for token in tokens):
        return tokens
    for at, token in enumerate(tokens):
        start, end = piece(tokens, at)
        if token.word.grammar == "else" and not any(one.significant for one in tokens[start:end]):
            gone |= {i for i in range(start, end) if verb(tokens[i])}
    return [token for i, token in enumerate(tokens) if i not in gone]


def without_except(tokens: list[Token], at: int) -> list[Token]:
    """What is excepted must not be there; but it stays where all else goes ("remove everything except"), it is put on where all else is not
    wanted ("nothing except"), and it becomes what is said of it (除了头发改成蓝色，其他不变)."""
    start, end = piece(tokens, at)
    last = excepted(tokens, at, end)
    verbs = [i for i in (*range(start, at), *range(last, end), *neighbours(tokens, start, at, last, end)) if verb(tokens[i])]
    kinds = {verb(tokens[i]) for i in verbs}
    no, things = kinds & {"no", "not"}, [one for one in tokens[at + 1:last] if one.word.thing]
    gone = {i for i in range(at + 1, last) if tokens[i].word.grammar == "and"}  # "except hats and glasses" is one list
    if not any(one.significant for one in tokens[at + 1:last]) or is_changed(tokens, last, end) or is_also(tokens, last) or "keep" in kinds and not things:
        kind = "skip"
    elif "remove" in kinds and not no:
        kind = "keep"
    elif no and not kinds & {"remove", "keep"}:
        kind = "stop"
        gone |= {i for i in verbs if not tokens[i].head and (i > at or not any(one.significant for one in tokens[i:at]))}  # 除了眼镜什么都不要
        spared = {effect.trait for one in things for effect in one.word.thing[1]}  # "no accessories except earrings"
        tokens = [spare(token, spared) if i in verbs else token for i, token in enumerate(tokens)]
    else:
        kind = "no"
        gone |= set(verbs)
    return [token.as_grammar(kind) if i == at else token for i, token in enumerate(tokens) if i not in gone]


def verb(token: Token) -> str:
    """What a token says of all that is not excepted: no, not, remove, keep, or "". "No accessories" is a no too."""
    if token.word.thing and all(effect.values == ("none",) for effect in token.word.thing[1]):
        return "no"
    return token.word.grammar if token.word.grammar in ("no", "not", "remove", "keep") and not token.head else ""


def spare(token: Token, spared: set[str]) -> Token:
    """A thing without what it would do to some traits, if it does more than that."""
    part, done = token.word.thing or ("", ())
    left = tuple(effect for effect in done if effect.trait not in spared)
    return replace(token, word=replace(token.word, thing=(part, left))) if left else token


def excepted(tokens: list[Token], at: int, end: int) -> int:
    """Where the list ends that an "except" is about."""
    for i in range(at + 1, end):
        one = tokens[i]
        following = next((other for other in tokens[i + 1:end] if other.head or other.word.grammar and not other.modifier and other.word.grammar not in INERT), None)
        listed = one.word.grammar == "and" and following is not None and following.word.thing
        if not (one.significant or one.word.degree or listed or one.word.grammar in INERT):
            return i
    return end


def neighbours(tokens: list[Token], start: int, at: int, last: int, end: int) -> range:
    """The piece beside one that says nothing but "except ...", if that is about everything: 除了眼镜，其他都去掉."""
    if any(verb(one) for one in (*tokens[start:at], *tokens[last:end])):
        return range(0)
    everything = {"any", "all", "else"}
    after, before = range(end + 1, piece(tokens, min(end + 1, len(tokens) - 1))[1]), range(piece(tokens, max(start - 2, 0))[0], max(start - 1, 0))
    for beside, about in ((after, True), (before, any(tokens[i].word.grammar in everything for i in before))):
        if about and any(verb(tokens[i]) for i in beside) and not any(tokens[i].significant for i in beside):
            return beside
    return range(0)


def is_changed(tokens: list[Token], last: int, end: int) -> bool:
    """Whether what is excepted becomes something: 除了头发变成蓝色."""
    return any(one.word.grammar == "is" and not one.head and any(other.modifier for other in tokens[i + 1:end]) for i, one in enumerate(tokens[:end]) if i >= last)


def is_also(tokens: list[Token], last: int) -> bool:
    """Whether it is there, and more: 除了眼镜，还要戴帽子."""
    rest = tokens[last + (last < len(tokens) and tokens[last].word.grammar == "comma"):]
    rest = rest[:next((i for i, one in enumerate(rest) if one.word.grammar in BREAKS), None)]
    kinds = {one.word.grammar for one in rest}
    return "also" in kinds and any(one.word.thing for one in rest) and not kinds & {*NOS}


def first_of_two(tokens: list[Token], at: int) -> list[Token]:
    """Of two of a kind with "or" between them the first; a thing, or none, stays as it is."""
    start, end = piece(tokens, at)
    left = [one for one in tokens[start:at] if one.word.grammar not in INERT]
    right = [i for i in range(at + 1, end) if tokens[i].word.grammar not in INERT]
    if not left or not right or any(one.word.grammar in NOS and not one.head for one in left):
        return tokens
    one, other = left[-1], tokens[right[0]]
    head = next((i for i in right if tokens[i].head), None)
    if other.word.grammar in ("no", "not") and not other.head:
        if one.head and (len(right) == 1 or head == right[1] and tokens[head].word == one.word):
            one.kept = True
            return tokens[:at] + tokens[right[1] + 1 if head is not None else right[0] + 1:]
    elif one.modifier and other.modifier and bool(one.colour) == bool(other.colour):
        one.end = other.end  # it stands where both stood
        return tokens[:at] + tokens[right[0] + 1:]
    elif one.modifier and other.word.thing and (one.colour or other.head in one.word.looks):  # "round or square glasses", of which the last two are one phrase
        one.end = other.start
        return [*tokens[:at], replace(other, word=Word(part=other.head)), *tokens[right[0] + 1:]]
    elif one.head and head is not None and tokens[head].head == one.head and all(tokens[i].modifier for i in right if i < head):
        return tokens[:at] + tokens[head + 1:]
    return tokens


def piece(tokens: list[Token], at: int) -> tuple[int, int]:
    """From where to where no comma stands around a token."""
    start = next((i + 1 for i in range(at - 1, -1, -1) if tokens[i].word.grammar in BREAKS), 0)
    return start, next((i for i in range(at, len(tokens)) if tokens[i].word.grammar in BREAKS), len(tokens))
