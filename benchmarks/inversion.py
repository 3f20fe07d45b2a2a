"""`python -m benchmarks.inversion`: how well a picture of an avatar, without its code, is brought back.

Three kinds of pictures of the same avatars, none of which the encoder was trained on: drawn by the artist, painted by the
generator, and as people save and send them (512 px, on a background, JPEG). The round trip compares the picture of the
avatar that was read with the picture of the avatar that it was. Needs requirements-train.txt for the artist.
"""
from __future__ import annotations

import argparse
import io
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from avatar_studio import dice, inversion
from avatar_studio.artist import draw
from avatar_studio.avatar import BACKGROUNDS, MAX_SEED, Avatar, latent
from avatar_studio.exports.pictures import flat
from avatar_studio.inversion import CHOICES, PAINTS, SLIDERS, distance, traits_of
from avatar_studio.selfie import SelfieError, open_photo
from avatar_studio.selfie.faces import find_faces
from avatar_studio.pixels import to_tensor
from avatar_studio.studio import Studio
from avatar_studio.traits import condition
from avatar_studio.training.losses import psnr


def avatars(count: int) -> list[Avatar]:
    """Held-out avatars, half rolled and half explored, on random backgrounds."""
    rng = np.random.default_rng(4711)
    found = []
    for k in range(count):
        traits = dice.roll(rng) if k % 2 else dice.explore(rng)
        colour = "#{:02x}{:02x}{:02x}".format(*rng.integers(120, 256, 3))
        found.append(Avatar(traits, int(rng.integers(MAX_SEED)), BACKGROUNDS[rng.integers(1, len(BACKGROUNDS))], colour, 512))
    return found


def as_jpeg(picture: Image.Image, quality: int = 85) -> Image.Image:
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=quality)
    return open_photo(buffer.getvalue(), clear=True)


def clear(avatar: Avatar) -> Avatar:
    return replace(avatar, background=BACKGROUNDS[0], size=256)


PICTURES = {
    "drawn": lambda studio, avatar: Image.fromarray(draw(dict(avatar.traits), latent(avatar.seed))),
    "painted": lambda studio, avatar: studio.draw(clear(avatar)),
    "sent": lambda studio, avatar: as_jpeg(studio.draw(avatar)),
}


def shows(studio: Studio, avatar: Avatar, name: str, value) -> bool:
    """Whether another value of one trait can be seen: at least 0.1 % of the canvas changes by more than an eighth."""
    a, b = (to_tensor(picture) for picture in studio.draw_many([clear(avatar), clear(avatar.edit(**{name: value}))]))
    return ((a - b).abs().amax(1) > 1 / 8).float().mean().item() > 0.001


def measure(studio: Studio, wanted: Avatar, picture: Image.Image) -> dict:
    start = time.perf_counter()
    found, away = inversion.inverted(studio, picture)
    seconds = time.perf_counter() - start
    first = replace(found, traits=traits_of(inversion.read(studio, inversion.opened(picture))))  # what the encoder alone read
    c, d = condition(wanted.traits), condition(found.traits)
    wrong = [name for name in CHOICES if wanted.traits[name] != found.traits[name]]
    a, b, alone, other = (to_tensor(x) for x in studio.draw_many([clear(wanted), clear(found), clear(first), replace(clear(wanted), seed=(wanted.seed + 1) % MAX_SEED)]))
    return {"wrong": wrong, "seen": [name for name in wrong if shows(studio, wanted, name, found.traits[name])],
            "sliders": {name: abs(float(c[column] - d[column])) / 2 for name, column in SLIDERS.items()},
            "paints": {name: float(np.abs(c[columns] - d[columns]).mean()) / 2 for name, columns in PAINTS.items()},
            "psnr": psnr(a, b), "alone": psnr(a, alone), "other_seed": psnr(a, other), "unlike": distance(a, b),
            "distance": away, "background": found.background == wanted.background, "seconds": seconds}


