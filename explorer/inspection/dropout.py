"""What dropout does at each training step, and what is left of it at prediction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.layers import forward
from explorer.network import Network, Trace


@dataclass(frozen=True)
class DropoutSteps:
    """Training steps of one dropout layer on one input.

    `values` (units,) go in, `kept` (steps, units) says which of them a step lets through,
    `outputs` (steps, units) are what comes out, `predictions` (steps, classes) what the rest
    of the network makes of it.
    """

    rate: float
    values: np.ndarray
    kept: np.ndarray
    outputs: np.ndarray
    predictions: np.ndarray

    def share_off(self, step: int) -> np.ndarray:
        """How often each unit was off in the first `step` steps: (units,) from 0 to 1."""
        return 1 - self.kept[:step].mean(axis=0)


def dropout_steps(network: Network, trace: Trace, layer: str, rate: float, steps: int, seed: int) -> DropoutSteps:
    """Training steps of a dropout layer after the first image of a trace.

    A unit is off with probability `rate`, anew at each step; those left are multiplied by
    1 / (1 - rate), so that their sum stays the same on average (Srivastava et al. 2014, in
    the inverted form that Keras uses).
    """
    values = trace[layer].inputs[0]
    kept = np.random.default_rng(seed).random((steps, *values.shape)) >= rate
    outputs = (values * kept / (1 - rate)).astype(np.float32)
    return DropoutSteps(rate, values, kept, outputs, _rest(network, layer, outputs))


def _rest(network: Network, layer: str, values: np.ndarray) -> np.ndarray:
    """What the layers after `layer` make of its outputs."""
    names = network.spec.names()
    for index in range(names.index(layer) + 1, len(names)):
        values = forward(network.spec.layers[index], network.weights[names[index]], values).output
    return values
