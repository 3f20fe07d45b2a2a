import errno
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from avatar_studio import dice
from avatar_studio.__main__ import main
from avatar_studio.avatar import Avatar
from avatar_studio.exports.marks import avatar_from, provide, says_generated
from avatar_studio.personal.model_file import model_id


@pytest.fixture(autouse=True)
def threads():
    """A table is drawn with one thread a core, and the process ends; here others come after it."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_a_code_becomes_a_picture_and_the_picture_gives_the_code_back(tmp_path, capsys):
    avatar = Avatar(dice.roll(np.random.default_rng(4)), 4)
    file = tmp_path / "me.png"
    assert main(["draw", avatar.code, str(file), "--size", "512"]) == 0
    picture = Image.open(file)
    assert picture.mode == "RGBA" and picture.size == (512, 512) and picture.getextrema()[3][1] == 255
    assert main(["inspect", str(file)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["seed"] == 4 and found["traits"].items() <= avatar.traits.items()


def test_all_that_an_avatar_differs_in_is_told(tmp_path, capsys):
    look = {"strength": 0.5, "second_style": "oil", "blend": 0.3, "truncation": 0.7, "background_colour": "#ff0000", "explore": [0.5, 0, 0, 0, 0, 0], "super_resolution": False, "mix": [0.5, 0, 1]}
    avatar, file = Avatar(style="ink", partner=Avatar(seed=8), **look), tmp_path / "me.png"
    assert main(["draw", avatar.code, str(file)]) == 0 and main(["inspect", str(file)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert look.items() <= found.items() and found["partner"] == Avatar(seed=8).code
    assert main(["draw", Avatar().code, str(file)]) == 0 and main(["inspect", str(file)]) == 0
    assert not {*look, "partner"} & set(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("value", ["9", "-0.1", "nan", "much"])
def test_a_likeness_that_is_none_is_refused(capsys, value):
    with pytest.raises(SystemExit):
        main(["draw", Avatar().code, "x.png", f"--likeness={value}"])
    assert "argument --likeness: must be a number from 0 to 1" in capsys.readouterr().err


def test_options_stand_anywhere(tmp_path):
    code, one, two, large = Avatar({"hair_back": "afro"}, 5, style="ink").code, *(str(tmp_path / name) for name in ("one.png", "two.png", "large.png"))
    assert main(["draw", code, "--size", "512", one]) == 0 and Image.open(one).size == (512, 512)
    assert main(["draw", code, "--words", "round glasses", "--label", two]) == 0 and avatar_from((tmp_path / "two.png").read_bytes()) == Avatar({"hair_back": "afro", "glasses": "round"}, 5, style="ink")
    assert main(["enlarge", one, "--scale", "1", large]) == 0 and Image.open(large).size == (512, 512)


@pytest.mark.parametrize("arguments", [["--sizes", "512", "x.png"], ["x.png", "--label", "y.png"], ["--label", "x.png", "y.png"]])
def test_what_is_too_much_is_refused(tmp_path, capsys, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["draw", Avatar().code, *arguments])
    assert "unrecognized arguments" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_a_picture_that_lost_its_code_is_read_instead(tmp_path, capsys):
    file = tmp_path / "me.png"
    assert main(["draw", Avatar({"hair_back": "afro", "glasses": "sun"}).code, str(file)]) == 0
    Image.open(file).save(file)  # without its text
    assert main(["inspect", str(file)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["read_from"] == "picture" and found["traits"]["hair_back"] == "afro" and found["traits"]["glasses"] == "sun"


def test_a_sheet_shows_as_many_as_were_asked_for(tmp_path):
    assert main(["sheet", str(tmp_path / "sheet.png"), "--count", "5", "--columns", "3", "--edge", "64"]) == 0
    page = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert page.shape == (128, 192, 3)
    assert says_generated((tmp_path / "sheet.png").read_bytes())
    filled = [page[64 * r:64 * r + 64, 64 * c:64 * c + 64].std() > 10 for r in range(2) for c in range(3)]
    assert filled == [True] * 5 + [False]


def test_a_sheet_begins_at_any_seed_and_is_always_the_same(tmp_path):
    one, again = tmp_path / "one.png", tmp_path / "again.png"
    for file in (one, again):
        assert main(["sheet", str(file), "--count", "2", "--edge", "64", "--seed", "4294967295"]) == 0
    assert one.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("option,value", [("--seed", "-1"), ("--seed", "4294967296"), ("--edge", "70000"), ("--edge", "0"), ("--count", "many"), ("--columns", "1000000")])
def test_a_number_out_of_its_range_is_told_the_range(tmp_path, capsys, option, value):
    with pytest.raises(SystemExit):
        main(["sheet", str(tmp_path / "sheet.png"), option, value])
    assert f"argument {option}: must be a whole number from " in capsys.readouterr().err


def test_words_become_a_picture_in_the_format_of_its_name(tmp_path, capsys):
    for name, format in (("me.webp", "WEBP"), ("me.jpg", "JPEG"), ("me.png", "PNG")):
        file = tmp_path / name
        assert main(["draw", "--words", "粉色双马尾 and a spaceship", str(file), "--label"]) == 0
        assert "spaceship" in capsys.readouterr().err
        assert Image.open(file).format == format
        assert main(["inspect", str(file)]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["traits"]["hair_back"] == "twin_tails" and found["says_ai_generated"] is True


def test_a_sentence_of_which_nothing_is_understood_draws_nobody(tmp_path, capsys):
    for code in ([], [Avatar(seed=5).code]):
        assert main(["draw", *code, "--words", "xyzzy qqqq", str(tmp_path / "me.png")]) == 1
        assert capsys.readouterr().err == "None of these words is understood: xyzzy qqqq.\n" and not list(tmp_path.iterdir())


def test_who_offers_it_to_the_public_in_china_is_named_by_the_environment(tmp_path, monkeypatch, capsys):
    code, bare, labelled = Avatar(seed=5).code, tmp_path / "bare.png", tmp_path / "labelled.png"
    monkeypatch.setenv("AVATAR_STUDIO_PROVIDER", "")
    assert main(["draw", code, str(bare)]) == 0
    monkeypatch.setenv("AVATAR_STUDIO_PROVIDER", "北京示例")
    try:
        assert main(["draw", code, str(labelled)]) == main(["sheet", str(tmp_path / "sheet.png"), "--count", "4", "--columns", "2", "--edge", "64"]) == 0
    finally:
        provide("")
    assert [json.loads(Image.open(file).text["AIGC"])["ContentProducer"] for file in (bare, labelled, tmp_path / "sheet.png")] == ["Avatar Studio", "北京示例", "北京示例"]
    one, other = (np.asarray(Image.open(file).convert("RGB"), np.int16) for file in (bare, labelled))
    assert np.abs(one - other)[220:, 170:].max() > 60 and not np.abs(one - other)[:210].any()
    assert Image.open(tmp_path / "sheet.png").height > 128  # the label stands below them
    monkeypatch.setenv("AVATAR_STUDIO_PROVIDER", "x" * 200)
    assert main(["draw", code, str(labelled)]) == 1 and capsys.readouterr().err == "A provider's name is one line of at most 100 letters that can be seen.\n"


def test_a_table_of_people_becomes_a_folder(tmp_path, capsys):
    table = tmp_path / "people.csv"
    table.write_text("name,words\nAda,round glasses\nBo,red cap\n")
    assert main(["draw", "--from", str(table), "--out", str(tmp_path / "out")]) == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["Ada.png", "Bo.png"]
    assert "2 drawn" in capsys.readouterr().out


def test_a_table_is_drawn_in_the_size_and_style_that_were_asked_for_and_says_what_was_not_understood(tmp_path, capsys):
    table = tmp_path / "people.csv"
    table.write_text("name,words\nAda,round glasses and a blorp\n")
    assert main(["draw", "--from", str(table), "--out", str(tmp_path / "out"), "--size", "512", "--style", "oil", "--label"]) == 0
    assert "Row 1: not understood: blorp" in capsys.readouterr().err
    data = (tmp_path / "out" / "Ada.png").read_bytes()
    assert avatar_from(data).style == "oil" and Image.open(tmp_path / "out" / "Ada.png").size == (512, 512)
    assert main(["draw", avatar_from(data).code, str(tmp_path / "bare.png")]) == 0
    labelled, bare = (np.asarray(Image.open(file).convert("RGB"), np.int16) for file in (tmp_path / "out" / "Ada.png", tmp_path / "bare.png"))
    assert np.abs(labelled - bare)[400:].max() > 60  # the visible mark


def test_every_row_that_could_not_be_drawn_is_told(tmp_path, capsys):
    table = tmp_path / "people.csv"
    table.write_text("words\n" + "qwertz blorp\n" * 30 + "blue hair and a blorp\n" * 30)
    assert main(["draw", "--from", str(table), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert said.err.count("none of its words") == said.err.count("not understood: blorp") == 30 and "30 drawn, 0 redrawn, 0 were there, 30 could not" in said.out


def test_a_full_disk_gets_one_sentence_and_the_summary(tmp_path, capsys, monkeypatch):
    def replace(partial, path):
        if Path(path).name in ("Cy.png", "me.png"):
            raise OSError(errno.ENOSPC, "No space left on device")
        replaced(partial, path)

    replaced = os.replace
    monkeypatch.setattr("avatar_studio.files.os.replace", replace)
    table, out = tmp_path / "people.csv", tmp_path / "out"
    table.write_text("name,words\nAda,round glasses\nBo,qwertz\nCy,red cap\n")
    assert main(["draw", "--from", str(table), "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert "Cy.png cannot be written: No space left on device." in said.err and "Row 2: " in said.err and "1 drawn, 0 redrawn, 0 were there, 1 could not" in said.out
    assert [file.name for file in out.iterdir()] == ["Ada.png"]
    (tmp_path / "me.png").write_bytes(b"the picture of before")
    assert main(["draw", Avatar().code, str(tmp_path / "me.png")]) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'me.png'} cannot be written: No space left on device.\n"
    assert (tmp_path / "me.png").read_bytes() == b"the picture of before" and {path.name for path in tmp_path.iterdir()} == {"me.png", "people.csv", "out"}


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs pipes that have a name")
def test_a_table_may_come_through_a_pipe(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"name,words\nAda,round glasses\n")
    os.close(writing)
    assert main(["draw", "--from", f"/dev/fd/{reading}", "--out", str(tmp_path / "out")]) == 0
    os.close(reading)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["Ada.png"]


def test_a_pack_is_written_into_a_folder(tmp_path):
    assert main(["pack", Avatar(seed=3).code, "model", str(tmp_path / "packs"), "--style", "ink"]) == 0
    data = (tmp_path / "packs" / "avatar.glb").read_bytes()
    assert data[:4] == b"glTF" and avatar_from(data).style == "ink"


def test_a_folder_whose_name_the_output_cannot_spell_is_no_failure(tmp_path):
    command = [sys.executable, "-m", "avatar_studio", "pack", Avatar(seed=3).code, "model", str(tmp_path / "输出")]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0 and rb"\u8f93\u51fa" in done.stdout and (tmp_path / "输出" / "avatar.glb").exists()


def test_a_pack_of_a_personal_model_is_painted_by_it(tmp_path, model_file):
    (tmp_path / "ann.safetensors").write_bytes(model_file(1))
    assert main(["pack", Avatar(seed=3).code, "model", str(tmp_path), "--model", str(tmp_path / "ann.safetensors"), "--likeness", "0.5"]) == 0
    found = avatar_from((tmp_path / "avatar.glb").read_bytes())
    assert found.model == model_id(model_file(1)) and found.likeness == 0.5 and found.seed == 3


def test_who_gives_a_pack_instead_of_a_picture_is_told_so_and_its_description_opens(tmp_path, capsys):
    assert main(["pack", Avatar(seed=3).code, "sprites", str(tmp_path)]) == 0
    pack = capsys.readouterr().out.strip()
    assert main(["inspect", pack]) == 1 and capsys.readouterr().err == "This is a ZIP, such as a pack that was made here: unzip it and choose a picture in it.\n"
    with zipfile.ZipFile(pack) as archive:
        archive.extract("sprites.json", tmp_path)
    assert main(["inspect", str(tmp_path / "sprites.json")]) == 0 and json.loads(capsys.readouterr().out)["seed"] == 3


def test_any_picture_is_enlarged_and_painted_in_a_style(tmp_path):
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "small.jpg")
    assert main(["enlarge", str(tmp_path / "small.jpg"), str(tmp_path / "large.png"), "--scale", "4"]) == 0
    assert Image.open(tmp_path / "large.png").size == (160, 120)
    assert main(["enlarge", str(tmp_path / "small.jpg"), str(tmp_path / "oil.png"), "--style", "oil"]) == 0
    assert Image.open(tmp_path / "oil.png").size == (512, 512)  # what is painted has 256 pixels first
    assert main(["draw", Avatar().code, str(tmp_path / "ink.png"), "--style", "ink"]) == 0
    assert avatar_from((tmp_path / "ink.png").read_bytes()).style == "ink"


def test_an_avatar_that_is_enlarged_keeps_its_code(tmp_path):
    avatar = Avatar({"glasses": "round"}, 7)
    assert main(["draw", avatar.code, str(tmp_path / "me.png")]) == 0
    assert main(["enlarge", str(tmp_path / "me.png"), str(tmp_path / "large.png")]) == 0
    assert avatar_from((tmp_path / "large.png").read_bytes()) == avatar


def test_a_personal_model_paints_its_person_or_a_code(tmp_path, model_file):
    model = tmp_path / "ann.safetensors"
    model.write_bytes(model_file(1))
    assert main(["draw", str(tmp_path / "me.png"), "--model", str(model)]) == 0
    assert main(["draw", Avatar({"glasses": "round"}).code, str(tmp_path / "half.png"), "--model", str(model), "--likeness", "0.5", "--style", "ink"]) == 0
    me, half = (avatar_from((tmp_path / name).read_bytes()) for name in ("me.png", "half.png"))
    assert me.model == half.model == model_id(model.read_bytes()) and me.traits["hair_back"] == "bob" and me.likeness == 1.0
    assert half.traits["glasses"] == "round" and half.likeness == 0.5 and half.style == "ink"


def test_mistakes_get_one_sentence(tmp_path, capsys):
    (tmp_path / "note.png").write_text("no picture")
    for arguments in (["draw", "Axyz", str(tmp_path / "x.png")], ["inspect", str(tmp_path / "note.png")], ["inspect", str(tmp_path / "gone.png")],
                      ["draw"], ["draw", Avatar().code], ["draw", Avatar().code, str(tmp_path / "x.exe")], ["draw", "--words", " ", str(tmp_path / "y.png")],
                      ["draw", str(tmp_path / "x.png"), "--model", str(tmp_path / "note.png")], ["draw", Avatar(model="me-0000dead").code, str(tmp_path / "x.png")],
                      ["draw", "--from", str(tmp_path / "gone.csv")], ["pack", "Axyz", "model", str(tmp_path)],
                      ["draw", "--from", str(tmp_path / "gone.csv"), "--words", "blue hair"], ["enlarge", str(tmp_path / "note.png"), str(tmp_path / "x.jpg")],
                      ["enlarge", str(tmp_path / "note.png"), str(tmp_path / "x.png")], ["sheet", str(tmp_path / "x.jpg"), "--count", "2"],
                      ["sheet", str(tmp_path / "x.png"), "--count", "1000", "--edge", "1024"]):
        assert main(arguments) == 1
        said = capsys.readouterr().err.strip()
        assert said.endswith((".", "whole.")) and "\n" not in said and "Traceback" not in said
    assert not list(tmp_path.glob("x.*"))


def test_who_reads_only_the_first_lines_hears_no_complaint(tmp_path):
    file = tmp_path / "me.png"
    assert main(["draw", Avatar().code, str(file)]) == 0
    with subprocess.Popen([sys.executable, "-m", "avatar_studio", "inspect", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        reading.stdout.close()
        assert reading.stderr.read() == b""
