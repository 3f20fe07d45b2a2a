"""A server with nothing but jobs, to be killed: serve.py FOLDER SESSION OPTIONS COUNT keeps COUNT jobs of the session going."""
from __future__ import annotations

import json
import sys
from pathlib import Path

from avatar_studio.personal import jobs as personal
from avatar_studio.personal.jobs import Jobs, Kind
from avatar_studio.personal.store import ENDED
from tests.personal.kinds import upload

KINDS = {"chain": Kind("tests.personal.kinds:chain", dict, most=3, edge=64)}

if __name__ == "__main__":
    folder, session, options, count = sys.argv[1:]
    personal.MOST_TRIES = 100  # it may be killed sooner than its worker is up, time and again
    jobs = Jobs(KINDS, Path(folder))
    for _ in range(int(count) - sum(row.state not in ENDED for row in jobs.store.all())):
        jobs.submit(session, "chain", [upload("red")], json.loads(options))
    print("heavy" if "torch" in sys.modules else "light", flush=True)
    sys.stdin.read()
