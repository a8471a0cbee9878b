"""The weights that an initialiser has drawn, beside the distribution that its formula promises."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.layers.initializers import CUT, CUT_DEVIATION, bound, deviation, draw
from explorer.specs import GlorotNormal, GlorotUniform, HeNormal, HeUniform, Initializer, Shape, Zeros

BINS = 60


@dataclass(frozen=True)
class Drawn:
    """A kernel's weights: their statistics, their density (BINS,) between `edges` (BINS + 1,), and the formula's.

    `expected` is the standard deviation that the formula promises.
    """

    count: int
    mean: float
    deviation: float
    low: float
    high: float
    expected: float
    edges: np.ndarray
    density: np.ndarray
    formula: np.ndarray


def drawn(initializer: Initializer, shape: Shape, seed: int) -> Drawn:
    """Draw a kernel (n_in, n_out) and count its weights."""
    weights = draw(initializer, shape, np.random.default_rng(seed)).astype(float)
    reach = 1.15 * max(float(np.abs(weights).max()), deviation(initializer, shape)) or 1.0
    edges = np.linspace(-reach, reach, BINS + 1)
    density = np.histogram(weights, edges, density=True)[0]
    formula = expected_density(initializer, shape, (edges[:-1] + edges[1:]) / 2)
    low, high = float(weights.min()), float(weights.max())
    expected = deviation(initializer, shape)
    return Drawn(
        weights.size, float(weights.mean()), float(weights.std()), low, high, expected, edges, density, formula
    )


def expected_density(initializer: Initializer, shape: Shape, x: np.ndarray) -> np.ndarray:
    """How densely weights lie at x: even, normal, or normal cut at 2 standard deviations (of Orthogonal nearly)."""
    if isinstance(initializer, Zeros):
        return np.zeros_like(x)
    if isinstance(initializer, (GlorotUniform, HeUniform)):
        limit = bound(initializer, shape)
        return np.where(np.abs(x) <= limit, 1 / (2 * limit), 0.0)
    spread = deviation(initializer, shape)
    if not isinstance(initializer, (GlorotNormal, HeNormal)):
        return _normal(x, spread) if spread else np.zeros_like(x)
    wide = spread / CUT_DEVIATION
    inside = math.erf(CUT / math.sqrt(2))
    return np.where(np.abs(x) <= CUT * wide, _normal(x, wide) / inside, 0.0)


def _normal(x: np.ndarray, spread: float) -> np.ndarray:
    return np.asarray(np.exp(-0.5 * (x / spread) ** 2) / (spread * math.sqrt(2 * math.pi)))
