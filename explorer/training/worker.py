"""Training with Keras. The only module that imports it; the server never imports this one.

The loop is Keras's documented custom training loop
(https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/), with as many
batches in each call of the graph as fit into about half a second: pages hear of progress
twice a second, and no time goes into Python between batches.
"""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import dataclasses
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from explorer.datasets import DATASETS, TEST, TRAIN, Split
from explorer.messages import N_, ExplorerError, Message, message
from explorer.network import Weights
from explorer.specs import Conv2D, Dense, Flatten, MaxPooling2D, ModelSpec
from explorer.training.files import replace_with
from explorer.training.progress import BatchReport, Event, thinned
from explorer.training.recipe import Recipe
from explorer.training.record import EpochResult, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import not_kept, read_record, write_record

REPORT_SECONDS = 0.45
EVALUATION_BATCH = 250
EVALUATION_PART = 2500
SNAPSHOT_LIMIT_BYTES = 64 * 2**20

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}


def build(spec: ModelSpec) -> keras.Sequential:
    """The Keras model of a specification, its layers named as the specification names them."""
    layers = [
        getattr(keras.layers, type(layer).__name__)(**dataclasses.asdict(layer), name=name)
        for name, layer in zip(spec.names(), spec.layers, strict=True)
    ]
    return keras.Sequential([keras.Input(spec.input_shape), *layers])


def weights_of(model: keras.Model, spec: ModelSpec) -> Weights:
    """The model's weights by layer name and Keras weight name, as numpy arrays."""
    return {
        row.name: dict(zip(row.weight_shapes, model.get_layer(row.name).get_weights(), strict=True))
        for row in spec.summary()
        if row.weight_shapes
    }


def split_validation(recipe: Recipe, split: Split) -> tuple[Split, Split]:
    """Training and validation parts of the first `recipe.images` images.

    The same images as ``train_test_split(test_size=..., random_state=seed)`` of scikit-learn.
    """
    order = np.random.RandomState(recipe.seed).permutation(recipe.images)
    validation, training = order[: recipe.validation_images], order[recipe.validation_images :]
    return (
        Split(split.images[training], split.labels[training]),
        Split(split.images[validation], split.labels[validation]),
    )


@dataclass(frozen=True)
class Chunk:
    """Sums over the batches of one graph call; `steps` may be fewer than asked if the loss broke."""

    steps: int
    images: int
    loss: float
    correct: int
    finite: bool


class Trainer:
    """A model with its data on the device, trained or evaluated a range of batches at a time."""

    def __init__(self, model: keras.Model, recipe: Recipe, training: Split):
        self._model = model
        self._batch_size = recipe.batch_size
        self._optimizer = OPTIMIZERS[recipe.optimizer](learning_rate=recipe.learning_rate)
        self._optimizer.build(model.trainable_variables)
        self._images = tf.constant(training.images)
        self._labels = tf.constant(training.labels, tf.int32)

    def train(self, order: tf.Tensor, first: int, last: int) -> Chunk:
        """Train on batches `first` to `last` (excluded) of the images in `order`."""
        return _chunk(self._train(order, tf.constant(first), tf.constant(last)))

    @tf.function(reduce_retracing=True)
    def _train(self, order: tf.Tensor, first: tf.Tensor, last: tf.Tensor) -> tuple[tf.Tensor, ...]:
        step, images, correct = first, tf.constant(0), tf.constant(0)
        total, finite = tf.constant(0.0), tf.constant(True)
        while step < last and finite:
            index = order[step * self._batch_size : (step + 1) * self._batch_size]
            inputs, labels = scaled(tf.gather(self._images, index)), tf.gather(self._labels, index)
            with tf.GradientTape() as tape:
                probabilities = self._model(inputs, training=True)
                losses = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
                loss = tf.reduce_mean(losses) + tf.add_n([*self._model.losses, tf.constant(0.0)])
            variables = self._model.trainable_variables
            self._optimizer.apply(tape.gradient(loss, variables), variables)
            count = tf.size(labels)
            total += loss * tf.cast(count, tf.float32)
            correct += hits(labels, probabilities)
            images += count
            finite = tf.math.is_finite(loss)
            step += 1
        return step - first, images, total, correct, finite


