"""From an Avatar to a picture: generator, stylizer, upscaler, background, in this order. Nothing else draws one."""
from __future__ import annotations

import io
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional as F

from .avatar import BACKGROUNDS, BASE, MIX_SIZE, Avatar, AvatarError
from .devices import best_device, fast_dtype
from .latent import TURNS, even_shares, load_directions
from .latent import styles as layer_styles
from .models import frozen
from .models.generator import Generator
from .pixels import crisper, finish, settle, squared, to_bytes, to_picture, to_tensor
from .process import cores
from .styles import NONE, PRESETS
from .stylizing import PIXEL, in_style, style_share
from .turns import Turns
from .two_eyes import joined, sides
from .weights import WeightsError, load_generator, load_stylizer, load_upscaler

MAX_BATCH = 16
FEW = 4  # pictures of a turn where a pass takes several in less time: a slider that is dragged meanwhile waits no longer than that
MOST_OWN_STYLES = 500  # that people had learned, at most so many at a time; the one that was used least recently goes
MOST_MODELS = 24       # personal models at a time, of which the same holds; each takes about 12 MB
KEEP_SECONDS = 24 * 3600  # after which a style or a model that was brought is forgotten
MOST_TUNED = 8         # generators ready to paint with one, about 20 MB each
MOST_PAINTED = 8       # pictures that are kept as a generator painted them, 1 MB each
STEPS = 20             # of likeness: a slider's positions in between are painted alike, so that they are soon all ready
Tune = Callable[[Generator, float], Generator]  # the base generator, likeness -> one that paints so, see personal.model_file.apply
UNPAINTED = {name: getattr(Avatar(), name) for name in ("style", "strength", "second_style", "blend", "background", "background_colour", "size", "super_resolution")}
WARM_UP = 2  # pictures drawn at the start, after which one takes as long as any later one


@dataclass
class Kept:
    """A style or a model that somebody brought. file: the SHA-256 of what it came in, of which its name is too small a part to tell it from all others.
    until: when it is forgotten, on the monotonic clock."""

    what: Tensor | Tune
    file: str
    until: float


class ModelMissing(AvatarError):
    """An avatar names a personal model that is not here. model: its name."""

    def __init__(self, model: str):
        self.model = model
        super().__init__("This avatar is painted by somebody's personal model, which this machine does not have: open that model's file first, or choose the base.")


class StyleMissing(AvatarError):
    """An avatar names a person's own style that is not here. style: its name."""

    def __init__(self, style: str):
        self.style = style
        super().__init__("This avatar is painted in somebody's own style, which this machine does not have: open that style's file first, or choose another style.")


