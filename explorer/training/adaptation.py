"""Fitting a model to other data: the same layers between another input and another output."""

from __future__ import annotations

import dataclasses

from explorer.datasets import Task
from explorer.specs import CategoryEncoding, Dense, Embedding, Layer, ModelSpec

FOLLOWS_DATA = ("input_dim", "num_tokens")
"""Settings that the vocabulary decides."""


def adapted(spec: ModelSpec, task: Task) -> ModelSpec:
    """The model with the task's input shape, vocabulary and output layer; a model of another kind stays as it is."""
    if len(spec.input_shape) != len(task.input_shape) or not spec.layers:
        return spec
    return ModelSpec(task.input_shape, tuple(adapted_layers(spec.layers, task)))


def adapted_layers(layers: tuple[Layer, ...], task: Task) -> list[Layer]:
    """The layers with the first and the last one as the task needs them."""
    *before, last = layers
    if isinstance(last, Dense):
        last = dataclasses.replace(last, units=task.units, activation=task.activation)
    found = [*before, last]
    if task.vocabulary and isinstance(found[0], Embedding):
        found[0] = dataclasses.replace(found[0], input_dim=task.vocabulary)
    elif task.vocabulary and isinstance(found[0], CategoryEncoding):
        found[0] = dataclasses.replace(found[0], num_tokens=task.vocabulary)
    return found
