"""What every transparent layer gives back, and where layers are looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.specs import Layer

LayerWeights = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class LayerResult:
    """A layer's output and what it computed on the way; batch first, as in Keras.

    `logits` are the values before the activation function, for layers that have one.
    `normalized` are the centred and scaled values of a normalisation layer.
    """

    output: np.ndarray
    logits: np.ndarray | None = None
    normalized: np.ndarray | None = None


Forward = Callable[[Any, LayerWeights, np.ndarray], LayerResult]

FORWARD: dict[type[Layer], Forward] = {}


def computes(kind: type[Layer]) -> Callable[[Forward], Forward]:
    """Register the function that computes a kind of layer."""

    def register(function: Forward) -> Forward:
        FORWARD[kind] = function
        return function

    return register


def forward(layer: Layer, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """Apply a layer to a batch of inputs, as Keras does at prediction.

    `weights` are by Keras's names and `inputs` is batch first.
    """
    return FORWARD[type(layer)](layer, weights, inputs)
