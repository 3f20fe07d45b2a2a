"""Avatar Studio's page: `python app.py [--host HOST] [--port PORT] [--jobs FOLDER]`, also the entry of a Hugging Face Space."""
from __future__ import annotations

import argparse
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from avatar_studio.process import cores, keep_memory


def load_studio():
    """The Studio with its weights, on as many threads as this process may use cores."""
    import torch

    from avatar_studio.studio import Studio

    keep_memory()
    torch.set_num_threads(cores())
    return Studio(device="cpu" if zero_gpu() else None)


def zero_gpu() -> bool:
    """Whether this is a Hugging Face Space whose GPU is lent from time to time."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")  # as the package spaces reads it


def runner(tuner: str | None):
    """What works on jobs. tuner: --tuner's address. Raises ConnectionError if nothing answers there."""
    if tuner:
        return ray_runner(tuner)
    if zero_gpu():
        from avatar_studio.personal.zero_runner import ZeroRunner

        return ZeroRunner()
    return None  # the usual


def ray_runner(address: str):
    """What runs jobs on a Ray cluster. Raises ConnectionError if there is none to be had."""
    try:
        from avatar_studio.personal.ray_runner import RayRunner
    except ImportError:
        raise ConnectionError("--tuner needs Ray: pip install -r requirements-ray.txt") from None
    try:
        return RayRunner(address)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ConnectionError(f"No Ray cluster answers at {address}: {error}") from None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    everywhere = "0.0.0.0" if "SPACE_ID" in os.environ else "127.0.0.1"
    parser.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", everywhere), help="address to listen on")
    parser.add_argument("--port", type=int, default=int(os.environ.get("GRADIO_SERVER_PORT", 7860)), help="port to listen on")
    parser.add_argument("--jobs", type=Path, help="folder that what people have learned is kept in while it is; default: one that ends with this process")
    parser.add_argument("--tuner", metavar="ADDRESS", help="Ray cluster that jobs run on, such as ray://head:10001, or local; default: a process beside the page")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # a stopped container: what people uploaded goes with it
    if zero_gpu():
        import spaces  # noqa: F401  before torch, parts of which it replaces
    with ThreadPoolExecutor(1) as pool:
        studio = pool.submit(load_studio)  # torch and the weights load while gradio does
        from avatar_studio.personal.errors import JobError
        from avatar_studio.personal.jobs import Jobs
        from avatar_studio.personal.kinds import KINDS
        from avatar_studio.weights import WeightsError
        from avatar_studio.web import build, launch_options, prepare
    try:
        jobs = Jobs(KINDS, options.jobs, runner(options.tuner))
        page = build(studio.result(), jobs)
    except (WeightsError, JobError, ConnectionError) as error:
        sys.exit(f"Avatar Studio cannot start. {error}")
    page.launch(server_name=options.host, server_port=options.port, prevent_thread_lock=True, **launch_options(studio.result()))
    try:
        prepare()
        page.block_thread()
    except SystemExit:  # from SIGTERM
        pass
    finally:
        page.close(verbose=False)  # Gradio deletes the files that wait for a call, or to be fetched
        jobs.close()
    sys.stdout.flush()
    os._exit(0)  # at once: the thread of a pack may be in the middle of torch, which aborts a process that Python takes down around it


if __name__ == "__main__":
    main()
