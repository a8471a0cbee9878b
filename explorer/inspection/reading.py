"""A network that reads a sequence token by token, and what it would say after each of them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.inspection import clamps as clamping
from explorer.inspection.clamps import Clamp
from explorer.layers import Context, forward
from explorer.network import Network, Trace
from explorer.specs import (
    GRU,
    LSTM,
    Activation,
    Bidirectional,
    CategoryEncoding,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    LayerNormalization,
    MaxPooling1D,
    ModelSpec,
    Recurrent,
    Rescaling,
    SimpleRNN,
)

STEPWISE = (
    Activation,
    CategoryEncoding,
    Dense,
    Dropout,
    Embedding,
    GRU,
    LSTM,
    LayerNormalization,
    Rescaling,
    SimpleRNN,
)
"""Layers whose output at a time step depends on no later one, and that keep every step."""
LARGEST_BATCH = 8_000_000
"""How many numbers one layer may hold when many beginnings are read at once."""


@dataclass(frozen=True)
class Reading:
    """A network's way over one sequence of tokens.

    `predictions` (time steps, outputs) hold what the network would say if the sequence ended
    after each step; NaN before step `first` where they were not asked for.
    """

    network: Network
    trace: Trace
    predictions: np.ndarray

    @property
    def tokens(self) -> np.ndarray:
        """The ids that were read: (time steps,)."""
        return self.trace.inputs[0]

    @property
    def output(self) -> np.ndarray:
        """What the network says of the whole sequence: (outputs,)."""
        return self.trace.output[0]

    @cached_property
    def quantities(self) -> dict[str, dict[str, np.ndarray]]:
        """Gates and states by layer and letter, each (time steps, units).

        Behind a convolution or pooling a layer has fewer steps than there are tokens: each of
        its values then stands from the last token that it has seen to the next one's; NaN before the first.
        """
        seen = last_tokens(self.network, len(self.tokens))
        return {
            step.name: {name: by_token(values[0], seen[step.name], len(self.tokens)) for name, values in gates.items()}
            for step in self.trace.layers
            if (gates := step.result.gates)
        }


def read(network: Network, tokens: np.ndarray, clamps: Sequence[Clamp] = (), first: int = 0) -> Reading:
    """Let the network read tokens (time steps,) with the clamps in force, whose steps are those of the tokens.

    The prediction after step t is that of the state which this very reading has reached
    there, so padding before the text has been read too. Predictions begin at step `first`.
    """
    seen = last_tokens(network, len(tokens))
    clamps = [_in_layer(clamp, seen[clamp.layer]) for clamp in clamps]
    trace = network.trace(tokens[np.newaxis], clamps=clamping.functions(clamps))
    if not _ends_with_a_state(network):
        after = _of_beginnings(network, trace, clamps, first)
    elif any(isinstance(layer, Bidirectional) for layer in network.spec.layers):
        after = _of_masked_beginnings(network, trace, clamps, first)
    else:
        after = _of_states(network, trace)
    after[:first] = np.nan
    return Reading(network, trace, after)


def last_tokens(network: Network, steps: int) -> dict[str, np.ndarray]:
    """For each layer that keeps time steps and each of its input's steps, the last token that this step has seen."""
    seen, found = np.arange(steps), {}
    for name, layer in zip(network.spec.names(), network.spec.layers, strict=True):
        found[name] = seen
        if isinstance(layer, (Conv1D, MaxPooling1D)):
            seen = _after_windows(layer, seen)
    return found


