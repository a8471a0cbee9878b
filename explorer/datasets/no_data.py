"""The data of a model that came alone: what goes in and what comes out is known, but no example of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

from explorer.datasets.base import ACTIVATIONS, TEST, TRAIN, Availability, Counts, Dataset, Preparation, Split, Task
from explorer.messages import N_, ExplorerError, Message, message

MOST_UNITS = 4096


@dataclass(frozen=True)
class Shapes(Preparation):
    """What a model takes and gives: `loss` as in a `Task`, and the size of the `vocabulary` if it takes tokens."""

    input_shape: tuple[int, ...] = (1,)
    units: int = 1
    loss: str = "mean_squared_error"
    vocabulary: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        sizes = (*self.input_shape, self.units)
        if self.loss not in ACTIVATIONS or not all(isinstance(n, int) and n > 0 for n in sizes):
            raise TypeError(self)


@dataclass(frozen=True)
class NoData(Dataset):
    """A data set without examples; its classes have numbers for names."""

    name: str = "no-data"
    title: Message = field(default_factory=lambda: message(N_("other data, which is not here")))
    preparation: ClassVar[type[Preparation] | None] = Shapes
    own: ClassVar[bool] = True

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        shapes = preparation if isinstance(preparation, Shapes) else Shapes()
        return Task(
            shapes.input_shape, shapes.units, shapes.loss, _classes(shapes), math.inf, vocabulary=shapes.vocabulary
        )

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        return Counts(0, 0)

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        raise _none()

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        raise _none()


def _none() -> ExplorerError:
    return ExplorerError(
        message(N_("This model came without its data, so there are no test examples; give it an image of your own."))
    )


def _classes(shapes: Shapes) -> tuple[Message, ...]:
    counts = {"binary_crossentropy": 2, "sparse_categorical_crossentropy": shapes.units}
    return tuple(message(N_("class {number}"), number=number) for number in range(counts.get(shapes.loss, 0)))
