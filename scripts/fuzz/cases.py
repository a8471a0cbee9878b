"""The cases of a fuzz, what a case may use, and one that failed."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

CPU_SECONDS, MEGABYTES = 5.0, 500


@dataclass(frozen=True)
class Failure:
    """A failed case: its number, what happened, and the input."""

    kind: str
    seed: int
    case: int
    happened: str
    content: bytes

    def told(self) -> str:
        kept = Path(tempfile.gettempdir()) / f"fuzz-{self.kind}-{self.seed}-{self.case}"
        kept.write_bytes(self.content)
        again = f"python -m scripts.fuzz --kinds {self.kind} --seed {self.seed} --case {self.case}"
        return f"FAILED {self.kind} case {self.case}: {self.happened}\n  input: {kept}\n  again: {again}"


def cases(kind: str, seed: int, seconds: float, only: int | None) -> Iterator[tuple[int, Random]]:
    """The numbers of cases to run, each with a generator of its own."""
    until = time.monotonic() + seconds
    for case in itertools.count() if only is None else (only,):
        if only is None and time.monotonic() > until:
            return
        yield case, Random(f"{kind} {seed} {case}")
