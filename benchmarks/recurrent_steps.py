"""Training steps of one small text model with each recurrent layer; prints the sequences per second of each way."""

from __future__ import annotations

import json
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from benchmarks.recurrent_training import BATCH, FEATURES, LENGTH, ROUNDS, STEPS, UNITS, WORDS
from explorer.datasets import Split, Task
from explorer.specs import GRU, LSTM, Dense, Embedding, ModelSpec, SimpleRNN
from explorer.specs.recurrent import Recurrent
from explorer.training.recipe import Recipe
from explorer.training.worker import Trainer, build

TASK = Task((LENGTH,), 1, "binary_crossentropy", vocabulary=WORDS)
LAYERS = (LSTM(UNITS), GRU(UNITS), SimpleRNN(UNITS))


def main() -> dict[str, dict[str, list[float]]]:
    """For each kind of layer, the speeds of both ways, measured in turn."""
    found = {}
    for layer in LAYERS:
        trainers = {"fast": _trainer(layer, True), "stock": _trainer(layer, False)}
        speeds: dict[str, list[float]] = {way: [] for way in trainers}
        for _ in range(ROUNDS):
            for way, trainer in trainers.items():
                speeds[way].append(_speed(trainer))
        found[type(layer).__name__] = speeds
    return found


def _trainer(layer: Recurrent, fast: bool) -> Trainer:
    """A trainer that has made its first steps."""
    spec = ModelSpec(TASK.input_shape, (Embedding(WORDS, FEATURES), layer, Dense(1, activation="sigmoid")))
    random, count = np.random.default_rng(0), BATCH * STEPS
    tokens = random.integers(1, WORDS, (count, LENGTH)).astype(np.int32)
    data = Split(tokens, random.integers(0, 2, count).astype(np.uint8))
    trainer = Trainer(build(spec, fast=fast), Recipe(examples=count, batch_size=BATCH), TASK, data)
    trainer.start(np.arange(count))
    trainer.train(0, 2)
    return trainer


def _speed(trainer: Trainer) -> float:
    began = time.perf_counter()
    chunk = trainer.train(0, STEPS)
    return chunk.examples / (time.perf_counter() - began)


if __name__ == "__main__":
    print(json.dumps(main()))
