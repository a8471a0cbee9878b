"""2-D convolution, as neural networks mean it: a cross-correlation plus a bias.

output[y, x, f] = activation(sum over i, j, c of input[y·s + i·d, x·s + j·d, c] · kernel[i, j, c, f] + bias[f])
(Goodfellow, Bengio, Courville: Deep Learning, equation 9.6, with strides s and dilation d).
"""

from __future__ import annotations

import numpy as np

from explorer.layers.activations import ACTIVATIONS
from explorer.layers.base import LayerResult, LayerWeights, computes
from explorer.layers.windows import padded, windows
from explorer.specs import Conv2D


@computes(Conv2D)
def convolution(layer: Conv2D, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """Images (n, height, width, channels) to feature maps (n, out height, out width, filters)."""
    kernel = weights["kernel"]
    span = (
        (layer.kernel_size[0] - 1) * layer.dilation_rate[0] + 1,
        (layer.kernel_size[1] - 1) * layer.dilation_rate[1] + 1,
    )
    framed = padded(inputs, span, layer.strides, layer.padding)
    patches = windows(framed, layer.kernel_size, layer.strides, layer.dilation_rate)
    # One row per window and one column per filter make the whole sum a matrix product.
    rows = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kernel[..., 0].size)
    logits = (rows @ kernel.reshape(-1, layer.filters)).reshape(*patches.shape[:3], layer.filters)
    if layer.use_bias:
        logits += weights["bias"]
    return LayerResult(ACTIVATIONS[layer.activation](logits), logits=logits)
