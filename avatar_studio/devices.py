"""What networks compute on, and in which type."""
from __future__ import annotations

import functools
import logging
import os
import time

import torch
from torch.nn import functional as F

TRIALS = 5  # of a convolution in each type by turns, of which the fastest counts
CLOCK = time.thread_time if os.name == "posix" else time.perf_counter  # stands still while another program has the core; that of Windows ticks too slowly


def best_device() -> torch.device:
    """The GPU if there is one that this torch can use, else the CPU: newer ones have no code for old cards any more, and say so only when one computes."""
    if torch.cuda.is_available():
        try:
            torch.ones(1, device="cuda").add(1).item()
            return torch.device("cuda")
        except RuntimeError as error:
            logging.getLogger(__name__).warning("The GPU cannot be used, so the processor draws. %s", error)
    return torch.device("cpu")


def fast_dtype(device: torch.device) -> torch.dtype:
    """The type that convolutions run fastest in: half precision where the hardware is quick at it, else float32."""
    if device.type == "cuda":
        with torch.cuda.device(device):  # the question is about the current one, which may be another
            return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return _fast_on_cpu() if device.type == "cpu" else torch.float32


@functools.cache
def _fast_on_cpu() -> torch.dtype:
    """A processor's word that it has bfloat16 is not enough: AMX takes a fifth of float32's time and Zen 5 two thirds, but an Intel Xeon of the
    4th or 5th generation whose host hides AMX takes 1.8 times as long. So both are tried, for some 20 ms."""
    if not (torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()):
        return torch.float32
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the one whose clock it is
    try:
        trials = [{dtype: _seconds(dtype) for dtype in (torch.bfloat16, torch.float32)} for _ in range(TRIALS)]
    finally:
        torch.set_num_threads(threads)
    return min(trials[0], key=lambda dtype: min(trial[dtype] for trial in trials))


def _seconds(dtype: torch.dtype) -> float:
    """What a convolution of the generator's kind takes."""
    x, weight = (torch.ones(shape, dtype=dtype).contiguous(memory_format=torch.channels_last) for shape in ((1, 64, 64, 64), (64, 64, 3, 3)))
    began = CLOCK()
    with torch.inference_mode():
        F.conv2d(x, weight, padding=1)
    return CLOCK() - began
