"""A Keras model with data on the device: trained or measured many batches at a time.

The step is that of Keras's guide to custom training loops
(https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/), with as many
batches in each call of the graph as fit into about half a second: pages hear of progress
twice a second, and no time goes into Python between batches.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from explorer import augmentation
from explorer.datasets import Split, Task
from explorer.training.loop import Chunk, Measured, Stopped
from explorer.training.recipe import Recipe

EVALUATION_BATCH = 250
EVALUATION_PART = 2500

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}
LOSSES = {
    "sparse_categorical_crossentropy": keras.losses.sparse_categorical_crossentropy,
    "binary_crossentropy": keras.losses.binary_crossentropy,
    "mean_squared_error": keras.losses.mean_squared_error,
}


class Trainer:
    """A model with the examples that it trains on."""

    def __init__(self, model: keras.Model, recipe: Recipe, task: Task, training: Split):
        self._model = model
        self._task = task
        self._batch_size = recipe.batch_size
        self._optimizer = OPTIMIZERS[recipe.optimizer](
            learning_rate=_learning_rate(recipe), clipnorm=recipe.clipnorm or None
        )
        self._optimizer.build(model.trainable_variables)
        self._inputs, self._labels = _on_device(training, task)
        self._augmentation = recipe.augmentation
        self._random = np.random.default_rng(recipe.seed)

    def start(self, order: np.ndarray) -> None:
        """Begin an epoch with the examples in this order, and new changes of images if the recipe asks for any."""
        for layer in self._model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()
        self._order, self._changes = tf.constant(order, tf.int32), None
        if self._augmentation is not None:
            size = (self._inputs.shape[1], self._inputs.shape[2])
            drawn = augmentation.draw(self._augmentation, len(order), size, self._random)
            matrices = augmentation.matrices(drawn, size).reshape(-1, 9)
            self._changes = tf.constant(matrices[:, :8], tf.float32)

    def train(self, first: int, last: int) -> Chunk:
        """Train on the epoch's batches `first` to `last` (excluded)."""
        sums = self._train(self._order, self._changes, tf.constant(first), tf.constant(last))
        steps, examples, total, correct, finite = (tensor.numpy() for tensor in sums)
        return Chunk(int(steps), int(examples), float(total), float(correct), bool(finite))

    @tf.function(reduce_retracing=True)
    def _train(
        self, order: tf.Tensor, changes: tf.Tensor | None, first: tf.Tensor, last: tf.Tensor
    ) -> tuple[tf.Tensor, ...]:
        step, examples, correct = first, tf.constant(0), tf.constant(0.0)
        total, finite = tf.constant(0.0), tf.constant(True)
        while step < last and finite:
            batch = slice(step * self._batch_size, (step + 1) * self._batch_size)
            index = order[batch]
            inputs, labels = seen(tf.gather(self._inputs, index)), tf.gather(self._labels, index)
            if changes is not None:
                inputs = transformed(inputs, changes[batch])
            with tf.GradientTape() as tape:
                outputs = self._model(inputs, training=True)
                mean = tf.reduce_mean(losses(self._task, labels, outputs))
                loss = mean + tf.add_n([*self._model.losses, tf.constant(0.0)])
            variables = self._model.trainable_variables
            self._optimizer.apply(tape.gradient(loss, variables), variables)
            count = tf.shape(labels)[0]
            total += loss * tf.cast(count, tf.float32)
            correct += tf.reduce_sum(hits(self._task, labels, outputs))
            examples += count
            finite = tf.math.is_finite(loss)
            step += 1
        return step - first, examples, total, correct, finite


def _learning_rate(recipe: Recipe) -> float | keras.optimizers.schedules.LearningRateSchedule:
    if recipe.learning_rate_schedule == "constant":
        return recipe.learning_rate
    return keras.optimizers.schedules.CosineDecay(recipe.learning_rate, recipe.epochs * recipe.steps_per_epoch)


class Evaluator:
    """Mean loss and share of right answers of a model over examples that it does not train on."""

    def __init__(self, model: keras.Model, task: Task, split: Split):
        self._model = model
        self._task = task
        self._inputs, self._labels = _on_device(split, task)

    def evaluate(self, should_stop: Callable[[], bool]) -> Measured:
        """What the model makes of all examples.

        Raises:
            Stopped: if asked to, between two parts of the data.
        """
        count = len(self._labels)
        loss, correct, outputs = 0.0, 0.0, []
        for first in range(0, count, EVALUATION_PART):
            if should_stop():
                raise Stopped
            last = min(first + EVALUATION_PART, count)
            part_loss, part_correct, part = self._evaluate(tf.constant(first), tf.constant(last))
            loss, correct = loss + float(part_loss), correct + float(part_correct)
            outputs.append(part.numpy())
        if self._task.per_step:
            return Measured(loss / count, correct / count, count)
        return Measured(loss / count, correct / count, count, np.concatenate(outputs), self._labels.numpy())

    @tf.function(reduce_retracing=True)
    def _evaluate(self, first: tf.Tensor, last: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        total, correct = tf.constant(0.0), tf.constant(0.0)
        parts = tf.TensorArray(tf.float32, 0, dynamic_size=True, infer_shape=False)
        for start in tf.range(first, last, EVALUATION_BATCH):
            index = tf.range(start, tf.minimum(start + EVALUATION_BATCH, last))
            labels = tf.gather(self._labels, index)
            outputs = self._model(seen(tf.gather(self._inputs, index)), training=False)
            total += tf.reduce_sum(losses(self._task, labels, outputs))
            correct += tf.reduce_sum(hits(self._task, labels, outputs))
            # Outputs at every time step would be too many to keep.
            parts = parts.write(parts.size(), outputs[:0] if self._task.per_step else outputs)
        return total, correct, parts.concat()


def _on_device(split: Split, task: Task) -> tuple[tf.Tensor, tf.Tensor]:
    classes = task.loss == "sparse_categorical_crossentropy"
    return tf.constant(split.inputs), tf.constant(split.labels, tf.int32 if classes else tf.float32)


def seen(inputs: tf.Tensor) -> tf.Tensor:
    """What the model sees: pixels 0 to 255 as numbers 0 to 1, all else as it is."""
    return tf.cast(inputs, tf.float32) / 255.0 if inputs.dtype == tf.uint8 else inputs


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


def losses(task: Task, labels: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """The loss of each example: labels (n,) or (n, time steps), outputs with an axis of units more, to (n,)."""
    if task.units == 1:
        labels = labels[..., tf.newaxis]
    return _per_example(LOSSES[task.loss](labels, outputs))


def hits(task: Task, labels: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Of each example the share of answers that count as right, as `Task.right` says: (n,)."""
    if task.loss == "sparse_categorical_crossentropy":
        right = tf.argmax(outputs, axis=-1, output_type=tf.int32) == labels
    elif task.loss == "binary_crossentropy":
        right = (outputs[..., 0] > 0.5) == (labels > 0.5)
    else:
        right = tf.abs(outputs[..., 0] - labels) <= task.tolerance
    return _per_example(tf.cast(right, tf.float32))


def _per_example(values: tf.Tensor) -> tf.Tensor:
    """The mean over the time steps, if there are any."""
    return tf.reduce_mean(values, axis=-1) if len(values.shape) > 1 else values
