"""What came of a run that a worker was given."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from concurrent.futures import CancelledError
from typing import Any

from explorer.messages import N_, ExplorerError, message
from explorer.training.record import RunRecord, Status
from explorer.training.run_file import read_record, write_record
from explorer.training.store import Run, close, not_kept
from explorer.training.workspace import BegunBefore, GivenUp

LOST = message(N_("The training process ended unexpectedly, so this run is lost; train it again."))
FAILED = message(N_("The training failed in a way that this app did not foresee; the server's log says more."))

_log = logging.getLogger(__name__)


def result_of(future: Any, run: Run) -> RunRecord | Exception | None:
    """What a worker's future holds, which is done: the run's record, why there is none, or None for a lost worker.

    A worker may die with what it was to return. Its scheduler then hands the run to another one, which leaves it alone.
    """
    from distributed import KilledWorker

    if future.status not in ("finished", "error"):
        return left(run)
    try:
        return RunRecord.from_dict(future.result())
    except (KilledWorker, BegunBefore, GivenUp, CancelledError):
        return left(run)
    except Exception as error:
        # Also a record that only another version of this app can read.
        return error


def left(run: Run) -> RunRecord | None:
    """The record of a run as its worker, lost since, wrote it at the end; None if the run was not over yet."""
    if run.shared is not None:
        run.shared.expect(run.folder.name)
        run.shared.fetch(run.folder.name)
    record = _written(run)
    return None if record is None or record.status.active else record


def begun(run: Run) -> bool:
    """Whether a worker has begun a run, as far as its description tells."""
    record = _written(run)
    return record is None or record.status is not Status.QUEUED


def unended(run: Run) -> bool:
    """Whether a run's description says that it is not over yet."""
    record = _written(run)
    return record is not None and record.status.active


def _written(run: Run) -> RunRecord | None:
    """A run's description, if it can be read."""
    try:
        return read_record(run.folder)
    except ExplorerError:
        return None


def ended(run: Run, known: RunRecord, result: RunRecord | Exception | None) -> RunRecord:
    """The record of a run that has ended, with the words that the reader gave it meanwhile; written down.

    `known` is what the server has heard of it.
    """
    if run.shared is not None:
        run.shared.expect(run.folder.name)
    if isinstance(result, RunRecord):
        return _described_as(known, result, run)
    if isinstance(result, OSError):
        return close(dataclasses.replace(run, record=known), Status.FAILED, not_kept(result).problem)
    if result is not None:
        _log.error("Run %s failed", known.id, exc_info=result)
        return close(dataclasses.replace(run, record=known), Status.FAILED, FAILED)
    return close(dataclasses.replace(run, record=known), Status.LOST, LOST)


def _described_as(known: RunRecord, result: RunRecord, run: Run) -> RunRecord:
    record = dataclasses.replace(result, name=known.name, note=known.note)
    if record != result:
        with contextlib.suppress(OSError), run.writing():
            write_record(run.folder, record)
    return record
