"""`python -m avatar_studio.artist sheet FILE.png`: a contact sheet, to look at with one's own eyes."""
from __future__ import annotations

import argparse
import time

import numpy as np
from PIL import Image

from .. import dice
from ..avatar import latent
from ..exports.sheet import sheet
from ..traits import BY_NAME
from . import draw


def main():
    parser = argparse.ArgumentParser(prog="python -m avatar_studio.artist", description=__doc__)
    parser.add_argument("command", choices=("sheet",))
    parser.add_argument("file")
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--explore", action="store_true", help="traits as in training, not as the dice rolls them")
    parser.add_argument("--trait", help="rows of every option, or the range, of this trait, each on the same face")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="fix some traits")
    arguments = parser.parse_args()
    fixed = {}
    for item in arguments.set:
        name, _, value = item.partition("=")
        fixed[name] = value if BY_NAME[name].kind == "choice" else float(value)
    rng = np.random.default_rng(arguments.seed)
    rolled = [{**(dice.explore(rng) if arguments.explore else dice.roll(rng)), **fixed} for _ in range(arguments.count)]
    if arguments.trait:  # one face after another, each in all options
        trait = BY_NAME[arguments.trait]
        options = trait.names or np.linspace(trait.low, trait.high, arguments.columns).tolist()
        arguments.columns = len(options) * max(1, arguments.columns // len(options))
        rolled = [{**rolled[k // len(options)], trait.name: option} for k, option in
                  enumerate(list(options) * max(1, arguments.count // len(options)))]
    start = time.perf_counter()
    pictures = [Image.fromarray(draw(traits, latent(arguments.seed + (k // len(options) if arguments.trait else k)), arguments.size)) for k, traits in enumerate(rolled)]
    print(f"{len(pictures) / (time.perf_counter() - start):.0f} pictures/s at {arguments.size} px")
    sheet(pictures, arguments.columns).save(arguments.file)


if __name__ == "__main__":
    main()