class Studio:
    """Draws avatars. One forward runs at a time; a Studio is shared between threads.

    weights: a safetensors file, None for the one that came with the program.
    device: "cpu", "cuda", "cuda:1", ...; None takes the GPU if there is one.
    each_core: on a CPU, let every core draw a picture of its own instead of all of them one: later for who waits for one picture,
    sooner for who wants a thousand. For a program that does nothing else: torch gets one thread, and nobody may keep or forget.
    Raises WeightsError if the weights cannot be used.
    """

    def __init__(self, weights: Path | None = None, device: str | None = None, each_core: bool = False):
        self.device = torch.device(device) if device else best_device()
        self.at_once = cores() if each_core and self.device.type == "cpu" else 1  # forwards
        if self.at_once > 1:
            torch.set_num_threads(1)  # before weights are packed: their layout depends on it
        self.dtype = fast_dtype(self.device)
        self.generator = load_generator(weights).to(self.device).freeze(self.dtype)
        self.directions = load_directions(self.generator.config.w_size)
        stylizer = load_stylizer().to(self.device)
        if len(stylizer.presets) != len(PRESETS):
            raise WeightsError(f"stylizer.safetensors has {len(stylizer.presets)} presets and styles.py {len(PRESETS)}: train it anew "
                               "(python -m avatar_studio.training stylizer) and export it (export-stylizer).")
        self.presets = dict(zip(PRESETS, stylizer.presets.clone()))            # (style_size,) each, in float32
        self.stylizer = stylizer.freeze(self.dtype)
        self.own_styles: OrderedDict[str, Kept] = OrderedDict()
        self.models: OrderedDict[str, Kept] = OrderedDict()
        self.tuned: OrderedDict[tuple[str, int], Generator] = OrderedDict()    # frozen, by name and step of likeness
        self.painted: OrderedDict[Avatar, Tensor] = OrderedDict()              # (4, 256, 256) each, by avatars without what is not painted
        self.upscaler = load_upscaler().to(self.device).freeze(self.dtype)
        self.lock = Turns(self.at_once)
        alone = self.device.type == "cpu" and self.at_once == 1
        self.of_a_turn = MAX_BATCH if not alone else FEW if frozen.TOGETHER else 1  # pictures
        for _ in range(WARM_UP):
            self.draw(Avatar())

    def draw(self, avatar: Avatar) -> Image.Image:
        """RGBA, avatar.size square, with straight alpha and the avatar's background behind it."""
        return self.draw_many([avatar])[0]

    def draw_many(self, avatars: Iterable[Avatar]) -> list[Image.Image]:
        """One picture an avatar, a few in a turn, between which others have theirs. Where a pass paints several, among others a pixel can differ from `draw`'s by rounding, by 12 of 255 at most as far as was seen."""
        avatars = list(avatars)
        pictures = []
        for first in range(0, len(avatars), self.of_a_turn):
            some = avatars[first:first + self.of_a_turn]
            painted = self._generate(some)
            pictures += [finish(self._sized(picture, avatar), avatar) for picture, avatar in zip(painted, some)]
        return pictures

    def keep_style(self, name: str, style: Tensor, file: str) -> bool:
        """Let avatars name a style that a person had learned: name as in styles.OWN, style (style_size,), file: see Kept.

        One that is here already stays as it is. False if that came in another file.
        """
        return self._keep(self.own_styles, name, style.to(self.device, torch.float32), file, MOST_OWN_STYLES)

    def keep_model(self, name: str, tune: Tune, file: str) -> bool:
        """The same for a personal model: name as in avatar.MODEL."""
        return self._keep(self.models, name, tune, file, MOST_MODELS)

    def forget(self, name: str, file: str | None = None) -> None:
        """Let go of a person's own style or model at once; nothing happens if it is not here, or came in another file than this."""
        with self.lock:
            kept = self.own_styles.get(name) or self.models.get(name)
            if kept and file in (None, kept.file):
                self._drop(name)

    def forget_old(self) -> None:
        """Let go of the styles and models whose time is over: to be called now and then, for drawing does so only while somebody draws."""
        with self.lock:
            self._forget_old()

    def restyle(self, picture: Image.Image, avatar: Avatar) -> Image.Image:
        """Any RGBA picture in the style of an avatar: 256 px square, what is longer than wide stands in the middle."""
        with self.lock, torch.inference_mode():
            return to_picture(self._styled(to_tensor(squared(picture)).to(self.device), [avatar]))

    def enlarge(self, picture: Image.Image, scale: int, avatar: Avatar = Avatar()) -> Image.Image:
        """Any RGBA picture at `scale` times its size, 2 or 4, by the upscaler. avatar: in whose style it is painted."""
        with self.lock, torch.inference_mode():
            return to_picture(self._enlarged(to_tensor(picture).to(self.device), scale, avatar))

    def morph(self, avatar: Avatar, steps: int) -> list[Avatar]:
        """The way from an avatar to its partner: at most TURNS + 1 avatars, both ends too, each as different from the next as any other.

        None of them stands where a choice changes over. Raises AvatarError if it has no partner.
        """
        if avatar.partner is None:
            raise AvatarError("Choose a second avatar to mix with first.")
        mixed = lambda shares: [replace(avatar, mix=(share,) * MIX_SIZE) for share in shares]  # noqa: E731
        with torch.inference_mode():
            with self.lock:
                generator = self._generator(avatar)
                ws = layer_styles(generator, mixed(np.linspace(0, 1, TURNS + 1)), self.directions)
            pictures = []
            for some in ws.split(self.of_a_turn):
                with self.lock:
                    painted = self._paint(generator, some)
                pictures.append(settle(painted))
            return mixed(even_shares(torch.cat(pictures), steps))

    def draw_quick(self, avatar: Avatar) -> bytes:
        """The picture at the generator's own size as a JPEG, for a slider that is being dragged: a tenth of the time of a WebP.

        A transparent avatar's alpha follows below as a second, grey picture: 256 x 512 pixels instead of 256 x 256.
        """
        premultiplied = to_bytes(self._generate([avatar]))[0]                            # (256, 256, 4)
        picture = finish(premultiplied, replace(avatar, size=premultiplied.shape[0]))
        frame = picture.convert("RGB")  # straight colours; black where it is clear, much like the outlines that end there
        if avatar.background == BACKGROUNDS[0]:
            frame = ImageOps.expand(frame, (0, 0, 0, picture.height))
            frame.paste(picture.getchannel("A"), (0, picture.height))
        buffer = io.BytesIO()
        frame.save(buffer, "JPEG", quality=84)
        return buffer.getvalue()

    def _generate(self, avatars: list[Avatar]) -> Tensor:
        """(N, 4, 256, 256), premultiplied and legal, each by its model and in its style."""
        with self.lock, torch.inference_mode():
            return self._styled(torch.stack(self._plain(avatars)), avatars)

    def _plain(self, avatars: list[Avatar]) -> list[Tensor]:
        """(4, 256, 256) each, without styles. The last few are kept: of one face a style's thumbnails, a background, or the large picture is wanted next."""
        self._forget_old()
        keys = [replace(avatar, **UNPAINTED) for avatar in avatars]
        here = {key: self.painted[key] for key in keys if key in self.painted}
        missing = [key for key in dict.fromkeys(keys) if key not in here]
        if missing:
            here |= zip(missing, (picture.clone() for picture in self._settled(missing)))  # each in memory of its own
        for key in here if self.at_once == 1 else ():
            self.painted[key] = here[key]
            self.painted.move_to_end(key)
        while len(self.painted) > MOST_PAINTED:
            self.painted.popitem(last=False)
        return [here[key] for key in keys]

    def _settled(self, avatars: list[Avatar]) -> Tensor:
        """(N, 4, 256, 256) as the generators paint them. Raises ModelMissing."""
        halves = [sides(avatar) for avatar in avatars]
        everyone = sum(halves, [])
        places: dict[Generator, list[int]] = {}
        for place, avatar in enumerate(everyone):
            places.setdefault(self._generator(avatar), []).append(place)
        painted = [self._paint(generator, layer_styles(generator, [everyone[k] for k in some], self.directions)) for generator, some in places.items()]
        pictures = torch.cat(painted) if len(painted) > 1 else painted[0]
        if len(painted) > 1:
            pictures = pictures[torch.tensor(sum(places.values(), [])).argsort()]
        if len(everyone) > len(avatars):
            pictures = torch.stack([joined(*some) if len(some) == 2 else some[0] for some in pictures.split([len(one) for one in halves])])
        return settle(pictures)

    def _generator(self, avatar: Avatar) -> Generator:
        """The one that paints it: the base, or one that was tuned as far as its likeness says. Raises ModelMissing."""
        self._forget_old()
        if avatar.model == BASE:
            return self.generator
        if avatar.model not in self.models:
            raise ModelMissing(avatar.model)
        self.models.move_to_end(avatar.model)
        step = round(avatar.likeness * STEPS)
        if step == 0:
            return self.generator
        key = avatar.model, step
        if key not in self.tuned:
            self.tuned[key] = self.models[avatar.model].what(self.generator, step / STEPS).freeze(self.dtype)
        self.tuned.move_to_end(key)
        while len(self.tuned) > MOST_TUNED:
            self.tuned.popitem(last=False)
        return self.tuned[key]

    def _keep(self, all_kept: OrderedDict[str, Kept], name: str, what: Tensor | Tune, file: str, most: int) -> bool:
        """Have what a person brought for KEEP_SECONDS from now, and of its sort at most so many; False if another file has the name."""
        with self.lock:
            self._forget_old()
            kept = all_kept.setdefault(name, Kept(what, file, 0.0))
            if kept.file != file:
                return False
            kept.until = time.monotonic() + KEEP_SECONDS
            all_kept.move_to_end(name)
            while len(all_kept) > most:
                self._drop(next(iter(all_kept)))
            return True

    def _forget_old(self) -> None:
        now = time.monotonic()
        for kept in (self.own_styles, self.models):
            for name in [name for name, one in kept.items() if one.until < now]:
                self._drop(name)

    def _drop(self, name: str) -> None:
        self.own_styles.pop(name, None)
        self.models.pop(name, None)
        for key in [key for key in self.tuned if key[0] == name]:
            del self.tuned[key]
        for key in [key for key in self.painted if key.model == name]:
            del self.painted[key]

    def _styled(self, pictures: Tensor, avatars: list[Avatar]) -> Tensor:
        """Each picture (4, 256, 256) of (N, 4, 256, 256) in its avatar's style, as strongly as that says."""
        places = [k for k, avatar in enumerate(avatars) if avatar.style != NONE and avatar.strength]
        if not places:
            return pictures
        pictures = pictures.clone() if len(places) < len(pictures) else pictures
        pictures[places] = in_style(self.stylizer, pictures[places], [avatars[k] for k in places], self._style)
        return pictures

    def _style(self, name: str) -> Tensor:
        """(style_size,). A blend with no style at all is a blend with nothing. Raises StyleMissing."""
        if name in self.presets:
            return self.presets[name]
        self._forget_old()
        if name not in self.own_styles:
            raise StyleMissing(name)
        self.own_styles.move_to_end(name)
        return self.own_styles[name].what

    def _sized(self, picture: Tensor, avatar: Avatar) -> np.ndarray:
        """(4, 256, 256) -> uint8 (H, W, 4), premultiplied; enlarged only if the avatar wants that done by the upscaler."""
        pictures = picture[None]
        if avatar.super_resolution and avatar.size > picture.shape[-1]:
            with self.lock, torch.inference_mode():
                plain = 1.0 if avatar.style == NONE else 1.0 - avatar.strength  # a style is as crisp as it means to be
                pictures = self._enlarged(crisper(pictures, plain), avatar.size // picture.shape[-1], avatar)
        return to_bytes(pictures)[0]

    def _enlarged(self, pictures: Tensor, scale: int, avatar: Avatar) -> Tensor:
        """By the upscaler, but as far as they are pixel art block by block, which it would blur."""
        sharp, pixel = self.upscaler(pictures, scale), avatar.strength * style_share(avatar, PIXEL)
        return torch.lerp(sharp, F.interpolate(pictures, scale_factor=scale), pixel) if pixel else sharp

    def _paint(self, generator: Generator, ws: Tensor) -> Tensor:
        """ws: (N, num_ws, w_size) -> (N, 4, 256, 256), MAX_BATCH at a time."""
        return torch.cat([generator.paint(some, dtype=self.dtype) for some in ws.split(MAX_BATCH)])
