"""Packs of files of one avatar: stickers, a PNG-tuber, a sprite sheet, icons, a 3-D card, and everything at once."""
from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

from PIL import Image, ImageFilter, ImageOps

from ..avatar import BACKGROUNDS, SIZES, Avatar
from ..background import paint
from ..stylizing import rim_share
from . import animations
from .animations import drawn
from .card import card
from .expressions import EXPRESSIONS, blink, express, open_eyes
from .marks import PRODUCER, fields, provider
from .pictures import encode, flat, labelled, to_ico, to_png

WHATSAPP_BYTES, TELEGRAM_BYTES = 100 * 1024, 512 * 1024  # what the messengers accept
STICKER, TRAY, EMOJI = 512, 96, 128  # pixels of an edge
MARGIN, RIM = 16, 8           # pixels: what WhatsApp wants clear around a sticker, and the room for its white rim
BELOW_CHIN, EMOJI_RIM = 428, 16  # pixels: of a sticker's picture, where an emoji's ends, and of an emoji before it is made small
STICKER_BORDER = (MARGIN + RIM) / STICKER  # how far a sticker's picture stands from its edge, as a share of it
OWN_RIM = ("neon", "sticker")  # styles that paint light or white around the figure: another rim would lie in it
CARD_SIZE, TUBER_SIZE, SPRITE_SIZE, MOVING_SIZE = 512, 1024, 256, 512
SPRITE_GAP = 2                # clear pixels between sprites: a game that draws them between pixels mixes in what is beside
GROUND = "#ffe3ec"            # behind icons that may not be clear, where the avatar has no background

Files = Iterator[tuple[str, bytes]]
Progress = Callable[[int, int], None]


def clear(avatar: Avatar, size: int) -> Avatar:
    return replace(avatar, background=BACKGROUNDS[0], size=size)


def stickers(studio, avatar: Avatar) -> Files:
    """Nine expressions as stickers, 512 px and clear with a white rim: WhatsApp's WebP with its tray icon, and Telegram's PNG; and the head alone as small emoji."""
    wanted = [express(clear(avatar, STICKER), name) for name in EXPRESSIONS]
    for name, one, picture in zip(EXPRESSIONS, wanted, drawn(studio, wanted)):
        rim = rim_share(one, OWN_RIM) < 1
        sticker, emoji = as_sticker(picture, rim), as_emoji(picture, rim)
        yield f"whatsapp/{name}.webp", within(sticker, one, WHATSAPP_BYTES)
        png = to_png(sticker, one)
        yield (f"telegram/{name}.png", png) if len(png) <= TELEGRAM_BYTES else (f"telegram/{name}.webp", within(sticker, one, TELEGRAM_BYTES))
        yield f"emoji/{name}.png", to_png(emoji.resize((EMOJI, EMOJI), Image.Resampling.LANCZOS), one)
        if name == "happy":
            yield "whatsapp/tray.png", to_png(emoji.resize((TRAY, TRAY), Image.Resampling.LANCZOS), one)
    feelings = dict(zip(EXPRESSIONS, ("😊", "😂", "😜", "😢", "😠", "😮", "😴", "☺️", "😍")))
    yield "stickers.json", json.dumps({"name": "Avatar Studio", "publisher": provider() or PRODUCER, "tray": "whatsapp/tray.png", **fields(avatar),
                                       "stickers": [{"file": f"whatsapp/{name}.webp", "emoji": feelings[name]} for name in EXPRESSIONS]},
                                      ensure_ascii=False, indent=2).encode()


def as_sticker(picture: Image.Image, rim: bool = True) -> Image.Image:
    """The picture inside the clear margin, with a white rim around what is not clear."""
    room = STICKER - 2 * (MARGIN + RIM)
    placed = Image.new("RGBA", (STICKER, STICKER))
    placed.paste(picture.resize((room, room), Image.Resampling.LANCZOS), (MARGIN + RIM, MARGIN + RIM))
    return with_rim(placed, RIM) if rim else placed