class Evaluator:
    """Mean loss and accuracy of a model over images that it does not train on."""

    def __init__(self, model: keras.Model, split: Split):
        self._model = model
        self._images = tf.constant(split.images)
        self._labels = tf.constant(split.labels, tf.int32)

    def evaluate(self, should_stop: Callable[[], bool]) -> tuple[float, float]:
        """Loss and accuracy over all images.

        Raises:
            Stopped: if asked to, between two parts of the data.
        """
        count = len(self._labels)
        loss, correct = 0.0, 0
        for first in range(0, count, EVALUATION_PART):
            if should_stop():
                raise Stopped
            last = min(first + EVALUATION_PART, count)
            part_loss, part_correct = self._evaluate(tf.constant(first), tf.constant(last))
            loss, correct = loss + float(part_loss), correct + int(part_correct)
        return loss / count, correct / count

    @tf.function(reduce_retracing=True)
    def _evaluate(self, first: tf.Tensor, last: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        total, correct = tf.constant(0.0), tf.constant(0)
        for start in tf.range(first, last, EVALUATION_BATCH):
            index = tf.range(start, tf.minimum(start + EVALUATION_BATCH, last))
            labels = tf.gather(self._labels, index)
            probabilities = self._model(scaled(tf.gather(self._images, index)), training=False)
            total += tf.reduce_sum(keras.losses.sparse_categorical_crossentropy(labels, probabilities))
            correct += hits(labels, probabilities)
        return total, correct


class Stopped(Exception):
    """Somebody asked for the run to end."""


class Diverged(Exception):
    """The loss is no longer a number; `step` counts batches from the run's start."""

    def __init__(self, step: int):
        super().__init__(step)
        self.step = step


def scaled(images: tf.Tensor) -> tf.Tensor:
    """Pixels 0 to 255 as numbers 0 to 1."""
    return tf.cast(images, tf.float32) / 255.0


def hits(labels: tf.Tensor, probabilities: tf.Tensor) -> tf.Tensor:
    """How many labels have the highest probability."""
    predicted = tf.argmax(probabilities, axis=-1, output_type=tf.int32)
    return tf.reduce_sum(tf.cast(predicted == labels, tf.int32))


def _chunk(tensors: tuple[tf.Tensor, ...]) -> Chunk:
    steps, images, total, correct, finite = (tensor.numpy() for tensor in tensors)
    return Chunk(int(steps), int(images), float(total), int(correct), bool(finite))


def train_run(
    folder: Path,
    report: Callable[[Event], None],
    should_stop: Callable[[], bool],
    snapshots: SnapshotWriter | None = None,
) -> RunRecord:
    """Train the run whose ``run.json`` lies in `folder` and leave its model, weights and history there."""
    run = TrainingRun(folder, report, should_stop, snapshots)
    try:
        run.train()
    except ExplorerError as error:
        run.end(Status.FAILED, problem=error.problem)
    except OSError as error:
        run.end(Status.FAILED, problem=not_kept(error).problem)
    except tf.errors.ResourceExhaustedError:
        run.end(
            Status.FAILED,
            problem=message(N_("The machine ran out of memory; use a smaller batch or a smaller model.")),
        )
    return run.record


class TrainingRun:
    """One run from its seed to its test accuracy."""

    def __init__(
        self,
        folder: Path,
        report: Callable[[Event], None],
        should_stop: Callable[[], bool],
        snapshots: SnapshotWriter | None,
    ):
        self.record = read_record(folder)
        self._folder = folder
        self._report = report
        self._should_stop = should_stop
        self._snapshots = snapshots or SnapshotWriter(folder / "snapshots.npz", SNAPSHOT_LIMIT_BYTES)
        self._started = time.monotonic()
        self._graph_built = False
        self._chunk_size = 1
        self._timed_images = 0
        self._timed_seconds = 0.0

    def train(self) -> None:
        request, recipe = self.record.request, self.record.recipe
        self._update(status=Status.RUNNING, versions=versions())
        training, validation = split_validation(recipe, DATASETS[request.dataset].load(request.variant, TRAIN))
        keras.backend.clear_session()
        keras.utils.set_random_seed(recipe.seed)
        self._model = build(self.record.spec)
        self._trainer = Trainer(self._model, recipe, training)
        self._validation = Evaluator(self._model, validation)
        self._keep_snapshot(0)
        status, problem = Status.FINISHED, None
        try:
            self._train_epochs(recipe)
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
            result = self._train_epoch(epoch, order.permutation(recipe.training_images).astype(np.int32))
            improved = result.val_loss < best
            best, waited = min(best, result.val_loss), 0 if improved else waited + 1
            if improved or not recipe.restore_best_weights:
                self._keep_model(epoch)
            self._keep_snapshot(epoch)
            self._update(history=(*self.record.history, result))
            self._report(Event(self.record.id, epoch=result))
            if recipe.patience and waited >= recipe.patience:
                return

    def _train_epoch(self, epoch: int, order: np.ndarray) -> EpochResult:
        started = time.monotonic()
        steps = self.record.recipe.steps_per_epoch
        on_device = tf.constant(order)
        step, loss, correct, images = 0, 0.0, 0, 0
        while step < steps:
            if self._should_stop():
                raise Stopped
            before = time.monotonic()
            chunk = self._trainer.train(on_device, step, min(step + self._chunk_size, steps))
            seconds = time.monotonic() - before
            step += chunk.steps
            if not chunk.finite:
                raise Diverged((epoch - 1) * steps + step)
            loss, correct, images = loss + chunk.loss, correct + chunk.correct, images + chunk.images
            # The run's first call also builds the graph, so its time says nothing about a step.
            if self._graph_built:
                self._timed_images += chunk.images
                self._timed_seconds += seconds
                self._chunk_size = max(1, round(REPORT_SECONDS * chunk.steps / seconds))
            self._graph_built = True
            self._report_batch(epoch, step / steps, chunk)
        val_loss, val_accuracy = self._validation.evaluate(self._should_stop)
        if not np.isfinite(val_loss):
            raise Diverged(epoch * steps)
        return EpochResult(epoch, loss / images, correct / images, val_loss, val_accuracy, time.monotonic() - started)

    def _report_batch(self, epoch: int, done: float, chunk: Chunk) -> None:
        position = epoch - 1 + done
        loss = chunk.loss / chunk.images
        points = thinned((*self.record.batches, (position, loss)))
        self.record = dataclasses.replace(self.record, batches=points)
        speed = self._images_per_second() or 0.0
        recipe = self.record.recipe
        left = (recipe.epochs - position) * recipe.training_images
        self._report(
            Event(
                self.record.id,
                batch=BatchReport(
                    epoch, position, loss, chunk.correct / chunk.images, speed, left / speed if speed else 0.0
                ),
            )
        )

    def _images_per_second(self) -> float | None:
        return self._timed_images / self._timed_seconds if self._timed_seconds else None

    def _keep_snapshot(self, epoch: int) -> None:
        self._snapshots.add(epoch, weights_of(self._model, self.record.spec))

    def _keep_model(self, epoch: int) -> None:
        replace_with(self._folder / "model.keras", self._model.save)
        self.record = dataclasses.replace(self.record, best_epoch=epoch)

    def _finish(self, status: Status, problem: Message | None) -> None:
        """Measure the kept model on the test images; a diverged one has nothing to measure."""
        kept = self._folder / "model.keras"
        loss = accuracy = None
        images = 0
        if kept.exists():
            self._model.load_weights(kept)
            request = self.record.request
            split = DATASETS[request.dataset].load(request.variant, TEST)
            loss, accuracy = Evaluator(self._model, split).evaluate(lambda: False)
            images = len(split.labels)
        self.end(status, problem, test_loss=loss, test_accuracy=accuracy, test_images=images)

    def end(self, status: Status, problem: Message | None = None, **results: object) -> None:
        self.record = dataclasses.replace(self.record, status=status, problem=problem, **results)
        try:
            self._update()
        except OSError as error:
            self.record = dataclasses.replace(self.record, status=Status.FAILED, problem=not_kept(error).problem)

    def _update(self, **changes: object) -> None:
        self.record = dataclasses.replace(
            self.record,
            seconds=time.monotonic() - self._started,
            images_per_second=self._images_per_second(),
            **changes,
        )
        write_record(self._folder, self.record)


def versions() -> dict[str, str]:
    """The versions that decide a run's numbers."""
    return {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }


def dask_setup(worker: object) -> None:
    """Called once when a worker process starts: what the first training would wait for is done now."""
    split = Split(np.zeros((4, 8, 8, 1), np.uint8), np.zeros(4, np.uint8))
    model = build(ModelSpec((8, 8, 1), (Conv2D(2), MaxPooling2D(), Flatten(), Dense(2, activation="softmax"))))
    Trainer(model, Recipe(images=100, batch_size=4), split).train(tf.range(4), 0, 1)
    Evaluator(model, split).evaluate(lambda: False)
