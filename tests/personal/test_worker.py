"""What a job says of how far it is."""
from __future__ import annotations

import pytest

from avatar_studio.personal import worker


def test_the_time_left_is_told_by_what_was_done_since_the_first_report(tmp_path, clock):
    now, told = [100.0], []
    clock(worker, lambda: now[0])
    report = worker.Reporter(tmp_path, lambda **news: told.append(news), lambda: True)
    for share, at in ((0.2, 100.0), (0.4, 110.0), (0.41, 110.1), (0.8, 130.0), (1.0, 140.0)):  # the third comes too soon to be told
        now[0] = at
        report(share)
    assert [one["share"] for one in told] == [0.2, 0.4, 0.8, 1.0]
    assert told[0]["seconds_left"] is None and [one["seconds_left"] for one in told[1:]] == pytest.approx([30, 10, 0])


def test_how_fast_pictures_are_read_says_nothing_of_the_rest(tmp_path, clock):
    now, told = [0.0], []
    clock(worker, lambda: now[0])
    report = worker.Reporter(tmp_path, lambda **news: told.append(news), lambda: True)
    for share, at, reading in ((0.05, 1.0, True), (0.1, 2.0, True), (0.11, 5.0, False), (0.2, 32.0, False)):
        now[0] = at
        report(share, reading=reading)
    assert [one["seconds_left"] for one in told[:3]] == [None] * 3 and told[3]["seconds_left"] == pytest.approx(240)
