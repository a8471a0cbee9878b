"""Batch normalisation as it computes in training, with the batch's own mean and variance.

Ioffe and Szegedy 2015, algorithm 1 and section 3: https://arxiv.org/abs/1502.03167.
"""

from __future__ import annotations

import numpy as np

from explorer.layers.base import LayerResult, LayerWeights
from explorer.specs import BatchNormalization


def batch_normalization(layer: BatchNormalization, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """gamma · x̂ + beta with x̂ = (x - μ_B) / sqrt(σ²_B + epsilon), each feature over the batch: (n, features)."""
    mean, variance = inputs.mean(axis=0), inputs.var(axis=0)
    normalized = (inputs - mean) / np.sqrt(variance + np.float32(layer.epsilon))
    return LayerResult(weights["gamma"] * normalized + weights["beta"], normalized=normalized)


def batch_normalization_back(
    layer: BatchNormalization, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray, normalized: np.ndarray
) -> np.ndarray:
    """(d - mean(d) - x̂·mean(d·x̂)) / sqrt(σ²_B + epsilon), with d = ∂J/∂output · gamma and means over the batch.

    μ_B and σ²_B depend on every example of the batch; the two means are their share.
    """
    d = gradient * weights["gamma"]
    spread = np.sqrt(inputs.var(axis=0) + np.float32(layer.epsilon))
    return np.asarray((d - d.mean(axis=0) - normalized * (d * normalized).mean(axis=0)) / spread)
