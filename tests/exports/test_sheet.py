from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from avatar_studio.exports.sheet import group, sheet


def people(count: int) -> list[Image.Image]:
    """Each of another grey."""
    return [Image.new("RGBA", (8, 8), (k + 1, k + 1, k + 1, 255)) for k in range(count)]


@pytest.mark.parametrize("count,size,last", [(1, (8, 8), 0), (4, (32, 8), 0), (5, (24, 16), 4), (7, (32, 16), 4)])
def test_a_group_stands_in_even_rows_and_the_last_one_in_the_middle(count, size, last):
    page = group(people(count))
    pixels = np.asarray(page)
    assert page.size == size and set(pixels[..., 0][pixels[..., 3] > 0]) == set(range(1, count + 1))
    lowest = np.flatnonzero(pixels[-1, :, 3])
    assert lowest[0] == size[0] - 1 - lowest[-1] == last


def test_a_sheet_is_filled_row_by_row():
    page = sheet(people(5), columns=2, edge=4, colour="white")
    assert page.size == (8, 12) and [page.getpixel((4 * (k % 2) + 1, 4 * (k // 2) + 1))[0] for k in range(6)] == [1, 2, 3, 4, 5, 255]
