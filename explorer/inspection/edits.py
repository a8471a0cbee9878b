"""Changes to a network's weights, one after the other, without touching the network itself."""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import EllipsisType

import numpy as np

from explorer.network import Network, Weights

LARGEST = 1000.0
"""How far from 0 an edited value may lie."""


@dataclass(frozen=True)
class Edit(ABC):
    """One change to the weights of the layer of that name."""

    layer: str

    @abstractmethod
    def places(self) -> dict[str, tuple[int, ...]]:
        """The Keras weight names that the edit changes, each with the index (or its end) of what is changed."""

    def value(self) -> float:
        """What is written there."""
        return 0.0

    def fits(self, network: Network) -> bool:
        """Whether the network has these weights and places."""
        group = network.weights.get(self.layer, {})
        return math.isfinite(self.value()) and any(
            name in group and _inside(index, group[name].shape) for name, index in self.places().items()
        )


@dataclass(frozen=True)
class KernelValue(Edit):
    """A new value for one weight of a kernel, at the index that Keras's array has it.

    A convolution's index is (row, column, channel, filter), a dense layer's (input, unit).
    """

    index: tuple[int, ...]
    number: float

    def places(self) -> dict[str, tuple[int, ...]]:
        return {"kernel": self.index}

    def fits(self, network: Network) -> bool:
        return super().fits(network) and network.weights[self.layer]["kernel"].ndim == len(self.index)

    def value(self) -> float:
        return self.number


@dataclass(frozen=True)
class ZeroFilter(Edit):
    """0 for the whole kernel and the bias of one filter or dense unit: its map is act(0) everywhere."""

    filter: int

    def places(self) -> dict[str, tuple[int, ...]]:
        return {"kernel": (self.filter,), "bias": (self.filter,)}


@dataclass(frozen=True)
class ZeroBias(Edit):
    """0 for the bias of every filter or unit of the layer."""

    def places(self) -> dict[str, tuple[int, ...]]:
        return {"bias": ()}


def apply(network: Network, edits: Sequence[Edit]) -> Network:
    """The network with the edits made in their order; it shares every array that none of them changes.

    Raises:
        ValueError: if an edit does not fit the network.
    """
    changed: Weights = {}
    for edit in edits:
        if not edit.fits(network):
            raise ValueError(edit)
        group = changed.setdefault(edit.layer, {})
        for name, index in edit.places().items():
            _copy_once(group, name, network.weights[edit.layer])
            if name in group:
                _written(group[name], index, edit.value())
    edited = copy.copy(network)
    edited.weights = {layer: {**group, **_closed(changed.get(layer, {}))} for layer, group in network.weights.items()}
    return edited


def _copy_once(group: dict[str, np.ndarray], name: str, source: Mapping[str, np.ndarray]) -> None:
    if name in source and name not in group:
        group[name] = source[name].copy()


def _written(array: np.ndarray, index: tuple[int, ...], value: float) -> None:
    place: tuple[EllipsisType | int, ...] = (..., *index)
    array[place] = value


def _closed(group: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    for array in group.values():
        array.setflags(write=False)
    return group


def _inside(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether an index, or the end of one, is a place in an array of that shape."""
    ends = shape[len(shape) - len(index) :]
    return len(index) <= len(shape) and all(0 <= place < size for place, size in zip(index, ends, strict=True))
