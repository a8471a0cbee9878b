"""What the cluster runs: named here so that the server can submit it without Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Any

stop_requests: set[str] = set()
"""Ids of the runs that this worker process was asked to stop and has not ended yet."""


def request_stop(run_id: str) -> None:
    """Ask a worker process to end a run after its current batches."""
    stop_requests.add(run_id)


def train(run_id: str, folder: str) -> dict[str, Any]:
    """Train the run that lies in `folder`, sending events to the server as it goes.

    Returns the run's record as a dictionary: when the disk is full, no file could tell.
    """
    from distributed import get_worker

    from explorer.training import worker
    from explorer.training.progress import TOPIC

    dask_worker = get_worker()
    try:
        record = worker.train_run(
            Path(folder),
            report=lambda event: dask_worker.log_event(TOPIC, event.to_dict()),
            should_stop=lambda: run_id in stop_requests,
        )
    finally:
        stop_requests.discard(run_id)
    return record.to_dict()
