"""Back-propagation through time: a recurrent layer backwards, from the last step to the first.

Goodfellow, Bengio, Courville: Deep Learning, section 10.2.2; the steps are in `cell_gradients`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.layers.base import Context, LayerResult, LayerWeights
from explorer.layers.cell_gradients import STEPS_BACK, StepBack
from explorer.layers.gradients import differentiates_sequences
from explorer.layers.recurrent import (
    CELLS,
    Quantities,
    StepClamp,
    beginning,
    begun,
    input_part,
    shown,
    side,
    sided,
    unclamped,
)
from explorer.specs import Bidirectional, Layer, Recurrent


@dataclass(frozen=True)
class RecurrentGradients:
    """How fast the objective grows with a recurrent layer's inputs and states.

    `inputs` (n, time steps, features); `states` by their letters (of `Bidirectional` with
    "forward_" and "backward_" before them), each (n, time steps, units): the state that a step
    leaves, in all its ways to the objective, through the output and through later steps.
    `columns` (n, time steps, gates · units) belong to x·W + b; `Bidirectional` has none of its own.
    """

    inputs: np.ndarray
    states: Mapping[str, np.ndarray]
    columns: np.ndarray | None = None


@dataclass(frozen=True)
class Past:
    """One direction's forward pass in the order of its reading, to be gone back over step by step."""

    layer: Recurrent
    weights: LayerWeights
    inputs: np.ndarray
    gates: Mapping[str, np.ndarray]
    context: Context

    @property
    def states(self) -> tuple[str, ...]:
        """The letters of the states that a step hands on."""
        return CELLS[type(self.layer)].states

    def back(self, step: int, d: Quantities) -> StepBack:
        """From the gradients of the states after a step to those before it."""
        now = {name: values[:, step] for name, values in self.gates.items()}
        before = beginning(self.layer, self.context, len(self.inputs))
        if step:
            before = {name: self.gates[name][:, step - 1] for name in self.states}
        go_back = STEPS_BACK[type(self.layer)]
        found = go_back(self.layer, self.weights, now, before, d, self._behind(step, before))
        return found if self.context.mask is None else _masked(found, d, self.context.mask[:, step, np.newaxis])

    def _behind(self, step: int, before: Quantities) -> StepClamp:
        """What a gate that was clamped hands back: nothing where the clamp changed its value."""
        clamp = self.context.clamp
        if clamp is None:
            return unclamped
        kept: Quantities = {}

        def compared(name: str, values: np.ndarray) -> np.ndarray:
            clamped = np.asarray(clamp(name, step, values), np.float32)
            kept[name] = clamped == values
            return clamped

        x = input_part(self.layer, self.weights, self.inputs[:, step])
        CELLS[type(self.layer)].step(self.layer, self.weights, x, before, compared)
        return lambda name, gradient: gradient * kept[name]

    def through_time(self, gradient: np.ndarray) -> RecurrentGradients:
        """From the gradient of the output (n, [time steps,] units) to all others, last step first."""
        count, steps, _ = self.inputs.shape
        outputs = np.zeros((count, steps, self.layer.units), np.float32)
        outputs[:, slice(None) if self.layer.return_sequences else -1] = gradient
        outputs *= begun(self.context.mask)
        states = {name: np.empty_like(outputs) for name in self.states}
        columns = np.empty((count, steps, self.weights["kernel"].shape[-1]), np.float32)
        d = {name: np.zeros_like(outputs[:, 0]) for name in self.states}
        for step in reversed(range(steps)):
            found = self.back(step, d | {"h": d["h"] + outputs[:, step]})
            columns[:, step], d = found.columns, found.before
            for name, values in found.states.items():
                states[name][:, step] = values
        return RecurrentGradients(columns @ self.weights["kernel"].T, states, columns)


def _masked(found: StepBack, d: Quantities, counts: np.ndarray) -> StepBack:
    """The same, but a step that does not count hands the states' gradients on as they are."""
    before, states = (
        {name: np.where(counts, values[name], d[name]) for name in d} for values in (found.before, found.states)
    )
    return StepBack(found.columns * counts, before, states)


