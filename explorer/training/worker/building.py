"""The Keras model of a specification, and its weights by the specification's names."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import keras

from explorer.network import Weights
from explorer.specs import Branches, Layer, LayerSummary, ModelSpec, Part
from explorer.specs.model import snake_case
from explorer.training.worker.fused import FASTER


def build(spec: ModelSpec, policy: str = "float32", batch_size: int | None = None, fast: bool = False) -> keras.Model:
    """The Keras model of a specification, its layers named as the specification names them.

    All layers but the last compute with the dtype `policy`: probabilities need all their bits.
    A stateful layer keeps one state for each row of a batch, so then the `batch_size` is fixed
    (1 if none is given). With `fast`, recurrent layers compute the same in less time; such a model
    is for training, not for saving: plain Keras could not load it.
    """
    names, last = spec.names(), len(spec.layers) - 1
    first = spec.layers[0] if spec.layers else None
    # Made one by one, as they are put in: first weights are drawn in the order of the layers.
    layers = (
        keras_layer(layer, fast, name=name, dtype="float32" if index == last else policy)
        for index, (name, layer) in enumerate(zip(names, spec.layers, strict=True))
        if not isinstance(layer, Branches)
    )
    if isinstance(first, Branches):
        return _branching(first, names[0], layers, policy, fast)
    tokens = bool(spec.layers) and spec.layers[0].tokens_in
    fixed = (batch_size or 1) if spec.stateful else None
    source = keras.Input(spec.input_shape, batch_size=fixed, dtype="int32" if tokens else "float32")
    return keras.Sequential([source, *layers])


def _branching(
    first: Branches, name: str, layers: Iterable[keras.layers.Layer], policy: str, fast: bool
) -> keras.Model:
    """A model with an input for each branch, and after their concatenation the other layers."""
    sources = {letter: keras.Input(part.input_shape, name=letter) for letter, part in first.parts.items()}
    ends = []
    for letter, part in first.parts.items():
        values = sources[letter]
        for inner, layer in zip(part.names(), part.layers, strict=True):
            values = keras_layer(layer, fast, name=f"{letter}_{inner}", dtype=policy)(values)
        ends.append(values)
    values = keras.layers.Concatenate(name=name, dtype=policy)(ends)
    for layer in layers:
        values = layer(values)
    return keras.Model(list(sources.values()), values)


def keras_layer(layer: Layer, fast: bool = False, **arguments: Any) -> keras.layers.Layer:
    """The Keras layer of one specification; a layer inside it gets its class's name and the same dtype."""
    settings = {field.name: getattr(layer, field.name) for field in dataclasses.fields(layer)}
    for name, value in settings.items():
        if isinstance(value, Layer):
            settings[name] = keras_layer(value, fast, **{**arguments, "name": snake_case(type(value).__name__)})
        elif isinstance(value, Part):
            settings[name] = keras_part(value)
    name = type(layer).__name__
    made = FASTER[name] if fast and name in FASTER else getattr(keras.layers, name)
    return made(**settings, **arguments)


def keras_part(part: Part) -> dict[str, Any]:
    """What Keras makes an initialiser or regulariser from: it draws a seed for each, in an order of its own."""
    return {"class_name": type(part).__name__, "config": dataclasses.asdict(part)}


def weights_of(model: keras.Model, spec: ModelSpec) -> Weights:
    """The model's weights by layer name and Keras weight name, as numpy arrays."""
    return {
        row.name: dict(zip(row.weight_shapes, _arrays(model, row), strict=True))
        for row in spec.summary()
        if row.weight_shapes
    }


def set_weights(model: keras.Model, spec: ModelSpec, weights: Weights) -> None:
    """Give the model the weights that `weights_of` would return."""
    for row in spec.summary():
        arrays = iter(weights.get(row.name, {}).values())
        for name in _places(row):
            layer = model.get_layer(name)
            layer.set_weights([next(arrays) for _weight in layer.get_weights()])


def _arrays(model: keras.Model, row: LayerSummary) -> list[Any]:
    return [array for name in _places(row) for array in model.get_layer(name).get_weights()]


def _places(row: LayerSummary) -> list[str]:
    """The names of the Keras layers that a row of the summary stands for."""
    return list(row.layer.rows()) if isinstance(row.layer, Branches) else [row.name]
