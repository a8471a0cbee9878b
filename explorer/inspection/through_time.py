"""What is left of a loss's gradient on its way back through the time steps of a recurrent cell.

Hochreiter 1991; Bengio, Simard, Frasconi 1994; Pascanu, Mikolov, Bengio 2013: https://arxiv.org/abs/1211.5063.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.inspection.deep_stack import verdict
from explorer.layers import forward
from explorer.layers.cell_weights import columns
from explorer.layers.initializers import draw
from explorer.layers.recurrent_gradients import backpropagate
from explorer.layers.recurrent_weight_gradients import weight_gradients
from explorer.network import Weights
from explorer.specs import GRU, LSTM, Dense, Initializer, ModelSpec, Orthogonal, Recurrent, SimpleRNN

CELLS: dict[str, type[Recurrent]] = {"SimpleRNN": SimpleRNN, "LSTM": LSTM, "GRU": GRU}
KEEPING: dict[type[Recurrent], tuple[str, float]] = {LSTM: ("f", 1.0), GRU: ("z", 0.0)}
"""The gate that keeps the old state, and the bias that Keras gives it."""
LONGEST, SHORTEST, UNITS = 200, 10, 32
FEATURES = 2
_ORTHOGONAL = Orthogonal()
INITIALIZED = {"kernel": "kernel_initializer", "recurrent_kernel": "recurrent_initializer"}


@dataclass(frozen=True)
class Reader:
    """A cell of `UNITS` units that reads `steps` steps, and one number out of its last state.

    `gate_bias` is what the gate that keeps the old state begins with (f of an LSTM, z of a GRU);
    None leaves it as Keras has it: 1 for f and 0 for z.
    """

    cell: str = "SimpleRNN"
    steps: int = 100
    initializer: Initializer = _ORTHOGONAL
    activation: str = "tanh"
    gate_bias: float | None = None

    def spec(self) -> ModelSpec:
        cell = CELLS[self.cell](UNITS, activation=self.activation, recurrent_initializer=self.initializer)
        return ModelSpec((self.steps, FEATURES), (cell, Dense(1)))


def first_weights(reader: Reader, seed: int) -> Weights:
    """The weights that a reader begins with, drawn from a seed as Keras draws them."""
    spec, chance = reader.spec(), np.random.default_rng(seed)
    found: Weights = {}
    for row in spec.summary():
        weights = {name: np.zeros(shape, np.float32) for name, shape in row.weight_shapes.items()}
        for name, setting in INITIALIZED.items():
            if name in weights:
                weights[name] = draw(getattr(row.layer, setting), weights[name].shape, chance)
        if isinstance(row.layer, (LSTM, GRU)):
            gate, usual = KEEPING[type(row.layer)]
            bias = usual if reader.gate_bias is None else reader.gate_bias
            weights["bias"].reshape(-1, weights["kernel"].shape[1])[0, columns(row.layer, gate)] = bias
        found[row.name] = weights
    return found


@dataclass(frozen=True)
class TimeGradients:
    """How the squared error of a batch depends on every state and on every weight.

    `norms` (time steps,) by the states' letters: the root of the mean square over the examples of
    the norm of an example's own gradient. `letter` is the state that carries the memory. `factor`
    is what its gradient is multiplied by per step on the way back (geometric mean), `total` from the
    last step to the first. `weights` are the gradients of the mean loss, by layer and weight, and
    `radius` the largest absolute eigenvalue of a SimpleRNN's recurrent kernel.
    """

    loss: float
    letter: str
    norms: Mapping[str, np.ndarray]
    factor: float
    total: float
    verdict: str
    weights: Mapping[str, np.ndarray]
    radius: float | None


def through_time(spec: ModelSpec, weights: Weights, inputs: np.ndarray, labels: np.ndarray) -> TimeGradients:
    """Let the reader read (n, time steps, features), and take the gradient of (answer - label)² back."""
    with np.errstate(over="ignore", invalid="ignore"):
        return _through_time(spec, weights, inputs, labels)


def _through_time(spec: ModelSpec, weights: Weights, inputs: np.ndarray, labels: np.ndarray) -> TimeGradients:
    cell, dense = spec.layers
    assert isinstance(cell, Recurrent)
    own, last = (weights[name] for name in spec.names())
    result = forward(cell, own, inputs)
    answer = forward(dense, last, result.output).output[:, 0]
    at_answer = (2 * (answer - labels))[:, np.newaxis].astype(np.float32)
    found = backpropagate(cell, own, inputs, result, at_answer @ last["kernel"].T)
    assert found.columns is not None
    count = len(inputs)
    shares = weight_gradients(cell, inputs, result.gates, found.columns / np.float32(count))
    shares["dense kernel"] = result.output.T @ at_answer / count
    shares["dense bias"] = at_answer.mean(axis=0)
    norms = {
        name: np.sqrt((values.astype(float) ** 2).sum(axis=-1).mean(axis=0)) for name, values in found.states.items()
    }
    letter = "c" if "c" in norms else "h"
    first, end = float(norms[letter][0]), float(norms[letter][-1])
    total = first / end if end else 0.0
    factor = total ** (1 / (len(norms[letter]) - 1)) if math.isfinite(total) else total
    radius = None
    if isinstance(cell, SimpleRNN):
        radius = float(np.abs(np.linalg.eigvals(own["recurrent_kernel"])).max())
    loss = float(((answer - labels).astype(float) ** 2).mean())
    return TimeGradients(loss, letter, norms, factor, total, verdict(first, end), shares, radius)
