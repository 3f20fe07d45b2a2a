"""What this process may use of the machine: its cores, memory that it keeps, and how far it steps back for others."""
from __future__ import annotations

import ctypes
import math
import os
import sys
from pathlib import Path


CGROUP = Path("/sys/fs/cgroup")


def cores() -> int:
    """How many cores this process may use: those it may run on, or fewer where its container has less of their time. With more threads than that it would wait for itself."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.ceil(min(here, quota())))


def quota() -> float:
    """How many cores' time a Linux container has (`docker run --cpus`, a limit of Kubernetes); inf if there is no limit."""
    for files in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):  # cgroup v2: "200000 100000" or "max 100000"; v1: -1 is none
        try:
            most, period = map(float, " ".join((CGROUP / file).read_text() for file in files).replace("max", "inf").split())
        except (OSError, ValueError):
            continue
        return most / period if most > 0 < period else math.inf
    return math.inf


def step_back(steps: int) -> None:
    """Let whoever else works on this machine go first. steps: of nice, 0 to 19; Windows has none, and nothing happens."""
    if hasattr(os, "nice"):
        os.nice(steps)


def keep_memory() -> None:
    """Have glibc keep the memory of large tensors instead of returning it and fetching new pages for every layer.

    A picture takes a third less time so; other systems' allocators do it by themselves.
    """
    _glibc("mallopt", -3, 32 << 20)   # M_MMAP_THRESHOLD in bytes, its largest
    _glibc("mallopt", -1, 256 << 20)  # M_TRIM_THRESHOLD in bytes


def gather_memory() -> None:
    """Have glibc keep one heap for all threads, before there is a second one: of the others, release_memory leaves what lies at the end. Drawing is no slower."""
    _glibc("mallopt", -8, 1)  # M_ARENA_MAX


def release_memory() -> None:
    """Have glibc return what was freed and it keeps, with all that still stands there: takes 3 ms, and the next picture 5 ms more."""
    _glibc("malloc_trim", 0)


def _glibc(function: str, *values: int) -> None:
    """Call one of its functions; musl and other systems have none of ours."""
    if sys.platform == "linux":
        call = getattr(ctypes.CDLL(None), function, None)
        if call:
            call(*values)
