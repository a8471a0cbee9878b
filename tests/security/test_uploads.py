"""Every place that takes a file has a bound, and the reader behind it refuses what is larger before it looks at it."""

import ast
import io
import re
import zipfile
import zlib

import pytest

from explorer import archive, images
from explorer.archive import apart
from explorer.datasets import image_archives, own_images, own_series, own_text, tables, written
from explorer.messages import ExplorerError
from scripts.app_server import ROOT

TAKES = {"file_uploader", "camera_input"}
PLACES = {
    "generation_source": (written.decoded, written.MAXIMUM_BYTES),
    "own_images": (own_images.read, image_archives.MAXIMUM_MEGABYTES * 1_000_000),
    "own_text": (own_text.read, own_text.BOUNDS.megabytes * 1_000_000),
    "pictures": (images.decode, images.MAXIMUM_BYTES),
    "series_data": (own_series.read_series, tables.Bounds().megabytes * 1_000_000),
    "upload_model": (apart.read_part, apart.MAXIMUM_BYTES),
}
"""The modules with such a place: what reads their file, and how many bytes it takes."""


def calls():
    """Each call that takes a file: its module's name, what it is called, and the names of its arguments."""
    for path in sorted(ROOT.glob("explorer/widgets/**/*.py")) + sorted(ROOT.glob("pages/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKES:
                yield path.stem, node.func.attr, {argument.arg for argument in node.keywords}


def test_every_place_is_known_here():
    assert {module for module, _name, _arguments in calls()} == set(PLACES)


@pytest.mark.parametrize(("module", "name", "arguments"), list(calls()))
def test_every_place_tells_the_browser_its_bound(module, name, arguments):
    assert name == "camera_input" or "max_upload_size" in arguments
    assert "accept_multiple_files" not in arguments


@pytest.mark.parametrize("module", PLACES)
def test_what_is_too_large_is_refused_unread(module):
    read, most = PLACES[module]

    class Unread(bytes):
        """More bytes than may be read, of which none may be looked at."""

        def __len__(self):
            return most + 2**20

        def _looked_at(self, *_arguments):
            raise AssertionError("the content was looked at")

        __getitem__ = __iter__ = __contains__ = find = rfind = count = decode = startswith = _looked_at

    with pytest.raises(ExplorerError, match=re.compile(r"at most|too (large|long)", re.IGNORECASE)):
        read(Unread())


def model(content):
    return archive.read_part(content, apart.MAXIMUM_BYTES)


def stuffed(name, size):
    """A small zip of one member that unpacks to `size` zeros."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=False) as member,
    ):
        for _ in range(size // 2**20):
            member.write(bytes(2**20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("read", "name"),
    [(model, "model.weights.h5"), (own_images.read, "cats/1.png"), (own_images.read, "x.npy")],
)
def test_a_small_archive_of_much_is_refused_before_it_is_unpacked(monkeypatch, read, name):
    bomb = stuffed(name, 512 * 2**20)
    assert len(bomb) < 2**20
    unpacked = []
    decompress = zlib.decompressobj
    monkeypatch.setattr(zipfile.zlib, "decompressobj", lambda *args: unpacked.append(1) or decompress(*args))
    with pytest.raises(ExplorerError):
        read(bomb)
    assert not unpacked
