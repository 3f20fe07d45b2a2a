"""What this process may use of the machine: its cores, memory that it keeps, and how far it steps back for others."""
from __future__ import annotations

import ctypes
import os
import sys


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def step_back(steps: int) -> None:
    """Let whoever else works on this machine go first. steps: of nice, 0 to 19; Windows has none, and nothing happens."""
    if hasattr(os, "nice"):
        os.nice(steps)


def keep_memory() -> None:
    """Have glibc keep the memory of large tensors instead of returning it and fetching new pages for every layer.

    A picture takes a third less time so; other systems' allocators do it by themselves.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if mallopt:
            mallopt(-3, 32 << 20)   # M_MMAP_THRESHOLD in bytes, its largest
            mallopt(-1, 256 << 20)  # M_TRIM_THRESHOLD in bytes
