"""What a run's model says of every test image, kept beside it in ``predictions.npz``."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import numpy as np

from explorer.messages import N_, ExplorerError, message
from explorer.training.files import replace_bytes

PREDICTIONS = "predictions.npz"


def write_predictions(path: Path, probabilities: np.ndarray, labels: np.ndarray) -> None:
    """Keep class probabilities (n, classes) as float16 and labels (n,) as uint8.

    Raises:
        OSError: if the file cannot be written.
    """
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, probabilities=_half(probabilities), labels=labels.astype(np.uint8))
    replace_bytes(path, buffer.getbuffer())


def read_predictions(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, classes) as float32 and labels (n,), in the order of the test images.

    Raises:
        ExplorerError: if the file is missing, damaged or of another form.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            probabilities, labels = archive["probabilities"].astype(np.float32), archive["labels"]
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise _damaged(path) from error
    if labels.ndim != 1 or labels.dtype != np.uint8 or not _fit(probabilities, labels):
        raise _damaged(path)
    return probabilities, labels


def _fit(probabilities: np.ndarray, labels: np.ndarray) -> bool:
    if probabilities.ndim != 2 or len(probabilities) != len(labels) or not probabilities.size:
        return False
    return bool(np.isfinite(probabilities).all() and labels.max() < probabilities.shape[1])


def _half(probabilities: np.ndarray) -> np.ndarray:
    """As float16, with the same class on top as before: two that would round to the same stay apart."""
    halved = probabilities.astype(np.float16)
    rows, top = np.arange(len(halved)), probabilities.argmax(axis=1)
    moved = halved.argmax(axis=1) != top
    halved[rows[moved], top[moved]] = np.nextafter(halved[moved].max(axis=1), np.float16(2))
    return halved


def _damaged(path: Path) -> ExplorerError:
    return ExplorerError(
        message(N_("The predictions ({file}) of this run are damaged; train it again."), file=path.name)
    )
