"""How fast this machine trains, by what its runs have measured."""

from __future__ import annotations

from statistics import median

from explorer.training import limits
from explorer.training.limits import Speed
from explorer.training.record import RunRecord
from explorer.training.store import Store

MOST_FIXED_SECONDS = 10.0
"""A run that saved a large model hundreds of times says nothing of what others take besides their steps."""


def speed_of(record: RunRecord) -> Speed | None:
    """How fast a run was trained; None if it ended within its first epoch or its steps were too short to say.

    What every step costs besides its arithmetic is taken off first: of a tiny model's step it is nearly all.
    """
    # What was copied may have been trained on another machine.
    if record.copied or not (record.history and record.examples_per_second):
        return None
    batch = min(record.recipe.batch_size, record.recipe.training_examples)
    seconds = batch / record.examples_per_second - limits.STEP_OVERHEAD_SECONDS
    if seconds < limits.STEP_OVERHEAD_SECONDS:
        return None
    return Speed(batch * record.spec.flops * limits.BACKWARD_COST / seconds, _fixed(record))


def _fixed(record: RunRecord) -> float:
    """Seconds that a run took besides its epochs, and its first epoch, which builds the graph, beyond the others."""
    first, *others = (result.seconds for result in record.history)
    graph = max(0.0, first - median(others)) if others else 0.0
    return min(MOST_FIXED_SECONDS, graph + max(0.0, record.seconds - first - sum(others)))


def speeds_of(record: RunRecord) -> dict[bool, Speed]:
    """The speed of a run, by whether its model is recurrent; empty if it tells none."""
    speed = speed_of(record)
    return {record.spec.recurrent: speed} if speed else {}


def measured_speeds(store: Store) -> dict[bool, Speed]:
    """The speeds of the newest runs in the store that tell theirs, recurrent or not."""
    speeds: dict[bool, Speed] = {}
    for run in reversed(store.runs()):
        speeds |= speeds_of(run.record)
    return speeds
