"""The same training through the job layer and as plain Model.fit in a bare script."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, at_most, median, told
from explorer.presets import PRESETS
from explorer.training.jobs import Engine
from explorer.training.record import Request, RunRecord, Status
from explorer.training.store import Store

PAIRS = 3
POLL_SECONDS = 0.5
PRESET = PRESETS["cnn-two-blocks"]
LOOK_SECONDS = 0.01


def request(images: int, epochs: int, variant: str) -> Request:
    """The two-block CNN with its preset's recipe, over so many images and exactly so many epochs."""
    recipe = dataclasses.replace(PRESET.recipe, examples=images, epochs=epochs, patience=0)
    return Request(PRESET.spec, recipe, PRESET.dataset, variant)


def run() -> Iterator[Figure]:
    yield from compare(request(6000, 3, "sample"), "training")


def compare(wanted: Request, name: str) -> Iterator[Figure]:
    """Train the same in both ways, in turn, and set the seconds beside each other."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Store(Path(folder))).start()
        try:
            _wait_until_warm(engine)
            pairs = [(_through_jobs(engine, wanted), _bare_script(wanted)) for _ in range(PAIRS)]
        finally:
            engine.close()
    yield told(f"{name}_jobs_s", median(ours for ours, _ in pairs), "s")
    yield told(f"{name}_fit_s", median(theirs for _, theirs in pairs), "s")
    yield at_most(f"{name}_ratio", median(ours / theirs for ours, theirs in pairs), "jobs/fit", 1.0)


def _wait_until_warm(engine: Engine) -> None:
    """A small run of its own: it ends once the training process is up and has trained."""
    _through_jobs(engine, request(1000, 1, "sample"))


def _through_jobs(engine: Engine, wanted: Request) -> float:
    seconds, _record = trained(engine, wanted)
    return seconds


def trained(engine: Engine, wanted: Request) -> tuple[float, RunRecord]:
    """Seconds from submitting to the final state, with a page asking twice a second, and the run's record."""
    began = time.perf_counter()
    run_id = engine.submit(wanted, "benchmark", again=True)
    ended = threading.Event()
    page = threading.Thread(target=_poll, args=(engine, run_id, ended))
    page.start()
    while (progress := engine.progress(run_id)).status.active:
        time.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - began
    ended.set()
    page.join()
    if progress.status is not Status.FINISHED:
        raise RuntimeError(str(progress.problem))
    return seconds, progress.record


def _poll(engine: Engine, run_id: str, ended: threading.Event) -> None:
    while not ended.wait(POLL_SECONDS):
        engine.progress(run_id)


def _bare_script(wanted: Request) -> float:
    """Seconds from building the model to its test accuracy, imports and reading the data not counted."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_fit", json.dumps(wanted.to_dict())],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])
