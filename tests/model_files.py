"""Keras model files made by hand: descriptions and weights of one's own in the formats that Keras writes."""

import io
import json
import zipfile
from pathlib import Path

import h5py


def shipped():
    return Path(__file__).parents[1].joinpath("trained", "cnn-two-blocks", "model.keras").read_bytes()


def rebuilt(config=None, weights=None):
    """The shipped file with another config or other weights."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(shipped())) as old, zipfile.ZipFile(out, "w") as new:
        text = old.read("config.json")
        new.writestr("config.json", json.dumps(config(json.loads(text))) if config else text)
        new.writestr("model.weights.h5", weights if weights is not None else old.read("model.weights.h5"))
    return out.getvalue()


def hdf5(fill):
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        fill(file)
    return out.getvalue()


def sequential(shape, kind, **settings):
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, *shape]}},
        {"class_name": kind, "config": settings},
    ]
    return lambda _config: {"class_name": "Sequential", "config": {"layers": layers}}
