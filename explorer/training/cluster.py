"""The processes that train: an embedded Dask cluster, or one that a host already runs.

Dask is imported where it is used: that takes a fifth of a second, which no page waits for.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from explorer.messages import N_, message
from explorer.training import tasks
from explorer.training.progress import TOPIC

NO_WORKER = message(N_("No training process is connected to the scheduler; runs start when one joins."))
ROOT = Path(__file__).parents[2]
WORKER_MODULE = "explorer.training.worker"
WATCH = str(Path(__file__).with_name("orphans.py"))
CONNECT_SECONDS, ANSWER_SECONDS, ASK_SECONDS, HOMELESS_SECONDS = 10, 3, 1.0, 10.0


@dataclass
class Home:
    """The worker at which a run has begun, and when any worker was last seen to have it."""

    worker: str | None = None
    seen: float = field(default_factory=time.monotonic)

    def left(self, worker: str | None, begun: bool) -> bool:
        """Whether a run that is at `worker` now is lost."""
        if worker is None:
            return time.monotonic() - self.seen > HOMELESS_SECONDS
        self.seen = time.monotonic()
        if begun and self.worker is None:
            self.worker = worker
        return begun and worker != self.worker


class Cluster:
    """Owns a Dask client and, unless EXPLORER_SCHEDULER names one, the processes behind it.

    `workers` is how many runs can train at the same time; those of an own scheduler come and go.
    A Dask client is awaitable and so cannot itself be kept in Streamlit's resource cache.
    """

    def __init__(self, scheduler: str | None = None, workers: int = 1):
        self.workers = 0 if scheduler else workers
        self._processes: Any = None
        self._asked = -ASK_SECONDS
        self._homes: dict[str, Home] = {}
        self.client = self._connect(scheduler)

    @staticmethod
    def from_environment() -> Cluster:
        """EXPLORER_SCHEDULER (default: embedded) and EXPLORER_WORKERS (default 1)."""
        workers = os.environ.get("EXPLORER_WORKERS", "")
        return Cluster(os.environ.get("EXPLORER_SCHEDULER") or None, int(workers) if workers.isdigit() else 1)

    def _connect(self, scheduler: str | None) -> Any:
        from distributed import Client

        if scheduler:
            return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        self._processes = _start_processes(self.workers)
        return Client(self._processes, set_as_default=False)

    def look(self) -> None:
        """See how many workers an own scheduler has now; asked at most every second."""
        if self._processes is None and time.monotonic() - self._asked > ASK_SECONDS:
            self._asked = time.monotonic()
            identity = self._ask(self.client.scheduler.identity, n_workers=0)
            self.workers = self.workers if identity is None else identity["n_workers"]

    def submit(self, run_id: str, place: str, hear: Callable[[tuple[float, dict[str, Any]]], None]) -> Any:
        """Hand a run, which lies at `place`, to a worker; returns its future. `hear` is told what runs report."""
        # Said with every run: a scheduler that has been started again knows of nobody who listens.
        self.client.subscribe_topic(TOPIC, hear)
        self._homes[run_id] = Home()
        return self.client.submit(tasks.train, run_id, place, key=_key(run_id), pure=False, retries=0)

    def stranded(self, begun: Mapping[str, bool]) -> list[str]:
        """Those of the runs handed out (with whether they have begun) whose worker is gone for good.

        A host's scheduler may wait for another worker to try again, which would find the run begun already.
        """
        if self._processes is not None or not begun:
            return []
        found = self._ask(self.client.scheduler.processing, workers=None)
        self._homes = {run_id: self._homes.get(run_id) or Home() for run_id in begun}
        if found is None:
            return []
        workers = {key: worker for worker, keys in found.items() for key in keys}
        return [run_id for run_id, home in self._homes.items() if home.left(workers.get(_key(run_id)), begun[run_id])]

    def _ask(self, call: Any, **arguments: Any) -> dict[str, Any] | None:
        """What the scheduler answers; None from one that is gone or too slow to wait for."""
        try:
            return dict(self.client.sync(call, **arguments, callback_timeout=ANSWER_SECONDS))
        except (OSError, TimeoutError, ValueError):
            return None

    @property
    def alive(self) -> bool:
        """Whether the scheduler still answers and the processes that watch over embedded workers are there."""
        watchers = [] if self._processes is None else self._processes.workers.values()
        return self.client.status == "running" and all(
            part.process is not None and part.process.returncode is None for part in watchers
        )

    def close(self) -> None:
        """End the client and the processes behind it; without a scheduler they are killed."""
        alive = self.alive
        self.client.close(timeout=2)
        if self._processes is not None:
            if alive:
                self._processes.close(timeout=10)
            else:
                _kill(self._processes)


def _kill(processes: Any) -> None:
    """End the processes of a cluster whose scheduler is gone: nobody is left to ask them to."""
    from distributed.core import Status

    # Dask would try to reach the scheduler once more when the server ends.
    processes.status = Status.closed
    for part in (processes.scheduler, *processes.workers.values()):
        if part.process is None or not psutil.pid_exists(part.process.pid):
            continue
        with contextlib.suppress(psutil.NoSuchProcess):
            family = psutil.Process(part.process.pid)
            for process in (*family.children(recursive=True), family):
                process.kill()


def _start_processes(workers: int) -> Any:
    # The scheduler is a process of its own and reads this when it starts. With no failure
    # allowed, the death of a worker ends its run at once instead of starting it again.
    os.environ.setdefault("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    from distributed.deploy.subprocess import SubprocessCluster

    return SubprocessCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address=None,
        scheduler_kwargs={"preload": [WATCH]},
        worker_kwargs={
            "preload": [WORKER_MODULE],
            "preload_nanny": [WATCH],
            "death_timeout": "300s",
            "env": {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])},
        },
    )


def _key(run_id: str) -> str:
    return f"train-{run_id}"
