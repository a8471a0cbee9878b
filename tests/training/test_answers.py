"""A request that was answered before is found again, and copied so that both readers keep what is theirs."""

import dataclasses
import os
import shutil

import numpy as np
import pytest

from explorer.messages import ExplorerError
from explorer.presets import PRESETS
from explorer.specs import Dense, Flatten, ModelSpec
from explorer.training import answers as module
from explorer.training import store as store_module
from explorer.training.answers import Answers, copy_answer, hash_of
from explorer.training.bounds import Limits
from explorer.training.ledger import Ledger
from explorer.training.limits import default_speed
from explorer.training.recipe import Recipe
from explorer.training.record import FROM_A_RUN, EpochResult, Request, RunRecord, Start, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.speeds import speeds_of
from explorer.training.store import Store, new_id
from explorer.training.uploaded import Fit, Model, keep

SPEC = ModelSpec((28, 28, 1), (Flatten(), Dense(10, activation="softmax")))
REQUEST = Request(SPEC, Recipe(examples=1000, epochs=2), "fashion-mnist", "sample")


def weights(value=1.0):
    return {SPEC.names()[1]: {"kernel": np.full((784, 10), value), "bias": np.zeros(10)}}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def kept(store, request=REQUEST, status=Status.FINISHED, created=1.0, **more):
    """A run in the store with weights, as a worker leaves it."""
    record = RunRecord(new_id(), "theirs", created, request, status, note="secret", best_epoch=2, **more)
    run = store.create(record)
    SnapshotWriter(run.snapshot_file, 2**20).add(2, weights(created))
    return run


def waiting(store, request=REQUEST):
    return store.create(RunRecord(new_id(), "mine", 5.0, request))


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(REQUEST, variant="full"),
        dataclasses.replace(REQUEST, start=Start("abc", 2)),
        dataclasses.replace(REQUEST, recipe=dataclasses.replace(REQUEST.recipe, seed=43)),
        dataclasses.replace(REQUEST, spec=ModelSpec((28, 28, 1), (Flatten(), Dense(11, activation="softmax")))),
    ],
)
def test_only_the_same_request_is_answered(store, other):
    answers = Answers(store)
    answers.add(kept(store).record)
    assert answers.find(REQUEST) is not None
    assert answers.find(Request.from_dict(REQUEST.to_dict())) is not None
    assert answers.find(other) is None


def test_a_run_that_goes_on_from_others_weights_is_answered_too(store):
    request = dataclasses.replace(REQUEST, start=Start("abc", 2))
    answers, run = Answers(store), kept(store, request)
    answers.add(run.record)
    assert answers.find(request).record.id == run.record.id


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.FINISHED])
def test_what_has_not_finished_answers_nothing(store, status):
    answers = Answers(store)
    answers.add(kept(store, status=status).record)
    assert answers.find(REQUEST) is None


def test_a_model_from_a_file_was_not_trained_so(store):
    spec = PRESETS["cnn-one-block"].spec
    rows = spec.summary()
    given = {row.name: {n: np.zeros(s) for n, s in row.weight_shapes.items()} for row in rows if row.weight_shapes}
    run = keep(store, _Found(), Fit("fashion-mnist", "full", Model(spec, given)), "own.keras")
    answers = Answers(store)
    answers.add(run.record)
    answers.rebuild()
    assert answers.find(run.record.request) is None


class _Found:
    problem, left_out = None, ()


def test_the_index_is_rebuilt_from_the_store_and_the_shipped_models(store):
    old, new = kept(store, created=1.0), kept(store, created=2.0)
    answers = Answers(store)
    answers.rebuild()
    assert answers.find(REQUEST).record.id == new.record.id
    assert answers.find(REQUEST, lambda run: run.record.id != new.record.id).record.id == old.record.id
    for shipped in store.shipped():
        assert answers.find(shipped.record.request).record.request == shipped.record.request


def test_a_deleted_run_or_one_without_weights_answers_nothing(store):
    first, second = kept(store), kept(store)
    answers = Answers(store)
    answers.rebuild()
    shutil.rmtree(second.folder)
    assert answers.find(REQUEST).record.id == first.record.id
    first.snapshot_file.unlink()
    assert answers.find(REQUEST) is None


def test_the_index_is_bounded(store, monkeypatch):
    monkeypatch.setattr(module, "MAXIMUM_INDEXED", 3)
    answers = Answers(store)
    for number in range(10):
        answers.add(RunRecord(str(number), "x", 1.0, REQUEST, Status.FINISHED))
    assert list(answers._hashes) == ["7", "8", "9"]


