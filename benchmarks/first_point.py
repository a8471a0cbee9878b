"""From the click on Train to the first batch loss in the curve, with a warm worker."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator

from benchmarks.client import Session, warm
from benchmarks.figures import Figure, at_most, median
from benchmarks.server import Server

ROUNDS = 3


def run() -> Iterator[Figure]:
    with warm("cnn_lab") as server:
        seconds = [asyncio.run(_click(server)) for _ in range(ROUNDS)]
        yield at_most("first_point_s", median(seconds), "s", 2)


async def _click(server: Server) -> float:
    async with Session(server.url) as session:
        await session.open("cnn_lab", "epochs=1")
        began = time.perf_counter()
        await session.set("train", "click")
        seconds = 0.0
        while await session.tick():
            if not seconds and _has_point(session.parts.get("loss", b"")):
                seconds = time.perf_counter() - began
        if session.errors or not seconds:
            raise RuntimeError(session.errors[0] if session.errors else "no point was ever drawn")
        return seconds


def _has_point(payload: bytes) -> bool:
    traces = json.loads(payload)["figure"]["data"] if payload else []
    return any(trace.get("name") == "batches" for trace in traces)
