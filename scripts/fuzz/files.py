"""Made-up files: each is read in a process of its own, which tells what reading used and how it ended."""

from __future__ import annotations

import os
import resource
import signal
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from explorer.messages import ExplorerError
from scripts.fuzz.cases import CPU_SECONDS, MEGABYTES, Failure, cases
from scripts.fuzz.kinds import KINDS, confined

LIMIT_SECONDS, WALL_SECONDS = 30, 300
TAKEN, REFUSED, RAISED, KILLED = 0, 3, 4, -9
_WORDS = {TAKEN: "read", REFUSED: "refused with a sentence"}


def fuzz_files(kind: str, seed: int, seconds: float, only: int | None) -> list[Failure]:
    """Run one kind of files, each case in a process of its own."""
    chosen, failures, ends = KINDS[kind], [], Counter()
    chosen.seeds()
    for case, random in cases(kind, seed, seconds, only):
        content = chosen.drawn(random)
        end, happened = _in_a_process(chosen.read, content)
        if happened and end != RAISED and kind == "models" and confined(content):
            end, happened = REFUSED, ""
        ends[end] += 1
        if happened:
            failures.append(Failure(kind, seed, case, happened, content))
            print(failures[-1].told(), flush=True)
    counts = ", ".join(f"{ends[end]} {word}" for end, word in _WORDS.items())
    print(f"{kind}: {ends.total()} cases, {counts}, {len(failures)} failed", flush=True)
    return failures


def _in_a_process(read, content: bytes) -> tuple[int, str]:
    """How reading ended, and what was wrong with it, if anything."""
    with tempfile.TemporaryFile() as notes:
        before, child = _resident(), os.fork()
        if child == 0:
            os._exit(_ended(read, content, notes))
        return _judged(child, before, notes)


def _judged(child: int, before: int, notes) -> tuple[int, str]:
    """Wait for the child; as above."""
    waited, until = 0, time.monotonic() + WALL_SECONDS
    while waited == 0:
        waited, status, used = os.wait4(child, os.WNOHANG)
        if waited == 0 and time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return KILLED, f"still reading after {WALL_SECONDS} s"
        time.sleep(0.001)
    end = os.waitstatus_to_exitcode(status)
    grown = used.ru_maxrss // 1024 - before
    if used.ru_utime + used.ru_stime > CPU_SECONDS:
        return end, f"{used.ru_utime + used.ru_stime:.1f} s of the processor"
    if end < 0:
        return end, f"the process died of {signal.Signals(-end).name}"
    if end not in _WORDS:
        notes.seek(0)
        return end, notes.read().decode(errors="replace")
    return end, f"{grown} MB of memory" if grown > MEGABYTES else ""


def _ended(read, content: bytes, notes) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_SECONDS, LIMIT_SECONDS))
    try:
        read(content)
    except ExplorerError as error:
        if str(error):
            return REFUSED
        notes.write(b"refused without a word")
        notes.flush()
        return RAISED
    except BaseException:
        notes.write(traceback.format_exc().encode(errors="replace"))
        notes.flush()
        return RAISED
    return TAKEN


def _resident() -> int:
    """What this process holds now, MB; its child begins with that."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 2**20
