from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from avatar_studio.files import write_whole


def test_files_of_one_name_but_for_their_ending_are_saved_at_the_same_time(tmp_path):
    """And one file by several: what is there in the end is whole."""
    wanted = {tmp_path / "ann.png": b"p" * 3_000_000, tmp_path / "ann.webp": b"w" * 2_000_000, tmp_path / "ann": b"n" * 1_000_000}
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(write_whole, *zip(*(list(wanted.items()) * 20))))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == wanted


@pytest.mark.skipif(os.name != "posix", reason="needs a umask")
def test_a_file_may_be_read_by_whom_the_umask_lets(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "me.png", b"me")
    finally:
        os.umask(before)
    assert (tmp_path / "me.png").stat().st_mode & 0o777 == 0o640


def test_a_folder_in_the_way_is_named_and_nothing_is_left(tmp_path):
    (tmp_path / "me.png").mkdir()
    with pytest.raises(OSError) as told:
        write_whole(tmp_path / "me.png", b"me")
    assert told.value.filename == str(tmp_path / "me.png") and [path.name for path in tmp_path.iterdir()] == ["me.png"]
    with pytest.raises(FileNotFoundError) as told:
        write_whole(tmp_path / "gone" / "me.png", b"me")
    assert told.value.filename == str(tmp_path / "gone" / "me.png")
