"""The server's side of the Play tab: neighbours, the way to a partner, and candidates for dice that know a taste.

The taste itself lives in the browser and stays there: the server rolls candidates, the page's script chooses one of them.
"""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from .. import dice
from ..avatar import MAX_SEED, Avatar, AvatarError
from .exchange import kept_traits, plain, read_avatar, small

NEIGHBOURS, CANDIDATES, STRIP = 8, 24, 7
PICTURE_SIZE = 256  # pixels, as it is drawn


def rolled(rng: np.random.Generator, avatar: Avatar, kept: dict) -> Avatar:
    """Another avatar by the dice; kept traits, the background, and with them the seed, stay; play ends."""
    return replace(avatar.plain, traits=dice.roll(rng, keep=kept), seed=avatar.seed if kept else int(rng.integers(MAX_SEED + 1)))


class Play:
    """The Play tab's functions around one Studio, each from one JSON object to one."""

    def __init__(self, studio):
        self.studio = studio

    def neighbours(self, data: dict) -> dict:
        """{avatar, strength, keep} -> {avatars, images}: eight avatars near this one; strength as in dice.near."""
        avatar, kept, strength = read_avatar(data.get("avatar")), kept_traits(data), data.get("strength")
        if isinstance(strength, bool) or not isinstance(strength, (int, float)) or not 0 <= strength <= 1:
            raise AvatarError("strength must be a number from 0 to 1.")
        rng = np.random.default_rng()
        near = [self._neighbour(rng, avatar, strength, kept) for _ in range(NEIGHBOURS)]
        return {"avatars": [plain(one) for one in near], "images": self._thumbnails(near)}

    def candidates(self, data: dict) -> dict:
        """{avatar, keep} -> {avatars}: 24 rolls, not drawn, as `roll` makes them."""
        avatar, kept = read_avatar(data.get("avatar")), kept_traits(data)
        rng = np.random.default_rng()
        return {"avatars": [plain(rolled(rng, avatar, kept)) for _ in range(CANDIDATES)]}

    def strip(self, data: dict) -> dict:
        """{avatar} -> {shares, images}: seven steps from it to its partner, each looking as large as the others."""
        way = self.studio.morph(read_avatar(data.get("avatar")), STRIP)
        return {"shares": [one.mix[0] for one in way], "images": self._thumbnails(way)}

    def _neighbour(self, rng: np.random.Generator, avatar: Avatar, strength: float, kept: dict) -> Avatar:
        moved = replace(avatar, traits=dice.near(rng, avatar.traits, strength, kept))
        if moved.partner:  # who is mixed to the full shows the partner alone
            moved = replace(moved, partner=Avatar(dice.near(rng, moved.partner.traits, strength), moved.partner.seed))
        return moved if kept else replace(moved, seed=int(rng.integers(MAX_SEED + 1)))

    def _thumbnails(self, avatars: list[Avatar]) -> list[str]:
        pictures = self.studio.draw_many([replace(avatar, size=PICTURE_SIZE) for avatar in avatars])
        return [small(picture) for picture in pictures]
