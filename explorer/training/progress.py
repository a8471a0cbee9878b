"""What a training says while it runs: small data classes that travel as JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from explorer.messages import Message
from explorer.training.record import EpochResult, RunRecord, Status, StepStatistics

TOPIC = "explorer-training"
MAXIMUM_BATCH_POINTS = 600
MAXIMUM_STATISTICS = 100


@dataclass(frozen=True)
class BatchReport:
    """Sent about twice a second: mean loss since the last report.

    `position` counts epochs (2.5: in the middle of the third), `seconds_left` is what
    remains if no early stopping ends the run.
    """

    epoch: int
    position: float
    loss: float
    accuracy: float
    examples_per_second: float
    seconds_left: float


@dataclass(frozen=True)
class Event:
    """One event of one run: exactly one of the three reports is set."""

    run: str
    batch: BatchReport | None = None
    epoch: EpochResult | None = None
    statistics: StepStatistics | None = None

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Event:
        batch, epoch, statistics = data["batch"], data["epoch"], data["statistics"]
        return Event(
            data["run"],
            BatchReport(**batch) if batch else None,
            EpochResult(**epoch) if epoch else None,
            StepStatistics.from_dict(statistics) if statistics else None,
        )


@dataclass(frozen=True)
class Progress:
    """A run as a page shows it, live or ended.

    While it waits, `ahead` counts the runs that go first, `own` those of them that are the same owner's, and
    `wait_seconds` is about how long that takes.
    """

    record: RunRecord
    ahead: int = 0
    latest: BatchReport | None = None
    own: int = 0
    wait_seconds: float = 0.0

    @property
    def status(self) -> Status:
        return self.record.status

    @property
    def problem(self) -> Message | None:
        return self.record.problem


def sparser(statistics: tuple[StepStatistics, ...]) -> tuple[StepStatistics, ...]:
    """At most `MAXIMUM_STATISTICS`: every other one is left out when there are more, never the first or the last."""
    if len(statistics) <= MAXIMUM_STATISTICS:
        return statistics
    return statistics[:1] + statistics[2:-1:2] + statistics[-1:]


def thinned(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """At most `MAXIMUM_BATCH_POINTS` points: neighbours are averaged when there are more."""
    if len(points) <= MAXIMUM_BATCH_POINTS:
        return points
    pairs = zip(points[::2], points[1::2], strict=False)
    merged = tuple(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairs)
    return merged + (points[-1:] if len(points) % 2 else ())
