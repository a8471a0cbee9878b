"""Room for runs: the oldest ended ones are dropped when they need too much of it."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from explorer.messages import ExplorerError
from explorer.training.run_file import MAXIMUM_RUNS, read_record
from explorer.training.shared import Shared


def drop_oldest(folder: Path, limit_bytes: int, shared: Shared | None) -> None:
    """Drop the oldest ended runs in `folder`, and where they are shared, until the rest fits the limits."""
    rooms = _rooms(folder) if shared is None else _rooms(folder) | shared.rooms()
    total = sum(size for _written, size in rooms.values())
    for run_id in sorted(rooms, key=rooms.__getitem__):
        if total <= limit_bytes and len(rooms) < MAXIMUM_RUNS:
            return
        if _active(folder / run_id):
            continue
        shutil.rmtree(folder / run_id, ignore_errors=True)
        if shared is not None:
            shared.send(run_id)
        total -= rooms.pop(run_id)[1]


def _rooms(folder: Path) -> dict[str, tuple[float, int]]:
    """When each run was last written, and its bytes."""
    rooms = {}
    for path in folder.glob("*"):
        # A run may just be on its way out.
        with contextlib.suppress(FileNotFoundError):
            if path.is_dir():
                rooms[path.name] = path.stat().st_mtime, _size(path)
    return rooms


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _active(folder: Path) -> bool:
    try:
        return read_record(folder).status.active
    except ExplorerError:
        return False
