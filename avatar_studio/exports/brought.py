"""Pictures that people bring, of any origin: in a style, and enlarged."""
from __future__ import annotations

from PIL import Image

from ..avatar import Avatar, AvatarError
from ..selfie import open_photo
from ..styles import NONE

SCALES = (1, 2, 4)
MOST = 2048  # pixels of an enlarged picture's longer side


class TooLarge(AvatarError):
    """A picture that would become larger than MOST. most: the longer side that it may have."""

    def __init__(self, scale: int):
        self.most = MOST // scale
        super().__init__(f"This picture is large already: choose one of at most {self.most} pixels a side, or a smaller factor.")


def brought(studio, data: bytes, scale: int, avatar: Avatar) -> tuple[Image.Image, Image.Image]:
    """(as it came, in the avatar's style and enlarged), RGBA; what is painted in a style is reduced to 256 px first, both times.

    data: an uploaded file, hostile until it is opened. scale: one of SCALES.
    Raises SelfieError for a file that is no picture, AvatarError for another scale, TooLarge.
    """
    if isinstance(scale, bool) or scale not in SCALES:
        raise AvatarError(f"scale must be one of: {', '.join(map(str, SCALES))}.")
    before = after = open_photo(data, clear=True)
    if avatar.style != NONE:
        after = studio.restyle(before, avatar)
        before = studio.restyle(before, Avatar())
    if scale * max(after.size) > MOST:
        raise TooLarge(scale)
    return before, studio.enlarge(after, scale, avatar) if scale > 1 else after
