"""What "my face" brings and costs: python -m benchmarks.personal --photos DIR [--people p03,p26] [--drawn 2] [--json FILE] [--sheet FILE.png]

    python -m benchmarks.personal --picture FILE.png    the two photos of tests/photos and what is learned from each

DIR holds photos and labels.tsv as for benchmarks.selfie. For every photo of a person who is there more than once, a model is
learned from the person's other photos and judged on this one, which it never saw. Then people whom the artist drew (personal_drawn.py), seen
through bad light, noise and JPEG. Likeness stands beside that of the avatar as it is read from the same photos, all else beside the base's own.
Needs requirements-train.txt and requirements-bench.txt.

likeness    distance of a neutral describer's numbers (selfie_match.py: colours, cover of regions, lengths) of the avatar and of the
            photo, in units of how much people differ, beside that of the person's other photos; and the photo's place among all. Lower is nearer.
apart       the avatar's picture from the photo laid on its canvas as face_target.py lays it: outline (% of the radius), hair (blurred,
            distance in Lab), clothes (how much of each colour, in Lab); "all" is the mean of the three, each as a share of the base's.
chibi-ness  mean distance to the nearest of the artist's pictures in feature space, of the person's avatars with other expressions.
diversity   mean pairwise feature distance of the person's avatars over random z, and of anybody's.
control     share of what a slider changes in the base's picture that it changes in the model's.
read-back   choices (hair style, glasses, mouth, ...) that the encoder reads as they were asked for: of the person, half of whose traits are
            changed, and of anybody.
"""
from __future__ import annotations

import argparse
import csv
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

from avatar_studio import dice
from avatar_studio.artist import draw
from avatar_studio.avatar import Avatar, decode, latent
from avatar_studio.latent import styles
from avatar_studio.models.generator import Generator
from avatar_studio.personal import face_job, face_target
from avatar_studio.personal.model_file import RESULT, TOLD, Model, apply, read_model
from avatar_studio.selfie import Reading, SelfieError, open_photo, reading
from avatar_studio.selfie.clothes import worn
from avatar_studio.selfie.faces import find_faces
from avatar_studio.selfie.portrait import portrait
from avatar_studio.pixels import settle, to_picture
from avatar_studio.traits import TRAITS
from avatar_studio.weights import load_encoder, load_generator

from . import features, selfie_match
from .personal_apart import apart, nearer
from .personal_drawn import DTYPE, drawn_person
from .quality import premultiplied, read_back
from .selfie import PLACES, SAME_PERSON, person

FACES = PLACES | {"p26.jpg": 0}  # not the woman who is labelled there, but the one of p27.jpg
PEOPLE = (*SAME_PERSON, ("p26.jpg", "p27.jpg"))
SHARES = (0.0, 0.7, 1.0)  # of likeness that are measured; 0 is the pivot
STAGES = ("as read", *(f"likeness {share}" for share in SHARES))
MANY = 24                 # avatars of a set
CALM = ("eyes", "brows", "mouth", "glasses")


@dataclass
class Photo:
    file: str
    picture: Image.Image  # around the face that is meant
    look: np.ndarray
    reading: Reading
    avatar: Avatar
    seen: face_target.Seen
    worn: np.ndarray      # Lab (N, 3): the colours of the clothes


def read(folder: Path, file: str) -> Photo | None:
    """A photo cut to the person that it was labelled for; None where there is no face."""
    whole = open_photo((folder / file).read_bytes())
    try:
        faces = find_faces(whole)
    except SelfieError:
        return None
    index = sorted(range(len(faces)), key=lambda k: faces[k].box[0])[FACES[file]] if file in FACES else 0
    seen = portrait(whole, faces[index], faces)
    left, top, right, bottom = faces[index].box
    edge = right - left
    box = (max(left - edge, 0), max(top - edge, 0), min(right + edge, whole.width), min(bottom + 2 * edge, whole.height))
    found = reading(seen, faces, index)
    avatar = found.avatar()
    return Photo(file, whole.crop(box), selfie_match.of_photo(seen), found, avatar, face_target.see(seen, avatar.traits), seen.lab[worn(seen)])


