"""The processes that train: an embedded Dask cluster, or one that a host already runs.

Dask is imported where it is used: that takes a fifth of a second, which no page waits for.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
WORKER_MODULE = "explorer.training.worker"
IDLE_TIMEOUT = "1 hour"
"""A server that was killed leaves its processes behind; with nothing to do they end by themselves.
A living server starts new ones."""


class Cluster:
    """Owns a Dask client and, unless EXPLORER_SCHEDULER names one, the processes behind it.

    A Dask client is awaitable and so cannot itself be kept in Streamlit's resource cache.
    """

    def __init__(self, scheduler: str | None = None, workers: int = 1):
        self.workers = workers
        self._processes: Any = None
        self.client = self._connect(scheduler)

    @staticmethod
    def from_environment() -> Cluster:
        """EXPLORER_SCHEDULER (default: embedded) and EXPLORER_WORKERS (default 1)."""
        workers = os.environ.get("EXPLORER_WORKERS", "")
        return Cluster(os.environ.get("EXPLORER_SCHEDULER") or None, int(workers) if workers.isdigit() else 1)

    def _connect(self, scheduler: str | None) -> Any:
        from distributed import Client

        if scheduler:
            client = Client(scheduler, timeout=10, set_as_default=False)
            self.workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
            return client
        self._processes = _start_processes(self.workers)
        return Client(self._processes, set_as_default=False)

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
        scheduler_kwargs={"idle_timeout": IDLE_TIMEOUT},
        worker_kwargs={
            "preload": [WORKER_MODULE],
            "death_timeout": "300s",
            "env": {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])},
        },
    )
