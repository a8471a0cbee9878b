"""Files under a URL: a bucket, a server or a folder, whatever fsspec and its plug-ins know."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

VARIABLE = "EXPLORER_RUNS_URL"
_WRITTEN = ("LastModified", "last_modified", "updated", "mtime", "created")
_MARKS = ("ETag", "etag", "md5Hash", "content_md5", "ino", *_WRITTEN)


@dataclass(frozen=True)
class RemoteFile:
    """A file as the listing has it: `stamp` changes with its content; `written` in seconds since 1970."""

    stamp: str
    size: int
    written: float


@dataclass(frozen=True)
class Remote:
    """The files under `url`, by their names relative to it ("run/model.keras")."""

    url: str

    @staticmethod
    def from_environment(part: str) -> Remote | None:
        """The folder `part` under EXPLORER_RUNS_URL, None if that is not set."""
        url = os.environ.get(VARIABLE, "").rstrip("/")
        return Remote(f"{url}/{part}") if url else None

    def files(self, folder: str = "") -> dict[str, RemoteFile]:
        """Every whole file under `folder`, as it is there now.

        Raises:
            OSError: if the place cannot be reached.
        """
        with _as_os_error():
            fs, root = self._place
            fs.invalidate_cache()
            found = fs.find(f"{root}/{folder}" if folder else root, detail=True)
        names = {path[len(root) :].lstrip("/"): info for path, info in found.items()}
        return {name: _file(info) for name, info in names.items() if not _hidden(name)}

    def put(self, path: Path, name: str) -> None:
        """Copy a file there; a reader sees the old one or the new one.

        Raises:
            OSError: if it cannot be written.
        """
        with _as_os_error():
            fs, root = self._place
            target = f"{root}/{name}"
            if not self._renames:
                fs.put_file(str(path), target)
                return
            folder, _slash, last = target.rpartition("/")
            part = f"{folder}/.{secrets.token_hex(4)}-{last}"
            fs.makedirs(folder, exist_ok=True)
            try:
                fs.put_file(str(path), part)
                fs.mv(part, target)
            except BaseException:
                with contextlib.suppress(Exception):
                    fs.rm_file(part)
                raise

    def get(self, name: str, path: Path) -> None:
        """Copy a file from there.

        Raises:
            OSError: if it is not there or cannot be read.
        """
        with _as_os_error():
            fs, root = self._place
            fs.get_file(f"{root}/{name}", str(path))

    def delete(self, name: str) -> None:
        """Remove a file or a folder; one that is gone already is no error.

        Raises:
            OSError: if it cannot be removed.
        """
        with _as_os_error(), contextlib.suppress(FileNotFoundError):
            fs, root = self._place
            fs.rm(f"{root}/{name}", recursive=True)

    @cached_property
    def _place(self) -> tuple[Any, str]:
        # Imported here: only a host that shares its runs waits for it.
        from fsspec.core import url_to_fs

        fs, root = url_to_fs(self.url)
        return fs, root.rstrip("/")

    @property
    def _renames(self) -> bool:
        """Whether the place can rename; where it cannot, in buckets, a file appears only when it is whole."""
        from fsspec import AbstractFileSystem

        return type(self._place[0]).mv is not AbstractFileSystem.mv


def _hidden(name: str) -> bool:
    """A file that is still being written."""
    return name.rpartition("/")[2].startswith(".")


def _file(info: dict[str, Any]) -> RemoteFile:
    marks = repr([info.get("size"), *(info.get(key) for key in _MARKS)])
    written = next((_seconds(info[key]) for key in _WRITTEN if info.get(key) is not None), 0.0)
    return RemoteFile(hashlib.sha256(marks.encode()).hexdigest()[:16], int(info.get("size") or 0), written)


def _seconds(moment: Any) -> float:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return float(moment.timestamp() if isinstance(moment, datetime) else moment)


@contextlib.contextmanager
def _as_os_error() -> Iterator[None]:
    """Every kind of place has errors of its own; to all who call, one that cannot be reached is an OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
