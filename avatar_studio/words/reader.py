"""A sentence as what it says: tokens, the parts that they are about, and the effects that follow.

The reading goes in four steps: match the longest phrases of the lexicon; cut the sentence into segments at commas, verbs
and the like; give each modifier (a colour, a look) its head (a part, a thing), which follows it in "blue eyes" and precedes
it in "the eyes are blue"; and let "no" and its kin reach as far as they do.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from .lexicon import Effect, Lexicon, lexicon, units, written
from .matching import Token, match, phrases, spelled
from .saying import Said, alike, covered, fits, of_head, of_modifier

ALONE = (["skin"], ["face"], ["clothes"])  # first parts of looks that are meant where no part is named beside: pale, slim, striped
NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+")  # a capital within a sentence: no misspelling
SO = re.compile("(别|不要|没)([^，。,.、；;！!？?]{1,3}?)([那这]么)")  # 别笑得那么开心: 笑得别那么开心
AGE = re.compile(r"\b(\d{1,3})[ -]*(?:years?|yrs?|yo|y/o)\b(?:[ -]+old\b)?|(\d{1,3}) ?[多几]?岁", re.IGNORECASE)  # "a 34 year old woman" is not old
SEPARATORS = ("comma", "stop", "and", "or", "has", "wears")
STRENGTH = {"strong": (1.6, 0), "weak": (0.5, 0), "more": (1.0, 1), "less": (1.0, -1), "toomuch": (1.0, -1), "too": (1.0, -1), "slightly": (0.5, 1), "most": (1.6, 0)}
SHADES = {"dark": (1.0, 0.55, 0.0), "light": (0.95, 0.6, 0.3), "pastel": (0.7, 0.35, 0.65), "bright": (1.3, 1.0, 0.05)}
# shade: (times the saturation, times the lightness, plus this much lightness)


@dataclass
class Segment:
    tokens: list[Token]
    opened: str                 # what stands before it: a separator, or "" at the start
    dressed: bool = False       # the separator was a verb for clothes
    carried: bool = False       # the "no" of the segment before reaches into it

    @property
    def heads(self) -> list[Token]:
        return [token for token in self.tokens if token.head]

    @property
    def modifiers(self) -> list[Token]:
        return [token for token in self.tokens if token.modifier]


def parse(sentence: str, worn: Mapping) -> tuple[list[Said], list[Said], list[str]]:
    """What a sentence says, what its people imply softly, and the words that were not understood.

    worn: the traits as they are; "no hat and scarf" goes on over "and" only where there is something to take off.
    """
    words = lexicon()
    sentence = AGE.sub(aged, SO.sub(r"\2\1\3", sentence))
    names = {name.lower() for name in NAME.findall(sentence)}
    tokens, unknown = match(spelled(units(sentence), words, names), words)
    strange = {start for start, _ in unknown} | {token.start for token in tokens if token.word.grammar == "nothing"}
    tokens = grade(shade(tokens), strange)
    segments = cut(tokens)
    for i, segment in enumerate(segments):
        held = any(one.opened == "has" and not one.tokens for one in segments[i + 1:i + 2])
        negate(segment, segments[i - 1] if i and not (held and segment.heads) else None, worn)  # 八字胡去掉，络腮胡留着
        spread(segments[:i + 1], worn)
    said = alike(tokens, words)
    same = [one.token for one in said]
    for i, segment in enumerate(segments):
        for token in segment.heads:
            said += [] if token in same or described(token, segment) else of_head(token)
    for i in range(len(segments)):
        for token, part, head in shared(bind(segments, i, words, strange), segments, i, words):
            if part == "earrings" and token.colour and covered(tokens):
                continue  # they share their colour with what is on the head
            found = of_modifier(token, part, words)
            if token.direction:  # "the blush lighter" does not put it on first
                moved = {one.effect.trait for one in found}
                said = [one for one in said if one.token is not head or one.effect.op != "+" or one.effect.trait not in moved]
            said += found
    people = [Said(effect, 1.0, 0, False, token) for token in tokens for effect in token.word.people]
    sides = [token.word.part for token in tokens if token.word.part in ("left_eye", "right_eye")]
    if len(sides) == 1:  # the eye that winks
        said = [replace(one, effect=Effect("wink", "=", (sides[0][:-4],))) if one.effect.trait == "wink" else one for one in said]
    said = first_of_two(sorted(said, key=lambda one: one.token.start), tokens)
    lost = [token for token in tokens if not token.used and (token.modifier or token.head) and not token.word.grammar]
    unknown += [(token.start, token.end) for token in lost if token.modifier and not token.negated]
    unknown += [(token.start, token.end) for token in tokens if token.word.grammar == "nothing"]
    return said, people, phrases(sorted(unknown), written(sentence))


def described(head: Token, segment: Segment) -> bool:
    """Whether "no" is about how a part is, and not about the part: no big nose."""
    return head.negated and not head.word.thing and any(one.word.looks and one.end == head.start for one in segment.modifiers)


def first_of_two(said: list[Said], tokens: list[Token]) -> list[Said]:
    """Of "a navy and white top" the first colour, of "blue to green" the last; eyes may have both."""
    ands = {(token.start, token.end) for token in tokens if token.word.grammar == "and"}
    second = [other for one, other in zip(said, said[1:]) if one.effect.op == other.effect.op == ":" and one.effect.trait == other.effect.trait != "eye"
              and (one.token.end, other.token.start) in ands]
    between = {(one.end, two.start) for one, to, two in zip(tokens, tokens[1:], tokens[2:]) if to.word.grammar == "is"}
    second += [one for one, other in zip(said, said[1:]) if one.effect.op == other.effect.op == ":" and one.effect.trait == other.effect.trait
               and (one.token.end, other.token.start) in between]
    return [one for one in said if not any(one is each for each in second)]


def aged(found: re.Match) -> str:
    """An age in words: what is said is whether somebody is old."""
    return " " if int(found[1] or found[2]) < 60 else " elderly " if found[1] else "老年"


# Shades and degrees

def shade(tokens: list[Token]) -> list[Token]:
    """A shade right before a colour is one colour with it."""
    kept: list[Token] = []
    for token in tokens:
        before = kept[-1] if kept else None
        if token.colour and before and before.word.shade and not before.head and before.direction == 0 and before.end == token.start:
            kept.pop()
            hue, saturation, lightness = token.colour
            times, scale, plus = SHADES[before.word.shade]
            token.colour = hue, min(1.0, saturation * times), min(1.0, lightness * scale + plus)
            token.start = before.start
        kept.append(token)
    return kept


def grade(tokens: list[Token], strange: set[int]) -> list[Token]:
    """Degrees go to the modifier or head that follows, or, at an end, to the one before; those of a word that nobody knows to nothing."""
    kept: list[Token] = []
    waiting: list[Token] = []

    def give(token: Token) -> None:
        for degree in waiting:
            factor, direction = STRENGTH[degree.word.degree]
            token.strength *= factor
            if degree.word.degree in ("toomuch", "too"):
                token.direction, token.negated = -1, False
            elif direction:
                token.direction = direction if not token.direction else token.direction * direction
            token.degrees += (degree.word.degree,)
        waiting.clear()

    for token in tokens:
        word = token.word
        pure = word.degree and not (token.head or token.modifier or word.people)
        last = next((one for one in reversed(kept) if one.modifier or one.head), None)
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
        elif token.modifier or token.head:
            give(token)
            kept.append(token)
        else:
            if word.grammar in ("comma", "stop", "and", "has") and waiting and last:
                waiting[:] = [one for one in waiting if one.word.degree != "too"]
                give(last)
            kept.append(token)
    lately = list(takewhile(lambda one: one.word.grammar not in SEPARATORS, reversed(kept)))
    last = next((one for one in lately if one.modifier or one.head), None)
    waiting[:] = [one for one in waiting if one.word.degree != "too"]  # "her hair too"
    verb = next((one for one in lately[lately.index(last) + 1:] if one.modifier or one.head), None) if last and last.word.part else None
    if waiting and last:
        give(verb if verb and verb.modifier and verb.word.looks else last)  # "close the mouth a bit more"
    return kept


# Segments and negation

def cut(tokens: list[Token]) -> list[Segment]:
    """Segments between separators; 的 ends one after a thing that somebody has (戴眼镜的女孩)."""
    segments = [Segment([], "")]
    for i, token in enumerate(tokens):
        kind = token.word.grammar if not (token.head or token.modifier) else ""
        if kind == "of":
            following = tokens[i + 1].word.grammar if i + 1 < len(tokens) else ""
            if segments[-1].tokens and segments[-1].tokens[-1].word.thing and following != "colour":
                segments.append(Segment([], "has"))
        elif kind in SEPARATORS or kind == "wears":
            segments.append(Segment([], "has" if kind == "wears" else kind, kind == "wears"))
        elif kind == "from":
            segments[-1].tokens.append(token)
        elif kind != "skip":
            segments[-1].tokens.append(token)
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
        open_no = any(is_no(token) for token in before.tokens) and before.heads and before.heads[-1].negated
        bare = bool(segment.heads) and not segment.modifiers and not any(is_no(token) for token in segment.tokens)
        listed = segment.opened == "comma" and before.tokens[-1].word.grammar == "remove"  # "take off: bow, glasses"
        if last_no and not (before.heads or before.modifiers) and (segment.opened == "has" or listed):
            from_before = True
        elif before.heads and before.heads[-1].negated and (open_no or before.carried):
            from_before = segment.opened == "or" or (bare and segment.opened in ("and", "comma") and all(present(head, worn) and head.head != "hair" for head in segment.heads))
    active = from_before
    segment.carried = from_before
    shaved = False
    for i, token in enumerate(segment.tokens):
        shaved = token.word.grammar == "remove" if is_no(token) else shaved
        if is_no(token):
            after = [one for one in segment.tokens[i + 1:] if one.head or one.modifier]
            if after:
                active = True
            elif not active:
                heads = segment.heads or ([] if before is None else before.heads)
                for head in heads:
                    head.negated = True
                if before is not None and segment.heads and segment.opened == "and" and not before.modifiers:
                    for head in before.heads:
                        head.negated = True
        elif active and (token.head or token.modifier) and not {"toomuch", "too"} & set(token.degrees) and not (shaved and is_shorn(token)):
            token.negated = True


def spread(segments: list[Segment], worn: Mapping) -> None:
    """A "no" at the end of a list of what is worn takes all of it: 帽子、眼镜、胡子都不要."""
    last = segments[-1]
    if not (last.tokens and is_no(last.tokens[-1]) and last.heads and all(head.negated for head in last.heads)) or last.modifiers:
        return
    for segment, after in zip(segments[-2::-1], segments[:0:-1]):
        bare = segment.heads and not segment.modifiers and not segment.dressed and not any(is_no(token) for token in segment.tokens)
        if after.opened not in ("comma", "and") or not bare or not all(head.word.thing and head.head != "hair" and present(head, worn) for head in segment.heads):
            return
        for head in segment.heads:
            head.negated = True


def is_no(token: Token) -> bool:
    return token.word.grammar in ("no", "not", "remove") and not token.head and not token.modifier


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
    after = [token for token in segment.tokens[at + 1:] if token.head or token.modifier]
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


# Binding modifiers to heads

def bind(segments: list[Segment], at: int, words: Lexicon, strange: set[int]) -> list[tuple[Token, str, Token | None]]:
    """(modifier, part, the head that named it) for each modifier of a segment that finds one. strange: the units that nobody knows."""
    segment = segments[at]
    found = []
    significant = [token for token in segment.tokens if token.head or token.modifier]
    predicative = bool(significant) and bool(significant[0].head) and significant[-1].modifier
    lonely = not any(other.heads for other in segments)
    from_at = next((i for i, token in enumerate(segment.tokens) if token.word.grammar == "from"), None)
    for i, token in enumerate(segment.tokens):
        if not token.modifier:
            continue
        if from_at is not None and i > from_at and not any(one.word.grammar == "is" for one in segment.tokens[from_at:i]):
            token.used = True  # "from pink to blue"
            continue
        before = [one for one in segment.tokens[:i] if one.head][::-1]
        after = [one for one in segment.tokens[i + 1:] if one.head]
        described = not before or any(one.modifier and one.start < before[0].start for one in segment.tokens)
        if described and not after and is_of_a_stranger(segment.tokens[i:], strange):
            continue  # "blue jeans": not the hair beside them
        if token.colour and not after and not any(one.head == "background" for one in before) and any("motif" in one.word.looks or one.head == "motif" for one in segment.tokens[i + 1:i + 2]):
            continue  # "red hearts on it": a pattern has no colour of its own
        behind = bool(before and before[0].end == token.start and not (after and after[0].start == token.end))  # "the fringe longer, so that the eyes ..."
        heads = (before + after) if predicative or behind or not after else (after[:1] + before[:1] + after[1:])
        if not segment.heads:
            earlier = [one for other in segments[:at][::-1] for one in other.heads[::-1]][:2]
            later = segments[at + 1].heads[:1] if at + 1 < len(segments) and segments[at + 1].opened in ("and", "comma") else []
            backward = at > 0 and (segment.tokens[0].word.grammar == "is" or segment.opened == "has" or is_predicative(segments[at - 1]) or not later)
            heads = earlier + later if backward else later + earlier
        own = [name for name in token.word.looks if name != "*"]
        if not segment.heads and (token.word.belongs or own[:1] in ALONE and not token.colour):
            heads = []
        if token.word.belongs and not after and any(head in before and one.colour for one, _, head in found):
            heads = [one for one in before if one.head == token.word.belongs]  # "a blue eyed blonde"
        head = next((head for head in heads if fits(token, head.head, words)), None)
        part = head.head if head else ""
        if not part and "motif" in own and any(one.head == "motif" or one is not token and list(one.word.looks)[:2] == ["clothes", "motif"] for each in segments for one in each.tokens):
            part = "motif"  # "the stripes to hearts"
        darker = "skin" in own and bool(token.direction)  # 黑一点
        alone = len(own) == 1 or not segment.heads and own[:1] in ALONE
        foreign = bool(after) and after[0].start == token.end and own[:1] not in ALONE  # "strong jacket": not the brows
        vague = token.word.grammar == "skip" or "undertone" in own  # "cool" and "normal" may be anything
        vague = vague or lonely and (token.colour or own[:1] == ["pupils"]) and beside(segment, strange)  # a cup of coffee, she likes cats
        if not part and not vague and not foreign and (token.word.belongs or lonely or darker or alone and not token.colour):
            part = token.word.belongs or (own[0] if own and not token.colour else "skin" if darker else "hair")
        if segment.dressed and not segment.heads and fits(token, "clothes", words):
            part, head = "clothes", None
        if part:
            found.append((token, part, head))
    return found


def is_of_a_stranger(tokens: list[Token], strange: set[int]) -> bool:
    """Whether what follows the first of these, and what else describes it, is a thing that nobody knows."""
    end = tokens[0].end
    for token in tokens[1:]:
        if token.start != end or not (token.modifier or token.word.grammar == "of"):
            break
        end = token.end
    return end in strange


def beside(segment: Segment, strange: set[int]) -> bool:
    """Whether something in a segment is known to nobody."""
    return any(start in strange for start in range(segment.tokens[0].start - 2, segment.tokens[-1].end + 1))


def shared(found: list[tuple[Token, str, Token | None]], segments: list[Segment], at: int, words: Lexicon) -> list:
    """What one part of "hair and eyes are blue", or of "blue hair and eyes", has, the other has too."""
    segment, more = segments[at], []
    before = segments[at - 1] if at and segment.opened == "and" else None
    after = segments[at + 1] if at + 1 < len(segments) and segments[at + 1].opened == "and" else None
    for token, _, head in found:
        if head not in segment.heads or token.negated:
            continue
        other = before if token.start > head.start else after if head is segment.heads[-1] else None
        if other and not other.modifiers and not any(is_no(one) or one.word.thing for one in other.tokens):
            more += [(token, one.head, one) for one in other.heads if fits(token, one.head, words)]
    return found + more


def is_predicative(segment: Segment) -> bool:
    significant = [token for token in segment.tokens if token.head or token.modifier]
    return bool(significant) and (not significant[-1].head or len(significant) == 1 and bool(significant[0].word.part))
