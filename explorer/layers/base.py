"""What every transparent layer gives back, and where layers are looked up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.specs import Layer

LayerWeights = Mapping[str, np.ndarray]

Clamp = Callable[[str, int, np.ndarray], np.ndarray]
"""Quantity ("i", "f", "g", "o", "c", "z", "r", "h"), time step and its values (n, units): the values to go on with."""


@dataclass(frozen=True)
class LayerResult:
    """A layer's output and what it computed on the way; batch first, as in Keras.

    `logits` are the values before the activation function, for layers that have one.
    `normalized` are the centred and scaled values of a normalisation layer. `gates` are all
    gates and states of a recurrent layer by their letters, each (n, time steps, units); of
    `Bidirectional` with "forward_" and "backward_" before them, both in the order of the
    sequence. `mask` (n, time steps) says which steps of the output count, if not all do.
    """

    output: np.ndarray
    logits: np.ndarray | None = None
    normalized: np.ndarray | None = None
    gates: Mapping[str, np.ndarray] = field(default_factory=dict)
    mask: np.ndarray | None = None


@dataclass(frozen=True)
class Context:
    """What a layer over sequences may have to heed besides its inputs.

    `mask` (n, time steps) is False where a step does not count, `initial` holds the states to
    begin with, each (n, units) by its letter (zeros if missing), and `clamp` may change any
    gate or state at any step.
    """

    mask: np.ndarray | None = None
    initial: Mapping[str, np.ndarray] = field(default_factory=dict)
    clamp: Clamp | None = None


Forward = Callable[[Any, LayerWeights, np.ndarray], LayerResult]
SequenceForward = Callable[[Any, LayerWeights, np.ndarray, Context], LayerResult]

FORWARD: dict[type[Layer], SequenceForward] = {}


def computes(kind: type[Layer], supports_masking: bool = False) -> Callable[[Forward], Forward]:
    """Register the function that computes a kind of layer without heeding a mask.

    As in Keras a layer that `supports_masking` hands the mask of its inputs on, and any other
    drops it.
    """

    def register(function: Forward) -> Forward:
        def with_mask(layer: Any, weights: LayerWeights, inputs: np.ndarray, context: Context) -> LayerResult:
            result = function(layer, weights, inputs)
            return dataclasses.replace(result, mask=context.mask) if supports_masking else result

        FORWARD[kind] = with_mask
        return function

    return register


def computes_sequences(kind: type[Layer]) -> Callable[[SequenceForward], SequenceForward]:
    """Register the function that computes a kind of layer over sequences; it says itself what becomes of the mask."""

    def register(function: SequenceForward) -> SequenceForward:
        FORWARD[kind] = function
        return function

    return register


def forward(layer: Layer, weights: LayerWeights, inputs: np.ndarray, context: Context | None = None) -> LayerResult:
    """Apply a layer to a batch of inputs, as Keras does at prediction.

    `weights` are by Keras's names and `inputs` is batch first.
    """
    return FORWARD[type(layer)](layer, weights, inputs, context or Context())
