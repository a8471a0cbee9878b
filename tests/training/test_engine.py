"""The queue on a real embedded cluster: progress, stopping, waiting, and workers that die."""

import dataclasses
import os
import threading
import time

import psutil
import pytest

from benchmarks.fault_trial import worker_process
from explorer.messages import ExplorerError
from explorer.presets import PRESETS
from explorer.specs import Conv2D, Dense, Flatten, ModelSpec
from explorer.training import jobs
from explorer.training.bounds import Limits
from explorer.training.continuing import continuation, joined
from explorer.training.jobs import Engine
from explorer.training.outcome import LOST, result_of
from explorer.training.recipe import Recipe
from explorer.training.record import Request, Status
from explorer.training.run_file import read_record, write_record
from explorer.training.store import Store

pytestmark = pytest.mark.jobs

SPEC = ModelSpec((28, 28, 1), (Conv2D(4, 3, activation="relu"), Flatten(), Dense(10, activation="softmax")))


def request(**recipe):
    chosen = Recipe(**{"examples": 1000, "epochs": 2, "patience": 0, **recipe})
    return Request(SPEC, chosen, "fashion-mnist", "sample")


WAITING = 3
LONG = {"examples": 6000, "epochs": 100, "batch_size": 8}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    bounds = Limits(submits=1000, submits_each=1000, waiting_each=WAITING)
    engine = Engine(Store(tmp_path_factory.mktemp("runs")), bounds=bounds).start()
    until(lambda: engine.ready, 60)
    yield engine
    engine.close()


def train(engine, wanted, name):
    """A run of these tests' one owner, whatever has been trained before."""
    return engine.submit(wanted, name, again=True)


def until(true, seconds):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def ended(engine, run_id, seconds=60):
    until(lambda: not engine.progress(run_id).status.active, seconds)
    return engine.progress(run_id)


def training(engine, run_id):
    until(lambda: engine.progress(run_id).latest is not None, 180)


def test_a_run_reports_while_it_trains_and_ends_with_its_accuracy(engine):
    run_id = train(engine, request(epochs=3, examples=6000), "first")
    seen = []
    while engine.progress(run_id).status.active:
        seen.append(len(engine.progress(run_id).record.batches))
        time.sleep(0.1)
    final = engine.progress(run_id)
    assert final.status is Status.FINISHED
    assert len(set(seen)) > 2, "progress arrived while the run was active"
    assert final.record.test_accuracy > 0.5
    assert engine.store.open(run_id).epochs == (0, 1, 2, 3)
    assert engine.speed(PRESETS["cnn-one-block"].spec).flops > 0


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="only Linux has it")
def test_trainings_take_only_the_time_that_no_page_wants(engine):
    assert set(engine._cluster.client.run(os.sched_getscheduler, 0).values()) == {os.SCHED_IDLE}


def test_a_run_is_stopped(engine):
    run_id = train(engine, request(**LONG), "long")
    training(engine, run_id)
    engine.stop(run_id)
    assert ended(engine, run_id, 15).status is Status.STOPPED


def test_runs_wait_their_turn_and_can_leave_the_queue(engine):
    ids = [train(engine, request(**LONG), name) for name in ("one", "two", "three")]
    training(engine, ids[0])
    assert [engine.progress(run_id).ahead for run_id in ids] == [0, 1, 2]
    assert engine.progress(ids[1]).status is Status.QUEUED
    engine.stop(ids[1])
    assert engine.progress(ids[1]).status is Status.STOPPED
    assert engine.progress(ids[2]).ahead == 1
    engine.stop(ids[0])
    training(engine, ids[2])
    engine.stop(ids[2])
    assert ended(engine, ids[2]).status is Status.STOPPED


def test_a_killed_worker_loses_one_run_and_nothing_else(engine):
    doomed = train(engine, request(**LONG), "doomed")
    waiting = train(engine, request(), "waiting")
    training(engine, doomed)
    killed = time.monotonic()
    worker_process(engine).kill()
    lost = ended(engine, doomed, 10)
    assert time.monotonic() - killed < 10
    assert lost.status is Status.LOST
    assert lost.problem == LOST
    assert lost.record.batches, "the curve up to there is kept"
    assert engine.store.open(doomed).record.status is Status.LOST
    # A worker that only lost its scheduler may write once more before it knows that its run was given up.
    folder = engine.store.open(doomed).folder
    write_record(folder, dataclasses.replace(read_record(folder), status=Status.RUNNING, problem=None))
    until(lambda: engine.store.open(doomed).record.problem == LOST, 10)
    assert ended(engine, waiting, 60).status is Status.FINISHED


def test_a_run_that_its_worker_had_ended_is_not_lost_with_it(engine, monkeypatch):
    def asked_after_its_death(future, run):
        doomed = worker_process(engine)
        doomed.kill()
        doomed.wait(10)
        return result_of(future, run)

    monkeypatch.setattr(jobs, "result_of", asked_after_its_death)
    found = ended(engine, train(engine, request(), "finished"), 60)
    assert (found.status, found.problem) == (Status.FINISHED, None)
    assert engine.store.open(found.record.id).record == found.record


def test_requests_that_cannot_work_never_reach_the_queue(engine):
    with pytest.raises(ExplorerError, match="larger than"):
        train(engine, request(examples=200, batch_size=300), "too large a batch")


