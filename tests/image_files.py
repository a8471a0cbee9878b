"""Archives of pictures as bytes: good ones, and each with one thing wrong."""

import io
import struct
import zipfile
import zlib

import numpy as np
from PIL import Image

PAINT = {"reds": (220, 40, 30), "blues": (30, 60, 220), "greens": (20, 200, 60)}


def picture(colour=(200, 30, 20), width=20, height=16, seed=0, kind="PNG"):
    """A picture of nearly one colour."""
    noise = np.random.default_rng(seed).integers(0, 30, (height, width, 3))
    pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def folders(classes=("reds", "blues"), each=6, top="", **shape):
    """The members of a good zip: a folder of pictures for each class."""
    paints = list(PAINT.values())
    return {
        f"{top}{name}/{number}.png": picture(paints[place % 3], seed=100 * place + number, **shape)
        for place, name in enumerate(classes)
        for number in range(each)
    }


def packed(members, method=zipfile.ZIP_DEFLATED):
    """A zip of these names, or of these entries as zipfile has them, in this order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
    return file.getvalue()


def arrays(**named):
    file = io.BytesIO()
    np.savez_compressed(file, **named)
    return file.getvalue()


def numbers(count=12, height=10, width=10, channels=3, seed=0):
    """Pictures for an array, and two classes that tell them apart."""
    labels = np.arange(count) % 2
    noise = np.random.default_rng(seed).integers(0, 60, (count, height, width, channels))
    return (noise + 150 * labels.reshape(-1, 1, 1, 1)).astype(np.uint8), labels


def blank_png(width, height):
    """A black picture of any size in a few bytes for each line of it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj()
    lines = b"".join(packer.compress(bytes(1 + width)) for _ in range(height)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def header_of(shape, dtype="|u1", fortran=False, version=(1, 0)):
    """The first bytes of an .npy file that claims this shape."""
    text = f"{{'descr': {dtype!r}, 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text) + 1)
    return b"\x93NUMPY" + bytes(version) + length + text + b"\n"


def patched(content, before, after):
    """The bytes with every copy of some of them replaced by as many others."""
    assert len(before) == len(after)
    assert before in content
    return content.replace(before, after)
