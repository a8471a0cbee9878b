"""How fast this machine trains, by what its runs have measured."""

from __future__ import annotations

from explorer.training import limits
from explorer.training.record import RunRecord
from explorer.training.store import Store


def rate_of(record: RunRecord) -> float | None:
    """Floating point operations a second that a run reached; None if its steps were too short to say.

    What every step costs besides its arithmetic is taken off first: of a tiny model's step it is nearly all.
    """
    if not record.examples_per_second:
        return None
    batch = min(record.recipe.batch_size, record.recipe.training_examples)
    seconds = batch / record.examples_per_second - limits.STEP_OVERHEAD_SECONDS
    if seconds < limits.STEP_OVERHEAD_SECONDS:
        return None
    return batch * record.spec.flops * limits.BACKWARD_COST / seconds


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
