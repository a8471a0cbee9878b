"""Requests that a finished run has answered: found by a hash, and copied for whoever asks the same again.

A copy is a run of the reader's own: its name, note and deletion touch nobody else's.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from explorer.messages import ExplorerError
from explorer.training.record import FROM_A_RUN, Request, RunRecord, Status
from explorer.training.run_file import MAXIMUM_RUNS, write_record
from explorer.training.store import Run, Store

MAXIMUM_INDEXED = 2 * MAXIMUM_RUNS


class Answers:
    """Which finished runs of a store, and which shipped models, answer which request."""

    def __init__(self, store: Store):
        self._store = store
        self._hashes: dict[str, str] = {}
        self._lock = threading.Lock()
        self.version = 0
        """Counts the runs that were learned of, not the copies."""

    def rebuild(self) -> None:
        """Look through the store: the newest runs count as the last that came."""
        self._hashes = {}
        for run in (*self._store.shipped(), *reversed(self._store.runs())):
            self.add(run.record)

    def add(self, record: RunRecord) -> None:
        """Remember what a run answers, if it has finished; the oldest are forgotten."""
        if record.status is not Status.FINISHED or record.uploaded:
            return
        with self._lock:
            self._hashes[record.id] = hash_of(record.request)
            self.version += not record.copied
            while len(self._hashes) > MAXIMUM_INDEXED:
                del self._hashes[next(iter(self._hashes))]

    def find(self, request: Request, wanted: Callable[[Run], bool] = lambda run: True) -> Run | None:
        """The newest `wanted` run that has answered this request and still has its weights."""
        sought = hash_of(request)
        with self._lock:
            ids = [run_id for run_id, known in self._hashes.items() if known == sought]
        for run_id in reversed(ids):
            with contextlib.suppress(ExplorerError):
                run = self._store.open(run_id)
                if _answers(run, request) and wanted(run):
                    return run
        return None


@lru_cache(maxsize=MAXIMUM_INDEXED)
def hash_of(request: Request) -> str:
    """The same for equal requests, whatever their dictionaries' order."""
    return hashlib.sha256(json.dumps(request.to_dict(), sort_keys=True).encode()).hexdigest()


def copy_answer(source: Run, run: Run) -> RunRecord | None:
    """Give `run`, which has the same request, the result of `source`; None if that cannot be copied."""
    found = source.record
    record = dataclasses.replace(
        found,
        id=run.record.id,
        name=run.record.name,
        note=run.record.note,
        created=run.record.created,
        copied=found.copied or (found.id if source.shipped else FROM_A_RUN),
    )
    try:
        with run.writing():
            for path in source.folder.glob("[!.]*"):
                if path.is_file() and path.name != "run.json":
                    _link(path, run.folder / path.name)
            write_record(run.folder, record)
    except OSError:
        return None
    return record


def _link(path: Path, target: Path) -> None:
    """One file under two names: whoever writes a file of a run replaces it, so the other keeps what it has."""
    target.unlink(missing_ok=True)
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def _answers(run: Run, request: Request) -> bool:
    record = run.record
    here = run.model_file.is_file() or run.snapshot_file.is_file()
    return here and record.status is Status.FINISHED and not record.uploaded and record.request == request
