"""A sentence cut into segments, and how far "no" and its kin reach in them."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from .degrees import SEPARATORS
from .lexicon import VOCABULARY
from .matching import BREAKS, Token

INERT = ("skip", "fade", "blend", "half", "any", "all", "else", "also")  # words that the cut sentence does without


@dataclass
class Segment:
    tokens: list[Token]
    opened: str                 # what stands before it: a separator, or "" at the start
    dressed: bool = False       # the separator was a verb for clothes
    carried: bool = False       # the "no" of the segment before reaches into it
    removed: bool = False       # a verb that takes off reaches into it
    listed: bool = False        # it goes on a list that has an "and"

    @property
    def heads(self) -> list[Token]:
        return [token for token in self.tokens if token.head]

    @property
    def bare(self) -> bool:
        """Whether it is things alone."""
        return bool(self.heads) and not self.modifiers and not any(is_no(token) for token in self.tokens)

    @property
    def modifiers(self) -> list[Token]:
        return [token for token in self.tokens if token.modifier]


def cut(tokens: list[Token]) -> list[Segment]:
    """Segments between separators; 的 ends one after a thing that somebody has (戴眼镜的女孩)."""
    segments = [Segment([], "")]
    for i, token in enumerate(tokens):
        kind = token.role
        if kind == "of":
            following = tokens[i + 1].word.grammar if i + 1 < len(tokens) else ""
            last = segments[-1].tokens[-1] if segments[-1].tokens else None
            ended = last and (last.word.thing or last.head and any(is_no(one) for one in segments[-1].tokens))  # 没有刘海的长发
            if ended and following != "colour":
                segments.append(Segment([], "has"))
            elif last and last.modifier:
                segments[-1].tokens.append(token)
        elif kind == "and" and segments[-1].opened == "comma" and not segments[-1].tokens and segments[-2].opened == "comma" and segments[-2].bare:
            segments[-1].opened = kind  # "a hat, glasses, and a beard", but not "no hat, and glasses"
        elif kind == "ditto" and segments[-1].modifiers:
            segments.append(Segment([token], "and"))  # "the nose smaller and so are the ears"
        elif kind in BREAKS and i and tokens[i - 1].word.grammar in BREAKS and tokens[i - 1].end == token.start:
            segments[-1].opened = kind  # "on his head?? lose it"
        elif kind in SEPARATORS:
            segments.append(Segment([], "has" if kind == "wears" else kind, kind == "wears"))
        elif kind == "is" and segments[-1].heads and segments[-1].tokens[-1].word.grammar == "remove":
            segments.append(Segment([], "has"))  # 猫耳去掉换成帽子
        elif kind not in INERT:
            segments[-1].tokens.append(token)
    for segment, after in zip(segments[::-1], [None, *segments[:0:-1]]):
        segment.listed = segment.opened == "and" or segment.opened == "comma" and segment.bare and after is not None and after.bare and after.listed
    return segments


def negate(segment: Segment, before: Segment | None, worn: Mapping) -> None:
    """Mark what "no" takes away: what follows it, or, where nothing does, what stands before it; and what is to stay as it is."""
    for token in kept(segment):
        token.kept = True
    if keeps(segment):
        return
    from_before = False
    if before is not None and before.tokens:
        last_no = is_no(before.tokens[-1])
        open_no = before.heads and before.heads[-1].negated and any(is_no(token) and token.start < before.heads[-1].start for token in before.tokens)
        verb = before.removed or open_no and any(token.word.grammar == "remove" for token in before.tokens)
        listed = segment.opened == "comma" and before.tokens[-1].word.grammar == "remove"  # "take off: bow, glasses"
        if segment.opened == "and" and not segment.heads and before.modifiers and before.tokens[-1].negated and before.tokens[-1].colour:
            from_before = all(token.colour for token in segment.modifiers)  # "instead of the pink and blue"
        if last_no and not (before.heads or before.modifiers) and (segment.opened == "has" or listed):
            from_before = True
        elif before.heads and before.heads[-1].negated and (open_no or before.carried):
            surely = verb and segment.listed  # "take off the hat and scarf" is clear, "no hat and scarf" is not
            from_before = segment.opened == "or" or (segment.bare and segment.opened in ("and", "comma") and not replaces(segment, before) and all(
                (surely and head.word.thing or present(head, worn)) and head.head != "hair" for head in segment.heads))
            segment.removed = verb and from_before
    if any(one.word.grammar == "only" for one in segment.tokens):
        from_before = segment.removed = False  # "no moustache, only a beard"
    active = from_before
    segment.carried = from_before
    no = ""
    for i, token in enumerate(segment.tokens):
        no = token.word.grammar if is_no(token) else no
        if token.word.grammar == "from" and no == "remove":
            active = False  # "remove the stripes from her top"
        if is_no(token):
            after = [one for one in segment.tokens[i + 1:] if one.significant]
            if after:
                active = True
            elif not active and no not in ("instead", "why"):
                foreign = any(one.word.grammar == "nothing" for one in segment.tokens)  # 有点胡茬，黑眼圈不用画
                heads = segment.heads or segment.modifiers or ([] if before is None or foreign else before.heads)
                if segment.modifiers and segment.heads and not any(head.word.thing for head in heads):
                    heads = segment.modifiers  # 衣服的条纹去掉
                for head in heads:
                    head.negated = True
                if before is not None and segment.heads and segment.opened == "and" and not before.modifiers:
                    for head in before.heads:
                        head.negated = True
        elif active and no == "why":
            complain(token)
        elif active and token.significant and not {"toomuch", "too"} & set(token.degrees) and not (no == "remove" and is_shorn(token)):
            token.negated = True
            if token.head and no == "instead":
                active = False  # "instead of a bun do braids"


def replaces(segment: Segment, before: Segment) -> bool:
    """Whether it is what is wanted for what is not: "not a suit, a hoodie"."""
    traits = [{effect.trait for head in each.heads[:1] if head.word.thing for effect in head.word.thing[1]} for each in (segment, before)]
    return segment.opened == "comma" and bool(traits[0] & traits[1]) and before.tokens[0].word.grammar in ("not", "no")


def complain(token: Token) -> None:
    """"Why is the nose so big", "why does he have a hat": less of the one, none of the other."""
    if token.modifier or token.word.thing and all(effect.op in "=+-" and VOCABULARY[effect.trait].kind == "slider" for effect in token.word.thing[1]):
        token.direction = -abs(token.direction or 1)
    elif token.word.thing:
        token.negated = True


def spread(segments: list[Segment], worn: Mapping) -> None:
    """A "no" at the end of a list of what is worn takes all of it: 帽子、眼镜、胡子都不要. A list by commas alone may be wishes: there it takes what is there."""
    last = segments[-1]
    told = bool(last.tokens) and is_no(last.tokens[-1])
    if told and not last.heads and len(segments) > 1 and last.opened == "comma":  # 帽子、眼镜，都不要
        segments = segments[:-1]
        last = segments[-1]
    if not (told and last.heads and all(head.negated for head in last.heads)) or last.modifiers:
        return
    for segment, after in zip(segments[-2::-1], segments[:0:-1]):
        bare = segment.bare and not segment.dressed and segment.opened != "has"
        if after.opened not in ("comma", "and") or not bare or not all(head.word.thing and head.head != "hair" and (last.opened == "and" or present(head, worn)) for head in segment.heads):
            return
        for head in segment.heads:
            head.negated = True


def is_no(token: Token) -> bool:
    return token.role in ("no", "not", "remove", "instead", "why")


def is_shorn(token: Token) -> bool:
    """What is made, not taken away, by shaving: 剃了个光头."""
    return bool(token.word.thing) and token.word.thing[1][0].values[:1] in (("bald",), ("buzz",))


def kept(segment: Segment) -> list[Token]:
    """What is to stay as it is: all that must not be removed; what follows "keep", or, where nothing does, what stands before "can stay"."""
    if keeps(segment):
        return segment.tokens
    at = next((i for i, token in enumerate(segment.tokens) if token.word.grammar == "keep"), None)
    if at is None:
        return []
    after = [token for token in takewhile(lambda one: not is_no(one), segment.tokens[at + 1:]) if token.significant]
    return after or segment.tokens[:at]


def keeps(segment: Segment) -> bool:
    """Whether "not" comes before what removes: "do not take the hat off", 眼镜不要摘."""
    kinds = [token.word.grammar for token in segment.tokens if is_no(token)]
    return "not" in kinds and "remove" in kinds[kinds.index("not"):]


def present(head: Token, worn: Mapping) -> bool:
    """Whether the avatar has this thing now."""
    if not head.word.thing:
        return True
    effects = head.word.thing[1]
    return any(worn.get(effect.trait) in effect.values or (effect.op == "+" and worn.get(effect.trait, 0) > 0.05) for effect in effects)
