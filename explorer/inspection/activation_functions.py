"""The activation functions of hidden layers, and how steep they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.layers import ACTIVATIONS, LayerResult
from explorer.layers.gradients import before_activation
from explorer.specs import Activation

HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu")
"""The activations of hidden layers that the pages on training compare."""
REACH, POINTS = 5.0, 1001


@dataclass(frozen=True)
class Curve:
    """A function f and its derivative f' (points,) at places x (points,); the largest derivative and where it is."""

    name: str
    x: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    steepest: float
    at: float


def curve(name: str) -> Curve:
    """A function from -REACH to REACH."""
    x = np.linspace(-REACH, REACH, POINTS)
    slope = slopes(name, x)
    top = int(slope.argmax())
    return Curve(name, x, ACTIVATIONS[name](x), slope, float(slope[top]), float(x[top]))


def slopes(name: str, x: np.ndarray) -> np.ndarray:
    """The derivative f'(x) at every place; at a kink the one from the left."""
    result = LayerResult(ACTIVATIONS[name](x), logits=x)
    return before_activation(Activation(name), result, np.ones_like(x))
