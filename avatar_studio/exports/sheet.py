"""A contact sheet: many pictures side by side, to look at with one's own eyes."""
from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

PAPER = "#fff6f0"  # the ground of a sheet


def page_size(count: int, columns: int, edge: int) -> tuple[int, int]:
    """(width, height) of the page for so many pictures."""
    return edge * columns, edge * -(-count // columns)


def sheet(pictures: Sequence[Image.Image], columns: int = 8, edge: int | None = None, colour: str = PAPER) -> Image.Image:
    """RGBA pictures in rows on a plain ground: RGB, each picture `edge` pixels square (None: as large as the first)."""
    edge = edge or pictures[0].width
    page = Image.new("RGB", page_size(len(pictures), columns, edge), colour)
    for k, picture in enumerate(pictures):
        small = picture.resize((edge, edge), Image.Resampling.LANCZOS) if picture.width != edge else picture
        page.paste(small, (edge * (k % columns), edge * (k // columns)), small)
    return page


def group(pictures: Sequence[Image.Image]) -> Image.Image:
    """People side by side, in rows of at most four that are as even as can be: RGBA, each as large as it came."""
    edge, rows = pictures[0].width, -(-len(pictures) // 4)
    columns = -(-len(pictures) // rows)
    page = Image.new("RGBA", (edge * columns, edge * rows))
    for k, picture in enumerate(pictures):
        row, place = divmod(k, columns)
        missing = columns - min(columns, len(pictures) - row * columns)  # the last row stands in the middle
        page.paste(picture, (edge * place + edge * missing // 2, edge * row))
    return page
