"""Ends the embedded cluster's processes when their server is gone, however it ended: Dask loads this file into them."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import psutil

LOOK_SECONDS = 1.0


def dask_setup(process: Any) -> None:
    """Watch over the process that started this one; Dask calls it when a scheduler or a nanny begins."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="orphan-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    for child in psutil.Process().children(recursive=True):
        child.kill()
    os._exit(0)
