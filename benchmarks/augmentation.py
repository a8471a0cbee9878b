"""Training with images changed on the fly, beside the same training without."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, at_least, median, told
from benchmarks.training import request, trained
from explorer.augmentation import NOTES, Augmentation
from explorer.training.jobs import Engine
from explorer.training.record import Request
from explorer.training.store import Store

PAIRS = 5
ALL_CHANGED = dataclasses.replace(NOTES, share=1.0)


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Store(Path(folder))).start()
        try:
            _speed(engine, ALL_CHANGED)
            pairs = [(_speed(engine, ALL_CHANGED), _speed(engine, None)) for _ in range(PAIRS)]
        finally:
            engine.close()
    yield told("augmented_images_per_s", median(changed for changed, _ in pairs), "images/s")
    yield told("unaugmented_images_per_s", median(plain for _, plain in pairs), "images/s")
    yield at_least("augmentation_ratio", median(changed / plain for changed, plain in pairs), "times", 0.85)


def _speed(engine: Engine, augmentation: Augmentation | None) -> float:
    """Images per second of the two-block CNN over three epochs of the sample."""
    wanted = request(6000, 3, "sample")
    recipe = dataclasses.replace(wanted.recipe, augmentation=augmentation)
    _seconds, record = trained(engine, Request(wanted.spec, recipe, wanted.dataset, wanted.variant))
    assert record.examples_per_second is not None
    return record.examples_per_second
