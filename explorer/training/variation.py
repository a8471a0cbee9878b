"""What is not the same in several runs: every setting that differs, with its value in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.messages import Message, message
from explorer.training.differences import MISSING, Difference, Words, between
from explorer.training.record import Request

PRESENT = "✓"


@dataclass(frozen=True)
class Varied:
    """One setting, and its value in each run; `MISSING` where a run has no such layer."""

    what: Message
    values: tuple[Words, ...]


@dataclass(frozen=True)
class _Row:
    """A setting or layer by the first run's numbers; `extra` is a layer that the first run lacks."""

    what: Message
    extra: bool
    found: dict[int, Difference]


def varied(requests: Sequence[Request]) -> tuple[Varied, ...]:
    """The settings that are not the same in all; layers are numbered as in the first run that has them."""
    rows: dict[tuple[str, bool], _Row] = {}
    for number, other in enumerate(requests[1:], 1):
        found = between(requests[0], other, moves=False)
        for difference in (*found.model, *found.recipe, *found.data):
            key = str(difference.what), difference.first is None
            rows.setdefault(key, _Row(difference.what, key[1], {})).found[number] = difference
    lacking = {
        (text, number)
        for (text, extra), row in rows.items()
        for number, difference in row.found.items()
        if not extra and difference.second is None
    }
    return tuple(_varied(row, len(requests), lacking) for row in rows.values())


def _varied(row: _Row, count: int, lacking: set[tuple[str, int]]) -> Varied:
    """The row as a table has it; runs without a difference have the first run's value."""
    known = next(iter(row.found.values()))
    whole = known.first is None or known.second is None
    base = MISSING if row.extra else PRESENT if whole else known.first
    layer = str(row.what.values.get("group", ""))
    values = [base or MISSING]
    for number in range(1, count):
        difference = row.found.get(number)
        if difference is not None:
            values.append((difference.second or PRESENT) if row.extra else difference.second or MISSING)
        else:
            values.append(MISSING if (layer, number) in lacking else values[0])
    return Varied(message("+ {what}", what=row.what) if row.extra else row.what, tuple(values))
