"""What every layer specification has: its shape, its weights, its operations."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

from explorer.controls import Pair, check_settings
from explorer.messages import ExplorerError, Message

Shape = tuple[int, ...]

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "softmax")
PADDINGS = ("valid", "same")
IMAGE, SEQUENCE, ANY = "image", "sequence", "any"
"""Kinds of input that a layer is for."""


class SpecError(ExplorerError):
    """A model that cannot be built; `layer` is the index of the layer at fault, if one is."""

    def __init__(self, problem: Message, layer: int | None = None):
        super().__init__(problem)
        self.layer = layer

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problem, self.layer)


@dataclass(frozen=True)
class Layer:
    """One layer of a sequential model. Subclasses add their settings as fields."""

    family: ClassVar[str] = ANY
    ranks: ClassVar[tuple[int, ...]] = ()
    """How many axes the input may have; none named means any number."""
    tokens_in: ClassVar[bool] = False
    """Whether the input must be tokens: whole numbers from 0."""
    idea: ClassVar[str] = ""
    """What the layer does, in one sentence of the catalogue."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if isinstance(field.metadata.get("control"), Pair):
                object.__setattr__(self, field.name, _as_pair(getattr(self, field.name)))
        check_settings(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape this layer returns.

        Raises:
            SpecError: if the layer cannot work on that input.
        """
        raise NotImplementedError

    def weight_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        """The layer's weights by Keras's names, in Keras's order."""
        return {}

    def flops(self, input_shape: Shape) -> int:
        """Floating point operations for one example."""
        return 0

    def largest(self, setting: str, input_shape: Shape) -> int | None:
        """The largest value of a size setting that works on this input, if the input bounds it."""
        return None

    def non_trainable(self) -> tuple[str, ...]:
        """Names of the weights that the optimizer leaves alone."""
        return ()


LAYERS: dict[str, type[Layer]] = {}


def register(layer: type[Layer]) -> type[Layer]:
    LAYERS[layer.__name__] = layer
    return layer


def layer_to_list(layer: Layer) -> list[Any]:
    """``[class name, {setting: value}]`` with the settings that differ from the defaults."""
    default = type(layer)()
    changed = {
        field.name: _plain(value)
        for field in dataclasses.fields(layer)
        if (value := getattr(layer, field.name)) != getattr(default, field.name)
    }
    return [type(layer).__name__, changed]


def layer_from_list(entry: Any) -> Layer:
    """The layer that `layer_to_list` described."""
    kind, settings = entry
    return LAYERS[kind](**{name: _from_plain(value) for name, value in settings.items()})


def _plain(value: Any) -> Any:
    """A setting as JSON has it; a layer inside a layer as ``{"layer": [...]}``."""
    if isinstance(value, Layer):
        return {"layer": layer_to_list(value)}
    return list(value) if isinstance(value, tuple) else value


def _from_plain(value: Any) -> Any:
    if isinstance(value, dict):
        return layer_from_list(value["layer"])
    return tuple(value) if isinstance(value, list) else value


def activation_flops(activation: str, values: int) -> int:
    """Operations of an activation as TensorFlow's profiler counts them: softmax 5 a value."""
    return 5 * values if activation == "softmax" else 0


def _as_pair(value: Any) -> Any:
    return (value, value) if isinstance(value, int) else value
