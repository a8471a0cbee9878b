"""Training recurrent layers: ours beside Keras's own in one run, and PyTorch's where it is installed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, at_least, median, told
from explorer.specs.model import snake_case

WORDS, FEATURES, UNITS, LENGTH, BATCH = 500, 16, 8, 100, 64
STEPS = 30
ROUNDS = 7
UNIT = "sequences/s"
GOALS = {"LSTM": 2.0}


def run() -> Iterator[Figure]:
    torch = _printed("benchmarks.recurrent_torch") if importlib.util.find_spec("torch") else {}
    for kind, speeds in _printed("benchmarks.recurrent_steps").items():
        name = f"{snake_case(kind)}_training"
        yield told(f"{name}_fast", median(speeds["fast"]), UNIT)
        yield told(f"{name}_keras", median(speeds["stock"]), UNIT)
        if kind in torch:
            yield told(f"{name}_pytorch", median(torch[kind]), UNIT)
        ratio = median(fast / stock for fast, stock in zip(speeds["fast"], speeds["stock"], strict=True))
        if kind in GOALS:
            yield at_least(f"{name}_ratio", ratio, "times", GOALS[kind])
        else:
            yield told(f"{name}_ratio", ratio, "times")


def _printed(module: str) -> dict[str, Any]:
    """What a module prints as JSON when it runs in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
