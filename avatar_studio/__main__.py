"""Avatars without the page.

python -m avatar_studio draw CODE FILE.png [--size 512]        the picture of a code
python -m avatar_studio draw --words "pink twin tails" FILE.png    the picture of a sentence, in English or Chinese
python -m avatar_studio draw FILE.png --model ann.safetensors [--likeness 0.5] [--style oil]    the person of a model that was learned on the page
python -m avatar_studio draw --from people.csv --out DIR       a picture for each row of a table; goes on where it stopped, and draws again what has changed
python -m avatar_studio pack CODE stickers DIR                 stickers, pngtuber, sprites, icons, model, moving, everything; --model, --style as above
python -m avatar_studio enlarge IN OUT.png --scale 4 [--style oil]    any picture larger, or in a style
python -m avatar_studio inspect FILE                           the avatar inside a saved picture, animation or card, or in a picture that lost it
python -m avatar_studio sheet FILE.png [--count 64] [--seed 0] a contact sheet of rolled avatars

AVATAR_STUDIO_PROVIDER=NAME in the environment labels all that they make as a public service in China must, see docs/takeaway.md.
"""
from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from . import dice
from .avatar import MAX_SEED, SIZES, Avatar, AvatarError, decode
from .exports.batch import OTHER_COLUMNS, draw_table, people, read_table
from .exports.brought import SCALES, brought
from .exports.credentials import CredentialsError, sign
from .exports.marks import avatar_from, provide, saved_avatar, says_generated
from .exports.packs import PACKS, pack
from .exports.pictures import FORMATS, encode, to_png, with_foot
from .exports.sheet import PAPER, page_size, sheet
from .files import write_whole
from .personal.errors import JobError
from .process import keep_memory
from .selfie import SelfieError, open_photo
from .styles import NAMES, NONE
from .traits import DEFAULTS
from .weights import WeightsError
from .words import WordsError
from .words import read as read_words

RARE = ("background_colour", "strength", "second_style", "blend", "super_resolution", "truncation", "explore")  # fields that are told where they are not at their default
MOST_PIXELS = 100_000_000  # of a sheet: 300 MB in memory


