"""python -m avatar_studio.training generator --minutes 60 [--resume]
python -m avatar_studio.training export --run runs/generator
python -m avatar_studio.training directions --sheet directions.png
python -m avatar_studio.training upscaler --minutes 55 [--resume]
python -m avatar_studio.training export-upscaler --run runs/upscaler
python -m avatar_studio.training stylizer --minutes 40 [--resume]
python -m avatar_studio.training export-stylizer --run runs/stylizer
torchrun --nproc-per-node 4 -m avatar_studio.training generator --device cuda --minutes 30
"""
from __future__ import annotations

import argparse
import os
import sys
from dataclasses import fields
from pathlib import Path


def _add_options(parser: argparse.ArgumentParser, options: type) -> None:
    """An argument for each field of a dataclass of options."""
    for field in fields(options):
        name, default = "--" + field.name.replace("_", "-"), field.default
        if isinstance(default, bool):
            parser.add_argument(name, action="store_true")
        else:
            parser.add_argument(name, type=type(default), default=default, help=f"default {default}")


def main(arguments: list[str] | None = None) -> int:
    os.environ.setdefault("KMP_BLOCKTIME", "0")  # before torch: threads that spin starve whoever shares the cores
    from ..weights import WeightsError
    from .data import PoolError
    from . import stylizer, upscaler
    from .generator import Options, RunError, train

    parser = argparse.ArgumentParser(prog="python -m avatar_studio.training", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("generator", help="train the generator, on a CPU or a GPU")
    _add_options(training, Options)
    export = commands.add_parser("export", help="write weights/generator.safetensors, its card and its line in manifest.json")
    export.add_argument("--run", type=Path, default=Path("runs/generator"))
    export.add_argument("--to", type=Path, default=Path("weights"))
    directions = commands.add_parser("directions", help="write weights/directions.safetensors for the generator in weights/")
    directions.add_argument("--to", type=Path, default=Path("weights"))
    directions.add_argument("--count", type=int, default=4096, help="rolled avatars to learn from, default 4096")
    directions.add_argument("--sheet", type=Path, help="write a sheet of each direction at -3 to 3 sigmas here")
    _add_options(commands.add_parser("upscaler", help="train the upscaler, on a CPU or a GPU"), upscaler.Options)
    export = commands.add_parser("export-upscaler", help="write weights/upscaler.safetensors, its card and its line in manifest.json")
    export.add_argument("--run", type=Path, default=Path("runs/upscaler"))
    export.add_argument("--to", type=Path, default=Path("weights"))
    _add_options(commands.add_parser("stylizer", help="train the stylizer, on a CPU or a GPU"), stylizer.Options)
    export = commands.add_parser("export-stylizer", help="write weights/stylizer.safetensors, its card and its line in manifest.json")
    export.add_argument("--run", type=Path, default=Path("runs/stylizer"))
    export.add_argument("--to", type=Path, default=Path("weights"))
    chosen = vars(parser.parse_args(arguments))
    command = chosen.pop("command")
    try:
        if command == "generator":
            options = Options(**chosen)
            if options.device == "cpu":
                os.nice(options.nice)  # whoever sits at this machine goes first
            train(options)
        elif command == "upscaler":
            options = upscaler.Options(**chosen)
            if options.device == "cpu":
                os.nice(options.nice)
            upscaler.train(options)
        elif command == "export-upscaler":
            print(upscaler.export_upscaler(chosen["run"], chosen["to"]))
        elif command == "stylizer":
            options = stylizer.Options(**chosen)
            if options.device == "cpu":
                os.nice(options.nice)
            stylizer.train(options)
        elif command == "export-stylizer":
            print(stylizer.export_stylizer(chosen["run"], chosen["to"]))
        elif command == "directions":
            from .directions import make_directions

            print(make_directions(chosen["to"], chosen["count"], chosen["sheet"]))
        else:
            from .export import export_generator

            print(export_generator(chosen["run"], chosen["to"]))
    except (RunError, PoolError, WeightsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
