"""Each layer backwards: from the gradient of its output to the gradient of its input, by the chain rule.

A gradient has the shape of the values it belongs to and says how fast one number further
on, such as a class's logit, grows with each of them. As everywhere here, batch first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from explorer.layers.activations import LEAK, normal_share
from explorer.layers.base import Context, LayerResult, LayerWeights
from explorer.layers.windows import padded, same_padding, windows
from explorer.specs import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Layer,
    MaxPooling2D,
    Rescaling,
)

Backward = Callable[[Any, LayerWeights, np.ndarray, np.ndarray], np.ndarray]
"""Layer, its weights, its inputs, gradient of its logits (or of its output, if it has none): gradient of its inputs."""

SequenceBackward = Callable[[Any, LayerWeights, np.ndarray, np.ndarray, LayerResult, Context], np.ndarray]
"""As `Backward`, with the layer's result and what it heeded in the forward pass."""

BACKWARD: dict[type[Layer], SequenceBackward] = {}

DERIVATIVES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "linear": lambda output, gradient: gradient,
    "relu": lambda output, gradient: gradient * (output > 0),
    "sigmoid": lambda output, gradient: gradient * output * (1 - output),
    "tanh": lambda output, gradient: gradient * (1 - output**2),
    "softmax": lambda output, gradient: output * (gradient - (gradient * output).sum(axis=-1, keepdims=True)),
    "leaky_relu": lambda output, gradient: gradient * np.where(output > 0, np.float32(1), np.float32(LEAK)),
    "elu": lambda output, gradient: gradient * np.where(output > 0, np.float32(1), output + 1),
}
"""Gradient of the logits z from the output y = f(z) and its gradient.

f'(z) in terms of y: relu 1 where y > 0 (elsewhere leaky ReLU its slope, ELU y + 1), sigmoid
y(1 - y), tanh 1 - y² (Goodfellow, Bengio, Courville: Deep Learning, section 6.3). Softmax mixes
its values, so its whole Jacobian diag(y) - y·yᵀ takes part.
"""


def differentiates(kind: type[Layer]) -> Callable[[Backward], Backward]:
    """Register the function that takes a gradient back through a kind of layer."""

    def register(function: Backward) -> Backward:
        BACKWARD[kind] = lambda layer, weights, inputs, gradient, _result, _context: function(
            layer, weights, inputs, gradient
        )
        return function

    return register


def differentiates_sequences(kind: type[Layer]) -> Callable[[SequenceBackward], SequenceBackward]:
    """Register the function that takes a gradient back through a kind of layer over sequences."""

    def register(function: SequenceBackward) -> SequenceBackward:
        BACKWARD[kind] = function
        return function

    return register


def before_activation(layer: Layer, result: LayerResult, gradient: np.ndarray) -> np.ndarray:
    """The gradient of a layer's logits from that of its output; the same for a layer without activation."""
    if result.logits is None:
        return gradient
    name = getattr(layer, "activation", "linear")
    if name == "gelu":
        return gradient * gelu_slope(result.logits)
    return DERIVATIVES[name](result.output, gradient)


def gelu_slope(logits: np.ndarray) -> np.ndarray:
    """d/dz z·Φ(z) = Φ(z) + z·φ(z), with φ the density of the standard normal distribution; y alone does not tell z."""
    density = np.exp(-0.5 * logits**2) / np.sqrt(2 * np.pi, dtype=logits.dtype)
    return normal_share(logits) + logits * density


def backward(
    layer: Layer,
    weights: LayerWeights,
    inputs: np.ndarray,
    gradient: np.ndarray,
    result: LayerResult,
    context: Context | None = None,
) -> np.ndarray:
    """The gradient of a layer's inputs from that of its logits, or of its output if it has none.

    All as Keras computes at prediction: dropout lets everything pass, batch normalisation
    takes its running statistics for constants.
    """
    return BACKWARD[type(layer)](layer, weights, inputs, gradient, result, context or Context())


