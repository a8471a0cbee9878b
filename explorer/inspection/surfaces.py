"""Loss surfaces over two weights: those that are drawn to be looked at, as formulas with their gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from explorer.messages import N_

Span = tuple[float, float]
Function = Callable[[np.ndarray, np.ndarray], np.ndarray]
Slope = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
COLUMNS, ROWS = 121, 91
LEVELS = 14


class Surface(Protocol):
    """A loss over two weights. The picture spans `x` and `y`; `lowest` is the least loss there is.

    `endless` surfaces are known outside the picture too; of the others the loss is NaN there.
    """

    @property
    def x(self) -> Span: ...

    @property
    def y(self) -> Span: ...

    @property
    def lowest(self) -> float: ...

    @property
    def endless(self) -> bool: ...

    def loss(self, points: np.ndarray) -> np.ndarray:
        """Points (..., 2) to losses (...)."""

    def gradient(self, points: np.ndarray) -> np.ndarray:
        """Points (..., 2) to gradients (..., 2)."""


@dataclass(frozen=True)
class Drawn:
    """A surface given by a formula; `start` is a good place to begin, `minima` are where the loss is least."""

    title: str
    formula: str
    idea: str
    function: Function
    slope: Slope
    x: Span
    y: Span
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    endless: bool = True

    @cached_property
    def lowest(self) -> float:
        return float(self.loss(np.array(self.minima[0])))

    def loss(self, points: np.ndarray) -> np.ndarray:
        return self.function(points[..., 0], points[..., 1])

    def gradient(self, points: np.ndarray) -> np.ndarray:
        return np.stack(self.slope(points[..., 0], points[..., 1]), axis=-1)


@dataclass(frozen=True)
class Picture:
    """A surface on a grid: losses (rows, columns) from the low ends of `y` and `x`, and rising levels between colours.

    Each colour covers about as much of the picture as any other.
    """

    x: Span
    y: Span
    losses: np.ndarray
    levels: np.ndarray


def picture(surface: Surface, columns: int = COLUMNS, rows: int = ROWS) -> Picture:
    """The surface where it is drawn."""
    across, up = np.linspace(*surface.x, columns), np.linspace(*surface.y, rows)
    points = np.stack(np.meshgrid(across, up), axis=-1)
    losses = surface.loss(points)
    shares = np.linspace(0, 1, LEVELS + 1)[1:-1]
    return Picture(surface.x, surface.y, losses, np.unique(np.quantile(losses, shares)))


def inside(surface: Surface, points: np.ndarray) -> np.ndarray:
    """Which points (..., 2) lie in the picture: (...)."""
    low, high = np.array([surface.x, surface.y]).T
    return np.asarray(((points >= low) & (points <= high)).all(axis=-1))


def _beale(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _beale_slope(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    return 2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1)), 2 * x * (a + 2 * b * y + 3 * c * y**2)


_TURN = 2 * np.pi
SURFACES: dict[str, Drawn] = {
    "ravine": Drawn(
        N_("Ravine"),
        r"L = \tfrac{1}{2}(w_1^2 + 40\,w_2^2)",
        N_("Steep across, flat along, one learning rate for both: SGD needs it below 2/40 = 0.05."),
        lambda x, y: 0.5 * (x**2 + 40 * y**2),
        lambda x, y: (x, 40 * y),
        (-3.0, 3.0),
        (-1.5, 1.5),
        (-2.6, 1.0),
        ((0.0, 0.0),),
    ),
    "bowl": Drawn(
        N_("Bowl"),
        "L = w_1^2 + w_2^2",
        N_("As steep in every direction. SGD goes straight to the bottom, unless the learning rate is above 1."),
        lambda x, y: x**2 + y**2,
        lambda x, y: (2 * x, 2 * y),
        (-2.0, 2.0),
        (-2.0, 2.0),
        (-1.6, 1.2),
        ((0.0, 0.0),),
    ),
    "rosenbrock": Drawn(
        N_("Rosenbrock's banana"),
        "L = (1 - w_1)^2 + 100\\,(w_2 - w_1^2)^2",
        N_("Down into the valley is easy; along its floor there is hardly any slope."),
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        lambda x, y: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
        (-2.0, 2.0),
        (-1.0, 3.0),
        (-1.2, 1.0),
        ((1.0, 1.0),),
    ),
    "beale": Drawn(
        N_("Beale's plain"),
        "L = (1.5 - w_1 + w_1 w_2)^2 + (2.25 - w_1 + w_1 w_2^2)^2 + (2.625 - w_1 + w_1 w_2^3)^2",
        N_("A wide plain with steep corners: small gradients here, very large ones there."),
        _beale,
        _beale_slope,
        (-1.0, 4.5),
        (-2.0, 2.0),
        (0.7, 1.4),
        ((3.0, 0.5),),
    ),
    "saddle": Drawn(
        N_("Saddle"),
        r"L = w_1^2 - w_2^2 + \tfrac{1}{4} w_2^4",
        N_("At (0, 0) the gradient is 0, and yet it is no minimum. Who gets away from it?"),
        lambda x, y: x**2 - y**2 + y**4 / 4,
        lambda x, y: (2 * x, -2 * y + y**3),
        (-2.0, 2.0),
        (-2.0, 2.0),
        (-1.6, 0.02),
        ((0.0, float(np.sqrt(2))), (0.0, -float(np.sqrt(2)))),
    ),
    "minima": Drawn(
        N_("Many minima"),
        r"L = w_1^2 + w_2^2 + 3\,(2 - \cos 2\pi w_1 - \cos 2\pi w_2)",
        N_("A bowl with bumps (after Rastrigin): small steps stay in the nearest hollow, large ones jump over it."),
        lambda x, y: x**2 + y**2 + 3 * (2 - np.cos(_TURN * x) - np.cos(_TURN * y)),
        lambda x, y: (2 * x + 3 * _TURN * np.sin(_TURN * x), 2 * y + 3 * _TURN * np.sin(_TURN * y)),
        (-2.5, 2.5),
        (-2.5, 2.5),
        (-2.2, 1.7),
        ((0.0, 0.0),),
    ),
}
"""The drawn surfaces by their names in a link; the first is shown first."""
