"""A real server of the app on a port of its own, and a browser to look at it with."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    # A camera that any machine has: a film that Chromium makes itself, and shows without asking.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
START_SECONDS = 60


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class AppServer:
    """`streamlit run app.py`, without the network, keeping runs, cache and log under `folder`.

    `settings` are variables of its environment.
    """

    folder: Path
    app: Path = ROOT / "app.py"
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> AppServer:
        """Start the server and wait until it answers.

        Raises:
            RuntimeError: if it does not answer in time; its log tells why.
        """
        environment = {
            **os.environ,
            "EXPLORER_OFFLINE": "1",
            "EXPLORER_RUNS_DIR": str(self.folder / "runs"),
            "EXPLORER_CACHE_DIR": str(self.folder / "cache"),
        }
        environment.pop("EXPLORER_DATA_DIR", None)
        environment.update(self.settings)
        command = [sys.executable, "-m", "streamlit", "run", self.app.name, "--server.port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.app.parent, env=environment, stdout=log, stderr=log)
        self._wait()
        return self

    def stop(self) -> None:
        """Kill the server and every process below it."""
        if self.process is None:
            return
        family = [*self.descendants(), psutil.Process(self.process.pid)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()
        self.process = None

    def descendants(self) -> list[psutil.Process]:
        """The processes below the server."""
        if self.process is None:
            return []
        return psutil.Process(self.process.pid).children(recursive=True)

    def worker(self) -> psutil.Process | None:
        """The process that trains: the one below the server that has TensorFlow's library in its memory."""
        for child in self.descendants():
            with contextlib.suppress(psutil.Error):
                if any("tensorflow" in entry.path for entry in child.memory_maps()):
                    return child
        return None

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process is not None and self.process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"The app did not start:\n{self.log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A Chromium without a window: the system's, else Playwright's own.

    Raises:
        playwright.sync_api.Error: if there is none; `python -m scripts.install_browser` gets one.
    """
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(BROWSER_ARGUMENTS))
        yield browser
        browser.close()
