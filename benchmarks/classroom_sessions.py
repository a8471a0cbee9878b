"""Thirty readers at once for five minutes: each moves a control every three seconds, six of them train besides."""

from __future__ import annotations

import asyncio
import math
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.client import Session
from benchmarks.controls import CONTROLS, Control
from benchmarks.figures import Figure, at_least, at_most, median, percentile, told
from benchmarks.server import Server, running
from explorer.messages import ExplorerError
from explorer.training.record import Status
from explorer.training.run_file import read_record

READERS, TRAINERS = 30, 6
SECONDS, PAUSE_SECONDS = 300.0, 3.0
MOVES_A_PAGE = 5
DRAIN_SECONDS = 180.0
MEGABYTE = 2**20
SMALL = ((1,), (2,), (3,))
MOVED = (
    *(one for one in CONTROLS if one.name in ("home_language", "lab_filters", "inside_image", "inside_epoch")),
    Control("convolution", "convolution", "conv_stride", SMALL),
    Control("pooling", "pooling", "pool_size", ((2,), (3,), (4,))),
    Control("filters", "filters", "filter_size", ((3,), (5,), (7,))),
    Control("augmentation", "augmentation", "aug_rotation_range", ((5,), (20,), (90,))),
    Control("cells", "cells", "cells_units", SMALL),
    Control("inside_rnn", "inside_rnn", "read_unit", (1, 2, 3, 4)),
    Control("rnn_lab", "rnn_lab", "rnn_setting-1-units", (8, 16, 32)),
    Control("text", "text", "text_maxlen", ((12,), (24,), (48,))),
    Control("series", "series", "series_window", ((30,), (60,), (90,))),
    Control("generation", "generation", "gen_seed", (1, 2, 3)),
    Control("puzzles", "puzzles", "puzzle_sample", (1, 2, 3)),
    Control("overfitting", "overfitting", "fit_units", ((64,), (128,), (256,))),
    Control("gradients", "gradients", "grad_depth", ((4,), (8,), (12,))),
    Control("normalisation", "normalisation", "norm_rows", (2, 3, 4)),
    Control("optimisers", "optimisers", "optim_steps", ((40,), (80,), (120,))),
    Control("architectures", "architectures", "arch_view", (["Training"], ["Model and code"])),
)
"""A control of every page that has one to be moved again and again, and a second one of the page with most pictures."""
TRAINING = "epochs=4&examples=2000&units=32"


@dataclass
class Class:
    """What thirty readers met: seconds of each move and opening, curve updates of those who train, memory by second."""

    moves: list[float] = field(default_factory=list)
    openings: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    runs: set[str] = field(default_factory=set)
    until: float = 0.0

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.until


@dataclass
class Clock:
    """Rings every `PAUSE_SECONDS` from the moment `next` of `time.monotonic` on; what was missed does not ring."""

    next: float

    async def wait(self) -> None:
        now = time.monotonic()
        self.next += max(0, math.ceil((now - self.next) / PAUSE_SECONDS)) * PAUSE_SECONDS
        await asyncio.sleep(self.next - now)
        self.next += PAUSE_SECONDS


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, running(EXPLORER_RUNS_DIR=folder) as server:
        server.wait_until_up()
        found = asyncio.run(_taught(server))
        lost = _lost(Path(folder), found.runs)
    minute = len(found.memory) // 5
    flat = median(found.memory[-minute:]) / median(found.memory[minute : 2 * minute])
    yield told("classroom_moves", len(found.moves), "moves")
    yield told("classroom_openings_p95_ms", 1000 * percentile(found.openings, 0.95), "ms")
    yield told("classroom_rerun_median_ms", 1000 * median(found.moves), "ms")
    yield at_most("classroom_rerun_p95_ms", 1000 * percentile(found.moves, 0.95), "ms", 500)
    yield at_most("classroom_errors", len(found.errors), "errors", 0)
    yield told("classroom_runs", len(found.runs), "runs")
    yield at_most("classroom_lost_runs", lost, "runs", 0)
    yield at_most("classroom_memory_last_to_second_minute", flat, "times", 1.05)
    yield told("classroom_memory_mb", median(found.memory[-minute:]), "MB")
    yield at_least("classroom_curve_updates_each_s", median(found.updates or [0.0]), "updates/s", 1)


async def _taught(server: Server) -> Class:
    """The class at work, after the teacher has been on every page and the training process has come up."""
    async with Session(server.url) as teacher:
        for control in MOVED:
            await teacher.open(control.page, control.query)
    await asyncio.to_thread(server.worker)
    found = Class(until=time.monotonic() + SECONDS)
    readers = [_reader(server, random.Random(number), found) for number in range(READERS - TRAINERS)]
    trainers = [_trainer(server, number, found) for number in range(TRAINERS)]
    await asyncio.gather(_weighed(server, found), *readers, *trainers)
    return found


async def _weighed(server: Server, found: Class) -> None:
    while found.goes_on:
        found.memory.append(server.process.memory_info().rss / MEGABYTE)
        await asyncio.sleep(1)


async def _reader(server: Server, chance: random.Random, found: Class) -> None:
    """Goes from page to page and moves a control of each, by a clock of their own: readers do not wait in step."""
    async with Session(server.url) as session:
        clock = Clock(time.monotonic() + chance.uniform(0, PAUSE_SECONDS))
        while found.goes_on:
            control = chance.choice(MOVED)
            await clock.wait()
            found.openings.append((await session.open(control.page, control.query)).seconds)
            for _ in range(MOVES_A_PAGE):
                await clock.wait()
                found.moves.append((await session.set(control.key, chance.choice(control.values))).seconds)
        found.errors += session.errors


async def _trainer(server: Server, number: int, found: Class) -> None:
    """Trains one model after the other and watches the curves, moving a control of the lab as all others do."""
    async with Session(server.url) as session:
        seed = 1000 * number
        await session.open("cnn_lab", f"{TRAINING}&seed={seed}")
        while found.goes_on:
            seed += 1
            found.moves.append((await session.set("seed", seed)).seconds)
            await session.set("train", "click")
            found.runs |= _linked(session)
            await _watched(session, found)
        found.errors += session.errors


async def _watched(session: Session, found: Class) -> None:
    """Follow a run to its end; how often its curve moved a second while it trained is noted."""
    drawn, changes, moved = session.parts.get("loss", b""), [], time.monotonic()
    while await session.tick():
        now = time.monotonic()
        if session.parts.get("loss", b"") != drawn:
            drawn = session.parts["loss"]
            changes.append(now)
        if now - moved >= PAUSE_SECONDS and found.goes_on:
            moved = now
            found.moves.append((await session.set("epochs", 3 + int(now) % 3)).seconds)
        if now > found.until + DRAIN_SECONDS:
            raise TimeoutError("a run has not ended")
    if len(changes) > 2:
        found.updates.append((len(changes) - 1) / (changes[-1] - changes[0]))


def _linked(session: Session) -> set[str]:
    return {part.removeprefix("run=") for part in session.query.split("&") if part.startswith("run=")}


def _lost(folder: Path, runs: set[str]) -> int:
    """How many of these runs did not end with their result."""
    return sum(not _finished(folder / run) for run in runs)


def _finished(folder: Path) -> bool:
    try:
        return read_record(folder).status is Status.FINISHED
    except ExplorerError:
        return False
