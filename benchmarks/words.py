"""`python -m benchmarks.words [--held-out | --all | --file words-last.tsv] [--show]`: how well sentences are read, in English and Chinese.

words-en.tsv and words-zh.tsv hold 150 sentences each, written by hand before the reader was: an avatar that is there (A, B or
C), the sentence, and what it must become. Every third is held out. words-later.tsv holds 60 more, written
when the reader stood, and words-last.tsv 40 written when it was done and never tuned on. words-other, -blind, -fresh, -unseen, -visitors,
-talk, -street, -people and -chat.tsv are by people who knew nothing of the reader. words-edges.tsv holds two colours of hair, "anything but a bow" and their
kin, written while they were mended.

What a sentence must do: `trait=a|b` one of these; `trait>x`, `trait<x`, `trait=x..y` a range; `trait+`, `trait-` more or less
than before; `part:colour` a colour of that name; `trait?` (or girl?, boy?, old?, mood?) may change; `-` nothing may.
All other traits must stay as they are.
"""
from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from pathlib import Path

from avatar_studio.avatar import Avatar
from avatar_studio.traits import BY_NAME, COLOURS, parts
from avatar_studio.web.server import WELCOME
from avatar_studio.words import read
from avatar_studio.words.lexicon import css

FOLDER = Path(__file__).parent
AVATARS = {
    "A": WELCOME,
    "B": Avatar({"hair_back": "short", "hair_hue": 20, "hair_saturation": 0.2, "hair_lightness": 0.12, "fringe": "none", "glasses": "square",
                 "beard": "full", "beard_length": 0.4, "moustache": "thick", "headwear": "cap", "accent_hue": 0, "clothes": "jacket",
                 "skin_tone": 0.5, "brow_thickness": 0.4, "lashes": 0.1, "eye_hue": 25}, seed=2),
    "C": Avatar({"hair_back": "twin_tails", "hair_hue": 340, "hair_saturation": 0.7, "hair_lightness": 0.6, "hair_length": 0.2, "hair_tips": 0.8,
                 "tips_hue": 215, "fringe": "wispy", "ahoge": 0.6, "eye_shift": 120, "eye_hue": 130, "pupil": "heart", "freckles": 0.6,
                 "headwear": "bow", "earrings": "stud", "clothes": "sailor", "motif": "stripes", "mouth_open": 0.5, "mouth": "fang",
                 "mouth_smile": 0.7, "glasses": "round", "lips": 0.4, "skin_tone": 0.3}, seed=3, background="dots"),
}
# Colours as people call them: ranges of hue (degrees, may wrap), saturation and lightness.
NAMED = {
    "pink": ((320, 15), (0.3, 1), (0.55, 0.95)), "red": ((340, 12), (0.4, 1), (0.2, 0.65)), "ginger": ((5, 32), (0.4, 1), (0.25, 0.65)),
    "orange": ((10, 40), (0.6, 1), (0.4, 0.75)), "yellow": ((42, 62), (0.5, 1), (0.45, 0.85)), "blonde": ((30, 55), (0.35, 1), (0.55, 0.9)),
    "gold": ((35, 55), (0.5, 1), (0.4, 0.75)), "brown": ((5, 45), (0.2, 0.8), (0.1, 0.55)), "hazel": ((20, 80), (0.2, 0.8), (0.25, 0.55)),
    "amber": ((22, 48), (0.5, 1), (0.35, 0.65)), "black": ((0, 360), (0, 1), (0, 0.2)), "white": ((0, 360), (0, 1), (0.86, 1)),
    "grey": ((0, 360), (0, 0.2), (0.35, 0.85)), "silver": ((0, 360), (0, 0.3), (0.6, 0.9)), "green": ((75, 170), (0.25, 1), (0.12, 0.7)),
    "mint": ((130, 175), (0.2, 1), (0.55, 0.9)), "teal": ((160, 200), (0.25, 1), (0.2, 0.75)), "blue": ((185, 245), (0.3, 1), (0.15, 0.85)),
    "purple": ((255, 300), (0.25, 1), (0.2, 0.75)), "lavender": ((240, 300), (0.2, 1), (0.65, 0.95)), "magenta": ((290, 335), (0.4, 1), (0.3, 0.75)),
}
MAY = {"girl": ("lashes", "beard", "moustache", "lips"), "boy": ("lashes", "lips", "beard"),
       "old": ("hair_hue", "hair_saturation", "hair_lightness", "lines"),
       "mood": ("mouth_smile", "mouth_open", "eye_openness", "eye_smile", "brow_angle", "brow_height", "blush")}


