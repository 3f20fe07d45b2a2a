"""Which part a colour or a look is about."""
from __future__ import annotations

from .lexicon import Lexicon
from .matching import Token
from .saying import fits
from .segments import Segment, is_no

ALONE = (["skin"], ["face"], ["clothes"])  # first parts of looks that are meant where no part is named beside: pale, slim, striped


def bind(segments: list[Segment], at: int, words: Lexicon, strange: set[int]) -> list[tuple[Token, str, Token | None]]:
    """(modifier, part, the head that named it) for each modifier of a segment that finds one. strange: the units that nobody knows."""
    segment, found = segments[at], []
    from_at = next((i for i, token in enumerate(segment.tokens) if token.word.grammar == "from"), None)
    for i, token in enumerate(segment.tokens):
        if not token.modifier:
            continue
        if from_at is not None and i > from_at and not any(one.word.grammar == "is" for one in segment.tokens[from_at:i]):
            token.used = True  # "from pink to blue"
            continue
        before = [one for one in segment.tokens[:i] if one.head][::-1]
        after = [one for one in segment.tokens[i + 1:] if one.head]
        if token.colour and before and before[0].head == "streaks" and before[0].end == token.start:
            token.used = True  # 挑染蓝色: streaks have no colour of their own
            continue
        if is_of_another(segment, i, before, after, strange):
            continue
        heads = candidates(segments, at, token, before, after)
        if token.word.belongs and not after and any(head in before and one.colour for one, _, head in found):
            heads = [one for one in before if one.head == token.word.belongs]  # "a blue eyed blonde"
        head = next((head for head in heads if fits(token, head.head, words)), None)
        said_of = before and before[0].end == token.start and not after and not token.colour and own_parts(token)[:1] not in ALONE  # 鼻子红红的: of the nose, which cannot be
        part = head.head if head else "" if said_of else unnamed(segments, at, token, after, strange)
        if segment.dressed and not segment.heads and fits(token, "clothes", words):
            part, head = "clothes", None
        if part:
            found.append((token, part, head))
    return found


def is_of_another(segment: Segment, i: int, before: list[Token], after: list[Token], strange: set[int]) -> bool:
    """Whether a modifier, the segment's i-th token, is about what an avatar does not have: blue jeans, red hearts on a shirt."""
    token = segment.tokens[i]
    first = not before or any(one.modifier and one.start < before[0].start for one in segment.tokens)
    if first and not after and is_of_a_stranger(segment.tokens[i:], strange):
        return True
    if not token.colour:
        return False
    opening = segment.opened == "has" or segment.tokens[0].word.grammar in ("is", "nothing")
    return not segment.heads and opening and beside(segment, strange)  # "the trousers are black"


def candidates(segments: list[Segment], at: int, token: Token, before: list[Token], after: list[Token]) -> list[Token]:
    """The heads that a modifier may be about, the likeliest first; before: those of its segment before it, the nearest first."""
    segment = segments[at]
    before_that = next((other.heads[-1:] for other in segments[:at][::-1] if other.tokens), [])
    if not segment.heads and any(one.word.thing and says_again(token, one) for one in before_that):
        return before_that  # 精灵耳朵，尖尖的
    if segment.heads:
        significant = [one for one in segment.tokens if one.significant]
        predicative = bool(significant[0].head) and significant[-1].modifier
        behind = bool(before and before[0].end == token.start and not (after and after[0].start == token.end))  # "the fringe longer, so that the eyes ..."
        return (before + after) if predicative or behind or not after else (after[:1] + before[:1] + after[1:])
    if token.word.belongs and not (segment.opened == "has" and any(one.head == "clothes" for one in before_that)) or own_parts(token)[:1] in ALONE and not token.colour:
        return [one for one in segments[at - 1].heads[-1:] if at and one.head == "background"]  # "a background with dots"
    earlier = [one for other in segments[:at][::-1] for one in other.heads[::-1]][:2]
    following = segments[at + 1] if at + 1 < len(segments) else segment
    later = following.heads[:1] if following.opened in ("and", "comma") and following is not segment and not any(one.word.grammar == "keep" for one in following.tokens) else []
    backward = at > 0 and (segment.tokens[0].word.grammar == "is" or segment.tokens[-1].word.grammar == "of" or segment.opened in ("has", "and") or is_predicative(segments[at - 1])
                           or not later or is_predicative(segments[at + 1]))
    return earlier + later if backward else later + earlier


