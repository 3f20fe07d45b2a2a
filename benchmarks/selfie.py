"""How well a photo is read, against labels: python -m benchmarks.selfie --photos DIR [--light] [--hard] [--json FILE] [--sheet FILE.png]

DIR holds pictures and labels.tsv, a table with a row a picture and the columns file, faces, skin, hair_colour,
hair_length, fringe, glasses, beard, hat, smile, mouth_open. The sheet shows each photo beside its avatar: keep it private.
"""
from __future__ import annotations

import argparse
import csv
import io
import json
import multiprocessing
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from avatar_studio import traits
from avatar_studio.selfie import Reading, SelfieError, open_photo, preload, read, reading
from avatar_studio.selfie.faces import find_faces
from avatar_studio.selfie.lab import lab
from avatar_studio.selfie.portrait import portrait

from . import selfie_match
from .selfie_changes import HARD, LIGHTS, Change
from .speed import kilobytes

PLACES = {"p07.jpg": 0, "p26.jpg": 1, "p29.jpg": 1}  # where the labelled face stands from the left, if not the first
SAME_PERSON = (("p03.jpg", "p05.jpg", "p07.jpg"), ("p36.jpg", "p37.jpg"))
READ_FROM = {"skin": "skin_tone", "skin_near": "skin_tone", "hair_colour": "hair_hue", "hair_near": "hair_hue",
             "hair_length": "hair_back", "length_near": "hair_back", "fringe": "fringe", "glasses": "glasses", "beard": "beard",
             "hat": "headwear", "bald": "hair_back", "smile": "mouth_smile", "mouth_open": "mouth_open"}
COLUMNS = tuple(READ_FROM)
# Colour words for a measured colour, by eye, in Lab; only this benchmark speaks of words.
HAIR_WORDS = {"black": [(15, 2, 2)], "dark_brown": [(25, 6, 9)], "brown": [(34, 11, 15)], "dark_blond": [(50, 5, 23)],
              "blond": [(64, 5, 19), (64, 15, 36)], "red": [(33, 17, 19), (51, 28, 32)], "grey": [(52, 3, 4), (78, 6, 4)]}
NEAR = [("black", "dark_brown"), ("dark_brown", "brown"), ("brown", "dark_blond"), ("dark_blond", "blond"),
        ("brown", "red"), ("blond", "grey")]
LENGTHS = {"bald": "bald", "buzz": "short", "short": "short", "spiky": "short", "curly": "short", "bun": "long", "shaggy": "medium",
           "bob": "medium", "afro": "medium"}  # every other style is long
SCALES = {"skin_near": ("light", "medium", "dark"), "length_near": ("bald", "short", "medium", "long")}  # near is one step


def person(file: str, people: Sequence[Sequence[str]] = SAME_PERSON) -> str:
    """One name for all photos of a person. people: who is there more than once."""
    return next((same[0] for same in people if file in same), file)


def words(reading: Reading) -> dict[str, str]:
    """A reading in the words of the labels."""
    v = reading.avatar().traits
    hair = "bald" if v["hair_back"] == "bald" else hair_word(v)
    skin = "light" if v["skin_tone"] < 0.43 else "medium" if v["skin_tone"] < 0.66 else "dark"
    length = "medium" if v["hair_back"] == "curly" and v["hair_length"] > 0.2 else LENGTHS.get(v["hair_back"], "long")  # curls then reach the jaw
    return {
        "skin": skin,
        "skin_near": skin,
        "hair_colour": hair,
        "hair_near": hair,
        "hair_length": length,
        "length_near": length,
        "fringe": "n" if v["fringe"] in ("none", "parted") else "y",
        "glasses": "n" if v["glasses"] == "none" else "y",
        "beard": "none" if v["beard"] == "none" else "beard",
        "hat": "n" if v["headwear"] == "none" else "y",
        "bald": "y" if hair == "bald" else "n",
        "smile": "y" if v["mouth_smile"] >= 0.35 else "n",
        "mouth_open": "y" if v["mouth_open"] >= 0.15 else "n",
    }


def hair_word(values) -> str:
    colour = lab(np.round(255 * np.array(traits.rgb(values, "hair"))).astype(np.uint8))
    return min(HAIR_WORDS, key=lambda word: min(np.linalg.norm((colour - c) * (1, 1.5, 1.2)) for c in HAIR_WORDS[word]))


def is_right(column: str, said: str, label: str) -> bool:
    if column in SCALES:
        return abs(SCALES[column].index(said) - SCALES[column].index(label)) <= 1
    return said == label or column == "hair_near" and any({said, label} == set(pair) for pair in NEAR)


