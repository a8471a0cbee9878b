"""Reading a stranger's model file in a process of its own, which may open nothing and need only so much.

The libraries that read zip and HDF5 are written in C; a file made to break them must not end
the server. The process gets the file's bytes and gives back a specification and numbers, both
checked here again. Once it has begun to read, the system lets it open no file and no connection.
"""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np

from explorer import archive
from explorer.archive import Archive
from explorer.messages import N_, ExplorerError, Message, message
from explorer.network import Weights
from explorer.specs import ModelSpec

MAXIMUM_BYTES = 64 * 2**20
MEGABYTES = 400
SECONDS = 4
WAIT_SECONDS = 15
"""Starting the process takes part of it, on a busy machine most of it."""
AT_ONCE = 2
_ROOT = Path(__file__).parents[2]
_PLACES = threading.BoundedSemaphore(AT_ONCE)
_HEAD = struct.Struct("<I")
_QUIET = {"HDF5_PLUGIN_PRELOAD": "::", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def read_part(content: bytes) -> Archive:
    """As `archive.read_part`, in a process of its own.

    Raises:
        ExplorerError: as `archive.read_part`, and if the process needed too much or did not survive.
    """
    archive.check_size(len(content), MAXIMUM_BYTES)
    with _PLACES:
        try:
            done = subprocess.run(
                [sys.executable, "-m", __name__],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env=os.environ | _QUIET,
                timeout=WAIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _ended() from error
        except OSError as error:
            raise ExplorerError(
                message(N_("The model file {file} cannot be read: {reason}."), file="", reason=error.strerror)
            ) from error
    if done.returncode != 0:
        raise _ended()
    return _received(done.stdout)


def _ended() -> ExplorerError:
    return ExplorerError(
        message(
            N_(
                "Reading this file failed or needed more than {seconds} seconds or {megabytes} MB, "
                "so it is damaged or made to do harm; save the model again."
            ),
            seconds=SECONDS,
            megabytes=MEGABYTES,
        )
    )


def main(given: BinaryIO, out: BinaryIO) -> None:
    """What the process does: read a file's content, and write the model or the reason why there is none."""
    content = given.read(MAXIMUM_BYTES + 1)
    _rehearse()
    _confine()
    try:
        found = archive.read_part(content, MAXIMUM_BYTES)
    except ExplorerError as error:
        _send(out, {"refused": _plain(error.problem)})
        return
    head = {
        "spec": found.spec.to_dict(),
        "idle": found.idle,
        "left_out": found.left_out,
        "problem": None if found.problem is None else _plain(found.problem),
    }
    _send(out, head, (array for group in found.weights.values() for array in group.values()))


def _rehearse() -> None:
    """Read a small file of each kind, so that every module is loaded while files can still be opened."""
    layer = {"class_name": "Dense", "config": {"name": "d", "units": 1, "batch_input_shape": [None, 1]}}
    config = json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}})
    legacy, stored, packed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with h5py.File(legacy, "w") as file:
        # Keras 2 wrote ASCII, Keras 3 writes UTF-8; Python finds the first one's rules in a file.
        file.attrs["model_config"] = config.encode()
        group = file.create_group("model_weights/d")
        group.attrs["weight_names"] = [b"kernel", b"bias"]
        group["kernel"], group["bias"] = np.ones((1, 1), np.float16), np.ones(1)
    with h5py.File(stored, "w") as file:
        for name, shape in (("0", (1, 1)), ("1", (1,))):
            file.create_dataset(f"layers/dense/vars/{name}", data=np.ones(shape), chunks=shape, compression="gzip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", config)
        file.writestr("model.weights.h5", stored.getvalue())
    for content in (legacy.getvalue(), packed.getvalue()):
        archive.read(content)


def _confine() -> None:
    """From here on no file and no connection can be opened, and time and memory are bounded."""
    try:
        import resource
    except ImportError:
        # Windows has no such limits; there the reader's own checks stand alone.
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = Path("/proc/self/statm")
    if pages.exists():
        needed = int(pages.read_text().split()[0]) * resource.getpagesize() + MEGABYTES * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (needed, needed))
    # A new descriptor needs a number below the limit, and 0 to 2 are taken.
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def _send(out: BinaryIO, head: dict[str, Any], arrays: Iterable[np.ndarray] = ()) -> None:
    text = json.dumps(head).encode()
    out.write(_HEAD.pack(len(text)) + text)
    for array in arrays:
        out.write(np.ascontiguousarray(array, "<f4").data)
    out.flush()


def _received(data: bytes) -> Archive:
    """What `_send` sent."""
    (length,) = _HEAD.unpack_from(data)
    head = json.loads(data[_HEAD.size : _HEAD.size + length])
    if "refused" in head:
        raise ExplorerError(_filled(head["refused"]))
    spec = ModelSpec.from_dict(head["spec"])
    weights = _weights(spec, np.frombuffer(data, "<f4", offset=_HEAD.size + length))
    problem = None if head["problem"] is None else _filled(head["problem"])
    return Archive(spec, weights, tuple(head["idle"]), tuple(head["left_out"]), problem)


def _weights(spec: ModelSpec, numbers: np.ndarray) -> Weights:
    """The numbers one after another as the weights of a specification."""
    weights: Weights = {}
    first = 0
    for row in spec.summary():
        for name, shape in row.weight_shapes.items():
            last = first + int(np.prod(shape))
            weights.setdefault(row.name, {})[name] = numbers[first:last].reshape(shape)
            first = last
    return weights


def _plain(sentence: Message) -> dict[str, Any]:
    """A message as JSON, with the messages inside it."""
    values = {
        name: _plain(value) if isinstance(value, Message) else value if isinstance(value, int | float) else str(value)
        for name, value in sentence.values.items()
    }
    return {"text": sentence.text, "values": values}


def _filled(data: dict[str, Any]) -> Message:
    values = {name: _filled(value) if isinstance(value, dict) else value for name, value in data["values"].items()}
    return Message(data["text"], values)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
