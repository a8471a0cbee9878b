"""Searching 25,000 texts for the units of a pattern, and what must be computed once before."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from benchmarks.figures import Figure, at_most, median, told
from explorer.inspection import patterns
from explorer.inspection.patterns import ALL, SAME, SIMILAR, Pattern
from explorer.network import Network
from explorer.specs import LSTM, Dense, Embedding, ModelSpec

TEXTS, LENGTH, WORDS, UNITS = 25_000, 100, 500, 8
ROUNDS = 5
LENGTHS = (1, 3, 12)


def run() -> Iterator[Figure]:
    numbers = np.random.default_rng(0)
    rows = numbers.integers(0, WORDS, (TEXTS, LENGTH), np.int32)
    began = time.perf_counter()
    kept = patterns.collect(_network(numbers), "lstm_1", "h", rows, np.zeros(TEXTS, np.uint8))
    yield told("pattern_preparation_s", time.perf_counter() - began, "s")
    yield told("pattern_memory_mb", kept.nbytes / 1e6, "MB")
    signs = np.array([1, -1, 1, 0, 0, -1, 0, 0])
    times = []
    for mode in (SAME, ALL, SIMILAR):
        for length in LENGTHS:
            wanted = Pattern(signs, 0.1, length)
            times.append(median([_seconds(kept, wanted, mode) for _ in range(ROUNDS)]))
    yield at_most("pattern_search_s", max(times), "s", 1)


def _network(numbers: np.random.Generator) -> Network:
    spec = ModelSpec((LENGTH,), (Embedding(WORDS, 16), LSTM(UNITS), Dense(1, activation="sigmoid")))
    weights = {
        row.name: {name: numbers.normal(0, 0.3, shape) for name, shape in row.weight_shapes.items()}
        for row in spec.summary()
    }
    return Network(spec, weights)


def _seconds(kept: patterns.Activations, wanted: Pattern, mode: str) -> float:
    began = time.perf_counter()
    patterns.search(kept, wanted, mode)
    return time.perf_counter() - began