def main(arguments: list[str] | None = None) -> int:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may have letters that a redirected output has not
    parser = argparse.ArgumentParser(prog="python -m avatar_studio", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("draw")
    one.add_argument("code", nargs="?")
    one.add_argument("file", type=Path, nargs="?", help="PNG, WebP or JPEG by its ending")
    one.add_argument("--words", help="what the avatar looks like; edits CODE if there is one")
    one.add_argument("--label", action="store_true", help="with a small visible AI mark")
    one.add_argument("--sign", nargs=2, type=Path, metavar=("CHAIN.pem", "KEY.pem"), help="with C2PA content credentials (pip install -r requirements-sign.txt)")
    one.add_argument("--from", dest="table", type=Path, help=f"a CSV: {', '.join(OTHER_COLUMNS)}, and any trait")
    one.add_argument("--out", type=Path, default=Path("avatars"), help="the folder for --from; default: avatars")
    one.add_argument("--size", type=int, choices=SIZES, default=None, help="edge in pixels; default: the code's own")
    bundle = commands.add_parser("pack")
    bundle.add_argument("code")
    bundle.add_argument("pack", choices=PACKS)
    bundle.add_argument("file", metavar="dir", type=Path)
    for command in (one, bundle):
        command.add_argument("--model", type=Path, help="a personal model's file, which paints CODE; draw without CODE: its own person")
        command.add_argument("--style", choices=NAMES, help="painted in a preset; default: the code's own")
        command.add_argument("--likeness", type=share, help="from chibi, 0, to the model's person, 1; default: the code's own")
    larger = commands.add_parser("enlarge")
    larger.add_argument("picture", type=Path)
    larger.add_argument("file", type=Path)
    larger.add_argument("--scale", type=int, choices=SCALES, default=2)
    larger.add_argument("--style", choices=NAMES, default=NONE)
    commands.add_parser("inspect").add_argument("file", type=Path)
    many = commands.add_parser("sheet")
    many.add_argument("file", type=Path)
    many.add_argument("--count", type=whole(1, 4096), default=64)
    many.add_argument("--columns", type=whole(1, 4096), default=8)
    many.add_argument("--edge", type=whole(1, 1024), default=192, help="of each picture, in pixels")
    many.add_argument("--seed", type=whole(0, MAX_SEED), default=0)
    options, rest = parser.parse_known_args(arguments)
    if options.command == "draw" and options.code and len(rest) == 1 and not options.file and not rest[0].startswith("-"):
        options.file = Path(rest.pop())  # draw CODE --size 512 FILE: argparse looks for both at CODE and lets go of FILE
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        provide(os.environ.get("AVATAR_STUDIO_PROVIDER", ""))
        done = {"draw": draw, "pack": make_pack, "enlarge": enlarge, "inspect": inspect, "sheet": draw_sheet}[options.command](options) or 0
        sys.stdout.flush()
        return done
    except (AvatarError, JobError, SelfieError, WeightsError, WordsError, CredentialsError) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # who reads what is printed has read enough, as `head` does; at exit nothing is to be flushed into that pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"{error.filename or options.file} cannot be {'opened' if error.filename else 'written'}: {error.strerror}.", file=sys.stderr)
        return 1


def whole(low: int, high: int) -> Callable[[str], int]:
    """The type of an option that is a whole number from low to high."""
    def read(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}")
        return int(text)
    return read


def share(text: str) -> float:
    """The type of an option that is a number from 0 to 1."""
    try:
        if 0 <= (value := float(text)) <= 1:
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("must be a number from 0 to 1")


def draw(options) -> int:
    if options.table:
        return draw_many(options)
    if options.file is None and options.code and (options.words or options.model):  # draw --words "..." FILE
        options.code, options.file = None, Path(options.code)
    if options.file is None or not (options.code or options.words or options.model):
        raise AvatarError("Say what to draw and where to: draw CODE FILE.png, draw --words \"...\" FILE.png, or draw --from people.csv --out DIR.")
    format = {".png": "png", ".webp": "webp", ".jpg": "jpeg", ".jpeg": "jpeg"}.get(options.file.suffix.lower())
    if format is None:
        raise AvatarError("The file's name must end in .png, .webp or .jpg.")
    avatar = decode(options.code) if options.code else None
    if options.words:
        reading = read_words(options.words, avatar or Avatar())
        avatar = reading.avatar
        if reading.unknown and not reading.understood:
            raise AvatarError(f"None of these words is understood: {', '.join(reading.unknown)[:80]}.")
        if reading.unknown:
            print(f"Not understood: {', '.join(reading.unknown)}", file=sys.stderr)
    from .studio import Studio  # torch takes a second to import: not for a code that is none

    studio = Studio()
    avatar = painted(studio, avatar, options)
    avatar = replace(avatar, size=options.size or avatar.size)
    write_whole(options.file, encoded(studio.draw(avatar), avatar, format, options))
    return 0


def painted(studio, avatar: Avatar | None, options) -> Avatar:
    """The avatar (None: the model's own person) as it is painted with --model, --likeness and --style."""
    if options.model:
        from .personal.adopt import adopt, person

        model = adopt(studio, options.model.read_bytes())
        avatar = replace(avatar or person(model), model=model.id)
    return replace(avatar, likeness=avatar.likeness if options.likeness is None else options.likeness, style=options.style or avatar.style)


def draw_many(options) -> int:
    if options.code or options.words or options.model or options.likeness is not None:
        raise AvatarError("--from takes --out, --size, --style, --label and --sign; a code and words stand in the table itself.")
    table = read_table(options.table)
    next(people(table), None)  # one that is none is told before the weights are loaded
    from .studio import Studio

    keep_memory()
    changes = {name: value for name, value in (("size", options.size), ("style", options.style)) if value}
    result = draw_table(Studio(each_core=True), table, options.out, changes=changes, encode=lambda picture, avatar: encoded(picture, avatar, "png", options))
    for sentence in filter(None, (*result.mistakes, *result.notes, result.stopped)):
        print(sentence, file=sys.stderr)
    print(f"{result.written} drawn, {result.redrawn} redrawn, {result.there} were there, {len(result.mistakes)} could not be drawn.")
    return 1 if result.mistakes or result.stopped else 0


def encoded(picture: Image.Image, avatar: Avatar, format: str, options) -> bytes:
    """A picture as a file, with the label and the signature that were asked for."""
    data = encode(picture, avatar, format, label="en" if options.label else "")
    return sign(data, FORMATS[format], avatar, *options.sign) if options.sign else data


def make_pack(options) -> None:
    avatar = decode(options.code)
    from .studio import Studio

    studio = Studio()
    name, data = pack(studio, painted(studio, avatar, options), options.pack)
    options.file.mkdir(parents=True, exist_ok=True)
    write_whole(options.file / name, data)
    print(options.file / name)


def enlarge(options) -> None:
    must_be_png(options.file, "An enlarged picture")
    data = options.picture.read_bytes()
    from .studio import Studio

    _, made = brought(Studio(), data, options.scale, Avatar(style=options.style))
    write_whole(options.file, to_png(made, saved_avatar(data)))


def must_be_png(file: Path, what: str) -> None:
    if file.suffix.lower() != ".png":
        raise AvatarError(f"{what} is a PNG: its name must end in .png.")


def inspect(options) -> None:
    data = options.file.read_bytes()
    try:
        avatar, read_from = avatar_from(data), "code"
    except AvatarError:
        avatar, read_from = _recognised(data), "picture"
        if avatar is None:
            raise
    changed = {name: value for name, value in avatar.traits.items() if value != DEFAULTS[name]}
    more = {name: getattr(avatar, name) for name in RARE if getattr(avatar, name) != getattr(Avatar(), name)}
    if avatar.partner:
        more |= {"partner": avatar.partner.code, "mix": avatar.mix}
    print(json.dumps({"code": avatar.code, "read_from": read_from, "seed": avatar.seed, "background": avatar.background, "size": avatar.size, "style": avatar.style,
                      "model": avatar.model or "base", "likeness": avatar.likeness, **more,
                      "says_ai_generated": says_generated(data), "traits": changed}, indent=2))


def _recognised(data: bytes) -> Avatar | None:
    """The avatar of a picture without a code; None for any other file. Raises SelfieError for a ZIP."""
    try:
        picture = open_photo(data, clear=True)
    except SelfieError as error:
        if error.key == "zip":
            raise
        return None
    from .inversion import recognised
    from .studio import Studio

    return recognised(Studio(), picture)


def draw_sheet(options) -> None:
    must_be_png(options.file, "A sheet")
    width, height = page_size(options.count, options.columns, options.edge)
    if width * height > MOST_PIXELS:
        raise AvatarError(f"This sheet would be {width} x {height} pixels, more than {MOST_PIXELS:,}; choose a smaller edge, or fewer avatars or columns.")
    from .studio import Studio

    rng = np.random.default_rng(options.seed)
    avatars = [Avatar(dice.roll(rng), (options.seed + k) % (MAX_SEED + 1)) for k in range(options.count)]
    write_whole(options.file, to_png(with_foot(sheet(Studio().draw_many(avatars), options.columns, options.edge), PAPER), None))


if __name__ == "__main__":
    sys.exit(main())
