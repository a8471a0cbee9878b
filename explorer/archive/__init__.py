"""Reading Keras model files as data: zip, JSON and HDF5, never through Keras itself.

Two formats: ``.keras`` (a zip of ``config.json`` and ``model.weights.h5``) and the legacy
``.h5`` of Keras 2 and 3. Nothing in a file is ever executed or unpickled.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from explorer.archive.description import entries_of, spec_of
from explorer.archive.stored import group_of, named, numbered, saved_groups, weights_of
from explorer.messages import N_, ExplorerError, message
from explorer.network import Weights
from explorer.specs import ModelSpec

MAXIMUM_BYTES = 200 * 2**20
MAXIMUM_CONFIG_BYTES = 2**20
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
    entries = list(entries_of(config))
    spec = _checked(spec_of(config, entries))
    with h5py.File(io.BytesIO(stored), "r") as file:
        groups = saved_groups(entries)
        return Archive(
            spec, weights_of(spec, lambda index: numbered(file, f"layers/{groups[index]}", spec.layers[index]))
        )


def _checked(spec: ModelSpec) -> ModelSpec:
    _check_size(4 * spec.parameters)
    return spec


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
        entries = list(entries_of(config))
        spec = _checked(spec_of(config, entries))
        stored = group_of(file, "model_weights")
        names = [entry["config"]["name"] for entry in entries]
        return Archive(spec, weights_of(spec, lambda index: named(group_of(stored, names[index]))))
