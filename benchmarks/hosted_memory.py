"""What each process of a server weighs, before, while and after it trains the two-block CNN."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psutil

from benchmarks.client import Session
from benchmarks.figures import Figure, at_most, told
from benchmarks.server import Server, running
from explorer.datasets import DATASETS, FULL

MEGABYTE = 2**20
LIMIT_MB = 1600


def run() -> Iterator[Figure]:
    images = 60_000 if DATASETS["fashion-mnist"].available().variant == FULL else 6_000
    with running() as server:
        server.wait_until_up()
        before, most, after = asyncio.run(_trained(server, images))
    yield told("hosted_images", images, "images")
    for moment, sizes in (("before", before), ("most", most), ("after", after)):
        for part, size in sizes.items():
            yield told(f"hosted_{part}_{moment}_mb", size, "MB")
    without_nanny = sum(size for part, size in most.items() if part != "nanny")
    yield at_most("hosted_server_scheduler_worker_mb", without_nanny, "MB", LIMIT_MB)


async def _trained(server: Server, images: int) -> tuple[dict[str, float], ...]:
    """Megabytes of each process at rest, at the most of each while it trains, and at rest again."""
    async with Session(server.url) as session:
        await session.open("cnn_lab", f"preset=cnn-two-blocks&epochs=1&examples={images}")
        parts = await asyncio.to_thread(_parts, server)
        before = _megabytes(parts)
        most = before
        await session.set("train", "click")
        while await session.tick():
            most = {part: max(size, most[part]) for part, size in _megabytes(parts).items()}
        if session.errors or b'"validation"' not in session.parts.get("loss", b""):
            raise RuntimeError(session.errors[0] if session.errors else "the run ended before its first epoch")
        return before, most, _megabytes(parts)


def _parts(server: Server) -> dict[str, psutil.Process]:
    """The processes by what they do; the worker is warm."""
    worker = server.worker()
    nanny = worker.parent()
    schedulers = [child for child in server.process.children() if "distributed.Scheduler" in " ".join(child.cmdline())]
    if nanny is None or len(schedulers) != 1:
        raise RuntimeError("the processes of the cluster were not found")
    return {"server": server.process, "scheduler": schedulers[0], "nanny": nanny, "worker": worker}


def _megabytes(parts: dict[str, psutil.Process]) -> dict[str, float]:
    return {part: process.memory_info().rss / MEGABYTE for part, process in parts.items()}
