"""The runs that a server knows of: those that wait, those that train and those that have ended lately."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

from explorer.messages import N_, ExplorerError, message
from explorer.specs import ModelSpec
from explorer.training.admission import Admission
from explorer.training.answers import Answers, copy_answer
from explorer.training.bounds import Limits
from explorer.training.fair import FairQueue, Forecast, Running
from explorer.training.job import Job
from explorer.training.limits import Speed
from explorer.training.outcome import LOST, unended
from explorer.training.progress import Progress
from explorer.training.record import Request, RunRecord, Status
from explorer.training.store import Run, Store, close, in_training

MAXIMUM_REMEMBERED = 200
FORECAST_SECONDS = 0.5
"""How long a forecast of the queue holds while nothing joins or leaves it."""


class Ledger:
    """Takes runs in, knows who is next and what each has before it. Its caller holds the engine's lock.

    `speed` says how fast a model is trained.
    """

    def __init__(self, store: Store, bounds: Limits, speed: Callable[[ModelSpec], Speed]):
        self.jobs: dict[str, Job] = {}
        self.waiting = FairQueue()
        self.answers = Answers(store)
        self._store = store
        self._admission = Admission(bounds)
        self._speed = speed
        self._forecasts: tuple[object, float, dict[str, Forecast]] = (None, 0.0, {})

    @property
    def running(self) -> list[Job]:
        """The runs that a worker has."""
        return [job for job in self.jobs.values() if job.future is not None]

    def check(self, request: Request) -> None:
        """Whether a request can work and may cost what it does, or has been answered before.

        Raises:
            ExplorerError: if neither, with what would work; a SpecError if a layer is at fault.
        """
        try:
            self._check_cost(request)
        except ExplorerError:
            if self.answers.find(request) is None:
                raise

    def enter(self, record: RunRecord, owner: str, again: bool, source: Run | None) -> None:
        """Let a run wait, or answer it at once with the result of `source`, which had the same request.

        With `again` nothing answers it later either.

        Raises:
            ExplorerError: if the request cannot work or costs too much, the host takes no more, or the run cannot
                be written.
        """
        if source is None:
            self._check_cost(record.request)
        self._admission.pace(owner)
        self._admission.disk(self._store.folder)
        if source is None:
            self._admission.room(self.waiting, owner)
        job = Job(self._store.create(record), record, owner, again)
        self.jobs[record.id] = job
        self.waiting.add(record.id, owner)
        if source is not None:
            self.answer(job, source)
        self._forget()

    def next(self) -> Job | None:
        """The run that starts next."""
        run_id = self.waiting.next({job.owner for job in self.running})
        return None if run_id is None else self.jobs[run_id]

    def unanswered(self) -> list[Job]:
        """The waiting runs that somebody else's result may answer."""
        return [job for job in map(self.jobs.__getitem__, self.waiting) if not job.again]

    def answer(self, job: Job, source: Run) -> None:
        """Give a waiting run the result of `source`; it goes on waiting if that is gone meanwhile."""
        if job.record.id not in self.waiting:
            return
        copied = copy_answer(source, dataclasses.replace(job.run, record=job.record))
        if copied is not None:
            job.record = copied
            self.answers.add(copied)
            self.waiting.remove(copied.id)

    def stop(self, run_id: str) -> None:
        """Take a run out that waits; ask for the end of one that trains."""
        job = self.jobs.get(run_id)
        if job is None or not job.record.status.active:
            return
        job.stop_asked = True
        if run_id in self.waiting:
            self.waiting.remove(run_id)
            job.record = close(job.run, Status.STOPPED, message(N_("Stopped before it began.")))

    def insist(self) -> None:
        """Write down again that a run is lost, where its worker, which has not heard of it yet, wrote over it."""
        for job in self.jobs.values():
            if job.record.status is Status.LOST and unended(job.run):
                close(dataclasses.replace(job.run, record=job.record), Status.LOST, LOST)

    def describe(self, run_id: str, write: Callable[[str, str], RunRecord], **words: str) -> None:
        """Give a run other words; `write` keeps them with one that has ended."""
        job = self.jobs.get(run_id)
        # Until the end only the worker writes the run's file.
        if job is None or not job.record.status.active:
            write(run_id, *words.values())
        if job is not None:
            job.record = dataclasses.replace(job.record, **words)  # type: ignore[arg-type]

    def delete(self, run_id: str) -> None:
        """Remove an ended run from the store and from memory.

        Raises:
            ExplorerError: if it still trains, or cannot be changed.
        """
        job = self.jobs.get(run_id)
        if job is not None and job.record.status.active:
            raise in_training(job.record)
        self._store.delete(run_id, ended=job is not None)
        self.jobs.pop(run_id, None)

    def progress(self, run_id: str, workers: int) -> Progress | None:
        """How a run stands now, with what it has before it; None if it is not known here."""
        job = self.jobs.get(run_id)
        if job is None:
            return None
        before = self._forecast(workers).get(run_id, Forecast(0, 0, 0.0))
        return Progress(job.record, before.ahead, job.latest, before.own, before.seconds)

    def longest_wait(self, workers: int) -> float:
        """Seconds until everything that waits now has begun."""
        return max((forecast.seconds for forecast in self._forecast(workers).values()), default=0.0)

    def _check_cost(self, request: Request) -> None:
        self._admission.cost(request, self._speed(request.spec))

    def _forecast(self, workers: int) -> dict[str, Forecast]:
        running, now = self.running, time.monotonic()
        state = self.waiting.version, workers, tuple(job.record.id for job in running)
        if state != self._forecasts[0] or now - self._forecasts[1] > FORECAST_SECONDS:
            left = [Running(job.owner, job.seconds_left(self._speed(job.record.spec))) for job in running]
            self._forecasts = state, now, self.waiting.forecast(left, workers, self._seconds)
        return self._forecasts[2]

    def _seconds(self, run_id: str) -> float:
        job = self.jobs[run_id]
        return job.seconds(self._speed(job.record.spec))

    def _forget(self) -> None:
        """Drop the oldest ended jobs from memory; their runs stay on disk."""
        ended = [run_id for run_id, job in self.jobs.items() if not job.record.status.active]
        for run_id in ended[: max(0, len(self.jobs) - MAXIMUM_REMEMBERED)]:
            del self.jobs[run_id]