def unnamed(segments: list[Segment], at: int, token: Token, after: list[Token], strange: set[int]) -> str:
    """The part that is meant where no head is named that fits, or ""."""
    segment, own = segments[at], own_parts(token)
    lonely = not any(other.heads for other in segments)
    if "motif" in own and any(one.head == "motif" or one is not token and own_parts(one)[:2] == ["clothes", "motif"] for each in segments for one in each.tokens):
        return "motif"  # "the stripes to hearts"
    darker = "skin" in own and bool(token.direction)  # 黑一点
    alone = len(own) == 1 or not segment.heads and own[:1] in ALONE
    foreign = bool(after) and after[0].start == token.end and own[:1] not in ALONE  # "strong jacket": not the brows
    vague = own[:1] == ["painting"] or token.word.grammar == "skip" or "undertone" in own and not token.colour  # "cool" and "normal" may be anything
    if lonely and (token.colour or token.direction or own[:1] == ["pupils"]) and beside(segment, strange):
        vague = True  # a cup of coffee, a bigger scar, she feeds cats
    if lonely and token.word.shade and "skin" not in own:
        vague = True  # "a bit darker": of what?
    if vague or foreign or not (token.word.belongs or lonely or darker or alone and not token.colour):
        return ""
    return token.word.belongs or (own[0] if own and not token.colour else "skin" if darker else "hair")


def says_again(token: Token, head: Token) -> bool:
    """Whether a look says of a thing what it is already."""
    return bool(token.word.looks.get(head.head)) and set(token.word.looks[head.head]) <= set(head.word.thing[1])


def own_parts(token: Token) -> list[str]:
    """The parts that a look is for, the likeliest first."""
    return [name for name in token.word.looks if name != "*"]


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
    """What one part of "hair and eyes are blue", or of "blue hair and eyes", has, the other has too, and what it has in "a bigger nose, and so are the ears"."""
    segment, more = segments[at], []
    before = segments[at - 1] if at and segment.opened == "and" else None
    following = segments[at + 1] if at + 1 < len(segments) else None
    after = following if following and following.opened == "and" else None
    ditto = following and not following.modifiers and any(one.word.grammar == "ditto" for one in following.tokens)
    same = [one for one in following.heads if one.word.part] if ditto else []
    for token, _, head in found:
        if head not in segment.heads or token.negated:
            continue
        other = before if token.start > head.start else after if head is segment.heads[-1] else None
        if other and not token.colour and {head.head, *(one.head for one in other.heads)} == {"hair", "fringe"}:
            continue  # "long hair and bangs"
        more += [(token, one.head, one) for one in same if fits(token, one.head, words)]
        nearby = [one for one, two in zip(segment.heads, segment.heads[1:]) if two is head and one.end == two.start and one.word.part and token.start > head.start]
        more += [(token, one.head, one) for one in nearby if fits(token, one.head, words)]  # 眼睛鼻子都小一点
        both = token.colour and other is before and other is not None and other.opened not in ("has", "wears")  # "bow and dress red"
        if other and not other.modifiers and not any(is_no(one) or one.word.thing and not both for one in other.tokens):
            more += [(token, one.head, one) for one in other.heads if fits(token, one.head, words)]
    return found + more


def is_predicative(segment: Segment) -> bool:
    significant = [token for token in segment.tokens if token.significant]
    return bool(significant) and (not significant[-1].head or len(significant) == 1 and bool(significant[0].word.part))


def is_of_a_look(head: Token, segment: Segment) -> bool:
    """Whether "no" is about how a part is, and not about the part: no big nose."""
    return head.negated and not head.word.thing and any(one.word.looks and one.end == head.start for one in segment.modifiers)
