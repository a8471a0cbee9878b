"""The queue of training runs: submit, follow, stop. One per server, shared by its sessions.

A thread of its own keeps the cluster alive and hands it the next run when a worker is
free. Sessions only ever read: a dropped connection or a changed page touches no run.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from explorer.messages import N_, Message, message
from explorer.specs import ModelSpec
from explorer.training import limits, tasks
from explorer.training.bounds import Limits
from explorer.training.cluster import NO_WORKER, Cluster
from explorer.training.health import Health, Probe
from explorer.training.job import Job
from explorer.training.ledger import Ledger
from explorer.training.limits import Speed
from explorer.training.outcome import ended, left, result_of
from explorer.training.progress import Event, Progress
from explorer.training.record import Request, RunRecord, Status, tidy_name, tidy_note
from explorer.training.speeds import measured_speeds, speeds_of
from explorer.training.store import Store, new_id

RECONNECT_SECONDS = 5.0
HEAD_START_SECONDS = 1.0
"""The first page of a new server is drawn before the cluster takes the processor for itself."""

_log = logging.getLogger(__name__)


class Engine:
    """Runs training requests on a cluster: one of each owner at a time, and the owners in turn."""

    def __init__(
        self,
        store: Store,
        connect: Callable[[], Cluster] = Cluster.from_environment,
        bounds: Limits | None = None,
    ):
        self.store = store
        self._connect = connect
        self._cluster: Cluster | None = None
        self._problem: Message | None = None
        self._ledger = Ledger(store, bounds or Limits.from_environment(), self.speed)
        self._probe = Probe(store.folder, lambda: self._cluster and self._cluster.client)
        self._changed = threading.Condition(threading.RLock())
        self._closing = False
        self._speeds: dict[bool, Speed] = {}
        self._thread = threading.Thread(target=self._serve, name="training-queue", daemon=True)

    def start(self) -> Engine:
        """Bring the cluster up in the background; returns at once."""
        self.store.close_abandoned()
        self._speeds = measured_speeds(self.store)
        self._ledger.answers.rebuild()
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

    @property
    def workers(self) -> int:
        """How many runs train at the same time, as far as is known."""
        return 1 if self._cluster is None else self._cluster.workers

    def speed(self, spec: ModelSpec) -> Speed:
        """How fast such a model is trained here: what the last finished run of one has measured."""
        return self._speeds.get(spec.recurrent) or limits.default_speed(spec)

    def check(self, request: Request) -> None:
        """Whether `submit` would take a request; what a finished run has answered may cost anything.

        Raises:
            ExplorerError: if it would not, with what would work; a SpecError if a layer is at fault.
        """
        self._ledger.check(request)

    def submit(
        self,
        request: Request,
        name: str,
        owner: str = "",
        again: bool = False,
        own: Callable[[str], bool] = lambda run_id: False,
    ) -> str:
        """Queue a run and return its id; a request that a finished run has answered is answered at once.

        Unless it is to be trained `again`, the answer is the run itself if it is one of the reader's `own`, else
        a copy. An `owner` is a session's token.

        Raises:
            ExplorerError: if the request cannot work or costs too much, or the server is full.
        """
        if request.start is not None:
            self.store.first_weights(request)
        answers = self._ledger.answers
        mine = None if again else answers.find(request, lambda run: not run.shipped and own(run.record.id))
        if mine is not None:
            return mine.record.id
        source = None if again else answers.find(request)
        record = RunRecord(new_id(), tidy_name(name), time.time(), request)
        with self._changed:
            self._ledger.enter(record, owner, again, source)
            self._changed.notify_all()
        return record.id

    def stop(self, run_id: str) -> None:
        """End a run: at once if it waits, after its current batches if it trains."""
        with self._changed:
            self._ledger.stop(run_id)
            self._changed.notify_all()

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name; one in training is written down with it at its end.

        Raises:
            ExplorerError: if the name is empty, or the run cannot be changed.
        """
        with self._changed:
            self._ledger.describe(run_id, self.store.rename, name=tidy_name(name))

    def annotate(self, run_id: str, note: str) -> None:
        """Keep a note with a run; one in training is written down with it at its end.

        Raises:
            ExplorerError: if the run cannot be changed.
        """
        with self._changed:
            self._ledger.describe(run_id, self.store.annotate, note=tidy_note(note))

    def delete(self, run_id: str) -> None:
        """Remove an ended run, from the disk and from memory.

        Raises:
            ExplorerError: if it still trains, or cannot be changed.
        """
        with self._changed:
            self._ledger.delete(run_id)

    def progress(self, run_id: str) -> Progress:
        """How a run stands now, live or ended.

        Raises:
            ExplorerError: if there is no such run.
        """
        with self._changed:
            known = self._ledger.progress(run_id, self.workers)
        return known or Progress(self.store.open(run_id).record)

    def health(self) -> Health:
        """How the server is, without waiting for anything."""
        measured = self._probe.latest()
        with self._changed:
            running, waiting = len(self._ledger.running), len(self._ledger.waiting)
            wait = self._ledger.longest_wait(self.workers)
            return Health(self.ready, self.workers, running, waiting, wait, self.store.limit_bytes, measured)

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
        with self._changed:
            self._ledger.insist()
        if self._cluster is None:
            self._open_cluster()
        elif not self._cluster.alive:
            self._lose_cluster()
        else:
            self._look(self._cluster)
            known = self._ledger.answers.version
            self._answer()
            with self._changed:
                # What ended in between may answer the run that would start now.
                if known == self._ledger.answers.version:
                    self._dispatch()
            self._pass_on_stops()

    def _answer(self) -> None:
        """What was learned meanwhile answers those who wait for the same."""
        with self._changed:
            waiting = self._ledger.unanswered()
        for job in waiting:
            source = self._ledger.answers.find(job.record.request)
            if source is not None:
                with self._changed:
                    self._ledger.answer(job, source)

    def _open_cluster(self) -> None:
        try:
            cluster = self._connect()
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
            running = [(job, job.future) for job in self._ledger.running]
        for job, future in running:
            self._end(job, future, left(job.run))
        if cluster is not None:
            cluster.close()

    def _dispatch(self) -> None:
        with self._changed:
            cluster = self._cluster
            while cluster and len(self._ledger.running) < cluster.workers and (job := self._ledger.next()):
                if not (cluster.alive and self.store.settled(job.record.id)):
                    break
                job.future = cluster.submit(job.record.id, self.store.place(job.run), self._on_event)
                # A cluster that is just dying takes nothing; the run waits for the next one then.
                self._ledger.waiting.start(job.record.id)
                job.started, job.handed = time.monotonic(), job.handed + 1
                job.record = dataclasses.replace(job.record, status=Status.RUNNING)
                job.future.add_done_callback(partial(self._on_done, job))

    def _look(self, cluster: Cluster) -> None:
        """See which workers an own scheduler has, and end the runs whose worker is gone for good."""
        cluster.look()
        self._problem = None if cluster.workers else NO_WORKER
        with self._changed:
            begun = {job.record.id: job.latest is not None for job in self._ledger.running}
        for run_id in cluster.stranded(begun):
            with self._changed:
                job = self._ledger.jobs[run_id]
                if job.future is not None:
                    job.future.cancel()

    def _pass_on_stops(self) -> None:
        """Ask the workers to stop; asked again at each turn, as a worker may just be starting."""
        with self._changed:
            asked = [run_id for run_id, job in self._ledger.jobs.items() if job.stop_asked and job.future is not None]
            cluster = self._cluster
        for run_id in asked:
            if cluster is not None:
                cluster.client.run(tasks.request_stop, run_id, on_error="ignore")

    def _on_event(self, stamped: tuple[float, dict[str, Any]]) -> None:
        event = Event.from_dict(stamped[1])
        with self._changed:
            job = self._ledger.jobs.get(event.run)
            if job is not None and job.future is not None:
                job.hear(event)

    def _on_done(self, job: Job, future: Any) -> None:
        self._end(job, future, result_of(future, job.run))

    def _end(self, job: Job, future: Any, result: RunRecord | Exception | None) -> None:
        with self._changed:
            if job.future is not future:
                return
            job.future = None
            if result is None and job.untouched:
                # Its worker is gone, but nothing is lost.
                job.record = dataclasses.replace(job.record, status=Status.QUEUED)
                self._ledger.waiting.put_back(job.record.id, job.owner)
            else:
                job.record = ended(job.run, job.record, result)
            self._speeds |= speeds_of(job.record)
            self._ledger.answers.add(job.record)
            self._changed.notify_all()
