"""Weights for small cells: at random as Keras begins, and by hand to show what a cell can keep.

Each builder takes a recurrent layer, the number of features and a seed and gives the layer's
weights by Keras's names, float32. Random ones are rounded to two decimals to be read easily.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from explorer.layers.recurrent import CELLS
from explorer.messages import N_
from explorer.specs import GRU, LSTM, Recurrent

Weights = dict[str, np.ndarray]
OPEN = 6.0
"""A bias that opens a gate to σ(6) = 0.998; its negative closes it to 0.002."""


def as_keras_begins(layer: Recurrent, features: int, seed: int) -> Weights:
    """Glorot uniform kernel, orthogonal recurrent kernel, zero bias, and 1 in the bias of a forget gate."""
    chance = np.random.default_rng(seed)
    weights = empty(layer, features)
    bound = math.sqrt(6 / (features + weights["kernel"].shape[1]))
    weights["kernel"][:] = chance.uniform(-bound, bound, weights["kernel"].shape)
    tall = np.linalg.qr(chance.normal(size=weights["recurrent_kernel"].shape[::-1]))[0]
    weights["recurrent_kernel"][:] = tall.T
    if isinstance(layer, LSTM):
        weights["bias"][..., columns(layer, "f")] = 1
    return {name: np.round(array, 2) for name, array in weights.items()}


def remembers(layer: Recurrent, features: int, seed: int) -> Weights:
    """A large first input is written; without one the gates keep what there is."""
    weights = empty(layer, features)
    if isinstance(layer, LSTM):
        _set(layer, weights, "f", bias=OPEN)
        _set(layer, weights, "i", first=2 * OPEN, bias=-OPEN)
        _set(layer, weights, "g", first=2)
        _set(layer, weights, "o", bias=OPEN)
    elif isinstance(layer, GRU):
        _set(layer, weights, "z", first=-2 * OPEN, bias=OPEN)
        _set(layer, weights, "g", first=2)
    else:
        weights["kernel"][0] = 2
        weights["recurrent_kernel"][:] = np.eye(layer.units)
    return weights


def forgets(layer: Recurrent, features: int, seed: int) -> Weights:
    """Only the present input counts; the old state is thrown away at every step."""
    weights = empty(layer, features)
    if isinstance(layer, LSTM):
        _set(layer, weights, "f", bias=-OPEN)
        _set(layer, weights, "i", bias=OPEN)
        _set(layer, weights, "g", first=2)
        _set(layer, weights, "o", bias=OPEN)
    elif isinstance(layer, GRU):
        _set(layer, weights, "z", bias=-OPEN)
        _set(layer, weights, "g", first=2)
    else:
        weights["kernel"][0] = 2
    return weights


def fades(layer: Recurrent, features: int, seed: int) -> Weights:
    """Half of the memory is left after every step: a recurrent weight of 0.5, or a gate at 0.5."""
    weights = forgets(layer, features, seed)
    if isinstance(layer, LSTM):
        _set(layer, weights, "f", bias=0)
    elif isinstance(layer, GRU):
        _set(layer, weights, "z", bias=0)
    else:
        weights["recurrent_kernel"][:] = 0.5 * np.eye(layer.units)
    return weights


def explodes(layer: Recurrent, features: int, seed: int) -> Weights:
    """Random weights with a recurrent kernel four times as large: tiny differences grow at every step."""
    weights = as_keras_begins(layer, features, seed)
    weights["recurrent_kernel"] *= 4
    return weights


class Build(NamedTuple):
    """A way to make weights: its name in the catalogue, and the builder."""

    title: str
    weights: Callable[[Recurrent, int, int], Weights]


WEIGHTS: dict[str, Build] = {
    "random": Build(N_("Random, as Keras begins"), as_keras_begins),
    "remembers": Build(N_("Remembers: a pulse stays"), remembers),
    "forgets": Build(N_("Forgets: only the present counts"), forgets),
    "fades": Build(N_("Fades: half is left each step"), fades),
    "explodes": Build(N_("Explodes: recurrent weights × 4"), explodes),
}


def empty(layer: Recurrent, features: int) -> Weights:
    """Zeros in the shapes that the layer's weights have."""
    return {name: np.zeros(shape, np.float32) for name, shape in layer.weight_shapes((1, features)).items()}


def columns(layer: Recurrent, letter: str) -> slice:
    """Where the weights of a gate lie among the columns of kernel, recurrent_kernel and bias."""
    gates = CELLS[type(layer)].gates
    first = gates.index(letter) * layer.units if letter in gates else 0
    return slice(first, first + layer.units)


def _set(layer: Recurrent, weights: Weights, letter: str, first: float = 0, bias: float = 0) -> None:
    """A gate that listens to the first feature alone. Of two biases (GRU with reset_after) the first is set."""
    where = columns(layer, letter)
    weights["kernel"][0, where] = first
    target = weights["bias"][0] if weights["bias"].ndim == 2 else weights["bias"]
    target[where] = bias
