from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from avatar_studio.avatar import Avatar, AvatarError
from avatar_studio.exports.batch import draw_table, people, unused
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
    found = dict(people(table(HEAD + f"Ada,粉色双马尾,,4,round,-0.5,512\nBo,,{code},,,,\nCy,,,,,,\n")))
    ada, bo = found["Ada"], found["Bo"]
    assert ada.traits["hair_back"] == "twin_tails" and ada.traits["glasses"] == "round" and ada.traits["mouth_smile"] == -0.5
    assert ada.seed == 4 and ada.size == 512 and bo.traits["hair_hue"] == 200 and bo.seed == 9
    assert found["Cy"].seed == 3  # nobody said what Cy looks like: each row still is another person


def test_a_row_may_say_on_what_and_how_it_is_painted(table):
    (_, ada), (_, bo) = people(table("name,background,background_colour,style\nAda,rays,#102030,ink\nBo,,,\n"))
    assert (ada.background, ada.background_colour, ada.style) == ("rays", "#102030", "ink") and (bo.background, bo.style) == ("transparent", "none")


def test_one_name_in_thousands_of_rows_is_not_numbered_from_one_each_time():
    class Counting(dict):
        looks = 0

        def __contains__(self, name):
            self.looks += 1
            return super().__contains__(name)

    used = Counting()
    assert unused("Ann-2", used) == "Ann-2"
    assert [unused(name, used) for name in ("Ann", "ann", "Ann")] == ["Ann", "ann-3", "Ann-4"]
    assert [unused("Ann", used) for _ in range(1000)][-1] == "Ann-1004" and used.looks < 2100


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


@pytest.mark.parametrize("row", ['Bo,"green eyes', 'Bo,"green eyes" and freckles', 'Bo,"' + "green eyes " * 20_000])
def test_a_wrong_quotation_mark_costs_its_own_row_alone(table, row):
    found = list(people(table(f'name,words\nAda,"long\nhair"\n{row}\nCy,no glasses\nDi,"red hat"\n')))
    assert [stem for stem, avatar in found if isinstance(avatar, Avatar)] == ["Ada", "Cy", "Di"] and len(found) == 4
    assert found[1][1].startswith("Row 2: ") and "quotation mark" in found[1][1]


@pytest.mark.parametrize("text", ["name;mouth_smile;hair_hue\nAda;-0,5;120,4\n", "sep=;\nname;mouth_smile;hair_hue\nAda;-0.5;120\n", "sep=,\r\nname,mouth_smile,hair_hue\r\nAda,-0.5,120\r\n",
                                  "name\tmouth_smile\thair_hue\nAda\t-0,5\t120\n", "\n\nname,mouth_smile,hair_hue\nAda, -0.5, 120\n"])
def test_numbers_as_office_programs_of_any_country_save_them(table, text):
    (stem, avatar), = people(table(text))
    assert stem == "Ada" and avatar.traits["mouth_smile"] == -0.5 and avatar.traits["hair_hue"] == 120


@pytest.mark.parametrize("text,sentence", [('mouth_smile\n"0,5"\n', "mouth_smile must be a number, not '0,5'."), ("name;seed\nAda;1,000\n", "seed must be a number, not '1,000'."),
                                           ("name;mouth_smile\nAda;1.000,5\n", "mouth_smile must be a number, not '1.000,5'.")])
def test_a_number_that_could_mean_two_is_refused_as_it_was_written(table, text, sentence):
    (_, told), = people(table(text))
    assert told == f"Row 1: {sentence}"


def test_blank_lines_are_nobody_and_count_for_the_number(table):
    found = dict(people(table("name,words\n\nAda,blue hair\n , \nBo,qwertz blorp\n,\n\n")))
    assert set(found) == {"Ada", "Bo"} and found["Ada"].seed == 2 and found["Bo"].startswith("Row 4: ")


def test_a_space_may_stand_before_a_quotation_mark(table):
    (stem, avatar), = people(table('name, words\nAda, "blue hair, red hat"\n'))
    assert stem == "Ada" and avatar.traits["headwear"] != "none" and 200 < avatar.traits["hair_hue"] < 230


@pytest.mark.parametrize("text", ["", "\n\n", "sep=;\n"])
def test_an_empty_table_is_called_empty(table, text):
    with pytest.raises(AvatarError, match="The table is empty"):
        list(people(table(text)))


def test_a_long_name_of_any_letters_fits_in_a_file_name(table, tmp_path, studio):
    found = draw_table(studio, table("name\n" + f"{'𝓐' * 70}\n" * 2 + f"{'王' * 200}\n"), tmp_path / "out", quiet=True)
    assert found.written == 3 and len(list((tmp_path / "out").iterdir())) == 3


