"""Links and typed texts that nobody meant: real sessions with a real server, as in `files`."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import psutil

from benchmarks.client import Session
from explorer.lessons import COURSE, LANGUAGES, lesson
from explorer.lessons.task import NAMES
from explorer.widgets.shell import HOME, PAGES
from scripts.app_server import AppServer
from scripts.fuzz import changes
from scripts.fuzz.cases import CPU_SECONDS, MEGABYTES, Failure, cases

PATHS = tuple("" if file == HOME else Path(file).stem for file in PAGES)
TRACEBACK = "Traceback (most recent call last)"
_SESSION_CASES = 25
_FIELDS = ("text_input", "text_area")


@dataclass
class Reader(Session):
    """A session that knows which fields of the page take texts."""

    fields: dict[str, str] = field(default_factory=dict)

    def _take_delta(self, delta: Any) -> None:
        super()._take_delta(delta)
        element = delta.new_element
        if element.WhichOneof("type") in _FIELDS:
            identity = getattr(element, element.WhichOneof("type")).id
            self.fields[identity.split("-", 2)[-1]] = identity


def good_links() -> dict[str, dict[str, str]]:
    """Settings that each page knows: those that its lessons and presets set."""
    found: dict[str, dict[str, str]] = {page: {} for page in PATHS}
    for name in (name for chapter in COURSE for name in chapter.pages):
        for language in LANGUAGES:
            steps = read.steps if (read := lesson(name, language)) else ()
            for step in steps:
                found.setdefault("" if name == "home" else name, {}).update(step.settings)
    return found


def _link(random: Random, page: str, known: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """Parameters of one page, most of them spoiled."""
    common = {"lang": "ko", "lesson": "1", "run": "cnn-two-blocks", "model": "lstm", "a": "cnn-plain", "b": "lstm"}
    own = {**common, **known[page]} if random.random() < 0.8 else {**common, **random.choice([*known.values()])}
    names = random.choices(list(own), k=random.randint(1, 6))
    return [(name, _value(random, own[name])) for name in names]


def _task(random: Random, page: str, known: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """A lesson's step, a teacher's task or a room that somebody made up."""
    names = random.choices((*NAMES, "lesson", "room", "board", "run"), k=random.randint(1, 10))
    good = {"lesson": "2", "right": "1", "room": "ABC234", "board": "a" * 32, "run": "cnn-two-blocks"}
    good["controls"] = ",".join(known[page]) or "-"
    return [(name, _value(random, good.get(name, "an *answer*"))) for name in names]


def _value(random: Random, good: str) -> str:
    if good.startswith("{") and random.random() < 0.7:
        return changes.changed_text(random, good)
    drawn = (good, good, changes.changed_text(random, good), changes.text(random), str(changes.number(random)))
    return random.choice(drawn)


PAGE_KINDS = {"links": _link, "lessons": _task, "fields": _link}
"""Parameters of every page; lessons, tasks and rooms in links; texts typed into the fields of those that have some."""


def fuzz_pages(kind: str, seed: int, seconds: float, only: int | None) -> list[Failure]:
    """Run one kind against a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        server = AppServer(Path(folder)).start()
        try:
            return fuzz_server(server, kind, seed, seconds, only)
        finally:
            server.stop()


def fuzz_server(server: AppServer, kind: str, seed: int, seconds: float, only: int | None) -> list[Failure]:
    """Run one kind against a server that has been started."""
    return asyncio.run(_Fuzzed(kind, seed, server).run(seconds, only))


class _Fuzzed:
    """A server under fuzz: what it has used and logged before a case is not the case's."""

    def __init__(self, kind: str, seed: int, server: AppServer):
        assert server.process is not None
        self.kind, self.seed, self.server = kind, seed, server
        self.process = psutil.Process(server.process.pid)
        self.known = good_links()
        self.failures: list[Failure] = []

    async def run(self, seconds: float, only: int | None) -> list[Failure]:
        session = await self._new()
        pages = []
        for page in PATHS:
            session.ids.clear()
            session.fields.clear()
            await session.open(page)
            if session.fields or self.kind != "fields":
                pages.append(page)
            self.known[page] = dict.fromkeys(sorted(session.ids), "1") | self.known[page]
        began = self._megabytes()
        count = 0
        for count, (case, random) in enumerate(cases(self.kind, self.seed, seconds, only), start=1):
            if count % _SESSION_CASES == 0:
                await session.__aexit__(None, None, None)
                session = await self._new()
            page = random.choice(pages)
            query = urlencode(PAGE_KINDS[self.kind](random, page, self.known), errors="replace")[:60_000]
            if not await self._case(session, random, case, page, query):
                session = await self._new()
            if self._megabytes() - began > MEGABYTES:
                self._failed(case, f"the server holds {self._megabytes() - began} MB more than at first", page, query)
                break
        await session.__aexit__(None, None, None)
        print(f"{self.kind}: {count} cases, {len(self.failures)} failed, {self._megabytes() - began:+} MB", flush=True)
        return self.failures

    async def _case(self, session: Reader, random: Random, case: int, page: str, query: str) -> bool:
        """Open one link; False if the session is of no use any more."""
        session.fields.clear()
        session.errors.clear()
        logged, used = self.server.log.stat().st_size, self._cpu()
        try:
            await session.open(page, query)
            if self.kind == "fields":
                await self._type(session, random)
        except Exception as error:
            self._failed(case, f"the session ended: {error!r}", page, query)
            return False
        log = self.server.log.read_bytes()[logged:].decode(errors="replace")
        if session.errors or TRACEBACK in log:
            self._failed(case, f"{session.errors} {log[-3000:]}", page, query)
        elif self._cpu() - used > CPU_SECONDS * (1 + len(session.fields)):
            self._failed(case, f"{self._cpu() - used:.1f} s of the processor", page, query)
        return True

    async def _type(self, session: Reader, random: Random) -> None:
        for key in list(session.fields):
            if key in session.ids and session.ids[key] == session.fields[key]:
                await session.set(key, changes.text(random, 400))

    async def _new(self) -> Reader:
        return await Reader(f"ws://127.0.0.1:{self.server.port}").__aenter__()  # type: ignore[return-value]

    def _failed(self, case: int, happened: str, page: str, query: str) -> None:
        link = f"/{quote(page)}?{query}\n{parse_qsl(query)}"
        self.failures.append(Failure(self.kind, self.seed, case, happened, link.encode(errors="replace")))
        print(self.failures[-1].told(), flush=True)

    def _cpu(self) -> float:
        used = self.process.cpu_times()
        return used.user + used.system

    def _megabytes(self) -> int:
        return self.process.memory_info().rss // 2**20
