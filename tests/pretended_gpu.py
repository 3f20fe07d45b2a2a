"""A GPU that is only pretended: its tensors say that they lie there, are computed with on the CPU, and refuse to meet the CPU's, as a real one's do."""
from __future__ import annotations

import contextlib
from collections.abc import Iterator
from unittest import mock

import numpy as np
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode, resolve_name

GPU = torch.device("cuda", 0)
NO_SCALARS = ("cat", "stack", "_fused_adamw_")  # elsewhere a single number may come from the CPU
LOOKS = ("_has_compatible_shallow_copy_type", "copy_")  # what takes two tensors wherever they lie


@contextlib.contextmanager
def pretended_gpu() -> Iterator[None]:
    """In this thread; a machine that has a GPU uses it instead. What asks whether there is one hears no: name the device."""
    if torch.cuda.is_available():
        yield
        return
    as_parameter = torch.nn.Parameter.__new__

    def parameter(cls, data=None, requires_grad=True):
        return _put(as_parameter(cls, data, requires_grad), _on_gpu(data))

    with mock.patch("torch.cuda.is_bf16_supported", lambda **_: True), mock.patch("torch.cuda.device", contextlib.nullcontext), \
            mock.patch("torch.cuda.get_device_name", lambda _: "a pretended GPU"), mock.patch.object(torch.nn.Parameter, "__new__", parameter), _Pretended():
        yield


class _Pretended(TorchFunctionMode):
    """Sees every call of torch and each property that is asked for."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs, name = dict(kwargs or {}), resolve_name(function) or getattr(function, "__name__", "")
        given = [*_tensors(args), *_tensors(kwargs)]
        short, here = name.removeprefix("torch.").removeprefix("Tensor."), bool(given) and _on_gpu(given[0])
        if short in ("device.__get__", "is_cuda.__get__", "is_cpu.__get__") and here:
            return {"device": GPU, "is_cuda": True, "is_cpu": False}[short.partition(".")[0]]
        if short in ("numpy", "__array__") and here:
            raise TypeError("can't convert cuda:0 device type tensor to numpy")
        if short in ("to", "cuda", "cpu"):
            return _moved(function, short, *args, **kwargs)
        if short == "data.__set__":
            function(*args)
            return _put(args[0], _on_gpu(args[1]))
        if _mixed(short, given, args):
            raise RuntimeError(f"Expected all tensors to be on the same device: {name}")
        if (device := kwargs.get("device")) is not None:
            here = torch.device(device).type == "cuda"
            if here and kwargs.get("generator") is not None:
                raise RuntimeError("Expected a 'cuda' device type for generator but found 'cpu'")
            kwargs["device"] = "cpu" if here else device
        else:
            here = any(map(_on_gpu, given))
        if short == "native_group_norm" and here and not args[0].is_contiguous():  # an error before torch 2.14
            raise RuntimeError("Expected X.is_contiguous(memory_format) to be true")
        made = function(*args, **kwargs)
        for one in _tensors(made):
            if not any(one is other for other in given):  # else it was changed in its place
                _put(one, here)
        return made


def _mixed(name: str, given: list[Tensor], args: tuple) -> bool:
    """Whether a call has tensors of both that cannot meet in it."""
    if name in LOOKS or not any(map(_on_gpu, given)):
        return False
    if name in ("__getitem__", "__setitem__"):
        index = args[1] if isinstance(args[1], tuple) else (args[1],)
        places = any(isinstance(one, (Tensor, list, np.ndarray)) for one in index)  # and not only ranges
        value = args[2] if name == "__setitem__" and places else None
        return not _on_gpu(args[0]) and any(map(_on_gpu, _tensors(index))) or isinstance(value, Tensor) and value.dim() > 0 and _on_gpu(value) != _on_gpu(args[0])
    return not all(_on_gpu(one) for one in given if one.dim() or any(name.endswith(other) for other in NO_SCALARS))


def _moved(function, name: str, x: Tensor, *args, **kwargs) -> Tensor:
    """What x.to(...), x.cpu() and x.cuda() give."""
    device, types = {"cpu": "cpu", "cuda": GPU, "to": kwargs.pop("device", None)}[name], []
    for value in args:
        if isinstance(value, Tensor):
            device, types = (GPU if _on_gpu(value) else "cpu"), [value.dtype]
        elif isinstance(value, (str, torch.device)):
            device = value
        elif isinstance(value, torch.dtype):
            types = [value]
    made = function(x, *types, **kwargs) if name == "to" and (types or kwargs) else x
    there = _on_gpu(x) if device is None else torch.device(device).type == "cuda"
    return _put(made.clone() if made is x and there != _on_gpu(x) else made, there)


def _tensors(values) -> Iterator[Tensor]:
    """All that there are in arguments, in lists of them too."""
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, (dict, list, tuple)):
        for value in values.values() if isinstance(values, dict) else values:
            yield from _tensors(value)


def _on_gpu(value) -> bool:
    return isinstance(value, Tensor) and vars(value).get("on_gpu", False)


def _put(value: Tensor, on_gpu: bool) -> Tensor:
    vars(value)["on_gpu"] = on_gpu
    return value
