"""A trained network whose forward pass keeps every value it computes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from explorer.layers import Clamp, Context, LayerResult, forward
from explorer.layers.gradients import backward, before_activation
from explorer.messages import N_, ExplorerError, message
from explorer.specs import Layer, ModelSpec

Weights = dict[str, dict[str, np.ndarray]]
"""Layer name (as `ModelSpec.names` gives it) to Keras weight name to array."""


@dataclass(frozen=True)
class LayerTrace:
    """What one layer did with a batch of inputs."""

    name: str
    layer: Layer
    inputs: np.ndarray
    result: LayerResult
    context: Context = field(default_factory=Context)

    @property
    def output(self) -> np.ndarray:
        return self.result.output


@dataclass(frozen=True)
class Trace:
    """A forward pass, layer by layer; all arrays are batch first."""

    inputs: np.ndarray
    layers: tuple[LayerTrace, ...]

    @property
    def output(self) -> np.ndarray:
        return self.layers[-1].output if self.layers else self.inputs

    def __getitem__(self, name: str) -> LayerTrace:
        return next(layer for layer in self.layers if layer.name == name)


@dataclass(frozen=True)
class Gradients:
    """How fast one logit grows with every value of a forward pass: arrays of those values' shapes.

    `inputs` belongs to the inputs (zero for tokens, which have no gradient), `outputs[name]`
    to the output of a layer; of the last layer, where the logit itself is, to its logits.
    """

    inputs: np.ndarray
    outputs: dict[str, np.ndarray]


class Network:
    """A model specification with its weights: copies that nobody can change, as sessions share them.

    Raises:
        ExplorerError: if a weight is missing, has another shape than the model needs, or
            holds values that are not finite numbers.
    """

    def __init__(self, spec: ModelSpec, weights: Mapping[str, Mapping[str, np.ndarray]]):
        self.spec = spec
        self.weights: Weights = {
            row.name: {name: _checked(weights, row.name, name, shape) for name, shape in row.weight_shapes.items()}
            for row in spec.summary()
        }

    @cached_property
    def fingerprint(self) -> str:
        """The same text for equal networks only: a key for what is computed from one."""
        digest = hashlib.blake2b(repr(self.spec).encode(), digest_size=16)
        for arrays in self.weights.values():
            for array in arrays.values():
                digest.update(array.data)
        return digest.hexdigest()

    def trace(
        self,
        inputs: np.ndarray,
        until: str | None = None,
        clamps: Mapping[str, Clamp] | None = None,
        initial: Mapping[str, Mapping[str, np.ndarray]] | None = None,
    ) -> Trace:
        """Run a batch (n, *input_shape) through the layers, up to the layer named `until`.

        `clamps` change gates and states of the layers that they are named by, and `initial`
        holds the states that recurrent layers begin with, (n, units) by layer and letter.
        """
        tokens = bool(self.spec.layers) and self.spec.layers[0].tokens_in
        values = np.ascontiguousarray(inputs, dtype=np.int32 if tokens else np.float32)
        layers, mask = [], None
        for name, layer in zip(self.spec.names(), self.spec.layers, strict=True):
            context = Context(mask, (initial or {}).get(name, {}), (clamps or {}).get(name))
            step = LayerTrace(name, layer, values, forward(layer, self.weights[name], values, context), context)
            layers.append(step)
            values, mask = step.output, step.result.mask
            if name == until:
                break
        return Trace(layers[0].inputs if layers else values, tuple(layers))

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """The last layer's output for a batch."""
        return self.trace(inputs).output

    def gradients(self, trace: Trace, unit: int) -> Gradients:
        """Back-propagate from one unit of the trace's last layer to the inputs, by the chain rule.

        It starts at the unit's logit, before softmax or another activation. Of a last layer
        with maps it starts at the sum of one map; of one without logits, at its output.
        """
        last = trace.layers[-1]
        gradient = np.zeros_like(last.output)
        gradient[..., unit] = 1
        outputs = {}
        for step in reversed(trace.layers):
            outputs[step.name] = gradient
            if step is not last:
                gradient = before_activation(step.layer, step.result, gradient)
            gradient = backward(step.layer, self.weights[step.name], step.inputs, gradient, step.result, step.context)
        return Gradients(gradient, outputs)


def _checked(
    weights: Mapping[str, Mapping[str, np.ndarray]], layer: str, name: str, shape: tuple[int, ...]
) -> np.ndarray:
    array = weights.get(layer, {}).get(name)
    if array is None:
        raise ExplorerError(message(N_("The weights have no {weight} for layer {layer}."), weight=name, layer=layer))
    if array.shape != shape:
        raise ExplorerError(
            message(
                N_("{weight} of layer {layer} has the shape {found}, but the model needs {needed}."),
                weight=name,
                layer=layer,
                found=array.shape,
                needed=shape,
            )
        )
    if not np.isfinite(array).all():
        raise ExplorerError(
            message(
                N_("{weight} of layer {layer} holds values that are not numbers; the training diverged."),
                weight=name,
                layer=layer,
            )
        )
    own = np.array(array, dtype=np.float32, order="C")
    own.setflags(write=False)
    return own
