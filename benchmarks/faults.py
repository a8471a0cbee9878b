"""What a fault costs: each one FAULTS_TIMES times (default 5); one line per fault, and every count should be 0."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks import fault_engine, fault_server
from benchmarks.fault_trial import Outcome
from benchmarks.figures import Figure

FAULTS: dict[str, Callable[[int], Iterator[Outcome]]] = {
    "worker killed": fault_engine.worker_killed,
    "worker out of memory": fault_engine.out_of_memory,
    "scheduler restarted": fault_engine.scheduler_restarted,
    "server restarted": fault_server.server_restarted,
    "connection cut": fault_server.connection_cut,
    "disk full": fault_engine.disk_full,
    "clock jumped": fault_server.clock_jumped,
    "run folders damaged": fault_engine.folders_damaged,
}


@dataclass(frozen=True)
class Cost(Figure):
    """What a fault cost in all its trials; `value` is the sum of the three counts."""

    trials: int = 0
    finished_lost: int = 0
    stuck: int = 0
    unclear: int = 0


def run() -> Iterator[Figure]:
    times = int(os.environ.get("FAULTS_TIMES", "5"))
    for name in FAULTS:
        yield cost(name, times)


def cost(name: str, times: int) -> Cost:
    """Let a fault happen so many times."""
    outcomes = list(FAULTS[name](times))
    total = sum(outcomes, Outcome())
    count = total.finished_lost + total.stuck + total.unclear
    return Cost(name, count, "runs", "0", count == 0, len(outcomes), **vars(total))
