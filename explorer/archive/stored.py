"""The weights in a Keras model file: HDF5 read as data, only what is stored in the file itself.

HDF5 can point to other files, declare arrays far larger than the file, and pack pieces that
unpack to any size. So the kind of every link, how an array is stored and what it declares are
looked at before a value is read.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import h5py
import numpy as np

from explorer.archive.container import shown
from explorer.messages import N_, ExplorerError, Message, message
from explorer.network import Weights
from explorer.specs import Bidirectional, Layer, LayerSummary, Recurrent
from explorer.specs.model import snake_case

LONGEST_TEXT = 2**20
"""Characters of a text beside the weights, such as the model's description."""
MAXIMUM_NAMES = 64
DEEPEST = 16
MAXIMUM_PIECES = 20_000
_DEFLATE, _SHUFFLE = h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE
_PACKED = ((), (_DEFLATE,), (_SHUFFLE, _DEFLATE))
_LINKS = {h5py.ExternalLink: N_("a link to another file"), h5py.SoftLink: N_("a link to another place")}

Stored = Callable[[int], list[h5py.Dataset]]
"""The number of a layer, from 0: where its weights are stored, in order."""


def saved_groups(kinds: Sequence[str]) -> list[str]:
    """Keras's own names of the layers' groups: the class in snake case, counted from the second on."""
    seen: Counter[str] = Counter()
    names = []
    for kind in kinds:
        base = snake_case(kind)
        names.append(f"{base}_{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return names


def weights_of(rows: Sequence[LayerSummary], stored: Stored) -> Weights:
    """Every layer's weights as float32; the shapes are compared before a value is unpacked.

    Raises:
        ExplorerError: naming the layer whose weights do not fit it, are missing or lead outside the file.
    """
    weights: Weights = {}
    for index, row in enumerate(rows):
        if not row.weight_shapes:
            continue
        found = stored(index)
        if [dataset.shape for dataset in found] != list(row.weight_shapes.values()):
            raise ExplorerError(
                message(
                    N_("The weights of layer {number} do not have the shapes that the model needs."), number=index + 1
                )
            )
        for dataset in found:
            _check_stored(dataset)
        # Numbers beyond float32's range become infinite, which the network refuses with a sentence.
        with np.errstate(over="ignore"):
            arrays = [dataset[()].astype(np.float32, copy=False) for dataset in found]
        weights[row.name] = dict(zip(row.weight_shapes, arrays, strict=True))
    return weights


def text_of(owner: h5py.Group, name: str) -> str | bytes:
    """A text beside the weights, if it is one and not too long.

    Raises:
        KeyError: if there is none.
        ValueError: if it is anything else.
    """
    attribute = owner.attrs.get_id(name)
    if attribute.shape != () or attribute.dtype.itemsize > LONGEST_TEXT or not _is_text(attribute.dtype):
        raise ValueError(name)
    text = owner.attrs[name]
    return text if isinstance(text, bytes) else str(text)


def group_of(parent: h5py.Group, path: str) -> h5py.Group:
    """The group at a path.

    Raises:
        KeyError: if there is nothing.
        ExplorerError: if a link stands on the way to it.
    """
    group = _at(parent, path)
    if not isinstance(group, h5py.Group):
        raise KeyError(path)
    return group


def numbered(file: h5py.File, path: str, layer: Layer) -> list[h5py.Dataset]:
    """A layer's weights in a ``.keras`` file: in a recurrent layer those of its cell, in `Bidirectional` of both."""
    groups = [group_of(file, f"{path}/{part}") for part in groups_within(layer)]
    if any(len(group) > MAXIMUM_NAMES for group in groups):
        raise ValueError("more weights than any layer has")
    return [_dataset(group, str(index)) for group in groups for index in range(len(group))]


def groups_within(layer: Layer) -> tuple[str, ...]:
    """Where a layer's weights lie below its own group in a ``.keras`` file."""
    if isinstance(layer, Bidirectional):
        return ("forward_layer/cell/vars", "backward_layer/cell/vars")
    return ("cell/vars",) if isinstance(layer, Recurrent) else ("vars",)


def named(group: h5py.Group) -> list[h5py.Dataset]:
    """A layer's weights in an ``.h5`` file, in the order that it lists their names."""
    attribute = group.attrs.get_id("weight_names")
    if len(attribute.shape) != 1 or attribute.shape[0] > MAXIMUM_NAMES or attribute.dtype.itemsize > LONGEST_TEXT:
        raise ValueError("weight_names")
    listed = group.attrs["weight_names"] if _is_text(attribute.dtype) else ()
    return [_dataset(group, name if isinstance(name, str) else name.decode()) for name in listed]


def _is_text(dtype: Any) -> bool:
    return h5py.check_string_dtype(dtype) is not None


def _dataset(group: h5py.Group, path: str) -> h5py.Dataset:
    """The array of numbers at a path, not yet read."""
    item = _at(group, path)
    if not isinstance(item, h5py.Dataset):
        raise KeyError(path)
    _check_numbers(item)
    return item


def _at(parent: h5py.Group, path: str) -> Any:
    """What lies at a path, each step of which is stored in this file itself."""
    steps = [step for step in path.split("/") if step not in ("", ".")]
    if not steps or len(steps) > DEEPEST:
        raise KeyError(path)
    found = parent
    for step in steps:
        link = found.get(step, getlink=True) if isinstance(found, h5py.Group) else None
        if link is None:
            raise KeyError(path)
        if not isinstance(link, h5py.HardLink):
            raise _refused(found, step, message(_LINKS.get(type(link), N_("a link of an unknown kind"))))
        found = found[step]
    return found


def _check_numbers(dataset: h5py.Dataset) -> None:
    """Look at how an array is stored: plain floating-point numbers of at most 8 bytes, inside this file."""
    if dataset.external:
        raise _refused(dataset, "", message(N_("raw data of another file")))
    if dataset.is_virtual:
        raise _refused(dataset, "", message(N_("a virtual dataset, put together from other files")))
    if dataset.dtype.kind != "f" or dataset.dtype.itemsize not in (2, 4, 8):
        raise _refused(dataset, "", message(N_("{type} instead of floating-point numbers"), type=shown(dataset.dtype)))


def _check_stored(dataset: h5py.Dataset) -> None:
    """Compare what an array declares with what the file really holds of it."""
    if dataset.chunks is None:
        if dataset.id.get_storage_size() < dataset.nbytes:
            raise _not_held(dataset)
        return
    creation = dataset.id.get_create_plist()
    packed = tuple(creation.get_filter(place)[0] for place in range(creation.get_nfilters()))
    if packed not in _PACKED:
        raise _refused(dataset, "", message(N_("numbers packed in a way that is not read here")))
    if any(piece > size for piece, size in zip(dataset.chunks, dataset.shape, strict=True)):
        raise _refused(dataset, "", message(N_("pieces larger than the whole")))
    count = math.prod(-(-size // piece) for size, piece in zip(dataset.shape, dataset.chunks, strict=True))
    if count > MAXIMUM_PIECES:
        raise _refused(dataset, "", message(N_("more than {maximum} pieces"), maximum=f"{MAXIMUM_PIECES:,}"))
    if dataset.id.get_num_chunks() != count:
        raise _not_held(dataset)
    for number in range(count):
        _check_piece(dataset, number, bool(packed))


def _check_piece(dataset: h5py.Dataset, number: int, packed: bool) -> None:
    """HDF5 unpacks a piece to whatever size it has, so that is found out here, within bounds, first."""
    size = math.prod(dataset.chunks) * dataset.dtype.itemsize
    piece = dataset.id.get_chunk_info(number)
    if piece.filter_mask or piece.size > 2 * size + 1024:
        raise _not_held(dataset)
    if not packed:
        unpacked = piece.size
    else:
        _mask, raw = dataset.id.read_direct_chunk(piece.chunk_offset)
        unpacked = len(zlib.decompressobj().decompress(raw, size + 1))
    if unpacked != size:
        raise _not_held(dataset)


def _refused(place: Any, step: str, what: Message) -> ExplorerError:
    path = "/".join(part for part in (str(place.name).strip("/"), step) if part)
    return ExplorerError(
        message(
            N_("The file has {what} at {place}; only weights in the file itself are read."),
            what=what,
            place=shown(path),
        )
    )


def _not_held(dataset: h5py.Dataset) -> ExplorerError:
    return ExplorerError(
        message(
            N_(
                "The file says that {place} holds {size} numbers, but other data is stored there; save the model again."
            ),
            place=shown(str(dataset.name).strip("/")),
            size=f"{dataset.size:,}",
        )
    )
