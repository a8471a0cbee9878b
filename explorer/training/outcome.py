"""What came of a run that a worker was given."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from typing import Any

from explorer.messages import N_, ExplorerError, message
from explorer.training.record import RunRecord, Status
from explorer.training.run_file import write_record
from explorer.training.store import Run, close

LOST = message(N_("The training process ended unexpectedly, so this run is lost; train it again."))
FAILED = message(N_("The training failed in a way that this app did not foresee; the server's log says more."))

_log = logging.getLogger(__name__)


def result_of(future: Any) -> RunRecord | Exception | None:
    """What a worker's future holds, which is done: the run's record, why there is none, or None for a lost worker."""
    from distributed import KilledWorker

    if future.status == "finished":
        try:
            return RunRecord.from_dict(future.result())
        except ExplorerError as unreadable:
            # A worker of another version of this app.
            return unreadable
    error = future.exception() if future.status == "error" else None
    return None if isinstance(error, KilledWorker) else error


def ended(run: Run, known: RunRecord, result: RunRecord | Exception | None) -> RunRecord:
    """The record of a run that has ended, with the words that the reader gave it meanwhile; written down.

    `known` is what the server has heard of it.
    """
    if isinstance(result, RunRecord):
        return _described_as(known, result, run)
    if result is not None:
        _log.error("Run %s failed", known.id, exc_info=result)
        return close(dataclasses.replace(run, record=known), Status.FAILED, FAILED)
    return close(dataclasses.replace(run, record=known), Status.LOST, LOST)


def _described_as(known: RunRecord, result: RunRecord, run: Run) -> RunRecord:
    record = dataclasses.replace(result, name=known.name, note=known.note)
    if record != result:
        with contextlib.suppress(OSError):
            write_record(run.folder, record)
    return record
