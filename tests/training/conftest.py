"""Small trainings in this process, for the tests of the worker."""

import dataclasses

import pytest

from explorer.specs import BatchNormalization, Conv2D, Dense, Dropout, Flatten, MaxPooling2D, ModelSpec
from explorer.training.recipe import Recipe
from explorer.training.record import Request, RunRecord
from explorer.training.store import Store

SMALL = ModelSpec(
    (28, 28, 1),
    (
        Conv2D(4, 3, strides=2, activation="relu"),
        BatchNormalization(),
        MaxPooling2D(2),
        Flatten(),
        Dropout(0.2),
        Dense(10, activation="softmax"),
    ),
)
RECIPE = Recipe(examples=600, epochs=2, batch_size=50, patience=0)


@pytest.fixture(scope="module")
def worker():
    from explorer.training import worker

    return worker


@pytest.fixture
def train(worker, tmp_path):
    def run(spec=SMALL, should_stop=lambda: False, name="run", snapshots=None, **recipe):
        request = Request(spec, dataclasses.replace(RECIPE, **recipe), "fashion-mnist", "sample")
        folder = Store(tmp_path).create(RunRecord(name, name, 1.0, request)).folder
        events = []
        if snapshots is not None:
            snapshots = snapshots(folder / "snapshots.npz")
        record = worker.train_run(folder, events.append, should_stop, snapshots)
        stored = Store(tmp_path).open(name)
        assert stored.record == record
        return stored, events

    return run
