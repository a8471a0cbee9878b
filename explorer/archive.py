"""Reading Keras model files as data: zip, JSON and HDF5, never through Keras itself.

Two formats: ``.keras`` (a zip of ``config.json`` and ``model.weights.h5``) and the legacy
``.h5`` of Keras 2 and 3. Nothing in a file is ever executed or unpickled.
"""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from explorer.messages import N_, ExplorerError, Message, message
from explorer.network import Weights
from explorer.specs import LAYERS, Layer, ModelSpec
from explorer.specs.model import MAXIMUM_LAYERS

MAXIMUM_BYTES = 200 * 2**20
MAXIMUM_CONFIG_BYTES = 2**20
MAXIMUM_INPUT_SIZE = 4096
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class Archive:
    """A model file's contents."""

    spec: ModelSpec
    weights: Weights


def read(source: Path | bytes) -> Archive:
    """The model in a ``.keras`` or ``.h5`` file, given by path or content.

    Raises:
        ExplorerError: if it is too large, damaged, or holds what this app does not support.
    """
    content = _content(source)
    try:
        if content.startswith(_HDF5_SIGNATURE):
            return _read_h5(content)
        return _read_keras(content)
    except ExplorerError:
        raise
    # A damaged file can raise anything: zipfile alone lets through zlib.error, EOFError and struct.error.
    except Exception as error:
        raise ExplorerError(
            message(N_("This file is damaged or not a Keras model (.keras or .h5); save the model again."))
        ) from error