def _after_windows(layer: Conv1D | MaxPooling1D, seen: np.ndarray) -> np.ndarray:
    """The last token in each window over steps that have seen these tokens."""
    span = layer.kernel_size if isinstance(layer, Conv1D) else layer.pool_size
    stride = layer.strides or span
    before, count = 0, (len(seen) - span) // stride + 1
    if layer.padding == "same":
        count = -(-len(seen) // stride)
        before = max(0, (count - 1) * stride + span - len(seen)) // 2
    ends = np.arange(max(0, count)) * stride + span - 1 - before
    return np.asarray(seen[np.clip(ends, 0, len(seen) - 1)] if len(seen) else seen)


def by_token(values: np.ndarray, seen: np.ndarray, count: int) -> np.ndarray:
    """Values of a layer's steps (steps, units), which have `seen` these tokens last, at each token: (tokens, units)."""
    if len(values) == count:
        return values
    latest = np.searchsorted(seen, np.arange(count), side="right") - 1
    return np.where(latest[:, np.newaxis] < 0, np.float32(np.nan), values[np.maximum(latest, 0)])


def _in_layer(clamp: Clamp, seen: np.ndarray) -> Clamp:
    """A clamp of tokens as one of the steps of its layer."""
    first = int(np.searchsorted(seen, clamp.first)) if clamp.first else 0
    last = None if clamp.last is None else int(np.searchsorted(seen, clamp.last, side="right")) - 1
    return dataclasses.replace(clamp, first=first, last=last)


def _last_recurrent(network: Network) -> int:
    """The place of the last layer with gates or states; -1 if there is none."""
    places = [n for n, layer in enumerate(network.spec.layers) if isinstance(layer, (Recurrent, Bidirectional))]
    return places[-1] if places else -1


def _ends_with_a_state(network: Network) -> bool:
    """Whether the last cell hands on one state, and every layer works step by step."""
    layers = network.spec.layers
    last = layers[_last_recurrent(network)]
    cell = last.layer if isinstance(last, Bidirectional) else last
    ends = isinstance(cell, Recurrent) and not cell.return_sequences
    return ends and all(isinstance(layer, (*STEPWISE, Bidirectional)) for layer in layers)


def _of_states(network: Network, trace: Trace) -> np.ndarray:
    """The layers after the last cell, applied to its state h of every step: (time steps, outputs)."""
    last = _last_recurrent(network)
    values = trace.layers[last].result.gates["h"][0]
    for step in trace.layers[last + 1 :]:
        values = forward(step.layer, network.weights[step.name], values, Context()).output
    return np.array(values)


def _of_masked_beginnings(network: Network, trace: Trace, clamps: Sequence[Clamp], first: int) -> np.ndarray:
    """The network's answer to each beginning of the sequence, many at once: what comes after its end is masked.

    What reads backwards has to start at each end anew.
    """
    steps = trace.inputs.shape[1]
    answers = np.full((steps, trace.output.shape[1]), np.nan, np.float32)
    widest = max(math.prod(row.output_shape) for row in network.spec.summary())
    at_once = max(1, LARGEST_BATCH // (8 * max(widest, steps)))
    for begin in range(first, steps, at_once):
        end = min(steps, begin + at_once)
        answers[begin:end] = _masked(network, trace.inputs, np.arange(begin, end), clamps)
    return answers


def _masked(network: Network, inputs: np.ndarray, lasts: np.ndarray, clamps: Sequence[Clamp]) -> np.ndarray:
    """The outputs for the same sequence (1, steps) that ends with each of these steps."""
    held = clamping.functions(clamps)
    values = np.repeat(inputs, len(lasts), axis=0)
    mask: np.ndarray | None = np.arange(inputs.shape[1]) <= lasts[:, np.newaxis]
    for name, layer in zip(network.spec.names(), network.spec.layers, strict=True):
        result = forward(layer, network.weights[name], values, Context(mask, {}, held.get(name)))
        if isinstance(layer, (Embedding, CategoryEncoding)):
            mask = mask if result.mask is None or mask is None else mask & result.mask
        else:
            mask = result.mask
        values = result.output
    return values


def _of_beginnings(network: Network, trace: Trace, clamps: Sequence[Clamp], first: int) -> np.ndarray:
    """The network's answer to each beginning of the sequence, read by itself: (time steps, outputs).

    NaN as long as a beginning is too short for the network's convolutions.
    """
    held = clamping.functions(clamps)
    answers = np.full((trace.inputs.shape[1], trace.output.shape[1]), np.nan, np.float32)
    for end in range(first + 1, len(answers) + 1):
        if _reads(network, end):
            answers[end - 1] = network.trace(trace.inputs[:, :end], clamps=held).output[0]
    return answers


def _reads(network: Network, steps: int) -> bool:
    """Whether these very weights can read so short a sequence."""
    rows, fault = ModelSpec((steps,), network.spec.layers).checked()
    shapes = ({name: array.shape for name, array in network.weights[row.name].items()} for row in rows)
    return fault is None and all(row.weight_shapes == found for row, found in zip(rows, shapes, strict=True))
