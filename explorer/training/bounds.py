"""What a host allows: every limit with its two defaults and its variable, in one place."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from explorer.messages import N_, Message, message


def _limit(local: int, hosted: int, variable: str, title: str) -> Any:
    return dataclasses.field(default=local, metadata={"hosted": hosted, "variable": variable, "title": message(title)})


@dataclass(frozen=True)
class Limits:
    """Upper bounds on runs and readers (and `free_megabytes`, a lower one), set by the host.

    `values` are a run's training examples times the numbers in one; `submits` are per minute; those that
    end in `_each` count for one reader.
    """

    parameters: int = _limit(20_000_000, 6_000_000, "EXPLORER_MAX_PARAMETERS", N_("Parameters of a model"))
    seconds: int = _limit(4 * 3600, 1800, "EXPLORER_MAX_SECONDS", N_("Seconds that one training may take"))
    values: int = _limit(
        2_000_000_000, 100_000_000, "EXPLORER_MAX_VALUES", N_("Numbers in the training examples of one training")
    )
    waiting_each: int = _limit(30, 8, "EXPLORER_MAX_WAITING_EACH", N_("Waiting trainings of one reader"))
    waiting: int = _limit(100, 100, "EXPLORER_MAX_WAITING", N_("Waiting trainings of all readers"))
    submits_each: int = _limit(60, 20, "EXPLORER_MAX_SUBMITS_EACH", N_("Trainings that one reader starts in a minute"))
    submits: int = _limit(600, 300, "EXPLORER_MAX_SUBMITS", N_("Trainings that all readers start in a minute"))
    sessions: int = _limit(100, 60, "EXPLORER_MAX_SESSIONS", N_("Readers at the same time"))
    free_megabytes: int = _limit(200, 500, "EXPLORER_MIN_FREE_MB", N_("Megabytes that must stay free on the disk"))

    @staticmethod
    def from_environment(hosted: bool = False) -> Limits:
        """Each limit from its variable if that is a positive number, else the default, careful on a `hosted` server."""
        return Limits(**{limit.name: _value(limit, hosted) for limit in dataclasses.fields(Limits)})

    def titled(self) -> Iterator[tuple[Message, int]]:
        """What each limit is called for readers, with its value."""
        for limit in dataclasses.fields(self):
            yield limit.metadata["title"], getattr(self, limit.name)


def _value(limit: dataclasses.Field[int], hosted: bool) -> int:
    text = os.environ.get(limit.metadata["variable"], "")
    if text.isdecimal() and int(text) > 0:
        return int(text)
    return int(limit.metadata["hosted"]) if hosted else int(str(limit.default))
