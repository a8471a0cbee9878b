"""An own scheduler with workers that come and go, as compose.yaml starts them."""

import numpy as np
import pytest
from training.test_engine import LONG, ended, request, training, until

from benchmarks.hosted import Hosted
from explorer.remote import Remote
from explorer.training.cluster import Cluster
from explorer.training.continuing import continuation
from explorer.training.jobs import Engine
from explorer.training.outcome import LOST
from explorer.training.record import RunRecord, Status
from explorer.training.store import Store, new_id

pytestmark = pytest.mark.jobs


@pytest.fixture(scope="module")
def hosted(tmp_path_factory):
    with Hosted(tmp_path_factory.mktemp("hosted")) as services:
        yield services


@pytest.fixture
def engine(hosted, monkeypatch, request):
    """The app's, on a volume that it shares with the workers, or with nothing but a URL."""
    for key, value in hosted.environment("app").items():
        monkeypatch.setenv(key, value)
    if url := getattr(request, "param", None):
        monkeypatch.setenv("EXPLORER_RUNS_URL", f"{url}{hosted.folder}/bucket")
        monkeypatch.setenv("EXPLORER_RUNS_DIR", str(hosted.folder / "mirror"))
    engine = Engine(Store.from_environment(), Cluster.from_environment).start()
    until(lambda: engine.workers == 2, 120)
    yield engine
    engine.close()
    if engine.store.shared:
        engine.store.shared.close()


def places(engine):
    """The worker of each run that trains."""
    found = engine._cluster.client.processing()
    return {key: worker for worker, keys in found.items() for key in keys}


def test_nothing_finished_is_lost_and_every_run_ends_whoever_dies(engine, hosted):
    kept = [engine.submit(request(epochs=epochs), "kept", str(epochs)) for epochs in (1, 2)]
    assert all(ended(engine, run_id, 60).status is Status.FINISHED for run_id in kept)

    doomed = [engine.submit(request(**LONG, seed=seed), "doomed", str(seed)) for seed in (1, 2)]
    for run_id in doomed:
        training(engine, run_id)
    assert len(set(places(engine).values())) == 2, "each worker has one"
    hosted.kill("worker-0")
    until(lambda: [engine.progress(run_id).status for run_id in doomed].count(Status.LOST) == 1, 20)

    last = next(run_id for run_id in doomed if engine.progress(run_id).status is Status.RUNNING)
    waiting = [engine.submit(request(**LONG, seed=3), "next", "3"), engine.submit(request(seed=4), "waiting", "4")]
    hosted.kill("scheduler-0")
    assert ended(engine, last, 20).problem == LOST
    done = ended(engine, waiting[1], 90)
    assert done.status is Status.FINISHED, done.problem
    training(engine, waiting[0])
    engine.stop(waiting[0])
    assert ended(engine, waiting[0], 30).status is Status.STOPPED

    everything = {run_id: engine.progress(run_id).record for run_id in (*kept, *doomed, *waiting)}
    assert not any(record.status.active for record in everything.values())
    again = Engine(Store.from_environment(), Cluster.from_environment)
    statuses = {run_id: record.status for run_id, record in everything.items()}
    # A worker without its scheduler may write once more, just after its run was given up; the queue corrects it.
    until(lambda: {run.record.id: run.record.status for run in again.store.runs()} == statuses, 10)
    for run_id in kept:
        assert again.store.open(run_id).network(1).weights
        assert again.store.open(run_id).predictions_file.exists()


def test_runs_are_heard_by_a_client_that_found_the_new_scheduler_by_itself(hosted, tmp_path):
    cluster, store, heard = Cluster(f"tcp://127.0.0.1:{hosted.port}"), Store(tmp_path), []
    known = cluster.client.scheduler_info()["id"]
    for told in (1, 2):
        run = store.create(RunRecord(new_id(), "heard", 1.0, request(epochs=1)))
        assert cluster.submit(run.record.id, store.place(run), heard.append).result(60)["status"] == Status.FINISHED
        until(lambda run=run: run.record.id in {event["run"] for _when, event in heard}, 10)
        if told == 1:
            hosted.kill("scheduler-0")
            until(lambda: cluster.client.status != "running", 10)
            until(lambda: cluster.alive and cluster.client.scheduler_info()["id"] != known, 30)
    cluster.close()


@pytest.mark.parametrize("engine", ["file://"], indirect=True)
def test_machines_that_share_nothing_but_a_url_train_and_see_every_run(engine, hosted):
    run_id = engine.submit(request(), "first")
    assert ended(engine, run_id, 60).status is Status.FINISHED
    run = engine.store.open(run_id)
    assert run.epochs == (0, 1, 2)
    assert run.predictions_file.exists()
    then = continuation(run, 1, 0.001)
    doomed = engine.submit(request(**LONG), "doomed", "other")
    assert ended(engine, engine.submit(then, "on"), 60).status is Status.FINISHED

    training(engine, doomed)
    until(lambda: engine.store.open(doomed).epochs, 30)
    hosted.kill(hosted.listening(places(engine)[f"train-{doomed}"]))
    assert ended(engine, doomed, 20).problem == LOST
    engine.rename(run_id, "renamed")
    until(lambda: engine.store.settled(run_id) and engine.store.settled(doomed), 20)

    other = Store(hosted.folder / "elsewhere", remote=Remote.from_environment("runs"))
    other.close_abandoned()
    until(lambda: len(other.runs()) == 3, 20)
    assert other.open(run_id).record.name == "renamed"
    assert other.open(doomed).record.status is Status.LOST
    np.testing.assert_equal(other.open(run_id).network(2).weights, run.network(2).weights)
    engine.delete(run_id)
    until(lambda: len(other.runs()) == 2, 20)
    other.shared.close()
