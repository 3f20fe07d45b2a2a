"""What a token says once it has found its part: effects, with their degree."""
from __future__ import annotations

from dataclasses import dataclass

from ..traits import BY_NAME, COLOURS
from .lexicon import VOCABULARY, Effect, Lexicon, lexicon
from .matching import Token


@dataclass(frozen=True)
class Said:
    """An effect with its degree, and the token that said it."""

    effect: Effect
    strength: float
    direction: int
    negated: bool
    token: Token


ONE_EYE = ("right_eye", "left_eye", "both_eyes")  # parts that look as eyes do, and are painted alone


def look(token: Token, part: str):
    """The effects of a token on a part, or None."""
    return token.word.looks.get(part, token.word.looks.get("eyes") if part in ONE_EYE else None)


def fits(token: Token, part: str, words: Lexicon) -> bool:
    """Whether a part can look like this."""
    slider = part in words.sliders
    return (look(token, part) is not None or (slider and "*" in token.word.looks) or (bool(token.colour) and part in words.colours)
            or (bool(token.word.shade) and (part in words.colours or part == "skin" or slider and BY_NAME[words.sliders[part]].low == 0)))


def covered(tokens: list[Token]) -> bool:
    """Whether something is said to be on the head."""
    return any(token.head == "headwear" and not token.negated for token in tokens)


def of_head(token: Token) -> list[Said]:
    """What a thing does by being there, or a part by being more or less."""
    word = token.word
    if token.kept:
        return []
    if word.thing:
        return [Said(effect, token.strength, token.direction, token.negated, token) for effect in word.thing[1]]
    slider = lexicon().sliders.get(word.part)
    if token.negated and word.part == "ears":  # those that are worn
        return [Said(Effect("headwear", "=", ("cat_ears", "bunny_ears")), 1.0, 0, True, token)]
    if token.negated:
        choice = word.part in VOCABULARY and "none" in VOCABULARY[word.part].names
        return [Said(Effect(word.part if choice or not slider else slider, "="), 1.0, 0, True, token)]
    if slider and token.direction:
        return [Said(Effect(slider, "+"), token.strength, token.direction, False, token)]
    return []


def alike(tokens: list[Token], words: Lexicon) -> list[Said]:
    """"Her hair the same colour as her eyes", 头发跟眼睛一样颜色: the one part takes the colour that the other has in the end."""
    found = []
    named = any(token.word.grammar == "colour" for token in tokens)
    for i, token in enumerate(tokens):
        if token.word.grammar != "alike" and not (token.word.grammar == "as" and named):
            continue
        before = [one for one in tokens[:i] if one.head in words.colours and not one.negated]
        after = next((one for one in tokens[i + 1:i + 5] if one.head), None)
        pair = (before[-1:] + [after]) if after and not named_before(tokens[:i]) else before[-2:]
        if len(pair) < 2 or any(one.head not in words.colours for one in pair):
            continue
        if pair[1] is not after and any(one.colour for one in tokens[tokens.index(pair[0]):tokens.index(pair[1])]):  # 头发蓝色，眼睛同色
            pair.reverse()
        if pair[1] is not after and any(one.word.grammar == "also" for one in tokens[tokens.index(pair[1]):i]):  # 发色好看，眼睛也一样
            pair.reverse()
        if pair[1] is after and not tokens[i - 1].head and tokens[i + 1] is after:  # "with a matching bow"
            pair.reverse()
        one, other = (words.colours[each.head] for each in pair)
        if one != other and "background_colour" not in (one, other):
            found.append(Said(Effect(one, "@", (other,)), 1.0, 0, False, token))
    return found


def named_before(tokens: list[Token]) -> bool:
    """Whether "and" binds the last two heads: 头发和眼睛."""
    heads = [i for i, token in enumerate(tokens) if token.head]
    return len(heads) > 1 and any(token.word.grammar == "and" for token in tokens[heads[-2]:heads[-1]])


def of_modifier(token: Token, part: str, words: Lexicon) -> list[Said]:
    """What a colour or a look does to a part."""
    token.used = True
    if token.kept:
        return []
    if look(token, part) is not None:
        found = look(token, part)
    elif token.colour and token.negated and part == "tips":  # no blue tips
        found = (Effect("hair_tips", "="),)
    elif token.colour and token.direction < 0 and painted(part, words) in COLOURS:  # less pink
        found = (Effect(f"{painted(part, words)}_saturation", "+"),)
    elif token.colour:
        found = () if token.negated else (Effect(words.colours.get(part, part), ":", token.colour),)
    elif token.word.shade:
        found = of_shade(token.word.shade, part, words)
    else:
        found = tuple(Effect(words.sliders[part], effect.op) for effect in token.word.looks["*"])
    if token.direction and any(effect.op in "+-" for effect in found):
        found = tuple(effect for effect in found if effect.op in "+-")  # longer hair is not another style of hair
    if not found:
        token.used = False
    return [Said(effect, token.strength, token.direction, token.negated, token) for effect in found]


def painted(part: str, words: Lexicon) -> str | None:
    """The colour of a part. Either eye has its own hue, but both are as light and as vivid."""
    return "eye" if part in ONE_EYE else words.colours.get(part)


def of_shade(shade: str, part: str, words: Lexicon) -> tuple[Effect, ...]:
    darker = shade == "dark"
    colour = painted(part, words)
    if colour in COLOURS:
        piece = "saturation" if shade == "bright" else "lightness"
        return (Effect(f"{colour}_{piece}", "-" if darker else "+"),)
    return (Effect(words.sliders[part], "+" if darker or shade == "bright" and part != "skin" else "-"),) if part in words.sliders else ()
