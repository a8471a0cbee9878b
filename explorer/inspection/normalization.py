"""Batch and layer normalisation of a table, step by step, and the statistics that batches leave behind.

Ioffe and Szegedy 2015: https://arxiv.org/abs/1502.03167. Ba, Kiros and Hinton 2016: https://arxiv.org/abs/1607.06450.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BATCH, LAYER = 0, -1
"""The axis that is averaged: over the examples of a batch, or over the features of an example."""


@dataclass(frozen=True)
class Normalized:
    """Every step for a table (examples, features), each of its size but `mean` and `variance`.

    Those are (1, features) of a batch and (examples, 1) of a layer. `gamma` and `beta` are (features,).
    """

    inputs: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    centred: np.ndarray
    normalized: np.ndarray
    outputs: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray
    epsilon: float


def with_statistics(
    inputs: np.ndarray, mean: np.ndarray, variance: np.ndarray, gamma: np.ndarray, beta: np.ndarray, epsilon: float
) -> Normalized:
    """gamma · (x - mean) / sqrt(variance + epsilon) + beta with statistics that are given: batch and inference."""
    centred = inputs - mean
    normalized = centred / np.sqrt(variance + epsilon)
    return Normalized(
        inputs, mean, variance, centred, normalized, gamma * normalized + beta, gamma, beta, float(epsilon)
    )


def normalize(inputs: np.ndarray, axis: int, gamma: np.ndarray, beta: np.ndarray, epsilon: float) -> Normalized:
    """The table with its own mean and variance (1/m, not 1/(m - 1)) along BATCH or LAYER, in float64.

    Ioffe and Szegedy 2015, algorithm 1; Ba, Kiros and Hinton 2016, equation 4.
    """
    values = np.asarray(inputs, np.float64)
    mean, variance = values.mean(axis=axis, keepdims=True), values.var(axis=axis, keepdims=True)
    return with_statistics(values, mean, variance, gamma, beta, epsilon)


@dataclass(frozen=True)
class Running:
    """What batches (count, examples, features) leave behind: their own statistics and the moving ones.

    `means` and `variances` (count, features) are those of each batch; `moving_mean` and
    `moving_variance` (count + 1, features) begin with 0 and 1, before the first batch.
    """

    batches: np.ndarray
    momentum: float
    means: np.ndarray
    variances: np.ndarray
    moving_mean: np.ndarray
    moving_variance: np.ndarray

    def in_training(self, example: int, epsilon: float) -> np.ndarray:
        """An example of every batch (count, features), normalised with that batch."""
        return (self.batches[:, example] - self.means) / np.sqrt(self.variances + epsilon)

    def at_inference(self, inputs: np.ndarray, epsilon: float) -> np.ndarray:
        """An input (features,) normalised with the moving statistics after 0, 1, 2 … batches, (count + 1, features)."""
        return (inputs - self.moving_mean) / np.sqrt(self.moving_variance + epsilon)


def running(batches: np.ndarray, momentum: float) -> Running:
    """moving ← momentum · moving + (1 - momentum) · the batch's, as Keras's BatchNormalization.

    Keras keeps the variance with 1/m; Ioffe and Szegedy's algorithm 2 takes m/(m - 1) times that.
    """
    values = np.asarray(batches, np.float64)
    means, variances = values.mean(axis=1), values.var(axis=1)
    moving_mean = _moving(np.zeros(values.shape[-1]), means, momentum)
    moving_variance = _moving(np.ones(values.shape[-1]), variances, momentum)
    return Running(values, momentum, means, variances, moving_mean, moving_variance)


def _moving(begin: np.ndarray, found: np.ndarray, momentum: float) -> np.ndarray:
    kept = [begin]
    for value in found:
        kept.append(momentum * kept[-1] + (1 - momentum) * value)
    return np.array(kept)


def with_companions(
    table: np.ndarray, example: int, axis: int, gamma: np.ndarray, beta: np.ndarray, epsilon: float
) -> np.ndarray:
    """One example's outputs (examples, features) in batches of 1, 2, 3 …: alone, then with the table's others."""
    order = [example, *(row for row in range(len(table)) if row != example)]
    sizes = range(1, len(table) + 1)
    return np.array([normalize(table[order[:size]], axis, gamma, beta, epsilon).outputs[0] for size in sizes])


def stream(
    example: np.ndarray, means: Sequence[float], spreads: Sequence[float], count: int, size: int, seed: int
) -> np.ndarray:
    """Batches (count, size, features) that all begin with the same example; the others are drawn from normals."""
    chance = np.random.default_rng(seed)
    drawn = chance.normal(means, spreads, (count, size, len(example)))
    drawn[:, 0] = example
    return drawn
