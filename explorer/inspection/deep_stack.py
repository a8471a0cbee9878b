"""A deep stack of dense layers before its first training step: what flows through it, and what flows back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from explorer.layers import LayerResult, forward
from explorer.layers.batch_statistics import batch_normalization, batch_normalization_back
from explorer.layers.gradients import backward, before_activation
from explorer.layers.initializers import draw
from explorer.network import Weights
from explorer.specs import (
    Activation,
    BatchNormalization,
    Dense,
    Flatten,
    GlorotUniform,
    Initializer,
    Layer,
    LayerNormalization,
    ModelSpec,
    Shape,
)

NORMALIZATIONS: dict[str, type[Layer] | None] = {"none": None, "batch": BatchNormalization, "layer": LayerNormalization}
DEEPEST, WIDEST = 20, 200
VANISHED, EXPLODED = 0.01, 100.0
"""A gradient that is this many times the one at the last hidden layer has vanished or exploded."""
FINE, VANISHING, EXPLODING, ABSENT, BROKEN = "fine", "vanishing", "exploding", "absent", "broken"
BINS = 60
_GLOROT = GlorotUniform()


@dataclass(frozen=True)
class Stack:
    """`depth` hidden layers of so many units, all alike, before a softmax layer."""

    activation: str = "sigmoid"
    initializer: Initializer = _GLOROT
    depth: int = 10
    units: int = 100
    normalization: str = "none"

    def spec(self, input_shape: Shape, classes: int) -> ModelSpec:
        """The model; a normalisation stands between a layer's sums and its activation, as in the paper."""
        layers: list[Layer] = [Flatten()]
        normalization = NORMALIZATIONS[self.normalization]
        for _layer in range(self.depth):
            if normalization is None:
                layers.append(Dense(self.units, self.activation, kernel_initializer=self.initializer))
            else:
                dense = Dense(self.units, kernel_initializer=self.initializer)
                layers += [dense, normalization(), Activation(self.activation)]
        layers.append(Dense(classes, "softmax", kernel_initializer=self.initializer))
        return ModelSpec(input_shape, tuple(layers))


@dataclass(frozen=True)
class Block:
    """One hidden layer of a stack: the places of its Dense layer and of the layer that gives its output."""

    dense: int
    output: int


def blocks(spec: ModelSpec) -> tuple[Block, ...]:
    """The hidden layers of a stack; none if the model is no stack of dense layers."""
    if not spec.layers or not isinstance(spec.layers[0], Flatten):
        return ()
    if not all(isinstance(layer, (Dense, Activation, *_normalizations())) for layer in spec.layers[1:]):
        return ()
    dense = [place for place, layer in enumerate(spec.layers) if isinstance(layer, Dense)]
    return tuple(Block(place, after - 1) for place, after in pairwise(dense))


def _normalizations() -> tuple[type[Layer], ...]:
    return tuple(kind for kind in NORMALIZATIONS.values() if kind is not None)


def first_weights(spec: ModelSpec, seed: int) -> Weights:
    """The weights that a stack begins with, drawn from a seed: kernels as their layers say, all else as in Keras."""
    chance = np.random.default_rng(seed)
    return {
        row.name: {name: _first(row.layer, name, shape, chance) for name, shape in row.weight_shapes.items()}
        for row in spec.summary()
    }


def _first(layer: Layer, name: str, shape: Shape, chance: np.random.Generator) -> np.ndarray:
    if isinstance(layer, Dense) and name == "kernel":
        return draw(layer.kernel_initializer, shape, chance)
    return np.full(shape, name in ("gamma", "moving_variance"), np.float32)


@dataclass(frozen=True)
class HiddenLayer:
    """What one hidden layer does with a batch, in training.

    `mean` and `deviation` are of its outputs, `zeros` the share of them that are exactly 0 and
    `dead` the share of units that are 0 on every example. `gradient` is the norm of the loss's
    gradient by the outputs (root of the mean square over the examples), `weight_gradient` that by
    kernel and bias together, and `verdict` says how the first compares to the last hidden layer's.
    """

    mean: float
    deviation: float
    zeros: float
    dead: float
    gradient: float
    weight_gradient: float
    verdict: str


@dataclass(frozen=True)
class Beginning:
    """A stack before its first step: its mean `loss`, its hidden layers, and where their outputs lie.

    `shares` (BINS, depth) are the shares of each layer's outputs between two `edges` (BINS + 1,).
    `factor` is what the gradient is multiplied by per layer on its way back (geometric mean).
    """

    loss: float
    layers: tuple[HiddenLayer, ...]
    edges: np.ndarray
    shares: np.ndarray
    factor: float
    total: float
    verdict: str


