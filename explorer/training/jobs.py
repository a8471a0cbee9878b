"""The queue of training runs: submit, follow, stop. One per server, shared by its sessions.

A thread of its own keeps the cluster alive and hands it the next run when a worker is
free. Sessions only ever read: a dropped connection or a changed page touches no run.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.messages import N_, ExplorerError, Message, message
from explorer.specs import ModelSpec
from explorer.training import limits, tasks
from explorer.training.cluster import Cluster
from explorer.training.limits import Limits
from explorer.training.outcome import ended, result_of
from explorer.training.progress import TOPIC, BatchReport, Event, Progress, sparser, thinned
from explorer.training.rates import measured_rates, rates_of
from explorer.training.record import Request, RunRecord, Status, tidy_name, tidy_note
from explorer.training.store import Run, Store, close, in_training, new_id

MAXIMUM_WAITING = 30
MAXIMUM_REMEMBERED = 100
RECONNECT_SECONDS = 5.0
HEAD_START_SECONDS = 1.0
"""The first page of a new server is drawn before the cluster takes the processor for itself."""

_log = logging.getLogger(__name__)


@dataclass
class _Job:
    """A run that this server knows of, from its submission on."""

    run: Run
    record: RunRecord
    latest: BatchReport | None = None
    future: Any = None
    stop_asked: bool = False


class Engine:
    """Runs training requests on a cluster, in the order in which they came."""

    def __init__(
        self,
        store: Store,
        connect: Callable[[], Cluster] = Cluster.from_environment,
        bounds: Limits | None = None,
    ):
        self.store = store
        self.bounds = bounds or Limits.from_environment()
        self._connect = connect
        self._cluster: Cluster | None = None
        self._problem: Message | None = None
        self._jobs: dict[str, _Job] = {}
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition(threading.RLock())
        self._closing = False
        self._rates: dict[bool, float] = {}
        self._thread = threading.Thread(target=self._serve, name="training-queue", daemon=True)

    def start(self) -> Engine:
        """Bring the cluster up in the background; returns at once."""
        self.store.close_abandoned()
        self._rates = measured_rates(self.store)
        self._thread.start()
        return self

    def close(self) -> None:
        """End the queue and the cluster's processes."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout=30)

    @property
    def ready(self) -> bool:
        """Whether the cluster is up."""
        return self._cluster is not None

    @property
    def problem(self) -> Message | None:
        """Why the cluster is not up, if starting it failed."""
        return self._problem

    def rate(self, spec: ModelSpec) -> float:
        """Floating point operations a second, from the last finished run of such a model on this machine."""
        return self._rates.get(spec.recurrent) or limits.default_rate(spec)

    def submit(self, request: Request, name: str) -> str:
        """Queue a run and return its id.

        Raises:
            ExplorerError: if the request cannot work, costs too much, or the queue is full.
        """
        limits.check(request, self.bounds, self.rate(request.spec))
        if request.start is not None:
            self.store.first_weights(request)
        with self._changed:
            if len(self._waiting) >= MAXIMUM_WAITING:
                raise ExplorerError(
                    message(N_("{count} runs are already waiting; try again in a moment."), count=len(self._waiting))
                )
            record = RunRecord(new_id(), tidy_name(name), time.time(), request)
            run = self.store.create(record)
            self._jobs[record.id] = _Job(run, record)
            self._waiting.append(record.id)
            self._forget()
            self._changed.notify_all()
        return record.id

    def stop(self, run_id: str) -> None:
        """End a run: at once if it waits, after its current batches if it trains."""
        with self._changed:
            job = self._jobs.get(run_id)
            if job is None or not job.record.status.active:
                return
            job.stop_asked = True
            if run_id in self._waiting:
                self._waiting.remove(run_id)
                job.record = close(job.run, Status.STOPPED, message(N_("Stopped before it began.")))
                return
            self._changed.notify_all()

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name; one in training is written down with it at its end.

        Raises:
            ExplorerError: if the name is empty, or the run cannot be changed.
        """
        self._describe(run_id, self.store.rename, name=tidy_name(name))

    def annotate(self, run_id: str, note: str) -> None:
        """Keep a note with a run; one in training is written down with it at its end.

        Raises:
            ExplorerError: if the run cannot be changed.
        """
        self._describe(run_id, self.store.annotate, note=tidy_note(note))

    def _describe(self, run_id: str, write: Callable[[str, str], RunRecord], **words: str) -> None:
        with self._changed:
            job = self._jobs.get(run_id)
            # Until the end only the worker writes the run's file.
            if job is None or not job.record.status.active:
                write(run_id, *words.values())
            if job is not None:
                job.record = dataclasses.replace(job.record, **words)  # type: ignore[arg-type]

    def delete(self, run_id: str) -> None:
        """Remove an ended run, from the disk and from memory.

        Raises:
            ExplorerError: if it still trains, or cannot be changed.
        """
        with self._changed:
            job = self._jobs.get(run_id)
            if job is not None and job.record.status.active:
                raise in_training(job.record)
            self.store.delete(run_id, ended=job is not None)
            self._jobs.pop(run_id, None)

    def progress(self, run_id: str) -> Progress:
        """How a run stands now, live or ended.

        Raises:
            ExplorerError: if there is no such run.
        """
        with self._changed:
            job = self._jobs.get(run_id)
            if job is not None:
                waits = run_id in self._waiting
                ahead = self._waiting.index(run_id) + self._running() if waits else 0
                return Progress(job.record, ahead, job.latest)
        return Progress(self.store.open(run_id).record)

    def _serve(self) -> None:
        time.sleep(HEAD_START_SECONDS)
        while not self._closing:
            try:
                self._advance()
            except Exception:
                _log.exception("The training queue stumbled; it goes on")
            with self._changed:
                if not self._closing:
                    self._changed.wait(RECONNECT_SECONDS if self._cluster is None else 1.0)
        if self._cluster is not None:
            self._cluster.close()

    def _advance(self) -> None:
        if self._cluster is None:
            self._open_cluster()
        elif not self._cluster.alive:
            self._lose_cluster()
        else:
            self._dispatch()
            self._pass_on_stops()

    def _open_cluster(self) -> None:
        try:
            cluster = self._connect()
            cluster.client.subscribe_topic(TOPIC, self._on_event)
        except Exception:
            _log.exception("The training processes could not be started")
            self._problem = message(
                N_("The training processes could not be started; they are tried again every few seconds.")
            )
            return
        with self._changed:
            self._cluster, self._problem = cluster, None
            self._changed.notify_all()

    def _lose_cluster(self) -> None:
        with self._changed:
            cluster, self._cluster = self._cluster, None
            for job in self._jobs.values():
                if job.future is not None:
                    self._end(job, None)
        if cluster is not None:
            cluster.close()

    def _dispatch(self) -> None:
        with self._changed:
            cluster = self._cluster
            while cluster and self._waiting and self._running() < cluster.workers:
                job = self._jobs[self._waiting[0]]
                job.future = cluster.client.submit(
                    tasks.train, job.record.id, str(job.run.folder), key=f"train-{job.record.id}", pure=False
                )
                # A cluster that is just dying takes nothing; the run waits for the next one then.
                self._waiting.popleft()
                job.record = dataclasses.replace(job.record, status=Status.RUNNING)
                job.future.add_done_callback(lambda future, job=job: self._on_done(job, future))

    def _pass_on_stops(self) -> None:
        """Ask the workers to stop; asked again at each turn, as a worker may just be starting."""
        with self._changed:
            asked = [run_id for run_id, job in self._jobs.items() if job.stop_asked and job.future is not None]
            cluster = self._cluster
        for run_id in asked:
            if cluster is not None:
                cluster.client.run(tasks.request_stop, run_id, on_error="ignore")

    def _running(self) -> int:
        return sum(job.future is not None for job in self._jobs.values())

    def _on_event(self, stamped: tuple[float, dict[str, Any]]) -> None:
        event = Event.from_dict(stamped[1])
        with self._changed:
            job = self._jobs.get(event.run)
            if job is None or job.future is None:
                return
            if event.batch is not None:
                job.latest = event.batch
                points = thinned((*job.record.batches, (event.batch.position, event.batch.loss)))
                job.record = dataclasses.replace(job.record, batches=points)
            if event.epoch is not None:
                job.record = dataclasses.replace(job.record, history=(*job.record.history, event.epoch))
            if event.statistics is not None:
                statistics = sparser((*job.record.statistics, event.statistics))
                job.record = dataclasses.replace(job.record, statistics=statistics)

    def _on_done(self, job: _Job, future: Any) -> None:
        result = result_of(future)
        with self._changed:
            if job.future is not None:
                self._end(job, result)
                self._rates |= rates_of(job.record)
                self._changed.notify_all()

    def _end(self, job: _Job, result: RunRecord | Exception | None) -> None:
        job.future = None
        job.record = ended(job.run, job.record, result)

    def _forget(self) -> None:
        """Drop the oldest ended jobs from memory; their runs stay on disk."""
        ended = [run_id for run_id, job in self._jobs.items() if not job.record.status.active]
        for run_id in ended[: max(0, len(self._jobs) - MAXIMUM_REMEMBERED)]:
            del self._jobs[run_id]
