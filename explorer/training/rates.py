"""How fast this machine trains, by what its runs have measured."""

from __future__ import annotations

from explorer.training import limits
from explorer.training.record import RunRecord
from explorer.training.store import Store


def rate_of(record: RunRecord) -> float | None:
    """Floating point operations a second that a run reached."""
    if not record.examples_per_second:
        return None
    return record.examples_per_second * record.spec.flops * limits.BACKWARD_COST


def measured_rates(store: Store) -> dict[bool, float]:
    """The rates of the newest runs in the store that measured one, recurrent or not."""
    rates: dict[bool, float] = {}
    for run in reversed(store.runs()):
        rates |= rates_of(run.record)
    return rates


def rates_of(record: RunRecord) -> dict[bool, float]:
    """The rate that a run reached, by whether its model is recurrent; empty if it measured none."""
    rate = rate_of(record)
    return {record.spec.recurrent: rate} if rate else {}
