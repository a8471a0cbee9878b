"""Eight trainings on one worker process and on two, each with one thread."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from benchmarks.classroom_queue import LOOK_SECONDS, wanted
from benchmarks.figures import Figure, at_least, told
from explorer.training.cluster import Cluster
from explorer.training.jobs import Engine
from explorer.training.record import Status
from explorer.training.store import Store

JOBS = 8
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


def run() -> Iterator[Figure]:
    with mock.patch.dict(os.environ, ONE_THREAD):
        alone, together = _seconds(1), _seconds(2)
    yield told("one_worker_s", alone, "s")
    yield told("two_workers_s", together, "s")
    yield at_least("two_workers_throughput", alone / together, "times", 1.7)


def _seconds(workers: int) -> float:
    """From the submission of all to the end of the last, on workers that have trained before."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Store(Path(folder)), lambda: Cluster(workers=workers)).start()
        try:
            _trained(engine, range(100, 100 + 2 * workers))
            began = time.perf_counter()
            _trained(engine, range(JOBS))
            return time.perf_counter() - began
        finally:
            engine.close()


def _trained(engine: Engine, seeds: range) -> None:
    ids = [engine.submit(wanted(seed), "benchmark", f"reader {seed}") for seed in seeds]
    while any(engine.progress(run_id).status.active for run_id in ids):
        time.sleep(LOOK_SECONDS)
    ended = {engine.progress(run_id).status for run_id in ids}
    if ended != {Status.FINISHED}:
        raise RuntimeError(f"runs ended as {ended}")
