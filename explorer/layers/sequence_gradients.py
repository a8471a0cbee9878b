"""Layers over sequences that have no memory, backwards; tokens have no gradient."""

from __future__ import annotations

import numpy as np

from explorer.layers.base import Context, LayerResult, LayerWeights
from explorer.layers.gradients import Grid, convolved_back, differentiates, differentiates_sequences, pooled_back
from explorer.specs import (
    CategoryEncoding,
    Conv1D,
    Embedding,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    MaxPooling1D,
)


@differentiates(CategoryEncoding)
@differentiates(Embedding)
def tokens(
    layer: Embedding | CategoryEncoding, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """Zeros in the shape of the tokens: which row is taken cannot change a little."""
    return np.zeros(inputs.shape, np.float32)


@differentiates(Conv1D)
def convolution_along_time(
    layer: Conv1D, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """As through a convolution over an image one column wide."""
    grid = Grid((layer.kernel_size, 1), (layer.strides, 1), layer.padding)
    kernel = weights["kernel"][:, np.newaxis]
    return convolved_back(inputs[:, :, np.newaxis], kernel, gradient[:, :, np.newaxis], grid)[:, :, 0]


@differentiates(MaxPooling1D)
def max_pooling_along_time(
    layer: MaxPooling1D, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """The largest step of each window takes its whole gradient; among equals the first, as in TensorFlow."""
    grid = Grid((layer.pool_size, 1), (layer.strides or layer.pool_size, 1), layer.padding)
    return pooled_back(inputs[:, :, np.newaxis], gradient[:, :, np.newaxis], grid)[:, :, 0]


@differentiates(GlobalMaxPooling1D)
def global_max_pooling_along_time(
    layer: GlobalMaxPooling1D, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """The largest step of a channel takes the channel's gradient; equal ones share it, as in tf.reduce_max."""
    largest = inputs == inputs.max(axis=1, keepdims=True)
    return largest * gradient[:, np.newaxis] / largest.sum(axis=1, keepdims=True, dtype=np.float32)


@differentiates_sequences(GlobalAveragePooling1D)
def global_average_pooling_along_time(
    layer: GlobalAveragePooling1D,
    weights: LayerWeights,
    inputs: np.ndarray,
    gradient: np.ndarray,
    result: LayerResult,
    context: Context,
) -> np.ndarray:
    """Every step that counts takes an equal share of the channel's gradient."""
    mask = np.ones(inputs.shape[:2], np.bool_) if context.mask is None else context.mask
    counts = mask[..., np.newaxis].astype(np.float32)
    # Where no step counts there is nothing to share, and no step to take it.
    return counts * gradient[:, np.newaxis] / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@differentiates_sequences(LayerNormalization)
def layer_normalization(
    layer: LayerNormalization,
    weights: LayerWeights,
    inputs: np.ndarray,
    gradient: np.ndarray,
    result: LayerResult,
    context: Context,
) -> np.ndarray:
    """(d - mean(d) - x̂·mean(d·x̂)) / sqrt(variance + epsilon), with d = ∂J/∂output · gamma and x̂ the normalised values.

    Mean and variance depend on every feature; the two means are their share. Means are over
    the last axis.
    """
    d, normalized = gradient * weights["gamma"], result.normalized
    spread = np.sqrt(inputs.var(axis=-1, keepdims=True) + np.float32(layer.epsilon))
    through_variance = normalized * (d * normalized).mean(axis=-1, keepdims=True)
    return (d - d.mean(axis=-1, keepdims=True) - through_variance) / spread
