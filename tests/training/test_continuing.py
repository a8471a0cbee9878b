"""Going on from a run: what is asked for, and histories that count on."""

import dataclasses

import pytest
from training.test_store import record, weights

from explorer.messages import ExplorerError, message
from explorer.training.continuing import MAXIMUM_CHAIN, continuation, joined
from explorer.training.record import EpochResult, Start
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import Store


def history(count, first=1):
    return tuple(EpochResult(n, 1 / n, n / 100, 2 / n, n / 200, 1.0) for n in range(first, first + count))


def continued(name, start, **changes):
    found = record(name, history=history(2), batches=((0.5, 9.0), (1.5, 8.0)), best_epoch=2, **changes)
    return dataclasses.replace(found, request=dataclasses.replace(found.request, start=start))


def opener(*records):
    by_id = {found.id: found for found in records}

    def open_record(run_id):
        if run_id not in by_id:
            raise ExplorerError(message("gone"))
        return by_id[run_id]

    return open_record


def test_a_continuation_asks_for_the_same_from_the_kept_weights(tmp_path):
    run = Store(tmp_path).create(record("first"))
    writer = SnapshotWriter(run.snapshot_file, 2**30)
    writer.add(0, weights())
    writer.add(3, weights(1))
    wanted = continuation(run, 7, 0.01)
    assert wanted.start == Start("first", 3)
    assert (wanted.recipe.epochs, wanted.recipe.learning_rate) == (7, 0.01)
    same = dataclasses.replace(wanted, start=None, recipe=run.record.recipe)
    assert same == run.record.request
    assert wanted.recipe.seed == run.record.recipe.seed, "or training examples would become validation examples"


def test_a_run_without_weights_cannot_be_continued(tmp_path):
    with pytest.raises(ExplorerError, match="no weights"):
        continuation(Store(tmp_path).create(record("first")), 1, 0.1)


def test_epochs_count_on_behind_the_run_before():
    first = record("first", history=history(4), batches=((0.5, 1.0), (2.5, 0.5), (3.5, 0.4)))
    found = joined(continued("next", Start("first", 3)), opener(first))
    assert [result.epoch for result in found.history] == [1, 2, 3, 4, 5]
    assert [result.val_loss for result in found.history] == [2, 1, 2 / 3, 2, 1]
    assert found.batches == ((0.5, 1.0), (2.5, 0.5), (3.5, 9.0), (4.5, 8.0))
    assert found.best_epoch == 5


def test_a_chain_is_joined_from_its_beginning():
    first = record("first", history=history(3))
    second = continued("second", Start("first", 3))
    found = joined(continued("third", Start("second", 2)), opener(first, second))
    assert [result.epoch for result in found.history] == [1, 2, 3, 4, 5, 6, 7]


def test_what_is_gone_or_of_other_data_is_left_out():
    alone = continued("next", Start("first", 3))
    assert joined(alone, opener()) == alone
    first = record("first", history=history(3))
    other = dataclasses.replace(first, request=dataclasses.replace(first.request, variant="full"))
    assert joined(alone, opener(other)) == alone


def test_a_run_that_names_itself_ends_somewhere():
    circle = continued("circle", Start("circle", 2))
    assert len(joined(circle, opener(circle)).history) == 2 * (MAXIMUM_CHAIN + 1)
