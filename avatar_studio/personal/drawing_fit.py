"""A copy of the generator that paints everybody as a few drawings are made.

The base paints random avatars, drawing_look.py makes them look like the drawings, and the copy learns to paint them so: a plain
reconstruction, which cannot collapse onto the few drawings as an adversarial loss would. The styles w are the base's own and
outlines are held, so all sliders keep their meaning.
"""
from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .. import dice
from ..avatar import MAX_SEED, Avatar
from ..latent import styles
from ..models.generator import Generator
from ..pixels import settle
from .drawing_look import Look, dress
from .tuning import Tuning, tuned

STEPS = 160
RATE = 1.2e-3       # of Adam; it falls to 0 over the second half
PICTURES = 4        # a step
SMOOTH = 12         # steps over which the curve is a mean
ALPHA = 2.0         # how much more than a colour the silhouette counts
SHARES = (0.4, 0.7) # of likeness, one of which is taught beside all of it, on one picture a step


def restyled(generator: Generator) -> list[str]:
    """The names of the tensors that are tuned: a person's, and what says where on the canvas texture is and which colours there are at large."""
    own = [name for name, _ in generator.named_parameters()]
    edges = [layer.bias.shape[1] for layer in generator.synthesis.layers]
    finest = max(k for k, edge in enumerate(edges) if edge > 1)
    return tuned(generator) + [name for name in own if name == f"synthesis.layers.{finest}.bias" or name.startswith("synthesis.skips.")]


class Fit(Tuning):
    """One tuning, a step at a time. base: frozen or not, on any device; look: what is taught."""

    def __init__(self, base: Generator, look: Look, names: list[str] | None = None, steps: int = STEPS):
        super().__init__(base, names or restyled(base), RATE, steps)
        self.look = look

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """(ws, what they are to paint) of a step, always the same for the same step; the last is the first again, at SHARES[step % 2]."""
        random = np.random.default_rng((STEPS, step))
        with torch.inference_mode():
            ws = styles(self.base, anybody(random, PICTURES))
            plain = settle(self.base.paint(ws, dtype=self.dtype)).float()
            wanted = dress(self.look, plain)
            between = torch.lerp(plain[:1], wanted[:1], SHARES[step % 2])
        return torch.cat([ws, ws[:1]]).clone(), torch.cat([wanted, between]).clone()

    def advance(self) -> dict[str, float]:
        """One step; returns its loss, "style": how far the copy is from the drawings' look."""
        ws, wanted = self.batch(self.step)
        raw = torch.cat([self.paint(ws[:-1]), self.paint(ws[-1:], SHARES[self.step % 2])])
        error = settle(raw) - wanted                                                              # (M + 1, 4, N, N)
        weight = error.new_tensor([1.0, 1.0, 1.0, ALPHA]).view(1, 4, 1, 1)
        loss = ((error * weight).abs().mean() + error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()
                + 2 * (F.avg_pool2d(error, 8) * weight).abs().mean() + (raw - raw.detach().clamp(0, 1)).abs().mean())
        off = error.detach()[:-1].abs().mean().item()
        self.descend(loss, min(1.0, (self.step + 1) / 10, 2 * (1 - self.step / self.end)), off)
        return {"style": float(np.mean(self.errors[-SMOOTH:]))}  # each step has other avatars


def anybody(random: np.random.Generator, count: int) -> list[Avatar]:
    """Avatars of which everything is random."""
    return [Avatar(dice.roll(random), int(random.integers(MAX_SEED))) for _ in range(count)]
