"""What every layer specification has: its shape, its weights, its operations."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from explorer.controls import Pair, check_settings
from explorer.messages import ExplorerError, Message
from explorer.specs.parts import PARTS, Part

Shape = tuple[int, ...]
T = TypeVar("T")

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "softmax", "leaky_relu", "elu", "gelu")
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
    leads: ClassVar[bool] = False
    """Whether it can only be the first layer."""
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


def layer_to_list(layer: Layer | Part) -> list[Any]:
    """``[class name, {setting: value}]`` with the settings that differ from the defaults."""
    return [type(layer).__name__, {name: _plain(value) for name, value in changed_settings(layer).items()}]


def changed_settings(layer: Layer | Part) -> dict[str, Any]:
    """The settings that differ from the defaults."""
    default = type(layer)()
    values = {field.name: getattr(layer, field.name) for field in dataclasses.fields(layer)}
    return {name: value for name, value in values.items() if value != getattr(default, name)}


def layer_from_list(entry: Any) -> Layer:
    """The layer that `layer_to_list` described."""
    return _described(entry, LAYERS)


def _described(entry: Any, known: Mapping[str, type[T]]) -> T:
    kind, settings = entry
    return known[kind](**{name: _from_plain(value) for name, value in settings.items()})


def _plain(value: Any) -> Any:
    """A setting as JSON has it; a layer inside a layer as ``{"layer": [...]}``, a part as ``{"part": [...]}``."""
    if isinstance(value, (Layer, Part)):
        return {"layer" if isinstance(value, Layer) else "part": layer_to_list(value)}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _from_plain(value: Any) -> Any:
    if isinstance(value, dict):
        return layer_from_list(value["layer"]) if "layer" in value else _described(value["part"], PARTS)
    return tuple(map(_from_plain, value)) if isinstance(value, list) else value


_ACTIVATION_FLOPS = {"softmax": 5, "gelu": 4}


def activation_flops(activation: str, values: int) -> int:
    """Operations of an activation as TensorFlow's profiler counts them, so many a value."""
    return _ACTIVATION_FLOPS.get(activation, 0) * values


def _as_pair(value: Any) -> Any:
    return (value, value) if isinstance(value, int) else value
