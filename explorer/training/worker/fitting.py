"""A Keras model with data on the device, trained many batches at a time.

The step is that of Keras's guide to custom training loops
(https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/), with as many
batches in each call of the graph as fit into about half a second: pages hear of progress
twice a second, and no time goes into Python between batches.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from explorer import augmentation
from explorer.datasets import Split, Task
from explorer.training.learner import Chunk
from explorer.training.recipe import Recipe
from explorer.training.record import LayerStatistics
from explorer.training.worker.measuring import answers, hits, losses, on_device, penalty, seen
from explorer.training.worker.proximal import SoftThreshold
from explorer.training.worker.watching import Watcher

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}


class Trainer:
    """A model with the examples that it trains on."""

    def __init__(self, model: keras.Model, recipe: Recipe, task: Task, training: Split):
        self._model = model
        self._task = task
        self._batch_size = recipe.batch_size
        self._optimizer = _optimizer(recipe)
        self._optimizer.build(model.trainable_variables)
        self._threshold = SoftThreshold(model) if recipe.proximal else None
        self._inputs, self._labels = on_device(training, task)
        self._augmentation = recipe.augmentation
        self._random = np.random.default_rng(recipe.seed)
        self._watcher: Watcher | None = None

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
        steps, examples, total, correct, finite, extra = (tensor.numpy() for tensor in sums)
        return Chunk(int(steps), int(examples), float(total), float(correct), bool(finite), float(extra))

    def watch(self, step: int) -> tuple[LayerStatistics, ...]:
        """Every layer on the epoch's batch `step`."""
        if self._watcher is None:
            self._watcher = Watcher(self._model, self._task)
        return self._watcher.measure(*self._batch(self._order, self._changes, tf.constant(step)))

    @tf.function(reduce_retracing=True)
    def _train(
        self, order: tf.Tensor, changes: tf.Tensor | None, first: tf.Tensor, last: tf.Tensor
    ) -> tuple[tf.Tensor, ...]:
        step, examples, correct = first, tf.constant(0), tf.constant(0.0)
        total, extra, finite = tf.constant(0.0), tf.constant(0.0), tf.constant(True)
        while step < last and finite:
            inputs, labels = self._batch(order, changes, step)
            with tf.GradientTape() as tape:
                outputs = answers(self._model, inputs, training=True)
                mean = tf.reduce_mean(losses(self._task, labels, outputs))
                loss = mean + penalty(self._model)
                smooth = loss - self._threshold.penalty() if self._threshold else loss
            variables, rate = self._model.trainable_variables, self._optimizer.learning_rate
            self._optimizer.apply(tape.gradient(smooth, variables), variables)
            if self._threshold:
                self._threshold.shrink(rate)
            count = tf.shape(labels)[0]
            total += loss * tf.cast(count, tf.float32)
            extra += (loss - mean) * tf.cast(count, tf.float32)
            correct += tf.reduce_sum(hits(self._task, labels, outputs))
            examples += count
            finite = tf.math.is_finite(loss)
            step += 1
        return step - first, examples, total, correct, finite, extra

    def _batch(self, order: tf.Tensor, changes: tf.Tensor | None, step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Inputs, as the model sees them, and labels of the epoch's batch `step`."""
        batch = slice(step * self._batch_size, (step + 1) * self._batch_size)
        index = order[batch]
        inputs, labels = seen(tf.gather(self._inputs, index)), tf.gather(self._labels, index)
        return inputs if changes is None else transformed(inputs, changes[batch]), labels


def _optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    momentum = {"momentum": recipe.momentum} if recipe.optimizer == "sgd" else {}
    return OPTIMIZERS[recipe.optimizer](
        learning_rate=_learning_rate(recipe),
        clipnorm=recipe.clipnorm or None,
        clipvalue=recipe.clipvalue or None,
        **momentum,
    )


def _learning_rate(recipe: Recipe) -> float | keras.optimizers.schedules.LearningRateSchedule:
    if recipe.learning_rate_schedule == "constant":
        return recipe.learning_rate
    return keras.optimizers.schedules.CosineDecay(recipe.learning_rate, recipe.epochs * recipe.steps_per_epoch)


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
