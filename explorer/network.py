"""A trained network whose forward pass keeps every value it computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.layers import LayerResult, forward
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

    def trace(self, inputs: np.ndarray, until: str | None = None) -> Trace:
        """Run a batch (n, *input_shape) through the layers, up to the layer named `until`."""
        values = np.ascontiguousarray(inputs, dtype=np.float32)
        layers = []
        for name, layer in zip(self.spec.names(), self.spec.layers, strict=True):
            step = LayerTrace(name, layer, values, forward(layer, self.weights[name], values))
            layers.append(step)
            values = step.output
            if name == until:
                break
        return Trace(layers[0].inputs if layers else values, tuple(layers))

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """The last layer's output for a batch."""
        return self.trace(inputs).output


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
