"""How well a network solves a sequence problem with numbers for answers, and what its gates do at marked steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.network import Network

BATCH = 110
"""Examples traced at once: all gates of two layers of 30 units over 200 steps take 30 MB."""


@dataclass(frozen=True)
class Answers:
    """Predicted and true numbers, both (n,); an answer is right if it is no further than `tolerance` off."""

    predicted: np.ndarray
    truth: np.ndarray
    tolerance: float

    @cached_property
    def errors(self) -> np.ndarray:
        """Prediction minus truth: (n,)."""
        return np.asarray(self.predicted - self.truth)

    @cached_property
    def right(self) -> np.ndarray:
        """Which answers are right: (n,)."""
        return np.asarray(np.abs(self.errors) <= self.tolerance)

    @property
    def share(self) -> float:
        """The share of right answers."""
        return float(self.right.mean())

    @property
    def loss(self) -> float:
        """The mean squared error, as Keras's ``mse``."""
        return float(np.square(self.errors).mean())

    def worst_first(self) -> np.ndarray:
        """Places of the examples, the largest error first: (n,)."""
        return np.argsort(-np.abs(self.errors), kind="stable")


def answers(network: Network, inputs: np.ndarray, truth: np.ndarray, tolerance: float) -> Answers:
    """What the network, whose output is one number, says of (n, time steps, features)."""
    parts = [network.predict(inputs[first : first + BATCH])[:, 0] for first in range(0, len(inputs), BATCH)]
    return Answers(np.concatenate(parts), truth, tolerance)


def resized(network: Network, shape: tuple[int, ...]) -> Network:
    """The same weights for inputs of another number of steps.

    Raises:
        ExplorerError: if a layer's weights depend on the number of steps or features.
    """
    if network.spec.input_shape == shape:
        return network
    return Network(dataclasses.replace(network.spec, input_shape=shape), network.weights)


@dataclass(frozen=True)
class StepMeans:
    """Means of one gate or state over steps of one kind, for each unit: (units,).

    Values of both signs are averaged by their size.
    """

    marked: np.ndarray
    unmarked: np.ndarray

    @property
    def opening(self) -> np.ndarray:
        """How much larger each unit's values are at marked steps: (units,)."""
        return np.asarray(self.marked - self.unmarked)


def step_means(network: Network, inputs: np.ndarray, marks: np.ndarray, layer: str) -> dict[str, StepMeans]:
    """Means at marked and other steps of every gate and state of a recurrent layer, by letter.

    `inputs` is (n, time steps, features) and `marks` (n, time steps) is true at marked steps.
    """
    sums: dict[str, list[np.ndarray]] = {}
    for first in range(0, len(inputs), BATCH):
        part = slice(first, first + BATCH)
        for letter, (marked, unmarked) in _sums(network, inputs[part], marks[part], layer).items():
            kept = sums.setdefault(letter, [np.zeros_like(marked), np.zeros_like(unmarked)])
            kept[0] += marked
            kept[1] += unmarked
    count = int(marks.sum())
    return {
        letter: StepMeans(marked / max(count, 1), unmarked / max(marks.size - count, 1))
        for letter, (marked, unmarked) in sums.items()
    }


def _sums(
    network: Network, inputs: np.ndarray, marks: np.ndarray, layer: str
) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    gates = network.trace(inputs, until=layer)[layer].result.gates
    found = {}
    for letter, values in gates.items():
        sizes = np.abs(values)
        found[letter] = sizes[marks].sum(axis=0, dtype=np.float64), sizes[~marks].sum(axis=0, dtype=np.float64)
    return found


def sensitivity(network: Network, inputs: np.ndarray, feature: int) -> np.ndarray:
    """How much the answer to one example (time steps, features) grows with a feature of each step: (time steps,).

    Of a product of two numbers, the other number at either of them, and 0 at all the rest.
    """
    trace = network.trace(inputs[np.newaxis])
    return np.asarray(network.gradients(trace, 0).inputs[0, :, feature])


def count_on(network: Network, shown: np.ndarray, steps: int) -> np.ndarray:
    """The next numbers (steps,), each predicted from the last `len(shown)` ones, the network's own among them."""
    row = [float(number) for number in shown]
    for _step in range(steps):
        window = np.array(row[-len(shown) :], np.float32)
        row.append(float(network.predict(window[np.newaxis, :, np.newaxis])[0, 0]))
    return np.array(row[len(shown) :])
