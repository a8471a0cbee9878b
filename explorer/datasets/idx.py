"""Reading the IDX format of the MNIST family (http://yann.lecun.com/exdb/mnist/), gzipped."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from explorer.messages import N_, ExplorerError, message

_UNSIGNED_BYTE = 8


@dataclass(frozen=True)
class IdxFile:
    """One file of a data set: `md5` and `size` are the download's, `sha256` the content's."""

    name: str
    shape: tuple[int, ...]
    md5: str
    size: int
    sha256: str

    @property
    def content_size(self) -> int:
        return 4 + 4 * len(self.shape) + int(np.prod(self.shape))


def read(path: Path, file: IdxFile) -> np.ndarray:
    """The array in a gzipped IDX file.

    Raises:
        ExplorerError: naming the file, if it is missing, truncated or not what it should be.
    """
    try:
        with gzip.open(path) as stream:
            content = stream.read(file.content_size + 1)
    except FileNotFoundError as error:
        raise ExplorerError(message(N_("The data file {file} is not there."), file=file.name)) from error
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(file) from error
    if hashlib.sha256(content).hexdigest() != file.sha256 or content[2] != _UNSIGNED_BYTE:
        raise _damaged(file)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(file.shape)).reshape(file.shape)


def check(path: Path, file: IdxFile) -> None:
    """Verify a file as `read` does, but only once for each state of it on disk."""
    state = path.stat() if path.exists() else None
    _check(path, file, (state.st_size, state.st_mtime_ns) if state else None)


@lru_cache(maxsize=64)
def _check(path: Path, file: IdxFile, state: tuple[int, int] | None) -> None:
    read(path, file)


def _damaged(file: IdxFile) -> ExplorerError:
    return ExplorerError(message(N_("The data file {file} is truncated or damaged."), file=file.name))