def measure(folder: Path, label: dict, change: Change = lambda picture: picture) -> dict:
    """One photo's row: what was read, what is right, seconds."""
    data = (folder / label["file"]).read_bytes()
    started = time.perf_counter()
    try:
        picture = change(open_photo(data))
        faces = find_faces(picture)
    except SelfieError as error:
        return {"file": label["file"], "message": error.key, "seconds": time.perf_counter() - started}
    place = PLACES.get(label["file"])
    index = 0 if place is None else sorted(range(len(faces)), key=lambda i: faces[i].box[0])[place]
    seen = portrait(picture, faces[index], faces)
    result = reading(seen, faces, index)
    seconds = time.perf_counter() - started
    said = words(result)
    wanted = {**label, "hair_near": label["hair_colour"], "length_near": label["hair_length"], "skin_near": label["skin"],
              "bald": "y" if label["hair_length"] == "bald" else "n"}
    if label["skin"] == "mixed":  # a crowd, labelled as one
        wanted = dict.fromkeys(COLUMNS, "-")
    judged = [c for c in COLUMNS if wanted[c] != "-" and READ_FROM[c] not in result.unsure]
    right = {c: is_right(c, said[c], wanted[c]) for c in judged}
    return {"file": label["file"], "faces": len(faces), "said": said, "right": right, "label": label, "unsure": list(result.unsure),
            "code": result.avatar().code, "seconds": seconds, "reading": result}


def mirrored_look(path: Path, result: Reading) -> np.ndarray:
    """The describer's look at a face in the mirror, where the mesh's chance errors are others than those that were read."""
    picture = open_photo(path.read_bytes())
    left, top, right, bottom = result.faces[result.face]
    centre = picture.width - (left + right) / 2, (top + bottom) / 2
    mirror = ImageOps.mirror(picture)
    faces = find_faces(mirror)
    face = min(faces, key=lambda face: np.hypot(*(np.reshape(face.box, (2, 2)).mean(0) - centre)))
    return selfie_match.of_photo(portrait(mirror, face, faces))


def shares(rows: list[dict], column: str) -> dict:
    """How often one trait is right, in all and by the labelled skin and hair length: {group: [right, of]}."""
    table: dict[str, list[int]] = {}
    for row in rows:
        if column in row.get("right", {}):
            for group in ("all", f"skin {row['label']['skin']}", f"hair {row['label']['hair_length']}"):
                count = table.setdefault(group, [0, 0])
                count[0] += row["right"][column]
                count[1] += 1
    return table


def changed(folder: Path, labels: list[dict], changes: Mapping[str, Change], title: str) -> dict[str, dict]:
    """Prints and returns the shares of what is right when the same photos are changed."""
    rows = {name: [measure(folder, label, change) for label in labels] for name, change in changes.items()}
    found = {}
    print(f"\n{title:16s} " + " ".join(f"{name:>10s}" for name in rows))
    for column in COLUMNS:
        counts = {name: shares(of, column).get("all", (0, 0)) for name, of in rows.items()}
        print(f"{column:16s} " + " ".join(f"{'{}/{}'.format(*count):>10s}" for count in counts.values())
              + f"  {100 * sum(right for right, _ in counts.values()) / sum(of for _, of in counts.values()):5.1f} %")
        found[f"{column} {title}"] = counts
    return found


def forced_choice(folder: Path, rows: list[dict]) -> dict[str, float]:
    """How often a neutral describer (selfie_match.py) finds an avatar's own photo first, or among the first five."""
    from avatar_studio.studio import Studio

    shown = [row for row in rows if "reading" in row]
    avatars = np.array([selfie_match.of_avatar(picture) for picture in Studio().draw_many([row["reading"].avatar() for row in shown])])
    photos = np.array([mirrored_look(folder / row["file"], row["reading"]) for row in shown])
    people = [person(row["file"]) for row in shown]
    ranks = selfie_match.ranks(avatars, photos, people)
    for row, rank in zip(shown, ranks):
        row["rank"] = int(rank)
    colours = slice(0, -len(selfie_match.LENGTHS))
    by_colour = selfie_match.ranks(avatars[:, colours], photos[:, colours], people)
    return {"photos": len(shown), "first": float((ranks == 1).mean()), "in five": float((ranks <= 5).mean()),
            "first by colour": float((by_colour == 1).mean()), "in five by colour": float((by_colour <= 5).mean())}


def twelve_megapixels(path: Path) -> bytes:
    """The picture as a JPEG of 4000 x 3000 pixels."""
    buffer = io.BytesIO()
    ImageOps.pad(Image.open(path).convert("RGB"), (4000, 3000)).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def times(data: bytes) -> dict[str, float]:
    """Seconds from a photo's bytes to a Reading: on the clock, and of processor time."""
    clock, processor = [], []
    for _ in range(3):
        started, spent = time.perf_counter(), time.process_time()
        read(data)
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - spent)
    return {"twelve_megapixels": min(clock), "twelve_megapixels_processor": min(processor)}


def memory(data: bytes) -> dict[str, float]:
    """Megabytes at the peak of reading a photo and drawing its avatar, beyond those of the loaded app that has drawn before.
    Needs a process of its own and Linux's /proc."""
    from app import load_studio
    from avatar_studio.avatar import Avatar

    studio = load_studio()
    studio.draw(Avatar())
    preload()
    idle = kilobytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    studio.draw(read(data).avatar())
    return {"idle": idle / 1e3, "beyond_idle": (kilobytes("VmHWM") - idle) / 1e3}