@torch.inference_mode()
def paint(generator: Generator, avatars: list[Avatar]) -> torch.Tensor:
    """Legal premultiplied pictures (N, 4, 256, 256)."""
    return settle(torch.cat([generator.paint(styles(generator, avatars[k:k + 8]), dtype=DTYPE) for k in range(0, len(avatars), 8)]))


def learn(job, pictures: list[Image.Image], generator: Generator, **settings) -> tuple[Model, dict]:
    """(model, what it took) of a whole job in this process. job: a module of a kind of job; settings: for its run.

    It took: {seconds, processor, preview, preview_processor: seconds to the first, steps, bytes}, and what the job tells besides.
    """
    began, spent, told = time.monotonic(), time.process_time(), {}

    def report(share, losses=None, preview=None, reading=False):
        if preview is not None:
            told.setdefault("preview", time.monotonic() - began)
            told.setdefault("preview_processor", time.process_time() - spent)
        told["steps"] = told.get("steps", 0) + bool(losses)

    slices = job.run(pictures, {"name": "Benchmark"}, report, {}, **settings)
    while True:
        try:
            next(slices)
        except StopIteration as end:
            data = end.value[RESULT]
            told |= {"seconds": time.monotonic() - began, "processor": time.process_time() - spent, "bytes": len(data), **json.loads(end.value.get(TOLD, "{}"))}
            return read_model(data, generator), told


def likeness(looks: np.ndarray, k: int, photos: list[Photo], avatars: np.ndarray) -> tuple[float, int, float]:
    """(distance of a picture's look to photo k, the photo's place among all, the same distance of the person's other photos to it).

    avatars: the base's look of everybody's. As in selfie_match.ranks each number stands among its own kind and counts by how well it
    agrees between avatars and photos of others. The last figure is what a perfect likeness of the other photos would have.
    """
    theirs, people = np.array([photo.look for photo in photos]), np.array([person(photo.file, PEOPLE) for photo in photos])
    everybody = avatars.copy()
    everybody[k] = looks
    a, b = selfie_match._standardised(everybody), selfie_match._standardised(theirs)
    others = people != people[k]
    weight = np.array([selfie_match._agreement(a[others, d], b[others, d]) for d in range(a.shape[1])])
    weight /= np.sqrt(selfie_match._repeats(a[others]) * selfie_match._repeats(b[others]))

    def distance(look: np.ndarray) -> float:
        known = ~np.isnan(look - b[k])
        return float(np.average(np.abs(look - b[k])[known], weights=weight[known]))

    same = [j for j in range(len(photos)) if people[j] == people[k] and j != k]
    return distance(a[k]), int(selfie_match.ranks(everybody, theirs, list(people))[k]), float(np.mean([distance(b[j]) for j in same]))


def expressions(avatar: Avatar, count: int = MANY) -> list[Avatar]:
    random, found = np.random.default_rng(1), []
    for _ in range(count):
        roll = dice.roll(random)
        found.append(avatar.edit(**{t.name: roll[t.name] for t in TRAITS if t.group in CALM}))
    return found


def spread(found: np.ndarray) -> float:
    """Mean pairwise distance of (N, D)."""
    return float(np.linalg.norm(found[:, None] - found[None], axis=-1).sum() / (len(found) * (len(found) - 1)))


def varied(avatar: Avatar, count: int = 2 * MANY) -> list[Avatar]:
    """The avatar with half of its traits rolled anew."""
    random, found = np.random.default_rng(2), []
    for _ in range(count):
        roll = dice.roll(random)
        found.append(avatar.edit(**{t.name: roll[t.name] for t in TRAITS if t.name != "eye_shift" and random.random() < 0.5}))
    return found


def moved_sliders(avatar: Avatar) -> list[Avatar]:
    """The avatar with each slider of its face at its lowest and at its highest, one behind the other."""
    sliders = [t for t in TRAITS if t.kind == "slider" and t.group in ("face", "eyes", "brows", "mouth")]
    return [avatar.edit(**{t.name: end}) for t in sliders for end in (t.low, t.high)]


