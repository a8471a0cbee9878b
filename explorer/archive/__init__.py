"""Reading Keras model files as data: zip, JSON and HDF5, never through Keras itself.

Two formats: ``.keras`` (a zip of ``config.json`` and ``model.weights.h5``) and the legacy
``.h5`` of Keras 2 and 3; the content decides, not the name. Nothing in a file is ever executed
or unpickled, and nothing outside it is opened.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from explorer.archive.container import check_size, shown, unpacked
from explorer.archive.description import Described, described
from explorer.archive.stored import Stored, group_of, named, numbered, saved_groups, text_of, weights_of
from explorer.archive.structure import Chain, chain_of
from explorer.messages import N_, ExplorerError, Message, message
from explorer.network import Weights
from explorer.specs import ModelSpec

MAXIMUM_BYTES = 200 * 2**20
MAXIMUM_CONFIG_BYTES = 2**20
MAXIMUM_LEFT_OUT = 20
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class Archive:
    """What a model file holds: a model, or its beginning up to the first layer that this app does not support.

    If it is only the beginning, `problem` says why and `left_out` lists the classes of the
    layers from there on, the first 20 of them. `idle` lists the classes of layers that do nothing at prediction
    and were passed over.
    """

    spec: ModelSpec
    weights: Weights
    idle: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    problem: Message | None = None


def read(source: Path | bytes) -> Archive:
    """The whole model in a ``.keras`` or ``.h5`` file, given by path or content.

    Raises:
        ExplorerError: if it is too large, damaged, or holds what this app does not support.
    """
    return _guarded(source, MAXIMUM_BYTES, _whole)


def read_part(source: Path | bytes, maximum: int = MAXIMUM_BYTES) -> Archive:
    """As `read`, but of a model with layers that this app does not support what comes before them.

    At most `maximum` bytes are read, unpacked and kept as weights.

    Raises:
        ExplorerError: as `read`, and if nothing with weights comes before the first unsupported layer.
    """
    return _guarded(source, maximum, _beginning)


def _whole(chain: Chain) -> Described:
    found = described(chain)
    if found.problem is not None:
        raise ExplorerError(found.problem)
    return found


def _beginning(chain: Chain) -> Described:
    found = described(chain)
    if any(row.weight_shapes for row in found.rows):
        return found
    if found.problem is None:
        raise ExplorerError(message(N_("This model has no weights, so there is nothing to look at.")))
    raise ExplorerError(
        message(
            N_("{problem} No layer before it has weights, so nothing of the model can be shown."), problem=found.problem
        )
    )


Describe = Callable[[Chain], Described]


def _guarded(source: Path | bytes, maximum: int, describe: Describe) -> Archive:
    content = _content(source, maximum)
    try:
        if content.startswith(_HDF5_SIGNATURE):
            return _read_h5(content, maximum, describe)
        return _read_keras(content, maximum, describe)
    except ExplorerError:
        raise
    # A damaged file can raise anything: zipfile alone lets through zlib.error, EOFError and struct.error.
    except Exception as error:
        raise ExplorerError(
            message(N_("This file is damaged or not a Keras model (.keras or .h5); save the model again."))
        ) from error


def _content(source: Path | bytes, maximum: int) -> bytes:
    if isinstance(source, bytes):
        check_size(len(source), maximum)
        return source
    try:
        check_size(source.stat().st_size, maximum)
        return source.read_bytes()
    except OSError as error:
        raise ExplorerError(
            message(N_("The model file {file} cannot be read: {reason}."), file=source.name, reason=error.strerror)
        ) from error


def _read_keras(content: bytes, maximum: int, describe: Describe) -> Archive:
    contents = unpacked(content, maximum)
    chain = chain_of(_config(contents.config))
    found = describe(chain)
    groups = saved_groups([entry.kind for entry in chain.entries])
    with h5py.File(io.BytesIO(contents.weights), "r") as file:
        return _archive(
            chain,
            found,
            maximum,
            lambda index: numbered(file, f"layers/{groups[found.places[index]]}", found.spec.layers[index]),
        )


def _read_h5(content: bytes, maximum: int, describe: Describe) -> Archive:
    with h5py.File(io.BytesIO(content), "r") as file:
        chain = chain_of(_config(_description(file)))
        found = describe(chain)
        names = [chain.entries[place].name for place in found.places]
        return _archive(
            chain, found, maximum, lambda index: named(group_of(group_of(file, "model_weights"), names[index]))
        )


def _archive(chain: Chain, found: Described, maximum: int, stored: Stored) -> Archive:
    check_size(4 * sum(row.parameters for row in found.rows), maximum)

    def of_layer(index: int) -> list[h5py.Dataset]:
        try:
            return stored(index)
        except KeyError as error:
            raise ExplorerError(
                message(
                    N_("The file has no weights for layer {number} ({kind}); save the whole model again."),
                    number=index + 1,
                    kind=type(found.spec.layers[index]).__name__,
                )
            ) from error

    left_out = tuple(shown(entry.kind) for entry in chain.entries[found.end :][:MAXIMUM_LEFT_OUT])
    return Archive(found.spec, weights_of(found.rows, of_layer), found.idle, left_out, found.problem)


def _description(file: h5py.File) -> str | bytes:
    try:
        return text_of(file, "model_config")
    except KeyError as error:
        if "layer_names" in file.attrs or "layers" in file:
            raise ExplorerError(
                message(N_("This file has only the weights of a model; save the whole model with model.save instead."))
            ) from error
        raise


def _config(text: str | bytes) -> Any:
    """The description of the model; nothing longer or deeper than one of a model is parsed.

    Raises:
        ExplorerError: if it is too long or too deep.
        ValueError: if it is no JSON.
    """
    try:
        if len(text) <= MAXIMUM_CONFIG_BYTES:
            return json.loads(text)
    except RecursionError:
        pass
    raise ExplorerError(
        message(N_("The description of the model in this file is longer or deeper than that of any model read here."))
    )
