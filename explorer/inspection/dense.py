"""A convolution beside the dense layer that gives as many outputs from the same input."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.specs import Conv2D, Shape


@dataclass(frozen=True)
class DenseComparison:
    """Values that both layers give, and what each needs for them: weights with biases, products."""

    outputs: int
    convolution_weights: int
    dense_weights: int
    convolution_products: int
    dense_products: int


def as_dense(layer: Conv2D, input_shape: Shape) -> DenseComparison:
    """Count for one input of shape (height, width, channels).

    Raises:
        SpecError: if the kernel does not fit into the input.
    """
    outputs = math.prod(layer.output_shape(input_shape))
    inputs = math.prod(input_shape)
    weights = sum(math.prod(shape) for shape in layer.weight_shapes(input_shape).values())
    products = outputs * math.prod(layer.kernel_size) * input_shape[2]
    return DenseComparison(outputs, weights, inputs * outputs + outputs, products, inputs * outputs)


def shuffled(inputs: np.ndarray, seed: int = 0) -> np.ndarray:
    """The cells of an input (height, width, channels) in another order, channels kept together."""
    order = np.random.default_rng(seed).permutation(inputs.shape[0] * inputs.shape[1])
    return inputs.reshape(-1, inputs.shape[2])[order].reshape(inputs.shape)
