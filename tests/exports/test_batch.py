from __future__ import annotations

import threading

import numpy as np
import pytest
import torch
from PIL import Image

from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.exports.batch import draw_table, people
from avatar_studio.exports.marks import avatar_from
from avatar_studio.studio import Studio

HEAD = "name,words,code,seed,glasses,mouth_smile,size\n"


@pytest.fixture
def table(tmp_path):
    """table(text) -> the path of a CSV."""
    def make(text: str, encoding: str = "utf-8"):
        path = tmp_path / "people.csv"
        path.write_bytes(text.encode(encoding))
        return path
    return make


def test_a_row_is_a_person(table):
    code = Avatar({"hair_hue": 200}, seed=9).code
    found = dict(people(table(HEAD + f"Ada,粉色双马尾,,4,round,-0.5,512\nBo,,{code},,,,\n,,,,,,\n")))
    ada, bo = found["Ada"], found["Bo"]
    assert ada.traits["hair_back"] == "twin_tails" and ada.traits["glasses"] == "round" and ada.traits["mouth_smile"] == -0.5
    assert ada.seed == 4 and ada.size == 512 and bo.traits["hair_hue"] == 200 and bo.seed == 9
    assert found["avatar-00003"].seed == 3  # nobody said anything: each row still is another person


def test_names_cannot_leave_the_folder_nor_overwrite_each_other(table):
    stems = [stem for stem, _ in people(table("name\n../../etc/passwd\nAda\nada\n/\nA:B\n.part\n" + "x" * 300 + "\n"))]
    assert len(set(map(str.lower, stems))) == len(stems) and all("/" not in stem and "." not in stem and 0 < len(stem) < 90 for stem in stems)


@pytest.mark.parametrize("names", [("Ann", "ann", "Ann-2"), ("a-2", "a", "a"), ("x" * 90, "x" * 95, "x" * 80)])
def test_no_two_people_share_a_file(table, names):
    stems = [stem for stem, _ in people(table("name\n" + "".join(f"{name}\n" for name in names)))]
    assert len({stem.casefold() for stem in stems}) == 3


def test_names_keep_their_letters_and_windows_keeps_its_own(table):
    assert [stem for stem, _ in people(table("name\nअनीता\n王小明\nZoë\nCON\n"))] == ["अनीता", "王小明", "Zoë", "CON-"]


@pytest.mark.parametrize("text", ["name;words\nAda;blue hair, green eyes\n", "Name\t Words \nAda\tblue hair, green eyes\n", 'name,words,\nAda,"blue hair, green eyes",\n'])
def test_a_table_as_office_programs_save_it(table, text):
    (stem, avatar), = people(table(text))
    assert stem == "Ada" and 200 < avatar.traits["hair_hue"] < 230 and 100 < avatar.traits["eye_hue"] < 160


@pytest.mark.parametrize("text,sentence", [
    ("name,words\nann,long pink hair, green eyes\n", "Row 1: it has more cells than the heading"), ("seed\ninf\n", "Row 1: seed must be a number"),
    ("seed\n3.7\n", "Row 1: seed must be a whole number"), ("words\nqwertz blorp\n", "Row 1: none of its words is understood: qwertz blorp."),
    ("name,style\nAda,own-0123abcd\n", "Row 1: This avatar is painted in somebody's own style")])
def test_a_row_that_cannot_be_drawn_says_why_and_the_next_one_is_drawn(table, text, sentence):
    (_, told), (_, fine) = people(table(text + ("3\n" if text.startswith("seed") else "blue hair\n")))
    assert told.startswith(sentence) and isinstance(fine, Avatar)


def test_words_that_were_understood_in_part_are_told(table, tmp_path, studio):
    found = draw_table(studio, table("words\nblue hair and a blorp\n"), tmp_path / "out", quiet=True)
    assert (found.written, found.mistakes, found.notes) == (1, (), ("Row 1: not understood: blorp.",))


def test_a_missing_quotation_mark_is_told(table):
    with pytest.raises(AvatarError, match="after row 1: is a quotation mark missing"):
        list(people(table('name,words\nAda,blue hair\nBo,"green eyes\nCy,no glasses\n')))


def test_a_table_is_drawn_and_a_second_run_only_draws_what_is_missing(table, tmp_path, studio):
    path = table(HEAD + "".join(f"p{k},,,{k},,,256\n" for k in range(18)) + "odd,,,x,,,\nworse,,,1,monocle,,\n")
    first = draw_table(studio, path, tmp_path / "out", quiet=True)
    assert (first.written, first.there, len(first.mistakes)) == (18, 0, 2)
    assert "Row 19: seed must be a number" in first.mistakes[0] and "Row 20: glasses must be one of" in first.mistakes[1]
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 18 and {avatar_from(file.read_bytes()).seed for file in files} == set(range(18))
    files[3].unlink()
    before = files[0].stat().st_mtime_ns
    second = draw_table(studio, path, tmp_path / "out", quiet=True)
    assert (second.written, second.there) == (1, 17) and files[3].exists() and files[0].stat().st_mtime_ns == before


def test_every_core_draws_what_all_of_them_draw_together(table, tmp_path, studio, monkeypatch):
    """And two of them draw at the same time, on whatever machine."""
    monkeypatch.setattr("avatar_studio.studio.cores", lambda: 2)
    threads = torch.get_num_threads()
    try:
        each = Studio(device="cpu", each_core=True)
        at_once, paint = threading.Barrier(2, timeout=60), each.generator.paint
        monkeypatch.setattr(each.generator, "paint", lambda *ws, **how: (at_once.wait(), paint(*ws, **how))[1])
        assert draw_table(each, table("seed\n" + "".join(f"{k}\n" for k in range(32))), tmp_path / "out", quiet=True).written == 32
    finally:
        torch.set_num_threads(threads)
    for k in (0, 31):
        drawn = Image.open(tmp_path / "out" / f"avatar-{k + 1:05d}.png").convert("RGBa")
        assert np.abs(np.subtract(drawn, studio.draw(Avatar(seed=k)).convert("RGBa"), dtype=float)).mean() < 1


def test_a_row_of_a_personal_model_is_told_and_the_others_are_drawn(table, tmp_path, studio):
    code = Avatar(model="me-0123abcd").code
    found = draw_table(studio, table(f"code\n{code}\n{Avatar(seed=3).code}\n"), tmp_path / "out", quiet=True)
    assert found.written == 1 and "Row 1: This avatar is painted by somebody's personal model" in found.mistakes[0]


@pytest.mark.parametrize("text,encoding", [("name,nose_job\nAda,1\n", "utf-8"), ("", "utf-8"), ("name\nÄda\n", "utf-16"), ("name\n\udcff", None)])
def test_a_table_that_is_none_gets_one_sentence(tmp_path, text, encoding):
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode(encoding) if encoding else b"name\n\xff\xfe\n")
    with pytest.raises(AvatarError) as error:
        list(people(path))
    assert str(error.value).endswith(".")
