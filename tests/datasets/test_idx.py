"""The IDX reader takes exactly the file it expects and names every other."""

import gzip
import hashlib
import os
import struct
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.datasets import idx
from explorer.datasets.idx import IdxFile
from explorer.messages import ExplorerError

SHAPE = (3, 4, 5)
VALUES = np.arange(60, dtype=np.uint8).reshape(SHAPE)


def packed(magic: int = 0x0803, shape: tuple[int, ...] = SHAPE, values: bytes = VALUES.tobytes()) -> bytes:
    return struct.pack(f">I{len(shape)}I", magic, *shape) + values


def described(content: bytes, shape: tuple[int, ...] = SHAPE) -> IdxFile:
    return IdxFile("pictures.gz", shape, "", 0, hashlib.sha256(content).hexdigest())


def written(folder: Path, content: bytes) -> Path:
    path = folder / "pictures.gz"
    path.write_bytes(gzip.compress(content))
    return path


def test_values_and_shape_come_back(tmp_path: Path) -> None:
    read = idx.read(written(tmp_path, packed()), described(packed()))
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, VALUES)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(packed(magic=0x0D03), id="floats instead of bytes"),
        pytest.param(packed(magic=0x0801), id="wrong number of axes"),
        pytest.param(packed(shape=(3, 5, 4)), id="wrong axes"),
        pytest.param(packed(values=b""), id="header only"),
        pytest.param(packed(values=VALUES.tobytes()[:-1]), id="one byte short"),
        pytest.param(packed(values=VALUES.tobytes() + b"0"), id="one byte too many"),
        pytest.param(b"", id="empty"),
    ],
)
def test_structure_is_checked_even_when_the_hash_fits(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ExplorerError, match=r"pictures\.gz"):
        idx.read(written(tmp_path, content), described(content))


def test_one_changed_pixel_is_noticed(tmp_path: Path) -> None:
    changed = bytearray(packed())
    changed[-1] ^= 1
    with pytest.raises(ExplorerError, match=r"pictures\.gz is truncated or damaged"):
        idx.read(written(tmp_path, bytes(changed)), described(packed()))


@given(kept=st.integers(0, len(gzip.compress(packed(), mtime=0)) - 1))
def test_truncation_anywhere_is_named(tmp_path_factory: pytest.TempPathFactory, kept: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "pictures.gz"
    path.write_bytes(gzip.compress(packed(), mtime=0)[:kept])
    with pytest.raises(ExplorerError, match=r"pictures\.gz"):
        idx.read(path, described(packed()))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExplorerError, match=r"pictures\.gz is not there"):
        idx.read(tmp_path / "pictures.gz", described(packed()))


def test_a_huge_content_is_not_unpacked_whole(tmp_path: Path) -> None:
    path = written(tmp_path, packed(values=bytes(200_000_000)))
    start = time.perf_counter()
    with pytest.raises(ExplorerError):
        idx.read(path, described(packed()))
    assert time.perf_counter() - start < 0.1


def test_problem_follows_the_file_on_disk(tmp_path: Path) -> None:
    path, file = tmp_path / "pictures.gz", described(packed())
    assert "not there" in str(idx.problem(path, file))
    written(tmp_path, packed())
    assert idx.problem(path, file) is None
    path.write_bytes(path.read_bytes()[:-20])
    assert "damaged" in str(idx.problem(path, file))
    path.unlink()
    assert "not there" in str(idx.problem(path, file))


@pytest.mark.parametrize("sha256", [described(packed()).sha256, "another"])
def test_an_unchanged_file_is_read_once(tmp_path: Path, sha256: str) -> None:
    path, file = written(tmp_path, packed()), replace(described(packed()), sha256=sha256)
    first = idx.problem(path, file)
    before = path.stat()
    path.write_bytes(bytes(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert idx.problem(path, file) == first
