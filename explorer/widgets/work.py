"""Computations too long for a page to wait for: in threads of their own, one at a time, with a few results kept."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from explorer.messages import N_, ExplorerError, Message, message

Result = TypeVar("Result")
Report = Callable[[float], None]
FAILED = message(N_("This could not be computed. Choose another model or fewer texts, and try again."))
_LOG = logging.getLogger(__name__)


class Stopped(Exception):
    """Nobody waits for the result any more."""


class Work(Generic[Result]):
    """A computation under way or done: `share` (0 to 1) of it, its `seconds`, and its `result` or the `problem`."""

    def __init__(self, compute: Callable[[Report], Result], turn: threading.Lock | None = None) -> None:
        self._turn = turn or threading.Lock()
        self.share = 0.0
        self.result: Result | None = None
        self.problem: Message | None = None
        self._stopped = False
        self._began = self._ended = 0.0
        self._thread = threading.Thread(target=self._run, args=(compute,), name="page-work", daemon=True)
        self._thread.start()

    @property
    def active(self) -> bool:
        """Whether it is waiting for its turn or under way."""
        return self.result is None and self.problem is None and not self._stopped

    @property
    def seconds(self) -> float:
        """How long it has taken until now, without the waiting; 0 before its turn."""
        return (self._ended or time.perf_counter()) - self._began if self._began else 0.0

    def stop(self) -> None:
        """End it at its next report; its result is not wanted."""
        self._stopped = True

    def wait(self, seconds: float) -> bool:
        """Whether it ends within so many seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _report(self, share: float) -> None:
        self.share = share
        if self._stopped:
            raise Stopped

    def _run(self, compute: Callable[[Report], Result]) -> None:
        with self._turn:
            self._began = time.perf_counter()
            try:
                self._report(0.0)
                result = compute(self._report)
                self._ended = time.perf_counter()
                self.result = result
            except Stopped:
                pass
            except ExplorerError as error:
                self.problem = error.problem
            except Exception:
                # A thread has no page that could show it; the reader gets a sentence, the log what happened.
                _LOG.exception("background computation failed")
                self.problem = FAILED


class Works(Generic[Result]):
    """At most `most` computations by their keys; a new one takes the place of the one used longest ago."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._works: OrderedDict[Hashable, Work[Result]] = OrderedDict()

    def get(self, key: Hashable) -> Work[Result] | None:
        """The computation of that key, if it was started and is still kept."""
        with self._lock:
            if key in self._works:
                self._works.move_to_end(key)
            return self._works.get(key)

    def start(self, key: Hashable, compute: Callable[[Report], Result]) -> Work[Result]:
        """Begin a computation unless that key has one; one that failed is tried again."""
        with self._lock:
            found = self._works.get(key)
            if found is None or found.problem is not None:
                found = self._works[key] = Work(compute, self._turn)
            self._works.move_to_end(key)
            while len(self._works) > self._most:
                self._works.popitem(last=False)[1].stop()
            return found

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            for work in self._works.values():
                work.stop()
            self._works.clear()
