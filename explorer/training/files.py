"""Writing files so that a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def replace_bytes(path: Path, data: bytes | memoryview) -> None:
    """Write `data` to `path` in one step."""
    replace_with(path, lambda temporary: temporary.write_bytes(data))


def replace_with(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file beside `path`, then put it in `path`'s place in one step.

    Raises:
        OSError: if the file cannot be written; what was at `path` is still there then.
    """
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
