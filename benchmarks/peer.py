"""`python -m benchmarks.peer`: a peer trained on the same pool of pictures, for the same minutes, on the same machine, beside ours.

The peer is PyPI's lightweight-gan (Liu et al. 2021, arXiv:2101.04775), trained by its own trainer. Both begin from nothing and run at
the same time, each on half of the cores, so that whatever else goes on there hits both alike. Then each is compared with pictures that
the artist drew of held-out traits, as benchmarks.quality does. Ours as the README's command trains it: it has a quarter of the pool drawn
anew each pass, in place, so that the peer sees those drawings too, and is shown newly drawn pairs besides, 4 of every 20 pictures.
Needs requirements-train.txt, requirements-bench.txt, two cores and a C++ compiler.
"""
from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from avatar_studio.devices import fast_dtype
from avatar_studio.exports.sheet import sheet
from avatar_studio.pixels import premultiplied, to_picture
from avatar_studio.training.data import Pool, open_pool
from avatar_studio.training.export import export_generator
from avatar_studio.training.generator import Options, train
from avatar_studio.weights import load_generator

from . import features
from .quality import Painter, drawn, rolls

POOL = 16384
BATCH = 8      # of the peer: memory for its penalty's second derivative
WIDTH = 128    # its fmap_max, 512 by default: 6 million parameters in its generator as 5 are in ours, and half as fast again
AUGMENTED = min(0.5, (1e5 - POOL) * 3e-6)  # how often, as its set_data_src chooses it for so many pictures


class OnCpu:
    """torch, as a module that asks for cuda:0 is to see it where there is only a CPU."""

    device = staticmethod(lambda *_: torch.device("cpu"))

    def __getattr__(self, name: str):
        return getattr(torch, name)


def peer_trainer(folder: Path):
    """lightweight-gan's Trainer with its networks made, on the CPU. It refuses to be imported without CUDA, but needs none."""
    with mock.patch("torch.cuda.is_available", lambda: True):
        from lightweight_gan import lightweight_gan as peer
    peer.torch = OnCpu()
    torch.Tensor.cuda = torch.nn.Module.cuda = lambda self, *_, **__: self
    trainer = peer.Trainer(base_dir=folder, image_size=256, transparent=True, batch_size=BATCH, fmap_max=WIDTH, attn_res_layers=[32],
                           disc_output_size=1, aug_prob=AUGMENTED, aug_types=["cutout", "translation"], use_aim=False)  # as its command line has it
    trainer.evaluate = trainer.save = lambda *_, **__: None
    trainer.init_GAN()
    return trainer


def train_peer(folder: Path, pool: Path, minutes: float, cores: list[int]) -> None:
    """Leaves peer.pt in folder: its generator, the minutes that it was given, and how many steps it made.

    pool: memory-mapped, so that what ours has redrawn in it meanwhile is seen here too.
    """
    _keep_to(cores)
    torch.manual_seed(0)
    trainer, pictures = peer_trainer(folder), open_pool(pool, POOL)["rgba"]

    def batches():
        random = np.random.default_rng(0)
        while True:
            some = np.stack([premultiplied(pictures[k]) for k in random.integers(POOL, size=BATCH)])
            yield torch.from_numpy(some).permute(0, 3, 1, 2).float() / 255

    trainer.loader = batches()
    end = time.monotonic() + 60 * minutes
    with torch.autocast("cpu", torch.bfloat16, enabled=fast_dtype(torch.device("cpu")) == torch.bfloat16):
        while time.monotonic() < end:
            trainer.train()
    torch.save({"generator": trainer.GAN.G.state_dict(), "steps": trainer.steps, "minutes": minutes}, folder / "peer.pt")


def train_ours(folder: Path, minutes: float, cores: list[int]) -> None:
    _keep_to(cores)
    train(Options(out=folder, minutes=minutes, pool=POOL, threads=len(cores), workers=1, nice=0, compile=True,
                  dtype=str(fast_dtype(torch.device("cpu"))).removeprefix("torch.")))


