"""Taking turns: every owner gets one, nobody gets two while another waits, and the forecast is what happens."""

import heapq

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.training.fair import FairQueue, Forecast, Running

OWNERS = st.sampled_from("abcd")
STEPS = st.lists(st.one_of(OWNERS, st.integers(0, 3)), min_size=1, max_size=60)
"""What happens: an owner submits a run, or one of the runs in training ends."""


class Server:
    """Trains by the queue's turns, and notes what it starts."""

    def __init__(self, workers):
        self.queue, self.workers = FairQueue(), workers
        self.running, self.started, self.submitted = {}, [], {}
        self.others = {}
        """For each owner who could start: how often every other one has started since."""

    def submit(self, owner):
        run = f"{owner}{len(self.submitted.setdefault(owner, []))}"
        self.submitted[owner].append(run)
        self.queue.add(run, owner)
        self.turn()

    def end(self, number):
        if self.running:
            del self.running[sorted(self.running)[number % len(self.running)]]
            self.turn()

    def turn(self):
        self._eligible()
        while len(self.running) < self.workers and (run := self.queue.next(set(self.running.values()))):
            owner = run[0]
            assert owner not in self.running.values()
            self.queue.start(run)
            self.running[run] = owner
            self.started.append(run)
            self.others.pop(owner, None)
            for counts in self.others.values():
                counts[owner] = counts.get(owner, 0) + 1
                assert counts[owner] <= 1, f"{owner} started twice while another waited"

    def _eligible(self):
        for owner in self.submitted:
            if self.queue.count(owner) and owner not in self.running.values():
                self.others.setdefault(owner, {})


def played(steps, workers):
    server = Server(workers)
    for step in steps:
        if isinstance(step, str):
            server.submit(step)
        else:
            server.end(step)
    return server


@given(STEPS, st.integers(1, 3))
def test_nobody_starts_twice_while_another_could_start(steps, workers):
    played(steps, workers)


@given(STEPS, st.integers(1, 3))
def test_a_free_worker_never_stands_idle_before_a_run_that_may_start(steps, workers):
    server = played(steps, workers)
    if len(server.running) < workers:
        assert {run[0] for run in server.queue} <= set(server.running.values())


@given(STEPS, st.integers(1, 3))
def test_every_run_starts_once_and_in_its_owners_order(steps, workers):
    server = played(steps, workers)
    while server.running:
        server.end(0)
    for owner, runs in server.submitted.items():
        assert [run for run in server.started if run[0] == owner] == runs
    assert len(server.queue) == 0


@given(STEPS, st.integers(1, 3), st.lists(st.integers(1, 9), min_size=7, max_size=7))
def test_the_forecast_is_what_happens_if_nobody_else_comes(steps, workers, lengths):
    server = played(steps, workers)

    def seconds(run):
        return float(lengths[sum(map(ord, run)) % 7])

    before, begun = dict(server.running), len(server.started)
    running = [Running(owner, seconds(run)) for run, owner in before.items()]
    told = server.queue.forecast(running, workers, seconds)
    assert set(told) == set(server.queue)

    now, ends, times = 0.0, [(seconds(run), run) for run in before], {}
    heapq.heapify(ends)
    while ends:
        # Runs that end at the same moment all end before the next begins.
        now = ends[0][0]
        while ends and ends[0][0] == now:
            del server.running[heapq.heappop(ends)[1]]
        seen = len(server.started)
        server.turn()
        for run in server.started[seen:]:
            times[run] = now
            heapq.heappush(ends, (now + seconds(run), run))
    assert {run: forecast.seconds for run, forecast in told.items()} == times
    order = [*before.values(), *(run[0] for run in server.started[begun:])]
    for run, forecast in told.items():
        first = order[: forecast.ahead]
        assert forecast.own == first.count(run[0])
        assert times[run] >= max(
            (times[other] for other in server.started[begun:][: forecast.ahead - len(before)]), default=0
        )


def test_owners_take_turns_however_many_runs_one_has():
    queue = FairQueue()
    for run in ("a1", "a2", "a3", "b1", "c1"):
        queue.add(run, run[0])
    started = []
    while run := queue.next(()):
        queue.start(run)
        started.append(run)
    assert started == ["a1", "b1", "c1", "a2", "a3"]


def test_who_trains_already_gets_no_second_turn_before_those_who_come_now():
    queue = FairQueue()
    queue.add("a1", "a")
    queue.start("a1")
    for run in ("a2", "b1", "c1"):
        queue.add(run, run[0])
    assert queue.next({"a"}) == "b1"
    told = queue.forecast([Running("a", 5.0)], 1, {"a2": 7.0, "b1": 10.0, "c1": 20.0}.__getitem__)
    assert told == {"b1": Forecast(1, 0, 5.0), "c1": Forecast(2, 0, 15.0), "a2": Forecast(3, 1, 35.0)}


def test_who_was_busy_for_rounds_does_not_make_up_for_them():
    queue = FairQueue()
    for run in ("a1", "b1", "b2", "b3", "a2", "a3"):
        queue.add(run, run[0])
    for run in ("a1", "b1", "b2"):
        queue.start(run)
    queue.start("a2")
    assert queue.next(()) == "b3"


def test_nothing_is_remembered_of_owners_who_are_gone():
    queue = FairQueue()
    for number in range(100):
        queue.add(f"run {number}", f"owner {number}")
        queue.start(f"run {number}")
    assert len(queue._turns) <= 100
    queue.add("one", "new")
    queue.start("one")
    queue.add("two", "new")
    queue.start("two")
    assert len(queue._turns) == 1


def test_an_own_run_must_end_first_even_beside_a_free_worker():
    queue = FairQueue()
    queue.add("a2", "a")
    assert queue.next({"a"}) is None
    assert queue.forecast([Running("a", 4.0)], 2, lambda run: 1.0) == {"a2": Forecast(1, 1, 4.0)}


def test_two_workers_wait_half_as_long():
    queue = FairQueue()
    for owner in "abcd":
        queue.add(f"{owner}1", owner)
    told = queue.forecast([], 2, lambda run: 10.0)
    assert [forecast.seconds for forecast in told.values()] == [0.0, 0.0, 10.0, 10.0]


def test_a_removed_run_is_gone_and_its_owner_keeps_the_turn():
    queue = FairQueue()
    for run in ("a1", "a2", "b1"):
        queue.add(run, run[0])
    queue.remove("a1")
    assert "a1" not in queue
    assert queue.next(()) == "a2"
    queue.remove("a2")
    assert list(queue) == ["b1"]


def test_a_run_that_is_put_back_is_next():
    queue = FairQueue()
    for run in ("a1", "a2", "b1"):
        queue.add(run, run[0])
    queue.start("a1")
    assert queue.next(()) == "b1"
    queue.put_back("a1", "a")
    assert queue.next(()) == "a1"
    assert queue.next({"a"}) == "b1"


def test_a_run_that_does_not_wait_is_no_place_in_the_queue():
    queue = FairQueue()
    queue.add("a1", "a")
    queue.start("a1")
    with pytest.raises(StopIteration):
        queue.start("a1")
