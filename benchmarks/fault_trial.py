"""One fault, once: what became of runs that had finished before it, trained, waited or came after."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from explorer.messages import ExplorerError
from explorer.specs import Conv2D, Dense, Flatten, ModelSpec
from explorer.training.jobs import Engine
from explorer.training.recipe import Recipe
from explorer.training.record import Request, RunRecord, Status
from explorer.training.store import Store

SPEC = ModelSpec((28, 28, 1), (Conv2D(4, (3, 3), activation="relu"), Flatten(), Dense(10, activation="softmax")))
PATIENCE = 180.0
"""Seconds after which a run that has not ended is stuck."""


@dataclass(frozen=True)
class Outcome:
    """How many runs a fault took that had finished, left open for ever, or ended without a word of why."""

    finished_lost: int = 0
    stuck: int = 0
    unclear: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)))


def asked(seed: int, long: bool = False) -> Request:
    """A training of about a second, or one that goes on until somebody ends it."""
    recipe = Recipe(examples=6000 if long else 500, epochs=100 if long else 1, batch_size=8, patience=0, seed=seed)
    return Request(SPEC, recipe, "fashion-mnist", "sample")


def until(true: Callable[..., object], *given: object, seconds: float = PATIENCE) -> bool:
    """Wait until `true(*given)`; False if it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not true(*given):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Trial:
    """Runs on an engine, before, during and after a fault."""

    def __init__(self, engine: Engine, seed: int):
        self.engine = engine
        self._seed = 10 * seed
        self.kept = [self._submit("kept") for _ in range(2)]
        if not until(lambda: all(self.record(run_id).status is Status.FINISHED for run_id in self.kept)):
            raise TimeoutError("the runs before the fault did not finish")
        self.open: list[str] = []

    def begin(self) -> str:
        """Let one run train and one wait; returns the first when it reports."""
        first = self._submit("open", long=True)
        self.open += [first, self._submit("waiting")]
        if not until(lambda: self.engine.progress(first).latest):
            raise TimeoutError("the run did not begin")
        return first

    def end(self) -> Outcome:
        """Train one more, then wait for all that is open: the long run is stopped if the fault left it alive."""
        self.open.append(self._submit("after"))
        first = self.open[0]
        until(lambda: not self.record(first).status.active, seconds=5)
        self.engine.stop(first)
        until(lambda: not any(self.record(run_id).status.active for run_id in self.open))
        after = self.record(self.open[-1]).status is not Status.FINISHED
        found = judged([self.record(run_id) for run_id in self.open])
        return found + Outcome(lost_of(self.engine.store, self.kept), stuck=int(after))

    def record(self, run_id: str) -> RunRecord:
        return self.engine.progress(run_id).record

    def failed(self, run_id: str) -> bool:
        """Whether a run ended as it should not."""
        return self.record(run_id).status in (Status.FAILED, Status.LOST)

    def submit(self, request: Request, name: str) -> str:
        """Ask for one more run, which must come to an end."""
        self.open.append(self.engine.submit(request, name, owner=name, again=True))
        return self.open[-1]

    def _submit(self, name: str, long: bool = False) -> str:
        self._seed += 1
        return self.engine.submit(asked(self._seed, long), name, owner=f"{name}-{self._seed}", again=True)


def judged(records: Sequence[RunRecord]) -> Outcome:
    """Which of the runs that were open still are, and which ended without a sentence that says why."""
    said = (Status.FINISHED, Status.STOPPED)
    return Outcome(
        stuck=sum(record.status.active for record in records),
        unclear=sum(
            not record.status.active and record.status not in said and record.problem is None for record in records
        ),
    )


def lost_of(store: Store, run_ids: Sequence[str]) -> int:
    """How many finished runs cannot be opened with their weights and predictions any more."""
    return sum(not _whole(store, run_id) for run_id in run_ids)


def _whole(store: Store, run_id: str) -> bool:
    try:
        run = store.open(run_id)
        run.network(run.kept_epoch)
    except ExplorerError:
        return False
    return run.record.status is Status.FINISHED and run.predictions_file.exists()


def worker_process(engine: Engine) -> psutil.Process:
    """The process of this engine that trains.

    Raises:
        LookupError: if there is none.
    """
    cluster = engine._cluster
    for pid in cluster.client.run(os.getpid).values() if cluster else ():
        return psutil.Process(pid)
    raise LookupError("no process trains for this engine")
