"""Opening a reader's own model of 5 MB: in the process of its own that reads it, and reading alone."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator

import h5py
import numpy as np

from benchmarks.figures import Figure, at_most, median, told
from explorer import archive
from explorer.archive import apart
from explorer.training import uploaded

INPUT, UNITS = 784, 1640
"""As many weights as make 5 MB."""
ROUNDS = 5


def run() -> Iterator[Figure]:
    content = _model()
    yield told("open_h5_mb", len(content) / 1e6, "MB")
    yield told("open_h5_reading_s", median([_seconds(archive.read_part, content) for _ in range(ROUNDS)]), "s")
    yield at_most("open_h5_s", max(_seconds(apart.read_part, content) for _ in range(ROUNDS)), "s", 1)


def _seconds(read: Callable[[bytes], archive.Archive], content: bytes) -> float:
    began = time.perf_counter()
    uploaded.fits(read(content))
    return time.perf_counter() - began


def _model() -> bytes:
    """Two dense layers in the layout of Keras 2, with weights of no meaning."""
    layers = {"first": (INPUT, UNITS), "last": (UNITS, 10)}
    config = [
        {"class_name": "Dense", "config": {"name": name, "units": shape[1], "batch_input_shape": [None, INPUT]}}
        for name, shape in layers.items()
    ]
    numbers = np.random.default_rng(0)
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": config}})
        for name, shape in layers.items():
            group = file.create_group(f"model_weights/{name}")
            group.attrs["weight_names"] = [b"kernel:0", b"bias:0"]
            group["kernel:0"] = numbers.normal(0, 0.1, shape).astype(np.float32)
            group["bias:0"] = np.zeros(shape[1], np.float32)
    return out.getvalue()
