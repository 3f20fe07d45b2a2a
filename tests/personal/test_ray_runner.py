"""What Ray is checked by, in processes of their own: one that has served pages and driven a browser, Ray may end without a word."""
from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="this test needs Ray: pip install -r requirements-ray.txt")
@pytest.mark.parametrize("checks", ["ray_checks.py", "ray_cluster_checks.py"])
def test_jobs_run_on_ray(checks):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/personal/{checks}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "RAY_AUTH_MODE": "disabled"})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
