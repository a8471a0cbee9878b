"""How much of each step's state is still in the last one: the exact gradients through time, and the gates' product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.layers import Context, LayerResult
from explorer.layers.base import LayerWeights
from explorer.layers.recurrent_gradients import Past, past
from explorer.network import LayerTrace
from explorer.specs import GRU, LSTM, Layer

KEEPING: dict[type[Layer], str] = {LSTM: "f", GRU: "z"}
"""The gate that a state is multiplied by on its straight way to the next step."""


@dataclass(frozen=True)
class Retention:
    """What one direction of a recurrent layer keeps of each step of one sequence, in the sequence's order.

    `norms[s]` (time steps,) is the spectral norm (the largest singular value, as in Pascanu,
    Mikolov and Bengio 2013, https://arxiv.org/abs/1211.5063) of ∂h_T / ∂s_t for each state s,
    h and in an LSTM c too; T is the step that the direction reads last. `kept` (time steps,
    units) is the product of the `gate` (f in an LSTM, z in a GRU) over the steps read after t:
    the share of the state that reaches T straight; None for a SimpleRNN, which has no such gate.
    Masked steps hand everything on.
    """

    norms: Mapping[str, np.ndarray]
    gate: str | None
    kept: np.ndarray | None


def retention(step: LayerTrace, weights: LayerWeights, example: int = 0, direction: str = "forward") -> Retention:
    """What a recurrent layer keeps; `direction` ("forward" or "backward") is for `Bidirectional`."""
    walked = _walked(step, weights, slice(example, example + 1), direction)
    order = slice(None, None, -1 if direction == "backward" else 1)
    norms = {name: values[order] for name, values in _norms(walked).items()}
    gate = KEEPING.get(type(walked.layer))
    if gate is None:
        return Retention(norms, None, None)
    return Retention(norms, gate, _straight(walked, gate)[order])


def _walked(step: LayerTrace, weights: LayerWeights, chosen: slice, direction: str) -> Past:
    """The forward pass of the chosen examples alone."""
    heeded = step.context
    context = Context(
        None if heeded.mask is None else heeded.mask[chosen],
        {name: values[chosen] for name, values in heeded.initial.items()},
        heeded.clamp,
    )
    gates = {name: values[chosen] for name, values in step.result.gates.items()}
    result = LayerResult(step.output[chosen], gates=gates)
    return past(step.layer, weights, step.inputs[chosen], result, context, direction)


def _norms(walked: Past) -> dict[str, np.ndarray]:
    """Each unit of the last h is an objective of its own; all are taken back at once."""
    steps, units = walked.inputs.shape[1], walked.layer.units
    found = {name: np.empty(steps, np.float32) for name in walked.states}
    d = {name: np.eye(units, dtype=np.float32) * np.float32(name == "h") for name in walked.states}
    for step in reversed(range(steps)):
        back = walked.back(step, d)
        d = back.before
        for name, values in back.states.items():
            found[name][step] = np.linalg.norm(values, 2)
    return found


def _straight(walked: Past, gate: str) -> np.ndarray:
    """The product of a gate over all later steps: (time steps, units)."""
    values, mask = walked.gates[gate][0], walked.context.mask
    passed = values if mask is None else np.where(mask[0][:, np.newaxis], values, np.float32(1))
    product = np.ones_like(passed)
    product[:-1] = np.cumprod(passed[:0:-1], axis=0)[::-1]
    return product
