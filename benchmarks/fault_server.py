"""Faults of a whole server, as readers see them: killed and started again, a cut connection, a clock that jumps."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.client import Session
from benchmarks.fault_trial import PATIENCE, Outcome, judged, lost_of, until
from benchmarks.server import Server, running
from explorer.training.record import RunRecord, Status
from explorer.training.store import Store

PAGE = "cnn_lab"
SHORT, LONG = "examples=1000&epochs=1&seed={seed}", "examples=6000&epochs=100&batch=16&seed={seed}"
LASTING = "examples=6000&epochs=6&batch=16&seed={seed}"
HOURS = 5 * 3600
JUMPING = """
import os, time
_plain, _file = time.time, os.environ["CLOCK_FILE"]
def _jumping():
    try:
        with open(_file) as told:
            return _plain() + float(told.read() or 0)
    except (OSError, ValueError):
        return _plain()
time.time = _jumping
"""
"""Put before all of Python's own modules: the time of day is off by what a file says."""


def server_restarted(times: int) -> Iterator[Outcome]:
    """kill -9 of the server in the middle of a training; another one starts on the same folder."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for number in range(times):
            with running(EXPLORER_RUNS_DIR=folder) as server:
                kept = _train(server, store, SHORT.format(seed=10 * number))
                link = asyncio.run(_begin(server, store, LONG.format(seed=10 * number + 1)))
                server.process.kill()
                with running(EXPLORER_RUNS_DIR=folder) as second:
                    second.wait_until_up()
                    errors = asyncio.run(_follow(second, link))
                    outcome = _judge(store, kept)
                    after = _train(second, store, SHORT.format(seed=10 * number + 2))
                    yield outcome + Outcome(lost_of(store, after), unclear=errors)


def connection_cut(times: int) -> Iterator[Outcome]:
    """The websocket is torn in the middle of a training; the reader comes back by the link."""
    with tempfile.TemporaryDirectory() as folder, running(EXPLORER_RUNS_DIR=folder) as server:
        store = Store(Path(folder))
        server.wait_until_up()
        for number in range(times):
            errors, told = asyncio.run(_cut(server, store, f"examples=6000&epochs=8&seed={number}"))
            newest = store.runs()[0].record
            finished = newest.status is Status.FINISHED and told
            yield judged([newest]) + Outcome(finished_lost=int(not finished), unclear=errors)


def clock_jumped(times: int) -> Iterator[Outcome]:
    """The time of day jumps ahead by hours and back again, for the server and all its processes."""
    with tempfile.TemporaryDirectory() as folder:
        shim, clock = Path(folder) / "shim", Path(folder) / "clock"
        shim.mkdir()
        (shim / "sitecustomize.py").write_text(JUMPING)
        runs = Path(folder) / "runs"
        with running(EXPLORER_RUNS_DIR=str(runs), PYTHONPATH=str(shim), CLOCK_FILE=str(clock)) as server:
            store = Store(runs)
            server.wait_until_up()
            for number in range(times):
                clock.write_text("0")
                kept = _train(server, store, SHORT.format(seed=10 * number))
                link = asyncio.run(_begin(server, store, LASTING.format(seed=10 * number + 2)))
                for offset in (HOURS, -HOURS):
                    clock.write_text(str(offset))
                    time.sleep(6)
                errors = asyncio.run(_follow(server, link))
                outcome = _judge(store, kept)
                after = _train(server, store, SHORT.format(seed=10 * number + 1))
                if any(store.open(run_id).record.created > time.time() - HOURS / 2 for run_id in after):
                    raise RuntimeError("the server's clock did not jump")
                yield outcome + Outcome(lost_of(store, after), unclear=errors)


def _train(server: Server, store: Store, query: str) -> list[str]:
    """Let a reader train a model to its end; returns the run's id."""
    server.wait_until_up()
    before = {run.record.id for run in store.runs()}
    link = asyncio.run(_begin(server, store, query))
    asyncio.run(_follow(server, link))
    return [run.record.id for run in store.runs() if run.record.id not in before]


async def _begin(server: Server, store: Store, query: str) -> str:
    """Press Train and wait until the training is at work; returns the link's query."""
    before = len(store.runs())
    async with Session(server.url) as session:
        await session.open(PAGE, query)
        await session.set("train", "click")
        if not await asyncio.to_thread(until, _has_begun, store, before):
            raise TimeoutError("the training did not begin")
        return session.query


async def _follow(server: Server, query: str) -> int:
    """Open the link and stay until nothing moves any more; returns how many tracebacks the reader saw."""
    async with Session(server.url) as session:
        await session.open(PAGE, query)
        deadline = time.monotonic() + PATIENCE
        while await session.tick() and time.monotonic() < deadline:
            pass
        return len(session.errors)


async def _cut(server: Server, store: Store, query: str) -> tuple[int, bool]:
    """Train, tear the connection, come back; returns the tracebacks seen and whether the curve was there again."""
    async with Session(server.url) as session:
        await session.open(PAGE, query)
        await session.set("train", "click")
        while b'"batch"' not in session.parts.get("loss", b"") and await session.tick():
            pass
        session.cut()
        errors, query = len(session.errors), session.query
    await asyncio.sleep(2)
    async with Session(server.url) as again:
        await again.open(PAGE, query)
        while await again.tick():
            pass
        return errors + len(again.errors), b'"validation"' in again.parts.get("loss", b"")


def _has_begun(store: Store, before: int) -> bool:
    """Whether the run that came last has an epoch behind it."""
    records = _records(store)
    return len(records) > before and bool(records[0].history)


def _records(store: Store) -> list[RunRecord]:
    return [run.record for run in store.runs()]


def _open(store: Store) -> list[RunRecord]:
    return [record for record in _records(store) if record.status.active]


def _judge(store: Store, kept: list[str]) -> Outcome:
    until(lambda: not _open(store))
    return judged(_records(store)) + Outcome(finished_lost=lost_of(store, kept))
