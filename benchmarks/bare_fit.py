"""Plain Keras: build, compile, fit, evaluate; prints the seconds, without imports and reading the data."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from explorer.datasets import DATASETS, TEST, TRAIN, Split
from explorer.training.loop import split_validation
from explorer.training.record import Request


def main(request: Request) -> float:
    recipe = request.recipe
    parts = split_validation(recipe, DATASETS[request.dataset].load(request.variant, TRAIN))
    training, validation, test = (
        _arrays(part) for part in (*parts, DATASETS[request.dataset].load(request.variant, TEST))
    )
    began = time.perf_counter()
    keras.utils.set_random_seed(recipe.seed)
    layers = [getattr(keras.layers, type(layer).__name__)(**dataclasses.asdict(layer)) for layer in request.spec.layers]
    model = keras.Sequential([keras.Input(request.spec.input_shape), *layers])
    model.compile(recipe.optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*training, batch_size=recipe.batch_size, epochs=recipe.epochs, validation_data=validation, verbose=0)
    model.evaluate(*test, verbose=0)
    return time.perf_counter() - began


def _arrays(split: Split) -> tuple[np.ndarray, np.ndarray]:
    return split.inputs / np.float32(255), split.labels


if __name__ == "__main__":
    print(main(Request.from_dict(json.loads(sys.argv[1]))))
