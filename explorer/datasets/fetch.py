"""Downloading files in the background: hash-checked, bounded, with progress."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pooch
import requests

from explorer.datasets.base import FetchStatus
from explorer.datasets.idx import IdxFile
from explorer.messages import N_, Message, message

CONNECT_SECONDS = 5

_log = logging.getLogger(__name__)


class Fetch:
    """Downloads the files that are missing from a folder; one download at a time."""

    def __init__(self, base_url: str, folder: Callable[[], Path]):
        self._base_url = base_url
        self._folder = folder
        self._lock = threading.Lock()
        self._status = FetchStatus()

    def start(self, files: list[IdxFile]) -> None:
        """Begin to download `files` unless a download is under way."""
        with self._lock:
            if self._status.active or not files:
                return
            self._status = FetchStatus(active=True, total=sum(file.size for file in files))
        threading.Thread(target=self._download, args=(files,), name="data-download", daemon=True).start()

    def status(self) -> FetchStatus:
        return self._status

    def _download(self, files: list[IdxFile]) -> None:
        problem: Message | None = None
        before = 0
        try:
            for file in files:
                _download_one(self._base_url, file, self._folder(), _Meter(file.size, before, self._advance))
                before += file.size
        except requests.RequestException as error:
            _log.info("Download failed: %s", error)
            problem = message(N_("the server cannot be reached"))
        except ValueError as error:
            _log.warning("Download refused: %s", error)
            problem = message(N_("the download of {file} was damaged"), file=file.name)
        except OSError as error:
            problem = message(N_("it cannot be kept on disk: {reason}"), reason=error.strerror or str(error))
        with self._lock:
            self._status = FetchStatus(False, before, self._status.total, problem)

    def _advance(self, done: int) -> None:
        with self._lock:
            self._status = FetchStatus(True, done, self._status.total)


class _Meter:
    """The progress bar of one file, as pooch asks for it; refuses more bytes than were announced."""

    def __init__(self, size: int, before: int, advance: Callable[[int], None]):
        self.total = 0
        self._size = size
        self._before = before
        self._advance = advance
        self._done = 0

    def update(self, count: int) -> None:
        if self._done >= self._size or self.total > self._size:
            raise ValueError("more bytes than announced")
        # Pooch counts whole chunks, so the last one may reach beyond the end.
        self._done = min(self._done + count, self._size)
        self._advance(self._before + self._done)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """There is nothing to close."""


def _download_one(base_url: str, file: IdxFile, folder: Path, meter: _Meter) -> None:
    pooch.retrieve(
        base_url + file.name,
        known_hash=f"md5:{file.md5}",
        fname=file.name,
        path=folder,
        downloader=pooch.HTTPDownloader(progressbar=meter, timeout=CONNECT_SECONDS),
    )
