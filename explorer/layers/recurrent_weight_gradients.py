"""The gradients of a recurrent layer's weights: every time step's share, added up.

Goodfellow, Bengio, Courville: Deep Learning, equations 10.26 to 10.28.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.specs import GRU, Recurrent


def weight_gradients(
    layer: Recurrent, inputs: np.ndarray, gates: Mapping[str, np.ndarray], columns: np.ndarray
) -> dict[str, np.ndarray]:
    """By Keras's names: kernel Σ xᵀ·d, recurrent_kernel Σ h₋ᵀ·d and bias Σ d over examples and time steps.

    `inputs` (n, time steps, features), `gates` all that the layer computed, and d = `columns`
    (n, time steps, gates · units) the gradients of x·W + b; the layer begins with a state of zeros.
    """
    before = np.zeros_like(gates["h"])
    before[:, 1:] = gates["h"][:, :-1]
    recurrent = columns
    if isinstance(layer, GRU) and layer.reset_after:
        # The candidate takes r·(h₋·U + b'), so of its gradient r is left for U and b'.
        *others, candidate = np.split(columns, 3, axis=-1)
        recurrent = np.concatenate([*others, candidate * gates["r"]], axis=-1)
    found = {"kernel": _products(inputs, columns), "recurrent_kernel": _products(before, recurrent)}
    if isinstance(layer, GRU) and not layer.reset_after:
        # The candidate takes (r·h₋)·U.
        found["recurrent_kernel"][:, -layer.units :] = _products(gates["r"] * before, columns[..., -layer.units :])
    if layer.use_bias:
        biases = [part.sum(axis=(0, 1)) for part in (columns, recurrent)]
        found["bias"] = np.stack(biases) if len(layer.bias_shape) == 2 else biases[0]
    return found


def _products(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.tensordot(left, right, axes=((0, 1), (0, 1)))
