"""Remedies against overfitting: four runs that queue, beside the same four one by one."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, at_most, median, told
from benchmarks.training import LOOK_SECONDS, trained
from explorer.presets.remedies import REMEDIES, Base
from explorer.training.jobs import Engine
from explorer.training.record import Request, Status
from explorer.training.store import Store

TRIED = ("l1", "l2", "dropout")
ROUNDS = 3
LIMIT = 1.15


def run() -> Iterator[Figure]:
    wanted = requests()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Store(Path(folder))).start()
        try:
            # The training process is up, and each kind of layer has been there once.
            _queued(engine, requests(epochs=5))
            pairs = [(sum(trained(engine, one)[0] for one in wanted), _queued(engine, wanted)) for _ in range(ROUNDS)]
        finally:
            engine.close()
    yield told("remedies_single_sum_s", median(single for single, _ in pairs), "s")
    yield told("remedies_queued_s", median(queued for _, queued in pairs), "s")
    yield at_most("remedies_queued_ratio", median(queued / single for single, queued in pairs), "queued/singles", LIMIT)


def requests(epochs: int = Base().epochs) -> list[Request]:
    """The network without a remedy, and with each of those that the page begins with."""
    plain = Base(epochs=epochs).request("sample")
    return [plain, *(REMEDIES[name].apply(plain, REMEDIES[name].value) for name in TRIED)]


def _queued(engine: Engine, wanted: list[Request]) -> float:
    """Seconds from submitting all at once to the end of the last."""
    began = time.perf_counter()
    ids = [engine.submit(one, "benchmark", again=True) for one in wanted]
    while any(engine.progress(run_id).status.active for run_id in ids):
        time.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - began
    for run_id in ids:
        progress = engine.progress(run_id)
        if progress.status is not Status.FINISHED:
            raise RuntimeError(str(progress.problem))
    return seconds
