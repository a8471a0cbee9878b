"""Pictures and their classes as two arrays in an .npz file, read without pickle.

What a file says of an array is compared with the bounds before the array is read.
"""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.datasets.image_archives import (
    LARGEST_SIDE,
    MAXIMUM_VALUES,
    Member,
    Pictures,
    check_readable,
    class_names,
    members,
    shortened,
)
from explorer.datasets.squares import squares
from explorer.messages import N_, ExplorerError, Message, message

MAXIMUM_BYTES = 200_000_000
MAXIMUM_LABEL_BYTES = 16_000_000
MAXIMUM_PICTURES = 60_000
PAIRS = (("x", "y"), ("x_train", "y_train"))
SUFFIX = ".npy"
MAXIMUM_CLASSES = 1_000
"""Of which the names are made; how many a model may have is said elsewhere."""

_CHUNK_VALUES = 8_000_000
_READERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


@dataclass(frozen=True)
class _Declared:
    """An array as its file's header has it."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def is_arrays(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is an .npz file: arrays lie in it, in no folder."""
    return any(name.endswith(SUFFIX) and "/" not in name for name in archive.namelist())


def read_arrays(archive: zipfile.ZipFile) -> Pictures:
    """The pictures `x` (n, height, width[, 1 or 3]) and classes `y` (n,) of an .npz file.

    `x` holds 0 to 1 or 0 to 255 in any kind of number, `y` whole numbers or texts; `x_train` and
    `y_train` will do as well.

    Raises:
        ExplorerError: if they are missing or something else, with what is wrong.
    """
    safe, left_out = members(archive)
    arrays = {member.name.removesuffix(SUFFIX): member for member in safe if member.name.endswith(SUFFIX)}
    pair = next((pair for pair in PAIRS if arrays.keys() >= set(pair)), None)
    if pair is None:
        raise ExplorerError(
            message(
                N_("The npz holds {found}; it needs the arrays x and y (or x_train and y_train)."),
                found=shortened(", ".join(sorted(arrays))) or "–",
            )
        )
    x, y = (arrays[name] for name in pair)
    check_readable((x, y), MAXIMUM_BYTES + MAXIMUM_LABEL_BYTES)
    declared = _declared(archive, x), _declared(archive, y)
    _check_pictures(pair[0], declared[0])
    _check_labels(pair, declared[1], declared[0].shape[0])
    labels, classes = _classes(pair[1], _array(archive, y).reshape(-1))
    values = _array(archive, x).reshape(*declared[0].shape[:3], -1)
    images, note = _squares(pair[0], values)
    others = sorted(arrays.keys() - set(pair))
    unused = [message(N_("Not used: {names}."), names=shortened(", ".join(others)))] if others else []
    return Pictures(images, labels, classes, tuple(left_out), (note, *unused))


def _declared(archive: zipfile.ZipFile, member: Member) -> _Declared:
    """What the header says, if it can be true of a member of that length."""
    try:
        with archive.open(member.info) as file:
            version = np.lib.format.read_magic(file)
            shape, _fortran, dtype = _READERS[version](file)
            start = file.tell()
        if any(type(size) is not int or size < 0 for size in shape):
            raise ValueError(shape)
    except Exception as error:  # a header is parsed as Python, which can fail in many ways
        raise _damaged(member) from error
    if dtype.hasobject:
        raise ExplorerError(
            message(
                N_("{name} holds Python objects (pickle), which are never opened; save numbers or texts."),
                name=shortened(member.name),
            )
        )
    found = _Declared(shape, dtype)
    if found.bytes > MAXIMUM_BYTES:
        raise ExplorerError(
            message(
                N_("{name} says that it has the shape {shape}, {size} MB; at most {maximum} MB can be read here."),
                name=shortened(member.name),
                shape=shortened(str(shape), 60),
                size=f"{found.bytes / 1e6:,.0f}" if found.bytes < 1e15 else "> 10⁹",
                maximum=f"{MAXIMUM_BYTES / 1e6:.0f}",
            )
        )
    if start + found.bytes != member.info.file_size:
        raise _damaged(member)
    return found


def _array(archive: zipfile.ZipFile, member: Member) -> np.ndarray:
    try:
        with archive.open(member.info) as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
            if file.read(1):
                raise ValueError(member.name)
    except Exception as error:
        raise _damaged(member) from error
    return np.asarray(array)


