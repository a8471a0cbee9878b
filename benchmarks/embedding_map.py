"""A map of 500 words by t-SNE, in a process that has it imported, and what the import costs."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.figures import Figure, at_most, median, told
from explorer.inspection import embedding_map as maps

WORDS, NUMBERS, ROUNDS = 500, 16, 3


def run() -> Iterator[Figure]:
    began = time.perf_counter()
    importlib.import_module("sklearn.manifold")
    yield told("tsne_import_s", time.perf_counter() - began, "s")
    rows = np.random.default_rng(0).normal(0, 0.3, (WORDS, NUMBERS)).astype(np.float32)
    yield at_most("tsne_500_words_s", median([_seconds(rows) for _ in range(ROUNDS)]), "s", 5)


def _seconds(rows: np.ndarray) -> float:
    began = time.perf_counter()
    maps.neighbour_map(rows, 30)
    return time.perf_counter() - began
