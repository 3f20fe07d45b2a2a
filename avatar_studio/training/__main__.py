"""python -m avatar_studio.training generator --minutes 60 [--resume]
python -m avatar_studio.training export --run runs/generator
python -m avatar_studio.training directions --sheet directions.png
python -m avatar_studio.training upscaler --minutes 101 [--resume]
python -m avatar_studio.training export-upscaler --run runs/upscaler
python -m avatar_studio.training stylizer --minutes 42 [--resume]
python -m avatar_studio.training export-stylizer --run runs/stylizer
python -m avatar_studio.training encoder --minutes 87 [--resume]
python -m avatar_studio.training export-encoder --run runs/encoder
torchrun --nproc-per-node 4 -m avatar_studio.training generator --device cuda --minutes 30
"""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    for name, value in {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}.items():  # GNU's OpenMP and Intel's
        os.environ.setdefault(name, value)  # before torch: threads that spin while they wait starve whoever shares the cores
    from ..process import step_back
    from ..weights import WeightsError
    from . import encoder, generator, stylizer, upscaler
    from .data import PoolError
    from .directions import make_directions
    from .export import export_generator
    from .options import add_arguments
    from .run import RunError, chosen

    trained = {"generator": generator, "upscaler": upscaler, "stylizer": stylizer, "encoder": encoder}
    exports = {"export": ("generator", export_generator), "export-upscaler": ("upscaler", upscaler.export_upscaler),
               "export-stylizer": ("stylizer", stylizer.export_stylizer), "export-encoder": ("encoder", encoder.export_encoder)}

    parser = argparse.ArgumentParser(prog="python -m avatar_studio.training", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module in trained.items():
        add_arguments(commands.add_parser(name, help=f"train the {name}, on a CPU or a GPU"), module.Options)
    for command, (name, _) in exports.items():
        export = commands.add_parser(command, help=f"write weights/{name}.safetensors, its card and its line in manifest.json")
        export.add_argument("--run", type=Path, default=Path(f"runs/{name}"))
        export.add_argument("--to", type=Path, default=Path("weights"))
    directions = commands.add_parser("directions", help="write weights/directions.safetensors for the generator in weights/")
    directions.add_argument("--to", type=Path, default=Path("weights"))
    directions.add_argument("--count", type=int, default=4096, help="rolled avatars to learn from, default 4096")
    directions.add_argument("--sheet", type=Path, help="write a sheet of each direction at -3 to 3 sigmas here")
    given = vars(parser.parse_args(arguments))
    command = given.pop("command")
    try:
        if command in trained:
            options = chosen(trained[command].Options, given)
            if options.device == "cpu":
                step_back(options.nice)
            trained[command].train(options)
        elif command in exports:
            print(exports[command][1](given["run"], given["to"]))
        else:
            print(make_directions(given["to"], given["count"], given["sheet"]))
    except (RunError, PoolError, WeightsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
