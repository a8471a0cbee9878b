"""Two runs side by side: the gap between training and validation, chance, and where their answers differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.datasets import Task
from explorer.messages import ExplorerError
from explorer.training.predictions import PREDICTIONS, read_predictions
from explorer.training.record import RunRecord

SURE = 1.96
"""Standard errors beyond which chance alone leads in one case of twenty."""


def accuracy_gap(record: RunRecord) -> float | None:
    """Training minus validation accuracy after the last epoch, 0 to 1; None before the first has ended."""
    if not record.history:
        return None
    return record.history[-1].accuracy - record.history[-1].val_accuracy


def chance(accuracy: float, examples: int) -> float:
    """How far chance moves an accuracy measured on so many examples: 1.96 binomial standard errors."""
    return SURE * math.sqrt(accuracy * (1 - accuracy) / examples)


def same_test_examples(first: RunRecord, second: RunRecord) -> bool:
    """Whether both have been tested, and on the same examples."""
    measured = [
        (record.request.dataset, record.request.variant, record.test_examples)
        for record in (first, second)
        if record.test_accuracy is not None
    ]
    return len(measured) == 2 and measured[0] == measured[1]


@dataclass(frozen=True)
class Lead:
    """The difference in test accuracy, B minus A, and what chance makes of it; both 0 to 1.

    The test examples are the same, but which ones each model has right is not known here, so
    `chance` takes the two measurements as independent: a careful bound.
    """

    difference: float
    chance: float

    @property
    def sure(self) -> bool:
        return abs(self.difference) > self.chance


def lead(first: RunRecord, second: RunRecord) -> Lead | None:
    """Who leads on the test examples; None unless both have been tested on the same ones."""
    a, b = first.test_accuracy, second.test_accuracy
    if a is None or b is None or not same_test_examples(first, second):
        return None
    return Lead(b - a, math.hypot(chance(a, first.test_examples), chance(b, second.test_examples)))


@dataclass(frozen=True)
class Agreement:
    """How many test examples both models have right, only A, only B, neither."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def sure(self) -> bool:
        """McNemar's test (1947): whether the examples that one alone has right are shared out unevenly.

        |b - c| - 1 over the square root of b + c, with Edwards's correction, against the
        normal distribution's 1.96.
        """
        b, c = self.only_first, self.only_second
        return b + c > 0 and abs(b - c) - 1 > SURE * math.sqrt(b + c)


def agreement(first: Path, second: Path, task: Task) -> Agreement | None:
    """Compare the test predictions kept in the folders of two runs that share a task.

    None if one of them has none that can be read, or if they are not of the same examples.
    """
    try:
        (a, labels), (b, others) = (_hits(folder / PREDICTIONS, task) for folder in (first, second))
    except ExplorerError:
        return None
    if not np.array_equal(labels, others):
        return None
    counts = (a & b, a & ~b, ~a & b, ~a & ~b)
    return Agreement(*(int(np.count_nonzero(part)) for part in counts))


def _hits(file: Path, task: Task) -> tuple[np.ndarray, np.ndarray]:
    """Whether each test example is answered rightly (n,), and the labels (n,)."""
    outputs, labels = read_predictions(file)
    return task.right(outputs, labels), labels