def sheet(folder: Path, rows: list[dict], path: Path, size: int = 192) -> None:
    """Each photo (its face framed) beside its avatar."""
    from avatar_studio.studio import Studio

    shown = [row for row in rows if "reading" in row]
    columns = 5
    picture = Image.new("RGB", (columns * 2 * size, -(-len(shown) // columns) * size), "white")
    pictures = Studio().draw_many([row["reading"].avatar() for row in shown])
    for index, (row, avatar) in enumerate(zip(shown, pictures)):
        photo = open_photo((folder / row["file"]).read_bytes())
        draw = ImageDraw.Draw(photo)
        draw.rectangle(row["reading"].faces[row["reading"].face], outline="lime", width=max(photo.width // 200, 1))
        x, y = index % columns * 2 * size, index // columns * size
        picture.paste(ImageOps.pad(photo, (size, size)), (x, y))
        avatar = avatar.resize((size, size))
        picture.paste(avatar, (x + size, y), avatar)
        wrong = [c for c, ok in row["right"].items() if not ok]
        ImageDraw.Draw(picture).text((x + 2, y + 2), f"{row['file']} {' '.join(wrong)}", fill="red")
    picture.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder of pictures with labels.tsv")
    parser.add_argument("--light", action="store_true", help="read all photos in other light too")
    parser.add_argument("--hard", action="store_true", help="read the photos of one person in the dark, before a window, very near, with a webcam and in grey too")
    parser.add_argument("--json", type=Path, help="write the table here too")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet of photos beside avatars here")
    options = parser.parse_args()
    preload()
    with open(options.photos / "labels.tsv", encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file, delimiter="\t"))
    rows = [measure(options.photos, label) for label in labels]
    for row in rows:
        if "message" in row:
            print(f"{row['file']}  {row['message']}")
            continue
        wrong = [f"{c}={row['said'][c]}" for c, ok in row["right"].items() if not ok]
        print(f"{row['file']}  faces {row['faces']:2d}  {row['seconds']:.2f} s  unsure {len(row['unsure']):2d}  "
              f"wrong: {', '.join(wrong) or '-'}")

    table = {column: shares(rows, column) for column in COLUMNS}
    expected = {label["file"]: label["faces"] != "0" for label in labels}
    found = [("reading" in row) == expected[row["file"]] for row in rows]
    table["face_or_message"] = {"all": [sum(found), len(found)]}
    groups = sorted({group for column in table.values() for group in column} - {"all"})
    print(f"\n{'':16s} {'all':>14s} unsure " + " ".join(f"{group:>11s}" for group in groups))
    for column, counts in table.items():
        right, of = counts["all"]
        unsure = sum(READ_FROM.get(column) in row.get("unsure", ()) for row in rows)
        cells = " ".join(f"{'{}/{}'.format(*counts[group]) if group in counts else '-':>11s}" for group in groups)
        print(f"{column:16s} {right:3d}/{of:3d} {100 * right / max(of, 1):5.1f} % {unsure:6d} {cells}")
    lighter = [row["file"] for row in rows if row.get("right", {}).get("skin") is False
               and SCALES["skin_near"].index(row["said"]["skin"]) < SCALES["skin_near"].index(row["label"]["skin"])]
    print(f"drawn with lighter skin than labelled: {', '.join(lighter) or 'nobody'}")
    choice = forced_choice(options.photos, rows)
    print(f"forced choice among {choice['photos']} photos: first {100 * choice['first']:.0f} %, in the first five {100 * choice['in five']:.0f} %; "
          f"by colours alone {100 * choice['first by colour']:.0f} % and {100 * choice['in five by colour']:.0f} %")
    if options.light:
        table |= changed(options.photos, labels, LIGHTS, "in other light")
    if options.hard:  # in a crowd the nearest face may be another's
        table |= changed(options.photos, [label for label in labels if label["faces"] == "1"], HARD, "made harder")
    large = twelve_megapixels(options.photos / "p02.jpg")
    seconds = {"photos_median": statistics.median(row["seconds"] for row in rows), **times(large)}
    for name, value in seconds.items():
        print(f"{name:28s} {value:.2f} s")
    megabytes = {}
    if Path("/proc/self/clear_refs").exists():
        with multiprocessing.get_context("spawn").Pool(1) as fresh:
            megabytes = fresh.apply(memory, (large,))
    for name, value in megabytes.items():
        print(f"{'memory ' + name:28s} {value:.0f} MB")
    if options.json:
        photos = [{k: v for k, v in row.items() if k != "reading"} for row in rows]
        options.json.write_text(json.dumps({"traits": table, "forced_choice": choice, "seconds": seconds, "megabytes": megabytes, "photos": photos}, indent=1))
    if options.sheet:
        sheet(options.photos, rows, options.sheet)


if __name__ == "__main__":
    main()
