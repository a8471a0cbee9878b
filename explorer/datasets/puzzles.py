"""Small sequence problems with a known answer, drawn from a seed: counting on, and multiplying two marked numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

import numpy as np

from explorer.controls import Whole, setting
from explorer.datasets.base import FULL, TEST, TRAIN, Availability, Counts, Dataset, Preparation, Split, Task
from explorer.messages import N_, ExplorerError, Message, message

TOLERANCE = 0.04
"""How far an answer may lie from the truth and still count as right; the notes' number."""
STEP = 0.1
MARK, NUMBER = 0, 1
"""The features of one time step of the multiplication problem, in the notes' order."""
TRAIN_SHARE = (2560, 3000)
_STREAMS = {TRAIN: 0, TEST: 1}


@dataclass(frozen=True)
class Counting(Preparation):
    """How many numbers are shown before the one that is asked for, and with how many such rows."""

    length: int = setting(4, Whole(N_("Numbers shown"), N_("Time steps of one example."), 2, 20))
    count: int = setting(6, Whole(N_("Examples"), N_("Rows to train on; each begins 0.1 further on."), 4, 50))


@dataclass(frozen=True)
class Products(Preparation):
    """How long the rows of random numbers are, how many are drawn, and from which seed."""

    length: int = setting(100, Whole(N_("Time steps"), N_("Numbers in one example; two of them are marked."), 10, 200))
    samples: int = setting(
        3000,
        Whole(N_("Samples"), N_("All examples together; 64 of 75 are to train on."), 75, 9000),
    )
    seed: int = setting(42, Whole(N_("Seed"), N_("The same seed draws the same examples."), 0, 2**31 - 1))


@dataclass(frozen=True)
class Puzzle(Dataset):
    """A data set without files: it is computed wherever it is needed."""

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        return Availability(FULL, self.counts(FULL), message(N_("computed on this machine")))

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        check_variant(self.title, variant)
        return Task(self._input_shape(preparation), 1, "mean_squared_error", tolerance=TOLERANCE)

    def _input_shape(self, preparation: Preparation | None) -> tuple[int, ...]:
        raise NotImplementedError


@dataclass(frozen=True)
class CountingPuzzle(Puzzle):
    """0.0, 0.1, 0.2, 0.3 → 0.4: say the next number. One feature, the number."""

    name: str = "counting"
    title: Message = field(default_factory=lambda: message(N_("Counting")))
    preparation: ClassVar[type[Preparation] | None] = Counting

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        check_variant(self.title, variant)
        return Counts(_counting(preparation).count, 2)

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        check_variant(self.title, variant)
        chosen = _counting(preparation)
        return _counting_rows(chosen) if part == TRAIN else _unseen_rows(chosen)

    def _input_shape(self, preparation: Preparation | None) -> tuple[int, ...]:
        return (_counting(preparation).length, 1)


@dataclass(frozen=True)
class ProductPuzzle(Puzzle):
    """Random numbers from 0 to 1 of which two are marked: give their product. Two features, mark and number."""

    name: str = "multiply"
    title: Message = field(default_factory=lambda: message(N_("Multiplication")))
    preparation: ClassVar[type[Preparation] | None] = Products

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        check_variant(self.title, variant)
        samples = _products(preparation).samples
        train = samples * TRAIN_SHARE[0] // TRAIN_SHARE[1]
        return Counts(train, samples - train)

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        counts = self.counts(variant, preparation)
        chosen = _products(preparation)
        return _draw(chosen.length, counts.train if part == TRAIN else counts.test, chosen.seed, _STREAMS[part])

    def _input_shape(self, preparation: Preparation | None) -> tuple[int, ...]:
        return (_products(preparation).length, 2)


def _counting(preparation: Preparation | None) -> Counting:
    return preparation if isinstance(preparation, Counting) else Counting()


def _products(preparation: Preparation | None) -> Products:
    return preparation if isinstance(preparation, Products) else Products()


def _counting_rows(chosen: Counting) -> Split:
    """Row i counts from i tenths; its label is the number after its last."""
    tenths = np.arange(chosen.count)[:, np.newaxis] + np.arange(chosen.length + 1)
    return _rows(tenths)


def _unseen_rows(chosen: Counting) -> Split:
    """The row after the last one of the training, and one that first steps back: .1 .0 .1 .2 → .3."""
    onward = chosen.count + np.arange(chosen.length + 1)
    back = np.concatenate([[1], np.arange(chosen.length)])
    return _rows(np.stack([onward, back]))


def _rows(tenths: np.ndarray) -> Split:
    numbers = _fixed((tenths * STEP).astype(np.float32))
    return Split(numbers[:, :-1, np.newaxis], numbers[:, -1])


@lru_cache(maxsize=8)
def _draw(length: int, count: int, seed: int, stream: int) -> Split:
    """Examples (count, length, 2) of one stream of the seed; with a larger count the first ones stay the same.

    Training and test examples come from streams of their own, so that none of one length,
    number or kind is ever found among those of another.
    """
    numbers = np.random.RandomState([seed, stream, 0]).random_sample((count, length)).astype(np.float32)
    places = np.random.RandomState([seed, stream, 1]).random_sample((count, 2))
    first = (places[:, 0] * length).astype(int)
    second = (places[:, 1] * (length - 1)).astype(int)
    second += second >= first
    rows = np.arange(count)
    marks = np.zeros_like(numbers)
    marks[rows, first] = marks[rows, second] = 1
    inputs = np.stack([marks, numbers], axis=-1)
    return Split(_fixed(inputs), _fixed(numbers[rows, first] * numbers[rows, second]))


def marked(inputs: np.ndarray) -> np.ndarray:
    """The two marked steps of each example (n, length, 2), in order: (n, 2), from 0."""
    return np.argsort(-inputs[..., MARK], axis=-1, kind="stable")[:, :2]


def _fixed(array: np.ndarray) -> np.ndarray:
    """Shared by all who ask, so nobody may change it."""
    array.setflags(write=False)
    return array


def check_variant(title: Message, variant: str) -> None:
    if variant != FULL:
        raise ExplorerError(
            message(
                N_("{dataset} has no variant {variant}; use {full}."),
                dataset=title,
                variant=repr(variant)[:60],
                full=FULL,
            )
        )


PUZZLES: tuple[Puzzle, ...] = (CountingPuzzle(), ProductPuzzle())
