"""Who trains next: one run of each owner at a time, and the owners in rounds.

In each round every owner starts one run, those who come new too, so nobody is two starts ahead of another who
waits (start-time fair queueing: Goyal, Vin and Cheng, 1996).
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Running:
    """A run that trains: whose it is, and about how many seconds it still takes."""

    owner: str
    seconds: float


@dataclass(frozen=True)
class Forecast:
    """What a waiting run has before it.

    `ahead` counts the runs that train now or begin earlier, `own` those of them that are its owner's,
    and `seconds` is about how long it waits.
    """

    ahead: int
    own: int
    seconds: float


class FairQueue:
    """Runs that wait, each under its owner."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[str]] = {}
        self._turns: dict[str, tuple[int, int]] = {}
        """The round in which an owner starts next, and the place in it; kept of those who have started in this one."""
        self._round = self._places = 0
        self.version = 0
        """Counts the changes."""

    def __len__(self) -> int:
        return sum(len(runs) for runs in self._waiting.values())

    def __iter__(self) -> Iterator[str]:
        for runs in self._waiting.values():
            yield from runs

    def __contains__(self, run: object) -> bool:
        return any(run in runs for runs in self._waiting.values())

    def count(self, owner: str) -> int:
        """How many runs of this owner wait."""
        return len(self._waiting.get(owner, ()))

    def add(self, run: str, owner: str) -> None:
        """Put a run behind the others of its owner; who had none waiting goes to the end of the round."""
        if owner not in self._waiting:
            self._turns[owner] = self._last_of(max(self._round, self._turns.get(owner, (0, 0))[0]))
        self._waiting.setdefault(owner, deque()).append(run)
        self.version += 1

    def put_back(self, run: str, owner: str) -> None:
        """Let a run that had been started wait again: it is its owner's first, and the owner's turn is next."""
        self._waiting[owner] = deque([run, *self._waiting.get(owner, ())])
        self._turns[owner] = (min((turn for turn, _place in self._turns.values()), default=self._round) - 1, 0)
        self.version += 1

    def next(self, busy: Collection[str]) -> str | None:
        """The run that starts next while the `busy` owners have one in training; None if nobody else waits."""
        free = [owner for owner in self._waiting if owner not in busy]
        return self._waiting[min(free, key=self._turns.__getitem__)][0] if free else None

    def start(self, run: str) -> None:
        """Take a run out because it starts: its owner's next turn is in the next round."""
        owner = self._owner(run)
        self.remove(run)
        # Who had a turn in an earlier round and was busy then does not make up for it.
        self._round = max(self._round, self._turns[owner][0])
        self._turns[owner] = self._last_of(self._round + 1)
        self._forget()

    def remove(self, run: str) -> None:
        """Take a run out that is not wanted any more; while others of its owner wait they keep the place."""
        owner = self._owner(run)
        self._waiting[owner].remove(run)
        if not self._waiting[owner]:
            del self._waiting[owner]
        self.version += 1

    def _last_of(self, turn: int) -> tuple[int, int]:
        self._places += 1
        return turn, self._places

    def _forget(self) -> None:
        """Who waits for nothing and may start in this round is as good as somebody new."""
        self._turns = {
            owner: turn for owner, turn in self._turns.items() if owner in self._waiting or turn[0] > self._round
        }

    def forecast(
        self, running: Sequence[Running], workers: int, seconds: Callable[[str], float]
    ) -> dict[str, Forecast]:
        """What each waiting run has before it, by playing the turns through; `seconds` predicts a run's training."""
        queue, now = self._copy(), 0.0
        ends = [(one.seconds, number, one.owner) for number, one in enumerate(running)]
        heapq.heapify(ends)
        begun, found = [one.owner for one in running], {}
        while queue:
            run = queue.next({owner for _end, _number, owner in ends}) if len(ends) < max(1, workers) else None
            if run is None:
                now = max(now, heapq.heappop(ends)[0])
                continue
            owner = queue._owner(run)
            found[run] = Forecast(len(begun), begun.count(owner), now)
            queue.start(run)
            heapq.heappush(ends, (now + seconds(run), len(begun), owner))
            begun.append(owner)
        return found

    def _owner(self, run: str) -> str:
        return next(owner for owner, runs in self._waiting.items() if run in runs)

    def _copy(self) -> FairQueue:
        copy = FairQueue()
        copy._waiting = {owner: deque(runs) for owner, runs in self._waiting.items()}
        copy._turns, copy._round, copy._places = dict(self._turns), self._round, self._places
        return copy
