"""The losses of the notes' table as functions of one output, for one example."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.layers.activations import sigmoid

EPSILON = 1e-7
"""Probabilities are kept this far from 0 and 1, as Keras does."""


def squared_error(output: np.ndarray, label: float) -> np.ndarray:
    """(y - ŷ)²."""
    return np.asarray((label - output) ** 2)


def cross_entropy(probability: np.ndarray, label: float) -> np.ndarray:
    """-(y·ln p + (1 - y)·ln(1 - p)); with several classes only -ln of the true class's probability is left."""
    kept = np.clip(probability, EPSILON, 1 - EPSILON)
    return np.asarray(-(label * np.log(kept) + (1 - label) * np.log1p(-kept)))


Curve = Callable[[np.ndarray, float], np.ndarray]
CURVES: dict[str, Curve] = {
    "mean_squared_error": squared_error,
    "binary_crossentropy": lambda logit, label: cross_entropy(sigmoid(logit), label),
    "sparse_categorical_crossentropy": lambda logit, label: cross_entropy(sigmoid(logit), 1.0),
}
"""By Keras's name: the loss over the last layer's weighted sum z, before its activation.

For several classes z is by how much the true class's sum leads all others together
(log-sum-exp), which makes softmax a sigmoid.
"""
