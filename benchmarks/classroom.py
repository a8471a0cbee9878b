"""A class of thirty on one small server: pages, queue, workers, memory and faults."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import classroom_queue, classroom_sessions, classroom_workers, faults, hosted_memory
from benchmarks.figures import Figure


def run() -> Iterator[Figure]:
    for part in (classroom_queue, classroom_workers, hosted_memory, classroom_sessions, faults):
        yield from part.run()
