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
