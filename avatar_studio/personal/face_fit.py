"""Pivotal tuning (Roich et al. 2021, arXiv:2106.05744) of a copy of the generator, so that it paints one person.

The pivot is the person's own avatar: its traits as the selfie reader has them, and the seed that paints nearest to the photos.
There the copy learns the target of face_target.py. Around it, where sliders move, it learns the same change wherever the base
paints as it does at the pivot; and everywhere else, on random avatars, the base itself (the paper's locality regularisation).
"""
from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .. import dice
from ..avatar import Z_SIZE, Avatar, latent
from ..models.generator import Generator
from ..traits import GROUPS, TRAITS
from .tuning import Tuning

STEPS = 160               # at most
WINDOW, BETTER = 20, 0.97 # it has learned enough when the last WINDOW steps are not better than this times those before
COOL = 40                 # steps over which its rate then falls to 0
RATE = 1e-3               # of Adam
NEAR, AROUND, AWAY = 2, 1, 1  # pictures a step: the person with other expressions, with anything changed, and anybody
SHARES = (0.4, 0.7, 1.0)  # of likeness that are taught: all of it in every step, one of the others on one picture
CALM = ("eyes", "brows", "mouth", "glasses")  # groups of traits that an expression is
TOUCHED, FACE = 3.0, 1.0  # how much more the places count that the photos change, and the face
SAME = 0.08               # change of a picture, shrunk to a quarter, from which the base paints something else there


class Fit(Tuning):
    """One tuning, a step at a time. base: frozen or not, on any device; changes: for each of SHARES what the target adds to the
    base's own picture of the avatar, premultiplied (len(SHARES), N, N, 4)."""

    def __init__(self, base: Generator, avatar: Avatar, changes: np.ndarray, names: list[str] | None = None, steps: int = STEPS):
        super().__init__(base, names, RATE, steps)
        self.avatar = avatar
        self.changes = torch.from_numpy(changes).permute(0, 3, 1, 2).to(self.device)                  # (SHARES, 4, N, N)
        self.cool = max(1, min(COOL, steps // 4))
        with torch.inference_mode():
            self.pivot = self.styles([avatar.traits], [latent(avatar.seed)])                          # (1, num_ws, w_size)
            self.plain = base.paint(self.pivot, dtype=self.dtype).clone()                             # (1, 4, N, N)
        touched = F.max_pool2d((self.changes[-1:].abs().amax(1, keepdim=True) > 0.03).float(), 5, 1, 2)
        self.touched = F.avg_pool2d(touched, 5, 1, 2)                                                 # (1, 1, N, N)
        self.face = torch.ones_like(self.touched)
        self.face[:, :, 96:200, 68:188] += FACE  # brows to chin: small things that nothing is to change

    def batch(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """(ws, what they are to paint, weight) of a step, always the same for the same step.

        The last is one of the first two again, at a smaller likeness: SHARES[step % 2].
        """
        random = np.random.default_rng((self.avatar.seed, step))
        traits, z = [dict(self.avatar.traits)], [latent(self.avatar.seed)]
        for k in range(1, NEAR + AROUND + AWAY):
            anybody = dice.roll(random)
            groups = [name for name in GROUPS if random.random() < 0.25] if NEAR <= k < NEAR + AROUND else CALM
            if k < NEAR + AROUND:
                anybody = {**self.avatar.traits, **{t.name: anybody[t.name] for t in TRAITS if t.group in groups}}
            traits.append(anybody)
            z.append(z[0] if k < NEAR or k < NEAR + AROUND and random.random() < 0.5 else random.standard_normal(Z_SIZE).astype(np.float32))
        with torch.inference_mode():
            ws = self.styles(traits, z)
            plain = self.base.paint(ws, dtype=self.dtype)
            moved = F.avg_pool2d(plain - self.plain, 4).abs().amax(1, keepdim=True)                 # (M, 1, N / 4, N / 4)
            same = 1 - F.avg_pool2d(F.max_pool2d((moved > SAME).float(), 3, 1, 1), 3, 1, 1, count_include_pad=False)
            same = F.interpolate(same, scale_factor=4, mode="bilinear")
            same[NEAR + AROUND:] = 0
            again = step // 2 % 2
            ws, same = (torch.cat([values, values[again:again + 1]]) for values in (ws, same))
            change = torch.cat([self.changes[-1:].expand(len(plain), -1, -1, -1), self.changes[step % 2][None]])
            wanted = torch.cat([plain, plain[again:again + 1]]) + same * change
            weight = self.face + TOUCHED * self.touched * same
            weight = weight / weight.mean((2, 3), keepdim=True)
            weight[NEAR + AROUND:-1] *= 2  # there are few of them, and they are all the others
        return ws.clone(), wanted.clone(), weight.clone()

    def advance(self) -> dict[str, float]:
        """One step; returns its losses: "you", at the pivot."""
        ws, wanted, weight = self.batch(self.step)
        made = torch.cat([self.paint(ws[:-1]), self.paint(ws[-1:], SHARES[self.step % 2])])
        error = made - wanted                                                                         # (M + 1, 4, N, N)
        across, down = error.diff(dim=3).abs(), error.diff(dim=2).abs()
        loss = (error.abs() * weight).mean() + (across * weight[..., 1:]).mean() + (down * weight[:, :, 1:]).mean()
        loss = loss + (F.avg_pool2d(error, 8).abs() * F.avg_pool2d(weight, 8)).mean()
        self.descend(loss, min(1.0, (self.step + 1) / 10, (self.end - self.step) / self.cool), error[0].detach().abs().mean().item())
        last, before = (np.mean(self.errors[-k * WINDOW:][:WINDOW]) for k in (1, 2))
        if self.step >= 3 * WINDOW and last > BETTER * before:
            self.end = min(self.end, self.step + self.cool)
        return {"you": self.errors[-1]}
