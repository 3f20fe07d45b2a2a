"""What the training of every network shares: checkpoints, learning rates, the loop, the log and the exported file."""
from __future__ import annotations

import copy
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from ..process import cores
from ..weights import enlist
from .options import Common, RunError, check, command, compare, kept, with_kept

CHECKPOINT = "checkpoint.pt"  # in a run's folder


class RunState:
    """All that training changes, in one place: what a checkpoint holds.

    PARTS: the attributes that are networks and optimizers, the network that is trained first; average is its moving
    average, which is exported, and muon and adam are its optimizers. NUMBERS: the attributes that count.
    """

    PARTS: tuple[str, ...]
    NUMBERS: tuple[str, ...] = ("step", "minutes")

    def __init__(self):
        self.step = 0        # so far
        self.minutes = 0.0   # of training so far

    @property
    def network(self) -> nn.Module:
        return getattr(self, self.PARTS[0])

    def optimize(self, matrices: list[nn.Parameter], options) -> list[nn.Parameter]:
        """Make average, muon for the matrices and adam for all other parameters of the network, which are returned."""
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        chosen = {id(p) for p in matrices}
        others = [p for p in self.network.parameters() if id(p) not in chosen]
        self.muon = torch.optim.Muon(matrices, lr=options.muon_rate, weight_decay=0.01)
        self.adam = torch.optim.AdamW(others, lr=options.adam_rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True)
        return others

    def save(self, path: Path, options, **more) -> None:
        """Write a checkpoint that is whole or not there at all."""
        state = {name: getattr(self, name).state_dict() for name in self.PARTS} | {name: getattr(self, name) for name in self.NUMBERS}
        state |= {"config": self.network.config.to_dict(), "command": command(options), "options": kept(options), "pool": options.pool,
                  "batch": options.batch, "machine": machine(options.device), **more}
        temporary = path.with_suffix(".partial")
        with open(temporary, "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)

    def load(self, path: Path, options) -> None:
        """Go on from a checkpoint. Raises RunError if it is missing, of another shape or of options that cannot change, or if its minutes are over."""
        saved = read_checkpoint(path)
        if not self.fits(saved):
            raise RunError(f"{path} holds a network of another shape or for other traits: use another --out.")
        changed = compare(options, saved)
        if saved["minutes"] >= options.minutes:
            raise RunError(f"The run in {options.out} has had its {options.minutes:g} minutes: give it more --minutes than that to go on.")
        if changed:
            tqdm.write(f"It goes on with {changed}.")
        self.restore(saved)

    def fits(self, saved: dict) -> bool:
        """Whether what save wrote is of a network like this one."""
        return saved["config"] == self.network.config.to_dict()

    def restore(self, saved: dict, parts: Iterable[str] | None = None) -> None:
        """Take over what save wrote: the numbers, and all parts or only some."""
        for name in parts or self.PARTS:
            getattr(self, name).load_state_dict(saved[name])
        for name in self.NUMBERS:
            setattr(self, name, saved[name])

    def update(self, options, parameters: list[nn.Parameter]) -> None:
        """A step of both optimizers with the gradients that are there, those of parameters clipped, and of the average behind."""
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        matrices = [p.grad for group in self.muon.param_groups for p in group["params"] if p.grad is not None]
        if torch.isfinite(norm) and torch.isfinite(torch.nn.utils.get_total_norm(matrices)):  # a step that overflowed is left out
            self.muon.step()
            self.adam.step()
        self.muon.zero_grad(set_to_none=True)
        self.adam.zero_grad(set_to_none=True)
        decay = min(options.ema, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), [p.detach() for p in self.network.parameters()], 1 - decay)


def read_run(run: Path, network: str) -> dict:
    """The checkpoint of a run that trained a network, to be exported. Raises RunError if it is missing, cannot be read, or is another's."""
    saved = read_checkpoint(run / CHECKPOINT)
    trained = saved.get("command", "").partition("avatar_studio.training ")[2].partition(" ")[0]
    if trained and trained != network:
        export = "export" if trained == "generator" else f"export-{trained}"
        raise RunError(f"{run} trained the {trained}, not the {network}: use `python -m avatar_studio.training {export} --run {run}`.")
    return saved


def read_checkpoint(path: Path) -> dict:
    """The dictionary that RunState.save wrote. Raises RunError if it is missing or cannot be read."""
    if not path.exists():
        raise RunError(f"There is no checkpoint at {path}: train first, or start without --resume.")
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # a pickle that is damaged may raise anything
        raise RunError(f"{path} is damaged, or no checkpoint at all: start a new run with another --out.") from None
    return {"machine": machine(), **saved}  # older ones do not tell theirs


