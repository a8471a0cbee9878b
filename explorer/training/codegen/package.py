"""What a script needs beside it: its data as ``data.npz``, and all of it together in one zip."""

from __future__ import annotations

import contextlib
import io
import math
import zipfile
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from explorer.datasets import TEST, TRAIN
from explorer.messages import N_, ExplorerError, message
from explorer.network import Weights
from explorer.specs import Branches
from explorer.training.codegen.training import DATA_FILE, downloads_data
from explorer.training.record import Request

MAXIMUM_MEGABYTES = 200


def data_file(request: Request, first: Weights | None = None) -> bytes:
    """The ``.npz`` that a run's script reads: its examples, and the weights that it begins with, if there are any.

    Raises:
        ExplorerError: if the data is not at hand, or larger than `MAXIMUM_MEGABYTES`.
    """
    check_size(request)
    arrays = {} if downloads_data(request) else _examples(request)
    arrays |= _start(request, first or {})
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def check_size(request: Request) -> None:
    """Refuse data that is too large to be handed out, before it is loaded.

    Raises:
        ExplorerError: with both sizes.
    """
    if downloads_data(request):
        return
    task = request.task
    count = request.recipe.examples + request.counts.test
    labels = 4 * (task.input_shape[0] if task.per_step else 1)
    size = count * (math.prod(task.input_shape) * (1 if len(task.input_shape) == 3 else 4) + labels)
    if size > MAXIMUM_MEGABYTES * 2**20:
        raise ExplorerError(
            message(
                N_("The data is {size} MB, and at most {maximum} MB can be downloaded; use fewer examples."),
                size=f"{size / 2**20:,.0f}",
                maximum=MAXIMUM_MEGABYTES,
            )
        )


def _examples(request: Request) -> dict[str, np.ndarray]:
    count = request.recipe.examples
    train, test = (request.source.load(request.variant, part, request.preparation) for part in (TRAIN, TEST))
    return {"x": train.inputs[:count], "y": train.labels[:count], "x_test": test.inputs, "y_test": test.labels}


def _start(request: Request, weights: Weights) -> dict[str, np.ndarray]:
    """The first weights by Keras's layers: ``start/layer/number``."""
    found: dict[str, np.ndarray] = {}
    for row in request.spec.summary():
        arrays = iter(weights.get(row.name, {}).values())
        places = row.layer.rows() if isinstance(row.layer, Branches) else {row.name: row}
        for place, inner in places.items():
            found |= {
                f"start/{place}/{number}": next(arrays) for number, _name in enumerate(inner.weight_shapes) if weights
            }
    return found


def packed(files: dict[str, str | bytes]) -> bytes:
    """Files by name as one zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def versions() -> dict[str, str]:
    """The versions of this app's packages that decide the numbers, as pip names them."""
    found = {}
    for name in ("tensorflow", "tensorflow-cpu", "keras", "numpy"):
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def readme(name: str, about: str) -> str:
    """What lies in a zip and how to run it; `about` says what the script does."""
    needed = " ".join(f"{package}=={number}" for package, number in versions().items())
    return f"{about}\n\n    pip install {needed} pillow\n    python {name}.py\n"


__all__ = ["DATA_FILE", "MAXIMUM_MEGABYTES", "check_size", "data_file", "packed", "readme", "versions"]
