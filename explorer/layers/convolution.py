"""Convolution over images and along time, as neural networks mean it: a cross-correlation plus a bias.

output[y, x, f] = activation(sum over i, j, c of input[y·s + i·d, x·s + j·d, c] · kernel[i, j, c, f] + bias[f])
(Goodfellow, Bengio, Courville: Deep Learning, equation 9.6, with strides s and dilation d).
"""

from __future__ import annotations

import numpy as np

from explorer.layers.activations import ACTIVATIONS
from explorer.layers.base import LayerResult, LayerWeights, computes
from explorer.layers.windows import Size, padded, windows
from explorer.specs import Conv1D, Conv2D


@computes(Conv2D)
def convolution(layer: Conv2D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """Images (n, height, width, channels) to feature maps (n, out height, out width, filters)."""
    logits = correlated(inputs, weights["kernel"], layer.strides, layer.padding, layer.dilation_rate)
    if layer.use_bias:
        logits += weights["bias"]
    return LayerResult(ACTIVATIONS[layer.activation](logits), logits=logits)


@computes(Conv1D)
def convolution_along_time(layer: Conv1D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """Sequences (n, time steps, features) to (n, windows, filters): as an image one column wide."""
    column, kernel = inputs[:, :, np.newaxis], weights["kernel"][:, np.newaxis]
    logits = correlated(column, kernel, (layer.strides, 1), layer.padding)[:, :, 0]
    if layer.use_bias:
        logits += weights["bias"]
    return LayerResult(ACTIVATIONS[layer.activation](logits), logits=logits)


def correlated(
    inputs: np.ndarray, kernel: np.ndarray, strides: Size, padding: str, dilation: Size = (1, 1)
) -> np.ndarray:
    """The kernel (height, width, channels, filters) at each of its places, without a bias."""
    size, filters = (kernel.shape[0], kernel.shape[1]), kernel.shape[-1]
    span = ((size[0] - 1) * dilation[0] + 1, (size[1] - 1) * dilation[1] + 1)
    patches = windows(padded(inputs, span, strides, padding), size, strides, dilation)
    # One row per window and one column per filter make the whole sum a matrix product.
    rows = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kernel[..., 0].size)
    product: np.ndarray = rows @ kernel.reshape(-1, filters)
    return product.reshape(*patches.shape[:3], filters)