def begin(spec: ModelSpec, weights: Weights, inputs: np.ndarray, labels: np.ndarray) -> Beginning:
    """Send a batch (n, *input shape) forwards, and the gradient of its mean cross-entropy back.

    `labels` (n,) are class numbers. Numbers too large for float32 become infinite, as in training.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return _begun(spec, weights, inputs, labels)


def _begun(spec: ModelSpec, weights: Weights, inputs: np.ndarray, labels: np.ndarray) -> Beginning:
    sent = list(_forwards(spec, weights, inputs))
    probabilities = sent[-1][1].output
    loss = float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-7)).mean())
    gradients, at_logits = _backwards(spec, weights, sent, labels)
    places = blocks(spec)
    norms = [_norm(gradients[block.output]) for block in places]
    layers = tuple(
        _hidden(
            sent[block.output][1].output, norm, _by_weights(sent[block.dense][0], at_logits[block.dense]), norms[-1]
        )
        for block, norm in zip(places, norms, strict=True)
    )
    edges, shares = histograms([sent[block.output][1].output for block in places])
    total = norms[0] / norms[-1] if norms[-1] else 0.0
    factor = total ** (1 / (len(norms) - 1)) if len(norms) > 1 and math.isfinite(total) else total
    return Beginning(loss, layers, edges, shares, factor, total, verdict(norms[0], norms[-1]))


Sent = tuple[np.ndarray, LayerResult]
"""The inputs of a layer and what it made of them."""


def _forwards(spec: ModelSpec, weights: Weights, inputs: np.ndarray) -> Iterator[Sent]:
    values = inputs
    for name, layer in zip(spec.names(), spec.layers, strict=True):
        if isinstance(layer, BatchNormalization):
            result = batch_normalization(layer, weights[name], values)
        else:
            result = forward(layer, weights[name], values)
        yield values, result
        values = result.output


def _backwards(
    spec: ModelSpec, weights: Weights, sent: list[Sent], labels: np.ndarray
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """The gradients of each example's own loss by the outputs and by the logits of every layer, by its place.

    At the logits of softmax with cross-entropy it is p - y (Goodfellow, Bengio, Courville: Deep
    Learning, section 6.2.2.3). The examples' losses are taken n times as large as in their mean.
    """
    by_output: dict[int, np.ndarray] = {}
    by_logits: dict[int, np.ndarray] = {}
    gradient = sent[-1][1].output.copy()
    gradient[np.arange(len(labels)), labels] -= 1
    names = spec.names()
    for place in reversed(range(len(sent))):
        layer, (inputs, result) = spec.layers[place], sent[place]
        if place < len(sent) - 1:
            by_output[place] = gradient
            gradient = before_activation(layer, result, gradient)
        by_logits[place] = gradient
        if isinstance(layer, BatchNormalization) and result.normalized is not None:
            gradient = batch_normalization_back(layer, weights[names[place]], inputs, gradient, result.normalized)
        else:
            gradient = backward(layer, weights[names[place]], inputs, gradient, result)
    return by_output, by_logits


def _by_weights(inputs: np.ndarray, gradient: np.ndarray) -> float:
    """The norm of the mean loss's gradient by a dense layer's kernel and bias together."""
    count = len(inputs)
    kernel, bias = inputs.T @ gradient / count, gradient.mean(axis=0)
    return float(np.sqrt((kernel.astype(float) ** 2).sum() + (bias.astype(float) ** 2).sum()))


def _norm(gradient: np.ndarray) -> float:
    """The root of the mean square over the examples of the gradient's length."""
    return float(np.sqrt((gradient.astype(float) ** 2).sum(axis=1).mean()))


def _hidden(output: np.ndarray, gradient: float, weight_gradient: float, last: float) -> HiddenLayer:
    still, values = output == 0, output.astype(float)
    return HiddenLayer(
        float(values.mean()),
        float(values.std()),
        float(still.mean()),
        float(still.all(axis=0).mean()),
        gradient,
        weight_gradient,
        verdict(gradient, last),
    )


def verdict(gradient: float, last: float) -> str:
    """What to say of a gradient beside the one at the last hidden layer (or time step)."""
    if not (math.isfinite(gradient) and math.isfinite(last)):
        return BROKEN
    if gradient == 0 or last == 0:
        return ABSENT
    if gradient < VANISHED * last:
        return VANISHING
    return EXPLODING if gradient > EXPLODED * last else FINE


def histograms(outputs: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Edges (BINS + 1,) that hold 99 % of the outputs of any layer, and each layer's shares between them."""
    finite = [values[np.isfinite(values)] for values in outputs]
    reach = [np.quantile(values, [0.005, 0.995]) if values.size else np.zeros(2) for values in finite]
    low, high = min(0.0, *(float(r[0]) for r in reach)), max(0.0, *(float(r[1]) for r in reach))
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    shares = [np.histogram(values, edges)[0] / max(values.size, 1) for values in finite]
    return edges, np.stack(shares, axis=1).astype(np.float32)