def test_a_copy_has_the_result_and_keeps_its_own_words(store):
    source, run = kept(store, test_accuracy=0.7), waiting(store)
    record = copy_answer(source, run)
    assert (record.id, record.name, record.note, record.created) == (run.record.id, "mine", "", 5.0)
    assert (record.status, record.test_accuracy, record.copied) == (Status.FINISHED, 0.7, FROM_A_RUN)
    opened = store.open(run.record.id)
    assert opened.record == record
    assert source.record.id not in (run.folder / "run.json").read_text()
    np.testing.assert_array_equal(opened.network(2).weights[SPEC.names()[1]]["kernel"], 1.0)


def test_names_notes_and_deletions_stay_private(store):
    source, run = kept(store), waiting(store)
    copy_answer(source, run)
    store.rename(run.record.id, "renamed")
    store.annotate(run.record.id, "my note")
    assert (store.open(source.record.id).record.name, store.open(source.record.id).record.note) == ("theirs", "secret")
    SnapshotWriter(run.snapshot_file, 2**20).add(2, weights(9.0))
    name = SPEC.names()[1]
    np.testing.assert_array_equal(store.open(source.record.id).network(2).weights[name]["kernel"], 1.0)
    store.delete(source.record.id)
    np.testing.assert_array_equal(store.open(run.record.id).network(2).weights[name]["kernel"], 9.0)


def test_a_copy_of_a_copy_still_says_where_it_comes_from(store, monkeypatch):
    shipped = kept(store)
    monkeypatch.setattr(store_module, "SHIPPED", store.folder)
    first, second = waiting(store), waiting(store)
    assert copy_answer(shipped, first).copied == shipped.record.id
    monkeypatch.undo()
    assert copy_answer(store.open(first.record.id), second).copied == shipped.record.id


def test_where_files_cannot_be_linked_they_are_copied(store, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *paths: (_ for _ in ()).throw(OSError("another disk")))
    source, run = kept(store), waiting(store)
    assert copy_answer(source, run).status is Status.FINISHED
    assert run.snapshot_file.read_bytes() == source.snapshot_file.read_bytes()


def test_a_run_that_vanishes_meanwhile_is_trained_instead(store, monkeypatch):
    source, run = kept(store), waiting(store)
    monkeypatch.setattr(module, "_link", lambda *paths: (_ for _ in ()).throw(FileNotFoundError()))
    assert copy_answer(source, run) is None
    assert store.open(run.record.id).record.status is Status.QUEUED


def test_a_copy_says_nothing_of_this_machines_speed(store):
    epoch = EpochResult(1, 1.0, 0.5, 1.0, 0.5, seconds=2.0)
    fast = kept(store, PRESETS_REQUEST, examples_per_second=500.0, history=(epoch,))
    assert speeds_of(fast.record)
    assert speeds_of(dataclasses.replace(fast.record, copied=FROM_A_RUN)) == {}


PRESETS_REQUEST = Request(PRESETS["cnn-two-blocks"].spec, Recipe(examples=1000), "fashion-mnist", "sample")


def test_equal_requests_have_equal_hashes_in_another_process():
    assert hash_of(REQUEST) == hash_of(Request.from_dict(REQUEST.to_dict()))
    assert len(hash_of(REQUEST)) == 64


def test_a_record_of_before_is_no_copy(store):
    data = kept(store).record.to_dict()
    del data["copied"]
    assert RunRecord.from_dict(data).copied == ""
    with pytest.raises(ExplorerError):
        RunRecord.from_dict({**data, "unknown": 1})


def test_what_was_answered_before_may_cost_more_than_the_host_allows(store):
    request = next(run for run in store.shipped() if run.record.request.dataset == "series").record.request
    other = dataclasses.replace(request, recipe=dataclasses.replace(request.recipe, seed=request.recipe.seed + 1))
    ledger = Ledger(store, Limits(seconds=1), default_speed)
    ledger.answers.rebuild()
    answered, refused = (RunRecord(new_id(), "mine", 5.0, one) for one in (request, other))
    ledger.check(request)
    ledger.enter(answered, "anna", False, ledger.answers.find(request))
    assert ledger.jobs[answered.id].record.status is Status.FINISHED
    for refuses in (lambda: ledger.check(other), lambda: ledger.enter(refused, "anna", False, None)):
        with pytest.raises(ExplorerError, match="minutes"):
            refuses()
    assert refused.id not in ledger.jobs
