"""Avatars without the page.

python -m avatar_studio draw CODE FILE.png [--size 512]        the picture of a code
python -m avatar_studio inspect FILE.png                       the avatar inside a saved picture
python -m avatar_studio sheet FILE.png [--count 64] [--seed 0] a contact sheet of rolled avatars
"""
from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from . import dice
from .avatar import SIZES, Avatar, AvatarError, decode
from .exports.png import avatar_from_png, to_png
from .exports.sheet import sheet
from .traits import DEFAULTS
from .weights import WeightsError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m avatar_studio", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("draw")
    one.add_argument("code")
    one.add_argument("file", type=Path)
    one.add_argument("--size", type=int, choices=SIZES, default=None, help="edge in pixels; default: the code's own")
    commands.add_parser("inspect").add_argument("file", type=Path)
    many = commands.add_parser("sheet")
    many.add_argument("file", type=Path)
    many.add_argument("--count", type=int, default=64)
    many.add_argument("--columns", type=int, default=8)
    many.add_argument("--edge", type=int, default=192, help="of each picture, in pixels")
    many.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        {"draw": draw, "inspect": inspect, "sheet": draw_sheet}[options.command](options)
    except (AvatarError, WeightsError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{options.file} cannot be opened: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


def draw(options) -> None:
    from .studio import Studio  # torch takes a second to import: not for a code that is none

    avatar = decode(options.code)
    avatar = replace(avatar, size=options.size or avatar.size)
    options.file.write_bytes(to_png(Studio().draw(avatar), avatar))


def inspect(options) -> None:
    avatar = avatar_from_png(options.file.read_bytes())
    changed = {name: value for name, value in avatar.traits.items() if value != DEFAULTS[name]}
    print(json.dumps({"code": avatar.code, "seed": avatar.seed, "background": avatar.background, "size": avatar.size, "traits": changed}, indent=2))


def draw_sheet(options) -> None:
    from .studio import Studio

    rng = np.random.default_rng(options.seed)
    avatars = [Avatar(dice.roll(rng), options.seed + k) for k in range(options.count)]
    sheet(Studio().draw_many(avatars), options.columns, options.edge).save(options.file)


if __name__ == "__main__":
    sys.exit(main())
