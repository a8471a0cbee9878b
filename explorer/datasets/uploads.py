"""Data that readers bring, kept as arrays where the training process finds it.

Files are named by their content and bounded in number and size. Where runs are shared by
EXPLORER_RUNS_URL, so are these files: a worker on another machine brings what it has not.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import platformdirs

from explorer.messages import N_, ExplorerError, message
from explorer.remote import Remote

MAXIMUM_FILES = 200
MAXIMUM_BYTES = 1_000_000_000
UPLOADS = "uploads"
"""Their folder where they are shared."""
_ID = re.compile(r"[0-9a-f]{16}")


def folder() -> Path:
    """EXPLORER_UPLOADS_DIR, else a folder in the user's data."""
    default = Path(platformdirs.user_data_dir("cnn-rnn-explorer")) / "uploads"
    return Path(os.environ.get("EXPLORER_UPLOADS_DIR") or default)


def keep(arrays: Mapping[str, np.ndarray]) -> str:
    """Keep arrays of numbers or fixed-width texts; the same content gets the same id. The oldest files make room.

    Raises:
        ExplorerError: if they are too large or cannot be written.
    """
    upload = _id_of(arrays)
    target = _path(upload)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(arrays))
    if buffer.getbuffer().nbytes > MAXIMUM_BYTES:
        raise ExplorerError(
            message(
                N_("Your data is too large to keep; at most {maximum} MB are kept."), maximum=MAXIMUM_BYTES // 10**6
            )
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            part = target.with_name(f"{upload}.{secrets.token_hex(4)}.part")
            part.write_bytes(buffer.getbuffer())
            part.replace(target)
        os.utime(target)
        _make_room(target)
        _share(target)
    except OSError as error:
        raise ExplorerError(
            message(N_("Your data could not be kept: {reason}."), reason=error.strerror or type(error).__name__)
        ) from error
    return upload


def load(upload: str) -> dict[str, np.ndarray]:
    """The arrays of an id.

    Raises:
        ExplorerError: if they are not here any more or their file is damaged.
    """
    path = _path(upload)
    try:
        _bring(path)
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        os.utime(path)
    except FileNotFoundError as error:
        raise ExplorerError(
            message(N_("This data of your own is not kept here any more; give the file again."))
        ) from error
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise ExplorerError(message(N_("The data file {file} is truncated or damaged."), file=path.name)) from error
    return arrays


def _share(path: Path) -> None:
    """Send a file to where workers on other machines find it; the oldest ones there make room."""
    remote = Remote.from_environment(UPLOADS)
    if remote is None:
        return
    there = remote.files()
    if path.name not in there:
        remote.put(path, path.name)
    kept, total = 1, path.stat().st_size
    for name, file in sorted(there.items(), key=lambda item: item[1].written, reverse=True):
        if name != path.name:
            kept, total = kept + 1, total + file.size
            if kept > MAXIMUM_FILES or total > MAXIMUM_BYTES:
                remote.delete(name)


def _bring(path: Path) -> None:
    """Bring a file that another machine was given."""
    remote = Remote.from_environment(UPLOADS)
    if remote is None or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.{secrets.token_hex(4)}.part")
    try:
        remote.get(path.name, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _make_room(path)


def _path(upload: str) -> Path:
    if not _ID.fullmatch(upload):
        raise ExplorerError(message(N_("There is no such data of your own; give the file again.")))
    return folder() / f"{upload}.npz"


def _id_of(arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def _make_room(newest: Path) -> None:
    """Drop the files that were used longest ago, and what an interrupted write left behind."""
    kept, total = 0, 0
    files = [path for path in newest.parent.iterdir() if path.suffix in (".npz", ".part")]
    for _time, size, path in sorted(map(_used, files), reverse=True):
        kept, total = kept + 1, total + size
        if path != newest and (kept > MAXIMUM_FILES or total > MAXIMUM_BYTES):
            path.unlink(missing_ok=True)


def _used(path: Path) -> tuple[float, int, Path]:
    """When a file was last used, and its size; another process may just have dropped it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0.0, 0, path
    return found.st_mtime, found.st_size, path
