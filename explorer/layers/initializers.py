"""Where weights begin: numbers drawn from the distributions that Keras draws from."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from explorer.specs import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Initializer,
    Orthogonal,
    RandomNormal,
    Shape,
    Zeros,
)

CUT = 2.0
"""Standard deviations at which Keras cuts the normal distributions of Glorot and He."""
CUT_DEVIATION = 0.87962566103423978
"""The standard deviation that is left of a standard normal distribution cut at ±2; Keras divides σ by it first."""

Draw = Callable[[Any, Shape, np.random.Generator], np.ndarray]


def fans(shape: Shape) -> tuple[int, int]:
    """Inputs and outputs of one unit of a kernel (..., in, out), as ``keras.initializers.compute_fans``."""
    places = math.prod(shape[:-2])
    return shape[-2] * places, shape[-1] * places


def bound(initializer: Initializer, shape: Shape) -> float:
    """The largest weight of a uniform initialiser: √(6 / (n_in + n_out)) of Glorot's, √(6 / n_in) of He's."""
    fan_in, fan_out = fans(shape)
    return math.sqrt(6 / (fan_in + fan_out if isinstance(initializer, GlorotUniform) else fan_in))


def deviation(initializer: Initializer, shape: Shape) -> float:
    """The standard deviation σ of the weights that an initialiser draws for a kernel of this shape.

    √(2 / (n_in + n_out)) after Glorot and Bengio 2010 (equation 12), √(2 / n_in) after He and
    others 2015 (equation 10); a uniform distribution up to ±m has σ = m / √3.
    """
    fan_in, fan_out = fans(shape)
    if isinstance(initializer, (GlorotUniform, GlorotNormal)):
        return math.sqrt(2 / (fan_in + fan_out))
    if isinstance(initializer, (HeUniform, HeNormal)):
        return math.sqrt(2 / fan_in)
    if isinstance(initializer, Orthogonal):
        return 1 / math.sqrt(max(math.prod(shape[:-1]), shape[-1]))
    return initializer.stddev if isinstance(initializer, RandomNormal) else 0.0


def draw(initializer: Initializer, shape: Shape, chance: np.random.Generator) -> np.ndarray:
    """A kernel (..., in, out) of float32, drawn as Keras draws it."""
    return DRAWS[type(initializer)](initializer, shape, chance).astype(np.float32)


def _uniform(initializer: Initializer, shape: Shape, chance: np.random.Generator) -> np.ndarray:
    limit = bound(initializer, shape)
    return chance.uniform(-limit, limit, shape)


def _cut_normal(initializer: Initializer, shape: Shape, chance: np.random.Generator) -> np.ndarray:
    """Normal, what lies beyond two standard deviations drawn again; made wider first so that σ is left."""
    drawn = chance.standard_normal(math.prod(shape))
    while len(beyond := np.flatnonzero(np.abs(drawn) > CUT)):
        drawn[beyond] = chance.standard_normal(len(beyond))
    return drawn.reshape(shape) * (deviation(initializer, shape) / CUT_DEVIATION)


def _orthogonal(initializer: Orthogonal, shape: Shape, chance: np.random.Generator) -> np.ndarray:
    """Q of the QR decomposition of normal numbers, with the signs of R's diagonal (Saxe and others 2014)."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(chance.standard_normal((max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))
    return np.asarray(q if rows >= columns else q.T).reshape(shape)


DRAWS: dict[type[Initializer], Draw] = {
    GlorotUniform: _uniform,
    HeUniform: _uniform,
    GlorotNormal: _cut_normal,
    HeNormal: _cut_normal,
    Orthogonal: _orthogonal,
    RandomNormal: lambda initializer, shape, chance: chance.normal(0, initializer.stddev, shape),
    Zeros: lambda initializer, shape, chance: np.zeros(shape),
}
