"""Pooling: each channel by itself, no weights."""

from __future__ import annotations

import numpy as np

from explorer.layers.base import Context, LayerResult, LayerWeights, computes, computes_sequences
from explorer.layers.windows import padded, windows
from explorer.specs import (
    AveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)

AnyPooling = MaxPooling2D | AveragePooling2D


@computes(MaxPooling2D)
def max_pooling(layer: MaxPooling2D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """The largest value of each window: (n, height, width, channels) to fewer rows and columns."""
    return LayerResult(_largest(_pooled(layer, inputs, -np.inf)))


@computes(AveragePooling2D)
def average_pooling(layer: AveragePooling2D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """The mean of each window; cells that padding added do not count."""
    total = _pooled(layer, inputs, 0.0).sum(axis=(-2, -1))
    inside = _pooled(layer, np.ones_like(inputs[:1, :, :, :1]), 0.0).sum(axis=(-2, -1))
    return LayerResult(total / inside)


@computes(GlobalAveragePooling2D)
def global_average_pooling(layer: GlobalAveragePooling2D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """The mean of each map: (n, height, width, channels) to (n, channels)."""
    return LayerResult(inputs.mean(axis=(1, 2)))


@computes(GlobalMaxPooling2D)
def global_max_pooling(layer: GlobalMaxPooling2D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """The largest value of each map: (n, height, width, channels) to (n, channels)."""
    return LayerResult(inputs.max(axis=(1, 2)))


@computes(MaxPooling1D)
def max_pooling_along_time(layer: MaxPooling1D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """The largest value of each window of time steps: (n, time steps, channels) to fewer steps."""
    size, strides = (layer.pool_size, 1), (layer.strides or layer.pool_size, 1)
    framed = padded(inputs[:, :, np.newaxis], size, strides, layer.padding, -np.inf)
    return LayerResult(_largest(windows(framed, size, strides))[:, :, 0])


@computes(GlobalMaxPooling1D)
def global_max_pooling_along_time(layer: GlobalMaxPooling1D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """The largest value of each channel, masked steps too, as in Keras: (n, time steps, channels) to (n, channels)."""
    return LayerResult(inputs.max(axis=1))


@computes_sequences(GlobalAveragePooling1D)
def global_average_pooling_along_time(
    layer: GlobalAveragePooling1D, weights: LayerWeights, inputs: np.ndarray, context: Context
) -> LayerResult:
    """The mean of each channel over the steps that the mask leaves: (n, time steps, channels) to (n, channels).

    As in Keras a sequence of masked steps alone has no mean: its output is not a number.
    """
    if context.mask is None:
        return LayerResult(inputs.mean(axis=1))
    counts = context.mask[..., np.newaxis].astype(np.float32)
    with np.errstate(invalid="ignore"):
        return LayerResult((inputs * counts).sum(axis=1) / counts.sum(axis=1))


def _pooled(layer: AnyPooling, inputs: np.ndarray, border: float) -> np.ndarray:
    strides = layer.strides or layer.pool_size
    framed = padded(inputs, layer.pool_size, strides, layer.padding, border)
    return windows(framed, layer.pool_size, strides)


def _largest(patches: np.ndarray) -> np.ndarray:
    """The maximum over a window's cells, cell by cell: the window is small, the map is not."""
    largest = patches[..., 0, 0].copy()
    for row in range(patches.shape[-2]):
        for column in range(patches.shape[-1]):
            np.maximum(largest, patches[..., row, column], out=largest)
    return largest
