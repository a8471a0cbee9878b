"""``run.json``: a run's description on disk."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from explorer.training.files import replace_bytes
from explorer.training.record import RunRecord, damaged

MAXIMUM_RUNS = 300


def write_record(folder: Path, record: RunRecord) -> None:
    """Write ``run.json``.

    Raises:
        OSError: if it cannot be written.
    """
    replace_bytes(folder / "run.json", json.dumps(record.to_dict(), ensure_ascii=False, indent=1).encode())


def read_record(folder: Path) -> RunRecord:
    """Read ``run.json``.

    Raises:
        ExplorerError: if it is damaged.
    """
    path = folder / "run.json"
    try:
        state = path.stat()
    except OSError as error:
        raise damaged() from error
    return _parsed(path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=2 * MAXIMUM_RUNS)
def _parsed(path: Path, modified: int, size: int, node: int) -> RunRecord:
    """The record in a file, parsed once for each state of the file."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise damaged() from error
    return RunRecord.from_dict(data)
