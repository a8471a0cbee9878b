"""The page *Filters*: how soon it follows a control, and its arithmetic beside scipy's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy import ndimage

from benchmarks.client import Run, Session, warm
from benchmarks.figures import Figure, at_most, median, percentile, told
from benchmarks.server import Server
from explorer.inspection.filtering import correlate
from explorer.layers.kernels import KERNELS
from explorer.widgets import pictures

SIZES = range(3, 8)
FILTERS = ("prewitt-vertical", "sobel-horizontal", "laplacian", "gaussian", "sharpen", "emboss")
VIEWS = {"colour": "", "separate": "filter_channels=separate&filter_values=signed", "grey": "filter_channels=grey"}
MOVES = 30
REPEATS = 9


def run() -> Iterator[Figure]:
    yield from _arithmetic()
    with warm("filters") as server:
        for view, query in VIEWS.items():
            yield from _reruns(f"filters_{view}", asyncio.run(_through_sizes_and_filters(server, query)))
        yield from _reruns("filters_learned", asyncio.run(_through_learned(server)))
        yield from _reruns("filters_canny", asyncio.run(_through_canny(server)))


def _arithmetic() -> Iterator[Figure]:
    """Any kernel of a size over the photo's three channels, ours and scipy's in turn, float32, zeros around."""
    photo = pictures.sample("china", 640).astype(np.float32)
    planes = [np.ascontiguousarray(photo[..., channel]) for channel in range(3)]
    random = np.random.default_rng(0)
    for size in SIZES:
        dense = random.normal(size=(size, size)).astype(np.float32)
        for name, kernel in (("any", dense), ("sobel", KERNELS["sobel-vertical"](size))):
            ours, theirs = _in_turn(_ours(photo, kernel), _scipys(planes, kernel))
            yield told(f"filters_{name}_{size}x{size}_ms", 1000 * ours, "ms")
            yield told(f"filters_{name}_{size}x{size}_scipy_ms", 1000 * theirs, "ms")
            yield at_most(f"filters_{name}_{size}x{size}_ratio", ours / theirs, "times", 1.5)


def _ours(photo: np.ndarray, kernel: np.ndarray) -> Callable[[], Any]:
    return lambda: correlate(photo, kernel)


def _scipys(planes: list[np.ndarray], kernel: np.ndarray) -> Callable[[], Any]:
    return lambda: [ndimage.correlate(plane, kernel, mode="constant") for plane in planes]


def _in_turn(*works: Callable[[], Any]) -> list[float]:
    """The median seconds of each, measured one after the other in the same rounds, after one round unmeasured."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(REPEATS + 1):
        for work, found in zip(works, seconds, strict=True):
            began = time.perf_counter()
            work()
            found.append(time.perf_counter() - began)
    return [median(found[1:]) for found in seconds]


def _reruns(name: str, runs: list[Run]) -> Iterator[Figure]:
    yield told(f"{name}_median_ms", 1000 * median(run.seconds for run in runs), "ms")
    yield at_most(f"{name}_p95_ms", 1000 * percentile([run.seconds for run in runs], 0.95), "ms", 150)
    yield at_most(f"{name}_payload_kb", max(run.size for run in runs) / 1000, "kB", 300)


async def _through_sizes_and_filters(server: Server, query: str) -> list[Run]:
    """Every size of every filter: a page opened with the filter, then its size moved."""
    runs: list[Run] = []
    for name in FILTERS:
        link = "&".join(part for part in (f"filter={name}", query) if part)
        runs += await _moves(server, link, "filter_size", tuple(SIZES), len(SIZES) + 1)
    return runs


async def _through_learned(server: Server) -> list[Run]:
    return await _moves(server, "filter_kind=learned", "learned_filter", tuple(range(2, 33)), MOVES)


async def _through_canny(server: Server) -> list[Run]:
    return await _moves(server, "filter=canny", "canny_sigma", (0.5, 1.5, 2.0, 3.0), MOVES)


async def _moves(server: Server, query: str, key: str, values: tuple[float, ...], count: int) -> list[Run]:
    async with Session(server.url) as session:
        await session.open("filters", query)
        await session.run()  # the first run may import what the later ones use
        runs = []
        for move in range(1, count + 1):
            before = session.query
            runs.append(await session.set(key, (values[move % len(values)],)))
            if session.query == before:
                raise RuntimeError(f"{query}: move {move} changed nothing in the page's link")
        if session.errors:
            raise RuntimeError(f"{query}: {session.errors[0]}")
        return runs
