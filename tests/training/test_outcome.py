"""What becomes of a run when its worker is done, dies or speaks another version's language."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest
from distributed.client import FutureCancelledError
from training.test_store import record

from explorer.training.outcome import FAILED, LOST, ended, result_of
from explorer.training.record import Status
from explorer.training.run_file import write_record
from explorer.training.store import Store
from explorer.training.workspace import BegunBefore, GivenUp


@dataclass
class Future:
    """A future that is done, as Dask hands it to its callback."""

    status: str
    value: Any = None

    def result(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


@pytest.fixture
def run(tmp_path):
    return Store(tmp_path).create(record("any", status=Status.RUNNING))


def test_a_record_that_this_version_cannot_read_ends_the_run(run, tmp_path):
    sent = {**run.record.to_dict(), "from_the_future": 1}
    found = ended(run, run.record, result_of(Future("finished", sent), run))
    assert (found.status, found.problem) == (Status.FAILED, FAILED)
    assert Store(tmp_path).open("any").record.status is Status.FAILED


WITHOUT = (
    Future("cancelled"),
    Future("lost"),
    Future("error", BegunBefore("any")),
    Future("error", GivenUp()),
    Future("finished", FutureCancelledError("any", "its worker died with it")),
    Future("finished", BegunBefore("any")),
)


@pytest.mark.parametrize("future", WITHOUT)
def test_a_future_without_a_result_is_a_lost_run(run, future):
    found = ended(run, run.record, result_of(future, run))
    assert (found.status, found.problem) == (Status.LOST, LOST)


@pytest.mark.parametrize("future", WITHOUT)
def test_what_a_worker_wrote_at_the_end_holds_though_it_could_not_say_it(run, future):
    done = dataclasses.replace(run.record, status=Status.FINISHED, seconds=3.0)
    write_record(run.folder, done)
    assert ended(run, run.record, result_of(future, run)) == done


def test_an_error_of_the_worker_is_a_failed_run(run):
    assert ended(run, run.record, result_of(Future("error", RuntimeError("no")), run)).status is Status.FAILED


def test_the_readers_words_outlive_the_workers(run, tmp_path):
    known = dataclasses.replace(run.record, name="mine", note="why")
    done = dataclasses.replace(run.record, status=Status.FINISHED, seconds=3.0)
    found = ended(run, known, result_of(Future("finished", done.to_dict()), run))
    assert found == dataclasses.replace(done, name="mine", note="why")
    assert Store(tmp_path).open("any").record == found
