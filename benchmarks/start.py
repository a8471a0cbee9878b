"""From the command to the first finished page, beside the same app that imports TensorFlow."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.client import Session
from benchmarks.figures import Figure, at_least, median, told
from benchmarks.server import ROOT, Server, running

ROUNDS = 3
PAGES = {"home": "", "inside": "inside_cnn"}
LIBRARIES = ("tensorflow", "keras")


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        heavy = _with_tensorflow(Path(folder))
        for name, page in PAGES.items():
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(_seconds_to_page(ROOT / "app.py", page))
                theirs.append(_seconds_to_page(heavy, page))
            yield told(f"start_{name}_s", median(ours), "s")
            yield told(f"start_{name}_with_tensorflow_s", median(theirs), "s")
            yield at_least(f"start_{name}_speedup", median(theirs) / median(ours), "times", 4)
    yield _libraries()
    yield _modules()


def _with_tensorflow(folder: Path) -> Path:
    """The same app, but that its entry imports TensorFlow first."""
    for part in ("explorer", "pages", "trained", ".streamlit"):
        (folder / part).symlink_to(ROOT / part)
    entry = folder / "app.py"
    entry.write_text(f"import tensorflow\n{(ROOT / 'app.py').read_text()}")
    return entry


def _seconds_to_page(script: Path, page: str) -> float:
    began = time.perf_counter()
    with running(script) as server:
        asyncio.run(_visit(server, page))
        return time.perf_counter() - began


async def _visit(server: Server, *pages: str) -> None:
    server.wait_until_up()
    async with Session(server.url) as session:
        for page in pages:
            await session.open(page)
        if session.errors:
            raise RuntimeError(session.errors[0])


def _libraries() -> Figure:
    """How many files of TensorFlow or Keras a server has mapped after showing every page."""
    with running() as server:
        asyncio.run(_visit(server, "", "cnn_lab", "inside_cnn"))
        mapped = [m.path for m in server.process.memory_maps() if any(name in m.path for name in LIBRARIES)]
    return Figure("server_mapped_tensorflow_files", len(mapped), "files", "== 0", not mapped)


def _modules() -> Figure:
    """The same of modules, in a process that imports all that the server imports."""
    command = [sys.executable, "-m", "scripts.server_imports"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    count = len(json.loads(done.stdout.splitlines()[-1])["loaded"])
    return Figure("server_tensorflow_modules", count, "modules", "== 0", count == 0)