def chosen(kind: type[Common], given: dict) -> Common:
    """The options of a command line, of which these were given. Raises RunError if it resumes a run that is not there."""
    options = kind(**given)
    return with_kept(kind, given, read_checkpoint(options.out / CHECKPOINT)) if options.resume else options


def machine(device: str | torch.device = "cpu") -> str:
    """What computes, in a few words: this machine's processor, or its GPUs for a device of the kind "cuda"."""
    device = torch.device(device)
    if device.type == "cuda":
        return f"{os.environ.get('WORLD_SIZE', 1)} x {torch.cuda.get_device_name(device)}"  # torchrun says how many processes there are
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    return f"{cores()} cores of {model}"


def begin(options) -> Path:
    """Make ready for a run; returns where its checkpoint stands.

    Raises RunError if one is there that is not to be resumed, or for options that no run can have.
    """
    check(options)
    try:
        torch.empty(0, device=options.device)
    except (RuntimeError, AssertionError):  # no such name; or torch was built without it, or finds none of it
        raise RunError(f"torch can use no {options.device!r} here: choose another --device, such as cpu.") from None
    if options.device == "cpu" and options.threads:
        torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / CHECKPOINT
    if checkpoint.exists() and not options.resume:
        raise RunError(f"{checkpoint} is there already: add --resume to go on, or choose another --out.")
    return checkpoint


def rate(options, step: int, minutes: float) -> float:
    """The share of the learning rates at a step: a short rise, a plateau, and a straight fall to 0 at the end.

    The plateau ends at a share of --minutes, so a run that is resumed with more minutes goes back up and on. With a cooldown of
    0 there is no fall.
    """
    left = max(options.minutes - minutes, 0.0) / max(options.cooldown * options.minutes, 1e-9)
    return min(1.0, (step + 1) / 30, left)


def set_rates(optimizer: torch.optim.Optimizer, rates: Iterable[float]) -> None:
    """Give each of an optimizer's groups its learning rate."""
    for group, value in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = value


def loop(state: RunState, options, fetch: Callable[[int], object], step: Callable[[object], dict[str, Tensor]],
         report: Callable[[dict[str, list[Tensor]], float], None], save: Callable[[], None],
         ranks: int = 1, leads: bool = True, agree: Callable[[float], float] = lambda minutes: minutes) -> None:
    """Train until options.minutes are over, with checkpoints and reports on the way and at the end.

    fetch(k): the batch of step k, got in a thread while the step before runs. step(batch): one step, returns the losses by name.
    report(losses since the last one, pictures a second). ranks: processes; the one that leads saves, reports and shows a bar.
    agree: this process's clock in minutes -> the one that all processes follow.
    """
    if leads:
        _forget_later_lines(options.out / "log.jsonl", state.step)
    bar = tqdm(total=options.minutes, initial=state.minutes, disable=not leads, bar_format="{l_bar}{bar}| {n:.1f}/{total:.0f} min {postfix}")
    start, saved, reported = time.monotonic() - 60 * state.minutes, state.minutes, state.minutes
    began, recent = (time.monotonic(), state.step), {}
    shown = options.batch + 2 * getattr(options, "pairs", 0)  # pictures a step and process
    with ThreadPoolExecutor(1) as fetcher:
        waiting = fetcher.submit(fetch, state.step)
        while (minutes := agree((time.monotonic() - start) / 60)) < options.minutes:
            state.minutes = minutes
            batch = waiting.result()
            waiting = fetcher.submit(fetch, state.step + 1)
            found = step(batch)
            state.step += 1
            if not leads:
                continue
            for name, value in found.items():
                recent.setdefault(name, []).append(value)
            speed = (state.step - began[1]) * shown * ranks / (time.monotonic() - began[0])
            bar.n = minutes
            bar.set_postfix_str(f"step {state.step}, {speed:.1f} pictures/s, {options.minutes - minutes:.0f} min left", refresh=state.step % 10 == 0)
            if minutes - saved >= options.checkpoint_minutes:
                save()
                saved = minutes
            if minutes - reported >= options.report_minutes:
                report(recent, speed)
                reported, began, recent = minutes, (time.monotonic(), state.step), {}
        waiting.result()
    state.minutes = max(state.minutes, min(minutes, options.minutes))
    if leads:
        save()
        if recent:
            report(recent, speed)
    bar.close()


