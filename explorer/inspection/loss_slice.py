"""A trained network's loss over a plane through its weights, after Li et al. 2018 (arXiv 1712.09913)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.inspection.surfaces import Span
from explorer.network import Network, Weights

POINTS = 21
MAXIMUM_IMAGES = 256
SMALLEST_SHARE = 1e-7
"""What Keras's cross-entropy takes for a probability of 0 (keras.backend.epsilon)."""
VARIANCE = "moving_variance"
SPANS: dict[bool, tuple[Span, Span]] = {False: ((-1.0, 1.0), (-1.0, 1.0)), True: ((-0.4, 1.2), (-1.0, 1.0))}
"""How far a and b reach about random directions (False), and on the way from trained to untrained (True)."""

Report = Callable[[float], None]
_Share = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Plane:
    """Weights w = origin + a · first + b · second, and how far a (`x`) and b (`y`) reach."""

    origin: Weights
    first: Weights
    second: Weights
    x: Span
    y: Span

    def at(self, a: float, b: float) -> Weights:
        """The weights at a place of the plane. A variance is kept from becoming negative."""
        return {
            layer: {
                name: _variance(name, array + np.float32(a) * self.first[layer][name] + np.float32(b) * other)
                for (name, array), other in zip(arrays.items(), self.second[layer].values(), strict=True)
            }
            for layer, arrays in self.origin.items()
        }


def random_plane(trained: Network, seed: int) -> Plane:
    """Two random directions about the trained weights."""
    chance = np.random.default_rng(seed)
    first, second = (_random_direction(trained.weights, chance) for _ in range(2))
    return Plane(trained.weights, first, second, *SPANS[False])


def training_plane(trained: Network, untrained: Network, seed: int) -> Plane:
    """From the trained weights (a = 0) to the untrained ones (a = 1), and one random direction."""
    way = {
        layer: {name: untrained.weights[layer][name] - array for name, array in arrays.items()}
        for layer, arrays in trained.weights.items()
    }
    second = _random_direction(trained.weights, np.random.default_rng(seed))
    return Plane(trained.weights, way, second, *SPANS[True])


@dataclass(frozen=True)
class Slice:
    """Losses (rows, columns) on an even grid over a plane, the mean over `images` images each.

    Between the points of the grid the loss is interpolated with cubic convolution (Keys 1981), whose
    gradient is exact for what is interpolated and has no jumps; outside there is none (NaN).
    """

    x: Span
    y: Span
    losses: np.ndarray
    images: int
    endless: bool = False

    @property
    def lowest(self) -> float:
        """A loss of 0 is the least that a cross-entropy can be."""
        return 0.0

    @property
    def lowest_place(self) -> tuple[float, float]:
        """Where on the grid the loss is least."""
        row, column = np.unravel_index(self.losses.argmin(), self.losses.shape)
        return self.x[0] + float(column) * self._gaps[0], self.y[0] + float(row) * self._gaps[1]

    def loss(self, points: np.ndarray) -> np.ndarray:
        return self._weighted(points, _cubic, _cubic)

    def gradient(self, points: np.ndarray) -> np.ndarray:
        across = self._weighted(points, _cubic_slope, _cubic) / self._gaps[0]
        up = self._weighted(points, _cubic, _cubic_slope) / self._gaps[1]
        return np.stack([across, up], axis=-1)

    @cached_property
    def _around(self) -> np.ndarray:
        return _continued(self.losses)

    @property
    def _gaps(self) -> tuple[float, float]:
        rows, columns = self.losses.shape
        return (self.x[1] - self.x[0]) / (columns - 1), (self.y[1] - self.y[0]) / (rows - 1)

    def _weighted(self, points: np.ndarray, across: _Share, up: _Share) -> np.ndarray:
        """The sum over the 4 × 4 points around each place; one row and column more continue the grid straight."""
        rows, columns = self.losses.shape
        u, v = (points[..., 0] - self.x[0]) / self._gaps[0], (points[..., 1] - self.y[0]) / self._gaps[1]
        known = (u >= 0) & (u <= columns - 1) & (v >= 0) & (v <= rows - 1)
        u, v = np.where(known, u, 0), np.where(known, v, 0)
        column, row = np.minimum(u.astype(int), columns - 2), np.minimum(v.astype(int), rows - 2)
        around = np.arange(4)
        patch = self._around[(row[..., None] + around)[..., None], (column[..., None] + around)[..., None, :]]
        found = np.einsum("...rc,...r,...c->...", patch, up(v - row), across(u - column))
        return np.where(known, found, np.nan)


