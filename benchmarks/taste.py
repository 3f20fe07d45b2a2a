"""`python -m benchmarks.taste`: how many hearts or picks it takes until the dice know a person's taste.

Simulated people each have a hidden taste in a few traits that the model knows nothing of, and judge with some noise. They
teach it by hearts (one of many rolls that they like) or by picks among eight neighbours, as at the page. The figure is how
often what they then get is more to their taste than a plain roll: 0.5 is no better. The model is the page's own script
(web/static/taste.js), run in a browser.
"""
from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np

from avatar_studio import dice
from avatar_studio.traits import TRAITS
from avatar_studio.web import layout
from avatar_studio.web.play import CANDIDATES, NEIGHBOURS

from .browser import chromium

STATIC = Path(layout.__file__).parent / "static"
LIKED = 7           # traits that a person cares about
NOISE = 0.5         # of a judgement, in standard deviations of their taste
AFTER = (0, 1, 2, 3, 5, 8, 12, 20)
STRENGTH, NARROWS, NEAREST = (float(re.search(rf"\b{name}(?: =|:) ([\d.]+)", (STATIC / "play.js").read_text(encoding="utf-8"))[1])
                              for name in ("strength", "NARROWS", "NEAREST"))  # of the neighbours at the page

# What the page does with the model, on the numbers of a pool of rolls: learn from differences, then choose in each group.
CHOOSE = """([differences, groups]) => {
  const weights = learnTaste(differences);
  return groups.map((group) => weights.length ? group[chooseByTaste(weights, group.map((i) => pool[i]))] : group[0]);
}"""


class Person:
    """A hidden taste: a wish for each of LIKED traits; utility(traits) has mean 0 and spread 1 over the pool."""

    def __init__(self, rng: np.random.Generator, pool: list[dict]):
        self.rng = rng
        self.wishes = [(TRAITS[k], rng.normal(0, 1, max(2, len(TRAITS[k].choices)))) for k in rng.choice(len(TRAITS), LIKED, replace=False)]
        self.mean, self.spread = 0.0, 1.0
        values = np.array([self.utility(traits) for traits in pool])
        self.mean, self.spread = values.mean(), values.std() + 1e-9

    def utility(self, traits: dict) -> float:
        total = 0.0
        for trait, wish in self.wishes:
            value = traits[trait.name]
            if trait.kind == "choice":
                total += wish[trait.names.index(value)]
            elif trait.kind == "angle":
                turn = np.deg2rad(value)
                total += wish[0] * np.cos(turn) + wish[1] * np.sin(turn)
            else:
                total += wish[0] * 4 * (value - trait.low) / (trait.high - trait.low)
        return (total - self.mean) / self.spread

    def best(self, many: list[dict]) -> int:
        return int(np.argmax([self.utility(one) + NOISE * self.rng.normal() for one in many]))


def by_hearts(page, person: Person, pool: list[dict], utilities: np.ndarray) -> dict[int, float]:
    """Hearts on rolls that seem to them among the best fifth; then the dice's share of wins over a plain roll."""
    rng, hearts, liked = person.rng, [], np.quantile(utilities, 0.8)
    while len(hearts) < max(AFTER):
        one = int(rng.integers(len(pool)))
        if utilities[one] + NOISE * rng.normal() > liked:
            others = rng.integers(len(pool), size=CANDIDATES).tolist()
            hearts.append(page.evaluate("([one, others]) => tasteDifference(pool[one], others.map((i) => pool[i]))", [one, others]))
    return {count: wins(page, rng, hearts[:count], utilities) for count in AFTER}


def by_picks(page, person: Person, pool: list[dict], utilities: np.ndarray) -> tuple[dict[int, float], dict[int, float]]:
    """Picks among eight neighbours from a roll on: (the dice's wins, the wins of the avatar that the picks led to)."""
    rng, picks, now, strength = person.rng, [], pool[int(person.rng.integers(len(pool)))], STRENGTH
    reached = {0: float((person.utility(now) > utilities).mean())}
    for count in range(1, max(AFTER) + 1):
        near = [dice.near(rng, now, strength) for _ in range(NEIGHBOURS)]
        chosen = person.best(near)
        picks.append(page.evaluate("([one, many]) => { const all = many.map((traits) => tasteOf(vocabulary, traits));"
                                   " return tasteDifference(all[one], all.filter((_, i) => i !== one)); }", [chosen, near]))
        now, strength = near[chosen], max(NEAREST, strength * NARROWS)
        reached[count] = float((person.utility(now) > utilities).mean())
    return {count: wins(page, rng, picks[:count], utilities) for count in AFTER}, {count: reached[count] for count in AFTER}


def wins(page, rng, differences: list, utilities: np.ndarray, rolls: int = 60) -> float:
    groups = rng.integers(len(utilities), size=(rolls, CANDIDATES))
    chosen = page.evaluate(CHOOSE, [differences, groups.tolist()])
    return float((utilities[chosen][:, None] > utilities[None, :]).mean())


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.taste", description=__doc__)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--pool", type=int, default=2000, help="rolls that everything is compared with")
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    pool = [dice.roll(rng) for _ in range(arguments.pool)]
    found: dict[str, list] = {"dice after hearts": [], "dice after picks": [], "avatar after picks": []}
    with chromium() as browser:
        page = browser.new_page()
        page.add_script_tag(content=(STATIC / "taste.js").read_text(encoding="utf-8"))
        page.evaluate("([traits, rolls]) => { window.vocabulary = traits; window.pool = rolls.map((one) => tasteOf(traits, one)); }",
                      [layout.editor()["traits"], pool])
        for number in range(arguments.people):
            person = Person(np.random.default_rng([1, number]), pool)
            utilities = np.array([person.utility(traits) for traits in pool])
            found["dice after hearts"].append(by_hearts(page, person, pool, utilities))
            dice_after, avatar_after = by_picks(page, person, pool, utilities)
            found["dice after picks"].append(dice_after)
            found["avatar after picks"].append(avatar_after)
    table = {name: {count: round(float(np.mean([one[count] for one in rows])), 3) for count in AFTER} for name, rows in found.items()}
    print(json.dumps({"people": arguments.people, "wins over a plain roll": table}, indent=2))


if __name__ == "__main__":
    main()
