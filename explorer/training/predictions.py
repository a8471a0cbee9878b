"""What a run's model says of every test example, kept beside it in ``predictions.npz``."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import numpy as np

from explorer.messages import N_, ExplorerError, message
from explorer.training.files import replace_bytes

PREDICTIONS = "predictions.npz"


def write_predictions(path: Path, outputs: np.ndarray, labels: np.ndarray) -> None:
    """Keep outputs (n, units) and labels (n,): of several classes as float16 and uint8, else as float32.

    Raises:
        OSError: if the file cannot be written.
    """
    buffer = io.BytesIO()
    classes = outputs.shape[1] > 1
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        outputs=_half(outputs) if classes else outputs.astype(np.float32),
        labels=labels.astype(np.uint8 if classes else np.float32),
    )
    replace_bytes(path, buffer.getbuffer())


def read_predictions(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Outputs (n, units) as float32 and labels (n,), in the order of the test examples.

    Raises:
        ExplorerError: if the file is missing, damaged or of another form.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            outputs, labels = archive["outputs"].astype(np.float32), archive["labels"]
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise _damaged(path) from error
    if not _fit(outputs, labels):
        raise _damaged(path)
    return outputs, labels


def _fit(outputs: np.ndarray, labels: np.ndarray) -> bool:
    if outputs.ndim != 2 or labels.ndim != 1 or len(outputs) != len(labels) or not outputs.size:
        return False
    if not (np.isfinite(outputs).all() and np.isfinite(labels).all()):
        return False
    if outputs.shape[1] == 1:
        return labels.dtype == np.float32
    return labels.dtype == np.uint8 and bool(labels.max() < outputs.shape[1])


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
