"""A recurrent cell's way over all time steps, as one compiled loop or one kernel, with its gradient.

Going backwards, each step is computed once more from the states before it, and the recurrent weights'
gradient is one product at the end: back-propagation through time (Goodfellow, Bengio and Courville 2016,
section 10.2.2). Letters and gate order are Keras's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

States = tuple[tf.Tensor, ...]
Activation = Callable[[tf.Tensor], tf.Tensor]
Equation = Callable[..., States]
"""One step: (inputs · kernel + bias, h₋ · recurrent weights, states₋, extra weights, *activations) -> states."""


def simple_rnn(inputs: tf.Tensor, recurrent: tf.Tensor, _states: States, _extra: States, tanh: Activation) -> States:
    """h = tanh(x + h₋U)."""
    return (tanh(inputs + recurrent),)


def lstm(
    inputs: tf.Tensor, recurrent: tf.Tensor, states: States, _extra: States, tanh: Activation, sigmoid: Activation
) -> States:
    """c = f·c₋ + i·g; h = o·tanh(c)."""
    i, f, g, o = tf.split(inputs + recurrent, 4, axis=1)
    c = sigmoid(f) * states[1] + sigmoid(i) * tanh(g)
    return sigmoid(o) * tanh(c), c


def gru_after(
    inputs: tf.Tensor, recurrent: tf.Tensor, states: States, extra: States, tanh: Activation, sigmoid: Activation
) -> States:
    """h = z·h₋ + (1 - z)·tanh(x + r·(h₋U + b)); `extra` is the recurrent bias b of all gates."""
    (h,), (bias,) = states, extra
    x_z, x_r, x_g = tf.split(inputs, 3, axis=1)
    h_z, h_r, h_g = tf.split(recurrent + bias, 3, axis=1)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return (z * h + (1 - z) * tanh(x_g + r * h_g),)


def gru_before(
    inputs: tf.Tensor, recurrent: tf.Tensor, states: States, extra: States, tanh: Activation, sigmoid: Activation
) -> States:
    """h = z·h₋ + (1 - z)·tanh(x + (r·h₋)U); `recurrent` is that of both gates, `extra` the candidate's U."""
    (h,), (candidate,) = states, extra
    x_z, x_r, x_g = tf.split(inputs, 3, axis=1)
    h_z, h_r = tf.split(recurrent, 2, axis=1)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return (z * h + (1 - z) * tanh(x_g + tf.matmul(r * h, candidate)),)


@functools.cache
def compiles() -> bool:
    """Whether this TensorFlow can compile for the CPU; not every system's can."""
    try:
        tf.function(lambda x: x + x, jit_compile=True, autograph=False)(tf.constant(1.0))
    except tf.errors.OpError:
        return False
    return True