@torch.inference_mode()
def read_as_asked(generator: Generator, avatars: list[Avatar]) -> float:
    """The share of choices that the encoder reads off a generator's pictures as they were asked for."""
    encoder = load_encoder().freeze(DTYPE)
    read = torch.cat([encoder(some).float() for some in paint(generator, avatars).split(8)])
    return read_back([dict(avatar.traits) for avatar in avatars], read.numpy())["choices"]


def judge(base: Generator, tuned: Generator, avatar: Avatar, network, artist: np.ndarray) -> dict[str, tuple[float, float]]:
    """(the base's, the model's) chibi-ness, diversities and read-back, and the model's control beside 1."""
    over_z = [Avatar(avatar.traits, seed) for seed in range(1000, 1000 + MANY)]
    anybody = [Avatar(dice.roll(np.random.default_rng(seed)), seed) for seed in range(2000, 2000 + MANY)]
    figures = {name: [] for name in ("chibi", "diversity z", "diversity anybody", "read-back", "read-back anybody")}
    changes = []
    for generator in (base, tuned):
        figures["chibi"].append(float(features.nearest(network(paint(generator, expressions(avatar))).numpy(), artist).mean()))
        figures["diversity z"].append(spread(network(paint(generator, over_z)).numpy()))
        figures["diversity anybody"].append(spread(network(paint(generator, anybody)).numpy()))
        figures["read-back"].append(read_as_asked(generator, varied(avatar)))
        figures["read-back anybody"].append(read_as_asked(generator, anybody))
        pictures = paint(generator, moved_sliders(avatar))
        changes.append((pictures[1::2] - pictures[::2]).flatten(1))
    kept = (changes[0] * changes[1]).sum(1) / changes[0].square().sum(1).clamp(min=1e-6)
    seen = changes[0].abs().mean(1) > 5e-4  # a slider without effect on this avatar cannot lose it
    figures["control"] = [1.0, float(kept[seen].mean())]
    figures["least control"] = [1.0, float(kept[seen].min())]
    return {name: tuple(values) for name, values in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of pictures with labels.tsv")
    parser.add_argument("--people", help="only these held-out photos, as p03,p26")
    parser.add_argument("--drawn", type=int, default=3, help="people whom the artist draws")
    parser.add_argument("--picture", type=Path, help="write a picture of what the repository's own photos teach")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--sheet", type=Path, help="write each person's photo, base avatar and model here: keep it private")
    options = parser.parse_args()
    torch.manual_seed(0)
    base = load_generator().freeze(DTYPE)
    if options.picture:
        shown(base).save(options.picture)
    if not options.photos:
        return
    network = features.load()
    with open(options.photos / "labels.tsv", encoding="utf-8", newline="") as file:
        photos = [photo for row in csv.DictReader(file, delimiter="\t") if (photo := read(options.photos, row["file"]))]
    avatars = np.array([selfie_match.of_avatar(to_picture(paint(base, [photo.avatar]))) for photo in photos])
    random = np.random.default_rng(0)
    drawings = np.stack([draw(dice.roll(random), latent(k)) for k in range(512)])
    artist = np.concatenate([network(some).numpy() for some in premultiplied(drawings).split(32)])

    found, strips = {}, []
    names = [photo.file for photo in photos]
    for held in (file for same in PEOPLE for file in same if file in names):
        others = [photo for photo in photos if photo.file != held and person(photo.file, PEOPLE) == person(held, PEOPLE)]
        if not others or options.people and held.removesuffix(".jpg") not in options.people.split(","):
            continue
        model, told = learn(face_job, [photo.picture for photo in others], base)
        me, k = decode(model.avatar_code), names.index(held)
        tuned = [apply(base, model, share).freeze(DTYPE) for share in SHARES]
        drawn = [paint(base, [face_job.together([photo.reading for photo in others])]), *(paint(generator, [me]) for generator in tuned)]
        row, tiles = {"job": told}, [to_picture(picture) for picture in drawn]
        for stage, tile in zip(STAGES, tiles):
            row[stage] = likeness(selfie_match.of_avatar(tile), k, photos, avatars)
            row[f"apart, {stage}"] = apart(tile, photos[k].seen, photos[k].worn)
        row |= judge(base, tuned[-1], me, network, artist)
        found[held] = row
        strips.append([photos[k].picture.resize((256, 256)), *tiles])
        print(held, {name: [round(float(v), 3) for v in values] if isinstance(values, tuple) else {n: round(float(v), 1) for n, v in values.items()}
                     for name, values in row.items()}, flush=True)
    for seed in range(options.drawn):
        found[f"drawn {seed}"] = drawn_person(seed, base)
        print(f"drawn {seed}", found[f"drawn {seed}"], flush=True)
    summary(found)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    if options.sheet and strips:
        sheet = Image.new("RGB", (256 * len(strips[0]), 256 * len(strips)), "white")
        for y, strip in enumerate(strips):
            for x, tile in enumerate(strip):
                sheet.paste(tile, (256 * x, 256 * y), tile if tile.mode == "RGBA" else None)
        sheet.save(options.sheet)


def shown(base: Generator, size: int = 192) -> Image.Image:
    """A row a photo of the repository: the photo, likeness 0, 0.4, 0.7 and 1, and the model with sliders moved."""
    paths = sorted((Path(__file__).parents[1] / "tests" / "photos").glob("p*.jpg"))
    edits = ({"mouth_smile": 1.0, "mouth_open": 0.8}, {"wink": "left", "mouth_smile": 0.8}, {"glasses": "round"}, {"headwear": "cat_ears"})
    sheet = Image.new("RGB", (size * (5 + len(edits)), size * len(paths)), "white")
    for y, path in enumerate(paths):
        picture = open_photo(path.read_bytes())
        model, _ = learn(face_job, [picture], base)
        me = decode(model.avatar_code)
        tiles = [ImageOps.fit(picture, (256, 256), centering=(0.5, 0.1))]
        for share, avatar in [(0.0, me), (0.4, me), (0.7, me), (1.0, me), *((1.0, me.edit(**edit)) for edit in edits)]:
            tiles.append(to_picture(paint(apply(base, model, share).freeze(DTYPE), [avatar])))
        for x, tile in enumerate(tiles):
            tile = tile.resize((size, size), Image.Resampling.LANCZOS)
            sheet.paste(tile, (size * x, size * y), tile if tile.mode == "RGBA" else None)
    return sheet


def told(whose: str, apart: dict[str, tuple[float, float]]) -> None:
    print(f"apart, {whose}: " + ", ".join(f"{name} {base:.2f} -> {mine:.2f} ({100 * (mine / base - 1):+.0f} %)" for name, (base, mine) in apart.items()))


def summary(found: dict) -> None:
    """The table: means over the people."""
    people = [row for name, row in found.items() if not name.startswith("drawn")]
    drawn = [row for name, row in found.items() if name.startswith("drawn")]
    if people:
        for stage in STAGES:
            distance, place, photo = np.mean([row[stage] for row in people], 0)
            first = sum(row[stage][1] == 1 for row in people)
            print(f"{stage:19s} first for {first} of {len(people)}, place {place:.2f}, distance {distance:.3f} (of the other photos {photo:.3f})")
        for stage in STAGES[1:]:
            told(stage, nearer(*([row[f"apart, {one}"] for row in people] for one in (STAGES[0], stage))))
        for name in ("chibi", "diversity z", "diversity anybody", "control", "least control", "read-back", "read-back anybody"):
            base, tuned = np.mean([row[name] for row in people], 0)
            print(f"{name:19s} {base:.3f} -> {tuned:.3f} ({tuned / base:.2f} x)")
        jobs = [row["job"] for row in people]
        for name in jobs[0]:
            print(f"job {name:19s} {np.mean([job[name] for job in jobs]):.1f}")
    if drawn:
        before, pivot, after, least = (np.mean([row[name] for row in drawn]) for name in ("as read", "pivot", "after", "least"))
        told("drawn people", nearer(*([row[f"apart {when}"] for row in drawn] for when in ("as read", "after"))))
        print(f"drawn people        error {before:.2f} as read, {pivot:.2f} at the pivot, {after:.2f} after, of 255; {least:.2f} with nothing misread "
              f"({100 * (after - before) / (before - least):+.0f} % of what can go)")


if __name__ == "__main__":
    main()