def _cubic(t: np.ndarray) -> np.ndarray:
    """The shares of four points in a row, at t from the second (0) to the third (1): (..., 4)."""
    return np.stack(
        [
            -0.5 * t**3 + t**2 - 0.5 * t,
            1.5 * t**3 - 2.5 * t**2 + 1,
            -1.5 * t**3 + 2 * t**2 + 0.5 * t,
            0.5 * t**3 - 0.5 * t**2,
        ],
        axis=-1,
    )


def _cubic_slope(t: np.ndarray) -> np.ndarray:
    """How fast these shares change with t: (..., 4)."""
    return np.stack(
        [-1.5 * t**2 + 2 * t - 0.5, 4.5 * t**2 - 5 * t, -4.5 * t**2 + 4 * t + 0.5, 1.5 * t**2 - t],
        axis=-1,
    )


def _continued(values: np.ndarray) -> np.ndarray:
    """One row and column more on every side, in a straight line with the last two."""
    rows = np.concatenate([2 * values[:1] - values[1:2], values, 2 * values[-1:] - values[-2:-1]])
    left, right = 2 * rows[:, :1] - rows[:, 1:2], 2 * rows[:, -1:] - rows[:, -2:-1]
    return np.concatenate([left, rows, right], axis=1)


def measure(
    network: Network,
    plane: Plane,
    inputs: np.ndarray,
    labels: np.ndarray,
    report: Report = lambda share: None,
    points: int = POINTS,
) -> Slice:
    """The mean cross-entropy at points × points places of the plane: as many forward passes of all inputs.

    `network` only says what the model is; `report` hears the share that is done.
    """
    if len(inputs) > MAXIMUM_IMAGES:
        raise ValueError(len(inputs))
    losses = np.empty((points, points))
    places = list(_places(plane, points))
    for number, (row, column, a, b) in enumerate(places):
        shares = Network(network.spec, plane.at(a, b)).predict(inputs)
        losses[row, column] = cross_entropy(shares, labels)
        report((number + 1) / len(places))
    losses.setflags(write=False)
    return Slice(plane.x, plane.y, losses, len(inputs))


def _places(plane: Plane, points: int) -> Iterator[tuple[int, int, float, float]]:
    for row, b in enumerate(np.linspace(*plane.y, points)):
        for column, a in enumerate(np.linspace(*plane.x, points)):
            yield row, column, float(a), float(b)


def cross_entropy(shares: np.ndarray, labels: np.ndarray) -> float:
    """The mean of −log of the true classes' probabilities: (n, classes) and (n,); no probability counts as 0 or NaN."""
    own = shares[np.arange(len(labels)), labels].astype(float)
    return float(-np.log(np.clip(np.nan_to_num(own), SMALLEST_SHARE, 1 - SMALLEST_SHARE)).mean())


def _random_direction(weights: Mapping[str, Mapping[str, np.ndarray]], chance: np.random.Generator) -> Weights:
    """Normal numbers, each filter or unit scaled to the norm of its own weights; 0 for all but kernels."""
    return {
        layer: {name: _as_long(chance.standard_normal(array.shape), array) for name, array in arrays.items()}
        for layer, arrays in weights.items()
    }


def _as_long(direction: np.ndarray, array: np.ndarray) -> np.ndarray:
    if array.ndim < 2:
        return np.zeros_like(array)
    axes = tuple(range(array.ndim - 1))
    own, random = (np.sqrt(np.square(values).sum(axis=axes)) for values in (array, direction))
    return (direction * (own / random)).astype(np.float32)


def _variance(name: str, array: np.ndarray) -> np.ndarray:
    return np.maximum(array, 0) if name == VARIANCE else array
