"""What the training loop asks of a model in training, and what it gets to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from explorer.network import Weights
from explorer.training.record import LayerStatistics


@dataclass(frozen=True)
class Chunk:
    """Sums over the batches of one graph call; `steps` may be fewer than asked if the loss broke.

    `penalty` is what the regularisers have in the `loss`.
    """

    steps: int
    examples: int
    loss: float
    correct: float
    finite: bool
    penalty: float = 0.0


@dataclass(frozen=True)
class Measured:
    """A model on some examples: mean loss, share of right answers, and its outputs if they are kept.

    `outputs` (n, units) belong to `labels` (n,); None where there is an answer at every time step.
    """

    loss: float
    accuracy: float
    examples: int
    outputs: np.ndarray | None = None
    labels: np.ndarray | None = None


class Stopped(Exception):
    """Somebody asked for the run to end."""


class Diverged(Exception):
    """The loss is no longer a number; `step` counts batches from the run's start."""

    def __init__(self, step: int):
        super().__init__(step)
        self.step = step


class Learner(Protocol):
    """A model in training, with its data at hand."""

    def start(self, order: np.ndarray) -> None:
        """Begin an epoch with the training examples in this order."""

    def train(self, first: int, last: int) -> Chunk:
        """Train on the epoch's batches `first` to `last` (excluded)."""

    def watch(self, step: int) -> tuple[LayerStatistics, ...]:
        """Every layer on the epoch's batch `step`; changes nothing in the training."""

    def validate(self, should_stop: Callable[[], bool]) -> tuple[float, float]:
        """Loss and accuracy on the validation examples; raises `Stopped` when asked to."""

    def penalty(self) -> float:
        """What the regularisers add to the loss with the weights as they are now."""

    def test(self) -> Measured:
        """What the model makes of the test examples."""

    def weights(self) -> Weights:
        """The weights as they are now."""

    def save(self, path: Path) -> None:
        """Write the model to a file."""

    def restore(self, path: Path) -> None:
        """Take the weights from a file that `save` wrote."""
