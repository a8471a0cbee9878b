"""A Keras model with data on the device, measured many batches at a time: losses, right answers, outputs."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from explorer.datasets import Split, Task
from explorer.training.learner import Measured, Stopped

EVALUATION_BATCH = 250
EVALUATION_PART = 2500

LOSSES = {
    "sparse_categorical_crossentropy": keras.losses.sparse_categorical_crossentropy,
    "binary_crossentropy": keras.losses.binary_crossentropy,
    "mean_squared_error": keras.losses.mean_squared_error,
}


def penalty(model: keras.Model) -> tf.Tensor:
    """What the model's regularisers add to the loss of every batch, in training and in measuring alike."""
    return tf.add_n([*model.losses, tf.constant(0.0)])


class Evaluator:
    """Mean loss and share of right answers of a model over examples that it does not train on."""

    def __init__(self, model: keras.Model, task: Task, split: Split):
        self._model = model
        self._task = task
        self._inputs, self._labels = on_device(split, task)

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
            outputs = answers(self._model, seen(tf.gather(self._inputs, index)), training=False)
            total += tf.reduce_sum(losses(self._task, labels, outputs) + penalty(self._model))
            correct += tf.reduce_sum(hits(self._task, labels, outputs))
            # Outputs at every time step would be too many to keep.
            parts = parts.write(parts.size(), outputs[:0] if self._task.per_step else outputs)
        return total, correct, parts.concat()


def on_device(split: Split, task: Task) -> tuple[tf.Tensor, tf.Tensor]:
    """Inputs and labels as tensors."""
    classes = task.loss == "sparse_categorical_crossentropy"
    return tf.constant(split.inputs), tf.constant(split.labels, tf.int32 if classes else tf.float32)


def seen(inputs: tf.Tensor) -> tf.Tensor:
    """What the model sees: pixels 0 to 255 as numbers 0 to 1, all else as it is."""
    return tf.cast(inputs, tf.float32) / 255.0 if inputs.dtype == tf.uint8 else inputs


def answers(model: keras.Model, inputs: tf.Tensor, training: bool) -> tf.Tensor:
    """What the model says of a batch of inputs; several inputs lie after each other in its rows."""
    sizes = [source.shape[-1] for source in model.inputs]
    return model(inputs if len(sizes) == 1 else tf.split(inputs, sizes, axis=-1), training=training)


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
