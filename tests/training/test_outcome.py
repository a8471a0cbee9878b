"""What becomes of a run when its worker is done, dies or speaks another version's language."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest
from training.test_store import record

from explorer.training.outcome import FAILED, LOST, ended, result_of
from explorer.training.record import Status
from explorer.training.store import Store


@dataclass
class Future:
    """A future that is done, as Dask hands it to its callback."""

    status: str
    value: Any = None

    def result(self):
        return self.value

    def exception(self):
        return self.value


@pytest.fixture
def run(tmp_path):
    return Store(tmp_path).create(record("any", status=Status.RUNNING))


def test_a_record_that_this_version_cannot_read_ends_the_run(run, tmp_path):
    sent = {**run.record.to_dict(), "from_the_future": 1}
    found = ended(run, run.record, result_of(Future("finished", sent)))
    assert (found.status, found.problem) == (Status.FAILED, FAILED)
    assert Store(tmp_path).open("any").record.status is Status.FAILED


@pytest.mark.parametrize("status", ["cancelled", "lost"])
def test_a_future_without_a_result_is_a_lost_run(run, status):
    found = ended(run, run.record, result_of(Future(status)))
    assert (found.status, found.problem) == (Status.LOST, LOST)


def test_an_error_of_the_worker_is_a_failed_run(run):
    assert ended(run, run.record, result_of(Future("error", RuntimeError("no")))).status is Status.FAILED


def test_the_readers_words_outlive_the_workers(run, tmp_path):
    known = dataclasses.replace(run.record, name="mine", note="why")
    done = dataclasses.replace(run.record, status=Status.FINISHED, seconds=3.0)
    found = ended(run, known, result_of(Future("finished", done.to_dict())))
    assert found == dataclasses.replace(done, name="mine", note="why")
    assert Store(tmp_path).open("any").record == found
