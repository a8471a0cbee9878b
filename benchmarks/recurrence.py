"""Everything about recurrence: gates, typing, searching, maps of words, and training recurrent layers."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import embedding_map, pattern_search, reading, recurrent_training
from benchmarks.figures import Figure


def run() -> Iterator[Figure]:
    yield from reading.run()
    yield from pattern_search.run()
    yield from embedding_map.run()
    yield from recurrent_training.run()
