"""A run that this server knows of, from its submission on, and what it hears of it."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import Any

from explorer.training import limits
from explorer.training.limits import Speed
from explorer.training.outcome import begun
from explorer.training.progress import BatchReport, Event, sparser, thinned
from explorer.training.record import RunRecord
from explorer.training.store import Run

SHORTEST_SECONDS = 1.0
"""What a run in training is said to take at least: testing comes after its last batch."""

MOST_HANDED = 3
"""How often a run is handed out whose worker is gone before it begins."""


@dataclass
class Job:
    """A run with whose it is and what was last heard of it.

    With `again` it is trained although an earlier run has answered the same request.
    `handed` counts the workers that were given it; `started` and `heard` are moments of `time.monotonic`.
    """

    run: Run
    record: RunRecord
    owner: str = ""
    again: bool = False
    latest: BatchReport | None = None
    future: Any = None
    stop_asked: bool = False
    handed: int = 0
    started: float = 0.0
    heard: float = 0.0
    _predicted: tuple[Speed | None, float] = (None, 0.0)

    @property
    def untouched(self) -> bool:
        """Whether a run that was handed to a worker may be handed to another one: none has begun it."""
        return not (self.stop_asked or self.latest is not None or self.handed > MOST_HANDED or begun(self.run))

    def hear(self, event: Event) -> None:
        """Take in what the worker reports."""
        if event.batch is not None:
            self.latest, self.heard = event.batch, time.monotonic()
            points = thinned((*self.record.batches, (event.batch.position, event.batch.loss)))
            self.record = dataclasses.replace(self.record, batches=points)
        if event.epoch is not None:
            self.record = dataclasses.replace(self.record, history=(*self.record.history, event.epoch))
        if event.statistics is not None:
            statistics = sparser((*self.record.statistics, event.statistics))
            self.record = dataclasses.replace(self.record, statistics=statistics)

    def seconds(self, speed: Speed) -> float:
        """How long the whole training takes at this speed."""
        if self._predicted[0] != speed:
            self._predicted = speed, limits.predicted_seconds(self.record.request, speed)
        return self._predicted[1]

    def seconds_left(self, speed: Speed) -> float:
        """How long a run in training still takes: as it reports itself, before that at this speed."""
        now = time.monotonic()
        if self.latest is not None:
            return max(SHORTEST_SECONDS, self.latest.seconds_left - (now - self.heard))
        return max(SHORTEST_SECONDS, self.seconds(speed) - (now - self.started))
