"""A server that is full says so: too fast, too many, or no room on the disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.messages import ExplorerError
from explorer.training import admission
from explorer.training.admission import Admission, free_bytes
from explorer.training.bounds import Limits
from explorer.training.fair import FairQueue


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_reader_may_start_so_many_a_minute_and_then_one_by_one(clock):
    gate = Admission(Limits(submits_each=3), clock)
    for _ in range(3):
        gate.pace("a")
    with pytest.raises(ExplorerError, match=r"start 3 trainings a minute here, and you have; try again in 20 s"):
        gate.pace("a")
    gate.pace("b")
    clock.now += 20
    gate.pace("a")
    with pytest.raises(ExplorerError, match="try again"):
        gate.pace("a")


def test_all_readers_together_may_start_so_many_a_minute(clock):
    gate = Admission(Limits(submits=4), clock)
    for owner in "abcd":
        gate.pace(owner)
    with pytest.raises(ExplorerError, match="All readers together may start 4"):
        gate.pace("e")
    clock.now += 15
    gate.pace("e")


def test_a_refusal_costs_nothing(clock):
    gate = Admission(Limits(submits=1, submits_each=1), clock)
    gate.pace("a")
    for _ in range(50):
        with pytest.raises(ExplorerError):
            gate.pace("b")
    clock.now += 60
    gate.pace("b")


@given(st.lists(st.floats(0, 30), max_size=80), st.integers(1, 20))
def test_within_any_minute_no_more_than_twice_the_rate_pass(pauses, rate):
    clock = Clock()
    gate, passed = Admission(Limits(submits_each=rate), clock), []
    for pause in pauses:
        clock.now += pause
        try:
            gate.pace("a")
        except ExplorerError:
            continue
        passed.append(clock.now)
    for start in passed:
        assert sum(start <= moment < start + 60 for moment in passed) <= 2 * rate


def test_what_is_remembered_of_owners_is_bounded(clock, monkeypatch):
    monkeypatch.setattr(admission, "MAXIMUM_OWNERS", 10)
    gate = Admission(Limits(submits=10_000), clock)
    for number in range(100):
        gate.pace(str(number))
    assert len(gate._each) <= 10


def test_a_reader_may_have_so_many_runs_waiting(clock):
    queue, gate = FairQueue(), Admission(Limits(waiting_each=2, waiting=3), clock)
    for run in ("a1", "a2"):
        queue.add(run, "a")
    with pytest.raises(ExplorerError, match="2 of your runs are waiting"):
        gate.room(queue, "a")
    gate.room(queue, "b")
    queue.add("b1", "b")
    with pytest.raises(ExplorerError, match="3 runs are already waiting"):
        gate.room(queue, "c")


def test_a_disk_that_is_nearly_full_is_said_with_its_numbers(clock, tmp_path):
    free = free_bytes(tmp_path / "not" / "yet" / "there") // 2**20
    Admission(Limits(free_megabytes=1), clock).disk(tmp_path)
    with pytest.raises(ExplorerError, match="disk is nearly full"):
        Admission(Limits(free_megabytes=2 * free + 1), clock).disk(tmp_path)
