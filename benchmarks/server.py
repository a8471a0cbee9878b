"""A real server of the app in a process of its own, with a temporary run folder."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
# Bytecode is kept between two starts, as it is where nobody forbids it.
_ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
LOADED_MEGABYTES = 600
"""A worker process is smaller than this until the whole of TensorFlow and Keras is in it."""


class Server:
    """A running server: its address and its processes."""

    def __init__(self, process: subprocess.Popen[bytes], port: int):
        self.process = psutil.Process(process.pid)
        self.url = f"ws://127.0.0.1:{port}"
        self.health = f"http://127.0.0.1:{port}/_stcore/health"

    def wait_until_up(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(self.health):
                return
            time.sleep(0.02)
        raise TimeoutError("the server did not come up")

    def worker(self) -> psutil.Process:
        """The process that trains, once TensorFlow is loaded and it has come to rest.

        Raises:
            TimeoutError: if there is none within two minutes.
        """
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for child in self.process.children(recursive=True):
                if child.memory_info().rss > LOADED_MEGABYTES * 2**20 and child.cpu_percent(1.0) < 20:
                    return child
            time.sleep(0.2)
        raise TimeoutError("no training process came up")


@contextlib.contextmanager
def running(script: Path = ROOT / "app.py", **environment: str) -> Iterator[Server]:
    """Start the app and end all its processes afterwards. Downloads are off."""
    with tempfile.TemporaryDirectory() as runs, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
            cwd=script.parent,
            env={**_ENVIRONMENT, "EXPLORER_RUNS_DIR": runs, "EXPLORER_OFFLINE": "1", **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Server(process, port)
        finally:
            family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
            for member in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()
            psutil.wait_procs(family, timeout=10)