def past(
    layer: Layer,
    weights: LayerWeights,
    inputs: np.ndarray,
    result: LayerResult,
    context: Context | None = None,
    direction: str = "forward",
) -> Past:
    """What a recurrent layer did in its forward pass; `direction` ("forward" or "backward") is for `Bidirectional`."""
    context = context or Context()
    if isinstance(layer, Recurrent):
        return Past(layer, weights, inputs, result.gates, context)
    if not isinstance(layer, Bidirectional):
        raise TypeError(layer)
    order = slice(None, None, -1 if direction == "backward" else 1)
    gates = {name: values[:, order] for name, values in side(result.gates, direction).items()}
    heeded = sided(context, direction, inputs.shape[1])
    return Past(layer.layer, side(weights, direction), inputs[:, order], gates, heeded)


def backpropagate(
    layer: Recurrent | Bidirectional,
    weights: LayerWeights,
    inputs: np.ndarray,
    result: LayerResult,
    gradient: np.ndarray,
    context: Context | None = None,
) -> RecurrentGradients:
    """The gradients of a recurrent layer's inputs and states from that of its output.

    `result` is what the layer made of these inputs, (n, time steps, features), in this
    context. A gate or state that was clamped is a constant where the clamp changed it.
    """
    if isinstance(layer, Bidirectional):
        return _both_directions(layer, weights, inputs, result, gradient, context or Context())
    return past(layer, weights, inputs, result, context).through_time(gradient)


for _kind in (*CELLS, Bidirectional):
    differentiates_sequences(_kind)(
        lambda layer, weights, inputs, gradient, result, context: (
            backpropagate(layer, weights, inputs, result, gradient, context).inputs
        )
    )


Shares = Callable[[np.ndarray, np.ndarray, np.ndarray], Sequence[np.ndarray]]

UNMERGES: dict[str, Shares] = {
    "concat": lambda gradient, a, b: np.split(gradient, 2, axis=-1),
    "sum": lambda gradient, a, b: (gradient, gradient),
    "ave": lambda gradient, a, b: (gradient / 2, gradient / 2),
    "mul": lambda gradient, a, b: (gradient * b, gradient * a),
}
"""Gradients of the two directions' outputs a and b from that of what they were joined to."""


def _both_directions(
    layer: Bidirectional,
    weights: LayerWeights,
    inputs: np.ndarray,
    result: LayerResult,
    gradient: np.ndarray,
    context: Context,
) -> RecurrentGradients:
    forth, back = (past(layer, weights, inputs, result, context, name) for name in ("forward", "backward"))
    a, b = (walked.gates["h"] * begun(walked.context.mask) for walked in (forth, back))
    if layer.layer.return_sequences:
        d_a, d_b = UNMERGES[layer.merge_mode](gradient * shown(context.mask), a, b[:, ::-1])
        d_b = d_b[:, ::-1]
    else:
        d_a, d_b = UNMERGES[layer.merge_mode](gradient, a[:, -1], b[:, -1])
    first, second = forth.through_time(d_a), back.through_time(d_b)
    states = {f"forward_{name}": values for name, values in first.states.items()}
    states |= {f"backward_{name}": values[:, ::-1] for name, values in second.states.items()}
    return RecurrentGradients(first.inputs + second.inputs[:, ::-1], states)


def state_jacobians(walked: Past) -> np.ndarray:
    """How each step's states depend on the states before it: (time steps, states · units, states · units).

    For one sequence: entry [t, i, j] is ∂s_t[i] / ∂s_(t-1)[j], where s is h, and c followed by
    h in an LSTM. A masked step hands the states on: the identity.
    """
    units, names = walked.layer.units, walked.states
    unit = np.eye(len(names) * units, dtype=np.float32)
    d = dict(zip(names, np.split(unit, len(names), axis=-1), strict=True))
    steps = range(walked.inputs.shape[1])
    backs = ([walked.back(step, d).before[name] for name in names] for step in steps)
    return np.stack([np.concatenate(before, axis=-1) for before in backs])
