"""Pooling: each channel by itself, no weights."""

from __future__ import annotations

import numpy as np

from explorer.layers.base import LayerResult, LayerWeights, computes
from explorer.layers.windows import padded, windows
from explorer.specs import AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D

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
