"""Writing a Keras model file (``.keras``) from a specification and its weights, without Keras.

The file is the one that Keras 3's ``Model.save`` makes: a zip of ``metadata.json``, ``config.json``
and ``model.weights.h5``. What the config leaves out has Keras's own defaults.
"""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import h5py
import numpy as np

from explorer.archive.container import CONFIG, WEIGHTS
from explorer.archive.stored import groups_within, saved_groups
from explorer.messages import N_, ExplorerError, message
from explorer.network import Weights
from explorer.specs import Branches, Layer, ModelSpec, Part, Regularizer

METADATA = "metadata.json"


def writable(spec: ModelSpec) -> bool:
    """Whether `write` can write the model: not one with several inputs."""
    return not any(isinstance(layer, Branches) for layer in spec.layers)


def write(spec: ModelSpec, weights: Weights, batch_size: int | None = None) -> bytes:
    """The content of a ``.keras`` file that ``keras.models.load_model`` opens.

    A stateful model keeps one state for each row of a batch, so its `batch_size` is fixed (1 if none is given).

    Raises:
        ExplorerError: if the model has several inputs.
    """
    if not writable(spec):
        raise ExplorerError(
            message(N_("A model with several inputs cannot be written as a file here; train it first."))
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(METADATA, json.dumps({"keras_version": version("keras"), "date_saved": ""}))
        archive.writestr(CONFIG, json.dumps(_config(spec, batch_size)))
        archive.writestr(WEIGHTS, _hdf5(spec, weights))
    return buffer.getvalue()


def _config(spec: ModelSpec, batch_size: int | None) -> dict[str, Any]:
    tokens = bool(spec.layers) and spec.layers[0].tokens_in
    rows = (batch_size or 1) if spec.stateful else None
    source = {
        "batch_shape": [rows, *spec.input_shape],
        "dtype": "int32" if tokens else "float32",
        "name": "input_layer",
    }
    layers = [_object(layer, name=name) for name, layer in zip(spec.names(), spec.layers, strict=True)]
    return _serialized(
        "keras",
        "Sequential",
        {"name": "sequential", "layers": [_serialized("keras.layers", "InputLayer", source), *layers]},
    )


def _object(made: Layer | Part, **names: str) -> dict[str, Any]:
    """A layer or part as Keras serialises it, with all settings of its specification."""
    settings = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    plain = {name: _object(value) if isinstance(value, Layer | Part) else value for name, value in settings.items()}
    if isinstance(made, Layer):
        return _serialized("keras.layers", type(made).__name__, names | plain)
    module = "keras.regularizers" if isinstance(made, Regularizer) else "keras.initializers"
    return _serialized(module, type(made).__name__, plain)


def _serialized(module: str, kind: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


def _hdf5(spec: ModelSpec, weights: Weights) -> bytes:
    """Every layer's weights, numbered, under Keras's own names of the layers."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for path, arrays in _groups(spec, weights):
            group = file.create_group(path)
            for number, array in enumerate(arrays):
                group.create_dataset(str(number), data=array.astype(np.float32))
    return buffer.getvalue()


def _groups(spec: ModelSpec, weights: Weights) -> Iterator[tuple[str, list[np.ndarray]]]:
    """The path of each group of weights and what it holds: two groups in `Bidirectional`."""
    names = saved_groups([type(layer).__name__ for layer in spec.layers])
    for row, name in zip(spec.summary(), names, strict=True):
        places = groups_within(row.layer)
        arrays = list(weights.get(row.name, {}).values())
        size = len(arrays) // len(places)
        for number, place in enumerate(places):
            yield f"layers/{name}/{place}", arrays[number * size : (number + 1) * size]
