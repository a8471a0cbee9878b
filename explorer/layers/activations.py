"""Activation functions, each applied to every value of an array of any shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def linear(x: np.ndarray) -> np.ndarray:
    """The value itself."""
    return x


def relu(x: np.ndarray) -> np.ndarray:
    """max(x, 0): negative values become 0."""
    return np.maximum(x, 0)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x), written with tanh so that no large number overflows."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def tanh(x: np.ndarray) -> np.ndarray:
    """Hyperbolic tangent, between -1 and 1."""
    return np.tanh(x)


def softmax(x: np.ndarray) -> np.ndarray:
    """e^x / sum(e^x) over the last axis: probabilities that add up to 1."""
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": linear,
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softmax": softmax,
}
