"""Every file of every pack, opened by another library than the one that wrote it: OpenCV, trimesh, zipfile, json, struct."""
from __future__ import annotations

import html
import io
import json
import re
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import trimesh
from PIL import Image

from avatar_studio.avatar import Avatar
from avatar_studio.exports import packs
from avatar_studio.exports.expressions import EXPRESSIONS, express
from avatar_studio.exports.marks import avatar_from, says_generated
from avatar_studio.traits import BY_NAME
from avatar_studio.web.server import WELCOME

AVATAR = Avatar(WELCOME.traits, WELCOME.seed, "dots", "#dce9ff", 256)


@pytest.fixture(scope="module")
def files(studio):
    """name -> bytes of the ZIP of everything, and how its progress was told."""
    return all_files(studio)


@pytest.fixture(scope="module")
def theirs(studio, offered):
    """The same from who offers the studio to the public in China, and the name."""
    with offered() as name:
        return all_files(studio), name


def all_files(studio) -> dict[str, bytes]:
    told = []
    name, data = packs.pack(studio, AVATAR, "everything", lambda done, total: told.append((done, total)))
    assert name == "avatar-everything.zip" and len(told) >= 55 and all(done <= total for done, total in told)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def opened(data: bytes) -> np.ndarray:
    """OpenCV's reading: (height, width, 3 or 4), BGR(A)."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture


def test_every_picture_opens(files):
    pictures = [name for name in files if name.endswith((".png", ".webp", ".gif"))]
    assert len(pictures) >= 54
    for name in pictures:
        assert opened(files[name]).std() > 5, name


def test_every_file_says_whose_and_what_it_is(files):
    for name, data in files.items():
        assert says_generated(data), name
        assert avatar_from(data).traits["hair_hue"] == AVATAR.traits["hair_hue"], name


def test_with_a_provider_every_file_names_it_and_every_picture_shows_the_label(files, theirs):
    """In its lower right corner and, where nothing is lost, nowhere else; but for an icon of 16 to 48 px."""
    labelled, provider = theirs
    assert set(labelled) == set(files)
    for name, data in labelled.items():
        assert producers(data) == {provider} and producers(files[name]) == {"Avatar Studio"}, name
        assert avatar_from(data) == avatar_from(files[name]), name
    for name in labelled:
        if name.endswith((".png", ".webp", ".gif", ".glb")) and name != "sprites/sprites.png":
            one, other = (texture(each[name]) if name.endswith(".glb") else opened(each[name]) for each in (files, labelled))
            assert one.shape == other.shape, name
            edge = min(one.shape[:2])
            rows, columns = np.nonzero(np.abs(one.astype(int) - other).max(-1) > 60)
            assert ((rows > one.shape[0] - 0.2 * edge) & (columns > one.shape[1] - 0.5 * edge)).sum() > 0.003 * edge**2, name
            if name.endswith((".png", ".glb")):
                assert rows.min() > one.shape[0] - 0.2 * edge and columns.min() > one.shape[1] - 0.5 * edge, name


def test_with_a_provider_each_sprite_shows_the_label_and_so_does_the_sheet(files, theirs):
    pages, described = [opened(each["sprites/sprites.png"]).astype(int) for each in (files, theirs[0])], json.loads(files["sprites/sprites.json"])
    changed = np.abs(pages[0] - pages[1]).max(-1) > 60
    for name, frame in described["frames"].items():
        box = frame["frame"]
        rows, columns = np.nonzero(changed[box["y"]:box["y"] + box["h"], box["x"]:box["x"] + box["w"]])
        assert len(rows) > 200 and rows.min() > 210 and columns.min() > 170, name
        changed[box["y"]:box["y"] + box["h"], box["x"]:box["x"] + box["w"]] = False
    rows, columns = np.nonzero(changed)  # where no pose stands
    assert np.ptp(rows) >= 0.05 * 1030 and rows.min() > 1032 and columns.min() > 600


def test_with_a_provider_stickers_still_are_what_the_messengers_accept(theirs):
    test_stickers_are_what_the_messengers_accept(theirs[0])
    assert json.loads(theirs[0]["stickers/stickers.json"])["publisher"] == theirs[1]


def texture(glb: bytes) -> np.ndarray:
    """The picture of a card as OpenCV reads one."""
    return opened(glb[glb.index(b"\x89PNG"):])


def producers(data: bytes) -> set[str]:
    """Whom the labels of a file name as producer."""
    if data.startswith(b"GIF8"):
        with Image.open(io.BytesIO(data)) as picture:
            data = picture.info["comment"]
    text = html.unescape(data.decode("utf-8", "replace"))  # XMP has its quotation marks so
    return {json.loads(f'"{name}"') for name in re.findall(r'"ContentProducer": ?"((?:[^"\\]|\\.)*)"', text)}


def test_pictures_come_clear_and_on_their_background_in_each_size(files):
    for size in (256, 512, 1024):
        clear, ground = (opened(files[f"pictures/avatar-{size}-{kind}.png"]) for kind in ("clear", "background"))
        assert clear.shape == ground.shape == (size, size, 4)
        assert clear[2, 2, 3] < 16 and ground[..., 3].min() == 255


def test_stickers_are_what_the_messengers_accept(files):
    whatsapp = [name for name in files if name.startswith("stickers/whatsapp/") and name.endswith(".webp")]
    telegram = [name for name in files if name.startswith("stickers/telegram/")]
    assert len(whatsapp) == len(telegram) == len(EXPRESSIONS) == 9 and 3 <= len(whatsapp) <= 30
    for name in whatsapp:
        picture = opened(files[name])
        assert picture.shape == (512, 512, 4) and len(files[name]) <= 100 * 1024, name
        assert picture[16:-16, 16:-16, 3].sum() == picture[..., 3].sum() and (picture[..., 3] > 60).mean() > 0.2, name
        assert picture[:48, :48, 3].max() == 0, name  # without the avatar's background
    for name in telegram:
        assert opened(files[name]).shape == (512, 512, 4) and len(files[name]) <= 512 * 1024
        emoji = files[f"stickers/emoji/{name.rpartition('/')[2]}"]
        assert opened(emoji).shape == (128, 128, 4) and len(emoji) <= 128 * 1024
        assert np.ptp(np.nonzero(opened(emoji)[..., 3] > 60), axis=1).max() >= 122  # as large as it can be
    assert opened(files["stickers/whatsapp/tray.png"]).shape == (96, 96, 4) and len(files["stickers/whatsapp/tray.png"]) <= 50 * 1024
    described = json.loads(files["stickers/stickers.json"])
    assert all(f"stickers/{sticker['file']}" in files and sticker["emoji"] for sticker in described["stickers"])
    assert {("happy", "😊"), ("laugh", "😂"), ("sad", "😢"), ("love", "😍")} <= {(Path(sticker["file"]).stem, sticker["emoji"]) for sticker in described["stickers"]}


def test_what_reaches_the_edge_of_its_picture_stays_clear_of_a_sticker_s_edge():
    assert packs.as_sticker(Image.new("RGBA", (512, 512), "teal")).getchannel("A").point(lambda a: 255 * (a > 0)).getbbox() == (17, 17, 495, 495)


@pytest.mark.parametrize("style,white", [({"style": "none"}, True), ({"style": "neon"}, False), ({"style": "sticker"}, False), ({"style": "sticker", "strength": 0.2}, True),
                                         ({"style": "sticker", "second_style": "ink", "blend": 0.9}, True), ({"style": "comic", "second_style": "sticker", "blend": 0.9}, False)])
def test_a_style_with_a_rim_of_its_own_gets_no_second_one(studio, style, white):
    avatar = replace(AVATAR, background="transparent", size=512, **style)
    _, data = next(packs.stickers(studio, avatar))
    bare = np.asarray(packs.as_sticker(studio.draw(express(avatar, "happy")), rim=False))[..., 3].astype(int)
    assert bool((opened(data)[..., 3] - bare > 100).any()) == white


def test_every_file_of_a_zip_can_be_read_by_others(studio):
    """Such as by a web server that runs as somebody else."""
    with zipfile.ZipFile(io.BytesIO(packs.pack(studio, AVATAR, "sprites")[1])) as archive:
        assert {member.external_attr >> 16 for member in archive.infolist()} == {0o644}


def test_feelings_differ_and_keep_who_it_is(files):
    faces = [opened(files[f"stickers/telegram/{name}.png"]).astype(np.float32) for name in EXPRESSIONS]
    for i, one in enumerate(faces):
        for other in faces[:i]:
            assert np.abs(one - other).max() > 60
    for name, (english, chinese, changes) in EXPRESSIONS.items():
        face = express(AVATAR, name)
        assert english and chinese and {BY_NAME[trait].group for trait in changes} <= {"eyes", "brows", "mouth", "face"}
        assert face.traits["hair_back"] == AVATAR.traits["hair_back"] and face != AVATAR


def test_a_cat_s_mouth_and_hearts_in_the_eyes_do_not_smile_in_anger():
    for name in ("sad", "angry"):
        face = express(AVATAR.edit(mouth="cat", pupil="heart"), name).traits
        assert face["mouth"] == "plain" and face["pupil"] == "round" and face["mouth_smile"] < -0.8 and face["mouth_open"] == 0, name


def test_animations_in_a_pack_are_as_large_as_one_alone(files, studio):
    _, alone = packs.animation(studio, replace(AVATAR, size=packs.MOVING_SIZE), "nod", "webp")
    assert {opened(data).shape[:2] for name, data in files.items() if name.startswith("moving/")} == {opened(alone).shape[:2]} == {(512, 512)}


def test_a_pngtuber_blinks_and_talks_in_place(files):
    states = {name: opened(files[f"pngtuber/{name}.png"]).astype(np.float32) for name in ("idle", "blink", "talk", "talk-blink")}
    assert {picture.shape for picture in states.values()} == {(1024, 1024, 4)}
    eyes, mouth, hair = (slice(480, 700), slice(0, 1024)), (slice(700, 800), slice(400, 620)), (slice(60, 300), slice(0, 1024))

    def moved(one, other, place):
        return np.abs(states[one][place] - states[other][place]).mean()

    assert moved("idle", "blink", eyes) > 4 * moved("idle", "talk", eyes)
    assert moved("idle", "talk", mouth) > 2 * moved("idle", "blink", mouth)
    assert moved("idle", "talk-blink", hair) < 3
    assert moved("idle", "talk-blink", mouth) > 2 * moved("idle", "blink", mouth) and moved("talk", "talk-blink", eyes) > 4 * moved("idle", "talk", eyes)


def test_the_sheet_is_where_its_json_says(files):
    page, described = opened(files["sprites/sprites.png"]), json.loads(files["sprites/sprites.json"])
    assert (page.shape[1], page.shape[0]) == (described["meta"]["size"]["w"], described["meta"]["size"]["h"])
    assert {"neutral", "blink", "talk-a", *EXPRESSIONS} <= set(described["frames"])
    for name, frame in described["frames"].items():
        box = frame["frame"]
        sprite = page[box["y"]:box["y"] + box["h"], box["x"]:box["x"] + box["w"]]
        assert sprite.shape == (256, 256, 4) and sprite[2, 2, 3] < 16 and sprite[128, 128, 3] > 240, name
        page[box["y"]:box["y"] + box["h"], box["x"]:box["x"] + box["w"]] = 255
    lower = {frame["frame"]["y"] for frame in described["frames"].values()} - {0}
    assert len(lower) > 2 and all((page[y - 2:y, :, 3] == 0).all() for y in lower)  # what a game mixes in from beside a sprite is clear


def test_sprites_look_to_the_side_that_they_are_called_by(files):
    """The iris, which is dark, lies there."""
    page, box = opened(files["sprites/sprites.png"]).astype(int), {name: frame["frame"] for name, frame in json.loads(files["sprites/sprites.json"])["frames"].items()}
    left, right = (page[at["y"] + 120:at["y"] + 165, at["x"] + 60:at["x"] + 125, :3].sum(-1) for at in (box["look-left"], box["look-right"]))
    places = [(np.clip(change, 0, None).sum(0) * np.arange(65)).sum() / np.clip(change, 0, None).sum() for change in (right - left, left - right)]
    assert places[1] - places[0] > 3  # of what is darker when it looks to the left, and to the right


@pytest.mark.parametrize("traits", [{"eye_openness": 0.0}, {"eye_openness": 0.3}, {"wink": "left"}])
def test_sprites_of_eyes_that_are_shut_or_narrow_blink_and_look_around(studio, traits):
    """A blink goes down from open to half to shut, for both eyes."""
    data = dict(packs.sprites(studio, AVATAR.edit(**traits)))
    page = np.asarray(Image.open(io.BytesIO(data["sprites.png"])).convert("RGBa"), np.float32)
    box = {name: frame["frame"] for name, frame in json.loads(data["sprites.json"])["frames"].items()}
    eyes = {name: page[at["y"] + 110:at["y"] + 175, at["x"] + 50:at["x"] + 206].reshape(65, 2, 78, 4) for name, at in box.items()}

    def moved(one: str, other: str) -> np.ndarray:  # of each eye
        return np.abs(eyes[one] - eyes[other]).mean((0, 2, 3))

    assert (moved("neutral", "blink") > 4).all() and (moved("neutral", "look-left") > 1).all()
    assert (moved("neutral", "blink-half") < moved("neutral", "blink")).all() and (moved("blink", "blink-half") < moved("neutral", "blink")).all()


def test_icons_have_the_sizes_that_are_asked_for(files):
    kind, count = struct.unpack("<HH", files["icons/favicon.ico"][2:6])
    edges = {files["icons/favicon.ico"][6 + 16 * k] for k in range(count)}
    assert kind == 1 and edges == {16, 32, 48}
    with Image.open(io.BytesIO(files["icons/favicon.ico"])) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)} and icon.convert("RGBA").getpixel((24, 24))[3] == 255
    assert avatar_from(files["icons/favicon.ico"]).traits == AVATAR.traits
    for name, shape in {"icon-192": (192, 192), "apple-touch-icon": (180, 180), "link-preview-1200x630": (630, 1200), "story-1080x1920": (1920, 1080)}.items():
        assert opened(files[f"icons/{name}.png"]).shape[:2] == shape
    profile, story = (opened(files[f"icons/{name}.png"]).astype(int) for name in ("profile-400", "story-1080x1920"))
    assert profile.shape[2] == 3  # no site may put black behind it
    blue, _, red = profile[:40, :40].mean((0, 1))
    assert blue > red + 15  # the avatar's own background
    assert np.abs(story[-4, 540] - story[-4, 8]).max() > 40  # it stands on the lower edge


def test_the_card_is_a_standing_square_with_the_picture(files):
    scene = trimesh.load(io.BytesIO(files["model/avatar.glb"]), file_type="glb")
    (mesh,) = scene.geometry.values()
    assert mesh.bounds.tolist() == [[-0.5, 0, 0], [0.5, 1, 0]] and len(mesh.faces) == 2
    assert (mesh.face_normals[:, 2] > 0.99).all()
    texture = mesh.visual.material.baseColorTexture
    assert texture.size == (512, 512) and texture.mode == "RGBA"
    top = mesh.visual.uv[mesh.vertices[:, 1] == 1][:, 1]
    assert (top == 1).all()  # trimesh turns glTF's v over: the picture's top is up
    assert avatar_from(files["model/avatar.glb"]).traits == AVATAR.traits and says_generated(files["model/avatar.glb"])


def test_a_pack_of_one_file_is_that_file(studio):
    name, data = packs.pack(studio, AVATAR, "model")
    assert name == "avatar.glb" and data[:4] == b"glTF"
