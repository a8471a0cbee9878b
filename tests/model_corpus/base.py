"""A small good model, from which the bad ones are made, and the sentences that many of them share."""

import io
import json
import zipfile

import h5py
import numpy as np

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
DAMAGED = "This file is damaged or not a Keras model (.keras or .h5); save the model again."
TOO_LONG = "The description of the model in this file is longer or deeper than that of any model read here."
NO_SIZE = (
    "The model does not say the size of its input; give its Input every size, "
    "of a sequence also the time steps, and save it again."
)


def entry(kind, **config):
    return {"class_name": kind, "config": {"name": kind.lower()[:20], **config}}


def source(*shape):
    return entry("InputLayer", batch_shape=[None, *shape])


DENSE = entry("Dense", units=2)


def sequential(*layers):
    return {"class_name": "Sequential", "config": {"layers": list(layers)}}


GOOD = sequential(source(3), DENSE)


def good_weights(file):
    file["layers/dense/vars/0"] = np.ones((3, 2), np.float32)
    file["layers/dense/vars/1"] = np.ones(2, np.float32)


def hdf5(fill=good_weights, libver="earliest"):
    out = io.BytesIO()
    with h5py.File(out, "w", libver=libver) as file:
        fill(file)
    return out.getvalue()


def zipped(*entries, method=zipfile.ZIP_STORED):
    """A zip of entries (name or ZipInfo, content)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in entries:
            file.writestr(name, content)
    return out.getvalue()


def keras_file(config=GOOD, fill=good_weights):
    text = config if isinstance(config, str | bytes) else json.dumps(config)
    return zipped((CONFIG, text), (WEIGHTS, hdf5(fill)))


def legacy_file(config=GOOD, fill=None, libver="earliest"):
    """The layout of Keras 2: the description beside groups named like the layers."""

    def write(file):
        file.attrs["model_config"] = json.dumps(config)
        group = file.create_group("model_weights/dense")
        group.attrs["weight_names"] = [b"dense/kernel:0", b"dense/bias:0"]
        group["dense/kernel:0"], group["dense/bias:0"] = np.ones((3, 2), np.float32), np.ones(2, np.float32)
        if fill is not None:
            fill(file)

    return hdf5(write, libver)
