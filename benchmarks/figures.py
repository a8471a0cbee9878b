"""One measured figure, and what it should be."""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measurement; `goal` is empty for figures that only explain others."""

    name: str
    value: float
    unit: str
    goal: str = ""
    ok: bool = True

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)


def at_most(name: str, value: float, unit: str, limit: float) -> Figure:
    """A figure that must not exceed `limit`."""
    return Figure(name, round(value, 3), unit, f"<= {limit:g}", value <= limit)


def at_least(name: str, value: float, unit: str, limit: float) -> Figure:
    """A figure that must reach `limit`."""
    return Figure(name, round(value, 3), unit, f">= {limit:g}", value >= limit)


def told(name: str, value: float, unit: str) -> Figure:
    """A figure without a goal."""
    return Figure(name, round(value, 3), unit)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(share * 100) // 100) - 1)]


median = statistics.median
