"""What it costs to watch every layer while a model trains, and that it costs nothing when nobody watches."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, at_most, median, told

LIMIT = 1.15


def run() -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.layer_statistics_runs"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    for name, rounds in found["rounds"].items():
        yield told(f"layer_statistics_{name}_off_s", median(off for off, _on in rounds), "s")
        yield told(f"layer_statistics_{name}_points", found["points"][name], "per run")
        ratio = median(on / off for off, on in rounds)
        yield at_most(f"layer_statistics_{name}_ratio", ratio, "on/off", LIMIT)
    yield at_most("layer_statistics_off_calls", found["calls_off"], "watch calls", 0)
    yield told("layer_statistics_off_cost", found["microseconds_off"], "µs per report")