def _damaged(member: Member) -> ExplorerError:
    return ExplorerError(
        message(N_("{name} in the npz is damaged or no array that is read here."), name=shortened(member.name))
    )


def _check_pictures(name: str, found: _Declared) -> None:
    kind, shape = found.dtype.kind, found.shape
    if kind not in "uifb":
        raise ExplorerError(
            message(N_("{name} holds {kind}; pictures are numbers."), name=name, kind=shortened(str(found.dtype), 30))
        )
    if len(shape) not in (3, 4) or (len(shape) == 4 and shape[3] not in (1, 3)) or min(shape) < 1:
        raise ExplorerError(
            message(
                N_("{name} has the shape {shape}; pictures are (n, height, width), with 1 or 3 channels at the end."),
                name=name,
                shape=shortened(str(shape), 60),
            )
        )
    if shape[0] > MAXIMUM_PICTURES:
        raise ExplorerError(
            message(
                N_("{name} holds {count} pictures; at most {maximum} can be read here."),
                name=name,
                count=f"{shape[0]:,}",
                maximum=f"{MAXIMUM_PICTURES:,}",
            )
        )
    side = min(*shape[1:3], LARGEST_SIDE)
    if shape[0] * side * side * (shape[3] if len(shape) == 4 else 1) > MAXIMUM_VALUES:
        raise ExplorerError(message(N_("There are too many pictures to keep them all; give fewer of them.")))


def _check_labels(pair: tuple[str, str], found: _Declared, count: int) -> None:
    if found.shape not in ((count,), (count, 1)):
        raise ExplorerError(
            message(
                N_(
                    "{y} has the shape {shape}; it needs one class for each of the {count} pictures of {x}: ({count},)."
                ),
                x=pair[0],
                y=pair[1],
                shape=shortened(str(found.shape), 60),
                count=count,
            )
        )
    if found.dtype.kind not in "uibU" or found.bytes > MAXIMUM_LABEL_BYTES:
        raise ExplorerError(
            message(
                N_("{name} holds {kind}; classes are whole numbers or short texts."),
                name=pair[1],
                kind=shortened(str(found.dtype), 30),
            )
        )


def _classes(name: str, values: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """The place of each label among the classes, in order, and their names."""
    classes, labels = np.unique(values, return_inverse=True)
    if len(classes) > MAXIMUM_CLASSES:
        raise ExplorerError(
            message(
                N_("{name} holds {count} different values, too many for classes."), name=name, count=f"{len(classes):,}"
            )
        )
    return labels.reshape(-1), class_names(map(str, classes.tolist()))


def _squares(name: str, values: np.ndarray) -> tuple[np.ndarray, Message]:
    """Small squares of bytes, and how the numbers were read."""
    low, high = _extremes(name, values)
    if low < 0 or high > 255:
        raise ExplorerError(
            message(
                N_("{name} holds numbers from {low} to {high}; pictures are 0 to 1 or 0 to 255."),
                name=name,
                low=f"{low:g}",
                high=f"{high:g}",
            )
        )
    scale = 255 if high <= 1 else 1
    side = min(*values.shape[1:3], LARGEST_SIDE)
    found = np.empty((len(values), side, side, values.shape[3]), np.uint8)
    step = _step(values)
    for first in range(0, len(values), step):
        part = values[first : first + step]
        whole = part if part.dtype == np.uint8 and scale == 1 else np.rint(part.astype(np.float32) * scale)
        found[first : first + step] = squares(whole.astype(np.uint8, copy=False), side)
    return found, message(N_("{name}: 0 is taken as black and {white} as white."), name=name, white=255 // scale)


def _extremes(name: str, values: np.ndarray) -> tuple[float, float]:
    """The smallest and the largest number.

    Raises:
        ExplorerError: if there are others than numbers among them.
    """
    ends = []
    for first in range(0, len(values), _step(values)):
        part = values[first : first + _step(values)]
        ends += [float(part.min()), float(part.max())]
        if not np.isfinite(ends[-2:]).all():
            place = first + int(np.flatnonzero(~np.isfinite(part).reshape(len(part), -1).all(axis=1))[0])
            raise ExplorerError(
                message(
                    N_("{name} holds NaN or infinity, first in picture {number}; fill or remove these pictures."),
                    name=name,
                    number=f"{place + 1:,}",
                )
            )
    return min(ends), max(ends)


def _step(values: np.ndarray) -> int:
    return max(1, _CHUNK_VALUES // math.prod(values.shape[1:]))
