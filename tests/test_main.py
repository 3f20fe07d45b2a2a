import json

import numpy as np
from PIL import Image

from avatar_studio import dice
from avatar_studio.__main__ import main
from avatar_studio.avatar import Avatar


def test_a_code_becomes_a_picture_and_the_picture_gives_the_code_back(tmp_path, capsys):
    avatar = Avatar(dice.roll(np.random.default_rng(4)), 4)
    file = tmp_path / "me.png"
    assert main(["draw", avatar.code, str(file), "--size", "512"]) == 0
    picture = Image.open(file)
    assert picture.mode == "RGBA" and picture.size == (512, 512) and picture.getextrema()[3][1] == 255
    assert main(["inspect", str(file)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["seed"] == 4 and found["traits"].items() <= avatar.traits.items()


def test_a_sheet_shows_as_many_as_were_asked_for(tmp_path):
    assert main(["sheet", str(tmp_path / "sheet.png"), "--count", "5", "--columns", "3", "--edge", "64"]) == 0
    page = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert page.shape == (128, 192, 3)
    filled = [page[64 * r:64 * r + 64, 64 * c:64 * c + 64].std() > 10 for r in range(2) for c in range(3)]
    assert filled == [True] * 5 + [False]


def test_mistakes_get_one_sentence(tmp_path, capsys):
    (tmp_path / "note.png").write_text("no picture")
    for arguments in (["draw", "Axyz", str(tmp_path / "x.png")], ["inspect", str(tmp_path / "note.png")], ["inspect", str(tmp_path / "gone.png")]):
        assert main(arguments) == 1
        said = capsys.readouterr().err.strip()
        assert said.endswith((".", "whole.")) and "\n" not in said and "Traceback" not in said
    assert not (tmp_path / "x.png").exists()
