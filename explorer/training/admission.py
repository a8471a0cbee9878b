"""Whether a server takes one more run: what it costs, how many wait, how fast they come, the room on the disk."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from explorer.messages import N_, ExplorerError, message
from explorer.training import limits
from explorer.training.bounds import Limits
from explorer.training.fair import FairQueue
from explorer.training.limits import Speed
from explorer.training.record import Request

MAXIMUM_OWNERS = 1000
MEGABYTE = 2**20
_MINUTE = 60.0


class Bucket:
    """A token bucket: at most `rate` a minute, all of them at once if nothing came for a minute."""

    def __init__(self, rate: int, now: float):
        self._rate = rate
        self._tokens, self._at = float(rate), now

    def wait(self, now: float) -> float:
        """Seconds until the next token; 0 if there is one."""
        self._fill(now)
        return max(0.0, (1 - self._tokens) * _MINUTE / self._rate)

    def take(self) -> None:
        """Use a token up."""
        self._tokens -= 1

    def full(self, now: float) -> bool:
        """Whether nothing is missing, so that a new bucket would be the same."""
        self._fill(now)
        return self._tokens >= self._rate

    def _fill(self, now: float) -> None:
        self._tokens = min(float(self._rate), self._tokens + (now - self._at) * self._rate / _MINUTE)
        self._at = now


class Admission:
    """Refuses in a sentence what is more than the host allows. Its caller holds the queue's lock."""

    def __init__(self, bounds: Limits, clock: Callable[[], float] = time.monotonic):
        self.bounds = bounds
        self._clock = clock
        self._all = Bucket(bounds.submits, clock())
        self._each: dict[str, Bucket] = {}

    def pace(self, owner: str) -> None:
        """Count one more submission.

        Raises:
            ExplorerError: if they come too fast, from this reader or from all.
        """
        now, own = self._clock(), self._bucket(owner)
        if wait := own.wait(now):
            raise ExplorerError(
                message(
                    N_("One reader may start {count} trainings a minute here, and you have; try again in {seconds} s."),
                    count=self.bounds.submits_each,
                    seconds=_whole(wait),
                )
            )
        if wait := self._all.wait(now):
            raise ExplorerError(
                message(
                    N_("All readers together may start {count} trainings a minute here; try again in {seconds} s."),
                    count=self.bounds.submits,
                    seconds=_whole(wait),
                )
            )
        own.take()
        self._all.take()

    def cost(self, request: Request, speed: Speed) -> None:
        """Let a request be trained at this speed.

        Raises:
            ExplorerError: if it cannot work or takes too much; a SpecError if a layer is at fault.
        """
        limits.check(request, self.bounds, speed)

    def room(self, queue: FairQueue, owner: str) -> None:
        """Let a run of this owner wait.

        Raises:
            ExplorerError: if too many are waiting.
        """
        if queue.count(owner) >= self.bounds.waiting_each:
            raise ExplorerError(
                message(
                    N_("{count} of your runs are waiting, as many as one reader may have; stop one or wait for one."),
                    count=queue.count(owner),
                )
            )
        if len(queue) >= self.bounds.waiting:
            raise ExplorerError(
                message(N_("{count} runs are already waiting; try again in a moment."), count=len(queue))
            )

    def disk(self, folder: Path) -> None:
        """Leave some of the disk free.

        Raises:
            ExplorerError: if it is nearly full.
        """
        free = free_bytes(folder) // MEGABYTE
        if free < self.bounds.free_megabytes:
            raise ExplorerError(
                message(
                    N_(
                        "The server's disk is nearly full ({free} MB free, {needed} MB must stay free), so nothing is "
                        "trained now; ask whoever runs the server to make room."
                    ),
                    free=f"{free:,}",
                    needed=f"{self.bounds.free_megabytes:,}",
                )
            )

    def _bucket(self, owner: str) -> Bucket:
        now = self._clock()
        if owner not in self._each and len(self._each) >= MAXIMUM_OWNERS:
            self._each = {name: bucket for name, bucket in self._each.items() if not bucket.full(now)}
            while len(self._each) >= MAXIMUM_OWNERS:
                del self._each[next(iter(self._each))]
        return self._each.setdefault(owner, Bucket(self.bounds.submits_each, now))


def free_bytes(folder: Path) -> int:
    """Room on the disk that `folder` is on or will be on."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free


def _whole(seconds: float) -> int:
    return max(1, round(seconds))