def sentences() -> list[tuple[str, str, str, str, bool]]:
    """(language, avatar, sentence, what it must become, held out)."""
    return [(language, *line.split("\t"), i % 3 == 2)
            for language in ("en", "zh") for i, line in enumerate(lines(f"words-{language}.tsv"))]


def lines(name: str) -> list[str]:
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()


def state(avatar: Avatar) -> dict:
    return {**avatar.traits, "background": avatar.background, **dict(zip(parts("background_colour"), css(avatar.background_colour)))}


def judge(before: dict, after: dict, expectation: str) -> tuple[list[tuple[str, bool]], list[str], int]:
    """(what had to be, and whether it is), the traits that changed unasked, how many were not asked for."""
    must, may = [], set()
    for one in expectation.split() if expectation != "-" else []:
        if one.endswith("?"):
            name = one[:-1]
            may |= {*MAY.get(name, (name,)), *(parts(name) if name in COLOURS or name == "background_colour" else ())}
            continue
        name, op, value = re.fullmatch(r"(\w+)([=:<>+-])(.*)", one).groups()
        if op == ":":
            must.append((one, is_colour(after, name, value)))
            may |= {*parts(name)}
            may |= {"background"} if name == "background_colour" else set()
            continue
        may.add(name)
        low, high = (BY_NAME[name].low, BY_NAME[name].high) if name in BY_NAME and BY_NAME[name].kind != "choice" else (0, 1)
        step = 0.05 * (high - low)
        if op == "+":
            right = after[name] >= before[name] + step
        elif op == "-":
            right = after[name] <= before[name] - step
        elif op in "<>":
            right = (after[name] < float(value)) if op == "<" else (after[name] > float(value))
        elif ".." in value:
            right = float(value.split("..")[0]) <= after[name] <= float(value.split("..")[1])
        else:
            right = after[name] in value.split("|")
        must.append((one, right))
    unasked = [name for name in before if name not in may]
    return must, [name for name in unasked if after[name] != before[name]], len(unasked)


def is_colour(after: dict, name: str, wanted: str) -> bool:
    h, s, l = (after[part] for part in parts(name))
    if wanted.startswith("#"):
        H, S, L = css(wanted)
        return abs((h - H + 180) % 360 - 180) <= 2 and abs(s - S) < 0.02 and abs(l - L) < 0.02
    for one in wanted.split("|"):
        if one == "any":
            return True
        (low, high), (s0, s1), (l0, l1) = NAMED[one]
        if (low <= h <= high if low <= high else h >= low or h <= high) and s0 <= s <= s1 and l0 <= l <= l1:
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held-out", action="store_true", help="the held-out third instead of the two others")
    parser.add_argument("--all", action="store_true", help="both")
    parser.add_argument("--file", help="another file of sentences beside this program, such as words-last.tsv")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = [row for row in sentences() if options.all or row[4] == options.held_out]
    measured = measure([(*line.split("\t"), True) for line in lines(options.file)] if options.file else rows, show=options.show)
    for name, value in measured.items():
        print(f"{name:<48}{value:10.2f}")
    if options.json:
        options.json.write_text(json.dumps(measured, indent=2) + "\n")


def measure(rows, reader=read, show: bool = False) -> dict[str, float]:
    """The figures of some sentences, in percent and milliseconds."""
    reader("hello", AVATARS["A"])  # the lexicon is read once
    right, said, changed, unasked, times = {"en": 0, "zh": 0}, {"en": 0, "zh": 0}, 0, 0, []
    whole = 0
    for language, key, sentence, expectation, _ in rows:
        start = time.perf_counter()
        reading = reader(sentence, AVATARS[key])
        times.append(1e3 * (time.perf_counter() - start))
        must, wrong, count = judge(state(AVATARS[key]), state(reading.avatar), expectation)
        right[language] += sum(ok for _, ok in must)
        said[language] += len(must)
        changed += len(wrong)
        unasked += count
        missed = [one for one, ok in must if not ok]
        whole += not missed and not wrong
        if show and (missed or wrong):
            print(f"{key} {sentence}\n    missed: {missed}  changed unasked: {wrong}  not understood: {list(reading.unknown)}")
    return {"sentences": len(rows), "of what is said, right (%)": 100 * sum(right.values()) / sum(said.values()),
            **{f"  {language}": 100 * right[language] / said[language] for language in right if said[language]},
            "of what is not said, changed (%)": 100 * changed / unasked, "sentences without any fault (%)": 100 * whole / len(rows),
            "time a sentence, median (ms)": statistics.median(times), "time a sentence, worst (ms)": max(times)}


if __name__ == "__main__":
    main()
