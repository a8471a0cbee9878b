"""A made-up data set of six images, and a real server that offers it."""

import gzip
import hashlib
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from explorer.datasets import TEST, TRAIN
from explorer.datasets.fashion_mnist import FashionMnist, ImageFiles
from explorer.datasets.idx import IdxFile

PIECE = 1000


def idx_gz(array: np.ndarray) -> bytes:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


def describe(name: str, array: np.ndarray, content: bytes) -> IdxFile:
    return IdxFile(
        name,
        array.shape,
        hashlib.md5(content).hexdigest(),
        len(content),
        hashlib.sha256(gzip.decompress(content)).hexdigest(),
    )


@dataclass
class Site:
    """A server on this machine. `gate` holds an answer back after its first piece until it is set."""

    contents: dict[str, bytes]
    url: str = ""
    chunked: bool = False
    status: int = 200
    sent: int = 0
    requests: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            name = self.path.rsplit("/", 1)[-1]
            site.requests.append(name)
            content = site.contents[name]
            self.send_response(site.status)
            if site.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if site.chunked else piece)
                site.sent += len(piece)
                site.gate.wait(10)
            if site.chunked:
                self.wfile.write(b"0\r\n\r\n")

    return Handler


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of what is tested."""


@pytest.fixture
def arrays() -> dict[str, np.ndarray]:
    chance = np.random.default_rng(5)
    return {
        "train-images.gz": chance.integers(0, 256, (4, 28, 28), np.uint8),
        "train-labels.gz": np.array([3, 1, 4, 1], np.uint8),
        "test-images.gz": chance.integers(0, 256, (2, 28, 28), np.uint8),
        "test-labels.gz": np.array([5, 9], np.uint8),
    }


@pytest.fixture
def contents(arrays: dict[str, np.ndarray]) -> dict[str, bytes]:
    return {name: idx_gz(array) for name, array in arrays.items()}


@pytest.fixture
def site(contents: dict[str, bytes]) -> Iterator[Site]:
    site = Site(dict(contents))
    site.gate.set()
    server = QuietServer(("127.0.0.1", 0), handler(site))
    site.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield site
    site.gate.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache and no local folder: the state of a first start."""
    monkeypatch.setenv("EXPLORER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("EXPLORER_DATA_DIR", raising=False)
    monkeypatch.delenv("EXPLORER_OFFLINE", raising=False)
    return tmp_path / "cache" / "fashion-mnist"


@pytest.fixture
def make(cache: Path, arrays: dict[str, np.ndarray], contents: dict[str, bytes]) -> Callable[[str], FashionMnist]:
    """A data set whose full variant is the made-up one, downloaded from the URL given."""
    file = {name: describe(name, array, contents[name]) for name, array in arrays.items()}
    files = {
        TRAIN: ImageFiles(file["train-images.gz"], file["train-labels.gz"]),
        TEST: ImageFiles(file["test-images.gz"], file["test-labels.gz"]),
    }
    return lambda url: FashionMnist(base_url=url, files=files)


@pytest.fixture
def dataset(make: Callable[[str], FashionMnist], site: Site) -> FashionMnist:
    return make(site.url)