def _content(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        size, content = len(source), source
    else:
        try:
            size = source.stat().st_size
            content = source.read_bytes() if size <= MAXIMUM_BYTES else b""
        except OSError as error:
            raise ExplorerError(
                message(N_("The model file {file} cannot be read: {reason}."), file=source.name, reason=error.strerror)
            ) from error
    _check_size(size)
    return content


def _check_size(size: int) -> None:
    if size > MAXIMUM_BYTES:
        raise ExplorerError(
            message(
                N_("The model file needs {size} MB and at most {maximum} MB are read."),
                size=size // 2**20,
                maximum=MAXIMUM_BYTES // 2**20,
            )
        )


def _read_keras(content: bytes) -> Archive:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _check_size(sum(info.file_size for info in archive.infolist()))
        config = _config(_member(archive, "config.json"))
        stored = _member(archive, "model.weights.h5")
    entries = list(_layer_entries(config))
    spec = _spec(config, entries)
    with h5py.File(io.BytesIO(stored), "r") as file:
        groups = _saved_groups(entries)
        return Archive(spec, _weights(spec, lambda index: _numbered(_group(file, f"layers/{groups[index]}/vars"))))


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member's content, and never more of it than the size that was checked.

    The stated size may be a lie, and bzip2 and LZMA streams can only be unpacked whole.
    """
    info = archive.getinfo(name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(info.compress_type)
    with archive.open(info) as member:
        return member.read(info.file_size)


def _config(text: str | bytes) -> dict[str, Any]:
    if len(text) > MAXIMUM_CONFIG_BYTES:
        raise ValueError(len(text))
    return json.loads(text)


def _read_h5(content: bytes) -> Archive:
    with h5py.File(io.BytesIO(content), "r") as file:
        config = _config(file.attrs["model_config"])
        entries = list(_layer_entries(config))
        spec = _spec(config, entries)
        stored = _group(file, "model_weights")

        def datasets(index: int) -> list[h5py.Dataset]:
            group = _group(stored, entries[index]["config"]["name"])
            names = [name if isinstance(name, str) else name.decode() for name in group.attrs["weight_names"]]
            return [_dataset(group, name) for name in names]

        return Archive(spec, _weights(spec, datasets))


def _layer_entries(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The layers of a Sequential model, without the one that only names the input."""
    if config["class_name"] != "Sequential":
        raise ExplorerError(
            message(
                N_("This is a {kind} model; only Sequential models can be read."), kind=str(config["class_name"])[:60]
            )
        )
    for entry in config["config"]["layers"]:
        if entry["class_name"] != "InputLayer":
            yield entry


def _spec(config: dict[str, Any], entries: list[dict[str, Any]]) -> ModelSpec:
    first = config["config"]["layers"][0]["config"]
    batch_shape = first.get("batch_shape") or first.get("batch_input_shape")
    if not batch_shape or not all(isinstance(size, int) and size > 0 for size in batch_shape[1:]):
        raise ExplorerError(message(N_("The model does not say the size of its input; build it before saving.")))
    if len(batch_shape) > 4 or max(batch_shape[1:]) > MAXIMUM_INPUT_SIZE:
        raise _unsupported_setting("batch_shape", batch_shape, "InputLayer")
    if len(entries) > MAXIMUM_LAYERS:
        raise _unsupported_setting("layers", len(entries), "Sequential")
    spec = ModelSpec(tuple(batch_shape[1:]), tuple(_layer(entry) for entry in entries))
    for entry, row in zip(entries, spec.summary(), strict=True):
        _check_axis(entry, len(row.input_shape))
    _check_size(4 * spec.parameters)
    return spec


def _check_axis(entry: dict[str, Any], last: int) -> None:
    """Normalisation is along the channels only; Keras 2 wrote the axis as a list, counted with the batch."""
    axis = entry["config"].get("axis", -1)
    if axis not in (-1, last, [-1], [last]):
        raise _unsupported_setting("axis", axis, entry["class_name"])


def _layer(entry: dict[str, Any]) -> Layer:
    kind, config = entry["class_name"], entry["config"]
    if kind not in LAYERS:
        raise _unsupported(message(N_("the layer {layer}"), layer=str(kind)[:60]))
    for setting, expected in _ONLY.items():
        if config.get(setting, expected) != expected:
            raise _unsupported_setting(setting, config[setting], kind)
    known = {field.name for field in dataclasses.fields(LAYERS[kind])}
    return LAYERS[kind](**{name: _plain(value) for name, value in config.items() if name in known})


_ONLY = {
    "data_format": "channels_last",
    "groups": 1,
    "noise_shape": None,
    "center": True,
    "scale": True,
    "keepdims": False,
}
"""Settings that this app knows in one value only."""


def _unsupported(what: Message) -> ExplorerError:
    return ExplorerError(message(N_("The model uses {what}, which this app does not support."), what=what))


def _unsupported_setting(setting: str, value: Any, layer: str) -> ExplorerError:
    return _unsupported(
        message(N_("{setting} = {value} of {layer}"), setting=setting, value=str(value)[:60], layer=layer)
    )


def _plain(value: Any) -> Any:
    """Lists as tuples, and an activation by its name."""
    if isinstance(value, dict):
        return value.get("config", value) if isinstance(value.get("config"), str) else value.get("class_name", "")
    return tuple(value) if isinstance(value, list) else value


def _saved_groups(entries: list[dict[str, Any]]) -> list[str]:
    """Keras's own names of the layers' groups: the class in snake case, counted from the second on."""
    seen: Counter[str] = Counter()
    names = []
    for entry in entries:
        base = _snake_case(entry["class_name"])
        names.append(f"{base}_{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return names


def _snake_case(name: str) -> str:
    """As ``keras.src.utils.naming.to_snake_case``."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _weights(spec: ModelSpec, datasets: Callable[[int], list[h5py.Dataset]]) -> Weights:
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


def _group(parent: h5py.Group, path: str) -> h5py.Group:
    group = parent[path] if _is_hard(parent, path) else None
    if not isinstance(group, h5py.Group):
        raise ValueError(path)
    return group


def _numbered(group: h5py.Group) -> list[h5py.Dataset]:
    return [_dataset(group, str(index)) for index in range(len(group))]


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