@differentiates(Conv2D)
def convolution(layer: Conv2D, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """∂J/∂input[y, x, c] = sum over i, j, f of kernel[i, j, c, f] · ∂J/∂logits[(y - i·d)/s, (x - j·d)/s, f].

    Each logit hands its gradient to the cells of its window, weighted as it weighted them
    (Deep Learning, equations 9.12 and 9.13, with dilation d beside the stride s).
    """
    grid = Grid(layer.kernel_size, layer.strides, layer.padding, layer.dilation_rate)
    return convolved_back(inputs, weights["kernel"], gradient, grid)


@differentiates(MaxPooling2D)
def max_pooling(layer: MaxPooling2D, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Only the largest cell of each window counts, so it takes the whole gradient.

    Among equals it is the first from the top left, as in TensorFlow.
    """
    return pooled_back(inputs, gradient, _pooling_grid(layer))


@differentiates(AveragePooling2D)
def average_pooling(
    layer: AveragePooling2D, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """Every cell of a window takes an equal share of its gradient; cells that padding added do not count."""
    grid = _pooling_grid(layer)
    ones = padded(np.ones_like(inputs[:1, :, :, :1]), grid.size, grid.strides, grid.padding)
    share = gradient / windows(ones, grid.size, grid.strides).sum(axis=(-2, -1))
    return _handed_back(inputs, grid, lambda i, j: share)


@differentiates(GlobalAveragePooling2D)
def global_average_pooling(
    layer: GlobalAveragePooling2D, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """Every cell of a map takes an equal share of the map's gradient."""
    _, height, width, _ = inputs.shape
    return np.broadcast_to(gradient[:, np.newaxis, np.newaxis] / np.float32(height * width), inputs.shape)


@differentiates(GlobalMaxPooling2D)
def global_max_pooling(
    layer: GlobalMaxPooling2D, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """The largest cell of a map takes the map's gradient; equal ones share it, as in tf.reduce_max."""
    largest = inputs == inputs.max(axis=(1, 2), keepdims=True)
    share = gradient[:, np.newaxis, np.newaxis] / largest.sum(axis=(1, 2), keepdims=True, dtype=np.float32)
    return largest * share


@differentiates(Flatten)
def flatten(layer: Flatten, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """The same numbers in the shape of the input."""
    return gradient.reshape(inputs.shape)


@differentiates(Dense)
def dense(layer: Dense, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """∂J/∂input = ∂J/∂logits · kernelᵀ (Deep Learning, algorithm 6.4)."""
    return gradient @ weights["kernel"].T


@differentiates(Activation)
def activation(layer: Activation, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Its logits are its inputs."""
    return gradient


@differentiates(Rescaling)
def rescaling(layer: Rescaling, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """∂J/∂input = scale · ∂J/∂output."""
    return np.float32(layer.scale) * gradient


@differentiates(Dropout)
def dropout(layer: Dropout, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """At prediction nothing is switched off, so all of it passes."""
    return gradient


@differentiates(BatchNormalization)
def batch_normalization(
    layer: BatchNormalization, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """∂J/∂input = ∂J/∂output · gamma / sqrt(moving variance + epsilon), for each channel."""
    return gradient * weights["gamma"] / np.sqrt(weights["moving_variance"] + layer.epsilon)


class Grid(NamedTuple):
    """How windows lie over an input."""

    size: tuple[int, int]
    strides: tuple[int, int]
    padding: str
    dilation: tuple[int, int] = (1, 1)


def _pooling_grid(layer: MaxPooling2D | AveragePooling2D) -> Grid:
    return Grid(layer.pool_size, layer.strides or layer.pool_size, layer.padding)


def convolved_back(inputs: np.ndarray, kernel: np.ndarray, gradient: np.ndarray, grid: Grid) -> np.ndarray:
    """What the logits of a convolution give back to its inputs (n, height, width, channels)."""
    shares = np.tensordot(gradient, kernel, axes=(-1, -1))
    return _handed_back(inputs, grid, lambda i, j: shares[..., i, j, :])


def pooled_back(inputs: np.ndarray, gradient: np.ndarray, grid: Grid) -> np.ndarray:
    """What the largest cells of all windows get, of equals the first."""
    patches = windows(padded(inputs, grid.size, grid.strides, grid.padding, -np.inf), grid.size, grid.strides)
    winner = patches.reshape(*patches.shape[:4], -1).argmax(axis=-1)
    return _handed_back(inputs, grid, lambda i, j: gradient * (winner == i * grid.size[1] + j))


def _handed_back(inputs: np.ndarray, grid: Grid, share: Callable[[int, int], np.ndarray]) -> np.ndarray:
    """What all windows give back to the cells of their input, added up where windows overlap.

    `share(i, j)` (n, out height, out width, channels) is what each window gives to its cell
    in row i and column j. What falls on the padding is lost.
    """
    count, height, width, channels = inputs.shape
    rows, columns = (_border(grid, axis, size) for axis, size in enumerate((height, width)))
    framed = np.zeros((count, height + sum(rows), width + sum(columns), channels), np.float32)
    for i, j in np.ndindex(grid.size):
        part = share(i, j)
        down = _every(i * grid.dilation[0], grid.strides[0], part.shape[1])
        across = _every(j * grid.dilation[1], grid.strides[1], part.shape[2])
        framed[:, down, across] += part
    return framed[:, rows[0] : rows[0] + height, columns[0] : columns[0] + width]


def _border(grid: Grid, axis: int, size: int) -> tuple[int, int]:
    """Cells that the padding adds before and after an axis."""
    if grid.padding == "valid":
        return 0, 0
    return same_padding(size, (grid.size[axis] - 1) * grid.dilation[axis] + 1, grid.strides[axis])


def _every(first: int, step: int, count: int) -> slice:
    """`count` places from `first` on, `step` apart."""
    return slice(first, first + (count - 1) * step + 1, step)