def _forget_later_lines(log: Path, step: int) -> None:
    """Take from a log what a killed run wrote after its last checkpoint, a half line too: those steps are done again."""
    if log.exists():
        log.write_text("".join(f"{json.dumps(line)}\n" for line in _lines_until(log, step)))


def _lines_until(log: Path, step: int) -> list[dict]:
    """The whole lines of a log that were written up to a step."""
    def whole(line: str) -> bool:
        try:
            return json.loads(line)["step"] <= step
        except (ValueError, KeyError, TypeError):
            return False
    return [json.loads(line) for line in log.read_text().splitlines() if whole(line)] if log.exists() else []


def write_line(state: RunState, options, recent: dict[str, list[Tensor]], speed: float, found: dict) -> None:
    """Append a line to log.jsonl: where the run stands, what was measured, and the means of the losses."""
    line = {name: round(getattr(state, name), 2) for name in state.NUMBERS} | {"pictures_per_second": round(speed, 1)} | found
    line |= {name: round(torch.stack(values).float().mean().item(), 5) for name, values in recent.items()}
    with open(options.out / "log.jsonl", "a") as log:
        log.write(json.dumps(line) + "\n")
    tqdm.write(json.dumps(line))


def contact_sheet(rows: Iterable[Tensor]) -> Image.Image:
    """Rows of premultiplied RGBA pictures, (N, 4, H, W) each and all alike, on white."""
    pictures = [x.float().clamp(0, 1) for x in rows]
    on_white = [x[:, :3] + 1 - x[:, 3:] for x in pictures]                                   # (N, 3, H, W)
    sheet = torch.cat([torch.cat(list(x), dim=2) for x in on_white], dim=1)                  # (3, rows * H, N * W)
    return Image.fromarray(sheet.clamp(0, 1).mul(255).round().byte().permute(1, 2, 0).cpu().numpy())


def write_weights(path: Path, saved: dict, load: Callable[[Path], object], most: int, card: str, facts: dict, **metadata: str) -> int:
    """Write a checkpoint's moving average in float16, its card and its line in the manifest; returns the file's bytes.

    load: reads the file back, for what cannot be read back must not be listed. most: bytes that it may have.
    card: its text, with places for facts and for what every checkpoint tells.
    Raises RunError if the weights cannot be exported, and then leaves those that were there as they were.
    """
    tensors = {name: value.half().contiguous() for name, value in saved["average"].items()}
    if not all(torch.isfinite(value).all() for value in tensors.values()):
        raise RunError("The weights do not fit into float16: train on from an earlier checkpoint.")

    def check(new: Path) -> None:
        load(new)
        if (size := new.stat().st_size) > most:
            raise RunError(f"The file has {size / 1e6:.1f} MB, more than {most / 1e6:.0f}: train a smaller network.")

    facts = {name: saved[name] for name in ("pool", "command", "minutes", "machine", "step", "batch")} | facts
    facts["parameters"] = sum(value.numel() for name, value in tensors.items() if name != "screens") / 1e6  # those are drawn, not learned
    return put(path, tensors, {"config": json.dumps(saved["config"]), **metadata}, check, lambda size: card.format(megabytes=size / 1e6, **facts))


def put(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str], check: Callable[[Path], object], card: Callable[[int], str]) -> int:
    """Put a file into weights/ with its card and its line in the manifest; returns its bytes.

    check(the file, not in its place yet) and card(its bytes) come first: if one of them raises, nothing has changed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=path.parent) as folder:  # on the same disk, so that it can be moved
        new = Path(folder) / path.name
        save_file(tensors, new, metadata)
        check(new)
        size = new.stat().st_size
        text = card(size)
        os.replace(new, path)
    enlist(path)
    path.with_suffix(".md").write_text(text)
    return size


def last_report(run: Path, saved: dict) -> dict:
    """What a run measured last of what its checkpoint holds, and "when": "", or how long before the checkpoint that was.

    Raises RunError if it has measured nothing yet: a run that was killed before its first report.
    """
    lines = _lines_until(run / "log.jsonl", saved["step"])
    if not lines:
        raise RunError(f"{run} was stopped before it measured anything: go on with --resume, and with more --minutes if they were over.")
    behind = saved["step"] - lines[-1]["step"]
    return {**lines[-1], "when": f", measured {behind} steps before these weights" if behind else ""}
