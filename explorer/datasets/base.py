"""What every data set offers: counts, classes, and its parts as arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from explorer.messages import Message
from explorer.specs import Shape

FULL, SAMPLE = "full", "sample"
TRAIN, TEST = "train", "test"


@dataclass(frozen=True)
class Split:
    """Images (n, height, width, channels) of uint8, 0 to 255, and their labels (n,).

    `numbers` (n,) says of a sample which images of the whole set's part these are, from 0.
    """

    images: np.ndarray
    labels: np.ndarray
    numbers: np.ndarray | None = None


@dataclass(frozen=True)
class Counts:
    """How many images there are to train on, validation included, and to test on."""

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
    """A data set by name, with the title and class names that readers see."""

    name: str
    title: Message
    classes: tuple[Message, ...]
    input_shape: Shape

    @abstractmethod
    def counts(self, variant: str) -> Counts:
        """How many images the variant has.

        Raises:
            ExplorerError: if there is no such variant.
        """

    @abstractmethod
    def load(self, variant: str, part: str) -> Split:
        """The images of `part` ("train" or "test").

        Raises:
            ExplorerError: if there is no such variant, it is not at hand or its files are damaged.
        """

    @abstractmethod
    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        """The best variant of these parts on this machine; never waits for the network."""

    @abstractmethod
    def start_fetch(self) -> None:
        """Begin to download the full variant in the background, unless it is here or under way."""

    @abstractmethod
    def fetch_status(self) -> FetchStatus:
        """How the download stands."""
