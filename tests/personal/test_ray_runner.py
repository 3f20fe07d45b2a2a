"""ray_checks.py in a process of its own: one that has served pages and driven a browser, Ray may end without a word."""
from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="this test needs Ray: pip install -r requirements-ray.txt")
def test_jobs_run_on_ray():
    checks = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/personal/ray_checks.py"]
    done = subprocess.run(checks, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
