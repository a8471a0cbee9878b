"""The recurrent cells, one time step at a time, and the walk over a sequence that keeps every gate and state.

The columns of kernel, recurrent_kernel and bias lie as in Keras: i, f, g, o in an LSTM and
z, r, candidate g in a GRU. All arrays are (n, units) in a step and (n, time steps, units) in a walk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from explorer.layers.activations import ACTIVATIONS
from explorer.layers.base import Context, LayerResult, LayerWeights, computes_sequences
from explorer.specs import GRU, LSTM, Bidirectional, Layer, Recurrent, SimpleRNN

Quantities = dict[str, np.ndarray]
StepClamp = Callable[[str, np.ndarray], np.ndarray]


def unclamped(name: str, values: np.ndarray) -> np.ndarray:
    """No clamp: the values as they are."""
    return values


def simple_rnn_step(
    layer: SimpleRNN, weights: LayerWeights, x: np.ndarray, before: Quantities, clamp: StepClamp = unclamped
) -> Quantities:
    """h = tanh(x·W + h₋·U + b), with x·W + b given as `x` (n, units).

    Elman 1990; as in Keras: https://keras.io/api/layers/recurrent_layers/simple_rnn.
    """
    h = ACTIVATIONS[layer.activation](x + before["h"] @ weights["recurrent_kernel"])
    return {"h": clamp("h", h)}


def lstm_step(
    layer: LSTM, weights: LayerWeights, x: np.ndarray, before: Quantities, clamp: StepClamp = unclamped
) -> Quantities:
    """i, f, o = σ(x·W + h₋·U + b), g = tanh(…), c = f·c₋ + i·g, h = o·tanh(c); `x` (n, 4 · units) is x·W + b.

    Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000, without peepholes.
    """
    σ, tanh = ACTIVATIONS[layer.recurrent_activation], ACTIVATIONS[layer.activation]
    i, f, g, o = np.split(x + before["h"] @ weights["recurrent_kernel"], 4, axis=-1)
    i, f, g, o = clamp("i", σ(i)), clamp("f", σ(f)), clamp("g", tanh(g)), clamp("o", σ(o))
    c = clamp("c", f * before["c"] + i * g)
    h = clamp("h", o * tanh(c))
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}


def gru_step(
    layer: GRU, weights: LayerWeights, x: np.ndarray, before: Quantities, clamp: StepClamp = unclamped
) -> Quantities:
    """z, r = σ(x·W + h₋·U + b), g = tanh(x·W + r·(h₋·U + b')), h = z·h₋ + (1 - z)·g; `x` (n, 3 · units) is x·W + b.

    Cho et al. 2014. With `reset_after` (Keras's default) r multiplies h₋·U + b' and there is
    a second bias b'; without it r multiplies h₋ before the product: tanh(x·W + (r·h₋)·U).
    As in Keras z near 1 keeps the old state; some texts write z and 1 - z the other way round.
    """
    σ, tanh = ACTIVATIONS[layer.recurrent_activation], ACTIVATIONS[layer.activation]
    h, recurrent_kernel = before["h"], weights["recurrent_kernel"]
    x_z, x_r, x_g = np.split(x, 3, axis=-1)
    if layer.reset_after:
        recurrent = h @ recurrent_kernel + (weights["bias"][1] if layer.use_bias else 0)
        h_z, h_r, h_g = np.split(recurrent, 3, axis=-1)
        z, r = clamp("z", σ(x_z + h_z)), clamp("r", σ(x_r + h_r))
        g = clamp("g", tanh(x_g + r * h_g))
    else:
        kernel_z, kernel_r, kernel_g = np.split(recurrent_kernel, 3, axis=-1)
        z, r = clamp("z", σ(x_z + h @ kernel_z)), clamp("r", σ(x_r + h @ kernel_r))
        g = clamp("g", tanh(x_g + (r * h) @ kernel_g))
    return {"z": z, "r": r, "g": g, "h": clamp("h", z * h + (1 - z) * g)}


class Cell(NamedTuple):
    """A kind of cell: its step, its gates in the order of Keras's columns, and the states that it hands on."""

    step: Callable[..., Quantities]
    gates: tuple[str, ...]
    states: tuple[str, ...]

    @property
    def quantities(self) -> tuple[str, ...]:
        """Everything that a step computes."""
        return (*self.gates, *self.states)


CELLS: dict[type[Layer], Cell] = {
    SimpleRNN: Cell(simple_rnn_step, (), ("h",)),
    LSTM: Cell(lstm_step, ("i", "f", "g", "o"), ("c", "h")),
    GRU: Cell(gru_step, ("z", "r", "g"), ("h",)),
}


@dataclass(frozen=True)
class Walk:
    """A cell's way over a batch of sequences: every gate and state (n, time steps, units)."""

    quantities: Mapping[str, np.ndarray]
    states: tuple[str, ...]

    def last(self) -> Quantities:
        """The states after the last step, each (n, units)."""
        return {name: self.quantities[name][:, -1] for name in self.states}


def input_part(layer: Recurrent, weights: LayerWeights, inputs: np.ndarray) -> np.ndarray:
    """x·W + b for all steps at once: (n, time steps, gates · units)."""
    product = inputs @ weights["kernel"]
    if not layer.use_bias:
        return product
    bias = weights["bias"]
    return product + (bias if bias.ndim == 1 else bias[0])


def walk(layer: Recurrent, weights: LayerWeights, inputs: np.ndarray, context: Context | None = None) -> Walk:
    """Let the cell read (n, time steps, features), keeping all that it computes.

    A masked step hands the states on; its gates are kept as they were computed.
    """
    context = context or Context()
    cell = CELLS[type(layer)]
    count, steps, _ = inputs.shape
    x = input_part(layer, weights, inputs)
    kept = {name: np.empty((count, steps, layer.units), np.float32) for name in cell.quantities}
    states = beginning(layer, context, count)
    for step in range(steps):
        now = cell.step(layer, weights, x[:, step], states, _at(context, step))
        if context.mask is not None:
            counts = context.mask[:, step, np.newaxis]
            now |= {name: np.where(counts, now[name], states[name]) for name in cell.states}
        states = {name: now[name] for name in cell.states}
        for name, values in now.items():
            kept[name][:, step] = values
    return Walk(kept, cell.states)


def beginning(layer: Recurrent, context: Context, count: int) -> Quantities:
    """The states before the first step, each (n, units): zeros unless others are given."""
    zeros = np.zeros((count, layer.units), np.float32)
    return {name: np.asarray(context.initial.get(name, zeros), np.float32) for name in CELLS[type(layer)].states}


def _at(context: Context, step: int) -> StepClamp:
    clamp = context.clamp
    if clamp is None:
        return unclamped
    return lambda name, values: np.asarray(clamp(name, step, values), np.float32)


def recurrent(layer: Recurrent, weights: LayerWeights, inputs: np.ndarray, context: Context) -> LayerResult:
    """The states h of all steps, or the last one: (n, time steps, features) to (n, [time steps,] units).

    As in Keras a masked step repeats the output before it, and is 0 where there is none.
    """
    gates = walk(layer, weights, inputs, context).quantities
    output = gates["h"] * begun(context.mask)
    if layer.return_sequences:
        return LayerResult(output, gates=gates, mask=context.mask)
    return LayerResult(output[:, -1], gates=gates)


def begun(mask: np.ndarray | None) -> np.ndarray | np.float32:
    """1 from the first step on that counts, 0 before: (n, time steps, 1)."""
    if mask is None:
        return np.float32(1)
    return np.logical_or.accumulate(mask, axis=1)[..., np.newaxis].astype(np.float32)


for _kind in CELLS:
    computes_sequences(_kind)(recurrent)


MERGES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "concat": lambda a, b: np.concatenate([a, b], axis=-1),
    "sum": np.add,
    "ave": lambda a, b: (a + b) / 2,
    "mul": np.multiply,
}


@computes_sequences(Bidirectional)
def bidirectional(layer: Bidirectional, weights: LayerWeights, inputs: np.ndarray, context: Context) -> LayerResult:
    """The inner layer over the sequence and over its reverse, joined; Schuster and Paliwal 1997.

    As in Keras, and unlike in the layer alone, the output of a masked step is 0 in both directions.
    """
    inner, steps = layer.layer, inputs.shape[1]
    forth = recurrent(inner, side(weights, "forward"), inputs, sided(context, "forward", steps))
    back = recurrent(inner, side(weights, "backward"), inputs[:, ::-1], sided(context, "backward", steps))
    gates: dict[str, Any] = {f"forward_{name}": values for name, values in forth.gates.items()}
    gates |= {f"backward_{name}": values[:, ::-1] for name, values in back.gates.items()}
    merge = MERGES[layer.merge_mode]
    if not inner.return_sequences:
        return LayerResult(merge(forth.output, back.output), gates=gates)
    counts = shown(context.mask)
    output = merge(forth.output * counts, back.output[:, ::-1] * counts)
    return LayerResult(output, gates=gates, mask=context.mask)


def shown(mask: np.ndarray | None) -> np.ndarray | np.float32:
    """1 for the steps that count, 0 for masked ones: (n, time steps, 1)."""
    return np.float32(1) if mask is None else mask[..., np.newaxis].astype(np.float32)


def side(weights: LayerWeights, name: str) -> LayerWeights:
    """The weights of one direction of `Bidirectional`, by the inner layer's names."""
    return {key.removeprefix(f"{name}_"): array for key, array in weights.items() if key.startswith(f"{name}_")}


def sided(context: Context, name: str, steps: int) -> Context:
    """What one direction heeds: backwards the mask is reversed too, and clamps count steps as the sequence does."""
    mask, clamp, back = context.mask, context.clamp, name == "backward"
    if mask is not None and back:
        mask = mask[:, ::-1]
    initial = {key.removeprefix(f"{name}_"): v for key, v in context.initial.items() if key.startswith(f"{name}_")}
    if clamp is None:
        return Context(mask, initial)
    outer = clamp

    def inner(key: str, step: int, values: np.ndarray) -> np.ndarray:
        return outer(f"{name}_{key}", steps - 1 - step if back else step, values)

    return Context(mask, initial, inner)
