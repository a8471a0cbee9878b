"""Several inputs, each through layers of its own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from explorer.layers.base import LayerResult, LayerWeights, computes, forward
from explorer.layers.gradients import backward, before_activation, differentiates
from explorer.specs import Branches, Layer


class _Step(NamedTuple):
    """What one layer of a stack did."""

    layer: Layer
    weights: LayerWeights
    inputs: np.ndarray
    result: LayerResult


class _Stack(NamedTuple):
    """What the layers of one input did, and what came out."""

    steps: list[_Step]
    output: np.ndarray


@computes(Branches)
def branches(layer: Branches, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """Each input's columns (n, size) through its stack; the outputs after each other, (n, features)."""
    return LayerResult(np.concatenate([stack.output for stack in _stacks(layer, weights, inputs)], axis=-1))


@differentiates(Branches)
def branches_back(layer: Branches, weights: LayerWeights, inputs: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Each stack takes back the gradient of its own outputs."""
    stacks = _stacks(layer, weights, inputs)
    ends = np.cumsum([stack.output.shape[-1] for stack in stacks])[:-1]
    return np.concatenate(
        [_taken_back(stack, part) for stack, part in zip(stacks, np.split(gradient, ends, axis=-1), strict=True)],
        axis=-1,
    )


def _stacks(layer: Branches, weights: LayerWeights, inputs: np.ndarray) -> list[_Stack]:
    columns = np.split(inputs, np.cumsum(layer.sizes)[:-1], axis=-1)
    return [
        _stack(f"{letter}_", part.layers, part.names(), weights, values)
        for (letter, part), values in zip(layer.parts.items(), columns, strict=True)
    ]


def _stack(
    prefix: str, layers: tuple[Layer, ...], names: tuple[str, ...], weights: LayerWeights, values: np.ndarray
) -> _Stack:
    steps = []
    for name, layer in zip(names, layers, strict=True):
        place = f"{prefix}{name}_"
        own = {key.removeprefix(place): array for key, array in weights.items() if key.startswith(place)}
        steps.append(_Step(layer, own, values, forward(layer, own, values)))
        values = steps[-1].result.output
    return _Stack(steps, values)


def _taken_back(stack: _Stack, gradient: np.ndarray) -> np.ndarray:
    for step in reversed(stack.steps):
        before = before_activation(step.layer, step.result, gradient)
        gradient = backward(step.layer, step.weights, step.inputs, before, step.result)
    return gradient
