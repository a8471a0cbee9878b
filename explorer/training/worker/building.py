"""The Keras model of a specification, and its weights by the specification's names."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras

from explorer.network import Weights
from explorer.specs import Layer, ModelSpec, Part
from explorer.specs.model import snake_case
from explorer.training.worker.fused import FASTER


def build(
    spec: ModelSpec, policy: str = "float32", batch_size: int | None = None, fast: bool = False
) -> keras.Sequential:
    """The Keras model of a specification, its layers named as the specification names them.

    All layers but the last compute with the dtype `policy`: probabilities need all their bits.
    A stateful layer keeps one state for each row of a batch, so then the `batch_size` is fixed
    (1 if none is given). With `fast`, recurrent layers compute the same in less time; such a model
    is for training, not for saving: plain Keras could not load it.
    """
    last = len(spec.layers) - 1
    layers = [
        keras_layer(layer, fast, name=name, dtype="float32" if index == last else policy)
        for index, (name, layer) in enumerate(zip(spec.names(), spec.layers, strict=True))
    ]
    tokens = bool(spec.layers) and spec.layers[0].tokens_in
    fixed = (batch_size or 1) if spec.stateful else None
    source = keras.Input(spec.input_shape, batch_size=fixed, dtype="int32" if tokens else "float32")
    return keras.Sequential([source, *layers])


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
        row.name: dict(zip(row.weight_shapes, model.get_layer(row.name).get_weights(), strict=True))
        for row in spec.summary()
        if row.weight_shapes
    }