def table(rows: list[dict]) -> dict:
    """The figures of one kind of pictures, over all."""
    mean = lambda key: round(float(np.mean([row[key] for row in rows])), 2)  # noqa: E731
    share = lambda key, name: round(1 - float(np.mean([name in row[key] for row in rows])), 4)  # noqa: E731
    choices = {name: (share("wrong", name), share("seen", name)) for name in CHOICES}
    sliders = {name: round(float(np.mean([row["sliders"][name] for row in rows])), 4) for name in SLIDERS}
    paints = {name: round(float(np.mean([row["paints"][name] for row in rows])), 4) for name in PAINTS}
    return {"choices": round(float(np.mean([right for right, _ in choices.values()])), 4),
            "choices_that_show": round(float(np.mean([right for _, right in choices.values()])), 4),
            "sliders": round(float(np.mean([*sliders.values()])), 4), "colours": round(float(np.mean([*paints.values()])), 4),
            "psnr_db": mean("psnr"), "psnr_encoder_alone_db": mean("alone"), "psnr_other_seed_db": mean("other_seed"),
            "recognised": round(float(np.mean([row["distance"] <= inversion.ALIKE for row in rows])), 4),
            "distance_95th": round(float(np.quantile([row["distance"] for row in rows], 0.95)), 4),
            "distance_largest": round(max(row["distance"] for row in rows), 4), "background": round(float(np.mean([row["background"] for row in rows])), 4),
            "seconds_median": round(float(np.median([row["seconds"] for row in rows])), 3),
            "of_choice": choices, "of_slider": sliders, "of_colour": paints}


def strangers(studio: Studio, folder: Path) -> dict:
    """Pictures of a folder, none of which is an avatar, cut to squares, without which they were told at once: distances and seconds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        try:
            picture = open_photo(path.read_bytes(), clear=True)
        except (SelfieError, OSError):  # no picture
            continue
        square = ImageOps.fit(picture, (min(picture.size),) * 2)
        start = time.perf_counter()
        found[path.name] = (round(inversion.inverted(studio, square, sure=True)[1], 4), round(time.perf_counter() - start, 3))
    return found


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inversion", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="avatars")
    parser.add_argument("--strangers", type=Path, default=Path("tests/photos"), help="a folder of pictures that are none of our avatars")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheet", type=Path, help="write pictures beside what was brought back here")
    arguments = parser.parse_args()
    studio = Studio()
    wanted = avatars(arguments.count)
    inversion.inverted(studio, studio.draw(wanted[0]))  # the first time loads the encoder
    result = {}
    for kind, make in PICTURES.items():
        pictures = [make(studio, avatar) for avatar in wanted]
        result[kind] = table([measure(studio, avatar, picture) for avatar, picture in zip(wanted, pictures)])
        result[kind]["face_found"] = round(float(np.mean([_has_face(picture) for picture in pictures])), 2)
        print(f"{kind:8}" + ", ".join(f"{name} {value}" for name, value in result[kind].items() if not isinstance(value, dict)))
        print("  worst: " + ", ".join(f"{name} {right:.0%} ({seen:.0%})" for name, (right, seen) in sorted(result[kind]["of_choice"].items(), key=lambda item: item[1][1])[:6]))
        print("  worst: " + ", ".join(f"{name} {error:.3f}" for name, error in sorted(result[kind]["of_slider"].items(), key=lambda item: -item[1])[:6]))
    result["strangers"] = strangers(studio, arguments.strangers)
    away, seconds = (np.array(x) for x in zip(*result["strangers"].values()))
    print(f"strangers {len(away)}: recognised {(away <= inversion.ALIKE).sum()}, told without a step {(away == 1).sum()}, nearest {away.min()}, median {np.median(seconds):.2f} s")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")
    if arguments.sheet:
        rows = [[make(studio, avatar).resize((256, 256)), studio.draw(replace(inversion.invert(studio, make(studio, avatar)), size=256))]
                for make in PICTURES.values() for avatar in wanted[:10]]
        paper = Image.new("RGBA", (10 * 256, 6 * 256), "white")
        for k, pair in enumerate(rows):
            for below, picture in enumerate(pair):
                paper.alpha_composite(picture.convert("RGBA"), (k % 10 * 256, (k // 10 * 2 + below) * 256))
        paper.convert("RGB").save(arguments.sheet)


def _has_face(picture: Image.Image) -> bool:
    try:
        return bool(find_faces(flat(picture)))
    except SelfieError:
        return False


if __name__ == "__main__":
    main()