def _cores() -> list[int]:
    """The numbers of those that this process may use."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


def _keep_to(cores: list[int]) -> None:
    torch.set_num_threads(len(cores))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def train_both(out: Path, minutes: float) -> None:
    ours = out / "ours"
    pool = Pool(ours / "pool", POOL, 2)
    pool.fill()
    pool.close()
    cores, context = _cores(), multiprocessing.get_context("spawn")
    half = len(cores) // 2
    both = [context.Process(target=train_peer, args=(out, ours / "pool", minutes, cores[:half])),
            context.Process(target=train_ours, args=(ours, minutes, cores[half:]))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    if any(one.exitcode for one in both):
        raise SystemExit("A training failed: see above.")


@torch.inference_mode()
def peer_pictures(out: Path, count: int) -> torch.Tensor:
    """What its generator paints of random latents, premultiplied (count, 4, 256, 256)."""
    trainer = peer_trainer(out)
    generator = trainer.GAN.G.eval()
    generator.load_state_dict(torch.load(out / "peer.pt", weights_only=True)["generator"])
    random = torch.Generator().manual_seed(1)
    latents = torch.randn(count, trainer.latent_dim, generator=random)
    made = torch.cat([generator(some) for some in latents.split(16)]).clamp(0, 1)
    return torch.cat([made[:, :3].minimum(made[:, 3:]), made[:, 3:]], 1)


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peer", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--count", type=int, default=1000, help="pictures of each set")
    parser.add_argument("--out", type=Path, default=Path("runs/peer"), help="where both train; what is trained there already is only measured")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheet", type=Path, help="write a sheet here: the peer's pictures above ours, ours above those of the weights that ship")
    arguments = parser.parse_args()
    out, count = arguments.out, arguments.count
    if not (out / "peer.pt").exists():
        train_both(out, arguments.minutes)
    export_generator(out / "ours", out / "weights")
    dtype = fast_dtype(torch.device("cpu"))
    network = features.load(dtype)
    traits, z = rolls(1, count)
    with ProcessPoolExecutor(2) as workers:
        truth, floor = drawn(workers, traits, z), drawn(workers, *rolls(2, count))
    seen = lambda pictures: np.concatenate([network(some).numpy() for some in pictures.split(32)])  # noqa: E731
    real = seen(truth)
    traits, z = rolls(0, count)
    painters = {"ours": Painter(out / "weights" / "generator.safetensors", dtype), "shipped": Painter(None, dtype)}
    sets = {"peer": peer_pictures(out, count)} | {
        name: torch.cat([painter(traits[k:k + 32], z[k:k + 32]) for k in range(0, count, 32)]) for name, painter in painters.items()} | {"floor": floor}
    found = {name: features.distances(real, seen(pictures)) for name, pictures in sets.items()}
    trained = torch.load(out / "peer.pt", weights_only=True)
    minutes = trained.get("minutes", arguments.minutes)  # one of before this was kept has those that are given
    result = {"machine": platform.processor() or platform.machine(), "minutes": minutes, "count": count, "network": f"{features.name()}, {dtype}",
              "peer_steps": trained["steps"], "peer_batch": BATCH,
              "ours_pictures": json.loads((out / "ours" / "log.jsonl").read_text().splitlines()[-1])["pictures"],
              "parameters": sum(p.numel() for p in load_generator(None).parameters()), "distances": found}
    print(f"after {minutes:g} minutes: the peer has seen {result['peer_steps'] * BATCH} pictures, ours {result['ours_pictures']}")
    print(f"{'':10}" + "".join(f"{name:>12}" for name in next(iter(found.values()))))
    for name, row in found.items():
        print(f"{name:10}" + "".join(f"{value:12.4f}" for value in row.values()))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")
    if arguments.sheet:
        sheet([to_picture(one[None]) for name in ("peer", *painters) for one in sets[name][:16]], 8, 128).save(arguments.sheet)


if __name__ == "__main__":
    main()
