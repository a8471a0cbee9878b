"""One sequence through one cell, step by step, with everything that each number was computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from explorer.layers.activations import ACTIVATIONS
from explorer.layers.recurrent import CELLS, walk
from explorer.messages import N_
from explorer.specs import GRU, LSTM, Recurrent, SimpleRNN

KINDS: dict[str, type[Recurrent]] = {"LSTM": LSTM, "GRU": GRU, "SimpleRNN": SimpleRNN}
"""The cells by Keras's names."""


@dataclass(frozen=True)
class Study:
    """A cell's way over one sequence.

    `inputs` are (time steps, features). `quantities` are the gates and states by their
    letters and `before` the states that each step began with, by their letters; all
    (time steps, units).
    """

    layer: Recurrent
    weights: Mapping[str, np.ndarray]
    inputs: np.ndarray
    quantities: Mapping[str, np.ndarray]
    before: Mapping[str, np.ndarray]

    @property
    def kind(self) -> str:
        """The cell's name in Keras."""
        return type(self.layer).__name__

    @property
    def features(self) -> int:
        return int(self.inputs.shape[1])

    @property
    def steps(self) -> int:
        return len(self.inputs)

    def tables(self) -> dict[str, np.ndarray]:
        """Every number that an equation may name: `FIXED` ones are weights, the others have a row per time step."""
        found: dict[str, np.ndarray] = {
            "W_x": self.weights["kernel"],
            "W_h": self.weights["recurrent_kernel"],
            "b": np.atleast_2d(self.weights["bias"]),
            "x": self.inputs,
            **self.quantities,
            **{f"{letter}-": values for letter, values in self.before.items()},
        }
        if isinstance(self.layer, LSTM):
            found["tanh(c)"] = ACTIVATIONS[self.layer.activation](found["c"])
        if isinstance(self.layer, GRU):
            found["1-z"] = 1 - found["z"]
            if not self.layer.reset_after:
                found["r*h-"] = found["r"] * found["h-"]
        return found


FIXED = ("W_x", "W_h", "b")
"""Tables that are the same at every time step: Keras's kernel, recurrent_kernel and bias (in rows)."""


def study(layer: Recurrent, weights: Mapping[str, np.ndarray], inputs: np.ndarray) -> Study:
    """Let a cell read inputs (time steps, features), beginning with states of 0."""
    way = walk(layer, weights, inputs[np.newaxis].astype(np.float32))
    quantities = {letter: values[0] for letter, values in way.quantities.items()}
    before = {
        letter: np.concatenate([np.zeros((1, layer.units), np.float32), quantities[letter][:-1]])
        for letter in CELLS[type(layer)].states
    }
    return Study(layer, weights, inputs, quantities, before)


class Signal(NamedTuple):
    """Inputs to choose: their name in the catalogue, and (time steps, features, seed) to values."""

    title: str
    values: Callable[[int, int, int], np.ndarray]


def _random(steps: int, features: int, seed: int) -> np.ndarray:
    chance = np.random.default_rng([seed, 1])
    return np.round(chance.uniform(-1, 1, (steps, features)), 1).astype(np.float32)


def _pulse(steps: int, features: int, seed: int) -> np.ndarray:
    return _first(features, (1.0 if step == 0 else 0.0 for step in range(steps)))


def _step(steps: int, features: int, seed: int) -> np.ndarray:
    return _first(features, (1.0 if step >= steps // 2 else 0.0 for step in range(steps)))


def _alternating(steps: int, features: int, seed: int) -> np.ndarray:
    return _first(features, (1.0 if step % 2 == 0 else -1.0 for step in range(steps)))


def _zeros(steps: int, features: int, seed: int) -> np.ndarray:
    return np.zeros((steps, features), np.float32)


def _first(features: int, values: Iterable[float]) -> np.ndarray:
    """The values as the first feature; the others are 0."""
    column = np.fromiter(values, np.float32)
    return np.pad(column[:, np.newaxis], ((0, 0), (0, features - 1)))


SIGNALS: dict[str, Signal] = {
    "random": Signal(N_("Random numbers"), _random),
    "pulse": Signal(N_("A pulse: 1, then 0"), _pulse),
    "step": Signal(N_("A step: 0, then 1"), _step),
    "alternating": Signal(N_("Alternating: 1, −1, 1, …"), _alternating),
    "zeros": Signal(N_("Zeros"), _zeros),
}


@dataclass(frozen=True)
class Count:
    """A cell's parameters as the rule says: `rule` with u units and d features, then with the numbers put in."""

    rule: str
    numbers: str
    total: int


def count(layer: Recurrent, features: int) -> Count:
    """Parameters of SimpleRNN u · (d + u + 1), LSTM four times and GRU three times that; reset_after has two biases."""
    times = "" if layer.gates == 1 else f"{layer.gates} · "
    biases = 2 if isinstance(layer, GRU) and layer.reset_after else 1
    units = layer.units
    return Count(
        f"{times}u · (d + u + {biases})",
        f"{times}{units} · ({features} + {units} + {biases})",
        layer.gates * units * (features + units + biases),
    )
