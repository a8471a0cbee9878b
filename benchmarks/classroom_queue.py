"""Twelve trainings of six readers: in whose turn they begin, and how well the wait was foretold."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Figure, at_most, median, told
from benchmarks.training import request
from explorer.training.jobs import Engine
from explorer.training.record import Request, Status
from explorer.training.store import Store

OWNERS, JOBS = 6, 12
LOOK_SECONDS = 0.02
IMAGES, EPOCHS = 3000, 4
# Readers do not take turns by themselves: the first two come with all they want before anybody else.
ORDER = (0, 0, 1, 1, 2, 3, 2, 4, 5, 3, 4, 5)


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Store(Path(folder))).start()
        try:
            _ended(engine, [engine.submit(wanted(seed), "benchmark", "warm") for seed in (1, 2)])
            foretold, waited, order = _queued(engine)
        finally:
            engine.close()
    errors = [abs(guess - true) / true for guess, true in zip(foretold, waited, strict=True) if true > 1]
    yield told("queue_longest_wait_s", max(waited), "s")
    yield at_most("queue_most_starts_ahead", _lead(order), "starts", 1)
    yield at_most("queue_wait_error_median", median(errors), "share", 0.3)


def wanted(seed: int) -> Request:
    """A training like all others but for its seed, so that none is answered by another."""
    one = request(IMAGES, EPOCHS, "sample")
    return dataclasses.replace(one, recipe=dataclasses.replace(one.recipe, seed=seed))


def _queued(engine: Engine) -> tuple[list[float], list[float], list[int]]:
    """The waits foretold when all were queued, the true ones, and the owners in the order of their starts."""
    ids = [engine.submit(wanted(10 + place), "benchmark", f"reader {owner}") for place, owner in enumerate(ORDER)]
    began = time.monotonic()
    foretold = [engine.progress(run_id).wait_seconds or 0.0 for run_id in ids]
    starts: dict[str, float] = {}
    while len(starts) < len(ids):
        for run_id in ids:
            if run_id not in starts and engine.progress(run_id).status is not Status.QUEUED:
                starts[run_id] = time.monotonic() - began
        time.sleep(LOOK_SECONDS)
    _ended(engine, ids)
    order = [ORDER[ids.index(run_id)] for run_id in starts]
    return foretold, [starts[run_id] for run_id in ids], order


def _lead(order: Sequence[int]) -> int:
    """The most starts that an owner was ahead of another who still had runs waiting."""
    started: Counter[int] = Counter()
    lead = 0
    for owner in order:
        started[owner] += 1
        waiting = [other for other in set(order) if started[other] < order.count(other)]
        lead = max([lead, *(started[owner] - started[other] for other in waiting)])
    return lead


def _ended(engine: Engine, ids: Sequence[str]) -> None:
    while any(engine.progress(run_id).status.active for run_id in ids):
        time.sleep(LOOK_SECONDS)
    for run_id in ids:
        progress = engine.progress(run_id)
        if progress.status is not Status.FINISHED:
            raise RuntimeError(f"a run ended as {progress.status}: {progress.problem}")
