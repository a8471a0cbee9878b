"""One run from its seed to its test accuracy, whatever it is that learns.

The loop decides the order of the examples, when to report, to stop and what to keep; a
`Learner` does the arithmetic.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from explorer.datasets import Split
from explorer.messages import N_, Message, message
from explorer.training.files import replace_with
from explorer.training.learner import Chunk, Diverged, Learner, Measured, Stopped
from explorer.training.predictions import PREDICTIONS, write_predictions
from explorer.training.progress import BatchReport, Event, sparser, thinned
from explorer.training.recipe import Recipe
from explorer.training.record import EpochResult, Status, StepStatistics
from explorer.training.run_file import read_record, write_record
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import not_kept

REPORT_SECONDS = 0.45
WATCH_SHARE = 0.1
"""Share of the training time that may go into watching the layers."""
SNAPSHOT_LIMIT_BYTES = 64 * 2**20


def split_validation(recipe: Recipe, split: Split, ordered: bool = False) -> tuple[Split, Split]:
    """Training and validation parts of the first `recipe.examples` examples.

    The same examples as ``train_test_split(test_size=..., random_state=seed)`` of scikit-learn,
    or if they are `ordered` in time the last ones. Without a validation part it is all of them.
    """
    if ordered:
        training, validation = np.split(np.arange(recipe.examples), [recipe.training_examples])
    else:
        order = np.random.RandomState(recipe.seed).permutation(recipe.examples)
        validation, training = np.split(order, [recipe.validation_examples])
    if not len(validation):
        validation = training
    return (
        Split(split.inputs[training], split.labels[training]),
        Split(split.inputs[validation], split.labels[validation]),
    )


def kept_results(folder: Path, found: Measured) -> dict[str, Any]:
    """Keep the predictions in a run's folder; returns what its record says of the test.

    Raises:
        OSError: if they cannot be written.
    """
    if found.outputs is not None and found.labels is not None:
        write_predictions(folder / PREDICTIONS, found.outputs, found.labels)
    return {"test_loss": found.loss, "test_accuracy": found.accuracy, "test_examples": found.examples}


class TrainingRun:
    """One run from its seed to its test accuracy."""

    def __init__(
        self,
        folder: Path,
        report: Callable[[Event], None],
        should_stop: Callable[[], bool],
        snapshots: SnapshotWriter | None = None,
    ):
        self.record = read_record(folder)
        self._folder = folder
        self._report = report
        self._should_stop = should_stop
        self._snapshots = snapshots or SnapshotWriter(folder / "snapshots.npz", SNAPSHOT_LIMIT_BYTES)
        self._started = time.monotonic()
        self._graph_built = False
        self._chunk_size = 1
        self._timed_examples = 0
        self._timed_seconds = 0.0
        self._watched_seconds = 0.0

    def begin(self, versions: dict[str, str]) -> None:
        """Note that the run has begun, and with which versions."""
        self._update(status=Status.RUNNING, versions=versions)

    def train(self, learner: Learner) -> None:
        """Let the learner train as the recipe says, and measure what it has learned.

        Raises:
            OSError: if the run's files cannot be written.
        """
        self._learner = learner
        self._keep_snapshot(0)
        status, problem = Status.FINISHED, None
        try:
            self._train_epochs(self.record.recipe)
        except Stopped:
            status = Status.STOPPED
        except Diverged as error:
            status = Status.DIVERGED
            problem = message(
                N_("The loss diverged at step {step}: it is no longer a number. Use a smaller learning rate."),
                step=f"{error.step:,}",
            )
        self._finish(status, problem)

    def _train_epochs(self, recipe: Recipe) -> None:
        best, waited = float("inf"), 0
        order = np.random.RandomState(recipe.seed)
        for epoch in range(1, recipe.epochs + 1):
            result = self._train_epoch(epoch, self._order(order))
            improved = result.val_loss < best
            best, waited = min(best, result.val_loss), 0 if improved else waited + 1
            if improved or not recipe.restore_best_weights:
                self._keep_model(epoch)
            self._keep_snapshot(epoch)
            self._update(history=(*self.record.history, result))
            self._report(Event(self.record.id, epoch=result))
            if recipe.patience and waited >= recipe.patience:
                return

    def _order(self, chance: np.random.RandomState) -> np.ndarray:
        """The epoch's order of examples: shuffled, unless the state at the end of one batch begins the next."""
        count = self.record.recipe.training_examples
        order = np.arange(count) if self.record.spec.stateful else chance.permutation(count)
        return order.astype(np.int32)

    def _train_epoch(self, epoch: int, order: np.ndarray) -> EpochResult:
        started = time.monotonic()
        steps = self.record.recipe.steps_per_epoch
        self._learner.start(order)
        if epoch == 1:
            self._watch(0, 0)
        step, loss, correct, seen, penalty = 0, 0.0, 0.0, 0, 0.0
        while step < steps:
            if self._should_stop():
                raise Stopped
            before = time.monotonic()
            chunk = self._learner.train(step, min(step + self._chunk_size, steps))
            seconds = time.monotonic() - before
            step += chunk.steps
            if not chunk.finite:
                raise Diverged((epoch - 1) * steps + step)
            loss, correct, seen = loss + chunk.loss, correct + chunk.correct, seen + chunk.examples
            penalty += chunk.penalty
            # The run's first call also builds the graph, so its time says nothing about a step.
            if self._graph_built:
                self._timed_examples += chunk.examples
                self._timed_seconds += seconds
                self._chunk_size = max(1, round(REPORT_SECONDS * chunk.steps / seconds))
            self._graph_built = True
            self._report_batch(epoch, step / steps, chunk)
            if self._watched_seconds <= WATCH_SHARE * self._timed_seconds:
                self._watch(epoch - 1 + step / steps, min(step, steps - 1))
        val_loss, val_accuracy = self._learner.validate(self._should_stop)
        if not np.isfinite(val_loss):
            raise Diverged(epoch * steps)
        seconds, standing = time.monotonic() - started, self._learner.penalty()
        return EpochResult(
            epoch, loss / seen, correct / seen, val_loss, val_accuracy, seconds, penalty / seen, standing
        )

    def _watch(self, position: float, step: int) -> None:
        """Report what every layer does with the batch `step`, if the recipe asks for it."""
        if not self.record.recipe.record_layers:
            return
        before = time.monotonic()
        statistics = StepStatistics(position, self._learner.watch(step))
        # The first time also builds the graph, and there is no training time yet that it could be a share of.
        if position:
            self._watched_seconds += time.monotonic() - before
        self.record = dataclasses.replace(self.record, statistics=sparser((*self.record.statistics, statistics)))
        self._report(Event(self.record.id, statistics=statistics))

    def _report_batch(self, epoch: int, done: float, chunk: Chunk) -> None:
        position = epoch - 1 + done
        loss = chunk.loss / chunk.examples
        points = thinned((*self.record.batches, (position, loss)))
        self.record = dataclasses.replace(self.record, batches=points)
        speed = self._examples_per_second() or 0.0
        recipe = self.record.recipe
        left = (recipe.epochs - position) * recipe.training_examples
        self._report(
            Event(
                self.record.id,
                batch=BatchReport(
                    epoch, position, loss, chunk.correct / chunk.examples, speed, left / speed if speed else 0.0
                ),
            )
        )

    def _examples_per_second(self) -> float | None:
        return self._timed_examples / self._timed_seconds if self._timed_seconds else None

    def _keep_snapshot(self, epoch: int) -> None:
        self._snapshots.add(epoch, self._learner.weights())

    def _keep_model(self, epoch: int) -> None:
        replace_with(self._folder / "model.keras", self._learner.save)
        self.record = dataclasses.replace(self.record, best_epoch=epoch)

    def _finish(self, status: Status, problem: Message | None) -> None:
        """Measure the kept model, if there is one, on the test examples."""
        kept = self._folder / "model.keras"
        if not kept.exists():
            self.end(status, problem)
            return
        self._learner.restore(kept)
        self.end(status, problem, **kept_results(self._folder, self._learner.test()))

    def end(self, status: Status, problem: Message | None = None, **results: Any) -> None:
        """Note how the run ended; when even that cannot be written, the record in memory says so."""
        self.record = dataclasses.replace(self.record, status=status, problem=problem, **results)
        try:
            self._update()
        except OSError as error:
            self.record = dataclasses.replace(self.record, status=Status.FAILED, problem=not_kept(error).problem)

    def _update(self, **changes: Any) -> None:
        self.record = dataclasses.replace(
            self.record,
            seconds=time.monotonic() - self._started,
            examples_per_second=self._examples_per_second(),
            **changes,
        )
        write_record(self._folder, self.record)
