"""The weights in a Keras model file: HDF5 read as data, only what is stored in the file itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from explorer.messages import N_, ExplorerError, message
from explorer.network import Weights
from explorer.specs import Bidirectional, Layer, ModelSpec, Recurrent
from explorer.specs.model import snake_case


def saved_groups(entries: list[dict[str, Any]]) -> list[str]:
    """Keras's own names of the layers' groups: the class in snake case, counted from the second on."""
    seen: Counter[str] = Counter()
    names = []
    for entry in entries:
        base = snake_case(entry["class_name"])
        names.append(f"{base}_{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return names


def weights_of(spec: ModelSpec, datasets: Callable[[int], list[h5py.Dataset]]) -> Weights:
    """Every layer's weights; the shapes are compared before a value is unpacked."""
    weights: Weights = {}
    for index, row in enumerate(spec.summary()):
        if not row.weight_shapes:
            continue
        stored = datasets(index)
        if [dataset.shape for dataset in stored] != list(row.weight_shapes.values()):
            raise ExplorerError(
                message(
                    N_("The weights of layer {number} do not have the shapes that the model needs."), number=index + 1
                )
            )
        arrays = (np.asarray(dataset, dtype=np.float32) for dataset in stored)
        weights[row.name] = dict(zip(row.weight_shapes, arrays, strict=True))
    return weights


def group_of(parent: h5py.Group, path: str) -> h5py.Group:
    """The group at a path.

    Raises:
        ValueError: if there is none, or a link on the way to it.
    """
    group = parent[path] if _is_hard(parent, path) else None
    if not isinstance(group, h5py.Group):
        raise ValueError(path)
    return group


def numbered(file: h5py.File, path: str, layer: Layer) -> list[h5py.Dataset]:
    """A layer's weights in a ``.keras`` file: in a recurrent layer those of its cell, in `Bidirectional` of both."""
    groups = (group_of(file, f"{path}/{part}") for part in _parts(layer))
    return [_dataset(group, str(index)) for group in groups for index in range(len(group))]


def _parts(layer: Layer) -> tuple[str, ...]:
    if isinstance(layer, Bidirectional):
        return ("forward_layer/cell/vars", "backward_layer/cell/vars")
    return ("cell/vars",) if isinstance(layer, Recurrent) else ("vars",)


def named(group: h5py.Group) -> list[h5py.Dataset]:
    """A layer's weights in an ``.h5`` file, in the order that it lists their names."""
    names = [name if isinstance(name, str) else name.decode() for name in group.attrs["weight_names"]]
    return [_dataset(group, name) for name in names]


def _dataset(group: h5py.Group, path: str) -> h5py.Dataset:
    item = group[path] if _is_hard(group, path) else None
    if not isinstance(item, h5py.Dataset) or item.dtype.kind != "f" or item.external or item.is_virtual:
        raise ValueError(path)
    return item


def _is_hard(parent: h5py.Group, path: str) -> bool:
    """Whether every step of the path is stored in this file itself, not a link to another place."""
    for step in path.split("/"):
        if not isinstance(parent.get(step, getlink=True), h5py.HardLink):
            return False
        parent = parent[step]
    return True
