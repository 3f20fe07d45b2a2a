"""A copy of the generator that is tuned, and the job of tuning it: what my face and my style have in common.

All that is learned is a difference of some of the synthesis's tensors, which model_file.py keeps.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..devices import best_device, fast_dtype
from ..models.generator import Generator
from ..pixels import settle, to_picture
from ..traits import condition
from ..weights import load_generator
from .model_file import Model, apply

SLICE = 8.0      # seconds of tuning from one state to the next
SHOWN = 4.0      # seconds from one preview to the next
FIRST_LAYER = 3  # of the synthesis that is tuned: from 32 px on; what is coarser keeps the avatars' build


def tuned(generator: Generator) -> list[str]:
    """The names of the tensors that are tuned."""
    layers = range(FIRST_LAYER, generator.num_ws)
    names = [f"synthesis.layers.{i}.{part}" for i in layers for part in ("weight", "style.bias", "bias")]
    names += ["synthesis.to_rgba.weight", "synthesis.to_rgba.bias", "synthesis.rgba_style.bias"]
    own = dict(generator.named_parameters())
    return [name for name in names if not (name.endswith("bias") and own[name].numel() > 1000)]  # not the biases at each place


class Tuning:
    """base: frozen or not, on any device; names: of the tensors that are tuned, None for tuned(base); rate: Adam's."""

    def __init__(self, base: Generator, names: list[str] | None, rate: float, steps: int):
        self.base, self.rate = base, rate
        self.device, self.dtype = base.w_avg.device, tuning_dtype(base.w_avg.device)
        self.synthesis = apply(base, Model("", "", {}, ""), 0.0).synthesis  # the same tensors, but nothing prepared from them
        own = dict(base.named_parameters())
        names = names or tuned(base)
        self.difference = {name: torch.zeros_like(own[name]).requires_grad_() for name in names}
        self.own = {name: own[name].detach() for name in names}
        self.optimizer = torch.optim.Adam(self.difference.values(), lr=rate, betas=(0.9, 0.99))
        self.step, self.end = 0, steps
        self.errors: list[float] = []  # of every step

    @property
    def done(self) -> bool:
        return self.step >= self.end

    def styles(self, traits: list[dict], z: list[np.ndarray]) -> Tensor:
        """The base's styles of some avatars: (M, num_ws, w_size)."""
        c = np.stack([condition(one) for one in traits])
        return self.base.styles(torch.from_numpy(np.stack(z)).to(self.device), torch.from_numpy(c).to(self.device))

    def paint(self, ws: Tensor, likeness: float = 1.0) -> Tensor:
        """What the copy paints, not settled. ws: (M, num_ws, w_size) -> (M, 4, N, N)"""
        tensors = {name: self.own[name] + likeness * value for name, value in self.difference.items()}
        short = {name.removeprefix("synthesis."): value for name, value in tensors.items()}
        return torch.func.functional_call(self.synthesis, short, (ws,), {"dtype": self.dtype})

    def descend(self, loss: Tensor, share: float, error: float) -> None:
        """One step down the gradient of a loss, at so much of the rate. error: what the curve shows of it."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * share
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.errors.append(error)

    def state(self) -> dict[str, np.ndarray]:
        """All that a step changes, as arrays."""
        arrays = {"step": np.array(self.step), "end": np.array(self.end), "errors": np.array(self.errors)}
        for name, value in self.difference.items():
            moments = self.optimizer.state[value]
            for part, tensor in (("now", value.detach()), ("first", moments["exp_avg"]), ("second", moments["exp_avg_sq"])):
                arrays[f"{part} {name}"] = tensor.cpu().numpy()
        return arrays

    def load(self, arrays: dict[str, np.ndarray]) -> None:
        """Go on from what state() gave."""
        self.step, self.end, self.errors = int(arrays["step"]), int(arrays["end"]), arrays["errors"].tolist()
        for name, value in self.difference.items():
            now, first, second = (torch.from_numpy(arrays[f"{part} {name}"].copy()).to(self.device) for part in ("now", "first", "second"))
            value.data.copy_(now)
            self.optimizer.state[value] = {"step": torch.tensor(float(self.step)), "exp_avg": first, "exp_avg_sq": second}


def base_generator() -> Generator:
    """The generator of weights/, frozen, on the GPU if there is one."""
    device = best_device()
    return load_generator().to(device).freeze(tuning_dtype(device))


def tuning_dtype(device: torch.device) -> torch.dtype:
    """The fastest type that gradients survive in: float16 would need its losses scaled, so a GPU without bfloat16 tunes in float32."""
    fast = fast_dtype(device)
    return torch.float32 if fast == torch.float16 else fast


def tune(fit: Tuning, state: dict[str, np.ndarray], report: Callable, begun: float, preview: Callable[[], Image.Image],
         slice_seconds: float = SLICE) -> Iterator[dict[str, np.ndarray]]:
    """All steps that a fit has left, in the slices of a job: see worker.py, which gives report.

    state: what the last slice left, of which all that the fit does not know of is kept. begun: share of the job that was done before.
    preview: called now and then.
    """
    if "step" in state:
        fit.load(state)
    shown, began = -SHOWN, time.monotonic()
    while not fit.done:
        losses = fit.advance()
        show = fit.done or time.monotonic() - shown >= SHOWN
        report(1 - (1 - begun) * (1 - fit.step / fit.end), losses, preview() if show else None)
        shown = time.monotonic() if show else shown
        if time.monotonic() - began >= slice_seconds:
            yield {**state, **fit.state()}
            began = time.monotonic()


@torch.inference_mode()
def tiles(pictures: Tensor) -> Image.Image:
    """Four pictures (4, 4, N, N) as the generator paints them, not settled, as one RGBA picture, the first two above."""
    n = pictures.shape[-1]
    return to_picture(settle(pictures.float()).view(2, 2, 4, n, n).permute(2, 0, 3, 1, 4).reshape(1, 4, 2 * n, -1))
