"""How many wrong tries are free, and how long to wait after them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class Tries:
    """At most so many wrong tries within any span of `seconds`."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic):
        self._seconds = seconds
        self._clock = clock
        self._wrong: deque[float] = deque(maxlen=limit)

    def wait(self) -> float:
        """Seconds until the next try is free; 0 if it is free now."""
        if len(self._wrong) < (self._wrong.maxlen or 0):
            return 0.0
        return max(0.0, self._wrong[0] + self._seconds - self._clock())

    def wrong(self) -> None:
        """Count one wrong try."""
        self._wrong.append(self._clock())
