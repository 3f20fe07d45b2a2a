"""How well a photo is read, against labels: python -m benchmarks.selfie --photos DIR [--json FILE] [--sheet FILE.png]

DIR holds pictures and labels.tsv, a table with a row a picture and the columns file, faces, skin, hair_colour,
hair_length, fringe, glasses, beard, hat, smile, mouth_open. The sheet shows each photo beside its avatar: keep it private.
"""
from __future__ import annotations

import argparse
import csv
import io
import json
import statistics
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from avatar_studio import traits
from avatar_studio.selfie import Reading, SelfieError, open_photo, preload, read
from avatar_studio.selfie.lab import lab

PLACES = {"p07.jpg": 0, "p26.jpg": 1, "p29.jpg": 1}  # where the labelled face stands from the left, if not the first
READ_FROM = {"skin": "skin_tone", "hair_colour": "hair_hue", "hair_near": "hair_hue", "hair_length": "hair_back",
             "fringe": "fringe", "glasses": "glasses", "beard": "beard", "hat": "headwear", "bald": "hair_back", "smile": "mouth_smile", "mouth_open": "mouth_open"}
COLUMNS = tuple(READ_FROM)
# Colour words for a measured colour, by eye, in Lab; only this benchmark speaks of words.
HAIR_WORDS = {"black": [(15, 2, 2)], "dark_brown": [(25, 6, 9)], "brown": [(34, 11, 15)], "dark_blond": [(50, 5, 23)],
              "blond": [(64, 5, 19), (64, 15, 36)], "red": [(33, 17, 19), (51, 28, 32)], "grey": [(52, 3, 4), (78, 6, 4)]}
NEAR = [("black", "dark_brown"), ("dark_brown", "brown"), ("brown", "dark_blond"), ("dark_blond", "blond"),
        ("brown", "red"), ("blond", "grey")]
LENGTHS = {"bald": "bald", "buzz": "short", "short": "short", "spiky": "short", "curly": "short", "bun": "long", "shaggy": "medium",
           "bob": "medium", "afro": "medium"}  # every other style is long


def words(reading: Reading) -> dict[str, str]:
    """A reading in the words of the labels."""
    v = reading.avatar().traits
    hair = "bald" if v["hair_back"] == "bald" else hair_word(v)
    return {
        "skin": "light" if v["skin_tone"] < 0.43 else "medium" if v["skin_tone"] < 0.66 else "dark",
        "hair_colour": hair,
        "hair_near": hair,
        "hair_length": LENGTHS.get(v["hair_back"], "long"),
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
    return said == label or column == "hair_near" and any({said, label} == set(pair) for pair in NEAR)


def measure(folder: Path, label: dict) -> dict:
    """One photo's row: what was read, what is right, seconds."""
    data = (folder / label["file"]).read_bytes()
    started = time.perf_counter()
    try:
        reading = read(data)
    except SelfieError as error:
        return {"file": label["file"], "message": error.key, "seconds": time.perf_counter() - started}
    seconds = time.perf_counter() - started
    place = PLACES.get(label["file"])
    if place is not None:
        order = sorted(range(len(reading.faces)), key=lambda i: reading.faces[i][0])
        reading = read(data, face=order[place])
    said = words(reading)
    if label["skin"] == "mixed":  # a crowd, labelled as one
        label = {**label, **dict.fromkeys(COLUMNS, "-")}
    wanted = {**label, "hair_near": label["hair_colour"], "length_near": label["hair_length"], "skin_near": label["skin"],
              "bald": "y" if label["hair_length"] == "bald" else "n"}
    judged = [c for c in COLUMNS if wanted[c] != "-" and READ_FROM[c] not in reading.unsure]
    right = {c: is_right(c, said[c], wanted[c]) for c in judged}
    return {"file": label["file"], "faces": len(reading.faces), "said": said, "right": right,
            "unsure": list(reading.unsure), "code": reading.avatar().code, "seconds": seconds, "reading": reading}


def twelve_megapixels(path: Path) -> dict[str, float]:
    """Seconds from the bytes of a 4000 x 3000 JPEG to a Reading: on the clock, and of processor time."""
    buffer = io.BytesIO()
    ImageOps.pad(Image.open(path).convert("RGB"), (4000, 3000)).save(buffer, "JPEG", quality=92)
    clock, processor = [], []
    for _ in range(3):
        started, spent = time.perf_counter(), time.process_time()
        read(buffer.getvalue())
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - spent)
    return {"twelve_megapixels": min(clock), "twelve_megapixels_processor": min(processor)}


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

    table = {}
    for column in COLUMNS:
        marks = [row["right"][column] for row in rows if column in row.get("right", {})]
        unsure = sum(READ_FROM[column] in row.get("unsure", ()) for row in rows)
        percent = round(100 * sum(marks) / max(len(marks), 1), 1)
        table[column] = {"right": sum(marks), "of": len(marks), "percent": percent, "unsure": unsure}
    expected = {label["file"]: label["faces"] != "0" for label in labels}
    found = [("reading" in row) == expected[row["file"]] for row in rows]
    table["face_or_message"] = {"right": sum(found), "of": len(found), "percent": round(100 * sum(found) / len(found), 1)}
    print()
    for name, row in table.items():
        print(f"{name:16s} {row['right']:3d} of {row['of']:3d}  {row['percent']:5.1f} %   unsure {row.get('unsure', 0)}")
    seconds = {"photos_median": statistics.median(row["seconds"] for row in rows), **twelve_megapixels(options.photos / "p02.jpg")}
    for name, value in seconds.items():
        print(f"{name:28s} {value:.2f} s")
    if options.json:
        photos = [{k: v for k, v in row.items() if k != "reading"} for row in rows]
        options.json.write_text(json.dumps({"traits": table, "seconds": seconds, "photos": photos}, indent=1))
    if options.sheet:
        sheet(options.photos, rows, options.sheet)


if __name__ == "__main__":
    main()
