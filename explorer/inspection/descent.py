"""Paths of optimizers down a loss surface, and where each learning rate leads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.inspection.optimizers import STEP, Optimizer, Quantities
from explorer.inspection.surfaces import Surface, inside

MAXIMUM_STEPS = 500
LARGEST = float(np.finfo(np.float32).max)
"""A number beyond this is none in float32, in which Keras trains: there it becomes infinite, and then NaN."""


@dataclass(frozen=True)
class Path:
    """One optimizer's way: places (n + 1, 2), their losses (n + 1,), and each step's quantities (n, 2) by letter.

    `left` is the first step outside the picture and `broken` the first whose weights or loss
    float32 cannot hold; the path ends there, and at `left` if nothing is known outside.
    """

    optimizer: Optimizer
    places: np.ndarray
    losses: np.ndarray
    quantities: dict[str, np.ndarray]
    left: int | None
    broken: int | None
    outside: bool

    @property
    def steps(self) -> int:
        return len(self.places) - 1

    @property
    def diverged(self) -> bool:
        """Whether it ended beyond all numbers, or out of the picture with a higher loss than at the start."""
        return self.broken is not None or bool(self.outside and self.losses[-1] > self.losses[0])


def descend(surface: Surface, optimizer: Optimizer, start: Sequence[float], steps: int) -> Path:
    """Follow an optimizer for so many steps (at most `MAXIMUM_STEPS`), or as far as there are numbers."""
    places, losses, found = [], [], []
    left: int | None = None
    broken: int | None = None
    for step, (place, loss, quantities) in enumerate(_walk(surface, optimizer, np.array([start], float), steps)):
        places.append(place[0])
        losses.append(loss[0])
        found.append({letter: value[0] for letter, value in quantities.items()})
        within = bool(inside(surface, place)[0])
        left = step if left is None and not within else left
        if not _holds(place, loss)[0] and (within or surface.endless):
            broken = step
        if broken is not None or (left is not None and not surface.endless):
            break
    letters = found[1] if len(found) > 1 else {}
    return Path(
        optimizer,
        np.array(places),
        np.array(losses),
        {letter: np.array([quantities[letter] for quantities in found[1:]]) for letter in letters},
        left,
        broken,
        outside=not inside(surface, places[-1]),
    )


def final_losses(
    surface: Surface, optimizer: Optimizer, rates: np.ndarray, start: Sequence[float], steps: int
) -> np.ndarray:
    """The loss after so many steps with each learning rate: (rates,); NaN where there was none."""
    column = dataclasses.replace(optimizer, learning_rate=np.asarray(rates, float)[:, np.newaxis])
    places = np.repeat(np.array([start], float), len(rates), axis=0)
    alive = np.ones(len(rates), bool)
    final = np.full(len(rates), np.nan)
    for place, loss, _quantities in _walk(surface, column, places, steps):
        alive &= _holds(place, loss)
        final = loss
    return np.where(alive, final, np.nan)


def _walk(
    surface: Surface, optimizer: Optimizer, start: np.ndarray, steps: int
) -> Iterator[tuple[np.ndarray, np.ndarray, Quantities]]:
    """Places (points, 2), losses (points,) and quantities, from the start on; numbers that grow without end may."""
    place, found = start, optimizer.begin(start.shape)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        yield place, surface.loss(place), {}
        for t in range(1, min(steps, MAXIMUM_STEPS) + 1):
            found = optimizer.step(surface.gradient(place), found, t)
            place = place + found[STEP]
            yield place, surface.loss(place), found


def _holds(place: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """Whether float32 holds the numbers: (points,)."""
    return np.asarray((np.abs(place) <= LARGEST).all(axis=-1) & (np.abs(loss) <= LARGEST))
