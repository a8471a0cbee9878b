"""A real cluster shared by several readers: they take turns, and nobody trains what is trained already."""

import itertools

import pytest
from training.test_engine import LONG, ended, request, training, until

from explorer.messages import ExplorerError
from explorer.training.bounds import Limits
from explorer.training.continuing import continuation
from explorer.training.jobs import Engine
from explorer.training.record import FROM_A_RUN, Status
from explorer.training.store import Store

pytestmark = pytest.mark.jobs

seeds = itertools.count(100)


def fresh(**recipe):
    """A request that no run has answered."""
    return request(**{"epochs": 1, "examples": 500, "seed": next(seeds), **recipe})


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    bounds = Limits(submits=1000, submits_each=1000)
    engine = Engine(Store(tmp_path_factory.mktemp("runs")), bounds=bounds).start()
    until(lambda: engine.ready, 60)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two workers."""
    from explorer.training.cluster import Cluster

    engine = Engine(Store(tmp_path_factory.mktemp("pair")), lambda: Cluster(workers=2)).start()
    until(lambda: engine.ready, 60)
    yield engine
    engine.close()


def test_a_reader_with_many_runs_lets_the_next_reader_in(engine):
    """Whoever comes with one run waits for one of the other's, not for all of them."""
    block = engine.submit(fresh(**LONG), "block", "teacher")
    training(engine, block)
    many = [engine.submit(fresh(), f"many {n}", "anna") for n in range(4)]
    one = [engine.submit(fresh(), f"one {n}", "ben") for n in range(2)]
    places = {run_id: engine.progress(run_id) for run_id in (*many, *one)}
    assert [places[run_id].ahead for run_id in many] == [1, 3, 5, 6]
    assert [places[run_id].ahead for run_id in one] == [2, 4]
    assert [places[run_id].own for run_id in (*many, *one)] == [0, 1, 2, 3, 0, 1]
    waits = [places[run_id].wait_seconds for run_id in sorted(places, key=lambda run_id: places[run_id].ahead)]
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(engine.progress(block).latest.seconds_left, rel=0.5)
    started = []

    def watch():
        for run_id in (*many, *one):
            if run_id not in started and engine.progress(run_id).status is not Status.QUEUED:
                started.append(run_id)
        return len(started) == 6

    engine.stop(block)
    until(watch, 120)
    assert started == [many[0], one[0], many[1], one[1], many[2], many[3]]
    assert {ended(engine, run_id).status for run_id in (*many, *one)} == {Status.FINISHED}
    assert engine.progress(many[0]).wait_seconds == 0


def test_one_run_of_each_reader_trains_at_a_time(pair):
    mine = [pair.submit(fresh(**LONG), f"mine {n}", "anna") for n in range(2)]
    training(pair, mine[0])
    waiting = pair.progress(mine[1])
    assert (waiting.status, waiting.ahead, waiting.own) == (Status.QUEUED, 1, 1)
    other = pair.submit(fresh(**LONG), "other", "ben")
    training(pair, other)
    assert pair.progress(mine[1]).status is Status.QUEUED
    pair.stop(mine[0])
    training(pair, mine[1])
    for run_id in (mine[1], other):
        pair.stop(run_id)
        assert ended(pair, run_id).status is Status.STOPPED


def test_what_another_reader_has_trained_is_answered_at_once(engine):
    wanted = fresh()
    first = engine.submit(wanted, "hers", "anna")
    before = ended(engine, first).record
    second = engine.submit(wanted, "his", "ben")
    record = engine.progress(second).record
    assert second != first
    assert (record.status, record.name, record.copied) == (Status.FINISHED, "his", FROM_A_RUN)
    assert record.history == before.history
    assert engine.store.open(second).record == record
    engine.rename(second, "still his")
    engine.delete(second)
    assert engine.progress(first).record.name == "hers"


def test_the_readers_own_run_is_shown_again_and_can_be_trained_anyway(engine):
    wanted = fresh()
    first = engine.submit(wanted, "mine", "anna")
    ended(engine, first)
    assert engine.submit(wanted, "again", "anna", own=lambda run_id: run_id == first) == first
    again = engine.submit(wanted, "again", "anna", again=True, own=lambda run_id: run_id == first)
    final = ended(engine, again).record
    assert again != first
    assert (final.status, final.copied, final.name) == (Status.FINISHED, "", "again")


def test_a_shipped_model_answers_for_the_same_training(engine):
    shipped = next(run for run in engine.store.shipped() if run.record.request.dataset == "series")
    run_id = engine.submit(shipped.record.request, "like the shipped one", "anna", own=lambda run_id: True)
    record = engine.progress(run_id).record
    assert run_id != shipped.record.id
    assert (record.copied, record.history) == (shipped.record.id, shipped.record.history)
    kept = engine.store.open(run_id)
    assert not kept.shipped
    assert kept.network(kept.kept_epoch).spec == shipped.record.spec


def test_a_class_that_presses_train_at_once_is_answered_by_the_first(engine):
    wanted = fresh(epochs=2)
    ids = [engine.submit(wanted, f"reader {n}", f"reader {n}") for n in range(8)]
    renamed = ids[-1]
    engine.rename(renamed, "my words")
    records = [ended(engine, run_id).record for run_id in ids]
    assert {record.status for record in records} == {Status.FINISHED}
    assert [record.copied for record in records] == ["", *[FROM_A_RUN] * 7]
    assert {record.history for record in records} == {records[0].history}
    assert engine.store.open(renamed).record.name == "my words"
    assert len({engine.store.open(run_id).folder for run_id in ids}) == 8


def test_training_that_goes_on_from_a_run_is_answered_too(engine):
    first = engine.submit(fresh(), "first", "anna")
    ended(engine, first)
    wanted = continuation(engine.store.open(first), 1, 0.001)
    ended(engine, engine.submit(wanted, "on", "anna"))
    assert engine.progress(engine.submit(wanted, "on too", "ben")).record.copied == FROM_A_RUN


def test_a_new_server_knows_what_was_trained_before(engine):
    wanted = fresh()
    ended(engine, engine.submit(wanted, "before", "anna"))
    after = Engine(engine.store, lambda: pytest.fail("no cluster is needed")).start()
    try:
        assert after.progress(after.submit(wanted, "after", "ben")).record.copied == FROM_A_RUN
    finally:
        after.close()


def test_a_server_without_room_says_so(tmp_path):
    engine = Engine(Store(tmp_path), bounds=Limits(free_megabytes=10**9))
    with pytest.raises(ExplorerError, match="disk is nearly full"):
        engine.submit(fresh(), "no room", "anna")
    assert engine.store.runs() == []
    full = Engine(Store(tmp_path), bounds=Limits(waiting=2, waiting_each=1))
    for owner in ("anna", "ben"):
        full.submit(fresh(), "waits", owner)
    for owner, said in (("anna", "1 of your runs"), ("cleo", "2 runs are already waiting")):
        with pytest.raises(ExplorerError, match=said):
            full.submit(fresh(), "too many", owner)
    assert len(full.store.runs()) == 2
