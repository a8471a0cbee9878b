"""What every layer of a model does with one batch in training: its outputs and the gradients that reach it."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from explorer.datasets import Task
from explorer.training.record import LayerStatistics
from explorer.training.worker.measuring import answers, losses, penalty

WITHOUT_GRAPH = 25
"""Building the graph takes as long as some ten measurements without it: a short training never needs one."""


class Watcher:
    """Measures all layers of a model; its weights, statistics and random numbers stay as they were."""

    def __init__(self, model: keras.Model, task: Task):
        self._model = model
        self._task = task
        self._inside = keras.Model(model.inputs, [layer.output for layer in model.layers])
        self._in_graph = tf.function(self._measure, reduce_retracing=True)
        # A recurrent layer's loop is compiled as a whole, and its gradient only in a graph.
        loops = any(isinstance(layer, (keras.layers.RNN, keras.layers.Bidirectional)) for layer in model.layers)
        self._left = 0 if loops else WITHOUT_GRAPH

    def measure(self, inputs: tf.Tensor, labels: tf.Tensor) -> tuple[LayerStatistics, ...]:
        """Each layer's statistics on a batch as the model sees it."""
        measure = self._measure if self._left else self._in_graph
        self._left = max(0, self._left - 1)
        numbers = measure(inputs, labels).numpy()
        return tuple(_statistics(layer, row) for layer, row in zip(self._model.layers, numbers, strict=True))

    def _measure(self, inputs: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """One row for each layer, in the order of `LayerStatistics`."""
        # Batch normalisation, dropout and stateful layers note what they have seen.
        before = [tf.identity(variable) for variable in self._model.non_trainable_variables]
        weights = [layer.trainable_weights for layer in self._model.layers]
        with tf.GradientTape() as tape:
            if inputs.dtype.is_floating:
                tape.watch(inputs)
            outputs = tf.nest.flatten(answers(self._inside, inputs, training=True))
            loss = tf.reduce_mean(losses(self._task, labels, outputs[-1])) + penalty(self._model)
        # Keras takes the loss of a sigmoid or softmax from its logits, so the output itself has no gradient.
        places = [*outputs[:-1], getattr(outputs[-1], "_keras_logits", outputs[-1])]
        gradients, weight_gradients = tape.gradient(loss, (places, weights), unconnected_gradients="zero")
        for variable, value in zip(self._model.non_trainable_variables, before, strict=True):
            variable.assign(value)
        return tf.stack([_row(*found) for found in zip(outputs, gradients, weight_gradients, strict=True)])


def _statistics(layer: keras.layers.Layer, row: np.ndarray) -> LayerStatistics:
    mean, deviation, zeros, dead, gradient, weight_gradient = map(float, row)
    learned = weight_gradient if layer.trainable_weights else None
    return LayerStatistics(layer.name, mean, deviation, zeros, dead, gradient, learned)


def _row(output: tf.Tensor, gradient: tf.Tensor, weight_gradients: list[tf.Tensor]) -> tf.Tensor:
    output, gradient = tf.cast(output, tf.float32), tf.cast(gradient, tf.float32)
    still = tf.cast(tf.equal(output, 0.0), tf.float32)
    each = tf.reshape(still, (-1, still.shape[-1]))
    count = tf.cast(tf.shape(output)[0], tf.float32)
    return tf.stack(
        [
            tf.reduce_mean(output),
            tf.math.reduce_std(output),
            tf.reduce_mean(still),
            tf.reduce_mean(tf.reduce_min(each, axis=0)),
            # The loss is a mean over the batch: times its size, and over the root of as many examples.
            tf.norm(gradient) * tf.sqrt(count),
            tf.linalg.global_norm(weight_gradients) if weight_gradients else tf.constant(0.0),
        ]
    )
