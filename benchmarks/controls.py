"""Moving a control: how long until the page has followed, and how much travels."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.client import Run, Session, warm
from benchmarks.figures import Figure, at_most, median, percentile, told
from benchmarks.server import Server

MOVES = 30


@dataclass(frozen=True)
class Control:
    """A control of a page and the values that it is moved through."""

    name: str
    page: str
    key: str
    values: tuple[Any, ...]
    query: str = ""


EPOCHS = (["untrained"], *([str(epoch)] for epoch in range(1, 11)))
CONTROLS = (
    Control("home_language", "", "lang", (["한국어"], ["English"])),
    Control("lab_filters", "cnn_lab", "setting-0-filters", (16, 32, 64)),
    Control("lab_epochs", "cnn_lab", "epochs", (3, 4, 5)),
    Control("inside_image", "inside_cnn", "image", tuple(range(1, 31))),
    Control("inside_epoch", "inside_cnn", "epoch", EPOCHS),
    Control("inside_epoch_own_scale", "inside_cnn", "epoch", EPOCHS, "scale=own"),
    Control("inside_epoch_all_kernels", "inside_cnn", "epoch", EPOCHS, "layer=conv2d_2&scale=own&channel=0"),
)


def run() -> Iterator[Figure]:
    with warm() as server:
        for control in CONTROLS:
            yield from moved(server, control, 150)


def moved(server: Server, control: Control, limit: float) -> Iterator[Figure]:
    """Move a control many times; `limit` is in milliseconds, for 95 of 100 moves."""
    runs = asyncio.run(_move(server, control))
    yield told(f"{control.name}_median_ms", 1000 * median(run.seconds for run in runs), "ms")
    yield at_most(f"{control.name}_p95_ms", 1000 * percentile([run.seconds for run in runs], 0.95), "ms", limit)
    yield at_most(f"{control.name}_payload_kb", max(run.size for run in runs) / 1000, "kB", 300)


async def _move(server: Server, control: Control) -> list[Run]:
    async with Session(server.url) as session:
        await session.open(control.page, control.query)
        await session.run()  # the first run may import what the later ones use
        runs = []
        for move in range(MOVES):
            before = session.query
            runs.append(await session.set(control.key, control.values[move % len(control.values)]))
            if session.query == before:
                raise RuntimeError(f"{control.name}: move {move} changed nothing in the page's link")
        if session.errors:
            raise RuntimeError(f"{control.name}: {session.errors[0]}")
        return runs
