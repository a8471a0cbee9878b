"""Training with Keras. The only package that imports it; the server never imports this one."""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import contextlib
import platform
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from explorer.datasets import TEST, TRAIN, Split, Task
from explorer.messages import N_, ExplorerError, message
from explorer.network import Weights
from explorer.specs import Conv2D, Dense, Flatten, MaxPooling2D, ModelSpec
from explorer.training.learner import Chunk, Measured
from explorer.training.loop import TrainingRun, split_validation
from explorer.training.progress import Event
from explorer.training.recipe import Recipe
from explorer.training.record import LayerStatistics, Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import Store, not_kept
from explorer.training.worker.building import build, set_weights, weights_of
from explorer.training.worker.fitting import Trainer
from explorer.training.worker.measuring import Evaluator, penalty

__all__ = ["Evaluator", "KerasLearner", "Trainer", "build", "dask_setup", "train_run", "versions", "weights_of"]


class KerasLearner:
    """The `Learner` of a request: its data, its model and its optimizer, all from the seed.

    With `weights` it begins with those instead of drawn ones.

    Whatever dtype policy it trains with, the model that is kept and tested computes in float32.
    """

    def __init__(self, request: Request, weights: Weights | None = None):
        recipe, task = request.recipe, request.task
        self._request = request
        whole = request.source.load(request.variant, TRAIN, request.preparation)
        training, validation = split_validation(recipe, whole, task.ordered)
        keras.backend.clear_session()
        keras.utils.set_random_seed(recipe.seed)
        self._model = build(request.spec, recipe.dtype_policy, recipe.batch_size, fast=True)
        if weights is not None:
            set_weights(self._model, request.spec, weights)
        self._trainer = Trainer(self._model, recipe, task, training)
        self._measured = build(request.spec.stateless(), fast=True) if request.spec.stateful else self._model
        self._validation = Evaluator(self._measured, task, validation)

    def start(self, order: np.ndarray) -> None:
        self._trainer.start(order)

    def train(self, first: int, last: int) -> Chunk:
        return self._trainer.train(first, last)

    def watch(self, step: int) -> tuple[LayerStatistics, ...]:
        return self._trainer.watch(step)

    def validate(self, should_stop: Callable[[], bool]) -> tuple[float, float]:
        if self._measured is not self._model:
            self._measured.set_weights(self._model.get_weights())
        found = self._validation.evaluate(should_stop)
        return found.loss, found.accuracy

    def penalty(self) -> float:
        return float(penalty(self._model))

    def test(self) -> Measured:
        request = self._request
        split = request.source.load(request.variant, TEST, request.preparation)
        return Evaluator(self._plain(request.spec.stateless()), request.task, split).evaluate(lambda: False)

    def weights(self) -> Weights:
        return weights_of(self._model, self._request.spec)

    def save(self, path: Path) -> None:
        self._plain(self._request.spec).save(path)

    def restore(self, path: Path) -> None:
        self._model = self._plain(self._request.spec)
        self._model.load_weights(path)

    def _plain(self, spec: ModelSpec) -> keras.Sequential:
        """A copy of the model in float32 and of Keras's own layers only."""
        plain = build(spec, batch_size=self._request.recipe.batch_size)
        plain.set_weights(self._model.get_weights())
        return plain


def train_run(
    folder: Path,
    report: Callable[[Event], None],
    should_stop: Callable[[], bool],
    snapshots: SnapshotWriter | None = None,
) -> RunRecord:
    """Train the run whose ``run.json`` lies in `folder` and leave its model, weights and history there."""
    run = TrainingRun(folder, report, should_stop, snapshots)
    try:
        run.begin(versions())
        request = run.record.request
        run.train(KerasLearner(request, Store(folder.parent).first_weights(request)))
    except ExplorerError as error:
        run.end(Status.FAILED, problem=error.problem)
    except OSError as error:
        run.end(Status.FAILED, problem=not_kept(error).problem)
    except (tf.errors.ResourceExhaustedError, MemoryError):
        run.end(
            Status.FAILED,
            problem=message(N_("The machine ran out of memory; use a smaller batch or a smaller model.")),
        )
    return run.record


def versions() -> dict[str, str]:
    """The versions that decide a run's numbers."""
    return {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }


WARM = Task((8, 8, 1), 2)


def dask_setup(worker: object) -> None:
    """Called once when a worker process starts: what the first training would wait for is done now."""
    _give_way()
    split = Split(np.zeros((4, 8, 8, 1), np.uint8), np.zeros(4, np.uint8))
    model = build(ModelSpec((8, 8, 1), (Conv2D(2), MaxPooling2D(), Flatten(), Dense(2, activation="softmax"))))
    trainer = Trainer(model, Recipe(examples=100, batch_size=4), WARM, split)
    trainer.start(np.arange(4))
    trainer.train(0, 1)
    Evaluator(model, WARM, split).evaluate(lambda: False)


def _give_way() -> None:
    """Let this process take only what nobody else wants, where it can: a page is waited for, a training is watched.

    Being nice is not enough: the many short waits of a page would each last until a training's turn is over.
    """
    if hasattr(os, "SCHED_IDLE"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
