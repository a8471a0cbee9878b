"""How long one early pulse stays in the state of each cell: long-term dependency with real numbers.

Every cell has one unit and reads two features: a value, and a mark that is 1 at the pulse
alone. The gates of LSTM and GRU may listen to the mark; a SimpleRNN has no gate that could.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.inspection.cells import Study, study
from explorer.layers.cell_weights import OPEN, Weights, empty
from explorer.specs import GRU, LSTM, Recurrent, SimpleRNN

NOISE = 0.3
"""Inputs after the pulse lie within ±NOISE, if they are not 0."""


@dataclass(frozen=True)
class Settings:
    """Recurrent weight w and activation of the SimpleRNN, and the gates f and z (0 to 1) where nothing is marked."""

    steps: int = 40
    weight: float = 0.9
    activation: str = "tanh"
    forget: float = 0.98
    update: float = 0.98
    noise: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Memory:
    """What is left of the pulse in a cell, one number per time step.

    `state` is c of an LSTM and h of the others; `letter` says which. `left` is the
    difference that the pulse makes to it, as a share of what it made at step 1. `product` is
    the product of the `factors` of all steps so far: the gates f or z, or the weight w.
    `gradient` is the same with a SimpleRNN's w · (1 − h²) in place of w: ∂state_t / ∂state_1.
    """

    cell: str
    letter: str
    factor: str
    state: np.ndarray
    left: np.ndarray
    factors: np.ndarray
    product: np.ndarray
    gradient: np.ndarray


def memories(settings: Settings) -> tuple[Memory, ...]:
    """What each of the three cells keeps."""
    return (_simple(settings), _gated(LSTM(units=1), "c", "f", settings), _gated(GRU(units=1), "h", "z", settings))


def inputs(settings: Settings, *, pulse: bool) -> np.ndarray:
    """Value and mark over time: (time steps, 2)."""
    found = np.zeros((settings.steps, 2), np.float32)
    if settings.noise:
        found[:, 0] = np.random.default_rng(settings.seed).uniform(-NOISE, NOISE, settings.steps)
    found[0] = (1, 1) if pulse else (0, 0)
    return found


def _simple(settings: Settings) -> Memory:
    layer = SimpleRNN(units=1, activation=settings.activation)
    weights = empty(layer, 2)
    weights["kernel"][0] = 1
    weights["recurrent_kernel"][:] = settings.weight
    found, left = _pair(layer, weights, "h", settings)
    h = found.quantities["h"][:, 0].astype(float)
    factors = np.full(settings.steps, settings.weight)
    slopes = factors * (1 - h**2) if settings.activation == "tanh" else factors
    return Memory("SimpleRNN", "h", "w", h, left, factors, _running(factors), _running(slopes))


def _gated(layer: Recurrent, letter: str, gate: str, settings: Settings) -> Memory:
    found, left = _pair(layer, _gated_weights(layer, settings), letter, settings)
    factors = found.quantities[gate][:, 0].astype(float)
    product = _running(factors)
    state = found.quantities[letter][:, 0].astype(float)
    return Memory(found.kind, letter, gate, state, left, factors, product, product)


def _gated_weights(layer: Recurrent, settings: Settings) -> Weights:
    """Columns as in Keras: i, f, g, o or z, r, g."""
    weights = empty(layer, 2)
    if isinstance(layer, LSTM):
        weights["kernel"][:] = [[0, 0, 2, 0], [2 * OPEN, 0, 0, 0]]
        weights["bias"][:] = [-OPEN, logit(settings.forget), 0, OPEN]
    else:
        weights["kernel"][:] = [[0, 0, 2], [-4 * OPEN, 0, 0]]
        weights["bias"][0] = [logit(settings.update), 0, 0]
    return weights


def logit(share: float) -> float:
    """The number whose sigmoid is the share."""
    return math.log(share / (1 - share))


def _pair(layer: Recurrent, weights: Weights, letter: str, settings: Settings) -> tuple[Study, np.ndarray]:
    """The walk with the pulse, and what is left of the difference to the one without it."""
    with_pulse, without = (study(layer, weights, inputs(settings, pulse=pulse)) for pulse in (True, False))
    change = (with_pulse.quantities[letter] - without.quantities[letter])[:, 0].astype(float)
    return with_pulse, change / change[0]


def _running(factors: np.ndarray) -> np.ndarray:
    """The product of the factors after the first step; 1 at the first."""
    return np.cumprod(np.concatenate([[1.0], factors[1:]]))
