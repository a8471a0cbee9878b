"""What server, sessions and worker weigh."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psutil

from benchmarks.client import Session
from benchmarks.figures import Figure, at_most
from benchmarks.server import Server, running
from explorer.datasets import DATASETS, FULL

PAGES = ("", "cnn_lab", "inside_cnn")
SESSIONS = 10
MEGABYTE = 2**20


def run() -> Iterator[Figure]:
    with running() as server:
        server.wait_until_up()
        yield from asyncio.run(_sessions(server))
    images = 60_000 if DATASETS["fashion-mnist"].available().variant == FULL else 6_000
    with running() as server:
        server.wait_until_up()
        yield asyncio.run(_worker(server, images))


async def _sessions(server: Server) -> list[Figure]:
    async with Session(server.url) as first:
        await _visit_all(first)
        alone = _megabytes(server.process)
        others = [Session(server.url) for _ in range(SESSIONS)]
        for session in others:
            await session.__aenter__()
            await _visit_all(session)
        crowded = _megabytes(server.process)
        for session in others:
            await session.__aexit__(None, None, None)
    return [
        at_most("server_one_session_mb", alone, "MB", 300),
        at_most("server_per_session_mb", (crowded - alone) / SESSIONS, "MB", 10),
    ]


async def _visit_all(session: Session) -> None:
    for page in PAGES:
        await session.open(page)
    if session.errors:
        raise RuntimeError(session.errors[0])


async def _worker(server: Server, images: int) -> Figure:
    async with Session(server.url) as session:
        await session.open("cnn_lab", f"epochs=1&examples={images}")
        process = await asyncio.to_thread(server.worker)
        await session.set("train", "click")
        while await session.tick():
            pass
        if session.errors or b'"validation"' not in session.parts.get("loss", b""):
            raise RuntimeError(session.errors[0] if session.errors else "the run ended before its first epoch")
    return at_most(f"worker_after_{images}_images_mb", _megabytes(process), "MB", 1200)


def _megabytes(process: psutil.Process) -> float:
    return process.memory_info().rss / MEGABYTE
