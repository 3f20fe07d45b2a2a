"""Avatar Studio's page: `python app.py [--host HOST] [--port PORT]`, also the entry of a Hugging Face Space."""
from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor


def load_studio():
    """The Studio with its weights, on as many threads as this process may use cores."""
    import torch

    from avatar_studio.studio import Studio

    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    return Studio()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    everywhere = "0.0.0.0" if "SPACE_ID" in os.environ else "127.0.0.1"
    parser.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", everywhere), help="address to listen on")
    parser.add_argument("--port", type=int, default=int(os.environ.get("GRADIO_SERVER_PORT", 7860)), help="port to listen on")
    options = parser.parse_args()
    with ThreadPoolExecutor(1) as pool:
        studio = pool.submit(load_studio)  # torch and the weights load while gradio does
        from avatar_studio.web import build, launch_options, prepare
        from avatar_studio.weights import WeightsError
    try:
        page = build(studio.result())
    except WeightsError as error:
        sys.exit(f"Avatar Studio cannot start. {error}")
    page.launch(server_name=options.host, server_port=options.port, prevent_thread_lock=True, **launch_options())
    prepare()
    page.block_thread()


if __name__ == "__main__":
    main()
