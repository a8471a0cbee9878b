"""Training that goes on from another run: what to ask for, and both histories as one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from explorer.messages import ExplorerError
from explorer.training.record import Request, RunRecord, Start
from explorer.training.store import Run

MAXIMUM_CHAIN = 20
"""How many runs that continue each other are joined."""


def continuation(run: Run, epochs: int, learning_rate: float) -> Request:
    """The same model, data and training from the weights that the run has kept.

    The seed stays, so the validation examples are the same ones; the optimizer begins anew.

    Raises:
        ExplorerError: if the run has kept no weights, or a setting cannot work.
    """
    recipe = dataclasses.replace(run.record.recipe, epochs=epochs, learning_rate=learning_rate)
    return dataclasses.replace(run.record.request, recipe=recipe, start=Start(run.record.id, run.kept_epoch))


def joined(record: RunRecord, open_record: Callable[[str], RunRecord]) -> RunRecord:
    """The record with the histories of the runs that it continues before its own; its epochs count on.

    A run that is gone, or that learned from other data, is left out with all before it.
    """
    for _turn in range(MAXIMUM_CHAIN):
        start = record.request.start
        if start is None:
            break
        try:
            before = open_record(start.run)
        except ExplorerError:
            break
        if _data(before.request) != _data(record.request):
            break
        record = _after(before, start.epoch, record)
    return record


def _data(request: Request) -> tuple[object, ...]:
    return request.dataset, request.variant, request.preparation


def _after(before: RunRecord, epoch: int, record: RunRecord) -> RunRecord:
    """`record` behind the first `epoch` epochs of `before`."""
    own = tuple(dataclasses.replace(result, epoch=result.epoch + epoch) for result in record.history)
    batches = tuple((position + epoch, loss) for position, loss in record.batches)
    return dataclasses.replace(
        record,
        request=dataclasses.replace(record.request, start=before.request.start),
        history=(*(result for result in before.history if result.epoch <= epoch), *own),
        batches=(*(point for point in before.batches if point[0] <= epoch), *batches),
        best_epoch=None if record.best_epoch is None else record.best_epoch + epoch,
    )
