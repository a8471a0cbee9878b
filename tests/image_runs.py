"""Runs of small untrained networks over images of a reader's own, written as training writes them."""

import time

import numpy as np
from image_files import arrays, numbers

from explorer.datasets import DATASETS, TEST
from explorer.datasets.own_images import keep, read
from explorer.network import Network
from explorer.specs import Conv2D, Dense, Flatten, MaxPooling2D, ModelSpec
from explorer.training.predictions import write_predictions
from explorer.training.recipe import Recipe
from explorer.training.record import EpochResult, Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import write_record

CLASSES = ("![x](http://e.org/a.png)", "<b>개</b>", "🐈")
EPOCHS = 2


def kept(size=12, in_colour=True, classes=CLASSES, each=10):
    """The variant of a small archive, whose classes can have any names."""
    places = np.arange(each * len(classes)) % len(classes)
    pixels = numbers(len(places), size, size, 3 if in_colour else 1)[0]
    return keep(read(arrays(x=pixels, y=np.array(classes)[places])), size, in_colour)


def spec(shape, classes):
    layers = (
        Conv2D(4, 3, activation="relu"),
        MaxPooling2D(2),
        Conv2D(5, 3, padding="same", activation="relu"),
        Flatten(),
        Dense(classes, activation="softmax"),
    )
    return ModelSpec(shape, layers)


def random_weights(model, seed):
    numbers = np.random.default_rng(seed)
    return {
        row.name: {name: numbers.normal(0, 0.3, shape).astype(np.float32) for name, shape in row.weight_shapes.items()}
        for row in model.summary()
    }


def write_run(folder, variant):
    """A run of two epochs under `folder`, whose name is the run's id, with predictions of the test images."""
    dataset = DATASETS["own-images"]
    model = spec(dataset.task(variant).input_shape, dataset.task(variant).units)
    request = Request(model, Recipe(examples=dataset.counts(variant).train, epochs=EPOCHS), "own-images", variant)
    history = tuple(EpochResult(epoch, 0.6, 0.6, 0.6, 0.6, 1.0) for epoch in range(1, EPOCHS + 1))
    test = dataset.load(variant, TEST)
    record = RunRecord(
        folder.name,
        folder.name,
        time.time(),
        request,
        Status.FINISHED,
        history,
        best_epoch=EPOCHS,
        test_accuracy=0.5,
        test_examples=len(test.labels),
    )
    folder.mkdir(parents=True)
    snapshots = SnapshotWriter(folder / "snapshots.npz", 10_000_000)
    for epoch in range(EPOCHS + 1):
        snapshots.add(epoch, random_weights(model, epoch))
    outputs = Network(model, random_weights(model, EPOCHS)).predict(test.inputs / np.float32(255))
    write_predictions(folder / "predictions.npz", outputs, test.labels)
    write_record(folder, record)
    return folder
