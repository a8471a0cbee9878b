"""Downloading a data set's files in the background, with progress."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from explorer.datasets.base import FetchStatus
from explorer.datasets.idx import IdxFile
from explorer.messages import Message


class Fetch:
    """Downloads the files that are missing from a folder; one download at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._status = FetchStatus()

    def start(self, base_url: str, files: list[IdxFile], folder: Path) -> None:
        """Begin to download `files` into `folder` unless a download is under way."""
        with self._lock:
            if self._status.active or not files:
                return
            self._status = FetchStatus(active=True, total=sum(file.size for file in files))
        threading.Thread(
            target=self._download, args=(base_url, files, folder), name="data-download", daemon=True
        ).start()

    def refuse(self, problem: Message) -> None:
        """Say why no download is tried; one that is under way goes on."""
        with self._lock:
            if not self._status.active:
                self._status = FetchStatus(problem=problem)

    def status(self) -> FetchStatus:
        return self._status

    def _download(self, base_url: str, files: list[IdxFile], folder: Path) -> None:
        # What downloads takes a while to import; only this thread waits for it.
        from explorer.datasets.download import attempt

        problem: Message | None = None
        before = 0
        for file in files:
            problem = attempt(base_url + file.name, file, folder, partial(self._advance, before))
            if problem is not None:
                break
            before += file.size
        with self._lock:
            self._status = FetchStatus(False, before, self._status.total, problem)

    def _advance(self, before: int, done: int) -> None:
        with self._lock:
            self._status = FetchStatus(True, before + done, self._status.total)
