"""How many weights are zero, how many nearly, and how all of them are spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NEAR = 0.001


@dataclass(frozen=True)
class Sparsity:
    """Of one set of weights: how many, how many exactly 0, how many with |w| below `NEAR` (the zeros among them).

    `deviation` and `largest` are of the weights and of |w|; `counts` are of the weights other than 0,
    in bins that all sets share.
    """

    count: int
    zeros: int
    near: int
    deviation: float
    largest: float
    counts: np.ndarray


@dataclass(frozen=True)
class Spread:
    """Several sets of weights in the same bins; `edges` has one value more than each one's counts."""

    edges: np.ndarray
    sets: tuple[Sparsity, ...]


def spread(sets: Sequence[np.ndarray], bins: int = 101) -> Spread:
    """All sets in `bins` equal bins, symmetric about 0, up to the largest |w| of all."""
    sizes = [np.abs(weights) for weights in sets]
    reach = max([1e-6, *(float(size.max(initial=0.0)) for size in sizes)])
    edges = np.linspace(-reach, reach, bins + 1)
    return Spread(edges, tuple(_sparsity(weights, edges) for weights in sets))


def _sparsity(weights: np.ndarray, edges: np.ndarray) -> Sparsity:
    size = np.abs(weights)
    return Sparsity(
        weights.size,
        int(np.count_nonzero(weights == 0)),
        int(np.count_nonzero(size < NEAR)),
        float(weights.std()) if weights.size else 0.0,
        float(size.max(initial=0.0)),
        np.histogram(weights[weights != 0], edges)[0],
    )
