"""The same trainings with and without watching the layers, in turn; prints seconds as JSON."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from explorer.datasets import SAMPLE
from explorer.inspection.deep_stack import Stack
from explorer.presets import PRESETS
from explorer.specs import HeNormal
from explorer.training import worker
from explorer.training.loop import TrainingRun
from explorer.training.recipe import Recipe
from explorer.training.record import LayerStatistics, Request, RunRecord
from explorer.training.store import Store

ROUNDS = 3
CALLS = 20_000
STACK = Stack("relu", HeNormal())
CNN, LSTM = PRESETS["cnn-two-blocks"], PRESETS["lstm-snippets"]
REQUESTS = {
    "stack": Request(
        STACK.spec((28, 28, 1), 10),
        Recipe(examples=6000, epochs=8, batch_size=64, optimizer="sgd", learning_rate=0.1, patience=0),
        "fashion-mnist",
        SAMPLE,
    ),
    "cnn": Request(CNN.spec, dataclasses.replace(CNN.recipe, examples=6000, epochs=3, patience=0), CNN.dataset, SAMPLE),
    "lstm": Request(
        LSTM.spec,
        dataclasses.replace(LSTM.recipe, examples=6000, epochs=4, patience=0),
        LSTM.dataset,
        SAMPLE,
        LSTM.preparation,
    ),
}


class Counted(worker.KerasLearner):
    """A learner that counts how often it is asked to watch."""

    calls = 0

    def watch(self, step: int) -> tuple[LayerStatistics, ...]:
        Counted.calls += 1
        return super().watch(step)


def main() -> None:
    worker.KerasLearner = Counted  # type: ignore[misc]
    worker.dask_setup(None)
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in REQUESTS}
    points, calls_off = dict.fromkeys(REQUESTS, 0), 0
    for name, request in REQUESTS.items():
        _trained(request, watched=True)
        for _round in range(ROUNDS):
            Counted.calls = 0
            off, _points = _trained(request, watched=False)
            calls_off += Counted.calls
            on, points[name] = _trained(request, watched=True)
            rounds[name].append((off, on))
    json.dump(
        {"rounds": rounds, "points": points, "calls_off": calls_off, "microseconds_off": _microseconds()}, sys.stdout
    )


def _trained(request: Request, *, watched: bool) -> tuple[float, int]:
    """Seconds of a whole run, from reading the data to its test accuracy, and how often it was measured."""
    wanted = dataclasses.replace(request, recipe=dataclasses.replace(request.recipe, record_layers=watched))
    with tempfile.TemporaryDirectory() as folder:
        kept = Store(Path(folder)).create(RunRecord("run", "run", 0.0, wanted)).folder
        began = time.perf_counter()
        record = worker.train_run(kept, lambda event: None, lambda: False)
        return time.perf_counter() - began, len(record.statistics)


def _microseconds() -> float:
    """What a report of a run costs that is not watched: one look at the recipe."""
    with tempfile.TemporaryDirectory() as folder:
        run = TrainingRun(
            Store(Path(folder)).create(RunRecord("run", "run", 0.0, REQUESTS["stack"])).folder,
            lambda event: None,
            lambda: False,
        )
        began = time.perf_counter()
        for _call in range(CALLS):
            run._watch(1.0, 0)
        return (time.perf_counter() - began) / CALLS * 1e6


if __name__ == "__main__":
    main()
