"""What the cluster runs: named here so that the server can submit it without Keras."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

from explorer.training.progress import TOPIC, Event
from explorer.training.record import RunRecord, Status
from explorer.training.store import not_kept
from explorer.training.workspace import Workspace, workspace

stop_requests: set[str] = set()
"""Ids of the runs that this worker process was asked to stop and has not ended yet."""

_training = threading.Lock()
"""A worker with several threads trains one run at a time all the same: Keras has one seed for the whole process."""


def request_stop(run_id: str) -> None:
    """Ask a worker process to end a run after its current batches."""
    stop_requests.add(run_id)


def train(run_id: str, place: str) -> dict[str, Any]:
    """Train the run that lies at `place`, a folder or a URL, sending events to the server as it goes.

    Returns the run's record as a dictionary: when the disk is full, no file could tell.

    Raises:
        BegunBefore: if another worker has begun the run; it is not trained again.
        GivenUp: if the server ended the run meanwhile.
    """
    from distributed import get_worker

    from explorer.training import worker

    dask_worker = get_worker()
    try:
        with _training, workspace(place) as space:
            return _kept(space, worker.train_run(space.folder, _reporter(dask_worker), _stopper(run_id, space)))
    finally:
        stop_requests.discard(run_id)


def _reporter(dask_worker: Any) -> Callable[[Event], None]:
    return lambda event: dask_worker.log_event(TOPIC, event.to_dict())


def _stopper(run_id: str, space: Workspace) -> Callable[[], bool]:
    def should_stop() -> bool:
        space.check()
        return run_id in stop_requests

    return should_stop


def _kept(space: Workspace, record: RunRecord) -> dict[str, Any]:
    """The record, once all files are where the server finds them."""
    try:
        space.keep()
    except OSError as error:
        record = dataclasses.replace(record, status=Status.FAILED, problem=not_kept(error).problem)
    return record.to_dict()
