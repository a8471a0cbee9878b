"""Files that are no zip, or a zip made to do harm."""

import pickle
import struct
import warnings
import zipfile

from model_corpus.base import CONFIG, DAMAGED, GOOD, WEIGHTS, hdf5, keras_file, legacy_file, zipped

MEGABYTE = 2**20
EVIL_NAME = "../![x](http://evil.example/x.png)"


def never(what):
    return f"This zip file holds {what}. Keras writes no such file; save the model again."


def lacks(name):
    return f"This zip file holds no {name}, so it is no Keras model (.keras)."


def too_large(size):
    return f"The model file needs {size} MB and at most 64 MB are read."


def beside(name, **facts):
    """A good model with one more entry."""
    added = zipfile.ZipInfo(name)
    for fact, value in facts.items():
        setattr(added, fact, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zipped((CONFIG, "{}"), (WEIGHTS, hdf5()), (added, b"x"))


def patched(content, signature, offset, value):
    """The content with a number of two bytes changed in every header with this signature."""
    changed = bytearray(content)
    place = changed.find(signature)
    while place >= 0:
        struct.pack_into("<H", changed, place + offset, value)
        place = changed.find(signature, place + 4)
    return bytes(changed)


def encrypted():
    return patched(patched(keras_file(), b"PK\x03\x04", 6, 1), b"PK\x01\x02", 8, 1)


def sized(content, size):
    """The first entry said to unpack to `size` bytes."""
    lying = bytearray(content)
    struct.pack_into("<L", lying, 22, size)
    struct.pack_into("<L", lying, lying.find(b"PK\x01\x02") + 24, size)
    return bytes(lying)


def bomb(name, megabytes):
    return zipped((name, bytes(megabytes * MEGABYTE)), method=zipfile.ZIP_DEFLATED)


def large_directory():
    """A zip that lies about how many entries its directory has."""
    many = zipped(*((f"{number:04}{'x' * 100}", b"") for number in range(800)))
    return patched(many, b"PK\x05\x06", 10, 3)


def with_64_bits():
    content = keras_file()
    end = content.rfind(b"PK\x05\x06")
    return content[:end] + b"PK\x06\x07" + bytes(16) + content[end:]


def flipped():
    """One bit of the stored weights changed, so that the check sum is wrong."""
    content = bytearray(keras_file())
    content[content.find(b"\x89HDF") + 600] ^= 1
    return bytes(content)


CASES = {
    "empty": (lambda: b"", DAMAGED),
    "text": (lambda: b"import keras\nmodel = keras.Sequential()\n" * 40, DAMAGED),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), DAMAGED),
    "pickle": (lambda: pickle.dumps({"layers": [print]}), DAMAGED),
    "signature of a zip": (lambda: b"PK\x03\x04", DAMAGED),
    "signature of hdf5": (lambda: b"\x89HDF\r\n\x1a\n", DAMAGED),
    "half a .keras file": (lambda: keras_file()[:1500], DAMAGED),
    "half an .h5 file": (lambda: legacy_file()[:3000], DAMAGED),
    "a .keras file without its end": (lambda: keras_file()[:-10], DAMAGED),
    "an .h5 file without its end": (lambda: legacy_file()[:-10], DAMAGED),
    "empty zip": (lambda: zipped(), lacks(CONFIG)),
    "saved model": (lambda: zipped(("saved_model.pb", b"x")), lacks(CONFIG)),
    "weights alone": (lambda: zipped((WEIGHTS, hdf5())), lacks(CONFIG)),
    "description alone": (lambda: zipped((CONFIG, str(GOOD))), lacks(WEIGHTS)),
    "two descriptions": (lambda: beside(CONFIG), never("two entries of the name config.json")),
    "entry above": (lambda: beside("../../etc/passwd"), never("an entry that leads outside, ../../etc/passwd")),
    "entry at the root": (lambda: beside("/etc/passwd"), never("an entry that leads outside, /etc/passwd")),
    "entry on a drive": (lambda: beside("C:/x"), never("an entry that leads outside, C:/x")),
    "entry above in Windows": (lambda: beside("..\\x"), never("an entry that leads outside, ..\\x")),
    "entry with a picture for a name": (
        lambda: beside(EVIL_NAME),
        never(f"an entry that leads outside, {EVIL_NAME}"),
    ),
    "entry with a long name": (
        lambda: beside("/" + "🎉" * 300),
        never(f"an entry that leads outside, /{'🎉' * 58}…"),
    ),
    "symbolic link": (lambda: beside("link", external_attr=0o120777 << 16), never("a link, link")),
    "encrypted": (encrypted, never("an encrypted entry, config.json")),
    "bzip2": (
        lambda: zipped((CONFIG, "{}"), method=zipfile.ZIP_BZIP2),
        never("an entry packed in a way of its own, config.json"),
    ),
    "lzma": (
        lambda: zipped((CONFIG, "{}"), method=zipfile.ZIP_LZMA),
        never("an entry packed in a way of its own, config.json"),
    ),
    "many entries": (
        lambda: zipped(*((str(number), b"") for number in range(3000))),
        never("more than 64 entries"),
    ),
    "large directory": (large_directory, never("more than 64 entries")),
    "directory of 64 bits": (with_64_bits, never("more than 64 entries")),
    "bomb as description": (lambda: bomb(CONFIG, 70), too_large(70)),
    "bomb as weights": (lambda: bomb(WEIGHTS, 70), too_large(70)),
    "bomb elsewhere": (lambda: bomb("assets/x", 70), too_large(70)),
    "bomb that lies": (lambda: sized(bomb(CONFIG, 70), 100), DAMAGED),
    "entry that lies upwards": (lambda: sized(keras_file(), 5000), DAMAGED),
    "wrong check sum": (flipped, DAMAGED),
    "zip as weights": (lambda: zipped((CONFIG, "{}"), (WEIGHTS, zipped(("x", b"x")))), DAMAGED),
    "more than is read": (lambda: bytes(65 * MEGABYTE), too_large(65)),
}