def as_emoji(picture: Image.Image, rim: bool = True) -> Image.Image:
    """The head of a sticker's picture as large as it can be, with a white rim: in a line of text a face is all that can be read."""
    head = picture.crop((0, 0, STICKER, BELOW_CHIN))
    head = head.crop(head.getchannel("A").point(lambda a: 255 * (a > 8)).getbbox())
    border = EMOJI_RIM if rim else 0
    room = STICKER - 2 * border
    placed = ImageOps.expand(ImageOps.pad(head, (room, room), Image.Resampling.LANCZOS, (0, 0, 0, 0)), border, (0, 0, 0, 0))
    return with_rim(placed, EMOJI_RIM) if rim else placed


def with_rim(placed: Image.Image, width: int) -> Image.Image:
    """The picture with a white rim around what is not clear, of about that many pixels."""
    near = placed.getchannel("A").point(lambda a: 255 * (a > 100)).filter(ImageFilter.GaussianBlur(0.7 * width))
    white = Image.new("RGBA", placed.size, "white")
    white.putalpha(near.point(lambda share: max(0, min(255, (share - 24) * 14))))  # where a little of the blur arrives, so round corners stay round
    return Image.alpha_composite(white, placed)


def within(picture: Image.Image, avatar: Avatar, most: int) -> bytes:
    """The best WebP of at most that many bytes."""
    for quality in (92, 85, 75, 60, 45, 30, 15):
        data = encode(picture, avatar, "webp", quality)
        if len(data) <= most:
            return data
    return data


def pngtuber(studio, avatar: Avatar) -> Files:
    """Idle, blinking, talking, and both, as clear PNGs of one size: what veadotube, PNGTuber Plus and Fugi load."""
    base = open_eyes(clear(avatar, TUBER_SIZE))
    idle, talk = base.edit(mouth_open=0.0), base.edit(mouth_open=0.8)
    states = {"idle": idle, "blink": blink(idle), "talk": talk, "talk-blink": blink(talk)}
    for (name, one), picture in zip(states.items(), drawn(studio, list(states.values()))):
        yield f"{name}.png", to_png(picture, one)


