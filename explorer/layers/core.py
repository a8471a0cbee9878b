"""Dense, Flatten, Activation, Dropout and batch normalisation at prediction."""

from __future__ import annotations

import numpy as np

from explorer.layers.activations import ACTIVATIONS
from explorer.layers.base import LayerResult, LayerWeights, computes
from explorer.specs import Activation, BatchNormalization, Dense, Dropout, Flatten, Rescaling


@computes(Flatten)
def flatten(layer: Flatten, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """All values of an example in one row: (n, ...) to (n, values)."""
    return LayerResult(inputs.reshape(len(inputs), -1))


@computes(Dense, supports_masking=True)
def dense(layer: Dense, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """output = activation(input · kernel + bias): (n, features) to (n, units)."""
    logits = inputs @ weights["kernel"]
    if layer.use_bias:
        logits += weights["bias"]
    return LayerResult(ACTIVATIONS[layer.activation](logits), logits=logits)


@computes(Activation, supports_masking=True)
def activation(layer: Activation, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """output = activation(input), value by value; softmax over the last axis."""
    return LayerResult(ACTIVATIONS[layer.activation](inputs), logits=inputs)


@computes(Rescaling, supports_masking=True)
def rescaling(layer: Rescaling, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """output = scale · input + offset, value by value."""
    return LayerResult(np.float32(layer.scale) * inputs + np.float32(layer.offset))


@computes(Dropout, supports_masking=True)
def dropout(layer: Dropout, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """At prediction nothing is switched off."""
    return LayerResult(inputs)


@computes(BatchNormalization, supports_masking=True)
def batch_normalization(layer: BatchNormalization, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """gamma · (x - moving mean) / sqrt(moving variance + epsilon) + beta, for each channel.

    Ioffe and Szegedy 2015, algorithm 2: https://arxiv.org/abs/1502.03167.
    """
    spread = np.sqrt(weights["moving_variance"] + layer.epsilon)
    normalized = (inputs - weights["moving_mean"]) / spread
    return LayerResult(weights["gamma"] * normalized + weights["beta"], normalized=normalized)
