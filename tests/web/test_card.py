"""What a messenger reads of a link to the page."""
from __future__ import annotations

import html
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from avatar_studio.avatar import Avatar
from avatar_studio.exports.marks import avatar_from
from avatar_studio.web.server import WELCOME
from avatar_studio.web.texts import TEXTS


def card(http, path: str = "", **headers: str) -> dict[str, str]:
    """What the page's head says of it; nothing twice."""
    page = http.get(path, headers=headers).text
    found = re.findall(r'<meta\s+(?:name|property)="((?:og|twitter):[\w:]+)"\s+content="([^"]*)"', page)
    assert len(dict(found)) == len(found) == len(re.findall(r'"(?:og|twitter):', page)) and page.index("og:image") < 2000
    return {name: html.unescape(words) for name, words in found}


def shown(http, address: str) -> bytes:
    answer = http.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/jpeg"
    return answer.content


def test_a_link_has_our_title_and_our_picture_and_nothing_of_gradios(http):
    told = card(http)
    assert all(words in told["og:title"] for words in TEXTS["title"]) and TEXTS["tagline"][0] in told["og:description"]
    assert not any("radio" in words for words in told.values())
    assert avatar_from(shown(http, told["og:image"])) == avatar_from(shown(http, "card.jpeg")) and told["og:image"].startswith(str(http.base_url))


def test_a_link_of_an_avatar_shows_that_avatar(http):
    avatar = Avatar({"hair_back": "twin_tails", "hair_hue": 210}, seed=5)
    told = card(http, f"?a={avatar.code}")
    assert told["og:url"].endswith(f"/?a={avatar.code}")
    picture = shown(http, told["og:image"])
    assert avatar_from(picture).traits == avatar.traits
    with Image.open(io.BytesIO(picture)) as image:
        assert np.asarray(image)[4, 4].min() < 250  # on a ground of its own, where it is clear


def test_with_a_provider_the_picture_of_a_link_shows_the_label(http, offered):
    bare = shown(http, "card.jpeg")
    with offered() as name:
        labelled = shown(http, "card.jpeg")
    one, other = (np.asarray(Image.open(io.BytesIO(data)), int) for data in (bare, labelled))
    assert (np.abs(one - other).max(-1) > 60)[448:, 340:].sum() > 1000 and json.dumps(name)[1:-1].encode() in labelled


@pytest.mark.parametrize("code", ["A", 'A"><script>', Avatar(model="me-0000dead").code])
def test_a_link_whose_avatar_cannot_be_drawn_shows_the_one_that_welcomes(http, code):
    told = card(http, f"?a={code}")
    assert "<" not in "".join(told.values())
    assert avatar_from(shown(http, told["og:image"])).traits == WELCOME.traits


def test_behind_a_proxy_the_addresses_are_those_from_outside(http):
    told = card(http, **{"X-Forwarded-Host": "studio.example", "X-Forwarded-Proto": "https"})
    assert (told["og:url"], told["og:image"]) == ("https://studio.example/", "https://studio.example/card.jpeg")
