"""Sequential models as data, and what Keras would say of them."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from explorer.messages import N_, ExplorerError, Message, message
from explorer.specs.base import Layer, Shape, SpecError, layer_from_list, layer_to_list
from explorer.specs.recurrent import Bidirectional, Recurrent, is_stateful, stateless

MAXIMUM_LAYERS = 64


@dataclass(frozen=True)
class LayerSummary:
    """One row of a model summary; `flops` counts one example at prediction."""

    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    weight_shapes: dict[str, Shape]
    parameters: int
    trainable: int
    flops: int


@dataclass(frozen=True)
class ModelSpec:
    """A sequential model: the shape of one input, and the layers in order."""

    input_shape: Shape
    layers: tuple[Layer, ...]

    def names(self) -> tuple[str, ...]:
        """Layer names: the class in snake case and a count, such as ``conv2d_1``."""
        seen: Counter[str] = Counter()
        names = []
        for layer in self.layers:
            base = snake_case(type(layer).__name__)
            seen[base] += 1
            names.append(f"{base}_{seen[base]}")
        return tuple(names)

    def summary(self) -> tuple[LayerSummary, ...]:
        """What Keras's ``Model.summary`` would say of each layer.

        Raises:
            SpecError: naming the first layer that cannot work, why, and what would.
        """
        rows, fault = self.checked()
        if fault is not None:
            raise fault
        return rows

    def checked(self) -> tuple[tuple[LayerSummary, ...], SpecError | None]:
        """The rows up to the first layer that cannot work, and what is wrong with that one."""
        rows: list[LayerSummary] = []
        shape = self.input_shape
        for index, (name, layer) in enumerate(zip(self.names(), self.layers, strict=True)):
            try:
                rows.append(_summarise(name, layer, shape, first=index == 0))
            except SpecError as error:
                return tuple(rows), _located(error, index, layer)
            shape = rows[-1].output_shape
        return tuple(rows), None

    @property
    def stateful(self) -> bool:
        """Whether any layer remembers from one batch to the next."""
        return any(is_stateful(layer) for layer in self.layers)

    @property
    def recurrent(self) -> bool:
        """Whether any layer goes over time steps one by one."""
        return any(isinstance(layer, (Recurrent, Bidirectional)) for layer in self.layers)

    def stateless(self) -> ModelSpec:
        """The same model, beginning anew with each batch."""
        return ModelSpec(self.input_shape, tuple(stateless(layer) for layer in self.layers))

    @property
    def parameters(self) -> int:
        return sum(row.parameters for row in self.summary())

    @property
    def flops(self) -> int:
        return sum(row.flops for row in self.summary())

    @property
    def output_shape(self) -> Shape:
        rows = self.summary()
        return rows[-1].output_shape if rows else self.input_shape

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form that lists only the settings that differ from the defaults."""
        return {"input_shape": list(self.input_shape), "layers": [layer_to_list(layer) for layer in self.layers]}

    @staticmethod
    def from_dict(data: Any) -> ModelSpec:
        """Rebuild a specification from `to_dict`'s form.

        Raises:
            ExplorerError: if the data is not of that form or a setting cannot work.
        """
        try:
            shape = tuple(data["input_shape"])
            entries = data["layers"]
            if not all(isinstance(n, int) and 0 < n <= 4096 for n in shape) or not 0 < len(shape) <= 3:
                raise ValueError(shape)
            if not isinstance(entries, list) or len(entries) > MAXIMUM_LAYERS:
                raise ValueError(entries)
            return ModelSpec(shape, tuple(layer_from_list(entry) for entry in entries))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ExplorerError(message(N_("This is not a model description that this app wrote."))) from error

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> ModelSpec:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ExplorerError(message(N_("This is not a model description that this app wrote."))) from error
        return ModelSpec.from_dict(data)


def _summarise(name: str, layer: Layer, shape: Shape, first: bool) -> LayerSummary:
    if (layer.ranks and len(shape) not in layer.ranks) or ((layer.tokens_in or layer.leads) and not first):
        raise SpecError(_wrong_rank(layer, shape))
    output = layer.output_shape(shape)
    weights = layer.weight_shapes(shape)
    sizes = {key: math.prod(value) for key, value in weights.items()}
    parameters = sum(sizes.values())
    trainable = parameters - sum(sizes[key] for key in layer.non_trainable())
    return LayerSummary(name, layer, shape, output, weights, parameters, trainable, layer.flops(shape))


def _located(error: SpecError, index: int, layer: Layer) -> SpecError:
    return SpecError(
        message(
            N_("Layer {number} ({kind}): {reason}"),
            number=index + 1,
            kind=type(layer).__name__,
            reason=error.problem,
        ),
        index,
    )


def _wrong_rank(layer: Layer, shape: Shape) -> Message:
    if layer.tokens_in:
        return message(N_("it needs tokens (time steps,) but gets {shape}; put it first."), shape=shape)
    if layer.leads:
        return message(N_("it shares out the model's inputs; put it first."))
    if layer.ranks == (2,):
        return message(
            N_(
                "it needs a sequence (time steps, features) but gets {shape}; put it after Embedding, "
                "and switch return_sequences on in the recurrent layer before it."
            ),
            shape=shape,
        )
    if layer.ranks == (3,):
        return message(
            N_("it needs maps (height, width, channels) but gets {shape}; put it before Flatten."),
            shape=shape,
        )
    return message(
        N_("it needs a vector but gets {shape}; put Flatten or GlobalAveragePooling2D before it."), shape=shape
    )


def snake_case(name: str) -> str:
    """As ``keras.src.utils.naming.tosnake_case``."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
