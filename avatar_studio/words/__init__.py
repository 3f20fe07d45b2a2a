"""Words -> avatar: what a sentence in English or Chinese says about an avatar, done to the one that is there.

    reading = read("long pink twin tails, no glasses", Avatar())
    reading.avatar, reading.understood, reading.unknown
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..avatar import BACKGROUNDS, Avatar
from ..traits import COLOUR_OF, COLOURS, parts, rgb
from .lexicon import VOCABULARY, lexicon
from .reader import parse
from .saying import ONE_EYE, Said

MAX_LENGTH = 500  # characters that are read
FIELDS = ("background", "background_colour", "style")  # of an Avatar beside its traits, that can be said
AGAIN = re.compile(r"(?:please |can we |let me |let's |i want to )?(?:(?:start|begin)(?: it)?(?: all)? (?:over|again|anew|afresh|from scratch)|reset(?: (?:it|this|all|everything|the avatar|my avatar))?)(?: please)?"
                   "|(?:请|我想|我要|全部)?(?:重新开始|重新来过?|从头再来|从头开始|重来|重置|重新捏)(?:一个|一遍|一次|头像)?(?:吧|了)?", re.IGNORECASE)
STEP = 0.2        # of a slider's range: what "longer" moves


class WordsError(ValueError):
    """A sentence that cannot be read. The message is one sentence for a person."""


@dataclass(frozen=True)
class Reading:
    """avatar: with what was said. understood: the traits that were said or implied (a colour as
    NAME_hue). unknown: words that were not."""

    avatar: Avatar
    understood: tuple[str, ...]
    unknown: tuple[str, ...]


def read(sentence: str, avatar: Avatar | None = None) -> Reading:
    """Do to an avatar what a sentence says; all else stays as it is.

    avatar: the one to edit; None takes the default one.
    Raises WordsError for a sentence that is empty or longer than MAX_LENGTH.
    """
    if not isinstance(sentence, str) or not sentence.strip():
        raise WordsError("Write a few words, such as: long pink hair, green eyes, no glasses.")
    if len(sentence) > MAX_LENGTH:
        raise WordsError(f"Write at most {MAX_LENGTH} characters at a time.")
    avatar = avatar or Avatar()
    state = {**avatar.traits, **{name: getattr(avatar, name) for name in FIELDS}}
    said, people, unknown = parse(sentence, state)
    changes = apply(said, people, state)
    fields = {name: changes.pop(name) for name in FIELDS if name in changes}
    result = replace(avatar, traits={**avatar.traits, **changes}, **fields)
    named = [*changes, *fields]
    shown = dict.fromkeys(f"{COLOUR_OF[name]}_hue" if name in COLOUR_OF else name for name in named)
    return Reading(result, tuple(shown), tuple(unknown))


def begins_again(sentence: object) -> bool:
    """Whether a sentence asks for no change of the avatar, but for the one that everybody begins with."""
    return isinstance(sentence, str) and len(sentence) <= MAX_LENGTH and AGAIN.fullmatch(re.sub(r"[\s,.!?，。！？~]+", " ", sentence).strip()) is not None


def apply(said: list[Said], people: list[Said], state: Mapping) -> dict:
    """The traits that change: what is set, then what is kept if it fits, then what moves, then what people imply."""
    changes: dict = {}

    def now(name):
        return changes.get(name, state[name])

    said = wishes(said)
    positive = {one.effect.trait for one in said if not one.negated and not one.direction and one.effect.op == "=" and len(one.effect.values) == 1}
    for one in said:
        effect, name = one.effect, one.effect.trait
        if one.negated and name in VOCABULARY and name not in positive:
            take_off(effect, now, changes)
    taken_off = dict(changes)
    for one in said:
        effect = one.effect
        if one.negated:
            continue
        if effect.op == ":" and effect.trait == "eye" and "eye_hue" in changes:  # one blue, one green
            changes["eye_shift"] = (colour_of(effect)[0] - changes["eye_hue"]) % 360
        elif effect.op == ":" and effect.trait in ONE_EYE:
            paint_one(effect, now, changes)
        elif effect.op == ":":
            paint(effect.trait, colour_of(effect), now, changes)
        elif effect.op == "=" and len(effect.values) == 1 and not (effect.trait in changes and effect.trait == "eye_shift" and effect.values[0]):
            put(one, now, changes)
    for one in said:
        if one.effect.op == "@":
            match(one.effect, now, changes)
    for trait, values in choices(said).items():
        if trait not in changes or (trait in taken_off and changes[trait] == taken_off[trait]):
            values = narrowed(trait, values, people)
            changes[trait] = now(trait) if now(trait) in values and taken_off.get(trait, state[trait]) == state[trait] else values[0]
    for one in said:
        if one.effect.op in "+-" and not (one.negated and one.effect.trait in changes and not one.direction):
            move(one, now, changes)
    for one in people:
        imply(one, now, changes)
    return changes


def wishes(said: list[Said]) -> list[Said]:
    """What is said without the complaints: what moves a slider one way is none if a later word moves it the other way ("the eyes are so big, make
    them smaller"), and neither is a mood (眉毛看着好凶，温柔一点). But what comes after a plain comparison is why it is wished for (刘海剪短，都遮住眼睛了)
    or how far it must not go (短一点，别太短)."""
    ways: dict[str, Said] = {}  # what counts at last
    after = set()
    for one in said:
        wish = ways.get(one.effect.trait)
        if wish and way(wish) == -way(one) and wish.direction > 0 >= one.direction:
            after.add(id(one))
        elif one.effect.op in "+-":
            ways[one.effect.trait] = one

    def against(one: Said) -> bool:
        last = ways.get(one.effect.trait)
        return last is not None and last.token.start > one.token.start and way(one) == -way(last)

    moods = {id(one.token) for one in said if one.effect.op == "=" and one.token.head == "mood" and not one.negated and not one.direction and against(one)}
    return [one for one in said if id(one.token) not in moods and id(one) not in after and not (one.effect.op in "+-" and against(one))]


def way(one: Said) -> int:
    """1 up, -1 down, 0 neither."""
    if one.effect.op in "+-":
        return (1 if one.effect.op == "+" else -1) * (one.direction or 1) * (-1 if one.negated else 1)
    trait = VOCABULARY.get(one.effect.trait)
    if trait is None or trait.kind != "slider" or not one.effect.values:
        return 0
    base = trait.default if trait.low == 0 else 0.0
    return (one.effect.values[0] > base) - (one.effect.values[0] < base)


def put(one: Said, now, changes: dict) -> None:
    name, (value,) = one.effect.trait, one.effect.values
    trait = VOCABULARY[name]
    if trait.kind == "choice":
        changes[name] = value
        return
    here, base = now(name), trait.default if trait.low == 0 else 0.0
    way = (value > base) - (value < base)  # where "happy" lies from no mood at all
    if one.direction:
        step = STEP * (trait.high - trait.low) * min(one.strength, 2)
        faint = one.direction > 0 and way * (here - value) > 0 and abs(value) < 0.5  # "a fainter smile" is none that grows
        if way and not faint:
            far = one.direction > 0 > way * (here - base)  # "sadder", of somebody who smiles, is to be seen
            changes[name] = trait.clean(here + way * one.direction * (max(step, abs(value - here) / 2) if far else step))
        elif one.direction > 0:
            changes[name] = here + max(-step, min(step, value - here))
        elif trait.default > value:  # "less serious"
            changes[name] = trait.clean(here + step)
    elif one.strength < 1:
        changes[name] = base + (value - base) * one.strength
    else:
        changes[name] = here if one.strength > 1 and way * (here - value) > 0 else value  # "very happy" makes nobody less so


def move(one: Said, now, changes: dict) -> None:
    """A slider up or down: to a place of its own ("long"), or from where it is ("longer")."""
    name, strength = one.effect.trait, one.strength
    trait, up = VOCABULARY[name], one.effect.op == "+"
    direction = -(one.direction or 1) if one.negated else one.direction
    if direction > 0 and up and strength < 1 and trait.low == 0 and not now(name):
        direction = 0  # 加点雀斑, where there are none, is a few, and not a step towards some
    if direction:
        step = STEP * (trait.high - trait.low) * min(strength, 2)
        changes[name] = trait.clean(now(name) + (step if up == (direction > 0) else -step))
    elif trait.low < 0:
        target = min(1.0, 0.6 * strength) * (1 if up else -1)
        changes[name] = trait.clean(max(now(name), target) if up and strength >= 1 else min(now(name), target) if strength >= 1 else target)
    elif up:
        target = min(1.0, 0.75 * strength)
        changes[name] = trait.clean(max(now(name), target) if strength >= 1 else target)
    else:
        changes[name] = 0.15 / strength if strength >= 1 else 0.3


def take_off(effect, now, changes: dict) -> None:
    """What "no" does: a choice that is worn goes, a slider goes to nothing."""
    trait = VOCABULARY[effect.trait]
    if trait.kind == "choice":
        if not effect.values or now(trait.name) in effect.values:
            changes[trait.name] = "none" if "none" in trait.names else trait.names[0]
        else:
            changes[trait.name] = now(trait.name)
    elif effect.op == "=" and effect.values:
        changes[trait.name] = trait.default
    elif effect.op in "+~" or trait.low == 0:
        changes[trait.name] = 0.0


def choices(said: list[Said]) -> dict[str, list]:
    """What words that leave a choice leave of each trait together: straight long hair is both, and no bob; a hat but no cap is another one."""
    left: dict[str, list] = {}
    not_those = {(one.effect.trait, one.effect.values) for one in said if one.negated and len(one.effect.values) == 1}
    for one in said:
        if one.effect.op == "=" and len(one.effect.values) > 1 and not one.negated:
            before = left.get(one.effect.trait, list(one.effect.values))
            left[one.effect.trait] = [value for value in before if value in one.effect.values] or list(one.effect.values)
    return {trait: [value for value in values if (trait, (value,)) not in not_those] or values for trait, values in left.items()}


def narrowed(trait: str, values: list, people: list[Said]) -> list:
    """Those of a choice's values which suit the people of the sentence too: short hair is no bob on a man."""
    suiting = next((one.effect.values for one in people if one.effect.op == "=" and one.effect.trait == trait), values)
    return [value for value in suiting if value in values] or values


def imply(one: Said, now, changes: dict) -> None:
    """What a person's word implies, where nothing was said. Values to choose from imply nothing, they only narrow (narrowed)."""
    effect = one.effect
    name = f"{effect.trait}_hue" if effect.op == ":" else effect.trait
    if name in changes:
        return
    if effect.op == ":":
        paint(effect.trait, colour_of(effect), now, changes)
    elif effect.op == "=" and len(effect.values) == 1 and now(name) != effect.values[0]:
        changes[name] = effect.values[0]
    elif effect.op == ">" and now(name) < effect.values[0] or effect.op == "<" and now(name) > effect.values[0]:
        changes[name] = effect.values[0]


def colour_of(effect) -> tuple[float, float, float]:
    """A painted effect's colour: its numbers, or those of its word."""
    return lexicon().index[tuple(effect.values)].colour if isinstance(effect.values[0], str) else effect.values


def paint_one(effect, now, changes: dict) -> None:
    """One eye painted, the other left: the right one has the eyes' hue, the left one that and the shift (as artist/eyes.py paints them)."""
    hue, left = colour_of(effect)[0], (now("eye_hue") + now("eye_shift")) % 360
    if effect.trait == "left_eye":
        changes["eye_shift"] = (hue - now("eye_hue")) % 360
    else:
        paint("eye", colour_of(effect), now, changes)
        changes["eye_shift"] = 0 if effect.trait == "both_eyes" else (left - hue) % 360


def match(effect, now, changes: dict) -> None:
    """A part, or one eye, takes the colour that another has by now."""
    (other,) = effect.values
    hue, saturation, lightness = map(now, parts("eye" if other in ONE_EYE else other))
    colour = (hue + now("eye_shift")) % 360 if other == "left_eye" else hue, saturation, lightness
    if effect.trait in ONE_EYE:
        paint_one(replace(effect, values=colour), now, changes)
    else:
        paint(effect.trait, colour, now, changes)


def paint(name: str, colour: tuple[float, float, float], now, changes: dict) -> None:
    painted = dict(zip(parts(name), colour))
    if name in COLOURS:
        changes |= painted
    elif name == "background_colour":
        changes[name] = "#" + "".join(f"{round(255 * channel):02x}" for channel in rgb(painted, name))
        changes["background"] = "plain" if now("background") == BACKGROUNDS[0] else now("background")
