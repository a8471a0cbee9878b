"""Downloading files in the background: hash-checked, bounded, with progress."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pooch
import requests

from explorer.datasets import idx
from explorer.datasets.base import FetchStatus
from explorer.datasets.idx import IdxFile
from explorer.messages import N_, Message, message

CONNECT_SECONDS = 5
READ_SECONDS = 20
"""How long the server may stay silent in the middle of a file."""
FILE_SECONDS = 1800
CHUNK = 1 << 16

_log = logging.getLogger(__name__)


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
        problem: Message | None = None
        before = 0
        for file in files:
            problem = _attempt(base_url + file.name, file, folder, partial(self._advance, before))
            if problem is not None:
                break
            before += file.size
        with self._lock:
            self._status = FetchStatus(False, before, self._status.total, problem)

    def _advance(self, before: int, done: int) -> None:
        with self._lock:
            self._status = FetchStatus(True, before + done, self._status.total)


def _attempt(url: str, file: IdxFile, folder: Path, advance: Callable[[int], None]) -> Message | None:
    """Download one file and say what went wrong, if anything did."""
    try:
        _download_one(url, file, folder, advance)
    except requests.HTTPError as error:
        _log.info("Download failed: %s", error)
        return message(N_("the server does not give out {file}"), file=file.name)
    except (requests.ConnectionError, requests.Timeout) as error:
        _log.info("Download failed: %s", error)
        return message(N_("the server cannot be reached"))
    except requests.RequestException as error:
        _log.info("Download failed: %s", error)
        return message(N_("the connection broke off"))
    except ValueError as error:
        _log.warning("Download refused: %s", error)
        return message(N_("the download of {file} was damaged"), file=file.name)
    except OSError as error:
        return message(N_("it cannot be kept on disk: {reason}"), reason=error.strerror or str(error))
    except Exception:
        # Whatever it was, the status must not stay at "downloading" for ever.
        _log.exception("Download failed")
        return message(N_("the download of {file} failed"), file=file.name)
    return None


def _download_one(url: str, file: IdxFile, folder: Path, advance: Callable[[int], None]) -> None:
    path = folder / file.name
    if idx.problem(path, file) is None:
        return
    path.unlink(missing_ok=True)
    # Pooch writes to a temporary name beside the file and renames it once the hash is right.
    pooch.retrieve(
        url, known_hash=f"md5:{file.md5}", fname=file.name, path=folder, downloader=partial(_get, file.size, advance)
    )


def _get(size: int, advance: Callable[[int], None], url: str, output_file: str, _pooch: Any) -> None:
    """A downloader as pooch calls it, counting the bytes that really came.

    Raises:
        ValueError: if there are more of them than `size`.
        requests.RequestException: if the server fails, falls silent or takes too long.
    """
    deadline = time.monotonic() + FILE_SECONDS
    request = requests.get(
        url, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS), headers={"Accept-Encoding": "identity"}
    )
    done = 0
    with request as response, open(output_file, "wb") as output:
        response.raise_for_status()
        for piece in response.iter_content(CHUNK):
            done += len(piece)
            if done > size:
                raise ValueError(f"more than the expected {size} bytes")
            if time.monotonic() > deadline:
                raise requests.Timeout(f"not complete after {FILE_SECONDS} s")
            output.write(piece)
            advance(done)
