"""What is asked of processes and disk, in the background and never twice at once."""

import importlib.metadata
import threading
import time

from explorer.training import health
from explorer.training.health import Probe, worker_state


class Client:
    """A cluster of two workers, one of which is gone when it is asked."""

    def run(self, function, on_error):
        assert on_error == "ignore"
        return {"tcp://there": function()}

    def run_on_scheduler(self, function):
        return function()


def settled(probe):
    probe.latest()
    deadline = time.monotonic() + 10
    while probe.latest() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return probe.latest()


def test_processes_and_disk_are_measured(tmp_path):
    for name, size in (("one", 10), ("two", 5)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.keras").write_bytes(b"x" * size)
    (tmp_path / ".going").mkdir()
    (tmp_path / "rooms.json").write_text("{}")
    found = settled(Probe(tmp_path, Client))
    assert (found.runs, found.runs_bytes) == (2, 15)
    assert found.server > 10 * 2**20
    assert found.scheduler > 0
    assert found.disk_free > 0
    (worker,) = found.workers
    assert worker.versions["keras"] == importlib.metadata.version("keras")


def test_without_a_cluster_the_rest_is_measured(tmp_path):
    found = settled(Probe(tmp_path / "not yet", lambda: None))
    assert (found.scheduler, found.workers, found.runs) == (None, (), 0)


def test_nobody_waits_for_a_worker_that_does_not_answer(tmp_path):
    asked, answer = [], threading.Event()

    class Slow(Client):
        def run(self, function, on_error):
            asked.append(function)
            answer.wait(20)
            return {}

    probe = Probe(tmp_path, Slow)
    began = time.monotonic()
    assert [probe.latest() for _ in range(50)] == [None] * 50
    assert time.monotonic() - began < 5
    answer.set()
    settled(probe)
    assert len(asked) == 1


def test_what_fails_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    clients = iter([None, Client()])

    class Failing:
        def run(self, function, on_error):
            raise OSError("gone")

    probe = Probe(tmp_path, lambda: next(clients) or Failing())
    assert settled(probe).workers


def test_a_worker_says_its_memory_and_versions():
    memory, versions = worker_state()
    assert memory > 2**20
    assert set(versions) == {"tensorflow", "keras"}