class Loop:
    """A cell's way over all steps, forwards and backwards, time first: inputs (steps, rows, columns)."""

    def __init__(self, equation: Equation, activations: tuple[Activation, ...]):
        self._equation = equation
        self._activations = activations
        self._forward = tf.function(self._go_forward, jit_compile=True, autograph=False)
        self._backward = tf.function(self._go_backward, jit_compile=True, autograph=False)

    def __call__(
        self, inputs: tf.Tensor, weights: tf.Tensor, initial: States, extra: States, mask: tf.Tensor | None
    ) -> States:
        """The states after each step, (steps, rows, units) each; `mask` (steps, rows, 1) is false where they stay."""

        @tf.custom_gradient
        def differentiable(inputs: tf.Tensor, weights: tf.Tensor, *others: tf.Tensor) -> Any:
            initial, extra = others[:count], others[count:]
            after = self._forward(inputs, weights, initial, extra, mask)

            def gradient(*wanted: tf.Tensor) -> list[tf.Tensor]:
                return tf.nest.flatten(self._backward(wanted, inputs, weights, initial, extra, mask, after))

            return after, gradient

        count = len(initial)
        return tuple(differentiable(inputs, weights, *initial, *extra))

    def _step(
        self, inputs: tf.Tensor, recurrent: tf.Tensor, states: States, extra: States, kept: tf.Tensor | None
    ) -> States:
        new = self._equation(inputs, recurrent, states, extra, *self._activations)
        if kept is None:
            return new
        return tuple(tf.where(kept, after, before) for after, before in zip(new, states, strict=True))

    def _go_forward(
        self, inputs: tf.Tensor, weights: tf.Tensor, initial: States, extra: States, mask: tf.Tensor | None
    ) -> States:
        steps = inputs.shape[0]

        def body(t: tf.Tensor, states: States, written: tuple[tf.TensorArray, ...]) -> tuple[Any, ...]:
            states = self._step(inputs[t], tf.matmul(states[0], weights), states, extra, _at(mask, t))
            return t + 1, states, tuple(array.write(t, state) for array, state in zip(written, states, strict=True))

        start = (0, initial, tuple(_array(steps, state) for state in initial))
        _, _, written = tf.while_loop(lambda t, *_: t < steps, body, start, maximum_iterations=steps)
        return tuple(array.stack() for array in written)

    def _go_backward(
        self,
        wanted: States,
        inputs: tf.Tensor,
        weights: tf.Tensor,
        initial: States,
        extra: States,
        mask: tf.Tensor | None,
        after: States,
    ) -> tuple[Any, ...]:
        """The gradients of inputs, weights, initial states and extra weights, from those `wanted` of all states."""
        steps = inputs.shape[0]
        before = tuple(tf.concat([first[None], rest[:-1]], 0) for first, rest in zip(initial, after, strict=True))
        recurrent = tf.tensordot(before[0], weights, 1)

        def body(
            t: tf.Tensor, d_states: States, d_extra: States, d_inputs: tf.TensorArray, d_recurrent: tf.TensorArray
        ) -> tuple[Any, ...]:
            sources = inputs[t], recurrent[t], tuple(state[t] for state in before), extra
            with tf.GradientTape() as tape:
                tape.watch(sources)
                new = self._step(*sources, _at(mask, t))
            arriving = [carried + own[t] for carried, own in zip(d_states, wanted, strict=True)]
            x, h, states, more = tape.gradient(new, sources, arriving, unconnected_gradients="zero")
            states = (states[0] + tf.matmul(h, weights, transpose_b=True), *states[1:])
            d_extra = tuple(total + part for total, part in zip(d_extra, more, strict=True))
            return t - 1, states, d_extra, d_inputs.write(t, x), d_recurrent.write(t, h)

        zeros = tuple(tf.zeros_like(state) for state in initial), tuple(tf.zeros_like(weight) for weight in extra)
        start = (steps - 1, *zeros, _array(steps, inputs[0]), _array(steps, recurrent[0]))
        _, d_initial, d_extra, d_inputs, d_recurrent = tf.while_loop(
            lambda t, *_: t >= 0, body, start, maximum_iterations=steps
        )
        d_weights = tf.tensordot(before[0], d_recurrent.stack(), ((0, 1), (0, 1)))
        return d_inputs.stack(), d_weights, d_initial, d_extra


def _at(mask: tf.Tensor | None, t: tf.Tensor) -> tf.Tensor | None:
    return None if mask is None else mask[t]


def _array(steps: int, like: tf.Tensor) -> tf.TensorArray:
    return tf.TensorArray(like.dtype, steps, element_shape=like.shape)


@functools.lru_cache(maxsize=32)
def loop(equation: Equation, activations: tuple[Activation, ...]) -> Loop:
    """The loop of a cell, kept: what was compiled for one training serves the next one."""
    return Loop(equation, activations)


@tf.custom_gradient
def block_lstm(
    inputs: tf.Tensor, h: tf.Tensor, c: tf.Tensor, kernel: tf.Tensor, recurrent_kernel: tf.Tensor, bias: tf.Tensor
) -> Any:
    """The states (h, c) after each step of an LSTM with tanh and sigmoid, (steps, rows, units) each.

    The kernel's gates are ordered as Keras's: i, f, g, o.
    """
    none = tf.zeros_like(bias[: recurrent_kernel.shape[0]])
    given = {
        "seq_len_max": tf.shape(inputs, tf.int64)[0],
        "x": inputs,
        "cs_prev": c,
        "h_prev": h,
        "w": tf.concat([kernel, recurrent_kernel], 0),
        "wci": none,
        "wcf": none,
        "wco": none,
        "b": bias,
        "use_peephole": False,
    }
    made = tf.raw_ops.BlockLSTMV2(**given, cell_clip=0)

    def gradient(h_grad: tf.Tensor, cs_grad: tf.Tensor) -> tuple[tf.Tensor, ...]:
        found = tf.raw_ops.BlockLSTMGradV2(**given, **made._asdict(), h_grad=h_grad, cs_grad=cs_grad)
        features = kernel.shape[0]
        weights = found.w_grad[:features], found.w_grad[features:]
        return found.x_grad, found.h_prev_grad, found.cs_prev_grad, *weights, found.b_grad

    return (made.h, made.cs), gradient
