"""Statistics of a layer's weights, trained beside untrained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class WeightStatistics:
    """Of one weight array: how many values, their mean and (population) standard deviation."""

    count: int
    mean: float
    std: float
    minimum: float
    maximum: float

    @staticmethod
    def of(weights: np.ndarray) -> WeightStatistics:
        return WeightStatistics(
            weights.size, float(weights.mean()), float(weights.std()), float(weights.min()), float(weights.max())
        )


@dataclass(frozen=True)
class WeightHistogram:
    """Counts of two weight arrays in the same bins; `edges` has one value more than the counts."""

    edges: np.ndarray
    trained_counts: np.ndarray
    untrained_counts: np.ndarray
    trained: WeightStatistics
    untrained: WeightStatistics


def weight_histogram(trained: np.ndarray, untrained: np.ndarray, bins: int = 61) -> WeightHistogram:
    """Both arrays in `bins` equal bins, symmetric about 0 so that the sign is seen."""
    reach = float(max(np.abs(trained).max(), np.abs(untrained).max(), 1e-6))
    edges = np.linspace(-reach, reach, bins + 1)
    return WeightHistogram(
        edges,
        np.histogram(trained, edges)[0],
        np.histogram(untrained, edges)[0],
        WeightStatistics.of(trained),
        WeightStatistics.of(untrained),
    )


@dataclass(frozen=True)
class DeadFilters:
    """Indices of the filters or units that gave 0 for every value of every image looked at."""

    dead: tuple[int, ...]
    total: int
    images: int


def dead_filters(outputs: np.ndarray) -> DeadFilters:
    """The dead among a layer's outputs (n, ..., filters) for n images."""
    silent = ~np.any(outputs, axis=tuple(range(outputs.ndim - 1)))
    return DeadFilters(tuple(int(index) for index in np.flatnonzero(silent)), outputs.shape[-1], len(outputs))
