"""L1 by its proximal operator: weights that reach zero and stay there.

The gradient of λ·|w| is ±λ however small w is, so a step along it jumps over zero and back
and hardly ever meets it. The proximal gradient method (Parikh and Boyd: Proximal Algorithms,
2014, section 4.2) leaves λ·Σ|w| out of the gradient; after each step with learning rate η it
takes the point that is best for λ·Σ|w| and near by: w ← sign(w)·max(|w| − η·λ, 0).
"""

from __future__ import annotations

import keras
import tensorflow as tf


class SoftThreshold:
    """The L1 shares of a model's kernels, also those of L1L2, kept out of the gradient."""

    def __init__(self, model: keras.Model):
        shares = ((weight, float(getattr(weight.regularizer, "l1", 0.0))) for weight in model.trainable_variables)
        self._shares = [(weight, l1) for weight, l1 in shares if l1]

    def penalty(self) -> tf.Tensor:
        """Σ l1·Σ|w|: what the gradient must not see."""
        return tf.add_n([*(l1 * tf.reduce_sum(tf.abs(weight)) for weight, l1 in self._shares), tf.constant(0.0)])

    def shrink(self, learning_rate: tf.Tensor) -> None:
        """Move every weight towards zero by learning_rate · l1; nearer ones become exactly zero."""
        for weight, l1 in self._shares:
            weight.assign(tf.sign(weight) * tf.maximum(tf.abs(weight) - learning_rate * l1, 0.0))