def sprites(studio, avatar: Avatar) -> Files:
    """Expressions, a blink and a word as one sheet with its JSON (TexturePacker's hash layout, which game engines read)."""
    base = open_eyes(clear(avatar, SPRITE_SIZE))
    poses = {"neutral": base, **{name: express(base, name) for name in EXPRESSIONS}, "blink-half": blink(base, 0.5), "blink": blink(base),
             "talk-a": base.edit(mouth_open=0.3), "talk-b": base.edit(mouth_open=0.6), "talk-c": base.edit(mouth_open=0.9),
             "look-left": base.edit(gaze_x=-1.0), "look-right": base.edit(gaze_x=1.0)}
    columns, step = 4, SPRITE_SIZE + SPRITE_GAP
    page = Image.new("RGBA", (step * columns - SPRITE_GAP, step * -(-len(poses) // columns) - SPRITE_GAP))
    places = {}
    for k, (name, picture) in enumerate(zip(poses, drawn(studio, list(poses.values())))):
        x, y = step * (k % columns), step * (k // columns)
        page.paste(labelled(picture), (x, y))  # a game shows it alone; the sheet has a label of its own, where no pose stands
        box = {"x": x, "y": y, "w": SPRITE_SIZE, "h": SPRITE_SIZE}
        places[name] = {"frame": box, "rotated": False, "trimmed": False, "spriteSourceSize": {**box, "x": 0, "y": 0},
                        "sourceSize": {"w": SPRITE_SIZE, "h": SPRITE_SIZE}}
    yield "sprites.png", to_png(page, avatar)
    yield "sprites.json", json.dumps({"frames": places, "meta": {
        "app": "Avatar Studio", "image": "sprites.png", "format": "RGBA8888", "size": {"w": page.width, "h": page.height}, "scale": "1",
        **fields(avatar)}}, indent=2).encode()


def icons(studio, avatar: Avatar) -> Files:
    """A favicon, app icons, and pictures in the sizes that social sites ask for."""
    whole = next(drawn(studio, [clear(avatar, 1024)]))

    def on_ground(width: int, height: int) -> Image.Image:
        colour = avatar.background_colour if avatar.background != BACKGROUNDS[0] else GROUND
        ground = paint(avatar.background if avatar.background != BACKGROUNDS[0] else "gradient", colour, max(width, height))
        left, top = (ground.width - width) // 2, (ground.height - height) // 2
        page = ground.crop((left, top, left + width, top + height))
        edge = min(width, height)
        small = whole.resize((edge, edge), Image.Resampling.LANCZOS)
        page.alpha_composite(small, ((width - edge) // 2, height - edge))
        return page

    yield "favicon.ico", to_ico(whole, avatar)
    for name, edge in {"icon-192": 192, "icon-512": 512}.items():
        yield f"{name}.png", to_png(whole.resize((edge, edge), Image.Resampling.LANCZOS), avatar)
    yield "apple-touch-icon.png", to_png(on_ground(180, 180), avatar)
    for name, (width, height) in {"profile-400": (400, 400), "profile-800": (800, 800), "link-preview-1200x630": (1200, 630),
                                  "banner-1500x500": (1500, 500), "post-1080": (1080, 1080), "story-1080x1920": (1080, 1920)}.items():
        yield f"{name}.png", to_png(flat(on_ground(width, height)), avatar)


def model(studio, avatar: Avatar) -> Files:
    """A glTF card for 3-D worlds."""
    one = clear(avatar, CARD_SIZE)
    yield "avatar.glb", card(to_png(next(drawn(studio, [one])), one), one)


def moving(studio, avatar: Avatar) -> Files:
    """Every animation that the avatar has, in every format. MOVING_SIZE pixels."""
    still = replace(avatar, size=MOVING_SIZE)
    for kind in animations.kinds_of(avatar):
        pictures = animations.frames(studio, still, kind)
        for format in animations.FORMATS:
            yield f"{kind}.{animations.ending(format)}", animations.encode(pictures, still, format)


def animation(studio, avatar: Avatar, kind: str, format: str, progress: Progress = lambda done, total: None) -> tuple[str, bytes]:
    """(file name, bytes) of one of animations.KINDS in one of animations.FORMATS, of at most MOVING_SIZE pixels."""
    avatar = replace(avatar, size=min(avatar.size, MOVING_SIZE))
    pictures = animations.frames(studio, avatar, kind, progress)
    return f"avatar-{kind}.{animations.ending(format)}", animations.encode(pictures, avatar, format)


def everything(studio, avatar: Avatar) -> Files:
    """All of the above, and the picture in each size, clear and on its background."""
    for size in SIZES:
        sized = replace(avatar, size=size)
        for name, one in {"clear": clear(avatar, size), **({"background": sized} if avatar.background != BACKGROUNDS[0] else {})}.items():
            yield f"pictures/avatar-{size}-{name}.png", to_png(next(drawn(studio, [one])), one)
    for folder, pack in PACKS.items():
        if folder != "everything":
            for name, data in pack[2](studio, avatar):
                yield f"{folder}/{name}", data


# name -> (English, Chinese, the files, how many)
PACKS: dict[str, tuple[str, str, Callable[..., Files], int]] = {
    "stickers": ("Stickers and emoji for chats", "聊天用的表情贴纸和 emoji", stickers, 29),
    "pngtuber": ("PNG-tuber: idle, blink, talk", "PNGTuber：待机、眨眼、说话", pngtuber, 4),
    "sprites": ("Sprite sheet with JSON, for games", "游戏精灵图，附 JSON", sprites, 2),
    "icons": ("Favicon, app icons and social sizes", "网站图标、应用图标和社交平台尺寸", icons, 10),
    "model": ("glTF card for 3-D worlds", "3D 世界用的 glTF 立牌", model, 1),
    "moving": ("Animations: WebP, GIF and APNG", "动图：WebP、GIF 和 APNG", moving, 15),
    "everything": ("Everything, as one ZIP", "全部打包成一个 ZIP", everything, 64),
}


def pack(studio, avatar: Avatar, name: str, progress: Progress = lambda done, total: None) -> tuple[str, bytes]:
    """(file name, bytes) of one of PACKS: a ZIP, or the file itself where there is only one.

    progress: called with the files made and about how many they will be.
    """
    _, _, make, total = PACKS[name]
    files = []
    for file in make(studio, avatar):
        files.append(file)
        progress(len(files), max(total, len(files)))
    if len(files) == 1:
        return files[0]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:  # pictures are compressed already
        for path, data in files:
            member = zipfile.ZipInfo(path, (2025, 1, 1, 0, 0, 0))
            member.external_attr = 0o644 << 16  # as files usually are; a web server could not read an icon that is its owner's alone
            archive.writestr(member, data)
    return f"avatar-{name}.zip", buffer.getvalue()
