"""Weights of a model at several epochs, in one `snapshots.npz`.

Each array is stored as ``epoch/layer/weight``. The file is always replaced as a whole, so
a crash leaves the previous one, and its size is bounded: when it grows beyond the limit,
every second epoch between the first and the last is dropped, and in the end the last one:
the untrained weights stay.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from explorer.messages import N_, ExplorerError, message
from explorer.network import Weights
from explorer.training.files import replace_bytes


class SnapshotWriter:
    """Keeps the snapshots of a running training and writes them after each addition."""

    def __init__(self, path: Path, limit_bytes: int, dtype: str = "float32"):
        self._path = path
        self._limit = limit_bytes
        self._dtype = dtype
        self._kept: dict[int, Weights] = {}

    def add(self, epoch: int, weights: Weights) -> None:
        """Keep the weights after `epoch`.

        Raises:
            OSError: if the file cannot be written.
        """
        self._kept[epoch] = {
            layer: {name: array.astype(self._dtype) for name, array in group.items()}
            for layer, group in weights.items()
        }
        while self._size() > self._limit and len(self._kept) > 1:
            epochs = sorted(self._kept)
            for dropped in epochs[1:-1:2] or epochs[1:]:
                del self._kept[dropped]
        self._write()

    def _size(self) -> int:
        return sum(a.nbytes for weights in self._kept.values() for group in weights.values() for a in group.values())

    def _write(self) -> None:
        arrays = {
            f"{epoch}/{layer}/{name}": array
            for epoch, weights in sorted(self._kept.items())
            for layer, group in weights.items()
            for name, array in group.items()
        }
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        replace_bytes(self._path, buffer.getbuffer())


def read_epochs(path: Path) -> tuple[int, ...]:
    """The epochs that a snapshot file holds, in order; none if there is no file.

    Raises:
        ExplorerError: if the file is damaged.
    """
    if not path.exists():
        return ()
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(sorted({int(name.split("/")[0]) for name in archive.namelist()}))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _damaged(path) from error


def read_weights(path: Path, epoch: int) -> Weights:
    """The weights after `epoch`, as float32.

    Raises:
        ExplorerError: if the file is damaged or does not hold that epoch.
    """
    weights: Weights = {}
    try:
        with np.load(path, allow_pickle=False) as archive:
            for key in archive.files:
                kept, layer, name = key.split("/")
                if int(kept) == epoch:
                    weights.setdefault(layer, {})[name] = archive[key].astype(np.float32)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise _damaged(path) from error
    if not weights:
        raise ExplorerError(message(N_("There are no weights of epoch {epoch} in this run."), epoch=epoch))
    return weights


def _damaged(path: Path) -> ExplorerError:
    return ExplorerError(
        message(
            N_("The weights by epoch ({file}) of this run are damaged; choose another run, or train it again."),
            file=path.name,
        )
    )
