"""Keras's recurrent layers with a faster way over the time steps; weights, settings and results are Keras's.

Keras goes over the steps with a loop of small TensorFlow operations, and most of the time goes into
starting them. Here LSTM's usual form is one call of TensorFlow's block kernel, and every other form one
loop that XLA compiles. What cannot be done so is left to Keras: recurrent dropout in training, number
types other than float32, unrolled layers.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from explorer.training.worker.loops import (
    Activation,
    Equation,
    States,
    block_lstm,
    compiles,
    gru_after,
    gru_before,
    loop,
    lstm,
    simple_rnn,
)

ROWS = 32
"""A batch is filled up to a multiple of this: each number of rows is compiled anew."""


class _Faster(keras.layers.RNN):
    """What the faster layers share: Keras calls `inner_loop` with everything else already done."""

    def inner_loop(
        self, sequences: tf.Tensor, initial_state: Any, mask: tf.Tensor | None, training: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """The last output, all outputs (rows, steps, units) and the last states, as Keras's own loop gives them."""
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        if not self.fast(sequences, mask, training):
            return super().inner_loop(sequences, initial_state, mask, training=training)
        if training and self.dropout:
            sequences = sequences * self.cell.get_dropout_mask(sequences[:, 0])[:, None]
        inputs = tf.transpose(sequences, [1, 0, 2])
        mask = None if mask is None else tf.transpose(tf.cast(mask, tf.bool))[..., None]
        if self.go_backwards:
            inputs, mask = inputs[::-1], None if mask is None else mask[::-1]
        states = self._walk(inputs, tuple(tf.nest.flatten(initial_state)), mask)
        outputs = states[0] if mask is None else self._shown(states[0], mask)
        return outputs[-1], tf.transpose(outputs, [1, 0, 2]), [state[-1] for state in states]

    def fast(self, sequences: tf.Tensor, mask: tf.Tensor | None, training: bool) -> bool:
        """Whether such a call takes the faster way, and not Keras's."""
        plain = not self.unroll and sequences.shape[1] is not None and sequences.dtype == tf.float32
        return plain and not (training and self.recurrent_dropout) and (self._block(mask) or compiles())

    def _block(self, mask: tf.Tensor | None) -> bool:
        """Whether TensorFlow has a kernel for all steps of this layer."""
        return False

    def _weights(self) -> tuple[Equation, tf.Tensor, States, tf.Tensor | None]:
        """The equation, its recurrent weights and extra weights, and the bias of its inputs."""
        raise NotImplementedError

    def _walk(self, inputs: tf.Tensor, initial: States, mask: tf.Tensor | None) -> States:
        """The states after each step: compiled, with rows added that no other row depends on."""
        rows = tf.shape(inputs)[1]
        spare = -rows % ROWS
        equation, weights, extra, bias = self._weights()
        inputs = tf.pad(inputs, [[0, 0], [0, spare], [0, 0]])
        inputs = tf.tensordot(inputs, tf.convert_to_tensor(self.cell.kernel), 1)
        inputs = inputs if bias is None else inputs + bias
        initial = tuple(tf.pad(state, [[0, spare], [0, 0]]) for state in initial)
        mask = None if mask is None else tf.pad(mask, [[0, 0], [0, spare], [0, 0]])
        states = loop(equation, self._activations())(inputs, weights, initial, extra, mask)
        return tuple(state[:, :rows] for state in states)

    def _activations(self) -> tuple[Activation, ...]:
        return self.activation, self.recurrent_activation

    def _shown(self, states: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """The outputs: at skipped steps the last one again, or 0 where Keras says so or there was none yet."""
        shown = mask if self.zero_output_for_mask else tf.cumsum(tf.cast(mask, tf.int32)) > 0
        return tf.where(shown, states, 0.0)

    def _bias(self) -> tf.Tensor | None:
        return None if self.cell.bias is None else tf.convert_to_tensor(self.cell.bias)


@keras.saving.register_keras_serializable("explorer")
class SimpleRNN(_Faster, keras.layers.SimpleRNN):
    """Keras's SimpleRNN, compiled."""

    def _weights(self) -> tuple[Equation, tf.Tensor, States, tf.Tensor | None]:
        return simple_rnn, tf.convert_to_tensor(self.cell.recurrent_kernel), (), self._bias()

    def _activations(self) -> tuple[Activation, ...]:
        return (self.activation,)


@keras.saving.register_keras_serializable("explorer")
class GRU(_Faster, keras.layers.GRU):
    """Keras's GRU, compiled."""

    def _weights(self) -> tuple[Equation, tf.Tensor, States, tf.Tensor | None]:
        weights, bias = tf.convert_to_tensor(self.cell.recurrent_kernel), self._bias()
        if not self.reset_after:
            return gru_before, weights[:, : 2 * self.units], (weights[:, 2 * self.units :],), bias
        bias = tf.zeros((2, 3 * self.units)) if bias is None else bias
        return gru_after, weights, (bias[1],), bias[0]


@keras.saving.register_keras_serializable("explorer")
class LSTM(_Faster, keras.layers.LSTM):
    """Keras's LSTM: TensorFlow's block kernel, or compiled where a mask or other activations are asked for."""

    def _block(self, mask: tf.Tensor | None) -> bool:
        usual = self.activation is keras.activations.tanh and self.recurrent_activation is keras.activations.sigmoid
        return usual and mask is None

    def _walk(self, inputs: tf.Tensor, initial: States, mask: tf.Tensor | None) -> States:
        if not self._block(mask):
            return super()._walk(inputs, initial, mask)
        bias = tf.zeros(4 * self.units) if self.cell.bias is None else self._bias()
        weights = tf.convert_to_tensor(self.cell.kernel), tf.convert_to_tensor(self.cell.recurrent_kernel)
        return tuple(block_lstm(inputs, *initial, *weights, bias))

    def _weights(self) -> tuple[Equation, tf.Tensor, States, tf.Tensor | None]:
        return lstm, tf.convert_to_tensor(self.cell.recurrent_kernel), (), self._bias()


FASTER: dict[str, type[keras.layers.Layer]] = {"SimpleRNN": SimpleRNN, "GRU": GRU, "LSTM": LSTM}
"""The faster class for a Keras layer's name."""
