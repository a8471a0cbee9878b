"""Forecasts of a series: one step at a time, rolled out over many, and what a cell makes of chunks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.datasets import TEST
from explorer.datasets.series import Prepared
from explorer.layers.recurrent import CELLS
from explorer.network import Network

BATCH = 256
LONGEST_READ = 400


@dataclass(frozen=True)
class Errors:
    """Mean absolute error and root mean squared error, in the units of what is forecast."""

    mae: float
    rmse: float

    @staticmethod
    def of(forecast: np.ndarray, truth: np.ndarray) -> Errors:
        difference = forecast - truth
        return Errors(float(np.abs(difference).mean()), float(np.sqrt((difference**2).mean())))


@dataclass(frozen=True)
class OneStep:
    """Forecasts of every row of the test part, each from the true window before it; all (rows,) in the target's units.

    `baseline` says of every row that it is as the one before it.
    """

    rows: np.ndarray
    truth: np.ndarray
    model: np.ndarray
    baseline: np.ndarray

    @property
    def errors(self) -> tuple[Errors, Errors]:
        """Of the model, and of the baseline."""
        return Errors.of(self.model, self.truth), Errors.of(self.baseline, self.truth)


@dataclass(frozen=True)
class RolledOut:
    """Forecasts of the rows from `origin` on, all made at `origin`; each (steps,) in the target's units.

    `truth` may be shorter: a forecast can go on after the last row.
    """

    origin: int
    model: np.ndarray
    baseline: np.ndarray
    truth: np.ndarray

    @property
    def errors(self) -> tuple[Errors, Errors] | None:
        """Of the model and of the baseline where the truth is known, if it is anywhere."""
        known = len(self.truth)
        if not known:
            return None
        return Errors.of(self.model[:known], self.truth), Errors.of(self.baseline[:known], self.truth)


def one_step(network: Network, prepared: Prepared) -> OneStep:
    """What the model says of each row of the test part."""
    inputs = prepared.split(TEST).inputs
    parts = [network.predict(inputs[first : first + BATCH])[:, 0] for first in range(0, len(inputs), BATCH)]
    rows = np.arange(prepared.cut, prepared.rows)
    return OneStep(rows, prepared.target[rows], prepared.in_units(np.concatenate(parts)), prepared.target[rows - 1])


def rolled_out(network: Network, prepared: Prepared, origin: int, steps: int) -> RolledOut:
    """The model's own forecasts fed back to it, `steps` times, from the rows before `origin` on.

    Of the features only the target is forecast, if it is one; the others stay as they were at
    the last row before `origin`.
    """
    window = prepared.inputs[origin - prepared.seq_length : origin].copy()
    said = np.empty(steps, np.float32)
    for step in range(steps):
        said[step] = network.predict(window[np.newaxis])[0, 0]
        row = window[-1].copy()
        if prepared.place is not None:
            row[prepared.place] = said[step]
        window = np.concatenate([window[1:], row[np.newaxis]])
    last = np.full(steps, prepared.target[origin - 1])
    return RolledOut(origin, prepared.in_units(said), last, prepared.target[origin : origin + steps])


@dataclass(frozen=True)
class Readings:
    """The state h of one layer's units (steps, units), the same cell having read the same rows in three ways.

    `whole`: all at once. `carried`: in chunks, each beginning with the state that the last one
    ended with, as with `stateful=True`. `reset`: in chunks, each beginning with zeros.
    """

    whole: np.ndarray
    carried: np.ndarray
    reset: np.ndarray

    @property
    def carried_difference(self) -> float:
        """The largest distance between reading with the state carried on and reading the whole."""
        return float(np.abs(self.carried - self.whole).max())

    @property
    def reset_difference(self) -> float:
        """The same without carrying the state on."""
        return float(np.abs(self.reset - self.whole).max())


def recurrent_layers(network: Network) -> tuple[str, ...]:
    """The names of the layers that have a state and hand on nothing but states, from the first layer on."""
    names = []
    for name, layer in zip(network.spec.names(), network.spec.layers, strict=True):
        if type(layer) not in CELLS:
            break
        names.append(name)
    return tuple(names)


def readings(network: Network, layer: str, rows: np.ndarray, chunk: int) -> Readings:
    """Let the network read rows (steps, features) up to `layer`: whole, and in chunks of `chunk` steps."""
    return Readings(
        _read(network, layer, rows, len(rows), carry=False),
        _read(network, layer, rows, chunk, carry=True),
        _read(network, layer, rows, chunk, carry=False),
    )


def _read(network: Network, layer: str, rows: np.ndarray, chunk: int, *, carry: bool) -> np.ndarray:
    states: dict[str, Mapping[str, np.ndarray]] = {}
    parts = []
    for first in range(0, len(rows), chunk):
        trace = network.trace(rows[np.newaxis, first : first + chunk], until=layer, initial=states)
        parts.append(trace[layer].result.gates["h"][0])
        if carry:
            states = {
                step.name: {name: step.result.gates[name][:, -1] for name in CELLS[type(step.layer)].states}
                for step in trace.layers
            }
    return np.concatenate(parts)
