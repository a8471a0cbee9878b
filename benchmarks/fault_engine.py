"""Faults below an engine: its worker, its scheduler, the disk."""

from __future__ import annotations

import contextlib
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.fault_trial import Outcome, Trial, lost_of, until, worker_process
from benchmarks.hosted import Hosted
from explorer.messages import ExplorerError
from explorer.specs import Conv2D, Dense, Flatten, ModelSpec
from explorer.training.cluster import Cluster
from explorer.training.jobs import Engine
from explorer.training.recipe import Recipe
from explorer.training.record import Request
from explorer.training.store import Store

SPARE_BYTES = 48 * 2**20
LARGEST_FILE = 256 * 2**10
LARGE = Request(
    ModelSpec((28, 28, 1), (Conv2D(256, (5, 5), activation="relu"), Flatten(), Dense(10, activation="softmax"))),
    Recipe(examples=6000, epochs=1, batch_size=1000, patience=0),
    "fashion-mnist",
    "sample",
)
"""One step of it needs 600 MB for the feature maps alone."""


@contextlib.contextmanager
def embedded() -> Iterator[Engine]:
    """An engine with a cluster of its own, which is up."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _running(Engine(Store(Path(folder)), Cluster))


@contextlib.contextmanager
def hosted() -> Iterator[tuple[Engine, Hosted]]:
    """An engine with the scheduler and the workers of compose.yaml."""
    with tempfile.TemporaryDirectory() as folder, Hosted(Path(folder)) as services:
        store = Store(Path(folder) / "runs")
        for engine in _running(Engine(store, lambda: Cluster(f"tcp://127.0.0.1:{services.port}"))):
            yield engine, services


def _running(engine: Engine) -> Iterator[Engine]:
    engine.start()
    try:
        if not until(lambda: engine.ready and engine.workers):
            raise TimeoutError("no worker came up")
        yield engine
    finally:
        engine.close()


def worker_killed(times: int) -> Iterator[Outcome]:
    """kill -9 of the process that trains."""
    with embedded() as engine:
        for number in range(times):
            trial = Trial(engine, number)
            trial.begin()
            worker_process(engine).kill()
            yield trial.end()


def out_of_memory(times: int) -> Iterator[Outcome]:
    """The process that trains gets next to no more memory than it has."""
    with embedded() as engine:
        for number in range(times):
            trial = Trial(engine, number)
            trial.begin()
            large = trial.submit(LARGE, "large")
            process = worker_process(engine)
            with _limited(process, resource.RLIMIT_AS, process.memory_info().vms + SPARE_BYTES):
                engine.stop(trial.open[0])
                _happened(until(trial.failed, large))
            yield trial.end()


def disk_full(times: int) -> Iterator[Outcome]:
    """The weights of the next epochs cannot be written any more."""
    with embedded() as engine:
        for number in range(times):
            trial = Trial(engine, number)
            first = trial.begin()
            with _limited(worker_process(engine), resource.RLIMIT_FSIZE, LARGEST_FILE):
                _happened(until(trial.failed, first))
            yield trial.end()


def scheduler_restarted(times: int) -> Iterator[Outcome]:
    """kill -9 of an own scheduler, which is started again at once."""
    with hosted() as (engine, services):
        for number in range(times):
            trial = Trial(engine, number)
            trial.begin()
            services.kill("scheduler-0")
            yield trial.end()


def folders_damaged(times: int) -> Iterator[Outcome]:
    """Half a description, weights that are none, no model: each says so, and no other run is touched."""
    with embedded() as engine:
        for number in range(times):
            trial = Trial(engine, number)
            half, garbage, bare = (engine.store.open(Trial(engine, 100 + 3 * number + k).kept[0]) for k in range(3))
            half.folder.joinpath("run.json").write_bytes(half.folder.joinpath("run.json").read_bytes()[:100])
            for file in (garbage.model_file, garbage.snapshot_file, garbage.predictions_file):
                file.write_bytes(b"PK\3\4 nothing")
            bare.model_file.unlink()
            bare.snapshot_file.unlink()
            trial.begin()
            unclear = sum(not _says_so(engine.store, run.record.id) for run in (half, garbage, bare))
            outcome = trial.end() + Outcome(unclear=unclear)
            again = Store(engine.store.folder)
            again.close_abandoned()
            yield outcome + Outcome(finished_lost=lost_of(again, trial.kept))


def _happened(true: bool) -> None:
    if not true:
        raise RuntimeError("the fault did not happen")


def _says_so(store: Store, run_id: str) -> bool:
    try:
        run = store.open(run_id)
        run.network(run.kept_epoch)
    except ExplorerError:
        return True
    except Exception:
        return False
    return False


@contextlib.contextmanager
def _limited(process: psutil.Process, kind: int, limit: int) -> Iterator[None]:
    """A limit on a living process, which it loses again unless it is gone."""
    before = process.rlimit(kind)
    process.rlimit(kind, (limit, before[1]))
    try:
        yield
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.rlimit(kind, before)
