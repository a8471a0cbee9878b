"""Activation functions, each applied to every value of an array of any shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

LEAK = 0.2
"""Slope of leaky ReLU below zero."""


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


def leaky_relu(x: np.ndarray) -> np.ndarray:
    """x, or 0.2·x where x is negative: Keras's slope (Maas, Hannun, Ng 2013)."""
    return np.where(x > 0, x, np.asarray(LEAK, x.dtype) * x)


def elu(x: np.ndarray) -> np.ndarray:
    """x, or e^x - 1 where x is negative (Clevert, Unterthiner, Hochreiter 2016)."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def gelu(x: np.ndarray) -> np.ndarray:
    """x · Φ(x), with Φ the share of a standard normal distribution below x (Hendrycks and Gimpel 2016)."""
    return x * normal_share(x)


def normal_share(x: np.ndarray) -> np.ndarray:
    """Φ(x) = (1 + erf(x / √2)) / 2."""
    from scipy.special import erf

    return np.asarray(0.5 * (1 + erf(x / np.sqrt(2, dtype=x.dtype))))


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
    "leaky_relu": leaky_relu,
    "elu": elu,
    "gelu": gelu,
}
