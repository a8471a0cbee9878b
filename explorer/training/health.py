"""How a server is: its processes, its queue and its disk. What takes a moment to ask is asked in the background."""

from __future__ import annotations

import importlib.metadata
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from explorer.training.admission import free_bytes

FRESH_SECONDS = 4.0
PACKAGES = ("tensorflow", "keras")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkerState:
    """One worker process: bytes of memory in use, and its packages' versions."""

    memory: int
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Measured:
    """What was found when the processes and the disk were last asked: sizes in bytes, None where nobody answered.

    `at` is a moment of `time.monotonic`.
    """

    at: float
    server: int
    scheduler: int | None
    workers: tuple[WorkerState, ...]
    machine_free: int
    runs: int
    runs_bytes: int
    disk_free: int


@dataclass(frozen=True)
class Health:
    """The server now. `running` trainings keep as many of the `places` busy; the last of the `waiting` ones begins
    in about `wait_seconds`. `measured` is None until the processes have been asked once."""

    ready: bool
    places: int
    running: int
    waiting: int
    wait_seconds: float
    limit_bytes: int
    measured: Measured | None


class Probe:
    """Asks the processes and the disk, at most every few seconds and only while somebody wants to know."""

    def __init__(self, folder: Path, client: Callable[[], Any]):
        self._folder = folder
        self._client = client
        self._measured: Measured | None = None
        self._asking = threading.Lock()

    def latest(self) -> Measured | None:
        """What was found last, at once; anew in the background if that is some seconds old."""
        known = self._measured
        stale = known is None or time.monotonic() - known.at > FRESH_SECONDS
        if stale and self._asking.acquire(blocking=False):
            threading.Thread(target=self._ask, name="health", daemon=True).start()
        return known

    def _ask(self) -> None:
        try:
            self._measured = self._measure()
        except Exception:
            _log.exception("The server's health could not be measured; it is tried again")
        finally:
            self._asking.release()

    def _measure(self) -> Measured:
        client, sizes = self._client(), list(_sizes(self._folder))
        states = [] if client is None else client.run(worker_state, on_error="ignore").values()
        return Measured(
            at=time.monotonic(),
            server=memory(),
            scheduler=None if client is None else client.run_on_scheduler(memory),
            workers=tuple(WorkerState(*state) for state in states),
            machine_free=psutil.virtual_memory().available,
            runs=len(sizes),
            runs_bytes=sum(sizes),
            disk_free=free_bytes(self._folder),
        )


def memory() -> int:
    """Bytes that this process has in memory."""
    return int(psutil.Process().memory_info().rss)


def worker_state() -> tuple[int, dict[str, str]]:
    """In a worker: its memory, and the versions of what it trains with."""
    return memory(), {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str:
    loaded = getattr(sys.modules.get(package), "__version__", "")
    try:
        return str(loaded or importlib.metadata.version(package))
    except importlib.metadata.PackageNotFoundError:
        return ""


def _sizes(folder: Path) -> Iterator[int]:
    """Bytes of each run. A file that is deleted meanwhile counts nothing."""
    for run in folder.glob("[!.]*/"):
        total = 0
        for name in os.listdir(run) if run.is_dir() else ():
            try:
                total += (run / name).stat().st_size
            except OSError:
                continue
        yield total