@pytest.fixture
def fails(monkeypatch):
    """fails(name, errno): from now on no file of that name can be written, for that reason."""
    def make(name: str, number: int):
        replaced = os.replace

        def replace(partial, path):
            if Path(path).name == name:
                raise OSError(number, os.strerror(number), str(partial))
            replaced(partial, path)

        monkeypatch.setattr("avatar_studio.files.os.replace", replace)
    return make


def test_a_file_that_cannot_be_written_is_told_and_the_others_are_drawn(table, tmp_path, studio, fails):
    fails("Ada.png", errno.EISDIR)
    found = draw_table(studio, table("name\nAda\nBo\n"), tmp_path / "out", quiet=True)
    assert (found.written, found.mistakes, found.stopped) == (1, ("Ada.png cannot be written: Is a directory.",), "")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["Bo.png"]


def test_a_picture_that_another_program_holds_is_left_and_the_others_are_drawn(table, tmp_path, studio, fails):
    draw_table(studio, table("name,seed\nAda,1\nBo,2\n"), tmp_path / "out", quiet=True)
    fails("Ada.png", errno.EACCES)
    found = draw_table(studio, table("name,seed\nAda,3\nBo,4\n"), tmp_path / "out", quiet=True)
    assert (found.redrawn, found.mistakes, found.stopped) == (1, ("Ada.png cannot be written: Permission denied.",), "")


def test_a_folder_that_cannot_be_written_ends_the_run(table, tmp_path, studio, fails):
    fails("Ada.png", errno.EACCES)
    assert draw_table(studio, table("name\nAda\nBo\n"), tmp_path / "out", quiet=True).stopped.startswith("Ada.png cannot be written: Permission denied.")


def test_a_name_that_the_file_system_cannot_spell_is_told_and_the_others_are_drawn(table, tmp_path, studio, monkeypatch):
    replace = os.replace
    monkeypatch.setattr("avatar_studio.files.os.replace", lambda partial, path: (str(path).encode("gbk"), replace(partial, path)))
    found = draw_table(studio, table("name\n민준\n小明\n"), tmp_path / "out", quiet=True)
    assert found.written == 1 and "no such letters" in found.mistakes[0] and [path.name for path in (tmp_path / "out").iterdir()] == ["小明.png"]


def test_a_full_disk_ends_the_run_and_nothing_is_lost(table, tmp_path, studio, fails):
    fails("p20.png", errno.ENOSPC)
    found = draw_table(studio, table("name,seed\nodd,x\n" + "".join(f"p{k},{k}\n" for k in range(400))), tmp_path / "out", quiet=True)
    assert found.stopped.startswith("p20.png cannot be written: No space left on device.") and "Row 1: seed must be" in found.mistakes[0]
    there = {path.name for path in (tmp_path / "out").iterdir()}
    assert 20 <= found.written == len(there) < 390 and all(name.endswith(".png") for name in there)


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


def test_after_a_change_of_the_table_every_file_shows_its_row(table, tmp_path, studio):
    """A row that came before, a cell that changed, two who changed places, another size."""
    out = tmp_path / "out"
    draw_table(studio, table("name,words\nAnn,blue hair\nBo,red hat\nAnn,green eyes\nCy,freckles\n"), out, quiet=True)
    changed = table("name,words\nCy,freckles\nAnn,green eyes\nBo,blue hat\nAnn,blue hair\n")
    found = draw_table(studio, changed, out, quiet=True)
    assert (found.written, found.redrawn, found.there, found.mistakes) == (0, 4, 0, ())
    for stem, avatar in people(changed):
        assert avatar_from((out / f"{stem}.png").read_bytes()) == avatar
    found = draw_table(studio, changed, out, quiet=True, changes={"size": 512})
    assert found.redrawn == 4 and all(Image.open(path).size == (512, 512) for path in out.iterdir())
    assert draw_table(studio, changed, out, quiet=True, changes={"size": 512}).there == 4


def test_a_picture_that_is_not_ours_is_never_overwritten(table, tmp_path, studio):
    out = tmp_path / "out"
    out.mkdir()
    Image.new("RGB", (40, 30), "teal").save(out / "Ada.png")
    (out / "Bo.png").write_text("a letter")
    before = {path: path.read_bytes() for path in out.iterdir()}
    found = draw_table(studio, table("name\nAda\nBo\nCy\n"), out, quiet=True)
    assert found.written == 1 and [told.split(" is there already")[0] for told in found.mistakes] == ["Ada.png", "Bo.png"]
    assert {path: path.read_bytes() for path in before} == before


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
