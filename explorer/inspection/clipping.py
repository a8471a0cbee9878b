"""Gradient clipping as Keras's optimizers do it: each weight's gradient by itself.

Pascanu, Mikolov, Bengio 2013, algorithm 1: https://arxiv.org/abs/1211.5063.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

NONE, CLIPNORM, CLIPVALUE = "none", "clipnorm", "clipvalue"


def by_norm(gradient: np.ndarray, limit: float) -> np.ndarray:
    """g · limit / ‖g‖ if ‖g‖ > limit, else g: shorter, in the same direction."""
    norm = np.linalg.norm(gradient)
    return gradient * (limit / norm) if norm > limit else gradient


def by_value(gradient: np.ndarray, limit: float) -> np.ndarray:
    """Each number cut to -limit … limit: the direction may turn."""
    return np.clip(gradient, -limit, limit)


WAYS: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    NONE: lambda gradient, limit: gradient,
    CLIPNORM: by_norm,
    CLIPVALUE: by_value,
}


@dataclass(frozen=True)
class Clipped:
    """A gradient before and after: its norms, their ratio, and the angle between the two in degrees."""

    before: np.ndarray
    after: np.ndarray
    norm: float
    norm_after: float
    factor: float
    turned: float


def clip(gradient: np.ndarray, way: str, limit: float) -> Clipped:
    """Clip one weight's gradient, an array of any shape, in float64."""
    before = gradient.astype(float)
    after = WAYS[way](before, limit)
    norm, norm_after = float(np.linalg.norm(before)), float(np.linalg.norm(after))
    lengths = norm * norm_after
    cosine = float((before * after).sum() / lengths) if lengths else 1.0
    turned = float(np.degrees(np.arccos(min(1.0, cosine))))
    # The cosine of a scaled copy is 1 but for rounding, which arccos makes large.
    return Clipped(before, after, norm, norm_after, norm_after / norm if norm else 1.0, turned if turned > 0.01 else 0)
