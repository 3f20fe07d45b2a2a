"""Avatar Studio's page: `python app.py`, also the entry of a Hugging Face Space."""
from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from avatar_studio.process import cores, gather_memory, keep_memory

LOOK_SECONDS = 60  # between two looks for styles and models whose time is over


def load_studio():
    """The Studio with its weights, on as many threads as this process may use cores."""
    import torch

    from avatar_studio.studio import Studio

    keep_memory()
    if "OMP_NUM_THREADS" not in os.environ:  # torch has heeded it already
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


def host(text: str) -> str:
    """The type of --host: Gradio needs brackets around an IPv6 address."""
    return f"[{text}]" if ":" in text and not text.startswith("[") else text


def port(text: str) -> int:
    """The type of --port. A default that is a text is read by it too."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a whole number from 1 to 65535, not {text!r} (GRADIO_SERVER_PORT, if the option is not given)")
    return int(text)


def notice(text: str) -> str:
    """The type of --notice: an address of the web, and nothing else that a browser would follow."""
    address = urlsplit(text)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise argparse.ArgumentTypeError(f"the notice is an address that begins with https:// or http://, not {text!r}")
    return text


def provider(text: str) -> str:
    """The type of --provider: a name as it stands in labels."""
    from avatar_studio.avatar import AvatarError
    from avatar_studio.exports.marks import provider_name

    try:
        return provider_name(text)
    except AvatarError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def check_address(host: str, port: int) -> None:
    """Raises OSError or UnicodeError if nothing can listen there: Gradio would tell so late, and not why."""
    family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    with socket.socket(family, kind, protocol) as probe:
        if os.name == "posix":  # a server that has just ended is none
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def root_path() -> str:
    """Where a proxy has the page, GRADIO_ROOT_PATH: a path with a slash before and none behind, as Gradio needs it, or a whole address."""
    path = os.environ.get("GRADIO_ROOT_PATH", "").strip().strip("/")
    return path if not path or "://" in path else f"/{path}"


def main() -> None:
    gather_memory()
    parser = argparse.ArgumentParser(description=__doc__)
    everywhere = "0.0.0.0" if "SPACE_ID" in os.environ else "127.0.0.1"
    parser.add_argument("--host", type=host, default=os.environ.get("GRADIO_SERVER_NAME") or everywhere, help="address to listen on")
    parser.add_argument("--port", type=port, default=os.environ.get("GRADIO_SERVER_PORT") or "7860", help="port to listen on")
    parser.add_argument("--jobs", type=Path, help="folder for background jobs and what they learned; default: a temporary one, which ends with this process")
    parser.add_argument("--tuner", metavar="ADDRESS", help="Ray cluster that jobs run on, such as ray://head:10001, or local; default: a process beside the page")
    parser.add_argument("--notice", type=notice, metavar="URL", default=os.environ.get("AVATAR_STUDIO_NOTICE") or None, help="your page on privacy and contact, which the foot of the page links")
    parser.add_argument("--provider", type=provider, metavar="NAME", default=os.environ.get("AVATAR_STUDIO_PROVIDER", ""),
                        help="who offers the page to the public in China: whatever leaves is labelled as GB 45438-2025 wants it, and names NAME")
    options = parser.parse_args()
    try:
        check_address(options.host, options.port)
    except (OSError, UnicodeError) as error:
        sys.exit(f"Avatar Studio cannot start. It cannot listen at {options.host}, port {options.port}: {getattr(error, 'strerror', error)}. Choose others with --host and --port.")
    stopped: list[int] = []  # by SIGTERM: an exception would be lost that strikes in the middle of a weak reference's callback
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    if zero_gpu():
        import spaces  # noqa: F401  before torch, parts of which it replaces
    with ThreadPoolExecutor(1) as pool:
        studio = pool.submit(load_studio)  # torch and the weights load while gradio does
        from avatar_studio.exports.marks import provide
        from avatar_studio.personal.errors import JobError
        from avatar_studio.personal.jobs import Jobs
        from avatar_studio.personal.kinds import KINDS
        from avatar_studio.weights import WeightsError

        provide(options.provider)
        try:
            jobs = Jobs(KINDS, options.jobs, runner(options.tuner))
            # before gradio, which makes folders there, else in one that may be another user's, and reads the port even if it gets another
            os.environ |= {"GRADIO_TEMP_DIR": str(jobs.store.uploads), "GRADIO_SERVER_PORT": str(options.port)}
            from avatar_studio.web import build, launch_options, prepare

            page = build(studio.result(), jobs, options.notice)
            page.launch(server_name=options.host, server_port=options.port, root_path=root_path(), prevent_thread_lock=True, **launch_options(studio.result()))
        except (WeightsError, JobError, OSError) as error:
            sys.exit(f"Avatar Studio cannot start. {error}")
    try:
        prepare()
        looked = time.monotonic()
        while not stopped:
            time.sleep(0.1)
            if time.monotonic() > looked + LOOK_SECONDS:
                studio.result().forget_old()
                looked = time.monotonic()
    except KeyboardInterrupt:
        pass
    finally:
        page.close(verbose=False)  # Gradio deletes the files that wait for a call, or to be fetched
        jobs.close()
    sys.stdout.flush()
    os._exit(0)  # at once: the thread of a pack may be in the middle of torch, which aborts a process that Python takes down around it


if __name__ == "__main__":
    main()
