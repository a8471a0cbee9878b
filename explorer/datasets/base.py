"""What every data set offers: counts, its task, and its parts as arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from explorer.controls import check_settings
from explorer.messages import N_, ExplorerError, Message, message
from explorer.specs import Shape

FULL, SAMPLE = "full", "sample"
TRAIN, TEST = "train", "test"

ACTIVATIONS = {
    "sparse_categorical_crossentropy": "softmax",
    "binary_crossentropy": "sigmoid",
    "mean_squared_error": "linear",
}
"""The losses that Keras knows by these names, each with the activation of the layer that it measures."""


@dataclass(frozen=True)
class Task:
    """What a model of this data takes and gives.

    `units` is the size of the last layer, `loss` Keras's name of what training makes small.
    An answer counts as right when the most probable class is the label, when a probability
    is on the label's side of 0.5, or when a number is no further than `tolerance` from its
    label. With `per_step` there is one answer at each time step. Inputs
    are tokens below `vocabulary` if that is not 0. In an `ordered` task the
    examples follow each other in time, so the last ones are held out, not random ones.
    """

    input_shape: Shape
    units: int
    loss: str = "sparse_categorical_crossentropy"
    classes: tuple[Message, ...] = ()
    tolerance: float = 0.0
    per_step: bool = False
    vocabulary: int = 0
    ordered: bool = False

    @property
    def activation(self) -> str:
        """Of the last layer."""
        return ACTIVATIONS[self.loss]

    def right(self, outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Which answers count as right: outputs (..., units) and labels (...) to (...)."""
        if self.loss == "sparse_categorical_crossentropy":
            return np.asarray(outputs.argmax(axis=-1) == labels)
        if self.loss == "binary_crossentropy":
            return np.asarray((outputs[..., 0] > 0.5) == (labels > 0.5))
        return np.asarray(np.abs(outputs[..., 0] - labels) <= self.tolerance)


@dataclass(frozen=True)
class Preparation:
    """How raw data becomes a model's input; each kind declares its settings as fields."""

    def __post_init__(self) -> None:
        check_settings(self)


@dataclass(frozen=True)
class Split:
    """Examples (n, *input_shape) and their labels, (n,) or (n, time steps).

    Inputs of uint8 are pixels, which a model sees as 0 to 1; int32 are tokens, float32 numbers
    as they are. `numbers` (n,) says of a sample which examples of the whole set's part these are, from 0.
    """

    inputs: np.ndarray
    labels: np.ndarray
    numbers: np.ndarray | None = None


@dataclass(frozen=True)
class Counts:
    """How many examples there are to train on, validation included, and to test on."""

    train: int
    test: int


@dataclass(frozen=True)
class Availability:
    """The best variant at hand and where it is; `problem` names what is wrong with a place tried before it."""

    variant: str
    counts: Counts
    source: Message
    problem: Message | None = None


@dataclass(frozen=True)
class FetchStatus:
    """Where a download stands, in bytes; `problem` says why the last one failed or was not tried."""

    active: bool = False
    done: int = 0
    total: int = 0
    problem: Message | None = None


@dataclass(frozen=True)
class Dataset(ABC):
    """A data set by name, with the title that readers see.

    A data set whose examples depend on settings names their class as `preparation`; every
    method that takes one accepts None for its defaults.
    """

    name: str
    title: Message
    preparation: ClassVar[type[Preparation] | None] = None
    own: ClassVar[bool] = False
    """Whether readers bring it: each of its variants is an upload, and none of them is the best."""
    download_megabytes: ClassVar[int] = 0
    """The size of the full variant's files; 0 if there is nothing to download."""

    @abstractmethod
    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        """What a model for this data must be like.

        Raises:
            ExplorerError: if there is no such variant.
        """

    @abstractmethod
    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        """How many examples the variant has.

        Raises:
            ExplorerError: if there is no such variant.
        """

    @abstractmethod
    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        """The examples of `part` ("train" or "test").

        Raises:
            ExplorerError: if there is no such variant, it is not at hand or its files are damaged.
        """

    @abstractmethod
    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        """The best variant of these parts on this machine; never waits for the network.

        Raises:
            ExplorerError: if there is none, with what can be done.
        """

    def start_fetch(self) -> None:  # noqa: B027
        """Begin to download the full variant in the background, unless it is here or under way."""

    def fetch_status(self) -> FetchStatus:
        """How the download stands."""
        return FetchStatus()

    def prepared(self, data: dict[str, Any] | None) -> Preparation | None:
        """The preparation that a dictionary of its settings describes.

        Raises:
            ExplorerError: if this data has no such settings or they cannot work.
        """
        if data is None:
            return None
        try:
            if self.preparation is None:
                raise TypeError
            plain = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
            return self.preparation(**plain)
        except TypeError as error:
            raise ExplorerError(message(N_("This is not a preparation of data that this app wrote."))) from error
