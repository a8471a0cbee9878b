"""Training with Keras. The only module that imports it; the server never imports this one.

The step is that of Keras's guide to custom training loops
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
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from explorer import augmentation
from explorer.datasets import DATASETS, TEST, TRAIN, Split
from explorer.messages import N_, ExplorerError, message
from explorer.network import Weights
from explorer.specs import Conv2D, Dense, Flatten, MaxPooling2D, ModelSpec
from explorer.training.loop import Chunk, Measured, Stopped, TrainingRun, split_validation
from explorer.training.progress import Event
from explorer.training.recipe import Recipe
from explorer.training.record import Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import not_kept

EVALUATION_BATCH = 250
EVALUATION_PART = 2500

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}


def build(spec: ModelSpec, policy: str = "float32") -> keras.Sequential:
    """The Keras model of a specification, its layers named as the specification names them.

    All layers but the last compute with the dtype `policy`: probabilities need all their bits.
    """
    last = len(spec.layers) - 1
    layers = [
        getattr(keras.layers, type(layer).__name__)(
            **dataclasses.asdict(layer), name=name, dtype="float32" if index == last else policy
        )
        for index, (name, layer) in enumerate(zip(spec.names(), spec.layers, strict=True))
    ]
    return keras.Sequential([keras.Input(spec.input_shape), *layers])


def weights_of(model: keras.Model, spec: ModelSpec) -> Weights:
    """The model's weights by layer name and Keras weight name, as numpy arrays."""
    return {
        row.name: dict(zip(row.weight_shapes, model.get_layer(row.name).get_weights(), strict=True))
        for row in spec.summary()
        if row.weight_shapes
    }


class Trainer:
    """A model with its data on the device, trained or evaluated a range of batches at a time."""

    def __init__(self, model: keras.Model, recipe: Recipe, training: Split):
        self._model = model
        self._batch_size = recipe.batch_size
        self._optimizer = OPTIMIZERS[recipe.optimizer](learning_rate=_learning_rate(recipe))
        self._optimizer.build(model.trainable_variables)
        self._images = tf.constant(training.images)
        self._labels = tf.constant(training.labels, tf.int32)
        self._augmentation = recipe.augmentation
        self._random = np.random.default_rng(recipe.seed)

    def start(self, order: np.ndarray) -> None:
        """Begin an epoch with the images in this order, and new changes of them if the recipe asks for any."""
        self._order, self._changes = tf.constant(order, tf.int32), None
        if self._augmentation is not None:
            size = (self._images.shape[1], self._images.shape[2])
            drawn = augmentation.draw(self._augmentation, len(order), size, self._random)
            matrices = augmentation.matrices(drawn, size).reshape(-1, 9)
            self._changes = tf.constant(matrices[:, :8], tf.float32)

    def train(self, first: int, last: int) -> Chunk:
        """Train on the epoch's batches `first` to `last` (excluded)."""
        return _chunk(self._train(self._order, self._changes, tf.constant(first), tf.constant(last)))

    @tf.function(reduce_retracing=True)
    def _train(
        self, order: tf.Tensor, changes: tf.Tensor | None, first: tf.Tensor, last: tf.Tensor
    ) -> tuple[tf.Tensor, ...]:
        step, images, correct = first, tf.constant(0), tf.constant(0)
        total, finite = tf.constant(0.0), tf.constant(True)
        while step < last and finite:
            batch = slice(step * self._batch_size, (step + 1) * self._batch_size)
            index = order[batch]
            inputs, labels = scaled(tf.gather(self._images, index)), tf.gather(self._labels, index)
            if changes is not None:
                inputs = transformed(inputs, changes[batch])
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


def _learning_rate(recipe: Recipe) -> float | keras.optimizers.schedules.LearningRateSchedule:
    if recipe.learning_rate_schedule == "constant":
        return recipe.learning_rate
    return keras.optimizers.schedules.CosineDecay(recipe.learning_rate, recipe.epochs * recipe.steps_per_epoch)


