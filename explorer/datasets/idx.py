"""Reading the IDX format of the MNIST family (http://yann.lecun.com/exdb/mnist/), gzipped."""

from __future__ import annotations

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from explorer.messages import N_, ExplorerError, Message, message

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
    def header(self) -> bytes:
        """Two zero bytes, the type, the number of axes; then each axis as a big-endian 32-bit number."""
        return struct.pack(f">HBB{len(self.shape)}I", 0, _UNSIGNED_BYTE, len(self.shape), *self.shape)

    @property
    def content_size(self) -> int:
        return len(self.header) + int(np.prod(self.shape))


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
    if not content.startswith(file.header):
        shape = " × ".join(f"{axis:,}" for axis in file.shape)
        raise ExplorerError(
            message(N_("The data file {file} is not an IDX file of {shape} bytes."), file=file.name, shape=shape)
        )
    if len(content) != file.content_size or hashlib.sha256(content).hexdigest() != file.sha256:
        raise _damaged(file)
    return np.frombuffer(content, np.uint8, offset=len(file.header)).reshape(file.shape)


def problem(path: Path, file: IdxFile) -> Message | None:
    """What `read` would complain about; a file is read only once for each state of it on disk."""
    try:
        state = path.stat()
    except OSError:
        return _complaint(path, file)
    return _known_complaint(path, file, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _known_complaint(path: Path, file: IdxFile, size: int, modified: int) -> Message | None:
    return _complaint(path, file)


def _complaint(path: Path, file: IdxFile) -> Message | None:
    try:
        read(path, file)
    except ExplorerError as error:
        return error.problem
    return None


def _damaged(file: IdxFile) -> ExplorerError:
    return ExplorerError(message(N_("The data file {file} is truncated or damaged."), file=file.name))
