"""Everything about training itself: remedies side by side, watched layers, optimisers that play, models that open."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import layer_statistics, open_model, optimisers, remedies
from benchmarks.figures import Figure


def run() -> Iterator[Figure]:
    yield from open_model.run()
    yield from optimisers.run()
    yield from layer_statistics.run()
    yield from remedies.run()