class Evaluator:
    """Mean loss and accuracy of a model over images that it does not train on."""

    def __init__(self, model: keras.Model, split: Split):
        self._model = model
        self._images = tf.constant(split.images)
        self._labels = tf.constant(split.labels, tf.int32)

    def evaluate(self, should_stop: Callable[[], bool]) -> Measured:
        """What the model makes of all images.

        Raises:
            Stopped: if asked to, between two parts of the data.
        """
        count = len(self._labels)
        loss, correct, probabilities = 0.0, 0, []
        for first in range(0, count, EVALUATION_PART):
            if should_stop():
                raise Stopped
            last = min(first + EVALUATION_PART, count)
            part_loss, part_correct, part = self._evaluate(tf.constant(first), tf.constant(last))
            loss, correct = loss + float(part_loss), correct + int(part_correct)
            probabilities.append(part.numpy())
        return Measured(loss / count, correct / count, np.concatenate(probabilities), self._labels.numpy())

    @tf.function(reduce_retracing=True)
    def _evaluate(self, first: tf.Tensor, last: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        total, correct = tf.constant(0.0), tf.constant(0)
        parts = tf.TensorArray(tf.float32, 0, dynamic_size=True, infer_shape=False)
        for start in tf.range(first, last, EVALUATION_BATCH):
            index = tf.range(start, tf.minimum(start + EVALUATION_BATCH, last))
            labels = tf.gather(self._labels, index)
            probabilities = self._model(scaled(tf.gather(self._images, index)), training=False)
            total += tf.reduce_sum(keras.losses.sparse_categorical_crossentropy(labels, probabilities))
            correct += hits(labels, probabilities)
            parts = parts.write(parts.size(), probabilities)
        return total, correct, parts.concat()


def scaled(images: tf.Tensor) -> tf.Tensor:
    """Pixels 0 to 255 as numbers 0 to 1."""
    return tf.cast(images, tf.float32) / 255.0


def transformed(images: tf.Tensor, changes: tf.Tensor) -> tf.Tensor:
    """Images changed as `augmentation.apply` does; `changes` are the matrices without their last 1: (n, 8)."""
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=changes,
        output_shape=tf.shape(images)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def hits(labels: tf.Tensor, probabilities: tf.Tensor) -> tf.Tensor:
    """How many labels have the highest probability."""
    predicted = tf.argmax(probabilities, axis=-1, output_type=tf.int32)
    return tf.reduce_sum(tf.cast(predicted == labels, tf.int32))


def _chunk(tensors: tuple[tf.Tensor, ...]) -> Chunk:
    steps, images, total, correct, finite = (tensor.numpy() for tensor in tensors)
    return Chunk(int(steps), int(images), float(total), int(correct), bool(finite))


class KerasLearner:
    """The `Learner` of a request: its data, its model and its optimizer, all from the seed.

    Whatever dtype policy it trains with, the model that is kept and tested computes in float32.
    """

    def __init__(self, request: Request):
        recipe = request.recipe
        self._request = request
        whole = DATASETS[request.dataset].load(request.variant, TRAIN)
        training, validation = split_validation(recipe, whole)
        keras.backend.clear_session()
        keras.utils.set_random_seed(recipe.seed)
        self._model = build(request.spec, recipe.dtype_policy)
        self._trainer = Trainer(self._model, recipe, training)
        self._validation = Evaluator(self._model, validation)

    def start(self, order: np.ndarray) -> None:
        self._trainer.start(order)

    def train(self, first: int, last: int) -> Chunk:
        return self._trainer.train(first, last)

    def validate(self, should_stop: Callable[[], bool]) -> tuple[float, float]:
        found = self._validation.evaluate(should_stop)
        return found.loss, found.accuracy

    def test(self) -> Measured:
        split = DATASETS[self._request.dataset].load(self._request.variant, TEST)
        return Evaluator(self._model, split).evaluate(lambda: False)

    def weights(self) -> Weights:
        return weights_of(self._model, self._request.spec)

    def save(self, path: Path) -> None:
        self._exact().save(path)

    def restore(self, path: Path) -> None:
        self._model = self._exact()
        self._model.load_weights(path)

    def _exact(self) -> keras.Sequential:
        """The model in float32: itself, or a copy."""
        if self._request.recipe.dtype_policy == "float32":
            return self._model
        exact = build(self._request.spec)
        exact.set_weights(self._model.get_weights())
        return exact


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
        run.train(KerasLearner(run.record.request))
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
    trainer = Trainer(model, Recipe(images=100, batch_size=4), split)
    trainer.start(np.arange(4))
    trainer.train(0, 1)
    Evaluator(model, split).evaluate(lambda: False)
