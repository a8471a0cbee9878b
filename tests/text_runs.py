"""Runs of small untrained networks that read texts, written as training writes them."""

import time

import numpy as np

from explorer.datasets import SAMPLE
from explorer.datasets.tokens import Tokens
from explorer.network import Network
from explorer.specs import Dense, Embedding, ModelSpec
from explorer.training.recipe import Recipe
from explorer.training.record import EpochResult, Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import write_record

WORDS, LENGTH = 100, 20
EPOCHS = 2


def spec(*cells, length=LENGTH, words=WORDS, mask_zero=False, units=1):
    """Embedding, the given layers, and a dense layer for two classes (or for more)."""
    last = Dense(units, activation="sigmoid" if units == 1 else "softmax")
    return ModelSpec((length,), (Embedding(words, 4, mask_zero=mask_zero), *cells, last))


def random_weights(model, seed):
    """Weights large enough that words matter."""
    numbers = np.random.default_rng(seed)
    return {
        row.name: {name: numbers.normal(0, 0.9, shape).astype(np.float32) for name, shape in row.weight_shapes.items()}
        for row in model.summary()
    }


def network(*cells, seed=0, **settings):
    model = spec(*cells, **settings)
    return Network(model, random_weights(model, seed))


def write_run(folder, *cells, **settings):
    """A run of two epochs under `folder`, whose name is the run's id."""
    return write_model(folder, spec(*cells, **settings))


def write_model(folder, model):
    """A run of any model that reads texts."""
    request = Request(model, Recipe(epochs=EPOCHS), "snippets", SAMPLE, Tokens(num_words=WORDS, maxlen=LENGTH))
    history = tuple(EpochResult(epoch, 0.6, 0.6, 0.6, 0.6, 1.0) for epoch in range(1, EPOCHS + 1))
    record = RunRecord(
        folder.name, folder.name, time.time(), request, Status.FINISHED, history, best_epoch=EPOCHS, test_accuracy=0.6
    )
    folder.mkdir(parents=True)
    snapshots = SnapshotWriter(folder / "snapshots.npz", 10_000_000)
    for epoch in range(EPOCHS + 1):
        snapshots.add(epoch, random_weights(model, epoch))
    write_record(folder, record)
    return folder
