from __future__ import annotations

import json
import shutil

import pytest
import torch
from PIL import Image

from avatar_studio.avatar import EXPLORE_SIZE
from avatar_studio.latent import load_directions
from avatar_studio.traits import CONDITION_SIZE, condition_columns
from avatar_studio.training.__main__ import main
from avatar_studio.training.directions import blocks
from avatar_studio.weights import FOLDER


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the shipped generator and directions made anew for it from few rolls."""
    folder = tmp_path_factory.mktemp("weights")
    for name in ("generator.safetensors", "manifest.json"):
        shutil.copy(FOLDER / name, folder / name)
    assert main(["directions", "--to", str(folder), "--count", "1500", "--sheet", str(folder / "sheet.png")]) == 0
    return folder


def test_every_number_of_the_condition_has_a_name():
    assert len(condition_columns()) == CONDITION_SIZE == len(set(condition_columns()))


def test_directions_move_colours_or_form_and_never_skin_or_a_choice(made):
    vectors = load_directions(405, made).vectors
    part = vectors[:, -CONDITION_SIZE:]
    colour, form = blocks().values()
    assert not (colour & form).any() and part[:, ~(colour | form)].abs().max() == 0
    assert all((row[colour] != 0).any() != (row[form] != 0).any() for row in part)


def test_the_names_still_fit_few_rolls_give_the_shipped_directions(made):
    shipped, new = load_directions(405).vectors[:, -CONDITION_SIZE:], load_directions(405, made).vectors[:, -CONDITION_SIZE:]
    assert (torch.cosine_similarity(shipped, new) > 0.9).all()


def test_the_command_writes_a_sheet_a_card_and_its_line(made):
    with Image.open(made / "sheet.png") as sheet:
        assert sheet.height == 112 * EXPLORE_SIZE
    assert "Autumn - Ocean" in (made / "directions.md").read_text()
    assert set(json.loads((made / "manifest.json").read_text())) == set(json.loads((FOLDER / "manifest.json").read_text()))
