import os
import threading
import time
from types import SimpleNamespace

import pytest
import torch

from avatar_studio import devices


def test_the_type_is_chosen_for_the_device_that_is_used(monkeypatch):
    current = ["cuda:0"]

    class Current:
        def __init__(self, device):
            self.device = str(device)

        def __enter__(self):
            current.append(self.device)

        def __exit__(self, *error):
            current.pop()

    monkeypatch.setattr(torch.cuda, "device", Current)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **emulated: current[-1] == "cuda:1")  # an old GPU beside a new one
    assert devices.fast_dtype(torch.device("cuda:1")) == torch.bfloat16
    assert devices.fast_dtype(torch.device("cuda:0")) == torch.float16


def test_a_gpu_that_cannot_compute_is_left_alone(monkeypatch):
    def too_old(*shape, device):
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "ones", too_old)
    assert devices.best_device().type == "cpu"


@pytest.mark.parametrize("amx, bf16, seconds, chosen", [
    (False, False, {}, torch.float32),                                                       # nothing is tried where bfloat16 is only emulated
    (True, True, {torch.bfloat16: 1, torch.float32: 5}, torch.bfloat16),
    (False, True, {torch.bfloat16: 2, torch.float32: 3}, torch.bfloat16),
    (False, True, {torch.bfloat16: 1.8, torch.float32: 1}, torch.float32),                   # a Xeon whose AMX is hidden
])
def test_a_processor_draws_in_the_type_that_it_is_faster_in(monkeypatch, amx, bf16, seconds, chosen):
    monkeypatch.setattr(torch, "cpu", SimpleNamespace(_is_amx_tile_supported=lambda: amx, _is_avx512_bf16_supported=lambda: bf16))
    monkeypatch.setattr(devices, "_seconds", seconds.__getitem__)
    devices._fast_on_cpu.cache_clear()
    try:
        assert devices.fast_dtype(torch.device("cpu")) == chosen
    finally:
        devices._fast_on_cpu.cache_clear()


@pytest.mark.skipif(os.name != "posix", reason="this system's clock of a thread ticks too slowly")
def test_time_in_which_another_program_has_the_core_does_not_count(monkeypatch):
    def work(seconds):
        until = time.thread_time() + seconds
        while time.thread_time() < until:
            pass

    def convolve(x, weight, padding):
        if x.dtype == torch.float32:
            return work(0.01)
        other = threading.Thread(target=work, args=(0.05,))  # as another program
        other.start()
        other.join()

    monkeypatch.setattr(devices.F, "conv2d", convolve)
    monkeypatch.setattr(torch, "cpu", SimpleNamespace(_is_amx_tile_supported=lambda: True, _is_avx512_bf16_supported=lambda: True))
    threads = torch.get_num_threads()
    devices._fast_on_cpu.cache_clear()
    try:
        assert devices.fast_dtype(torch.device("cpu")) == torch.bfloat16 and torch.get_num_threads() == threads
    finally:
        devices._fast_on_cpu.cache_clear()