def test_the_queue_is_bounded(engine):
    ids = [train(engine, request(**LONG), "first")]
    training(engine, ids[0])
    ids += [train(engine, request(), "next") for _ in range(WAITING)]
    with pytest.raises(ExplorerError, match=f"{WAITING} of your runs are waiting"):
        train(engine, request(), "one too many")
    for run_id in reversed(ids):
        engine.stop(run_id)
    ended(engine, ids[0])


def test_an_unknown_run_is_a_sentence(engine):
    with pytest.raises(ExplorerError, match="There is no run"):
        engine.progress("nothing")


def test_sessions_may_ask_at_the_same_time(engine):
    run_id = train(engine, request(epochs=3, examples=3000), "watched")
    failures = []

    def watch():
        try:
            while engine.progress(run_id).status.active:
                time.sleep(0.01)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=watch) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert engine.progress(run_id).status is Status.FINISHED


def test_a_preset_runs_on_the_cluster(engine):
    preset = PRESETS["cnn-one-block"]
    recipe = dataclasses.replace(preset.recipe, examples=1000, epochs=1)
    run_id = train(engine, Request(preset.spec, recipe, preset.dataset, "sample"), "preset")
    assert ended(engine, run_id).status is Status.FINISHED


def test_training_goes_on_from_another_runs_weights(engine):
    first = train(engine, request(epochs=2, examples=3000), "first")
    before = ended(engine, first).record
    wanted = continuation(engine.store.open(first), 2, before.recipe.learning_rate)
    after = ended(engine, train(engine, wanted, "↪ first")).record
    assert after.status is Status.FINISHED
    assert after.request.start.run == first
    assert after.history[0].loss < before.history[-1].loss < before.history[0].loss
    assert min(epoch.val_loss for epoch in after.history) < min(epoch.val_loss for epoch in before.history)
    whole = joined(after, lambda run_id: engine.progress(run_id).record).history
    assert [epoch.epoch for epoch in whole] == [1, 2, 3, 4]


def test_a_run_in_training_is_renamed_and_keeps_its_name_at_the_end(engine):
    run_id = train(engine, request(**LONG), "before")
    training(engine, run_id)
    engine.rename(run_id, "after 😀")
    engine.annotate(run_id, "why")
    assert engine.progress(run_id).record.name == "after 😀"
    until(lambda: engine.progress(run_id).record.history, 60)
    with pytest.raises(ExplorerError, match="still in training"):
        engine.delete(run_id)
    engine.stop(run_id)
    final = ended(engine, run_id).record
    assert (final.name, final.note, final.status) == ("after 😀", "why", Status.STOPPED)
    assert final.test_accuracy is not None
    assert engine.store.open(run_id).record == final


def test_a_waiting_run_is_renamed_too(engine):
    ahead, waiting = train(engine, request(**LONG), "ahead"), train(engine, request(epochs=1), "waiting")
    training(engine, ahead)
    engine.rename(waiting, "renamed")
    with pytest.raises(ExplorerError, match="still in training"):
        engine.delete(waiting)
    engine.stop(ahead)
    assert ended(engine, waiting).record.name == "renamed"
    assert engine.store.open(waiting).record.name == "renamed"


def test_a_run_that_has_ended_is_renamed_and_deleted_in_memory_and_on_disk(engine):
    run_id = train(engine, request(epochs=1), "before")
    ended(engine, run_id)
    engine.rename(run_id, "after")
    assert engine.progress(run_id).record.name == engine.store.open(run_id).record.name == "after"
    folder = engine.store.open(run_id).folder
    engine.delete(run_id)
    assert not folder.exists()
    for gone in (engine.progress, engine.delete, engine.store.open):
        with pytest.raises(ExplorerError, match="There is no run"):
            gone(run_id)


def test_a_continued_run_that_is_deleted_meanwhile_is_a_sentence(engine):
    first = train(engine, request(epochs=1), "first")
    ended(engine, first)
    ahead = train(engine, request(**LONG), "ahead")
    training(engine, ahead)
    orphan = train(engine, continuation(engine.store.open(first), 1, 0.001), "orphan")
    engine.delete(first)
    engine.stop(ahead)
    failed = ended(engine, orphan)
    assert failed.status is Status.FAILED
    assert "There is no run" in str(failed.problem)


@pytest.mark.parametrize("order", [1, -1], ids=["worker first", "nanny first"])
def test_a_run_whose_worker_and_nanny_are_both_killed_is_lost(engine, order):
    run_id = train(engine, request(**LONG), "doomed")
    training(engine, run_id)
    worker = worker_process(engine)
    for process in (worker, worker.parent())[::order]:
        process.kill()
    assert ended(engine, run_id, 30).status is Status.LOST
    assert engine.store.open(run_id).record.status is Status.LOST
    after = train(engine, request(), "after")
    assert ended(engine, after, 90).status is Status.FINISHED


def test_a_cluster_that_dies_is_replaced(engine):
    run_id = train(engine, request(**LONG), "doomed")
    training(engine, run_id)
    processes = engine._cluster._processes
    for part in (processes.scheduler, *processes.workers.values()):
        for process in (*psutil.Process(part.process.pid).children(recursive=True), part.process):
            process.kill()
    assert ended(engine, run_id, 30).status is Status.LOST
    after = train(engine, request(), "after")
    assert ended(engine, after, 90).status is Status.FINISHED
