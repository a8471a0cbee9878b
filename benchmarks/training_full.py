"""The training benchmark on all 60,000 images; minutes long, so it runs only when it is named."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import training
from benchmarks.figures import Figure
from explorer.datasets import DATASETS, FULL


def run() -> Iterator[Figure]:
    if DATASETS[training.PRESET.dataset].available().variant != FULL:
        raise SystemExit("The full data is not here; set EXPLORER_DATA_DIR to the folder that holds fashion-mnist/.")
    yield from training.compare(training.request(60_000, 2, FULL), "training_full")
